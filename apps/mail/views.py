from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.mail import channels, files, letters
from apps.mail.forms import PreferencesForm

LETTERS_SHOWN = 50


def preferences(request: SignedInRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("mail:preferences")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "mail/preferences.html", {"form": form}, status=status)


@csrf_exempt
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    # Mail scanners follow links, so a GET changes nothing; a mail program posts without a cookie (RFC 8058).
    try:
        subscription = channels.subscription_of(token)
    except letters.NoSuchToken:
        return render(request, "mail/unsubscribe.html", {}, status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        if "again" in request.POST:
            subscription.resume()
        else:
            subscription.stop()
    return render(request, "mail/unsubscribe.html", {"subscription": subscription})


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    _check_development()
    return render(request, "mail/mailbox.html", {"letters": files.newest(LETTERS_SHOWN)})


@require_safe
def mailbox_letter(request: HttpRequest, name: str) -> HttpResponse:
    _check_development()
    try:
        letter = files.read(name)
    except files.NoSuchLetter as error:
        raise Http404 from error
    return render(request, "mail/mailbox_letter.html", {"letter": letter})


def _check_development() -> None:
    """Mails hold links that sign somebody in: nothing shows them where real people are."""
    if not settings.DEBUG:
        raise Http404
