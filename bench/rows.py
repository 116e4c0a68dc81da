"""The people the pages are measured with: one candidate in full, and as many others as wanted."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.apps import apps
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship, SelfRating, Subject
from apps.candidates.phases import add_months
from apps.cohorts.models import Cohort, Membership, Organiser
from apps.frameworks.actions import load_framework
from apps.frameworks.documents import SHIPPED, read_file
from apps.frameworks.models import FrameworkVersion
from apps.projects.models import Metric, Project
from apps.readiness.models import Standing
from apps.reviews.models import Comment, Rating, Review, Verdict
from apps.stories.content import SECTIONS
from apps.stories.models import (
    ReviewState,
    Story,
    StoryGrant,
    StoryMetric,
    StoryRevision,
    StoryVersion,
    VersionReason,
    Win,
)

STORIES_EACH = 25
STORIES_OF_MANY = 500
SECTION_WORDS = {"situation": 60, "task": 40, "action": 130, "result": 70}
TEXT = (
    "the team deploys checkout service latency incident rollout customers migrated pipeline reduced measured "
    "because owners agreed design reviewed across regions before launch cost errors alerts weekly while I wrote "
    "proposal decided removed tested shipped documented"
)
WORDS = TEXT.split()
PROJECTS = 5
METRICS_EACH = 2


@dataclass(frozen=True)
class Cast:
    """Whom the pages are opened as, and what is opened."""

    candidate: User
    # A candidate with 500 stories, however many the other has.
    prolific: User
    mentor: User
    story: Story
    review: Review
    comment: Comment


def wipe() -> None:
    """Empty every table of the application but the frameworks'."""
    tables = [
        connection.ops.quote_name(model._meta.db_table)
        for config in apps.get_app_configs()
        if config.name.startswith("apps.") and config.label != "frameworks"
        for model in config.get_models()
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")


def make_cast(stories: int = STORIES_EACH) -> Cast:
    """Make one candidate with that many stories, all waiting for one mentor, some reviewed by another."""
    chance = random.Random(7)  # noqa: S311  (the same texts each time)
    now = timezone.now()
    version, _ = load_framework(read_file(SHIPPED))
    candidate = User.objects.create(email="candidate@bench.example", name="Maya Okonkwo")
    mentor = User.objects.create(email="mentor@bench.example", name="Henrik Dahl")
    other = User.objects.create(email="other@bench.example", name="Amara Bello")
    candidacy = _candidacy(candidate, version)
    mine, theirs = (
        Mentorship.objects.create(
            candidacy=candidacy,
            mentor=person,
            invited_name=person.name,
            invited_email=person.email,
            accepted_at=now - timedelta(days=40),
            readiness_granted_at=now,
        )
        for person in (mentor, other)
    )
    told = _stories(candidate, version, stories, chance)
    versions = _versions(told)
    waiting = _reviews(mine, versions)
    _answers(theirs, versions[: max(1, stories * 3 // 5)])
    Win.objects.bulk_create(
        Win(
            owner=candidate,
            text=_words(chance, 9).capitalize(),
            happened_on=now.date() - timedelta(days=n),
            principle=told[0].principles[0],
            link=f"https://code.example/{n}",
        )
        for n in range(stories)
    )
    comments = _comments(waiting[0], mentor, chance)
    _rate_self(candidacy, version)
    prolific = _prolific(version, other, chance)
    return Cast(candidate, prolific, mentor, told[0], waiting[0], comments[0])


def _prolific(version: FrameworkVersion, mentor: User, chance: random.Random) -> User:
    person = User.objects.create(email="prolific@bench.example", name="Ngozi Eze")
    candidacy = _candidacy(person, version)
    versions = _versions(_stories(person, version, STORIES_OF_MANY, chance))
    mentorship = Mentorship.objects.create(
        candidacy=candidacy, mentor=mentor, invited_name=mentor.name, accepted_at=timezone.now()
    )
    _answers(mentorship, versions[: STORIES_OF_MANY * 3 // 5])
    _rate_self(candidacy, version)
    return person


@dataclass(frozen=True)
class Board:
    """A cohort to look at, and who looks."""

    organiser: User
    cohort: Cohort


def make_board(members: int) -> Board:
    """Make a cohort of that many people with a standing on every subject, one mentor for ten of them."""
    chance = random.Random(11)  # noqa: S311  (the same steps each time)
    version = FrameworkVersion.objects.current()
    framework = version.content
    today = timezone.localdate()
    organiser = User.objects.create(
        email="organiser@bench.example", name="Ines Sousa", may_create_cohorts=True
    )
    cohort = Cohort.objects.create(
        name="Spring to L6",
        framework_version=version,
        current_level="L5",
        target_level="L6",
        target_on=today + timedelta(days=200),
        created_by=organiser,
    )
    Organiser.objects.create(cohort=cohort, user=organiser)
    people = User.objects.bulk_create(
        User(email=f"member{n}@bench.example", name=f"{_words(chance, 2).title()} {n}")
        for n in range(members)
    )
    Membership.objects.bulk_create(Membership(cohort=cohort, user=person) for person in people)
    candidacies = Candidacy.objects.bulk_create(
        Candidacy(
            person=person,
            cohort=cohort,
            framework_version=version,
            current_level="L5",
            target_level="L6",
            started_on=today - timedelta(days=n % 300),
            target_on=cohort.target_on - timedelta(days=n % 7),
            last_active_on=today - timedelta(days=n % 30),
        )
        for n, person in enumerate(people)
    )
    subjects = [
        *((Subject.PRINCIPLE, one.key) for one in framework.principles),
        *((Subject.INDICATOR, one.key) for one in framework.indicators_for("L6")),
    ]
    Standing.objects.bulk_create(
        Standing(candidacy=candidacy, kind=kind, key=key, step=chance.randrange(5), evidence_rev=1)
        for candidacy in candidacies
        for kind, key in subjects
    )
    mentors = User.objects.bulk_create(
        User(email=f"mentor{n}@bench.example", name=f"{_words(chance, 2).title()} {n}")
        for n in range(members // 10 + 1)
    )
    Mentorship.objects.bulk_create(
        Mentorship(candidacy=candidacy, mentor=mentors[n // 10], accepted_at=timezone.now())
        for n, candidacy in enumerate(candidacies)
        if n % 10
    )
    return Board(organiser, cohort)


def _candidacy(person: User, version: FrameworkVersion) -> Candidacy:
    started_on = timezone.localdate() - timedelta(days=60)
    return Candidacy.objects.create(
        person=person,
        framework_version=version,
        current_level="L5",
        target_level="L6",
        started_on=started_on,
        target_on=add_months(started_on, 10),
    )


def _stories(owner: User, version: FrameworkVersion, count: int, chance: random.Random) -> list[Story]:
    framework = version.content
    principles = [principle.key for principle in framework.principles]
    indicators = [indicator.key for indicator in framework.indicators]
    projects = Project.objects.bulk_create(
        Project(owner=owner, name=f"Project {n}", principles=principles[n : n + 2]) for n in range(PROJECTS)
    )
    now = timezone.now()
    stories = Story.objects.bulk_create(
        Story(
            owner=owner,
            title=_words(chance, 7).capitalize(),
            **{section: _words(chance, SECTION_WORDS[section]) for section in SECTIONS},
            own_part="Design and lead",
            project=projects[n % PROJECTS],
            teams_affected=3,
            organisations_affected=2,
            started_on=date(2026, 1, 5),
            ended_on=timezone.localdate() - timedelta(days=30 + n % 200),
            principles=[principles[(n + k) % len(principles)] for k in range(3)],
            indicators=[indicators[n % len(indicators)]],
            review_state=[ReviewState.ASKED, ReviewState.ENDORSED, ReviewState.CHANGES][n % 3],
            matches_version=n % 4 != 3,
            edited_at=now - timedelta(hours=n),
        )
        for n in range(count)
    )
    metrics = Metric.objects.bulk_create(
        Metric(
            owner=owner,
            name=f"Deploy time {n}",
            unit="min",
            before=Decimal(42),
            after=Decimal(9),
            source="https://graphs.example/deploys",
        )
        for n in range(count * METRICS_EACH)
    )
    StoryMetric.objects.bulk_create(
        StoryMetric(story=stories[n // METRICS_EACH], metric=metric, position=n % METRICS_EACH)
        for n, metric in enumerate(metrics)
    )
    StoryRevision.objects.bulk_create(
        StoryRevision(story=story, number=1, content={}, saved_by=owner) for story in stories
    )
    return stories


def _versions(stories: list[Story]) -> list[StoryVersion]:
    fetched = Story.objects.for_editor().in_bulk([story.pk for story in stories])
    versions = StoryVersion.objects.bulk_create(
        StoryVersion(
            story=story,
            number=1,
            content=fetched[story.pk].content().as_json(),
            reason=VersionReason.REVIEW,
            is_complete=True,
            is_measured=True,
        )
        for story in stories
    )
    for story, version in zip(stories, versions, strict=True):
        story.current_version = version
    Story.objects.bulk_update(stories, ["current_version"], batch_size=500)
    return versions


def _reviews(mentorship: Mentorship, versions: list[StoryVersion]) -> list[Review]:
    StoryGrant.objects.bulk_create(
        StoryGrant(story=version.story, mentorship=mentorship, from_number=1) for version in versions
    )
    now = timezone.now()
    return Review.objects.bulk_create(
        Review(
            version=version,
            mentorship=mentorship,
            asked_at=now - timedelta(days=40, hours=-n),
            opened_at=now,
            target_level=mentorship.candidacy.target_level,
            question="Is the result clear to somebody from another team?",
        )
        for n, version in enumerate(versions)
    )


def _answers(mentorship: Mentorship, versions: list[StoryVersion]) -> None:
    reviews = _reviews(mentorship, versions)
    for review in reviews:
        review.sent_at, review.verdict = timezone.now(), Verdict.ENDORSE
    Review.objects.bulk_update(reviews, ["sent_at", "verdict"], batch_size=500)
    Rating.objects.bulk_create(
        Rating(review=review, kind=Subject.PRINCIPLE, key=key, value=3, reason="It shows in the result.")
        for review in reviews
        for key in review.version.content["principles"]
    )


def _comments(review: Review, author: User, chance: random.Random) -> list[Comment]:
    keys = review.version.content["principles"][:2]
    Rating.objects.bulk_create(
        Rating(review=review, kind=Subject.PRINCIPLE, key=key, value=3, reason=_words(chance, 20))
        for key in keys
    )
    return Comment.objects.bulk_create(
        Comment(review=review, author=author, section=section, body=_words(chance, 25))
        for section in ("situation", "action", "result")
    )


def _rate_self(candidacy: Candidacy, version: FrameworkVersion) -> None:
    framework = version.content
    subjects = [
        *((Subject.PRINCIPLE, principle.key) for principle in framework.principles),
        *((Subject.INDICATOR, indicator.key) for indicator in framework.indicators),
    ]
    SelfRating.objects.bulk_create(
        SelfRating(candidacy=candidacy, kind=kind, key=key, value=3) for kind, key in subjects
    )


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


# What other people have, in the order of the foreign keys. Each of them has 25 stories, every story a
# version, every second a grant and a review; keys begin at ten millions, out of the cast's way.
OTHERS = """
INSERT INTO accounts_user
    (id, password, is_superuser, email, name, is_active, is_staff, may_create_cohorts, time_zone,
     shortcuts_on, knows_time_zone, unread_reminders, joined_at)
SELECT 10000000 + n, '!', false, 'person' || n || '@bench.example', 'Person ' || n, true, false, false,
       'UTC', true, true, 0, now()
  FROM generate_series(0, {people} - 1) n;

INSERT INTO candidates_candidacy
    (id, person_id, framework_version_id, current_level, target_level, target_on, started_on, outcome,
     evidence_rev, revision)
SELECT 10000000 + n, 10000000 + n, {version}, 'L5', 'L6', current_date + 200, current_date - 60, '', 1, 1
  FROM generate_series(0, {people} - 1) n;

-- The next person is everybody's mentor.
INSERT INTO candidates_mentorship
    (id, candidacy_id, kind, mentor_id, invited_name, invited_email, asked_at, accepted_at)
SELECT 10000000 + n, 10000000 + n, 'mentor', 10000000 + (n + 1) % {people}, 'Mentor',
       'person' || n || '@bench.example', now(), now()
  FROM generate_series(0, {people} - 1) n;

INSERT INTO candidates_selfrating (id, candidacy_id, kind, key, value, note, rated_at)
SELECT 10000000 + n, 10000000 + n / 4, 'principle', 'principle_' || n % 4, 3, '', now()
  FROM generate_series(0, {people} * 4 - 1) n;

INSERT INTO projects_project
    (id, owner_id, name, summary, status, principles, indicators, created_at, revision)
SELECT 10000000 + n, 10000000 + n / 4, 'Project ' || n, '', 'active', '{{ownership}}', '{{}}', now(), 1
  FROM generate_series(0, {people} * 4 - 1) n;

INSERT INTO projects_metric
    (id, owner_id, name, unit, kind, before, after, is_new, source, created_at)
SELECT 10000000 + n, 10000000 + n / 25, 'Deploy time', 'min', 'operational', 42, 9, false, '', now()
  FROM generate_series(0, {stories} - 1) n;

INSERT INTO stories_win (id, owner_id, text, happened_on, link, principle, created_at)
SELECT 10000000 + n, 10000000 + n / 25, 'Removed flaky test ' || n, current_date - n % 300, '', '', now()
  FROM generate_series(0, {stories} - 1) n;

INSERT INTO stories_story
    (id, owner_id, title, situation, task, action, result, own_part, principles, indicators,
     current_version_id, matches_version, review_state, revision, created_at, edited_at)
SELECT 10000000 + n, 10000000 + n / 25, 'Story ' || n, repeat('Before. ', 12), repeat('Task. ', 12),
       repeat('I did this. ', 12), repeat('After. ', 12), '', '{{ownership}}', '{{}}',
       10000000 + n, true, 'asked', 1, now(), now() - n % 1000 * interval '1 hour'
  FROM generate_series(0, {stories} - 1) n;

INSERT INTO stories_storyversion
    (id, story_id, number, content, reason, is_complete, is_measured, created_at)
SELECT 10000000 + n, 10000000 + n, 1,
       jsonb_build_object('title', 'Story ' || n, 'action', repeat('I did this. ', 12)),
       'review', true, true, now()
  FROM generate_series(0, {stories} - 1) n;

INSERT INTO stories_storymetric (id, key, story_id, metric_id, position)
SELECT 10000000 + n, gen_random_uuid(), 10000000 + n, 10000000 + n, 0
  FROM generate_series(0, {stories} - 1) n;

INSERT INTO stories_storyrevision (id, story_id, number, content, saved_at)
SELECT 10000000 + n, 10000000 + n, 1, '{{}}', now()
  FROM generate_series(0, {stories} - 1) n;

INSERT INTO stories_storygrant (id, story_id, mentorship_id, from_number, granted_at)
SELECT 10000000 + n, 10000000 + n, 10000000 + n / 25, 1, now()
  FROM generate_series(0, {stories} - 1, 2) n;

INSERT INTO reviews_review
    (id, version_id, mentorship_id, asked_at, question, verdict, rationale, sent_at, revision, unfinished,
     target_level)
SELECT 10000000 + n, 10000000 + n, 10000000 + n / 25, now() - n % 500 * interval '1 hour', '',
       CASE WHEN n % 4 = 0 THEN 'endorse' ELSE '' END, '', CASE WHEN n % 4 = 0 THEN now() END, 1, '{{}}',
       'L6'
  FROM generate_series(0, {stories} - 1, 2) n;

INSERT INTO reviews_rating (id, review_id, kind, key, value, reason)
SELECT 10000000 + n, 10000000 + n, 'principle', 'ownership', 3, ''
  FROM generate_series(0, {stories} - 1, 4) n;

INSERT INTO reviews_comment (id, review_id, section, body, created_at)
SELECT 10000000 + n, 10000000 + n, 'action', 'Which of these did you build?', now()
  FROM generate_series(0, {stories} - 1, 4) n;

INSERT INTO readiness_standing
    (id, candidacy_id, kind, key, step, is_edited_since, is_at_the_bar, evidence_rev)
SELECT 10000000 + n, 10000000 + n / 4, 'principle', 'principle_' || n % 4, 3, false, false, 1
  FROM generate_series(0, {people} * 4 - 1) n;
"""


def make_others(stories: int) -> None:
    """Give other people that many stories, by the server itself: a million take a minute or two."""
    people = max(2, stories // STORIES_EACH)
    version = FrameworkVersion.objects.current().pk
    statements = OTHERS.format(people=people, stories=people * STORIES_EACH, version=version)
    with connection.cursor() as cursor:
        # Every key above is right by construction, so that nobody need look it up a million times.
        cursor.execute("SET session_replication_role = replica")
        for statement in statements.split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


def settle() -> None:
    """Give the planner its statistics, and leave autovacuum nothing to do during a measurement."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
