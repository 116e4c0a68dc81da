"""What the ladder says about a candidacy by the names of the frameworks' vocabulary."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from apps.candidates.models import Candidacy, Subject
from apps.readiness.ladder import Step
from apps.readiness.models import Standing
from apps.readiness.portfolio import portfolio_of

COUNTED = ("principles_without_evidence",)


def count(candidacies: Sequence[Candidacy], today: date) -> Mapping[int, Mapping[str, float | None]]:
    """Count from stored standings, one statement for all; those older than the evidence are computed."""
    steps: defaultdict[int, list[int]] = defaultdict(list)
    current = {candidacy.pk: candidacy.evidence_rev for candidacy in candidacies}
    rows = Standing.objects.filter(candidacy__in=list(current), kind=Subject.PRINCIPLE)
    for pk, step, revision in rows.values_list("candidacy_id", "step", "evidence_rev"):
        if revision == current[pk]:
            steps[pk].append(step)
    return {
        candidacy.pk: {
            "principles_without_evidence": sum(
                step < Step.DRAFTED for step in steps[candidacy.pk] or _computed(candidacy, today)
            )
        }
        for candidacy in candidacies
    }


def _computed(candidacy: Candidacy, today: date) -> list[int]:
    return [subject.standing.step for subject in portfolio_of(candidacy, today=today).principles]
