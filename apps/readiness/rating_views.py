"""A candidate's ratings beside those of their mentors, their words on principles, and what to talk about."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.candidates.actions import Answer, RatedMeanwhile, rate_self
from apps.candidates.forms import RatingForm
from apps.candidates.models import Candidacy, Subject
from apps.candidates.places import place_of
from apps.readiness import rating_actions as actions
from apps.readiness.actions import refreshed_portfolio
from apps.readiness.evidence import NoSuchEvidence, Target, offered_to, target_named
from apps.readiness.ladder import guide_to
from apps.readiness.models import PrincipleNote
from apps.readiness.portfolio import SubjectStanding, portfolio_of
from apps.readiness.rating_forms import PrincipleNoteForm, TalkedForm
from apps.readiness.ratings import (
    indicator_lines,
    linked_names,
    own_ratings_of,
    principle_rows,
    talk_page_of,
)
from apps.web.typed import typed_into
from apps.web.versioned import StaleSave


def _candidacy(request: SignedInRequest) -> Candidacy:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        raise Http404
    return candidacy


def _subject(candidacy: Candidacy, kind: str, key: str) -> SubjectStanding:
    try:
        return refreshed_portfolio(candidacy, now=timezone.now()).subject(kind, key)
    except KeyError:
        raise Http404 from None


@require_safe
def indicators(request: SignedInRequest) -> HttpResponse:
    """Own rating, each mentor's, and the step by evidence: three lines side by side."""
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    return _indicators_page(request, candidacy, RatingForm(candidacy, own_ratings_of(candidacy)))


def _indicators_page(
    request: SignedInRequest, candidacy: Candidacy, form: RatingForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    today = timezone.localdate()
    portfolio = portfolio_of(candidacy, today=today)
    words = {
        "candidacy": candidacy,
        "form": form,
        "lines": indicator_lines(candidacy, portfolio, form, today=today),
        "guide": guide_to(candidacy.framework, candidacy.target_level),
        "framework": candidacy.framework,
    }
    return render(request, "readiness/indicators.html", words, status=status)


def _indicator(
    request: SignedInRequest, candidacy: Candidacy, form: RatingForm, key: str, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return one card to htmx, and the whole page to a plain form."""
    if not request.htmx:
        return _indicators_page(request, candidacy, form, status)
    now = timezone.now()
    portfolio = refreshed_portfolio(candidacy, now=now)
    (one,) = indicator_lines(candidacy, portfolio, form, today=timezone.localdate(now), only=key)
    words = {"one": one, "form": form, "framework": candidacy.framework, "is_saved": status == HTTPStatus.OK}
    return render(request, "readiness/indicators.html#indicator", words, status=status)


@require_POST
def indicator_rate(request: SignedInRequest, key: str) -> HttpResponse:
    candidacy = _candidacy(request)
    form = RatingForm(candidacy, own_ratings_of(candidacy), request.POST)
    try:
        asked = form.subject(Subject.INDICATOR, key)
    except KeyError:
        raise Http404 from None
    if asked.errors:
        return _indicator(request, candidacy, form, key, HTTPStatus.UNPROCESSABLE_ENTITY)
    answer = Answer(asked.kind.value, asked.key, asked.value, asked.note)
    try:
        rate_self(candidacy, [answer], seen=form.started_from, now=timezone.now())
    except RatedMeanwhile as clash:
        form.mark_clashes(clash.current)
        return _indicator(request, candidacy, form, key, HTTPStatus.CONFLICT)
    if request.htmx:
        candidacy.refresh_from_db(fields=["evidence_rev"])
        return _indicator(request, candidacy, RatingForm(candidacy, own_ratings_of(candidacy)), key)
    messages.success(request, "Saved, dated today. Earlier ratings stay in the history.")
    return redirect(f"{reverse('readiness:indicators')}#{asked.field}")


@require_safe
def evidence(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    """What is linked to a principle or indicator, and what of one's own could be."""
    candidacy = _candidacy(request)
    subject = _subject(candidacy, kind, key)
    linked = linked_names(candidacy, subject)
    names = {name for name, _, _ in linked}
    offered = [
        (heading, [choice for choice in choices if choice[0] not in names])
        for heading, choices in offered_to(request.user)
    ]
    words = {"subject": subject, "linked": linked, "offered": [one for one in offered if one[1]]}
    return render(request, "readiness/evidence.html", words)


def _named(request: SignedInRequest) -> Target:
    """Return what was named; somebody else's thing is 404, as if it did not exist."""
    try:
        (target,) = target_named(request.POST.get("evidence", ""), by=request.user).values()
    except NoSuchEvidence:
        raise Http404 from None
    return target


@require_POST
def evidence_link(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    candidacy = _candidacy(request)
    subject = _subject(candidacy, kind, key)
    thing = _named(request)
    actions.link_evidence(candidacy, kind, key, thing, by=request.user, now=timezone.now())
    messages.success(request, f"“{thing}” is linked to {subject.name}.")
    return redirect("readiness:evidence", kind, key)


@require_POST
def evidence_unlink(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    candidacy = _candidacy(request)
    subject = _subject(candidacy, kind, key)
    thing = _named(request)
    actions.unlink_evidence(candidacy, kind, key, thing, by=request.user, now=timezone.now())
    messages.success(
        request, f"“{thing}” is no longer linked to {subject.name}. The thing itself is as it was."
    )
    return redirect("readiness:evidence", kind, key)


@require_safe
def principles(request: SignedInRequest) -> HttpResponse:
    """Each principle at scale: what was written of it, and how many stories show it."""
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    portfolio = portfolio_of(candidacy, today=timezone.localdate())
    words = {"candidacy": candidacy, "rows": principle_rows(candidacy, portfolio)}
    return render(request, "readiness/principles.html", words)


def principle(request: SignedInRequest, key: str) -> HttpResponse:
    """Own words for today's scope, for the next, and on the evidence that is needed."""
    candidacy = _candidacy(request)
    subject = _subject(candidacy, Subject.PRINCIPLE, key)
    note = PrincipleNote.objects.visible_to(request.user).of_principle(candidacy, key)
    asked = candidacy.framework.principle(key)
    form = PrincipleNoteForm(typed_into(request), instance=note, principle=asked)
    words: dict[str, Any] = {"subject": subject, "principle": asked, "form": form, "candidacy": candidacy}
    if request.method == "POST" and form.is_valid():
        began = form.started_from()
        try:
            actions.write_principle_note(
                candidacy, key, form.values(), started_from=began, now=timezone.now()
            )
        except StaleSave as stale:
            words |= form.conflict(stale.saved)
            return render(request, "readiness/principle.html", words, status=HTTPStatus.CONFLICT)
        messages.success(request, "Saved.")
        return redirect("readiness:principle", key)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "readiness/principle.html", words, status=status)


@require_safe
def talk(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    return _talk_page(request, candidacy)


def _talk_page(
    request: SignedInRequest, candidacy: Candidacy, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    today = timezone.localdate()
    page = talk_page_of(candidacy, portfolio_of(candidacy, today=today))
    words = {"candidacy": candidacy, "page": page, "today": today, **more}
    return render(request, "readiness/talk.html", words, status=status)


@require_POST
def talk_mark(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    """Say on which day a difference was talked about."""
    candidacy = _candidacy(request)
    subject = _subject(candidacy, kind, key)
    form = TalkedForm(request.POST, since=candidacy.started_on, today=timezone.localdate())
    if not form.is_valid():
        more = {"refused": (kind, key), "mark_form": form}
        return _talk_page(request, candidacy, HTTPStatus.UNPROCESSABLE_ENTITY, **more)
    talked_on = form.cleaned_data["talked_on"]
    actions.mark_talked_about(candidacy, kind, key, talked_on=talked_on, now=timezone.now())
    messages.success(request, f"{subject.name} is off the list until one of you rates it again.")
    return redirect("readiness:talk")
