from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.accounts.requests import SignedInRequest
from apps.candidates.models import Subject
from apps.candidates.places import place_of
from apps.readiness.actions import refreshed_portfolio
from apps.readiness.coverage import KIND_NAMES, MISSING_NAMES, SORT_NAMES, Choice, coverage_of, spread_of
from apps.readiness.ladder import guide_to
from apps.readiness.models import MentorRating
from apps.readiness.overview import overview_of
from apps.readiness.sustained import sustained_map


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Coverage: each principle and indicator against its evidence and the bar."""
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    portfolio = refreshed_portfolio(candidacy, now=timezone.now())
    choice = Choice.read(request.GET.dict())
    context = {
        "candidacy": candidacy,
        "choice": choice,
        "kinds": KIND_NAMES,
        "missing": MISSING_NAMES,
        "sorts": SORT_NAMES,
        "groups": coverage_of(portfolio.subjects, choice),
        "spread": spread_of(portfolio.subjects),
        "guide": guide_to(candidacy.framework, candidacy.target_level),
    }
    return render(request, "readiness/index.html", context)


@require_safe
def sustained(request: SignedInRequest) -> HttpResponse:
    """In which months the evidence for each indicator lies, and since when that is enough."""
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    now = timezone.now()
    framework = candidacy.framework
    indicators = refreshed_portfolio(candidacy, now=now).indicators
    context = {
        "candidacy": candidacy,
        "framework": framework,
        "guide": guide_to(framework, candidacy.target_level),
        "map": sustained_map(indicators, sufficiency=framework.sufficiency, today=timezone.localdate(now)),
    }
    return render(request, "readiness/sustained.html", context)


@require_safe
def factors(request: SignedInRequest) -> HttpResponse:
    """The success factors line by line with growth, and the common mistakes with the facts behind each."""
    candidacy = place_of(request.user).candidacy
    if candidacy is None:
        return redirect("candidates:start")
    now = timezone.now()
    overview = overview_of(candidacy, refreshed_portfolio(candidacy, now=now), today=timezone.localdate(now))
    context = {
        "candidacy": candidacy,
        "overview": overview,
        "guide": guide_to(candidacy.framework, candidacy.target_level),
    }
    return render(request, "readiness/factors.html", context)


@require_safe
@vary_on_headers("HX-Request")
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
    if request.htmx:
        return render(request, "readiness/show.html#why", {"subject": subject, "framework": framework})
    context = {
        "candidacy": candidacy,
        "guide": guide_to(framework, candidacy.target_level),
        "subject": subject,
        "lower": [found for found in subject.standing.stories if found.step < subject.standing.step],
        "framework": framework,
        "principle": framework.principle(key) if kind == Subject.PRINCIPLE else None,
        "indicator": framework.indicator(key) if kind == Subject.INDICATOR else None,
        "rubric": framework.rubric(kind, key, candidacy.target_level),  # type: ignore[arg-type]
        "changes": candidacy.step_changes.about(kind, key)[:50],
        "theirs": MentorRating.objects.of_candidacy(candidacy)
        .received_by(request.user)
        .about(kind, key)
        .with_mentor()[:50],
        "ratings": candidacy.self_ratings.about(kind, key)[:50],
    }
    return render(request, "readiness/show.html", context)
