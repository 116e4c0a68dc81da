"""What wins and stories say about a candidacy by the names of the frameworks' vocabulary."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.stories.models import Story, Win

COUNTED = (
    "wins_logged",
    "days_since_win",
    "stories",
    "stories_complete",
    "stories_measured",
    "stories_beyond_own_team",
    "stories_across_three_teams",
    "stories_across_organisations",
)


def count(candidacy: Candidacy, today: date) -> Mapping[str, float | None]:
    """Count the person's wins and their stories in use, complete by the current version; one statement."""
    wins = Win.objects.alive().filter(owner=OuterRef("pk"))
    stories = Story.objects.alive().in_use().filter(owner=OuterRef("pk"))
    found: dict[str, Any] = (
        User.objects.get_queryset()
        .filter(pk=candidacy.person_id)
        .annotate(
            wins_logged=_number(wins),
            newest_win=Subquery(wins.values("owner").annotate(newest=Max("happened_on")).values("newest")),
            stories_in_use=_number(stories),
            stories_complete=_number(stories.filter(current_version__is_complete=True)),
            stories_measured=_number(
                stories.filter(current_version__is_complete=True, current_version__is_measured=True)
            ),
            stories_beyond_own_team=_number(stories.filter(teams_affected__gte=2)),
            stories_across_three_teams=_number(stories.filter(teams_affected__gte=3)),
            stories_across_organisations=_number(stories.filter(organisations_affected__gte=2)),
        )
        .values(*{*COUNTED, "newest_win", "stories_in_use"} - {"stories", "days_since_win"})
        .get()
    )
    newest = found.pop("newest_win")
    found["stories"] = found.pop("stories_in_use")
    found["days_since_win"] = (today - newest).days if newest else None
    return found


def _number(rows: QuerySet[Story] | QuerySet[Win]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("owner").annotate(n=Count("pk")).values("n")), 0)
