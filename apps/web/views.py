"""Pages without a noun of the domain: health, theme, errors."""

import secrets

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from apps.web import health, typed
from apps.web import metrics as figures
from apps.web import styleguide as samples
from apps.web.context import THEMES

A_YEAR = 365 * 24 * 3600


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and its tables are those of this code, else 503.

    What the apps watch is said as well and changes nothing of that: a mail server that is away is no
    reason to take the pages from everybody.
    """
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            return JsonResponse({"ready": False, "database": "migrations pending"}, status=503)
        watched = health.watched(timezone.now())
    except OperationalError:
        return JsonResponse({"ready": False, "database": "does not answer"}, status=503)
    return JsonResponse(
        {
            "ready": True,
            "database": "ok",
            "well": all(seen.is_well for seen in watched.values()),
            "watched": {name: seen.state for name, seen in watched.items()},
        }
    )


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, by its token or to an administrator; to anybody else as if there were no such page."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    by_token = (
        bool(expected)
        and scheme == "Bearer"
        and secrets.compare_digest(token.encode(errors="replace"), expected.encode())
    )
    if not by_token and not (request.user.is_authenticated and request.user.is_staff):
        raise Http404
    return HttpResponse(figures.exposition(), content_type=CONTENT_TYPE_LATEST)


def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "system")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    # Not `redirect`, which looks up what is no path as the name of a route.
    response = HttpResponseRedirect(back)
    if chosen in dict(THEMES):
        response.set_cookie("theme", chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form is too old; one of our own pages gets back what was typed into it."""
    if typed.came_from_here(request) and (back := typed.sent_too_late(request)):
        return back
    return render(request, "403_csrf.html", status=403)


def styleguide(request: HttpRequest) -> HttpResponse:
    if settings.PRODUCTION:
        raise Http404
    return render(request, "web/styleguide.html", samples.context(request))
