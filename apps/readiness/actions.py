"""Storing standings, so that boards and history read them without computing."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from apps.candidates.models import Candidacy
from apps.readiness.models import Standing, StepChange
from apps.readiness.portfolio import Portfolio, portfolio_of, portfolios_of


def refreshed_portfolio(candidacy: Candidacy, *, now: datetime) -> Portfolio:
    """Return the portfolio; store its standings first if evidence changed since they were stored.

    Each change of step leaves a dated row. Idempotent, and safe when two pages do it at once.
    """
    portfolio = portfolio_of(candidacy, today=now.date())
    stored = list(candidacy.standings.all())
    if len(stored) == len(portfolio.subjects) and all(
        s.evidence_rev == candidacy.evidence_rev for s in stored
    ):
        return portfolio
    with transaction.atomic():
        locked = Candidacy.objects.select_for_update().get(pk=candidacy.pk)
        portfolio = portfolio_of(locked, today=now.date())
        _store({locked: portfolio}, now=now)
    return portfolio


@transaction.atomic
def refresh_standings(candidacy_ids: Collection[int], *, now: datetime) -> None:
    """Compute and store the standings of many: as many statements for a hundred as for one. Idempotent."""
    locked = list(
        Candidacy.objects.select_for_update(of=("self",)).filter(pk__in=candidacy_ids).order_by("pk")
    )
    portfolios = portfolios_of(locked, today=now.date())
    _store({candidacy: portfolios[candidacy.pk] for candidacy in locked}, now=now)


def _store(portfolios: Mapping[Candidacy, Portfolio], *, now: datetime) -> None:
    stored = {
        (standing.candidacy_id, standing.kind, standing.key): standing
        for standing in Standing.objects.filter(candidacy__in=portfolios)
    }
    now_standing = {
        (candidacy.pk, subject.kind, subject.key): Standing(
            candidacy=candidacy,
            kind=subject.kind,
            key=subject.key,
            step=subject.standing.step,
            is_edited_since=subject.standing.is_edited_since,
            is_at_the_bar=subject.bar.is_met,
            evidence_rev=candidacy.evidence_rev,
        )
        for candidacy, portfolio in portfolios.items()
        for subject in portfolio.subjects
    }
    StepChange.objects.bulk_create(
        StepChange(
            candidacy_id=candidacy_id,
            kind=kind,
            key=key,
            from_step=was,
            to_step=standing.step,
            changed_at=now,
        )
        for (candidacy_id, kind, key), standing in now_standing.items()
        if (was := stored[candidacy_id, kind, key].step if (candidacy_id, kind, key) in stored else 0)
        != standing.step
    )
    Standing.objects.bulk_create(
        now_standing.values(),
        update_conflicts=True,
        unique_fields=["candidacy", "kind", "key"],
        update_fields=["step", "is_edited_since", "is_at_the_bar", "evidence_rev"],
    )
    # A change of target level leaves standings of subjects that no longer count.
    gone = [standing.pk for subject, standing in stored.items() if subject not in now_standing]
    if gone:
        Standing.objects.filter(pk__in=gone).delete()
