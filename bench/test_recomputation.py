"""What it costs to compute and store the standings of a cohort of 1,000 anew.

Run it as `python -m pytest -s bench/test_recomputation.py` on a quiet machine.
"""

import gc
import statistics
import time

import pytest
from django.db import connection
from django.utils import timezone

from apps.candidates.models import Candidacy
from apps.frameworks.models import FrameworkVersion
from apps.readiness.actions import refresh_standings
from apps.readiness.models import Standing, StepChange
from apps.readiness.portfolio import portfolios_of
from bench.measuring import cpu_seconds
from tests.factories.frameworks import shipped_version

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
PEOPLE = 1_000
STORIES_EACH = 25
MOST = 1.0  # seconds

# Each person has 25 stories tagged with three principles and an indicator, three projects, a rating of every
# principle, and most stories endorsed for one principle.
ROWS = """
INSERT INTO accounts_user (password, is_superuser, email, name, is_active, is_staff, may_create_cohorts, time_zone,
    knows_time_zone, unread_reminders, shortcuts_on, joined_at)
SELECT '', false, 'bench' || n || '@example.com', 'Bench ' || n, true, false, false, 'UTC', true, 0, true, now()
FROM generate_series(1, {people}) AS n;

INSERT INTO candidates_candidacy (person_id, framework_version_id, current_level, target_level, started_on,
    target_on, outcome, evidence_rev, revision)
SELECT id, {version}, 'L5', 'L6', current_date - 60, current_date + 200, '', 1, 1
FROM accounts_user WHERE email LIKE 'bench%';

INSERT INTO candidates_mentorship (candidacy_id, kind, mentor_id, invited_name, invited_email, asked_at, accepted_at)
SELECT id, 'mentor', {mentor}, 'Mentor', 'mentor@example.com', now(), now() FROM candidates_candidacy;

INSERT INTO candidates_selfrating (candidacy_id, kind, key, value, note, rated_at)
SELECT id, 'principle', key, 3, '', now() FROM candidates_candidacy, unnest({keys}) AS key;

INSERT INTO projects_project (owner_id, name, summary, status, principles, indicators, created_at, revision)
SELECT person_id, 'Project ' || n, '', 'active', ARRAY[({keys})[n]], '{{}}', now(), 1
FROM candidates_candidacy, generate_series(1, 3) AS n;

INSERT INTO stories_story (owner_id, title, situation, task, action, result, own_part, principles, indicators,
    matches_version, review_state, revision, created_at, edited_at, started_on, ended_on, teams_affected, project_id)
SELECT c.person_id, 'Story ' || n, '', '', '', '', '',
    ARRAY[({keys})[1 + n % 16], ({keys})[1 + (n + 1) % 16], ({keys})[1 + (n + 2) % 16]],
    ARRAY['l6_leads_three_teams'], n % 4 <> 3, 'endorsed', 1, now(), now(), current_date - 200,
    current_date - n * 5, 3, (SELECT min(id) + n % 3 FROM projects_project p WHERE p.owner_id = c.person_id)
FROM candidates_candidacy c, generate_series(1, {stories}) AS n;

INSERT INTO stories_storyversion (story_id, number, content, reason, is_complete, is_measured, created_at)
SELECT id, 1, '{{}}', 'review', true, id % 5 <> 0, now() FROM stories_story;

UPDATE stories_story s SET current_version_id = v.id FROM stories_storyversion v WHERE v.story_id = s.id;

INSERT INTO reviews_review (version_id, mentorship_id, asked_at, question, verdict, rationale, sent_at, revision,
    unfinished, target_level)
SELECT v.id, m.id, now(), '', 'endorse', '', now(), 1, '{{}}', 'L6'
FROM stories_storyversion v JOIN stories_story s ON s.id = v.story_id
JOIN candidates_candidacy c ON c.person_id = s.owner_id JOIN candidates_mentorship m ON m.candidacy_id = c.id
WHERE s.title < 'Story 6';

INSERT INTO reviews_rating (review_id, kind, key, value, reason)
SELECT r.id, 'principle', s.principles[1], 3, ''
FROM reviews_review r JOIN stories_storyversion v ON v.id = r.version_id JOIN stories_story s ON s.id = v.story_id;
"""


@pytest.fixture
def cohort(db: None) -> list[Candidacy]:  # noqa: ARG001  (asks for the tables)
    version = shipped_version()
    keys = ", ".join(f"'{principle.key}'" for principle in version.content.principles)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (password, is_superuser, email, name, is_active, is_staff, may_create_cohorts,"
            " time_zone, knows_time_zone, unread_reminders, shortcuts_on, joined_at) VALUES ('', false,"
            " 'mentor@example.com', 'Mentor', true, false, false, 'UTC', true, 0, true, now()) RETURNING id"
        )
        ((mentor,),) = cursor.fetchall()
        rows = ROWS.format(
            people=PEOPLE, version=version.pk, mentor=mentor, keys=f"ARRAY[{keys}]", stories=STORIES_EACH
        )
        for statement in rows.split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        cursor.execute("ANALYZE")
    assert FrameworkVersion.objects.count() == 1
    # As a worker does before its first request (config/serving.py).
    gc.collect()
    gc.freeze()
    return list(Candidacy.objects.all())


def test_a_cohort_of_1000_is_computed_anew_in_a_second(cohort: list[Candidacy]) -> None:
    now = timezone.now()
    ids = [candidacy.pk for candidacy in cohort]
    refresh_standings(ids, now=now)
    assert Standing.objects.count() == PEOPLE * 22
    assert StepChange.objects.exists()

    reading, whole, cpu = [], [], []
    for _ in range(ROUNDS):
        Candidacy.objects.filter(pk__in=ids).raise_evidence_rev()
        began = time.perf_counter()
        portfolios_of(cohort, today=now.date())
        reading.append(time.perf_counter() - began)
        worked, began = cpu_seconds(), time.perf_counter()
        refresh_standings(ids, now=now)
        whole.append(time.perf_counter() - began)
        cpu.append(cpu_seconds() - worked)

    print(
        f"\n{PEOPLE:,} candidacies with {STORIES_EACH} stories each: read and put on the ladder in "
        f"{statistics.median(reading):.2f} s, and stored in {statistics.median(whole):.2f} s in all "
        f"({statistics.median(cpu):.2f} s of CPU)"
    )
    # Other work on the machine lengthens the clock's seconds and not those of the CPU.
    assert min(cpu) <= MOST
