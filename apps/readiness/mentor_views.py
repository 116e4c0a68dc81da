"""A candidate's readiness as a mentor with the grant sees and rates it, and the same for the candidate to look at."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.models import AccessRecord, User
from apps.accounts.requests import SignedInRequest
from apps.candidates.actions import RatedMeanwhile, by_subject
from apps.candidates.forms import RatingForm
from apps.candidates.models import Mentorship
from apps.readiness.models import Gap, MentorRating
from apps.readiness.rating_actions import NotShown, rate_candidate
from apps.readiness.shown import drafted_subjects, readiness_shown_to
from apps.web.typed import typed_into


def candidate(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the candidate shows, with the form of the mentor's own ratings."""
    shown = Mentorship.objects.showing_readiness().of_mentor(request.user).with_people()
    mentorship = get_object_or_404(shown, pk=pk)
    current = by_subject(MentorRating.objects.written_by(request.user).of_mentorship(mentorship).current())
    form = RatingForm(mentorship.candidacy, current, typed_into(request))
    if request.method != "POST":
        owner = mentorship.candidacy.person_id
        AccessRecord.write("read readiness", mentorship, by=request.user, owner_id=owner, now=timezone.now())
        return _page(request, request.user, mentorship, current, form)
    if not form.is_valid():
        return _page(request, request.user, mentorship, current, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    sends, by, now = "send" in request.POST, request.user, timezone.now()
    try:
        sent = rate_candidate(mentorship, form.answers(), seen=form.started_from, sends=sends, by=by, now=now)
    except NotShown:
        raise Http404 from None
    except RatedMeanwhile as clash:
        form.mark_clashes(clash.current)
        return _page(request, request.user, mentorship, current, form, status=HTTPStatus.CONFLICT)
    messages.success(request, _said(mentorship, sent, sends=sends))
    return redirect("readiness:candidate", pk)


def _said(mentorship: Mentorship, sent: int, *, sends: bool) -> str:
    name = mentorship.candidacy.person.name
    if not sends:
        return f"Kept as a draft. {name} sees nothing of it until you send."
    if not sent:
        return "Nothing was new, so nothing was sent."
    return f"Sent: {name} sees {sent} rating{'' if sent == 1 else 's'} of yours with the reasons."


@require_safe
def seen_by(request: SignedInRequest, pk: int) -> HttpResponse:
    """The candidate's look at what one mentor sees of their readiness; the mentor's drafts are not shown."""
    shown = Mentorship.objects.showing_readiness().editable_by(request.user).with_people()
    mentorship = get_object_or_404(shown, pk=pk)
    if mentorship.mentor is None:
        raise Http404
    current = by_subject(MentorRating.objects.received_by(request.user).of_mentorship(mentorship).current())
    return _page(request, mentorship.mentor, mentorship, current, RatingForm(mentorship.candidacy, current))


def _page(
    request: SignedInRequest,
    mentor: User,
    mentorship: Mentorship,
    current: dict[tuple[str, str], MentorRating],
    form: RatingForm,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    drafts = drafted_subjects(current)
    candidacy = mentorship.candidacy
    words = {
        "mentorship": mentorship,
        "person": candidacy.person,
        "candidacy": candidacy,
        "target": candidacy.framework.level(candidacy.target_level),
        "form": form,
        "gaps": Gap.objects.visible_to(mentor).of_candidacy(candidacy).taken_on().with_actions(),
        "shown": readiness_shown_to(mentor, mentorship, form, drafts, now=timezone.now()),
        "is_own": request.user == candidacy.person,
        "framework": candidacy.framework,
    }
    return render(request, "readiness/candidate.html", words, status=status)
