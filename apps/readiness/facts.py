"""What the ladder says about a candidacy by the names of the frameworks' vocabulary."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from apps.candidates.models import Candidacy, Subject
from apps.projects.models import Project
from apps.readiness.growth import Change, steps_gained
from apps.readiness.ladder import Step
from apps.readiness.models import Action, Gap, Standing, StepChange
from apps.readiness.portfolio import portfolios_of
from apps.stories.models import Story

OF_STANDINGS = (
    "principles_claimed",
    "principles_evidenced",
    "principles_corroborated",
    "principles_at_the_bar",
    "principles_without_evidence",
    "share_of_principles_evidenced",
    "indicators_evidenced",
    "indicators_corroborated",
)
OF_CHANGES = ("steps_gained",)
OF_REACH = ("evidence_beyond_own_team",)

type Figures = Mapping[int, Mapping[str, float | None]]


class Reached(NamedTuple):
    """One subject's step, and whether it is at the bar."""

    kind: str
    step: int
    is_at_the_bar: bool


def count(candidacies: Sequence[Candidacy], today: date) -> Figures:
    """Count from stored standings, one statement for all; those older than the evidence are computed."""
    reached: defaultdict[int, list[Reached]] = defaultdict(list)
    current = {candidacy.pk: candidacy.evidence_rev for candidacy in candidacies}
    rows = Standing.objects.filter(candidacy__in=list(current))
    for pk, revision, kind, step, is_at_the_bar in rows.values_list(
        "candidacy_id", "evidence_rev", "kind", "step", "is_at_the_bar"
    ):
        if revision == current[pk]:
            reached[pk].append(Reached(kind, step, is_at_the_bar))
    old = [candidacy for candidacy in candidacies if candidacy.pk not in reached]
    for pk, portfolio in (portfolios_of(old, today=today) if old else {}).items():
        reached[pk] = [Reached(s.kind, s.standing.step, s.bar.is_met) for s in portfolio.subjects]
    return {candidacy.pk: count_steps(reached[candidacy.pk]) for candidacy in candidacies}


def count_steps(reached: Iterable[Reached]) -> dict[str, float | None]:
    """Return `OF_STANDINGS` of one candidacy."""
    reached = list(reached)
    principles = [one for one in reached if one.kind == Subject.PRINCIPLE]
    indicators = [one for one in reached if one.kind == Subject.INDICATOR]

    def at(subjects: Iterable[Reached], step: Step) -> int:
        return sum(one.step >= step for one in subjects)

    evidenced = at(principles, Step.EVIDENCED)
    return {
        "principles_claimed": at(principles, Step.CLAIMED),
        "principles_evidenced": evidenced,
        "principles_corroborated": at(principles, Step.CORROBORATED),
        "principles_at_the_bar": sum(one.is_at_the_bar for one in principles),
        "principles_without_evidence": len(principles) - at(principles, Step.DRAFTED),
        "share_of_principles_evidenced": evidenced / len(principles) if principles else None,
        "indicators_evidenced": at(indicators, Step.EVIDENCED),
        "indicators_corroborated": at(indicators, Step.CORROBORATED),
    }


def count_changes(candidacies: Sequence[Candidacy], _: date) -> Figures:
    """Count the steps gained since the first day of each; one statement."""
    changes = changes_of(candidacies)
    return {
        candidacy.pk: {"steps_gained": steps_gained(changes[candidacy.pk], began_on=candidacy.started_on)}
        for candidacy in candidacies
    }


def changes_of(candidacies: Sequence[Candidacy]) -> defaultdict[int, list[Change]]:
    """By candidacy."""
    found: defaultdict[int, list[Change]] = defaultdict(list)
    rows = StepChange.objects.filter(candidacy__in=list(candidacies)).order_by("changed_at", "pk")
    fields = "candidacy_id", "kind", "key", "from_step", "to_step", "changed_at"
    for pk, kind, key, from_step, to_step, changed_at in rows.values_list(*fields):
        found[pk].append(Change(kind, key, from_step, to_step, changed_at))
    return found


def count_reach(candidacies: Sequence[Candidacy], _: date) -> Figures:
    """Count stories and projects that reach beyond the own team; one statement."""
    people = [candidacy.person_id for candidacy in candidacies]
    told = Story.objects.beyond_own_team(people).order_by().values_list("owner_id")
    run = Project.objects.beyond_own_team(people).order_by().values_list("owner_id")
    reached = Counter(owner for (owner,) in told.union(run, all=True))
    return {c.pk: {"evidence_beyond_own_team": reached[c.person_id]} for c in candidacies}


def count_gaps(candidacies: Sequence[Candidacy], _: date) -> Mapping[int, Mapping[str, float | None]]:
    return Gap.objects.counted_for(candidacies)


def count_actions(candidacies: Sequence[Candidacy], today: date) -> Mapping[int, Mapping[str, float | None]]:
    return Action.objects.counted_for(candidacies, today)
