"""The course of a candidacy: its briefing, and each phase with its checklist."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.accounts.requests import SignedInRequest
from apps.candidates import actions
from apps.candidates.briefing import briefing_of, has_advantage, has_challenge
from apps.candidates.models import Candidacy
from apps.candidates.phase_page import phase_page_of
from apps.candidates.places import place_of

MINE = {"mine": True, "not_mine": False, "open": None}
APPLIES = {"yes": True, "no": False}


@require_safe
def briefing(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    return _briefing_page(request, candidacy)


@require_POST
@vary_on_headers("HX-Request")
def advantage_choose(request: SignedInRequest, group: str, key: str) -> HttpResponse:
    candidacy = _own(request)
    if not has_advantage(candidacy.framework, group, key):
        raise Http404
    answer = request.POST.get("answer", "")
    if answer not in MINE:
        return _not_an_answer(request, candidacy)
    actions.choose_advantage(candidacy, group, key, is_mine=MINE[answer], now=timezone.now())
    return _chosen(request, candidacy, "advantages")


@require_POST
@vary_on_headers("HX-Request")
def challenge_choose(request: SignedInRequest, key: str) -> HttpResponse:
    candidacy = _own(request)
    if not has_challenge(candidacy.framework, key):
        raise Http404
    answer = request.POST.get("answer", "")
    if answer not in APPLIES:
        return _not_an_answer(request, candidacy)
    actions.choose_challenges(candidacy, {key: APPLIES[answer]}, now=timezone.now())
    return _chosen(request, candidacy, "challenges")


@require_POST
@vary_on_headers("HX-Request")
def challenge_none(request: SignedInRequest) -> HttpResponse:
    """Say of all challenges at once that they do not apply."""
    candidacy = _own(request)
    none = dict.fromkeys((challenge.key for challenge in candidacy.framework.challenges), False)
    actions.choose_challenges(candidacy, none, now=timezone.now())
    return _chosen(request, candidacy, "challenges")


@require_safe
def phase(request: SignedInRequest, key: str) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    if key not in candidacy.framework.phases_by_key:
        raise Http404
    return _phase_page(request, candidacy, key)


@require_POST
def tick(request: SignedInRequest, key: str, item: str) -> HttpResponse:
    """Say that a line of a checklist is done, or that it is not after all."""
    candidacy = _own(request)
    phases, answer = candidacy.framework.phases_by_key, request.POST.get("is_done", "")
    if key in phases and answer not in APPLIES:
        return _phase_page(request, candidacy, key, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        actions.tick(candidacy, key, item, is_done=answer == "yes", now=timezone.now())
    except actions.NoSuchLine:
        raise Http404 from None
    except actions.ToldByFacts:
        messages.error(request, "That line is done by what is in here, not by a tick. This is how it stands.")
        return _phase_page(request, candidacy, key, HTTPStatus.CONFLICT)
    origin = request.POST.get("origin", "")
    if origin == "timeline":
        return redirect("candidates:timeline")
    # A line that is caught up on stands on the page of another phase.
    return redirect("candidates:phase", origin if origin in phases else key)


def _phase_page(
    request: SignedInRequest, candidacy: Candidacy, key: str, status: int = HTTPStatus.OK
) -> HttpResponse:
    shown = candidacy.framework.phase(key)
    words = {
        "page": phase_page_of(candidacy, shown, today=timezone.localdate()),
        "candidacy": candidacy,
        "origin": key,
    }
    return render(request, "candidates/phase.html", words, status=status)


def _own(request: SignedInRequest) -> Candidacy:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        raise Http404
    return candidacy


def _briefing_page(
    request: SignedInRequest, candidacy: Candidacy, piece: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    words = {
        "briefing": briefing_of(candidacy, today=timezone.localdate()),
        "candidacy": candidacy,
        "framework": candidacy.framework,
    }
    return render(request, f"candidates/briefing.html{piece}", words, status=status)


def _chosen(request: SignedInRequest, candidacy: Candidacy, piece: str) -> HttpResponse:
    if request.htmx:
        return _briefing_page(request, candidacy, f"#{piece}")
    return redirect(f"{reverse('candidates:briefing')}#{piece}")


def _not_an_answer(request: SignedInRequest, candidacy: Candidacy) -> HttpResponse:
    messages.error(request, "That is none of the answers. Nothing was changed.")
    return _briefing_page(request, candidacy, status=HTTPStatus.UNPROCESSABLE_ENTITY)
