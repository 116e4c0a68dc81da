"""The demo's cohort: made, filled and joined through the actions that the pages call."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from apps.accounts import actions as accounts
from apps.accounts.models import User
from apps.candidates.joining import Answer, answer_cohort
from apps.candidates.models import Candidacy
from apps.cohorts import actions as cohorts
from apps.cohorts.addresses import read_addresses
from apps.cohorts.models import Cohort, CohortInvitation, Membership
from apps.cohorts.preview import preview_of
from apps.frameworks.models import FrameworkVersion

LEVEL = "L6"
TARGET_IN_DAYS = 100
MADE_DAYS_AGO = 60
LATE_DAYS_AGO = 4

# Asked at the beginning, never answered: their invitations have expired.
NEVER_CAME = "Wren Castell <wren@example.org>\nBabak Rahimi <babak@example.org>"
# Asked lately: these wait.
NOT_YET = "Dorota Zielińska <dorota@example.org>\nfarida@example.org, Farida Nasser"


def play_cohort(organiser: User, candidates: Mapping[str, User], *, now: datetime) -> Cohort:
    """Bring everybody who aims for the level into one cohort; who began late was invited late."""
    made_at = now - timedelta(days=MADE_DAYS_AGO)
    target_on = now.date() + timedelta(days=TARGET_IN_DAYS)
    candidacies = (
        Candidacy.objects.open()
        .filter(person__in=candidates.values(), target_level=LEVEL)
        .select_related("person")
        .order_by("pk")
    )
    early = [row for row in candidacies if row.started_on < made_at.date()]
    late = [row for row in candidacies if row.started_on >= made_at.date()]
    cohort = cohorts.create_cohort(
        name=f"{target_on:%B %Y} to {LEVEL}",
        framework_version=FrameworkVersion.objects.current(),
        current_level="L5",
        target_level=LEVEL,
        target_on=target_on,
        people=read_addresses(f"{_lines(early)}\n{NEVER_CAME}"),
        save_id=uuid.uuid5(uuid.NAMESPACE_URL, organiser.email),
        by=organiser,
        now=made_at,
    )
    _join(cohort, early, at=made_at + timedelta(days=1))
    invited_at = now - timedelta(days=LATE_DAYS_AGO)
    text = f"{_lines(late)}\n{NOT_YET}"
    shown = preview_of(text, by=organiser, cohort=cohort, now=invited_at).fingerprint
    cohorts.invite_people(cohort, text, shown=shown, by=organiser, now=invited_at)
    _join(cohort, late, at=invited_at + timedelta(days=1))
    return cohort


def _lines(candidacies: list[Candidacy]) -> str:
    return "\n".join(f"{row.person.name} <{row.person.email}>" for row in candidacies)


def _join(cohort: Cohort, candidacies: list[Candidacy], *, at: datetime) -> None:
    for row in candidacies:
        asked = CohortInvitation.objects.of_cohort(cohort).with_invitation()
        accounts.accept(asked.get(invitation__email=row.person.email).invitation, row.person, now=at)
        membership = Membership.objects.of_user(row.person).with_cohort().get(cohort=cohort)
        answer_cohort(membership, Answer.KEEP_DATE, by=row.person, now=at)
