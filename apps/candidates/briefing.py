"""The briefing at the start of a candidacy: what to make use of, what to guard against, and what guards."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from apps.candidates import destinations
from apps.candidates.facts import Figure, facts_of
from apps.candidates.figures import Held, watched
from apps.candidates.models import AdvantageChoice, Candidacy, ChosenChallenge
from apps.frameworks.schema import Advantage, Challenge, CoachRule, CounterMeasure, Framework, Line, Threshold

# What each rule of the story coach finds, as the object of "it asks you to fix".
COACH_FINDS: Mapping[str, str] = {
    "no-measured-result": "a result without a figure",
    "no-baseline": "a figure with nothing to compare it to",
    "we-not-i": "“we” where a reader looks for what you did",
    "weak-ownership": "helper phrases such as “was involved in”",
    "passive-action": "sentences that hide who acted",
    "task-not-yours": "a task that does not say what was yours",
    "unexplained-term": "a term or an internal name that nobody explained",
    "assumed-knowledge": "words that take the reader’s knowledge for granted",
    "vague-size": "a size told by an adjective where a figure belongs",
    "own-team-only": "a story that ends at your own team",
    "no-lasting-effect": "a result that ends at delivery",
    "blame": "words that put others down",
    "thin-section": "a section of a few words",
    "too-long": "a story that takes more than three minutes to tell",
    "lopsided": "more about the situation than about what you did",
}


@dataclass(frozen=True)
class AdvantageLine:
    """`is_mine` is None while undecided; `url` is empty for a page that is not built yet."""

    group: str
    advantage: Advantage
    is_mine: bool | None

    @property
    def url(self) -> str:
        return destinations.url_of(self.advantage.page)


@dataclass(frozen=True)
class AdvantageSet:
    key: str
    name: str
    lines: tuple[AdvantageLine, ...]


@dataclass(frozen=True)
class Guard:
    """A counter-measure with what is known of what it watches; one that is met asks for something."""

    measure: CounterMeasure
    watched: tuple[Held, ...]

    @property
    def url(self) -> str:
        return destinations.url_of(self.measure.page)


@dataclass(frozen=True)
class MarkedChallenge:
    """`applies` is None until the candidate has said."""

    challenge: Challenge
    applies: bool | None
    guards: tuple[Guard, ...]

    @property
    def coach_fixes(self) -> tuple[str, ...]:
        """What the story coach asks to fix because of it, in words."""
        fixes = _sharpened_by(self.challenge)
        return tuple(found for rule, found in COACH_FINDS.items() if rule in fixes)


@dataclass(frozen=True)
class Briefing:
    advantages: tuple[AdvantageSet, ...]
    challenges: tuple[MarkedChallenge, ...]

    @property
    def lines(self) -> tuple[AdvantageLine, ...]:
        return tuple(line for group in self.advantages for line in group.lines)

    @property
    def mine(self) -> int:
        return sum(line.is_mine is True for line in self.lines)

    @property
    def undecided(self) -> int:
        return sum(line.is_mine is None for line in self.lines)

    @property
    def applying(self) -> int:
        return sum(marked.applies is True for marked in self.challenges)

    @property
    def none_applies(self) -> bool:
        """The candidate has said of each that it does not apply."""
        return all(marked.applies is False for marked in self.challenges)


def sharpened_rules(framework: Framework, chosen: Collection[str]) -> frozenset[CoachRule]:
    """Return the coach rules whose hints are to fix, whatever they are otherwise, for challenges by key."""
    return frozenset(rule for challenge in _chosen(framework, chosen) for rule in _sharpened_by(challenge))


def watched_facts(framework: Framework, chosen: Collection[str]) -> tuple[Threshold, ...]:
    """Return what the coach watches over all stories because of these challenges; one that holds is told."""
    return tuple(
        threshold
        for challenge in _chosen(framework, chosen)
        for measure in challenge.counter_measures
        for threshold in measure.watches
    )


def points_to_press(framework: Framework, chosen: Collection[str]) -> tuple[Line, ...]:
    """Return what whoever holds a mock interview is asked to press on, challenge by challenge."""
    return tuple(line for challenge in _chosen(framework, chosen) for line in challenge.lines)


def briefing_of(candidacy: Candidacy, *, today: date) -> Briefing:
    """Read the choices and what the marked challenges watch: two statements, and those of the facts."""
    framework = candidacy.framework
    marks = ChosenChallenge.objects.of_candidacies([candidacy]).by_key()
    chosen = [key for key, applies in marks.items() if applies]
    asked = {threshold.fact for threshold in watched_facts(framework, chosen)}
    known = facts_of(candidacy, today, asked)
    choices = AdvantageChoice.objects.of_candidacy(candidacy).by_line()
    return Briefing(
        tuple(
            AdvantageSet(
                group.key,
                group.name,
                tuple(
                    AdvantageLine(group.key, line, choices.get((group.key, line.key))) for line in group.lines
                ),
            )
            for group in framework.advantages
        ),
        tuple(
            _marked(challenge, known, applies=marks.get(challenge.key)) for challenge in framework.challenges
        ),
    )


def has_advantage(framework: Framework, group: str, key: str) -> bool:
    return any((of.key, line.key) == (group, key) for of in framework.advantages for line in of.lines)


def has_challenge(framework: Framework, key: str) -> bool:
    return any(challenge.key == key for challenge in framework.challenges)


def _marked(challenge: Challenge, known: Mapping[str, Figure], *, applies: bool | None) -> MarkedChallenge:
    guards = tuple(Guard(measure, watched(measure.watches, known)) for measure in challenge.counter_measures)
    return MarkedChallenge(challenge, applies, guards)


def _chosen(framework: Framework, chosen: Collection[str]) -> Iterator[Challenge]:
    return (challenge for challenge in framework.challenges if challenge.key in chosen)


def _sharpened_by(challenge: Challenge) -> frozenset[CoachRule]:
    return frozenset(rule for measure in challenge.counter_measures for rule in measure.sharpens)
