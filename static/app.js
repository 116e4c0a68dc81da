"use strict";
// What htmx does not do: shortcuts, the state of autosave, and a few buttons. Every page works
// without it. Listeners are delegated, so fragments that arrive later need no set-up.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isShown = (element) => element.checkVisibility();

  // Shortcuts -------------------------------------------------------------------------------

  const typesText = (element) =>
    element.isContentEditable ||
    element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");

  // The control nearest to the focus answers first: that of the comment or row one is in.
  const nearest = (selector) => {
    const marked = getSelection().anchorNode?.parentElement;
    const start = document.activeElement === document.body && marked ? marked : document.activeElement;
    for (let root = start; root && root !== document.body; root = root.parentElement) {
      const found = $$(selector, root).find(isShown);
      if (found) return found;
    }
    return $$(selector).find(isShown);
  };

  const press = (selector) => {
    const control = nearest(selector);
    if (!control) return false;
    if (control.matches("input:not([type=checkbox], [type=radio]), textarea, select")) control.focus();
    else control.click();
    return true;
  };

  const rate = (digit) => {
    const scales = $$("fieldset.rate").filter(isShown);
    const scale =
      document.activeElement.closest("fieldset.rate") ||
      scales.find((one) => !$("input:checked", one)) ||
      scales[0];
    const choice = scale && $(`input[type=radio][value="${digit}"]`, scale);
    if (!choice) return false;
    choice.click();
    choice.focus();
    return true;
  };

  const save = () => {
    const form = document.activeElement.closest("form") || $("form[data-autosave], form[data-main]");
    if (!form) return false;
    form.requestSubmit($("[data-save]", form));
    return true;
  };

  let goPressedAt = -Infinity;

  const answer = (key) => {
    if (performance.now() - goPressedAt < 1500) {
      goPressedAt = -Infinity;
      return /^[a-z]$/.test(key) && press(`[data-go="${key}"]`);
    }
    if (key === "g") {
      goPressedAt = performance.now();
      return true;
    }
    if (key === "?") {
      $("#shortcuts")?.showModal();
      return true;
    }
    if (key === "/") return press("[data-filter]");
    if (key === "j") return press("[data-next]");
    if (key === "k") return press("[data-prev]");
    if (/^[1-4]$/.test(key)) return rate(key);
    return /^[a-z]$/.test(key) && press(`[data-key="${key}"]`);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") {
      const open = $("details:is(.drop, .user-menu, .more)[open]");
      if (open) {
        open.open = false;
        $("summary", open).focus();
      }
      return;
    }
    if (document.body.dataset.shortcuts === "off" || $("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      if (save()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typesText(document.activeElement)) return;
    if (answer(event.key.toLowerCase())) event.preventDefault();
  });

  // Buttons ---------------------------------------------------------------------------------

  // The server counts code points, a textarea counts UTF-16 units.
  const units = (text, codePoints) => [...text].slice(0, codePoints).join("").length;

  document.addEventListener("click", (event) => {
    for (const menu of $$("details:is(.drop, .user-menu, .more)[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const goto = event.target.closest("[data-goto]");
    if (goto) {
      const area = $(goto.dataset.goto);
      area.focus();
      if (goto.dataset.start) {
        const text = area.value;
        area.setSelectionRange(units(text, goto.dataset.start), units(text, goto.dataset.end));
      }
      area.scrollIntoView({ block: "center" });
    }
    event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const field = $(copy.dataset.copy);
      field.select();
      navigator.clipboard?.writeText(field.value).then(() => {
        copy.textContent = "Copied";
      });
    }
  });

  // Autosave --------------------------------------------------------------------------------

  const WORDS = {
    unsaved: "Not saved yet",
    saving: "Saving",
    saved: "Saved",
    offline: "Offline: kept on this page, sent when you are back",
    conflict: "Changed elsewhere: both texts are below",
    refused: "Not saved: see the message at the field",
    "signed-out": "Signed out: sign in again in a new tab, then come back here",
    failed: "Not saved: the server did not answer as it should. Trying again",
  };
  const RETRY_AFTER = 10_000;
  const unsaved = new Set();
  const waiting = new Set();

  const say = (state) => {
    for (const place of $$("[data-saved]")) {
      place.dataset.state = state;
      const now = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      const words = state === "saved" ? `${WORDS.saved} ${now}` : WORDS[state];
      const text = $("[data-saved-words]", place) || place;
      if (text.textContent !== words) text.textContent = words;
      if (state === "signed-out") {
        const link = document.createElement("a");
        link.href = document.body.dataset.signIn;
        link.target = "_blank";
        link.textContent = "Sign in";
        text.append(". ", link);
      }
    }
  };

  // A field belongs to its form also where it stands outside of it.
  const autosaved = (event) => {
    const form = event.target.form || event.target.closest?.("form");
    return form?.matches("[data-autosave]") ? form : null;
  };

  document.addEventListener("input", (event) => {
    const form = autosaved(event);
    if (!form) return;
    unsaved.add(form);
    say("unsaved");
  });

  // A button that leads on saves first, in the way typing does: an ordinary post would lose the text when
  // the session has ended or the server is gone.
  const leading = new Map();

  document.addEventListener("submit", (event) => {
    const form = autosaved(event);
    if (!form) return;
    const button = event.submitter;
    const isSave = button?.matches("[data-save], [data-default]");
    if (!window.htmx || button?.matches("[data-plain]") || !(isSave || unsaved.has(form) || waiting.has(form))) {
      unsaved.delete(form);
      return;
    }
    event.preventDefault();
    unsaved.add(form);
    leading.set(form, isSave ? null : button);
    htmx.trigger(form, "retry");
  });

  const leadOn = (form) => {
    const button = leading.get(form);
    leading.delete(form);
    if (button?.isConnected) form.requestSubmit(button);
  };

  // A second press while the answer is on its way would do it twice; a press after that is meant.
  const sent = new Set();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
    window.setTimeout(() => sent.delete(form), 3000);
  });

  window.addEventListener("pageshow", () => sent.clear());

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = autosaved(event);
    if (!form) return;
    unsaved.delete(form); // what is typed from now on belongs to the next save
    say("saving");
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = autosaved(event);
    if (!form) {
      if (event.detail.xhr?.status === 401) {
        const next = encodeURIComponent(location.pathname + location.search);
        location.assign(`${document.body.dataset.signIn}?next=${next}`);
      }
      return;
    }
    const status = event.detail.xhr?.status ?? 0;
    if (status >= 200 && status < 300) {
      waiting.delete(form);
      say(unsaved.has(form) ? "unsaved" : "saved");
      if (!unsaved.has(form)) leadOn(form);
      return;
    }
    unsaved.add(form);
    leading.delete(form);
    if (status === 409) return say("conflict");
    if (status === 400 || status === 422) return say("refused");
    waiting.add(form);
    if (status === 0) say(event.detail.xhr?.readyState === 4 || !navigator.onLine ? "offline" : "saving");
    else if (status === 401 || status === 403) say("signed-out");
    else say("failed");
  });

  // Signing in elsewhere changed the token that this page was given.
  const renewToken = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const headers = page.body.getAttribute("hx-headers");
    if (!headers) return false;
    document.body.setAttribute("hx-headers", headers);
    for (const field of $$("input[name=csrfmiddlewaretoken]")) {
      field.value = JSON.parse(headers)["X-CSRFToken"];
    }
    return true;
  };

  const retry = async () => {
    if (!waiting.size || !navigator.onLine) return;
    let may = false;
    try {
      may = await renewToken();
    } catch {
      return say("offline");
    }
    if (!may) return say("signed-out");
    for (const form of waiting) {
      waiting.delete(form);
      htmx.trigger(form, "retry");
    }
  };

  window.addEventListener("online", retry);
  window.addEventListener("focus", retry);
  window.setInterval(retry, RETRY_AFTER);
  window.addEventListener("offline", () => unsaved.size && say("offline"));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size) event.preventDefault();
  });

  // The first visit says in which zone mornings are -----------------------------------------

  const tellZone = () => {
    const { zone } = document.body.dataset;
    if (!zone) return;
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const body = new URLSearchParams({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    // Next time, when it fails now.
    fetch(zone, { method: "POST", headers, body }).catch(() => {});
  };
  document.addEventListener("DOMContentLoaded", tellZone);

  // Errors ----------------------------------------------------------------------------------

  const focusErrors = (root) => $("[data-focus]", root)?.focus();
  document.addEventListener("DOMContentLoaded", () => focusErrors(document));
  document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));
})();
