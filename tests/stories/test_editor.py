"""Saving a story: as one types, by a plain post, from two tabs, and with fields that cannot be read."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.projects.models import Metric
from apps.stories.models import Story, StoryMetric, StoryRevision, StoryState
from tests.cast import CountStatements, SignIn
from tests.factories.projects import ProjectFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory, StoryVersionFactory
from tests.stories.conftest import new_metric_key, posted_fields

HTMX = {"HX-Request": "true"}


def url(story: Story) -> str:
    return reverse("stories:edit", args=[story.pk])


def test_a_plain_post_saves_and_comes_back_to_the_editor(client: Client, story: Story) -> None:
    fields = posted_fields(
        client, story, {"action": "I measured every step.", "title": "  Faster   deploys "}
    )

    response = client.post(url(story), fields)

    assert (response.status_code, response["Location"]) == (302, url(story))
    story.refresh_from_db()
    assert (story.action, story.title, story.revision) == ("I measured every step.", "Faster deploys", 2)


def test_autosave_answers_a_fragment_with_counts_and_the_next_revision(client: Client, story: Story) -> None:
    fields = posted_fields(client, story, {"task": "My goal was a deploy under ten minutes."})

    response = client.post(url(story), fields, headers=HTMX)

    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert '<input type="hidden" name="revision" value="2">' in html
    assert "8 of about 50 words" in html
    assert "HX-Request" in response["Vary"]


def test_without_htmx_the_same_url_answers_a_whole_page(client: Client, story: Story) -> None:
    assert "<html" in client.get(url(story)).content.decode()


def test_autosave_takes_six_statements(client: Client, story: Story, statements: CountStatements) -> None:
    ProjectFactory.create_batch(3, owner=story.owner)
    StoryMetricFactory.create_batch(2, story=story)
    fields = posted_fields(client, story, {"task": "My goal was a deploy under ten minutes."})

    with statements() as done:
        client.post(url(story), fields, headers=HTMX)

    assert done.count == 6, done.sql


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_editor_takes_six_statements_however_much_there_is(
    client: Client, story: Story, statements: CountStatements, rows: int
) -> None:
    ProjectFactory.create_batch(rows, owner=story.owner)
    StoryMetricFactory.create_batch(min(rows, 20), story=story)
    StoryFactory.create_batch(rows, owner=story.owner)
    client.get(url(story))  # the framework is read once in a process

    with statements() as done:
        client.get(url(story))

    assert done.count == 6, done.sql


def test_a_stale_tab_gets_409_with_both_texts_and_nothing_is_written(client: Client, story: Story) -> None:
    from_the_old_tab = posted_fields(client, story, {"action": "Typed in the old tab."})
    client.post(url(story), posted_fields(client, story, {"action": "Typed in the new tab."}))

    response = client.post(url(story), from_the_old_tab)

    html = response.content.decode()
    assert response.status_code == 409
    assert "Typed in the old tab." in html
    assert "Typed in the new tab." in html
    story.refresh_from_db()
    assert (story.action, story.revision) == ("Typed in the new tab.", 2)


def test_what_the_conflict_page_offers_can_be_kept(client: Client, story: Story) -> None:
    from_the_old_tab = posted_fields(client, story, {"action": "Typed in the old tab."})
    client.post(url(story), posted_fields(client, story, {"action": "Typed in the new tab."}))
    page = client.post(url(story), from_the_old_tab)
    kept = from_the_old_tab | {
        "revision": str(page.context["story"].revision),
        "save_id": str(page.context["save_id"]),
    }

    client.post(url(story), kept)

    story.refresh_from_db()
    assert story.action == "Typed in the old tab."
    assert [r.as_content().action for r in story.revisions.order_by("number")][-2:] == [
        "Typed in the new tab.",
        "Typed in the old tab.",
    ]


def test_a_stale_autosave_says_so_in_its_place(client: Client, story: Story) -> None:
    stale = posted_fields(client, story, {"action": "Typed in the old tab."})
    client.post(url(story), posted_fields(client, story, {"action": "Typed in the new tab."}))

    response = client.post(url(story), stale, headers=HTMX)

    assert response.status_code == 409
    assert "compare both texts" in response.content.decode()


def test_the_same_save_sent_twice_is_one_save(client: Client, story: Story) -> None:
    fields = posted_fields(client, story, {"action": "I measured every step."})

    first = client.post(url(story), fields, headers=HTMX)
    second = client.post(url(story), fields, headers=HTMX)

    assert (first.status_code, second.status_code) == (200, 200)
    assert StoryRevision.objects.filter(story=story).count() == 1
    story.refresh_from_db()
    assert story.revision == 2


def test_a_save_follows_one_whose_answer_was_lost(client: Client, story: Story) -> None:
    lost = posted_fields(client, story, {"action": "First."})
    client.post(url(story), lost, headers=HTMX)
    following = lost | {
        "action": "First. Second.", "save_id": str(uuid.uuid4()), "previous_save_id": lost["save_id"],
    }  # fmt: skip

    response = client.post(url(story), following, headers=HTMX)

    assert response.status_code == 200
    story.refresh_from_db()
    assert (story.action, story.revision) == ("First. Second.", 3)


def test_a_lost_answer_gives_no_right_over_a_save_made_elsewhere_since(client: Client, story: Story) -> None:
    lost = posted_fields(client, story, {"action": "First."})
    client.post(url(story), lost, headers=HTMX)
    client.post(url(story), posted_fields(client, story, {"action": "Elsewhere."}))
    following = lost | {
        "action": "First. Second.", "save_id": str(uuid.uuid4()), "previous_save_id": lost["save_id"],
    }  # fmt: skip

    assert client.post(url(story), following, headers=HTMX).status_code == 409
    story.refresh_from_db()
    assert story.action == "Elsewhere."


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"started_on": "2026-05-01", "ended_on": "2026-04-30"}, "ended_on", "The end is before the start."),
        ({"started_on": "10000-01-01"}, "started_on", "Enter a valid date."),
        ({"started_on": "0026-01-01"}, "started_on", "Choose a year from 1970 to 2100."),
        ({"teams_affected": "-1"}, "teams_affected", "greater than or equal to 0"),
        ({"principle_0": "no_such_key"}, "principle_0", "not one of the available choices"),
        ({"action": "a\x00b"}, "action", "Null characters are not allowed."),
        ({"project": "999999"}, "project", "not one of the available choices"),
    ],
)
def test_a_field_that_cannot_be_read_gets_a_message_and_the_rest_is_saved(
    client: Client, story: Story, changes: dict[str, str], field: str, message: str
) -> None:
    fields = posted_fields(client, story, {"result": "Deploys take nine minutes."} | changes)

    response = client.post(url(story), fields)

    assert response.status_code == 422
    assert message in str(response.context["form"][field].errors)
    assert "Saved, except for this" in response.content.decode()
    story.refresh_from_db()
    assert story.result == "Deploys take nine minutes."


def test_a_section_of_a_megabyte_is_refused_at_its_field_and_stays_on_the_page(
    client: Client, story: Story
) -> None:
    fields = posted_fields(client, story, {"action": "word " * 200_000, "result": "Kept."})

    response = client.post(url(story), fields)

    assert response.status_code == 422
    assert "a section holds at most 20000" in response.content.decode()
    assert response.content.decode().count("word word word") > 0
    story.refresh_from_db()
    assert (story.result, story.action.startswith("word")) == ("Kept.", False)


def metric_fields(prefix: str, **figures: str) -> dict[str, str]:
    return {f"{prefix}-{name}": value for name, value in figures.items()}


def test_a_number_typed_into_the_empty_row_becomes_a_row_of_the_ledger(client: Client, story: Story) -> None:
    prefix = new_metric_key(client, story)
    typed = metric_fields(
        prefix, name="Deploy time", unit="min", kind="operational", before="42", after="9", source="Dashboard"
    )

    client.post(url(story), posted_fields(client, story, typed), headers=HTMX)

    metric = Metric.objects.get()
    assert (metric.owner, metric.name, metric.before, metric.after) == (
        story.owner, "Deploy time", Decimal(42), Decimal(9),
    )  # fmt: skip


def test_a_row_saved_twice_while_typing_stays_one_row(client: Client, story: Story) -> None:
    prefix = new_metric_key(client, story)
    for name in ("Dep", "Deploy", "Deploy time"):
        client.post(url(story), posted_fields(client, story, metric_fields(prefix, name=name)), headers=HTMX)

    assert [metric.name for metric in Metric.objects.all()] == ["Deploy time"]


def test_a_metric_that_is_no_number_gets_a_message_and_keeps_its_other_columns(
    client: Client, story: Story
) -> None:
    quote = StoryMetricFactory.create(story=story)
    typed = metric_fields(f"metric-{quote.key}", after="nine minutes", source="Release log")

    response = client.post(url(story), posted_fields(client, story, typed))

    html = response.content.decode()
    assert response.status_code == 422
    assert "Write the number alone" in html
    assert 'value="nine minutes"' in html
    quote.metric.refresh_from_db()
    assert (quote.metric.after, quote.metric.source) == (Decimal(9), "Release log")


def test_an_emptied_row_leaves_the_story_and_the_ledger(client: Client, story: Story) -> None:
    quote = StoryMetricFactory.create(story=story)
    emptied = metric_fields(f"metric-{quote.key}", name="", unit="", before="", after="", source="")

    client.post(url(story), posted_fields(client, story, {}) | emptied)

    assert not StoryMetric.objects.exists()
    assert not Metric.objects.exists()


def test_a_figure_another_story_quotes_stays_in_the_ledger(client: Client, story: Story) -> None:
    quote = StoryMetricFactory.create(story=story)
    StoryMetricFactory.create(story=StoryFactory.create(owner=story.owner), metric=quote.metric)
    emptied = metric_fields(f"metric-{quote.key}", name="", unit="", before="", after="", source="")

    client.post(url(story), posted_fields(client, story, {}) | emptied)

    assert not story.quoted_metrics.exists()
    assert Metric.objects.filter(pk=quote.metric_id).exists()


def test_the_change_is_worked_out(client: Client, story: Story) -> None:
    prefix = new_metric_key(client, story)
    typed = metric_fields(prefix, name="Deploy time", unit="min", before="42", after="9")

    response = client.post(url(story), posted_fields(client, story, typed), headers=HTMX)

    assert "−79%" in response.content.decode()


def test_another_persons_project_cannot_be_chosen(
    client: Client, story: Story, other_candidate: User
) -> None:
    theirs = ProjectFactory.create(owner=other_candidate, name="Secret launch")

    response = client.post(url(story), posted_fields(client, story, {"project": str(theirs.pk)}))

    assert response.status_code == 422
    assert "Secret launch" not in response.content.decode()
    story.refresh_from_db()
    assert story.project is None


def test_choosing_a_project_is_saved_with_its_name(client: Client, story: Story) -> None:
    project = ProjectFactory.create(owner=story.owner, name="Checkout reliability")

    client.post(url(story), posted_fields(client, story, {"project": str(project.pk)}))

    story.refresh_from_db()
    assert story.project == project
    assert story.revisions.get().as_content().project_name == "Checkout reliability"


def test_editing_after_a_version_marks_the_story_as_edited_since_and_back(
    client: Client, story: Story, candidacy: Candidacy
) -> None:
    StoryVersionFactory.create(story=story)
    before, evidence_rev = story.action, candidacy.evidence_rev

    client.post(url(story), posted_fields(client, story, {"action": "Another text."}))
    assert Story.objects.get().state == StoryState.EDITED

    client.post(url(story), posted_fields(client, story, {"action": before}))
    candidacy.refresh_from_db()
    assert Story.objects.get().state == StoryState.SAVED
    assert candidacy.evidence_rev == evidence_rev + 2


def test_typing_in_a_draft_does_not_disturb_the_standings(
    client: Client, story: Story, candidacy: Candidacy
) -> None:
    client.post(url(story), posted_fields(client, story, {"action": "Another text."}))

    assert Candidacy.objects.get(pk=candidacy.pk).evidence_rev == candidacy.evidence_rev


def test_save_version_numbers_the_text_once(client: Client, story: Story) -> None:
    for _ in range(2):
        client.post(url(story), posted_fields(client, story, {"go": "version"}))

    version = story.versions.get()
    assert (version.number, version.is_complete, version.is_measured) == (1, True, False)
    assert version.as_content().action == story.action


def test_asking_for_review_saves_first(client: Client, story: Story) -> None:
    fields = posted_fields(client, story, {"action": "The last words.", "go": "review"})

    response = client.post(url(story), fields)

    assert response["Location"] == reverse("reviews:ask", args=[story.pk])
    story.refresh_from_db()
    assert story.action == "The last words."


def test_the_empty_row_is_offered_alone_over_htmx(client: Client, story: Story) -> None:
    address = reverse("stories:metric_new", args=[story.pk])

    assert client.get(address, headers=HTMX).content.decode().strip().startswith("<tr>")
    assert client.get(address)["Location"] == f"{url(story)}#metrics"


@pytest.mark.parametrize("who", ["other_candidate", "mentor", "organiser", "administrator", "stranger"])
def test_nobody_else_reaches_the_editor(
    story: Story, who: str, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    client = sign_in(request.getfixturevalue(who))

    assert client.get(url(story)).status_code == 404
    assert client.post(url(story), {"revision": "1", "action": "Mine now."}).status_code == 404


def test_a_person_without_a_candidacy_can_write_too(
    stranger: User, sign_in: SignIn, candidacy: Candidacy
) -> None:
    story = StoryFactory.create(owner=stranger, started_on=date(2026, 1, 1))
    client = sign_in(stranger)

    client.post(url(story), posted_fields(client, story, {"action": "I did it.", "go": "version"}))

    assert story.versions.get().as_content().action == "I did it."
