"""An organiser's first page: their cohorts, and who needs a word."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.cohorts.models import Cohort

MOST_COHORTS = 50
MOST_SILENT = 10


@dataclass(frozen=True)
class CohortLine:
    cohort: Cohort
    members: int
    waiting: int
    silent: int
    without_mentor: int


@dataclass(frozen=True)
class SilentPerson:
    person: User
    cohort: Cohort
    days: int


@dataclass(frozen=True)
class Overview:
    cohorts: tuple[CohortLine, ...]
    silent: tuple[SilentPerson, ...]

    @property
    def silent_in_all(self) -> int:
        return sum(line.silent for line in self.cohorts)


def overview_of(organiser: User, *, now: datetime) -> Overview:
    """Read it in four statements, however many cohorts and people."""
    today = timezone.localdate(now)
    mine = Candidacy.objects.in_cohorts_of(organiser)
    silent = mine.silent(today)
    silent_numbers, without_mentor = silent.numbers_by_cohort(), mine.without_mentor().numbers_by_cohort()
    cohorts = Cohort.objects.visible_to(organiser).with_counts(now).soonest_first()[:MOST_COHORTS]
    return Overview(
        tuple(
            CohortLine(
                cohort,
                cohort.members,
                cohort.waiting,
                silent_numbers.get(cohort.pk, 0),
                without_mentor.get(cohort.pk, 0),
            )
            for cohort in cohorts
        ),
        tuple(
            SilentPerson(row.person, row.cohort, row.silent_days(today))
            for row in silent.with_person_and_cohort().longest_silent_first()[:MOST_SILENT]
            if row.cohort is not None
        ),
    )
