from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.candidates.forms import EditCandidacyForm
from apps.candidates.models import Subject
from apps.candidates.places import place_of
from apps.candidates.views import changed_meanwhile, edit_page
from apps.cohorts.models import Cohort, Membership
from apps.dashboards.board import Board, Member, board_of, members_of, subjects_of
from apps.dashboards.change import change_of
from apps.dashboards.overview import overview_of
from apps.dashboards.today import today_of
from apps.stories.forms import WinForm

PEOPLE_ON_A_PAGE = 100


@require_safe
def change_preview(request: SignedInRequest) -> HttpResponse:
    """What another date or level would change. Nothing is saved here, so it is asked for by GET."""
    candidacy = place_of(request.user).candidacy
    if candidacy is None or not request.GET:
        return redirect("candidates:edit" if candidacy else "candidates:start")
    form = EditCandidacyForm(request.GET, candidacy=candidacy, today=timezone.localdate())
    if not form.is_valid():
        return edit_page(request, candidacy, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    wanted = dict(form.cleaned_data)
    if wanted.pop("revision") != candidacy.revision:
        return changed_meanwhile(request, candidacy, form)
    change = change_of(candidacy, **wanted, person=request.user, now=timezone.now())
    words = {"change": change, "form": form, "candidacy": candidacy}
    return render(request, "dashboards/change_preview.html", words)


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """A candidate's Today; everybody else's first page is where their work waits."""
    place = place_of(request.user)
    if place.candidacy is None:
        if place.is_mentor:
            return redirect("reviews:queue")
        if request.user.may_create_cohorts:
            return redirect("dashboards:overview")
        return render(request, "dashboards/welcome.html")
    now = timezone.now()
    order = request.GET.get("order", "gaps")
    today = today_of(request.user, place.candidacy, now=now, gaps_first=order != "framework")
    form = WinForm(framework=place.candidacy.framework, today=timezone.localdate(now))
    context = {"today": today, "form": form, "order": order, "framework": place.candidacy.framework}
    template = "dashboards/today.html" if today.has_evidence else "dashboards/first.html"
    return render(request, template, context)


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    words = {"overview": overview_of(request.user, now=timezone.now())}
    return render(request, "dashboards/overview.html", words)


@require_safe
def cohort(request: SignedInRequest, pk: int) -> HttpResponse:
    """The board of a cohort, as a picture of the ladder or as a list of its people."""
    found = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    view = "people" if request.GET.get("view") == "people" else "ladder"
    kind = Subject.INDICATOR if request.GET.get("of") == "indicators" else Subject.PRINCIPLE
    order = "gaps" if request.GET.get("order") == "gaps" and view == "ladder" else "name"
    board = board_of(found, kind=kind, most_gaps_first=order == "gaps", now=timezone.now())
    context = {"board": board, "cohort": found, "view": view, "kind": kind.value, "order": order}
    if view == "people":
        context["people"], context["after"] = _people_page(board, request.GET.get("after", ""))
    return render(request, "dashboards/cohort.html", context)


def _people_page(board: Board, after: str) -> tuple[tuple[Member, ...], int | None]:
    """Return the members after the one of that membership, and whom the next page begins after."""
    places = [str(member.membership_id) for member in board.members]
    start = places.index(after) + 1 if after in places else 0
    page = board.members[start : start + PEOPLE_ON_A_PAGE]
    has_more = len(board.members) > start + PEOPLE_ON_A_PAGE
    return page, page[-1].membership_id if has_more else None


@require_safe
def organiser_view(request: SignedInRequest) -> HttpResponse:
    """What the organisers of one's cohort see of oneself, by the same code as their board."""
    memberships = Membership.objects.standing().of_user(request.user).with_cohort().newest_first()
    views = []
    for membership in memberships:
        subjects = subjects_of(membership.cohort, Subject.PRINCIPLE)
        member = members_of(membership.cohort, subjects, now=timezone.now(), only=request.user)[0]
        steps = zip(subjects.names, member.progress.steps, strict=True) if member.progress else ()
        views.append({"membership": membership, "member": member, "steps": list(steps)})
    return render(request, "dashboards/organiser_view.html", {"views": views})
