"""What every request passes: an id for its log lines, and the policy table."""

import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from apps.web import policy
from apps.web.logs import current_request_id

logger = logging.getLogger("starboard.request")

_A_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request an id (a proxy's, if it looks like one), for its log lines and its answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        ident = given if _A_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        token = current_request_id.set(ident)
        request.META["REQUEST_ID"] = ident
        try:
            response = get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-ID"] = ident
        return response

    return middleware


class PolicyMiddleware(LoginRequiredMiddleware):
    """Refuse what the policy table does not allow, before the view runs.

    Signed out: to the sign-in page and back. Wrong audience: the same 404 as for a page that does
    not exist. Wrong method: 405.
    """

    def get_login_url(self, view_func: Any) -> str:
        # There is one sign-in; the views of Django's admin name another.
        return str(settings.LOGIN_URL)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: Any,
        view_kwargs: Any,
    ) -> Any:
        match = request.resolver_match
        rule = policy.rule_for(match.view_name) if match else None
        if rule is None:
            raise Http404
        if not rule.who.is_public:
            if not request.user.is_authenticated:
                # A fragment's answer would be swapped into the page: app.js leads to sign-in instead.
                if request.headers.get("HX-Request"):
                    return HttpResponse(status=401)
                return self.handle_no_permission(request, view_func)
            if not rule.who.allows(request.user):
                raise Http404
        if request.method not in rule.methods:
            return HttpResponseNotAllowed(rule.methods)
        return None
