from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from apps.frameworks.schema import CommonGap, Threshold
from apps.readiness.ladder import Step
from apps.readiness.suggestions import WeighedSubject, suggest
from apps.readiness.talk import RatedSubject, talk_about

WORDS = {1: "Not yet", 2: "Nearly", 3: "At the bar", 4: "Above"}
COMMON = (
    CommonGap(
        key="scope",
        name="Impact ends at the team",
        kind="technical",
        gap="Nothing beyond the team",
        development=("Join a group",),
        evidence="A decision",
        triggers=(
            Threshold(fact="evidence_beyond_own_team", at_most=0),
            Threshold(fact="teams_affected", at_most=1),
        ),
    ),
)
KEYS = ("ownership", "dive_deep", "frugality", "think_big")


@st.composite
def subjects(draw: st.DrawFn) -> tuple[WeighedSubject, ...]:
    return tuple(
        WeighedSubject(
            "principle",
            key,
            key,
            step=draw(st.integers(0, 4)),
            leads=draw(st.booleans()),
            is_at_the_bar=False,
            missing=("one corroborated story",),
            evidence_wanted="A story",
        )
        for key in draw(st.lists(st.sampled_from(KEYS), unique=True))
    )


KNOWN = st.dictionaries(
    st.sampled_from(["evidence_beyond_own_team", "teams_affected"]), st.none() | st.integers(0, 5)
)
RATED = st.builds(
    RatedSubject,
    kind=st.just("principle"),
    key=st.sampled_from(KEYS),
    name=st.just("Name"),
    step=st.integers(0, 4),
    own=st.none() | st.integers(1, 4),
    theirs=st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 4)), max_size=2).map(tuple),
)
ALL_RATED = st.lists(RATED, max_size=4, unique_by=lambda one: one.key)


def subject(**more: object) -> WeighedSubject:
    plain = WeighedSubject("principle", "ownership", "Ownership", 0, False, False, ("one story",), "A story")
    return replace(plain, **more)  # type: ignore[arg-type]


def test_a_subject_without_evidence_is_suggested_and_one_with_is_not() -> None:
    weak, strong = subject(step=Step.DRAFTED), subject(key="dive_deep", step=Step.EVIDENCED)

    assert [s.source for s in suggest([weak, strong], (), {}, ())] == ["principle:ownership"]


def test_one_that_leads_is_suggested_until_it_is_at_the_bar() -> None:
    leading = subject(step=Step.CORROBORATED, leads=True)

    assert suggest([leading], (), {}, ())
    assert not suggest([replace(leading, is_at_the_bar=True)], (), {}, ())


def test_one_that_its_owner_rates_low_is_suggested_until_it_is_at_the_bar() -> None:
    low = subject(step=Step.EVIDENCED, own_rating=2)

    assert suggest([low], (), {}, ())
    assert not suggest([replace(low, own_rating=3)], (), {}, ())
    assert not suggest([replace(low, is_at_the_bar=True)], (), {}, ())


def test_a_common_gap_needs_one_of_its_facts_and_an_unknown_one_is_none() -> None:
    assert not suggest((), COMMON, {}, ())
    assert not suggest((), COMMON, {"teams_affected": None, "evidence_beyond_own_team": 1}, ())
    one = suggest((), COMMON, {"teams_affected": 1, "evidence_beyond_own_team": 1}, ())
    both = suggest((), COMMON, {"teams_affected": 1, "evidence_beyond_own_team": 0}, ())
    assert (one[0].source, one[0].weight, both[0].weight) == ("common:scope", 5, 6)


def test_a_difference_makes_even_an_evidenced_subject_a_suggestion() -> None:
    rated = RatedSubject("principle", "ownership", "Ownership", 3, own=4, theirs=(("Amara", 2),))

    found = suggest([subject(step=3)], (), {}, talk_about([rated], WORDS))

    assert [(s.source, s.weight) for s in found] == [("principle:ownership", 2)]
    assert found[0].missing == "You say “Above”, Amara says “Nearly”."


def test_talk_is_about_differences_and_about_claims_that_show_nothing() -> None:
    same = RatedSubject("principle", "ownership", "Ownership", 3, own=3, theirs=(("Amara", 3),))
    claim = RatedSubject("principle", "dive_deep", "Dive Deep", 1, own=3)
    modest = RatedSubject("principle", "frugality", "Frugality", 0, own=2)
    unrated = RatedSubject("principle", "think_big", "Think Big", 4, own=None, theirs=(("Amara", 1),))

    found = talk_about([same, claim, modest, unrated], WORDS)

    assert [(item.subject.key, item.differs_by) for item in found] == [("dive_deep", 0)]


@given(subjects=subjects(), known=KNOWN, rated=ALL_RATED, order=st.randoms())
def test_order_makes_no_difference(
    subjects: tuple[WeighedSubject, ...],
    known: dict[str, int | None],
    rated: list[RatedSubject],
    order: object,
) -> None:
    mixed, other = list(subjects), list(rated)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    order.shuffle(other)  # type: ignore[attr-defined]

    assert talk_about(rated, WORDS) == talk_about(other, WORDS)
    assert suggest(subjects, COMMON, known, talk_about(rated, WORDS)) == suggest(
        mixed, COMMON, known, talk_about(other, WORDS)
    )


@given(subjects=subjects().filter(bool), rated=ALL_RATED, at=st.integers(0, 3), is_at_the_bar=st.booleans())
def test_a_higher_step_never_adds_a_suggestion_nor_weight(
    subjects: tuple[WeighedSubject, ...], rated: list[RatedSubject], at: int, is_at_the_bar: bool
) -> None:
    at %= len(subjects)
    assume(subjects[at].step < Step.CORROBORATED)
    better = list(subjects)
    better[at] = replace(better[at], step=better[at].step + 1, is_at_the_bar=is_at_the_bar)
    climbed = [
        replace(one, step=min(one.step + 1, 4)) if one.key == subjects[at].key else one for one in rated
    ]

    before = {s.source: s.weight for s in suggest(subjects, (), {}, talk_about(rated, WORDS))}
    after = {s.source: s.weight for s in suggest(better, (), {}, talk_about(climbed, WORDS))}

    assert after.keys() <= before.keys()
    assert all(after[source] <= before[source] for source in after)


@given(known=KNOWN, name=st.sampled_from(["evidence_beyond_own_team", "teams_affected"]))
def test_a_higher_fact_never_adds_a_common_gap(known: dict[str, int | None], name: str) -> None:
    assume(known.get(name) is not None)
    better = known | {name: (known[name] or 0) + 1}

    before = {s.source: s.weight for s in suggest((), COMMON, known, ())}
    after = {s.source: s.weight for s in suggest((), COMMON, better, ())}

    assert all(after[source] <= before.get(source, -1) for source in after)
