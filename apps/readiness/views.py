from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.candidates.models import Subject
from apps.candidates.places import place_of
from apps.readiness.actions import refreshed_portfolio


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    context = {
        "candidacy": candidacy,
        "portfolio": refreshed_portfolio(candidacy, now=timezone.now()),
        "framework": candidacy.framework,
    }
    return render(request, "readiness/index.html", context)


@require_safe
def show(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    """One principle or indicator: its step, and exactly what it stands on."""
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    portfolio = refreshed_portfolio(candidacy, now=timezone.now())
    try:
        subject = portfolio.subject(kind, key)
    except KeyError:
        raise Http404 from None
    framework = candidacy.framework
    context = {
        "candidacy": candidacy,
        "subject": subject,
        "framework": framework,
        "principle": framework.principle(key) if kind == Subject.PRINCIPLE else None,
        "indicator": framework.indicator(key) if kind == Subject.INDICATOR else None,
        "rubric": framework.rubric(kind, key, candidacy.target_level),  # type: ignore[arg-type]
        "changes": candidacy.step_changes.about(kind, key)[:50],
        "ratings": candidacy.self_ratings.about(kind, key)[:50],
    }
    return render(request, "readiness/show.html", context)
