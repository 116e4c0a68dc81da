from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import Invitation
from apps.accounts.requests import SignedInRequest
from apps.cohorts import actions
from apps.cohorts.forms import EditCohortForm, NewCohortForm, OrganiserForm, PasteForm
from apps.cohorts.models import Cohort, CohortInvitation, Membership, Organiser
from apps.cohorts.preview import Preview, preview_of
from apps.frameworks.models import FrameworkVersion

PAGE_LENGTH = 50


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    rows = Cohort.objects.visible_to(request.user).with_counts(now).soonest_first()[:PAGE_LENGTH]
    return render(request, "cohorts/index.html", {"cohorts": rows, "today": timezone.localdate(now)})


def new(request: SignedInRequest) -> HttpResponse:
    """Two pages: what the cohort is and who is in it; then what was understood, to agree to."""
    try:
        version = FrameworkVersion.objects.current()
    except FrameworkVersion.DoesNotExist:
        return render(request, "cohorts/new.html", status=HTTPStatus.CONFLICT)
    now = timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = NewCohortForm(posted, framework=version.content, today=timezone.localdate(now))
    if posted is None or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return render(request, "cohorts/new.html", {"form": form}, status=status)
    preview = preview_of(form.text, by=request.user, cohort=None, now=now)
    if form.cleaned_data["shown"] != preview.fingerprint:
        return _preview_page(request, form, preview)
    try:
        cohort = actions.create_cohort(
            **form.plan, framework_version=version, people=preview.good, by=request.user, now=now
        )
    except actions.MadeAlready as twice:
        cohort = twice.cohort
    else:
        messages.success(request, f"{cohort.name} is there. {_sent(len(preview.good))}")
    return redirect("dashboards:cohort", cohort.pk)


def _sent(number: int) -> str:
    if number == 0:
        return "Nobody is invited yet."
    return f"{number} invitation{'' if number == 1 else 's'} went out."


def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    cohort = get_object_or_404(Cohort.objects.editable_by(request.user), pk=pk)
    form = PasteForm(request.POST or None)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        is_over = cohort.target_on <= timezone.localdate()
        return render(
            request,
            "cohorts/invite.html",
            {"form": form, "cohort": cohort, "is_over": is_over},
            status=status,
        )
    now = timezone.now()
    try:
        invited = actions.invite_people(
            cohort, form.text, shown=form.cleaned_data["shown"], by=request.user, now=now
        )
    except actions.DateIsOver:
        return _date_is_over(request, cohort)
    except actions.ListChanged:
        preview = preview_of(form.text, by=request.user, cohort=cohort, now=now)
        return _preview_page(request, form, preview, cohort)
    messages.success(request, _sent(len(invited)))
    return redirect("dashboards:cohort", cohort.pk)


def _preview_page(
    request: SignedInRequest, form: PasteForm, preview: Preview, cohort: Cohort | None = None
) -> HttpResponse:
    """Show what each line would do; agreeing sends back the same lines and their fingerprint."""
    words = {
        "form": form,
        "preview": preview,
        "cohort": cohort,
        "kept": [field for field in form if field.name not in {"addresses", "shown"}],
        "has_changed": bool(form.cleaned_data["shown"]),
    }
    return render(request, "cohorts/preview.html", words)


def _date_is_over(request: SignedInRequest, cohort: Cohort) -> HttpResponse:
    messages.error(
        request, f"The target date of {cohort.name} has passed. Move it before you invite anybody."
    )
    return redirect("cohorts:edit", cohort.pk)


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    cohort = get_object_or_404(Cohort.objects.editable_by(request.user), pk=pk)
    form = EditCohortForm(request.POST or None, cohort=cohort, today=timezone.localdate())
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, cohort, form)
    started_from = form.cleaned_data.pop("revision")
    try:
        actions.change_cohort(cohort, started_from=started_from, **form.cleaned_data, by=request.user)
    except actions.StaleSave:
        return _changed_meanwhile(request, cohort, form)
    messages.success(request, "Saved.")
    return redirect("dashboards:cohort", cohort.pk)


def _changed_meanwhile(request: SignedInRequest, cohort: Cohort, form: EditCohortForm) -> HttpResponse:
    """Show what is saved beside what was typed; saving again from here wins."""
    typed = {name: form[name].value() for name in ("name", "target_on")}
    on_top = EditCohortForm(typed | {"revision": cohort.revision}, cohort=cohort, today=form.today)
    return _edit_page(request, cohort, on_top, HTTPStatus.CONFLICT)


@require_POST
def organiser_new(request: SignedInRequest, pk: int) -> HttpResponse:
    cohort = get_object_or_404(Cohort.objects.editable_by(request.user), pk=pk)
    form = OrganiserForm(request.POST)
    if form.is_valid():
        try:
            organiser = actions.add_organiser(
                cohort, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except actions.NotAnOrganiser:
            form.add_error("email", "No organiser has this address. An administrator makes somebody one.")
        else:
            messages.success(request, f"{organiser.user.name} organises this cohort too.")
            return redirect("cohorts:edit", cohort.pk)
    return _edit_page(request, cohort, organiser_form=form)


def _edit_page(
    request: SignedInRequest,
    cohort: Cohort,
    form: EditCohortForm | None = None,
    status: int = HTTPStatus.OK,
    *,
    organiser_form: OrganiserForm | None = None,
) -> HttpResponse:
    form = form or EditCohortForm(cohort=cohort, today=timezone.localdate())
    organiser_form = organiser_form or OrganiserForm()
    if status == HTTPStatus.OK and (form.errors or organiser_form.errors):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    words = {
        "form": form,
        "organiser_form": organiser_form,
        "cohort": cohort,
        "organisers": Organiser.objects.of_cohort(cohort),
        "is_conflict": status == HTTPStatus.CONFLICT,
    }
    return render(request, "cohorts/edit.html", words, status=status)


@require_safe
def invitations(request: SignedInRequest, pk: int) -> HttpResponse:
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    return _invitations_page(request, cohort)


@require_POST
@never_cache
def invitation_renew(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(CohortInvitation.objects.editable_by(request.user).with_invitation(), pk=pk)
    try:
        link = actions.renew_invitation(asked, by=request.user, now=timezone.now())
    except actions.DateIsOver:
        return _date_is_over(request, asked.cohort)
    except actions.NotInThatState:
        return _moved_on(request, asked.cohort)
    # The link is in this one answer: a redirect would have to keep it somewhere.
    return _invitations_page(request, asked.cohort, fresh=asked.invitation, link=link)


@require_POST
def invitation_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(CohortInvitation.objects.editable_by(request.user).with_invitation(), pk=pk)
    try:
        actions.withdraw_invitation(asked, by=request.user, now=timezone.now())
    except actions.NotInThatState:
        return _moved_on(request, asked.cohort)
    messages.success(
        request, f"The invitation to {asked.invitation.email} is withdrawn; its link no longer works."
    )
    return redirect("cohorts:invitations", asked.cohort_id)


def _moved_on(request: SignedInRequest, cohort: Cohort) -> HttpResponse:
    messages.error(request, "That invitation has moved on meanwhile. Below is how things stand now.")
    return _invitations_page(request, cohort, status=HTTPStatus.CONFLICT)


def _invitations_page(
    request: SignedInRequest,
    cohort: Cohort,
    *,
    status: int = HTTPStatus.OK,
    fresh: Invitation | None = None,
    link: str = "",
) -> HttpResponse:
    now = timezone.now()
    mine = CohortInvitation.objects.visible_to(request.user).of_cohort(cohort)
    page = list(
        mine.with_invitation().newest_first().before(request.GET.get("before", ""))[: PAGE_LENGTH + 1]
    )
    words = {
        "cohort": cohort,
        "rows": [(row, row.invitation.state(now)) for row in page[:PAGE_LENGTH]],
        "counts": mine.counted(now),
        "older_than": page[PAGE_LENGTH - 1].pk if len(page) > PAGE_LENGTH else None,
        "fresh": fresh,
        "link": link,
    }
    return render(request, "cohorts/invitations.html", words, status=status)


@require_POST
def membership_end(request: SignedInRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.editable_by(request.user).with_cohort(), pk=pk)
    actions.end_membership(membership, by=request.user, now=timezone.now())
    if membership.user_id == request.user.pk:
        messages.success(
            request, f"You left {membership.cohort.name}. Its organisers no longer see your progress."
        )
        return redirect("dashboards:home")
    messages.success(
        request, f"{membership.user.name} is out of {membership.cohort.name}; what they wrote stays theirs."
    )
    return redirect("dashboards:cohort", membership.cohort_id)
