from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from apps.web import navigation
from apps.web.context import Chrome
from apps.web.navigation import Entry, Tab
from apps.web.templatetags.ui import tab_row
from apps.web.toasts import toast_with_undo


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start with an empty registry; routes are borrowed from this app."""
    monkeypatch.setattr(navigation, "_entries", [])
    monkeypatch.setattr(navigation, "_finders", {})
    monkeypatch.setattr(navigation, "_primary", [])


def _chrome(route: str = "web:healthz", **cookies: str) -> Chrome:
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    request.user = SimpleNamespace(is_authenticated=True, shortcuts_on=True)  # type: ignore[assignment]
    request.resolver_match = SimpleNamespace(view_name=route)  # type: ignore[assignment]
    return Chrome(request)


def _entry(route: str, label: str, group: navigation.Group, **more: Any) -> Entry:
    return Entry(route, label, "circle", group, **more)


def test_facts_of_a_person_are_found_once() -> None:
    asked = []

    def find(user: Any) -> dict[str, Any]:
        asked.append(user)
        return {"candidate": True, "waiting": 3}

    navigation.add_facts(("candidate", "waiting"), find)
    user = SimpleNamespace()

    assert navigation.has("candidate")(user) is True
    assert navigation.counted("waiting")(user) == 3
    assert asked == [user]


def test_fact_has_one_source() -> None:
    navigation.add_fact("candidate", lambda _: True)

    with pytest.raises(ValueError, match="two apps say"):
        navigation.add_fact("candidate", lambda _: False)


def test_frame_asks_nothing_until_it_is_read() -> None:
    def find(user: Any) -> bool:
        raise AssertionError("asked")

    navigation.add_fact("candidate", find)
    navigation.add(_entry("web:healthz", "Today", "candidate", visible=navigation.has("candidate")))

    chrome = _chrome()

    assert (chrome.theme, chrome.shortcuts_on) == ("system", True)
    with pytest.raises(AssertionError, match="asked"):
        len(chrome.nav)


def test_sidebar_shows_the_place_of_the_current_page() -> None:
    navigation.add(
        _entry("web:healthz", "Today", "candidate"),
        _entry("web:readyz", "Review queue", "mentor"),
        _entry("web:styleguide", "Settings", "everyone"),
    )

    assert [link.label for link in _chrome("web:healthz").nav] == ["Today"]
    assert [link.label for link in _chrome("web:readyz").nav] == ["Review queue"]
    assert [link.label for link in _chrome("web:styleguide").nav] == ["Today"]
    assert [(place.label, place.is_current) for place in _chrome("web:readyz").places] == [
        ("My candidacy", False),
        ("Mentoring", True),
    ]


def test_somebody_with_one_role_has_no_places_to_switch() -> None:
    navigation.add(
        _entry("web:healthz", "Today", "candidate"),
        _entry("web:readyz", "Review queue", "mentor", visible=lambda _: False),
    )

    assert _chrome().places == []


@pytest.mark.parametrize(
    ("route", "current"),
    [("web:healthz", "Today"), ("web:edit", "Stories"), ("web:anything", "Today"), ("other:page", None)],
)
def test_current_entry_is_the_one_that_names_the_route_else_its_namespace(
    route: str, current: str | None
) -> None:
    navigation.add(
        _entry("web:healthz", "Today", "candidate"),
        _entry("web:readyz", "Stories", "candidate", covers=("web:edit",)),
    )

    entry = _chrome(route).current

    assert (entry.label if entry else None) == current


def test_entries_stand_by_rank_then_as_they_came() -> None:
    navigation.add(
        _entry("web:healthz", "Stories", "candidate"),
        _entry("web:readyz", "Readiness", "candidate"),
        _entry("web:styleguide", "Today", "candidate", rank=0),
    )

    assert [link.label for link in _chrome().nav] == ["Today", "Stories", "Readiness"]


def test_two_entries_of_a_group_do_not_share_a_key() -> None:
    navigation.add(_entry("web:healthz", "Today", "candidate", key="t"))

    with pytest.raises(ValueError, match="G t leads to two places"):
        navigation.add(_entry("web:readyz", "Timeline", "candidate", key="t"))


def test_primary_button_gives_its_key_to_the_shortcuts() -> None:
    navigation.set_primary("web:styleguide", "Log a win", "N")
    navigation.add(_entry("web:healthz", "Today", "candidate", key="t"))

    chrome = _chrome()

    assert chrome.shortcuts[:2] == [("N", "Log a win"), ("G T", "Today")]


def test_signed_out_frame_has_no_navigation() -> None:
    navigation.add(_entry("web:healthz", "Today", "candidate"))

    chrome = Chrome(RequestFactory().get("/"))

    assert (chrome.user, chrome.nav, chrome.foot, chrome.primary) == (None, [], [], None)


@pytest.fixture
def request_with_messages() -> HttpRequest:
    request = RequestFactory().get("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def test_message_with_undo_posts_to_its_path(request_with_messages: HttpRequest) -> None:
    toast_with_undo(request_with_messages, "Win deleted.", "/wins/3/restore")

    html = render_to_string("ui/_messages.html", {"messages": get_messages(request_with_messages)})

    assert '<form method="post" action="/wins/3/restore">' in html
    assert "<p>Win deleted.</p>" in html


def test_each_app_adds_its_tab_and_the_row_stands_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_tabs", {})
    navigation.add_tabs("row", Tab("web:readyz", "Second", 20, covers=("web:metrics",)))
    navigation.add_tabs("row", Tab("web:healthz", "First", 10))

    html = tab_row(_chrome("web:metrics"), "row", "Pages")

    assert [tab.label for tab in navigation.tabs("row")] == ["First", "Second"]
    assert html == (
        '<nav class="tabs" aria-label="Pages"><a href="/healthz">First</a>'
        '<a href="/readyz" aria-current="page">Second</a></nav>'
    )


def test_a_page_of_a_row_of_tabs_belongs_to_the_entry_of_that_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_tabs", {})
    navigation.add(_entry("dashboards:home", "Today", "candidate"))
    navigation.add(_entry("readiness:index", "Readiness", "candidate", tabs="readiness"))
    navigation.add_tabs("readiness", Tab("web:healthz", "Scope", 10))

    assert [link.is_current for link in _chrome("web:healthz").nav] == [False, True]
    assert [link.is_current for link in _chrome("web:readyz").nav] == [False, False]
