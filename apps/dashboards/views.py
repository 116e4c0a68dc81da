from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.candidates.places import place_of
from apps.dashboards.today import today_of
from apps.stories.forms import WinForm


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """A candidate's Today; everybody else's first page is where their work waits."""
    place = place_of(request.user)
    if place.candidacy is None:
        if place.is_mentor:
            return redirect("reviews:queue")
        return render(request, "dashboards/welcome.html")
    now = timezone.now()
    order = request.GET.get("order", "gaps")
    today = today_of(request.user, place.candidacy, now=now, gaps_first=order != "framework")
    form = WinForm(framework=place.candidacy.framework, today=timezone.localdate(now))
    context = {"today": today, "form": form, "order": order, "framework": place.candidacy.framework}
    template = "dashboards/today.html" if today.has_evidence else "dashboards/first.html"
    return render(request, template, context)
