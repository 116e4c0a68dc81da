"""The organiser's board: what it counts, what it never says, and what it costs."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Subject
from apps.cohorts.models import Cohort
from apps.dashboards.board import Board, Progress, board_of, members_of, subjects_of
from apps.readiness.actions import refreshed_portfolio
from apps.readiness.models import Standing, StepChange
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import CandidacyFactory, MentorshipFactory, SelfRatingFactory
from tests.factories.cohorts import CohortFactory, CohortInvitationFactory, MembershipFactory
from tests.factories.reviews import RatingFactory, ReviewFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory, StoryVersionFactory

type Join = Callable[..., Candidacy]


@pytest.fixture
def cohort(organiser: User) -> Cohort:
    return CohortFactory.create(name="Spring 2027 to L6", created_by=organiser)


@pytest.fixture
def join(cohort: Cohort) -> Join:
    """Let somebody into the cohort with a candidacy of its date, active today."""

    def joined(name: str = "Ada Okafor", **fields: object) -> Candidacy:
        fields = {"target_on": cohort.target_on, "last_active_on": date(2026, 11, 24)} | fields
        candidacy = CandidacyFactory.create(person__name=name, cohort=cohort, **fields)
        MembershipFactory.create(cohort=cohort, user=candidacy.person)
        return candidacy

    return joined


@pytest.fixture
def client(organiser: User, sign_in: SignIn) -> Client:
    return sign_in(organiser)


def board(cohort: Cohort, now: datetime, *, most_gaps_first: bool = False) -> Board:
    return board_of(cohort, kind=Subject.PRINCIPLE, most_gaps_first=most_gaps_first, now=now)


def progress_of(cohort: Cohort, now: datetime) -> Progress:
    (member,) = board(cohort, now).members
    assert member.progress is not None
    return member.progress


def step_of(cohort: Cohort, now: datetime, key: str) -> int | None:
    return progress_of(cohort, now).steps[subjects_of(cohort, Subject.PRINCIPLE).keys.index(key)]


def test_each_member_stands_where_their_own_page_says(cohort: Cohort, join: Join, now: datetime) -> None:
    for number, name in enumerate(("Ada", "Bo", "Cy")):
        candidacy = join(name)
        SelfRatingFactory.create(candidacy=candidacy, key="dive_deep", value=3)
        for _ in range(number):
            story = StoryFactory.create(owner=candidacy.person)
            StoryMetricFactory.create(story=story)
            StoryVersionFactory.create(story=story)

    shown = board(cohort, now).shown

    for candidacy, (member, progress) in zip(Candidacy.objects.order_by("pk"), shown, strict=True):
        portfolio = refreshed_portfolio(candidacy, now=now)
        assert member.pk == candidacy.person_id
        assert progress.steps == tuple(int(subject.standing.step) for subject in portfolio.principles)
        assert progress.at_the_bar == sum(subject.bar.is_met for subject in portfolio.principles)


def test_a_corroborated_story_counts_for_the_level_it_was_reviewed_for(
    cohort: Cohort, join: Join, now: datetime
) -> None:
    candidacy = join()
    review = ReviewFactory.create(
        mentorship=MentorshipFactory.create(candidacy=candidacy), sent_at=now, verdict="endorse"
    )
    RatingFactory.create(review=review, kind="principle", key="ownership", value=3)
    # Somebody else of the cohort aims elsewhere with a story reviewed for L6.
    other = join("Bo", target_level="L7", current_level="L6")
    foreign = ReviewFactory.create(
        mentorship=MentorshipFactory.create(candidacy=other),
        target_level="L6",
        sent_at=now,
        verdict="endorse",
    )
    RatingFactory.create(review=foreign, kind="principle", key="ownership", value=4)

    column = subjects_of(cohort, Subject.PRINCIPLE).keys.index("ownership")
    (_, first), (_, second) = board(cohort, now).shown

    # The other's story is complete and not measured, and what was endorsed was another level.
    assert (first.steps[column], second.steps[column]) == (4, 2)


def test_old_standings_are_stored_anew_with_a_dated_change(cohort: Cohort, join: Join, now: datetime) -> None:
    candidacy = join()
    assert step_of(cohort, now, "ownership") == 0
    StoryFactory.create(owner=candidacy.person)
    Candidacy.objects.filter(pk=candidacy.pk).raise_evidence_rev()

    assert step_of(cohort, now, "ownership") == 2

    assert Standing.objects.get(candidacy=candidacy, key="ownership").step == 2
    change = StepChange.objects.get(candidacy=candidacy)
    assert (change.key, change.from_step, change.to_step, change.changed_at) == ("ownership", 0, 2, now)


def test_a_level_given_up_leaves_no_standing_behind(cohort: Cohort, join: Join, now: datetime) -> None:
    candidacy = join(current_level="L6", target_level="L7")
    board(cohort, now)
    Candidacy.objects.update(current_level="L5", target_level="L6")
    Candidacy.objects.filter(pk=candidacy.pk).raise_evidence_rev()

    board(cohort, now)

    framework = cohort.framework
    asked = {one.key for one in framework.principles} | {one.key for one in framework.indicators_for("L6")}
    assert {one.key for one in framework.indicators_for("L7")} - asked
    assert set(Standing.objects.values_list("key", flat=True)) == asked


@pytest.mark.parametrize(("days", "is_silent"), [(0, False), (20, False), (21, True), (400, True)])
def test_silent_is_who_did_nothing_for_three_weeks(
    cohort: Cohort, join: Join, now: datetime, days: int, is_silent: bool
) -> None:
    join(last_active_on=now.date() - timedelta(days=days))

    progress = progress_of(cohort, now)

    assert (progress.silent_days, progress.is_silent) == (days, is_silent)
    assert Candidacy.objects.silent(now.date()).exists() is is_silent


def test_who_never_did_anything_is_silent_since_the_start(cohort: Cohort, join: Join, now: datetime) -> None:
    join(last_active_on=None)  # begun 60 days ago

    assert progress_of(cohort, now).silent_days == 60
    assert Candidacy.objects.silent(now.date()).exists()


def test_after_the_decision_nobody_is_silent_or_misses_a_mentor(
    cohort: Cohort, join: Join, now: datetime
) -> None:
    join(last_active_on=None, decided_on=now.date())

    progress = progress_of(cohort, now)

    assert (progress.is_silent, progress.misses_a_mentor) == (False, False)
    assert not Candidacy.objects.silent(now.date()).exists()


@pytest.mark.parametrize(
    ("state", "has_mentor"),
    [
        ({}, True),
        ({"paused_at": datetime(2026, 11, 1, tzinfo=UTC)}, True),
        ({"mentor": None, "accepted_at": None}, False),
        ({"revoked_at": datetime(2026, 11, 1, tzinfo=UTC)}, False),
    ],
    ids=["active", "paused", "asked", "ended"],
)
def test_a_mentor_is_one_who_accepted_and_was_not_ended(
    cohort: Cohort, join: Join, now: datetime, state: dict[str, object], has_mentor: bool
) -> None:
    mentorship = MentorshipFactory.create(candidacy=join(), **state)

    progress = progress_of(cohort, now)

    assert progress.misses_a_mentor is not has_mentor
    assert progress.mentors == ((mentorship.mentor_name,) if has_mentor else ())
    assert Candidacy.objects.without_mentor().exists() is not has_mentor


def test_reviews_wait_from_the_day_the_oldest_was_asked_for(
    cohort: Cohort, join: Join, now: datetime
) -> None:
    mentorship = MentorshipFactory.create(candidacy=join())
    for days in (2, 9):
        ReviewFactory.create(mentorship=mentorship, asked_at=now - timedelta(days=days))
    ReviewFactory.create(mentorship=mentorship, asked_at=now - timedelta(days=30), withdrawn_at=now)
    ReviewFactory.create(
        mentorship=mentorship, asked_at=now - timedelta(days=40), sent_at=now, verdict="endorse"
    )

    progress = progress_of(cohort, now)

    assert (progress.reviews_waiting, progress.review_days) == (2, 9)


def test_the_figures_on_top_are_those_of_the_members(cohort: Cohort, join: Join, now: datetime) -> None:
    join("Ada")
    join("Bo", last_active_on=now.date() - timedelta(days=30), started_on=now.date() - timedelta(days=90))
    MembershipFactory.create(cohort=cohort, user__name="Cy Without")
    left = join("Di")
    left.person.memberships.update(left_at=now)
    CandidacyFactory.create()
    CohortInvitationFactory.create(cohort=cohort, invitation__token="w")
    CohortInvitationFactory.create(cohort=cohort, invitation__token="e", invitation__expires_at=now)

    found = board(cohort, now)

    assert [member.name for member in found.members] == ["Ada", "Bo", "Cy Without"]
    assert (len(found.shown), found.active_this_week, len(found.silent), len(found.without_mentor)) == (
        2,
        1,
        1,
        2,
    )
    assert (found.invitations["waiting"], found.invitations["expired"]) == (1, 1)
    assert sum(number for _, number in found.phases) == 2
    assert found.without_evidence == [2] * 16


def test_members_are_listed_as_a_reader_looks_for_them(cohort: Cohort, now: datetime) -> None:
    names = ["Zoe", "Émile", "emma", "Łukasz", "Emil", "Lukas", "Mia", "Þórdís", "Tom"]
    for name in names:
        MembershipFactory.create(cohort=cohort, user__name=name)

    listed = [member.name for member in board(cohort, now).members]

    assert listed == ["Emil", "Émile", "emma", "Lukas", "Łukasz", "Mia", "Þórdís", "Tom", "Zoe"]


def test_most_gaps_come_first_when_asked_for(cohort: Cohort, join: Join, now: datetime) -> None:
    story = StoryFactory.create(owner=join("Ada").person)
    StoryMetricFactory.create(story=story)
    StoryVersionFactory.create(story=story)
    join("Bo")

    assert [member.name for member in board(cohort, now, most_gaps_first=True).members] == ["Bo", "Ada"]
    assert [member.name for member in board(cohort, now).members] == ["Ada", "Bo"]


class Tables(HTMLParser):
    """The rows of each table of a page, as lists of (tag, scope or class, text)."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, str, str]]] = []
        self.captions = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag == "caption":
            self.captions += 1
        elif tag in {"th", "td"}:
            found = dict(attrs)
            self.rows[-1].append((tag, found.get("scope") or found.get("class") or "", ""))

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            tag, what, text = self.rows[-1][-1]
            self.rows[-1][-1] = (tag, what, f"{text}{data}".strip())


def test_the_heat_map_is_a_table_with_numbers(cohort: Cohort, join: Join, client: Client) -> None:
    join("Ada <b>Okafor</b>")
    StoryFactory.create(owner=join("Bo", last_active_on=date(2026, 10, 1)).person)
    html = client.get(reverse("dashboards:cohort", args=[cohort.pk])).content.decode()

    tables = Tables()
    tables.feed(html)

    head, first, second, foot = tables.rows
    assert tables.captions == 1
    assert [(tag, what) for tag, what, _ in head] == [("th", "col")] * 19
    assert {len(row) for row in tables.rows} == {19}
    assert first[0] == ("th", "row", "Ada <b>Okafor</b>")
    assert second[0] == ("th", "row", "Bo, silent for three weeks or more")
    column = subjects_of(cohort, Subject.PRINCIPLE).keys.index("ownership") + 1
    assert (first[column], second[column]) == (("td", "h0", "0"), ("td", "h2", "2"))
    assert first[-1][2] == "today"
    assert second[-1][2] == "54 days"
    assert foot[0] == ("th", "row", "Without evidence")
    assert 'role="region" aria-label="Table of steps, scrolls sideways"' in html


def test_the_list_of_people_shows_own_and_cohort_dates(cohort: Cohort, join: Join, client: Client) -> None:
    join("Ada", target_on=date(2027, 5, 3))

    html = client.get(reverse("dashboards:cohort", args=[cohort.pk]), {"view": "people"}).content.decode()

    assert "3 May 2027 <small>own; cohort 12 Jun 2027</small>" in html


def test_people_come_a_hundred_at_a_time(cohort: Cohort, client: Client) -> None:
    for number in range(101):
        MembershipFactory.create(cohort=cohort, user__name=f"Member {number:03}")
    path = reverse("dashboards:cohort", args=[cohort.pk])

    first = client.get(path, {"view": "people"})
    second = client.get(path, {"view": "people", "after": first.context["after"]})

    assert [member.name for member in second.context["people"]] == ["Member 100"]
    assert second.context["after"] is None
    assert len(client.get(path, {"view": "people", "after": "\x00"}).context["people"]) == 100


@pytest.mark.parametrize(
    "query", [{}, {"of": "indicators"}, {"order": "gaps"}, {"order": "\x00", "of": "x", "view": "y"}]
)
def test_an_empty_cohort_says_what_will_be_here(
    cohort: Cohort, client: Client, query: dict[str, str]
) -> None:
    answer = client.get(reverse("dashboards:cohort", args=[cohort.pk]), query)

    assert answer.status_code == 200
    assert "Nobody has joined yet" in answer.content.decode()


@pytest.mark.parametrize("view", ["ladder", "people"])
@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_board_takes_eleven_statements_however_many_members(
    cohort: Cohort, join: Join, client: Client, statements: CountStatements, rows: int, view: str
) -> None:
    for _ in range(rows):
        MentorshipFactory.create(candidacy=join())
    path = reverse("dashboards:cohort", args=[cohort.pk])
    client.get(path)  # stores the standings, which the next page finds fresh

    with statements() as done:
        client.get(path, {"view": view})

    assert done.count == 11, done.sql


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_storing_old_standings_takes_nine_statements_more_however_many(
    cohort: Cohort, join: Join, client: Client, statements: CountStatements, rows: int
) -> None:
    for _ in range(rows):
        candidacy = join()
        SelfRatingFactory.create(candidacy=candidacy)
        StoryFactory.create(owner=candidacy.person)
    subjects_of(cohort, Subject.PRINCIPLE)  # the process holds the framework from its first use on

    with statements() as done:
        client.get(reverse("dashboards:cohort", args=[cohort.pk]))

    assert done.count == 11 + 9, done.sql


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_the_overview_takes_eight_statements_however_many_cohorts(
    organiser: User, client: Client, statements: CountStatements, rows: int
) -> None:
    for cohort in CohortFactory.create_batch(rows, created_by=organiser):
        candidacy = CandidacyFactory.create(cohort=cohort, target_on=cohort.target_on)
        MembershipFactory.create(cohort=cohort, user=candidacy.person)

    with statements() as done:
        client.get(reverse("dashboards:overview"))

    assert done.count == 8, done.sql


def test_the_overview_shows_who_is_stuck_in_cohorts_of_ones_own(
    cohort: Cohort, join: Join, client: Client
) -> None:
    join("Ada Silent", last_active_on=date(2026, 10, 1))
    join("Bo Busy")
    elsewhere = CohortFactory.create(name="Somebody else's")
    CandidacyFactory.create(person__name="Cy Elsewhere", cohort=elsewhere, target_on=elsewhere.target_on)

    html = client.get(reverse("dashboards:overview")).content.decode()

    assert "Ada Silent" in html
    assert "2 without a mentor" in html
    assert "Bo Busy" not in html
    assert "Cy Elsewhere" not in html
    assert "Somebody else" not in html


def test_candidates_see_what_their_organiser_sees(
    cohort: Cohort, candidate: User, candidacy: Candidacy, sign_in: SignIn, now: datetime, today: date
) -> None:
    MembershipFactory.create(cohort=cohort, user=candidate)
    Candidacy.objects.update(cohort=cohort, last_active_on=today - timedelta(days=4))
    StoryFactory.create(owner=candidate, title="Not for the organiser")
    other = CandidacyFactory.create(cohort=cohort, person__name="Somebody Else", target_on=cohort.target_on)
    MembershipFactory.create(cohort=cohort, user=other.person)

    page = sign_in(candidate).get(reverse("dashboards:organiser_view"))

    html = page.content.decode()
    (view,) = page.context["views"]
    assert view["member"] == members_of(cohort, subjects_of(cohort, Subject.PRINCIPLE), now=now)[0]
    assert "4 days" in html
    assert "Not for the organiser" not in html
    assert "Somebody Else" not in html


def test_nobody_in_no_cohort_is_seen(candidate: User, sign_in: SignIn) -> None:
    html = sign_in(candidate).get(reverse("dashboards:organiser_view")).content.decode()

    assert "You are in no cohort" in html
