"""The pages others are measured against: F, and one that does nothing at all."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts.requests import SignedInRequest
from apps.projects.models import Metric
from apps.stories.models import Story, Win

ROWS = 25


def floor(request: SignedInRequest) -> HttpResponse:
    """F: what anybody would write. Session, user and three lists by index, and a template of 30 KB."""
    user = request.user
    context = {
        "stories": Story.objects.filter(owner=user, deleted_at=None).order_by("-edited_at", "-pk")[:ROWS],
        "wins": Win.objects.filter(owner=user, deleted_at=None).order_by("-happened_on", "-pk")[:ROWS],
        "metrics": Metric.objects.filter(owner=user)[:ROWS],
    }
    return render(request, "bench/floor.html", context)


def hello(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello, world")
