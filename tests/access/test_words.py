"""The words themselves: every text is planted, and those who may read it find it."""

import pytest
from django.apps import apps

from tests.access.cells import Theatre
from tests.access.table import TABLE
from tests.access.viewpoints import VIEWPOINTS
from tests.access.words import NOT_PERSONAL, NOT_WORDS, found_in, personal_models, text_fields

# What its owner may read and no page of theirs shows (yet), and why.
NOT_SHOWN = {
    "candidates.Mentorship.invited_email": "of a mentor who accepted, declined or was let go",
    "candidates.Mentorship.invited_name": "the mentor's own name stands there once they accepted",
    "projects.Metric.name": "a figure that no story quotes: the ledger has no page of its own yet",
    "projects.Metric.source": "the same",
    "projects.Metric.unit": "the same",
    "reviews.Review.question": "lists do not repeat what was asked",
}


def test_every_model_is_on_stage(theatre: Theatre) -> None:
    on_stage = {type(row)._meta.label for row in theatre.stage.rows.values()}

    assert {model._meta.label for model in personal_models()} == on_stage


def test_every_text_field_holds_a_word(theatre: Theatre) -> None:
    planted = {".".join(word.field.split(".")[:3]) for word in theatre.stage.words.values()}
    fields = {
        f"{model._meta.label}.{field.name}" for model in personal_models() for field in text_fields(model)
    }

    assert fields == planted


def test_no_exception_is_left_over() -> None:
    labels = {model._meta.label for model in apps.get_models()}
    fields = {
        f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.fields
    }

    assert set(NOT_PERSONAL) <= labels
    assert {*NOT_WORDS, *NOT_SHOWN} <= fields


def test_words_differ(theatre: Theatre) -> None:
    sources = [word.source for word in theatre.stage.words.values()]

    assert len(sources) == len(set(sources)) > 150


@pytest.mark.parametrize("text", ["Xqabcdefghqx", "https://example.com/xqabcdefghqx?", "<b>xqabcdefghqx</b>"])
def test_word_is_found_in_any_case_and_place(text: str) -> None:
    assert found_in(text) == {"xqabcdefghqx"}


def test_whoever_may_read_a_word_finds_it(theatre: Theatre) -> None:
    """Were the pages empty, nothing could leak and the matrix would be green for nothing."""
    seen = {
        (word, viewpoint)
        for route, samples in TABLE.items()
        for sample in samples
        for viewpoint in VIEWPOINTS
        if sample.may(viewpoint, "GET") and "GET" in theatre.rules[route].methods
        for word in theatre.ask(viewpoint, route, sample).words
    }

    missed = [
        f"{viewpoint}: {word.source}"
        for word in theatre.stage.words.values()
        for viewpoint in word.readers
        if (word.text, viewpoint) not in seen and word.field not in NOT_SHOWN
    ]
    assert missed == []
