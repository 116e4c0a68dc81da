"""Pages without a noun of the domain: health, theme, errors."""

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from apps.web import styleguide as samples
from apps.web.context import THEMES

A_YEAR = 365 * 24 * 3600


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers and its tables are those of this code, else 503."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError:
        return JsonResponse({"ready": False, "database": "does not answer"}, status=503)
    return JsonResponse(
        {"ready": not pending, "database": "migrations pending" if pending else "ok"},
        status=503 if pending else 200,
    )


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
    return render(request, "403_csrf.html", status=403)


def styleguide(request: HttpRequest) -> HttpResponse:
    if settings.PRODUCTION:
        raise Http404
    return render(request, "web/styleguide.html", samples.context(request))
