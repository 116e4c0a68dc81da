from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.stories.models import Story
from tests.cast import SignIn
from tests.factories.stories import StoryFactory


@pytest.fixture
def story(candidate: User, candidacy: Candidacy) -> Story:
    return StoryFactory.create(owner=candidate)


@pytest.fixture
def client(candidate: User, sign_in: SignIn) -> Client:
    """The candidate's own browser."""
    return sign_in(candidate)


def posted_fields(client: Client, story: Story, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the browser would send from the editor as it stands, with `changes` typed in."""
    page = client.get(reverse("stories:edit", args=[story.pk]))
    form = page.context["form"]
    fields = {field.html_name: field.value() for field in form} | {
        "revision": page.context["story"].revision,
        "save_id": page.context["save_id"],
    }
    for metric in form.metrics:
        fields |= {field.html_name: field.value() for field in metric}
    fields |= changes
    return {
        name: value if isinstance(value, list) else str(value)
        for name, value in fields.items()
        if value not in (None, False, "", [])
    }


def new_metric_key(client: Client, story: Story) -> str:
    """Return the prefix of the empty row that the editor offers."""
    page = client.get(reverse("stories:edit", args=[story.pk]))
    prefix: str = page.context["form"].metrics[-1].prefix
    return prefix
