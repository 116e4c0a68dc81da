"""Storing standings, so that boards and history read them without computing."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from apps.candidates.models import Candidacy
from apps.readiness.ladder import Step
from apps.readiness.models import Standing, StepChange
from apps.readiness.portfolio import Portfolio, portfolio_of, portfolios_of


def refreshed_portfolio(candidacy: Candidacy, *, now: datetime) -> Portfolio:
    """Return the portfolio; store its standings first if evidence changed since they were stored.

    Each change of step leaves a dated row. Idempotent, and safe when two pages do it at once.
    """
    portfolio = portfolio_of(candidacy, today=now.date())
    if _is_stored(candidacy, portfolio):
        return portfolio
    with transaction.atomic():
        locked = Candidacy.objects.select_for_update().get(pk=candidacy.pk)
        portfolio = portfolio_of(locked, today=now.date())
        _store({locked: portfolio}, now=now)
    return portfolio


def _is_stored(candidacy: Candidacy, portfolio: Portfolio) -> bool:
    """Also tell when only time has passed: a story that was recent may be so no longer."""
    rows = candidacy.standings.values_list("kind", "key", "evidence_rev", "is_at_the_bar")
    return set(rows) == {
        (subject.kind, subject.key, candidacy.evidence_rev, subject.bar.is_met)
        for subject in portfolio.subjects
    }


@transaction.atomic
def refresh_standings(candidacy_ids: Collection[int], *, now: datetime) -> None:
    """Compute and store the standings of many: as many statements for a hundred as for one. Idempotent."""
    locked = list(
        Candidacy.objects.select_for_update(of=("self",)).filter(pk__in=candidacy_ids).order_by("pk")
    )
    portfolios = portfolios_of(locked, today=now.date())
    _store({candidacy: portfolios[candidacy.pk] for candidacy in locked}, now=now)


def _store(portfolios: Mapping[Candidacy, Portfolio], *, now: datetime) -> None:
    """Write what differs from what is stored, and on all other rows only of which revision they are."""
    stored = _stored(portfolios)
    differing: list[Standing] = []
    as_before = False
    changes: list[StepChange] = []
    for candidacy, portfolio in portfolios.items():
        for subject in portfolio.subjects:
            found = stored.pop((candidacy.pk, subject.kind, subject.key), None)
            step, is_edited_since = subject.standing.step, subject.standing.is_edited_since
            if found and found.holds == (step, is_edited_since, subject.bar.is_met):
                as_before = True
            else:
                differing.append(
                    Standing(
                        candidacy_id=candidacy.pk,
                        kind=subject.kind,
                        key=subject.key,
                        step=step,
                        is_edited_since=is_edited_since,
                        is_at_the_bar=subject.bar.is_met,
                        evidence_rev=candidacy.evidence_rev,
                    )
                )
            was = found.holds[0] if found else Step.NOTHING
            if was != step:
                changes.append(
                    StepChange(
                        candidacy_id=candidacy.pk,
                        kind=subject.kind,
                        key=subject.key,
                        from_step=was,
                        to_step=step,
                        changed_at=now,
                    )
                )
    StepChange.objects.bulk_create(changes)
    Standing.objects.bulk_create(
        differing,
        update_conflicts=True,
        unique_fields=["candidacy", "kind", "key"],
        update_fields=["step", "is_edited_since", "is_at_the_bar", "evidence_rev"],
    )
    # A change of target level leaves standings of subjects that no longer count.
    if stored:
        Standing.objects.filter(pk__in=[found.pk for found in stored.values()]).delete()
    if as_before:
        Standing.objects.filter(candidacy__in=portfolios).bring_up_to_date()


class _Stored(NamedTuple):
    pk: int
    holds: tuple[int, bool, bool]


def _stored(candidacies: Iterable[Candidacy]) -> dict[tuple[int, str, str], _Stored]:
    rows = Standing.objects.filter(candidacy__in=[candidacy.pk for candidacy in candidacies]).values_list(
        "pk", "candidacy_id", "kind", "key", "step", "is_edited_since", "is_at_the_bar"
    )
    return {
        (candidacy, kind, key): _Stored(pk, (step, is_edited_since, is_at_the_bar))
        for pk, candidacy, kind, key, step, is_edited_since, is_at_the_bar in rows
    }
