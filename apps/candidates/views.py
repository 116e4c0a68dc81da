from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import Invitation
from apps.accounts.requests import SignedInRequest
from apps.candidates import actions, joining
from apps.candidates.facts import facts_of
from apps.candidates.forms import (
    CandidacyForm,
    EditCandidacyForm,
    InviteMentorForm,
    JoinCohortForm,
    RatingForm,
)
from apps.candidates.models import Candidacy, Mentorship, SelfRating, Tick
from apps.candidates.phases import current_window
from apps.candidates.places import place_of
from apps.candidates.timeline import facts_asked, plan_of, windows_of
from apps.cohorts.models import Membership
from apps.frameworks.models import FrameworkVersion
from apps.web.keyset import newest_page
from apps.web.toasts import toast_with_undo
from apps.web.typed import typed_into


def start(request: SignedInRequest) -> HttpResponse:
    if candidacy := place_of(request.user).candidacy:
        return _refused(request, candidacy)
    try:
        framework = FrameworkVersion.objects.current().content
    except FrameworkVersion.DoesNotExist:
        return _refused(request, None)
    today = timezone.localdate()
    form = CandidacyForm(request.POST or None, framework=framework, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.start_candidacy(by=request.user, today=today, **form.cleaned_data)
        except actions.CandidacyIsOpen:
            return _refused(request, Candidacy.objects.open().editable_by(request.user).get())
        messages.success(request, "Your candidacy has begun. Here is what you have going for you.")
        return redirect("candidates:briefing")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "candidates/start.html", {"form": form, "framework": framework}, status=status)


def _refused(request: SignedInRequest, candidacy: Candidacy | None) -> HttpResponse:
    """Say that one is open already, or that no framework was loaded to begin on."""
    target = candidacy.framework.level(candidacy.target_level) if candidacy else None
    words = {"candidacy": candidacy, "target": target}
    return render(request, "candidates/start_refused.html", words, status=HTTPStatus.CONFLICT)


def edit(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return _none_yet(request)
    today = timezone.localdate()
    # Coming back from the preview, what was typed is in the address.
    form = EditCandidacyForm(request.POST or request.GET or None, candidacy=candidacy, today=today)
    if request.method == "POST" and form.is_valid():
        started_from = form.cleaned_data.pop("revision")
        try:
            actions.change_candidacy(candidacy, started_from=started_from, **form.cleaned_data)
        except actions.StaleSave:
            return changed_meanwhile(request, candidacy, form)
        messages.success(request, "Saved. Your timeline follows the new plan.")
        return redirect("candidates:timeline")
    return edit_page(
        request, candidacy, form, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    )


def edit_page(
    request: SignedInRequest, candidacy: Candidacy, form: EditCandidacyForm, status: int
) -> HttpResponse:
    words = {"form": form, "candidacy": candidacy, "framework": candidacy.framework}
    return render(request, "candidates/edit.html", words, status=status)


def changed_meanwhile(
    request: SignedInRequest, candidacy: Candidacy, form: EditCandidacyForm
) -> HttpResponse:
    """Show what is saved beside what was typed; saving again from here wins."""
    saved = Candidacy.objects.editable_by(request.user).get(pk=candidacy.pk)
    levels = saved.framework.levels_by_key
    words = {
        "form": form.on_top_of(saved),
        "candidacy": saved,
        "framework": saved.framework,
        "saved": {"current": levels[saved.current_level], "target": levels[saved.target_level]},
        "typed": {
            "current": levels[form.cleaned_data["current_level"]],
            "target": levels[form.cleaned_data["target_level"]],
            "target_on": form.cleaned_data["target_on"],
        },
    }
    return render(request, "candidates/edit.html", words, status=HTTPStatus.CONFLICT)


@require_safe
def timeline(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return _none_yet(request)
    today = timezone.localdate()
    known = facts_of(candidacy, today, facts_asked(candidacy.framework.phases))
    ticked = Tick.objects.of_candidacy(candidacy).by_line()
    plan = plan_of(candidacy, known=known, today=today, ticked=ticked)
    words = {
        "candidacy": candidacy,
        "plan": plan,
        "target": candidacy.framework.level(candidacy.target_level),
    }
    return render(request, "candidates/timeline.html", words)


def rate(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return _none_yet(request)
    current = actions.by_subject(SelfRating.objects.current_of(candidacy))
    form = RatingForm(candidacy, current, typed_into(request))
    if request.method != "POST":
        return _rating_page(request, candidacy, form)
    if not form.is_valid():
        return _rating_page(request, candidacy, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        count = actions.rate_self(candidacy, form.answers(), seen=form.started_from, now=timezone.now())
    except actions.RatedMeanwhile as clash:
        form.mark_clashes(clash.current)
        return _rating_page(request, candidacy, form, HTTPStatus.CONFLICT)
    messages.success(request, _how_many_changed(count))
    return redirect("candidates:rate")


def _rating_page(
    request: SignedInRequest, candidacy: Candidacy, form: RatingForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    words = {
        "form": form,
        "candidacy": candidacy,
        "target": candidacy.framework.level(candidacy.target_level),
    }
    return render(request, "candidates/rate.html", words, status=status)


def _how_many_changed(count: int) -> str:
    if count == 0:
        return "Nothing was different, so nothing was added."
    return f"Saved: {count} rating{'s' if count > 1 else ''}, dated today. Earlier ones stay in the history."


def _none_yet(request: SignedInRequest) -> HttpResponse:
    """Lead somebody without a candidacy to where one begins."""
    if request.method == "POST":
        raise Http404
    return redirect("candidates:start")


@require_safe
def mentors(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return _none_yet(request)
    return _mentors_page(request, candidacy, form=InviteMentorForm(typed_into(request)))


@require_POST
@never_cache
def mentorship_new(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        raise Http404
    form = InviteMentorForm(request.POST)
    if form.is_valid():
        try:
            asked, link = actions.invite_mentor(
                candidacy, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except actions.OwnAddress:
            form.add_error(
                "email", "This is your own address. Ask somebody who can judge your work from outside."
            )
        except actions.AlreadyAsked:
            form.add_error(
                "email", "This person is in your list already. Give them a new link, or resume, instead."
            )
        else:
            # The link is in this one answer: a redirect would have to keep it somewhere.
            return _mentors_page(request, candidacy, fresh=asked, link=link)
    return _mentors_page(request, candidacy, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def mentorship_pause(request: SignedInRequest, pk: int) -> HttpResponse:
    mentorship = get_object_or_404(Mentorship.objects.editable_by(request.user).with_people(), pk=pk)
    try:
        actions.pause_mentorship(mentorship, by=request.user, now=timezone.now())
    except actions.NotInThatState:
        return _moved_on(request)
    undo = reverse("candidates:mentorship_resume", args=[pk])
    toast_with_undo(request, f"Paused. {mentorship.mentor_name} sees nothing of yours for now.", undo)
    return redirect("candidates:mentors")


@require_POST
def mentorship_resume(request: SignedInRequest, pk: int) -> HttpResponse:
    mentorship = get_object_or_404(Mentorship.objects.editable_by(request.user).with_people(), pk=pk)
    try:
        actions.resume_mentorship(mentorship, by=request.user)
    except actions.NotInThatState:
        return _moved_on(request)
    undo = reverse("candidates:mentorship_pause", args=[pk])
    toast_with_undo(request, f"Resumed. {mentorship.mentor_name} sees again what you shared.", undo)
    return redirect("candidates:mentors")


@require_POST
def mentorship_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    mentorship = get_object_or_404(Mentorship.objects.editable_by(request.user).with_people(), pk=pk)
    try:
        actions.revoke_mentorship(mentorship, by=request.user, now=timezone.now())
    except actions.NotInThatState:
        return _moved_on(request)
    if mentorship.accepted_at:
        said = f"Ended. {mentorship.mentor_name} can no longer open anything of yours; their feedback stays with you."
    else:
        said = f"Taken back. The link sent to {mentorship.invited_email} no longer works."
    messages.success(request, said)
    return redirect("candidates:mentors")


@require_POST
@never_cache
def mentorship_renew_link(request: SignedInRequest, pk: int) -> HttpResponse:
    mentorship = get_object_or_404(Mentorship.objects.editable_by(request.user).with_people(), pk=pk)
    try:
        link = actions.renew_mentorship_link(mentorship, by=request.user, now=timezone.now())
    except actions.NotInThatState:
        return _moved_on(request)
    return _mentors_page(request, mentorship.candidacy, fresh=mentorship, link=link)


@require_POST
def mentorship_readiness(request: SignedInRequest, pk: int) -> HttpResponse:
    mentorship = get_object_or_404(Mentorship.objects.editable_by(request.user).with_people(), pk=pk)
    is_granted = request.POST.get("granted") == "yes"
    try:
        actions.grant_readiness(mentorship, is_granted=is_granted, by=request.user, now=timezone.now())
    except actions.NotInThatState:
        return _moved_on(request)
    may = "may also rate" if is_granted else "no longer rates"
    messages.success(request, f"{mentorship.mentor_name} {may} the readiness indicators.")
    return redirect("candidates:mentors")


@require_POST
def mentorship_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    mentorship = get_object_or_404(Mentorship.objects.editable_by(request.user).with_people(), pk=pk)
    is_granted = request.POST.get("granted") == "yes"
    try:
        actions.grant_plan(mentorship, is_granted=is_granted, by=request.user, now=timezone.now())
    except actions.NotInThatState:
        return _moved_on(request)
    sees = "sees" if is_granted else "no longer sees"
    messages.success(request, f"{mentorship.mentor_name} {sees} the level you aim for, your date and phase.")
    return redirect("candidates:mentors")


@require_POST
@never_cache
def mentorship_decline(request: HttpRequest) -> HttpResponse:
    """Answer no by the token of the link, which comes in the body: it is the proof of being asked."""
    invitation = get_object_or_404(Invitation.objects.with_token(request.POST.get("token", "")))
    mentorship = get_object_or_404(Mentorship.objects.asked_by(invitation).with_people())
    by = request.user if request.user.is_authenticated else None
    try:
        actions.decline_mentorship(mentorship, by=by, now=timezone.now())
    except actions.NotInThatState:
        status = HTTPStatus.CONFLICT
    else:
        status = HTTPStatus.OK
    words = {"mentorship": mentorship, "is_declined": status == HTTPStatus.OK}
    return render(request, "candidates/mentorship_decline.html", words, status=status)


def _moved_on(request: SignedInRequest) -> HttpResponse:
    """Show the page as it is now; 409, since what was asked for no longer fits."""
    messages.error(request, "That has changed meanwhile. Below is how things stand now.")
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        raise Http404
    return _mentors_page(request, candidacy, status=HTTPStatus.CONFLICT)


def _mentors_page(
    request: SignedInRequest,
    candidacy: Candidacy,
    *,
    form: InviteMentorForm | None = None,
    fresh: Mentorship | None = None,
    link: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    rows = Mentorship.objects.of_candidacy(candidacy).with_people().with_story_counts()
    page = newest_page(rows, by="asked_at", cursor=request.GET.get("after", ""))
    words = {
        "form": form or InviteMentorForm(),
        "page": page,
        "standing": [row for row in page.rows if row.is_standing],
        "over": [row for row in page.rows if not row.is_standing],
        "fresh": fresh,
        "link": link,
        "now": timezone.now(),
    }
    return render(request, "candidates/mentors.html", words, status=status)


def cohort_join(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask somebody who has a candidacy whether the organisers of a cohort may see how it goes."""
    mine = Membership.objects.standing().of_user(request.user).with_cohort()
    membership = get_object_or_404(mine, cohort=pk)
    candidacy = place_of(request.user).candidacy
    if candidacy is None or candidacy.cohort_id == pk:
        return redirect("dashboards:home")
    cohort, today = membership.cohort, timezone.localdate()
    form = JoinCohortForm(request.POST or None, cohort=cohort, candidacy=candidacy, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            joining.answer_cohort(membership, form.given, by=request.user, now=timezone.now())
        except joining.DateIsOver:
            form.add_error("answer", "That date has passed meanwhile. Your own can stay.")
        else:
            messages.success(request, form.said())
            return redirect("dashboards:home")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    words = {"form": form, "cohort": cohort, "candidacy": candidacy}
    return render(request, "candidates/cohort_join.html", words, status=status)


@require_safe
def my_candidates(request: SignedInRequest) -> HttpResponse:
    rows = Mentorship.objects.of_mentor(request.user).active().with_people().with_story_counts()
    page = newest_page(rows, by="accepted_at", cursor=request.GET.get("after", ""))
    today = timezone.localdate()
    people = [
        {
            "mentorship": row,
            "target": row.candidacy.framework.level(row.candidacy.target_level) if row.shows_plan else None,
            "window": current_window(windows_of(row.candidacy, today)) if row.shows_plan else None,
        }
        for row in page.rows
    ]
    return render(request, "candidates/my_candidates.html", {"page": page, "people": people})
