"""Storing standings, so that boards and history read them without computing."""

from datetime import datetime

from django.db import transaction

from apps.candidates.models import Candidacy
from apps.readiness.models import Standing, StepChange
from apps.readiness.portfolio import Portfolio, portfolio_of


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
        _store(locked, portfolio, now=now)
    return portfolio


def _store(candidacy: Candidacy, portfolio: Portfolio, *, now: datetime) -> None:
    steps = {(s.kind, s.key): s.step for s in candidacy.standings.all()}
    StepChange.objects.bulk_create(
        StepChange(
            candidacy=candidacy,
            kind=subject.kind,
            key=subject.key,
            from_step=steps.get((subject.kind, subject.key), 0),
            to_step=subject.standing.step,
            changed_at=now,
        )
        for subject in portfolio.subjects
        if steps.get((subject.kind, subject.key), 0) != subject.standing.step
    )
    Standing.objects.bulk_create(
        (
            Standing(
                candidacy=candidacy,
                kind=subject.kind,
                key=subject.key,
                step=subject.standing.step,
                is_edited_since=subject.standing.is_edited_since,
                is_at_the_bar=subject.bar.is_met,
                evidence_rev=candidacy.evidence_rev,
            )
            for subject in portfolio.subjects
        ),
        update_conflicts=True,
        unique_fields=["candidacy", "kind", "key"],
        update_fields=["step", "is_edited_since", "is_at_the_bar", "evidence_rev"],
    )
    # A change of target level leaves standings of subjects that no longer count.
    current = {(s.kind, s.key) for s in portfolio.subjects}
    gone = [s.pk for s in candidacy.standings.all() if (s.kind, s.key) not in current]
    Standing.objects.filter(pk__in=gone).delete()
