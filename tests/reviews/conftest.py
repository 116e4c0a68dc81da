from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.candidates.models import Mentorship
from apps.reviews import actions
from apps.reviews.models import Review
from apps.stories.models import Story, StoryVersion
from tests.cast import NOW, SignIn
from tests.factories.stories import StoryFactory

HTMX = {"HX-Request": "true"}

type Ask = Callable[[Story], Review]
type Typed = Callable[..., dict[str, Any]]


@pytest.fixture
def story(candidate: User) -> Story:
    return StoryFactory.create(
        owner=candidate,
        title="Cut checkout deploys",
        principles=["ownership", "dive_deep"],
        indicators=["l6_leads_three_teams"],
    )


@pytest.fixture
def ask(mentorship: Mentorship) -> Ask:
    """Ask Henrik for a review of a story's working text."""

    def asked(story: Story) -> Review:
        candidacy = mentorship.candidacy
        return actions.ask_for_review(
            story, mentorship, candidacy.framework, question="", by=candidacy.person, now=NOW
        )

    return asked


@pytest.fixture
def review(story: Story, ask: Ask) -> Review:
    """What Maya asked Henrik to review; he has not opened it."""
    return ask(story)


@pytest.fixture
def mentor_client(mentor: User, sign_in: SignIn) -> Client:
    return sign_in(mentor)


@pytest.fixture
def candidate_client(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


@pytest.fixture
def typed(review: Review) -> Typed:
    """The fields of the review screen as it is opened now, with what is typed into it."""

    def fields(of: Review = review, **words: Any) -> dict[str, Any]:
        of = Review.objects.get(pk=of.pk)
        return {"revision": of.revision, **{name.replace("__", "-"): value for name, value in words.items()}}

    return fields


def edit_story(story: Story, **fields: Any) -> None:
    """Change the working text as a save would: it no longer says what the version says."""
    Story.objects.filter(pk=story.pk).update(**fields, matches_version=False)


def newest_version(story: Story) -> StoryVersion:
    return story.versions.latest("number")
