"""What the page of factors shows, read in a fixed number of statements."""

from dataclasses import dataclass
from datetime import date

from apps.candidates.facts import facts_of
from apps.candidates.models import Candidacy
from apps.readiness.factors import (
    FactorCheck,
    MistakeCheck,
    check_factors,
    check_mistakes,
    facts_asked,
)
from apps.readiness.facts import OF_CHANGES, OF_STANDINGS, Reached, changes_of, count_steps
from apps.readiness.growth import Growth, growth_of, steps_gained
from apps.readiness.portfolio import Portfolio


@dataclass(frozen=True)
class Overview:
    factors: tuple[FactorCheck, ...]
    mistakes: tuple[MistakeCheck, ...]
    growth: Growth


def overview_of(candidacy: Candidacy, portfolio: Portfolio, *, today: date) -> Overview:
    """Hold a candidacy against its own version of the framework.

    What the ladder says is taken from the portfolio, so only other apps are asked for facts.
    """
    framework = candidacy.framework
    own = {*OF_STANDINGS, *OF_CHANGES}
    known = facts_of(candidacy, today, facts_asked(framework) - own)
    changes = changes_of([candidacy])[candidacy.pk]
    known |= count_steps(Reached(s.kind, s.standing.step, s.bar.is_met) for s in portfolio.subjects)
    known["steps_gained"] = steps_gained(changes, began_on=candidacy.started_on)
    return Overview(
        factors=check_factors(framework, portfolio.subjects, known),
        mistakes=check_mistakes(framework, known),
        growth=growth_of(
            changes,
            subjects=[(s.kind, s.key) for s in portfolio.subjects],
            began_on=candidacy.started_on,
            today=today,
        ),
    )
