from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from apps.stories.actions import minimum_words
from apps.stories.models import Story, StoryMetric, StoryVersion, VersionReason, Win
from tests.factories.accounts import UserFactory
from tests.factories.frameworks import shipped_framework
from tests.factories.projects import MetricFactory


def words(count: int, word: str = "deploys") -> str:
    return " ".join([word] * count)


class StoryFactory(factory.django.DjangoModelFactory[Story]):
    """A complete working text tagged with ownership; no version and no metric yet."""

    class Meta:
        model = Story

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Cut checkout deploys {n}")
    situation = words(20, "situation")
    task = words(20, "task")
    action = words(50, "action")
    result = words(20, "result")
    started_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=200))
    ended_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=40))
    principles = factory.LazyFunction(lambda: ["ownership"])


class StoryMetricFactory(factory.django.DjangoModelFactory[StoryMetric]):
    """The story quoting a figure of its owner's ledger."""

    class Meta:
        model = StoryMetric

    story = factory.SubFactory(StoryFactory)
    metric = factory.SubFactory(MetricFactory, owner=factory.SelfAttribute("..story.owner"))
    position = factory.Sequence(lambda n: n)


class StoryVersionFactory(factory.django.DjangoModelFactory[StoryVersion]):
    """The story's working text, numbered; it becomes the current version unless `is_current=False`."""

    class Meta:
        model = StoryVersion
        skip_postgeneration_save = True

    story = factory.SubFactory(StoryFactory)
    number = factory.LazyAttribute(
        lambda v: v.story.current_version.number + 1 if v.story.current_version else 1
    )
    content = factory.LazyAttribute(lambda v: v.story.content().as_json())
    reason = VersionReason.SAVED
    is_complete = factory.LazyAttribute(
        lambda v: not v.story.content().missing(minimum_words(shipped_framework()))
    )
    is_measured = factory.LazyAttribute(lambda v: v.story.content().is_measured)

    @factory.post_generation
    def is_current(self: StoryVersion, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if extracted is not False:
            self.story.current_version = self
            self.story.matches_version = True
            self.story.save(update_fields=["current_version", "matches_version"])


class WinFactory(factory.django.DjangoModelFactory[Win]):
    class Meta:
        model = Win

    owner = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Removed flaky test {n}")
    happened_on = factory.LazyFunction(timezone.localdate)
