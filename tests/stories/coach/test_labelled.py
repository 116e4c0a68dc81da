"""The labelled stories hold what the coach is measured on: their shape, their quotes, enough of each rule."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

Story = dict[str, Any]

STORIES: list[Story] = json.loads(Path(__file__).with_name("labelled.json").read_text())
SECTIONS = ("situation", "task", "action", "result")

# Each rule and the sections it may speak of.
RULES: dict[str, tuple[str, ...]] = {
    "no-measured-result": ("result",),
    "no-baseline": ("result",),
    "we-not-i": ("action",),
    "weak-ownership": ("action",),
    "passive-action": ("action",),
    "task-not-yours": ("task",),
    "unexplained-term": SECTIONS,
    "assumed-knowledge": SECTIONS,
    "vague-size": SECTIONS,
    "own-team-only": ("story",),
    "no-lasting-effect": ("result",),
    "blame": SECTIONS,
    "thin-section": SECTIONS,
    "too-long": ("story",),
    "lopsided": ("story",),
}
QUOTED = {"weak-ownership", "unexplained-term", "assumed-knowledge", "vague-size", "blame"}
FROM_L6_ON = {"own-team-only", "no-lasting-effect"}

KEYS = {
    "id",
    "language",
    "target_level",
    "title",
    *SECTIONS,
    "metrics",
    "teams_affected",
    "organisations_affected",
    "labels",
    "near_misses",
    "held_out",
}

every_story = pytest.mark.parametrize("story", STORIES, ids=[story["id"] for story in STORIES])


def words(text: str) -> int:
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def marks(story: Story, rule: str) -> list[tuple[str, str | None]]:
    return [(label["section"], label["quote"]) for label in story["labels"] if label["rule"] == rule]


def test_every_story_has_a_name_of_its_own() -> None:
    assert len(STORIES) >= 90
    assert [name for name, times in Counter(story["id"] for story in STORIES).items() if times > 1] == []


@every_story
def test_a_story_has_its_fields(story: Story) -> None:
    assert set(story) == KEYS
    assert story["target_level"] in {"L5", "L6", "L7"}
    assert story["language"] in {"en", "de", "fr", "es", "pt"}
    assert isinstance(story["held_out"], bool)
    assert all(isinstance(story[key], str) and story[key] for key in ("title", *SECTIONS))
    assert all(
        story[key] is None or isinstance(story[key], int)
        for key in ("teams_affected", "organisations_affected")
    )
    assert all(set(metric) == {"name", "unit", "before", "after"} for metric in story["metrics"])
    assert all(set(label) == {"rule", "section", "quote"} for label in story["labels"])
    assert all(
        set(miss) == {"rule", "section", "quote", "why"} and miss["why"] for miss in story["near_misses"]
    )


@every_story
def test_a_quote_occurs_once_in_its_section(story: Story) -> None:
    for mark in (*story["labels"], *story["near_misses"]):
        if mark["quote"] is None:
            assert mark["section"] in {*SECTIONS, "story"}, mark
        else:
            assert mark["quote"].strip() == mark["quote"] != "", mark
            assert story[mark["section"]].count(mark["quote"]) == 1, mark


@every_story
def test_a_label_stands_where_its_rule_may_speak(story: Story) -> None:
    for label in story["labels"]:
        assert label["section"] in RULES[label["rule"]], label
        assert (label["quote"] is not None) == (label["rule"] in QUOTED), label
        assert story["target_level"] != "L5" or label["rule"] not in FROM_L6_ON, label
    assert all(miss["rule"] in RULES for miss in story["near_misses"])
    rules = {label["rule"] for label in story["labels"]}
    assert not {"no-measured-result", "no-baseline"} <= rules
    assert len({tuple(label.values()) for label in story["labels"]}) == len(story["labels"])


@every_story
def test_what_can_be_counted_is_labelled_by_count(story: Story) -> None:
    if story["language"] != "en":
        assert story["labels"] == story["near_misses"] == []
        return
    count = {section: words(story[section]) for section in SECTIONS}
    total = sum(count.values())
    thin = [section for section in SECTIONS if count[section] < (40 if section == "action" else 15)]
    top_heavy = count["situation"] + count["task"] > count["action"] + count["result"]

    assert [section for section, _ in marks(story, "thin-section")] == thin
    assert bool(marks(story, "too-long")) == (total > 450)
    assert bool(marks(story, "lopsided")) == (total >= 80 and top_heavy)
    assert total <= 600


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", ["labels", "near_misses"])
def test_each_rule_has_enough_of_both_kinds(rule: str, kind: str) -> None:
    at = [story for story in STORIES for mark in story[kind] if mark["rule"] == rule]

    assert len(at) >= 12
    assert len({story["id"] for story in at}) >= 10
    assert sum(story["held_out"] for story in at) >= 4
    assert sum(not story["held_out"] for story in at) >= 4


def test_a_third_is_held_out() -> None:
    assert sum(story["held_out"] for story in STORIES) == round(len(STORIES) / 3)


def test_good_stories_and_other_languages_are_among_them() -> None:
    assert sum(story["language"] != "en" for story in STORIES) >= 4
    assert sum(story["language"] == "en" and len(story["labels"]) <= 1 for story in STORIES) >= 20
