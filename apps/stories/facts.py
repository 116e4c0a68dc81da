"""What wins and stories say about a candidacy by the names of the frameworks' vocabulary."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, DateField, F, Func, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.projects.models import MetricKind
from apps.stories.models import ReviewState, Story, Win

COUNTED = (
    "wins_logged",
    "days_since_win",
    "days_since_story_moved",
    "stories",
    "stories_complete",
    "stories_measured",
    "stories_beyond_own_team",
    "stories_across_three_teams",
    "stories_across_organisations",
    "stories_endorsed",
)


def count(candidacies: Sequence[Candidacy], today: date) -> Mapping[int, Mapping[str, float | None]]:
    """Count people's wins and their stories in use, complete by the current version; one statement."""
    wins = Win.objects.alive().filter(owner=OuterRef("pk"))
    stories = Story.objects.alive().in_use().filter(owner=OuterRef("pk"))
    rows: dict[int, dict[str, Any]] = {
        row["pk"]: row
        for row in User.objects.get_queryset()
        .filter(pk__in=[candidacy.person_id for candidacy in candidacies])
        .annotate(
            wins_logged=_number(wins),
            newest_win=_newest(wins, "happened_on"),
            newest_edit=_newest(stories, "edited_at"),
            stories_in_use=_number(stories),
            stories_complete=_number(stories.filter(current_version__is_complete=True)),
            stories_measured=_number(
                stories.filter(current_version__is_complete=True, current_version__is_measured=True)
            ),
            stories_beyond_own_team=_number(stories.filter(teams_affected__gte=2)),
            stories_across_three_teams=_number(stories.filter(teams_affected__gte=3)),
            stories_across_organisations=_number(stories.filter(organisations_affected__gte=2)),
            stories_endorsed=_number(stories.filter(review_state=ReviewState.ENDORSED, matches_version=True)),
        )
        .values(
            *{*COUNTED, "pk", "newest_win", "newest_edit", "stories_in_use"}
            - {"stories", "days_since_win", "days_since_story_moved"}
        )
    }
    return {candidacy.pk: _named(rows[candidacy.person_id], today) for candidacy in candidacies}


# By the name of a fact: the kind of figure that a story quotes.
OF_METRICS = {
    "stories_with_customer_metric": MetricKind.CUSTOMER,
    "stories_with_business_metric": MetricKind.BUSINESS,
    "stories_with_operational_metric": MetricKind.OPERATIONAL,
    "stories_with_people_metric": MetricKind.PEOPLE,
}
LONG = "stories_over_six_months"
OF_CONTENT = (*OF_METRICS, LONG)


def count_content(candidacies: Sequence[Candidacy], today: date) -> Mapping[int, Mapping[str, float | None]]:
    """Count the stories in use by what they quote and by how long the work ran; one statement."""
    half_a_year_on = Func(
        F("started_on"), template="(%(expressions)s + INTERVAL '6 months')::date", output_field=DateField()
    )
    until = Coalesce("ended_on", Value(today))
    counts = {
        name: Count(
            "pk",
            filter=Q(quoted_metrics__metric__kind=kind, quoted_metrics__metric__after__isnull=False),
            distinct=True,
        )
        for name, kind in OF_METRICS.items()
    } | {LONG: Count("pk", filter=Q(until__gte=F("half_a_year_on")), distinct=True)}
    people = {candidacy.person_id: dict.fromkeys(OF_CONTENT, 0) for candidacy in candidacies}
    rows = (
        Story.objects.alive()
        .in_use()
        .filter(owner__in=list(people))
        .annotate(until=until, half_a_year_on=half_a_year_on)
        .order_by()
        .values("owner_id")
        .annotate(**counts)
        .values_list("owner_id", *OF_CONTENT)
    )
    for owner, *figures in rows:
        people[owner] = dict(zip(OF_CONTENT, figures, strict=True))
    return {candidacy.pk: people[candidacy.person_id] for candidacy in candidacies}


def _named(row: Mapping[str, Any], today: date) -> Mapping[str, float | None]:
    newest, edited = row["newest_win"], row["newest_edit"]
    known = {name: row[name] for name in COUNTED if name in row}
    known["stories"] = row["stories_in_use"]
    known["days_since_win"] = (today - newest).days if newest else None
    known["days_since_story_moved"] = (today - edited.date()).days if edited else None
    return known


def _newest(rows: QuerySet[Story] | QuerySet[Win], field: str) -> Subquery:
    return Subquery(rows.order_by().values("owner").annotate(newest=Max(field)).values("newest"))


def _number(rows: QuerySet[Story] | QuerySet[Win]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("owner").annotate(n=Count("pk")).values("n")), 0)
