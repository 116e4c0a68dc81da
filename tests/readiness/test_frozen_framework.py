"""A framework edited afterwards changes no assessment: a candidacy stays on the version it began with."""

from datetime import date, datetime

from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from apps.frameworks.actions import load_framework
from apps.frameworks.models import FrameworkVersion, document_of
from apps.frameworks.schema import Framework
from apps.readiness.actions import refresh_standings, refreshed_portfolio
from apps.readiness.models import Standing, StepChange
from apps.readiness.overview import overview_of
from apps.readiness.sustained import sustained_map
from apps.stories.models import Story
from tests.cast import SignIn
from tests.factories.frameworks import shipped_framework
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory
from tests.readiness.test_standings import reviewed


def harder() -> Framework:
    """The shipped framework with another bar, another window, other wording and a principle less."""
    document = document_of(shipped_framework())
    document["sufficiency"] |= {"stories_other": 3, "stories_leading": 5, "sustained_months": 24}
    document["principles"][1]["name"] = "Owning it"
    document["success_factors"] = document["success_factors"][:1]
    return Framework.model_validate(document)


def assessment(candidacy: Candidacy, today: date) -> tuple[object, ...]:
    """All that is said of a candidacy."""
    now = datetime.combine(today, datetime.min.time(), datetime.now().astimezone().tzinfo)
    portfolio = refreshed_portfolio(candidacy, now=now)
    return (
        portfolio,
        sustained_map(portfolio.indicators, sufficiency=candidacy.framework.sufficiency, today=today),
        overview_of(candidacy, portfolio, today=today),
    )


def body(page: bytes) -> bytes:
    """Without the frame, whose forms hold a token of their own each time."""
    return page.partition(b"<main")[2].partition(b"</main>")[0]


def test_a_newer_version_of_the_framework_leaves_a_finished_assessment_as_it_was(
    candidate: User, candidacy: Candidacy, mentorship: Mentorship, now: datetime, sign_in: SignIn
) -> None:
    for principles in (["ownership", "dive_deep"], ["ownership"]):
        story = StoryFactory.create(
            owner=candidate,
            project=ProjectFactory.create(owner=candidate),
            principles=principles,
            indicators=["l6_mentors_l5"],
        )
        StoryMetricFactory.create(story=story)
        reviewed(Story.objects.get(pk=story.pk), mentorship, verdict="endorse", value=3, now=now)
    candidacy.refresh_from_db()
    before = assessment(candidacy, now.date())
    Candidacy.objects.filter(pk=candidacy.pk).update(decided_on=now.date(), outcome="promoted")
    stored = list(Standing.objects.order_by("pk").values())
    page = sign_in(candidate).get(reverse("readiness:show", args=["principle", "ownership"])).content

    newer, is_new = load_framework(harder())

    assert is_new
    assert FrameworkVersion.objects.current() == newer
    kept = Candidacy.objects.get(pk=candidacy.pk)
    refresh_standings([kept.pk], now=now)
    assert kept.framework_version_id != newer.pk
    assert assessment(kept, now.date()) == before
    assert list(Standing.objects.order_by("pk").values()) == stored
    assert StepChange.objects.filter(candidacy=kept, changed_at__gt=now).count() == 0
    again = sign_in(candidate).get(reverse("readiness:show", args=["principle", "ownership"])).content
    assert body(again) == body(page)
    assert b"At the bar" in page
    # The same evidence under the newer version is another assessment.
    moved = Candidacy(**{f.attname: getattr(kept, f.attname) for f in Candidacy._meta.concrete_fields})
    moved.framework_version = newer
    assert assessment(moved, now.date()) != before


def test_a_stored_document_without_the_window_of_months_is_read_as_six(db: None) -> None:
    document = document_of(shipped_framework())
    del document["sufficiency"]["sustained_months"]
    version = FrameworkVersion.objects.create(
        key="older", number=1, name="Older", document=document, checksum="0" * 64
    )

    assert version.content.sufficiency.sustained_months == 6
