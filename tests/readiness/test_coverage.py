"""Coverage: what is shown of each subject, how a reader narrows it, and what it costs."""

import random
import re
from dataclasses import replace
from datetime import datetime

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.readiness.coverage import MISSING, SORTS, Choice, coverage_of, spread_of
from apps.readiness.ladder import AskedOf, Step, SubjectFacts, check_bars, standing_of
from apps.readiness.portfolio import SubjectStanding
from apps.stories.models import Story
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import SelfRatingFactory
from tests.factories.frameworks import shipped_framework
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory, StoryVersionFactory
from tests.readiness.strategies import ENDORSED, TODAY, subject_facts


def subjects_from(known: list[SubjectFacts]) -> list[SubjectStanding]:
    """As many principles, then as many indicators, as there are facts."""
    found = []
    for kind in ("principle", "indicator"):
        standings = [standing_of(one) for one in known]
        bars = check_bars(
            [AskedOf(standing, 1) for standing in standings],
            sufficiency=shipped_framework().sufficiency,
            today=TODAY,
        )
        found += [
            SubjectStanding(kind, f"key_{n}", f"Name {n}", False, standing, bar)
            for n, (standing, bar) in enumerate(zip(standings, bars, strict=True))
        ]
    return found


known_subjects = st.lists(subject_facts, min_size=1, max_size=5)
choices = st.builds(
    Choice,
    kind=st.sampled_from(["", "principle", "indicator"]),
    missing=st.sampled_from(sorted(MISSING)),
    sort=st.sampled_from(sorted(SORTS)),
)


@given(known_subjects, choices)
def test_a_choice_hides_and_sorts_and_changes_nothing(known: list[SubjectFacts], choice: Choice) -> None:
    subjects = subjects_from(known)

    for group in coverage_of(subjects, choice):
        of_kind = [s for s in subjects if s.kind == group.kind]
        assert group.total == len(of_kind)
        assert group.at_the_bar == sum(s.bar.is_met for s in of_kind)
        assert len(set(map(id, group.shown))) == len(group.shown)
        assert [s for s in of_kind if MISSING[choice.missing][1](s)] == sorted(group.shown, key=of_kind.index)


@given(known_subjects)
def test_what_is_missing_says_the_same_as_the_bar(known: list[SubjectFacts]) -> None:
    for subject in subjects_from(known):
        fits = {name for name, (_, test) in MISSING.items() if test(subject)}

        assert ("nothing" in fits) == subject.bar.is_met == ("open" not in fits)
        assert "nothing" in fits or fits & {"stories", "project", "recent"}


@given(known_subjects, st.randoms())
def test_the_order_of_stories_makes_no_difference_to_coverage(
    known: list[SubjectFacts], rng: random.Random
) -> None:
    shuffled = [replace(one, stories=tuple(rng.sample(one.stories, len(one.stories)))) for one in known]

    assert coverage_of(subjects_from(shuffled), Choice()) == coverage_of(subjects_from(known), Choice())
    assert spread_of(subjects_from(shuffled)) == spread_of(subjects_from(known))


@given(subject_facts, st.integers(1, 9))
def test_one_more_story_never_lowers_a_figure_of_its_subject(known: SubjectFacts, teams: int) -> None:
    more = ENDORSED._replace(story_id=99, teams=teams, organisations=2, ended_on=TODAY)

    before, *_ = subjects_from([known])
    after, *_ = subjects_from([replace(known, stories=(*known.stories, more))])

    assert after.reach.projects >= before.reach.projects
    assert (after.reach.teams or 0) >= (before.reach.teams or 0)
    assert (after.reach.organisations or 0) >= (before.reach.organisations or 0)
    assert after.latest_on == TODAY
    assert all(after.standing.count(step) >= before.standing.count(step) for step in Step)


def test_a_choice_that_is_none_is_as_if_nothing_was_asked() -> None:
    assert Choice.read({"kind": "nonsense", "missing": "\x00", "sort": "step; drop"}) == Choice()


def test_more_than_half_from_one_project_is_said_and_lowers_nothing() -> None:
    told = [ENDORSED._replace(story_id=n, project_id=1 if n < 3 else n) for n in range(4)]
    subjects = subjects_from([SubjectFacts(stories=(story,)) for story in told])

    spread = spread_of(subjects)

    assert (spread.of_one_project, spread.corroborated, spread.is_lopsided) == (3, 4, True)
    assert not spread_of(subjects_from([SubjectFacts(stories=(story,)) for story in told[:2]])).is_lopsided


# The page ---------------------------------------------------------------------------------------------


def evidenced(owner: User, **more: object) -> Story:
    story = StoryFactory.create(owner=owner, **more)
    StoryMetricFactory.create(story=story)
    StoryVersionFactory.create(story=story)
    return story


def row(html: str, name: str) -> str:
    """The text of a row, its cells apart."""
    found = next(
        one
        for one in re.findall(r"<tr role=\"row\"><th scope=\"row\".*?</tr>", html, re.DOTALL)
        if f">{name}</a>" in one
    )
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found, re.DOTALL)
    return " | ".join(" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells)


def test_a_row_says_what_stands_behind_a_principle(
    candidate: User, candidacy: Candidacy, sign_in: SignIn, now: datetime
) -> None:
    project = ProjectFactory.create(owner=candidate)
    evidenced(candidate, project=project, teams_affected=4, organisations_affected=2)
    evidenced(candidate, project=project)
    StoryFactory.create(owner=candidate, teams_affected=1)

    html = sign_in(candidate).get(reverse("readiness:index")).content.decode()

    assert row(html, "Ownership") == (
        "Ownership leads | Evidenced : why is Ownership at this step? What stands behind it | 0 of 2 asked | 2 | 1 "
        "| 2 projects up to 4 teams, 2 organisations | Oct 2026 | 2 corroborated stories"
    )
    assert "0 of 16 at the bar" in html


def test_the_list_is_narrowed_by_kind_and_by_what_is_missing(candidate: User, sign_in: SignIn) -> None:
    StoryFactory.create(owner=candidate)
    client = sign_in(candidate)

    def names(**asked: str) -> list[str]:
        html = client.get(reverse("readiness:index"), asked).content.decode()
        return re.findall(r"<th scope=\"row\" role=\"rowheader\"><a [^>]*>([^<]*)</a>", html)

    assert len(names()) == 22
    assert len(names(kind="indicator")) == 6
    assert "Ownership" not in names(missing="none", kind="principle")
    assert names(missing="nothing") == []
    assert names(sort="weakest", kind="principle")[-1] == "Ownership"
    assert names(sort="name", kind="principle") == sorted(names(kind="principle"))


def test_why_lists_exactly_what_holds_the_step(candidate: User, sign_in: SignIn) -> None:
    evidenced(candidate, title="Faster deploys")
    StoryFactory.create(owner=candidate, title="Only a draft")
    address = reverse("readiness:show", args=["principle", "ownership"])
    client = sign_in(candidate)

    piece = client.get(address, headers={"HX-Request": "true"}).content.decode()
    page = client.get(address).content.decode()

    assert "Faster deploys" in piece
    assert "Only a draft" not in piece
    assert "<html" not in piece
    assert "Also linked" in page
    assert "Only a draft" in page


def test_a_claim_leads_to_the_rating_it_stands_on(
    candidate: User, candidacy: Candidacy, sign_in: SignIn
) -> None:
    SelfRatingFactory.create(candidacy=candidacy, key="ownership", value=3)
    address = reverse("readiness:show", args=["principle", "ownership"])

    piece = sign_in(candidate).get(address, headers={"HX-Request": "true"}).content.decode()

    assert "Your own rating" in piece
    assert "At the bar" in piece


@pytest.mark.parametrize("rows", [1, 3, 500])
def test_coverage_takes_eight_statements(
    candidate: User, candidacy: Candidacy, sign_in: SignIn, statements: CountStatements, rows: int
) -> None:
    Story.objects.bulk_create(
        Story(owner=candidate, title=f"Story {n}", principles=["ownership", "dive_deep"]) for n in range(rows)
    )
    client = sign_in(candidate)
    client.get(reverse("readiness:index"))  # standings are stored, and the framework read

    with statements() as done:
        html = client.get(reverse("readiness:index")).content.decode()

    assert done.count == 8, done.sql
    assert row(html, "Dive Deep").split(" | ")[4] == str(rows)
