from datetime import datetime
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.facts import facts_of
from apps.candidates.models import Candidacy, SelfRating, Subject
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import SelfRatingFactory
from tests.factories.frameworks import shipped_framework

RATE = reverse("candidates:rate")


def everything(value: str = "", **changed: str) -> dict[str, str]:
    """Return what the page posts: every subject of L6 with the same value, and what was changed."""
    framework = shipped_framework()
    fields = [f"principle-{principle.key}" for principle in framework.principles]
    fields += [f"indicator-{indicator.key}" for indicator in framework.indicators_for("L6")]
    posted = dict.fromkeys(fields, value) | {f"{field}-note": "" for field in fields}
    return posted | {"seen": "0"} | {key.replace("__", "-"): value for key, value in changed.items()}


def series(candidacy: Candidacy, key: str) -> list[tuple[int | None, str]]:
    return list(candidacy.self_ratings.filter(key=key).order_by("pk").values_list("value", "note"))


@pytest.fixture
def client(candidate: User, sign_in: SignIn) -> Client:
    return sign_in(candidate)


def test_the_page_shows_every_subject_with_its_prompts_and_rubric(client: Client) -> None:
    response = client.get(RATE)

    framework = shipped_framework()
    form = response.context["form"]
    assert [subject.key for subject in form.principles] == [p.key for p in framework.principles]
    assert [subject.key for subject in form.indicators] == [i.key for i in framework.indicators_for("L6")]
    assert framework.principle("frugality").prompts.expanded_scope in response.text
    assert framework.rubric("principle", "frugality", "L6")[2].text in response.text


def test_whoever_aims_for_l7_rates_the_indicators_of_both_levels(
    client: Client, candidacy: Candidacy
) -> None:
    candidacy.target_level = "L7"
    candidacy.save()

    form = client.get(RATE).context["form"]

    assert len(form.indicators) == 12


def test_only_what_changed_becomes_a_row_and_evidence_changes_once(
    client: Client, candidacy: Candidacy, now: datetime
) -> None:
    response = client.post(RATE, everything(principle__ownership="3", indicator__l6_mentors_l5="2"))

    assert response.headers["Location"] == RATE
    assert list(candidacy.self_ratings.order_by("kind").values_list("kind", "key", "value", "rated_at")) == [
        (Subject.INDICATOR, "l6_mentors_l5", 2, now),
        (Subject.PRINCIPLE, "ownership", 3, now),
    ]
    candidacy.refresh_from_db()
    assert candidacy.evidence_rev == 2


def test_a_post_sent_twice_adds_nothing_and_changes_no_evidence(client: Client, candidacy: Candidacy) -> None:
    posted = everything(principle__ownership="3")

    answers = [client.post(RATE, posted).status_code for _ in range(2)]

    candidacy.refresh_from_db()
    assert answers == [HTTPStatus.FOUND, HTTPStatus.FOUND]
    assert series(candidacy, "ownership") == [(3, "")]
    assert candidacy.evidence_rev == 2


def test_a_rating_is_added_to_the_series_and_taken_back_by_a_row_of_none(
    client: Client, candidacy: Candidacy
) -> None:
    first = SelfRatingFactory.create(candidacy=candidacy, key="ownership", value=2)
    client.post(RATE, everything(principle__ownership="4", seen=str(first.pk)))
    newest = SelfRating.objects.latest("pk")

    client.post(RATE, everything(seen=str(newest.pk)))

    assert series(candidacy, "ownership") == [(2, ""), (4, ""), (None, "")]
    assert client.get(RATE).context["form"].rated == 0


def test_a_note_alone_is_a_change(client: Client, candidacy: Candidacy) -> None:
    client.post(RATE, everything(**{"principle__ownership-note": "I run the on-call."}))

    assert series(candidacy, "ownership") == [(None, "I run the on-call.")]


def test_the_page_says_when_one_rated_last(client: Client, candidacy: Candidacy) -> None:
    SelfRatingFactory.create(candidacy=candidacy)

    response = client.get(RATE)

    assert "Last rated on Tue 24 November 2026; 1 of 22 have a rating." in response.text


@pytest.mark.parametrize(
    "field, typed, message",
    [
        ("principle-ownership", "5", "Choose one of the four ratings, or none."),
        ("principle-ownership", "9" * 5000, "Choose one of the four ratings, or none."),
        ("principle-ownership", "at the bar", "Choose one of the four ratings, or none."),
        ("principle-ownership-note", "x" * 2001, "The note has 2001 characters; 2000 are the most."),
        ("principle-ownership-note", "x" * 1_000_000, "The note has 1000000 characters"),
        ("principle-ownership-note", "a\x00b", "The note holds a character that cannot be stored."),
    ],
)
def test_bad_input_is_said_at_its_subject_and_everything_typed_stays(
    client: Client, candidacy: Candidacy, field: str, typed: str, message: str
) -> None:
    posted = everything(**{"principle__frugality": "2", "principle__dive_deep-note": "Typed before."})

    response = client.post(RATE, posted | {field: typed})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    form = response.context["form"]
    assert [subject.key for subject in form.wrong] == ["ownership"]
    assert message in form.wrong[0].errors[0]
    assert message in response.text
    assert next(subject.value for subject in form.subjects if subject.key == "frugality") == 2
    assert "Typed before." in response.text
    assert candidacy.self_ratings.count() == 0


def test_subjects_of_another_framework_are_not_listened_to(client: Client, candidacy: Candidacy) -> None:
    client.post(RATE, everything(principle__charisma="4", indicator__l7_unknown="4"))

    assert candidacy.self_ratings.count() == 0


def test_a_stale_page_loses_nothing_and_shows_both(client: Client, candidacy: Candidacy) -> None:
    shown = SelfRatingFactory.create(candidacy=candidacy, key="ownership", value=1)
    SelfRatingFactory.create(candidacy=candidacy, key="ownership", value=3, note="Saved in the other tab")

    response = client.post(RATE, everything(principle__ownership="2", seen=str(shown.pk)))

    assert response.status_code == HTTPStatus.CONFLICT
    assert "3 At the bar with the note “Saved in the other tab”" in response.text
    subject = next(s for s in response.context["form"].subjects if s.key == "ownership")
    assert subject.value == 2
    assert series(candidacy, "ownership") == [(1, ""), (3, "Saved in the other tab")]

    again = client.post(RATE, everything(principle__ownership="2", seen=str(response.context["form"].seen)))
    assert again.status_code == HTTPStatus.FOUND
    assert series(candidacy, "ownership")[-1] == (2, "")


def test_a_stale_page_does_not_undo_what_it_did_not_touch(client: Client, candidacy: Candidacy) -> None:
    shown = SelfRatingFactory.create(candidacy=candidacy, key="ownership", value=1)
    SelfRatingFactory.create(candidacy=candidacy, key="ownership", value=3)

    response = client.post(
        RATE, everything(principle__ownership="1", principle__frugality="4", seen=str(shown.pk))
    )

    assert response.status_code == HTTPStatus.FOUND
    assert series(candidacy, "ownership") == [(1, ""), (3, "")]
    assert series(candidacy, "frugality") == [(4, "")]


def test_a_page_without_its_key_is_asked_about_every_rating_there_is(
    client: Client, candidacy: Candidacy
) -> None:
    SelfRatingFactory.create(candidacy=candidacy, key="ownership", value=1)

    response = client.post(RATE, everything(principle__ownership="2", seen="nonsense"))

    assert response.status_code == HTTPStatus.CONFLICT


def test_nobody_rates_for_somebody_else(mentor: User, candidacy: Candidacy, sign_in: SignIn) -> None:
    response = sign_in(mentor).post(RATE, everything(principle__ownership="4"))

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert candidacy.self_ratings.count() == 0


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_page_takes_four_statements_however_long_the_history(
    client: Client, candidacy: Candidacy, statements: CountStatements, rows: int
) -> None:
    SelfRatingFactory.create_batch(rows, candidacy=candidacy)
    client.get(RATE)

    with statements() as done:
        client.get(RATE)

    assert done.count == 4, done.sql


def test_facts_count_the_baseline_and_what_was_rated_again(candidacy: Candidacy, now: datetime) -> None:
    framework = shipped_framework()
    assert facts_of(candidacy, now.date())["has_baseline_rating"] == 0
    for principle in framework.principles:
        SelfRatingFactory.create(candidacy=candidacy, key=principle.key)
    for indicator in framework.indicators_for("L6"):
        SelfRatingFactory.create(candidacy=candidacy, kind=Subject.INDICATOR, key=indicator.key)
    SelfRatingFactory.create(candidacy=candidacy, key="ownership", value=4)
    SelfRatingFactory.create(candidacy=candidacy, key="frugality", value=None)

    known = facts_of(candidacy, now.date())

    assert known["has_baseline_rating"] == 1
    assert known["subjects_rated_again"] == 1
    assert (known["principles_rated"], known["indicators_rated"], known["unrated_subjects"]) == (15, 6, 1)
