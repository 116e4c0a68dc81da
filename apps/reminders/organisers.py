"""What organisers' rules ask about, counted over all cohorts somebody organises."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Count

from apps.candidates.facts import Figure
from apps.candidates.models import Candidacy
from apps.cohorts.models import Organiser

COUNTED = frozenset({"people_stuck"})


def facts_of_all(people: Collection[int], today: date) -> dict[int, dict[str, Figure]]:
    """Return the facts by person; one statement. A member counts once, in however many cohorts."""
    if not people:
        return {}
    silent = Candidacy.objects.silent(today).values("pk")
    rows = (
        Organiser.objects.may_invite()
        .filter(user__in=people, cohort__candidacies__in=silent)
        .order_by()
        .values("user_id")
        .annotate(number=Count("cohort__candidacies", distinct=True))
        .values_list("user_id", "number")
    )
    numbers = dict.fromkeys(people, 0) | dict(rows)
    return {pk: {"people_stuck": number} for pk, number in numbers.items()}
