"""P7: what planning costs beside the bare work, over a million schedules.

Run it as `python -m pytest -s bench/test_reminders.py` on a quiet machine; it makes its rows in a minute.
"""

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from apps.reminders import planning
from apps.reminders.models import Occurrence, Schedule
from apps.reminders.plans import database_now
from bench.measuring import cpu_seconds
from tests.factories.candidates import CandidacyFactory
from tests.factories.frameworks import shipped_framework

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
SCHEDULES = 1_000_000
DUE = 1_000
PLANNED = 10_000

# One candidacy many times: what is measured is the schedules.
PEOPLE = """
INSERT INTO accounts_user (password, is_superuser, email, name, is_active, is_staff, may_create_cohorts, time_zone,
    knows_time_zone, unread_reminders, shortcuts_on, joined_at)
SELECT '', false, 'bench' || n || '@example.com', 'Bench ' || n, true, false, false, 'UTC', true, 0, true, now()
FROM generate_series(1, %(people)s) AS n
"""
CANDIDACIES = """
INSERT INTO candidates_candidacy (person_id, framework_version_id, current_level, target_level, started_on,
    target_on, outcome, evidence_rev, revision)
SELECT u.id, c.framework_version_id, c.current_level, c.target_level, c.started_on, c.target_on, '', 1, 1
FROM accounts_user u, candidates_candidacy c WHERE u.email LIKE 'bench%%' AND c.id = %(candidacy)s
"""
PLANS = """
INSERT INTO reminders_plan (person_id, candidacy_id, framework_version_id, made_from, made_at, evidence_rev)
SELECT person_id, id, framework_version_id, 'bench', now(), 1 FROM candidates_candidacy WHERE id <> %(candidacy)s
"""
SCHEDULED = """
INSERT INTO reminders_schedule (plan_id, rule, next_on, next_due_at, last_on, ignored)
SELECT p.id, rule, current_date + 30, now() + interval '30 days' + p.id * interval '1 second', current_date, 0
FROM reminders_plan p, unnest(%(rules)s::text[]) AS rule
"""
MAKE_DUE = """
UPDATE reminders_schedule SET next_on = current_date, next_due_at = now() - interval '1 minute', last_on = current_date - 1
WHERE id IN (SELECT id FROM reminders_schedule WHERE rule = ANY(%(rules)s::text[]) ORDER BY id LIMIT %(due)s)
"""
BARE = """
INSERT INTO reminders_occurrence (plan_id, schedule_id, person_id, rule, "row", local_date, due_at, dedupe_key, status,
    in_app)
SELECT s.plan_id, s.id, p.person_id, s.rule, '', s.next_on, s.next_due_at, 'rule:' || s.id || ':' || s.next_on, 'due',
    true
FROM reminders_schedule s JOIN reminders_plan p ON p.id = s.plan_id WHERE s.next_due_at <= now()
ON CONFLICT (dedupe_key) DO NOTHING
"""

# All that planning writes, without deciding anything: each occurrence in a digest of its person, each moved on.
BARE_DIGESTS = """
INSERT INTO mail_message (kind, user_id, address, ref, dedupe_key, message_id, status, created_at, due_at, attempts,
    reason)
SELECT 'digest', p.person_id, '', jsonb_build_object('on', s.next_on), 'digest:' || p.person_id || ':' || s.next_on,
    '<' || md5(p.person_id::text) || '@localhost>', 'pending', now(), s.next_due_at, 0, ''
FROM reminders_schedule s JOIN reminders_plan p ON p.id = s.plan_id WHERE s.next_due_at <= now()
ON CONFLICT (dedupe_key) DO NOTHING
"""
BARE_MOVE = """
UPDATE reminders_schedule SET next_on = next_on + 7, next_due_at = next_due_at + interval '7 days', last_on = next_on,
    last_due_on = next_on WHERE next_due_at <= now()
"""


def do(statement: str, **values: int | str | list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def million(db: None) -> None:  # noqa: ARG001  (asks for the tables)
    """A million schedules, none due."""
    dated = [rule.key for rule in shipped_framework().reminder_rules if rule.every_weeks or rule.every_months]
    rules = [*dated, *[rule.key for rule in shipped_framework().reminder_rules if rule.key not in dated]][:20]
    candidacy = CandidacyFactory.create()
    do(PEOPLE, people=SCHEDULES // len(rules))
    do(CANDIDACIES, candidacy=candidacy.pk)
    do(PLANS, candidacy=candidacy.pk)
    do(SCHEDULED, rules=rules)
    do("ANALYZE")


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@pytest.mark.usefixtures("million")
def test_planning_beside_the_bare_work() -> None:
    assert Schedule.objects.count() == SCHEDULES
    do(MAKE_DUE, rules=["log_wins"], due=DUE)
    first = statistics.median(first_due(database_now()) for _ in range(ROUNDS))
    ticks, cpu = [], []
    for _ in range(ROUNDS):
        forget()
        do(MAKE_DUE, rules=["log_wins"], due=DUE)
        began = cpu_seconds()
        ticks.append(seconds(plan_all))
        cpu.append(cpu_seconds() - began)
    of_insert, of_writes = [], []
    for _ in range(ROUNDS):
        forget()
        do(MAKE_DUE, rules=["log_wins"], due=PLANNED)
        insert = seconds(lambda: do(BARE))
        forget()
        writes = seconds(bare_writes)
        forget()
        do(MAKE_DUE, rules=["log_wins"], due=PLANNED)
        ours = seconds(plan_all)
        assert Occurrence.objects.count() == PLANNED
        of_insert.append(ours / insert)
        of_writes.append(ours / writes)

    print(
        f"\nP7: first 500 due of {SCHEDULES:,} in {first:.2f} ms; {DUE} due planned in"
        f" {statistics.median(ticks) * 1000:.0f} ms ({statistics.median(cpu) * 1000:.0f} of CPU); {PLANNED:,} due in"
        f" {statistics.median(of_insert):.1f} times a bare INSERT ... SELECT of the occurrences,"
        f" {statistics.median(of_writes):.1f} times the bare writes"
    )
    assert first <= 2


def first_due(now: datetime) -> float:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {planning.DUE}", [now, 500])
        ((plan,),) = cursor.fetchall()
        cursor.execute("ROLLBACK")
    return float(plan[0]["Execution Time"])


def forget() -> None:
    do("TRUNCATE reminders_occurrence")
    do("DELETE FROM mail_message")


def bare_writes() -> None:
    for statement in (BARE_DIGESTS, BARE, BARE_MOVE):
        do(statement)


def plan_all() -> None:
    now = database_now() + timedelta(seconds=1)
    while planning.plan_due(now):
        pass
