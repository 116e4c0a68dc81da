"""From rows to the ladder: what is read, what is stored, and what is nobody else's."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship
from apps.projects.models import Project
from apps.readiness.actions import refresh_standings, refreshed_portfolio
from apps.readiness.ladder import Step
from apps.readiness.models import Standing, StepChange
from apps.readiness.portfolio import portfolio_of
from apps.reviews.actions import DraftRating, ask_for_review, save_draft, send_review
from apps.reviews.models import Review
from apps.stories.models import Story
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import CandidacyFactory, SelfRatingFactory
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory, StoryVersionFactory


def step(candidacy: Candidacy, now: datetime, key: str = "ownership") -> Step:
    candidacy.refresh_from_db()
    return refreshed_portfolio(candidacy, now=now).subject("principle", key).standing.step


def reviewed(story: Story, mentorship: Mentorship, *, verdict: str, value: int, now: datetime) -> Review:
    framework = mentorship.candidacy.framework
    review = ask_for_review(story, mentorship, framework, question="", by=story.owner, now=now)
    assert mentorship.mentor
    save_draft(
        review,
        verdict=verdict,
        rationale="Because.",
        ratings=[DraftRating("principle", "ownership", value, "It shows.")],
        started_from=review.revision,
        save_id=None,
        by=mentorship.mentor,
        now=now,
    )
    send_review(Review.objects.get(pk=review.pk), by=mentorship.mentor, now=now)
    return review


def test_evidence_climbs_the_ladder_step_by_step(
    candidate: User, candidacy: Candidacy, mentorship: Mentorship, now: datetime
) -> None:
    steps = [step(candidacy, now)]

    SelfRatingFactory.create(candidacy=candidacy, key="ownership", value=3)
    Candidacy.objects.filter(pk=candidacy.pk).raise_evidence_rev()
    steps.append(step(candidacy, now))

    story = StoryFactory.create(owner=candidate)
    Candidacy.objects.filter(pk=candidacy.pk).raise_evidence_rev()
    steps.append(step(candidacy, now))

    StoryMetricFactory.create(story=story)
    StoryVersionFactory.create(story=story)
    Candidacy.objects.filter(pk=candidacy.pk).raise_evidence_rev()
    steps.append(step(candidacy, now))

    reviewed(story, mentorship, verdict="endorse", value=3, now=now)
    steps.append(step(candidacy, now))

    assert steps == [Step.NOTHING, Step.CLAIMED, Step.DRAFTED, Step.EVIDENCED, Step.CORROBORATED]
    assert list(
        StepChange.objects.filter(key="ownership").order_by("pk").values_list("from_step", "to_step")
    ) == [(0, 1), (1, 2), (2, 3), (3, 4)]


@pytest.mark.parametrize(("verdict", "value"), [("changes", 4), ("endorse", 2)])
def test_only_an_endorsement_at_the_bar_corroborates(
    candidate: User, candidacy: Candidacy, mentorship: Mentorship, now: datetime, verdict: str, value: int
) -> None:
    story = StoryFactory.create(owner=candidate)
    StoryMetricFactory.create(story=story)

    reviewed(story, mentorship, verdict=verdict, value=value, now=now)

    assert step(candidacy, now) == Step.EVIDENCED


def test_an_endorsement_for_another_target_level_does_not_count(
    candidate: User, candidacy: Candidacy, mentorship: Mentorship, now: datetime
) -> None:
    story = StoryFactory.create(owner=candidate)
    StoryMetricFactory.create(story=story)
    reviewed(story, mentorship, verdict="endorse", value=4, now=now)
    Candidacy.objects.filter(pk=candidacy.pk).update(closed_at=now)
    later = Candidacy.objects.create(
        person=candidate,
        framework_version=candidacy.framework_version,
        current_level="L6",
        target_level="L7",
        started_on=now.date(),
        target_on=now.date() + timedelta(days=300),
    )

    assert step(later, now) == Step.EVIDENCED


def test_an_endorsement_belongs_to_its_version(
    candidate: User, candidacy: Candidacy, mentorship: Mentorship, now: datetime
) -> None:
    story = StoryFactory.create(owner=candidate)
    StoryMetricFactory.create(story=story)
    reviewed(story, mentorship, verdict="endorse", value=3, now=now)

    StoryVersionFactory.create(story=Story.objects.get(pk=story.pk))
    Candidacy.objects.filter(pk=candidacy.pk).raise_evidence_rev()

    assert step(candidacy, now) == Step.EVIDENCED


def test_an_endorsement_survives_the_end_of_the_mentorship(
    candidate: User, candidacy: Candidacy, mentorship: Mentorship, now: datetime
) -> None:
    story = StoryFactory.create(owner=candidate)
    reviewed(story, mentorship, verdict="endorse", value=3, now=now)

    Mentorship.objects.filter(pk=mentorship.pk).update(revoked_at=now)

    assert step(candidacy, now) == Step.CORROBORATED


def test_a_draft_review_changes_nothing(
    candidate: User, candidacy: Candidacy, mentorship: Mentorship, now: datetime
) -> None:
    story = StoryFactory.create(owner=candidate)
    review = ask_for_review(story, mentorship, candidacy.framework, question="", by=candidate, now=now)
    assert mentorship.mentor
    save_draft(
        review,
        verdict="endorse",
        rationale="",
        ratings=[DraftRating("principle", "ownership", 4)],
        started_from=1,
        save_id=None,
        by=mentorship.mentor,
        now=now,
    )

    assert step(candidacy, now) == Step.DRAFTED


def test_a_project_is_linked_by_its_tags(candidate: User, candidacy: Candidacy, now: datetime) -> None:
    ProjectFactory.create(owner=candidate, principles=["think_big"])

    assert step(candidacy, now, "think_big") == Step.DRAFTED
    assert step(candidacy, now, "ownership") == Step.NOTHING


def test_other_peoples_evidence_does_not_count(
    candidacy: Candidacy, other_candidate: User, now: datetime
) -> None:
    StoryFactory.create(owner=other_candidate)
    ProjectFactory.create(owner=other_candidate, principles=["ownership"])

    assert step(candidacy, now) == Step.NOTHING


def test_standings_are_stored_once_per_revision_of_the_evidence(
    candidacy: Candidacy, now: datetime, statements: CountStatements
) -> None:
    refreshed_portfolio(candidacy, now=now)
    assert Standing.objects.filter(candidacy=candidacy).count() == 22

    with statements() as done:
        refreshed_portfolio(candidacy, now=now)

    assert done.count == 5, done.sql


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_a_portfolio_takes_four_statements(
    candidate: User, candidacy: Candidacy, now: datetime, statements: CountStatements, rows: int
) -> None:
    for _ in range(rows):
        StoryVersionFactory.create(story__owner=candidate)
    Project.objects.bulk_create(
        Project(owner=candidate, name=f"P{n}", principles=["ownership"]) for n in range(rows)
    )
    portfolio_of(candidacy, today=now.date())  # the framework is read once in a process

    with statements() as done:
        portfolio_of(candidacy, today=now.date())

    assert done.count == 4, done.sql


def test_the_page_says_why(candidate: User, candidacy: Candidacy, sign_in: SignIn) -> None:
    StoryFactory.create(owner=candidate, title="Faster deploys")
    client = sign_in(candidate)

    assert "Readiness for L6" in client.get(reverse("readiness:index")).content.decode()
    html = client.get(reverse("readiness:show", args=["principle", "ownership"])).content.decode()
    assert "Step 2: Drafted" in html
    assert "Faster deploys" in html
    assert "2 corroborated stories" in html


@pytest.mark.parametrize(
    ("kind", "key"), [("principle", "nonsense"), ("indicator", "ownership"), ("nonsense", "ownership")]
)
def test_a_subject_that_is_none_answers_404(candidate: User, sign_in: SignIn, kind: str, key: str) -> None:
    assert sign_in(candidate).get(reverse("readiness:show", args=[kind, key])).status_code == 404


def test_somebody_without_a_candidacy_is_led_to_one(stranger: User, sign_in: SignIn) -> None:
    client = sign_in(stranger)

    for address in (reverse("readiness:index"), reverse("readiness:show", args=["principle", "ownership"])):
        assert client.get(address)["Location"] == reverse("candidates:start")


@pytest.mark.parametrize("people", [1, 3, 100])
def test_a_cohort_is_computed_anew_in_one_statement_a_table(
    now: datetime, statements: CountStatements, people: int
) -> None:
    candidacies = CandidacyFactory.create_batch(people)
    for candidacy in candidacies:
        SelfRatingFactory.create(candidacy=candidacy)
        StoryFactory.create(owner=candidacy.person)
    ids = [candidacy.pk for candidacy in candidacies]
    refresh_standings(ids, now=now)
    Candidacy.objects.filter(pk__in=ids).raise_evidence_rev()

    with statements() as done:
        refresh_standings(ids, now=now)

    # The lock, then ratings, endorsements, stories, projects and standings read, and the standings written.
    assert done.count == 7, done.sql
    assert not Standing.objects.exclude(evidence_rev=2).exists()


def test_a_story_that_is_recent_no_longer_is_stored_as_such(
    candidate: User, candidacy: Candidacy, mentorship: Mentorship, now: datetime
) -> None:
    story = StoryFactory.create(owner=candidate, principles=["ownership", "dive_deep"])
    review = reviewed(story, mentorship, verdict="endorse", value=3, now=now)
    review.ratings.update(key="dive_deep")
    candidacy.refresh_from_db()

    def is_at_the_bar(at: datetime) -> bool:
        refreshed_portfolio(candidacy, now=at)
        return candidacy.standings.get(key="dive_deep").is_at_the_bar

    assert [is_at_the_bar(now), is_at_the_bar(now + timedelta(days=365))] == [True, False]
