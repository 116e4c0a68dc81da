from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from apps.accounts import private_texts
from apps.accounts.forms import PrivateReadingForm
from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest


@never_cache
def private_reading(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one private text after a reason was given. It is in this one answer: to see it again asks again."""
    person = get_object_or_404(User.objects.all(), pk=pk)
    form = PrivateReadingForm(request.POST or None)
    parts: list[tuple[str, str]] = []
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                parts = private_texts.read_private_text(
                    person, **form.cleaned_data, by=request.user, now=timezone.now()
                )
                status = HTTPStatus.OK
            except private_texts.NoSuchText:
                form.add_error("number", f"{person.name} has written nothing of that kind with this number.")
    words = {"person": person, "form": form, "numbers": private_texts.numbers_of(person), "parts": parts}
    return render(request, "accounts/private_reading.html", words, status=status)
