"""Lists, versions, history, archive, deletion and what the hourly job takes away."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tasks import end_deletions
from apps.candidates.models import Candidacy, Mentorship
from apps.frameworks.schema import Framework
from apps.stories import actions
from apps.stories.models import (
    ReviewState,
    Story,
    StoryRevision,
    StoryState,
    StoryVersion,
    VersionReason,
)
from apps.stories.tasks import prune_revisions
from tests.cast import CountStatements
from tests.factories.frameworks import shipped_framework
from tests.factories.reviews import StoryGrantFactory
from tests.factories.stories import StoryFactory, StoryMetricFactory, StoryVersionFactory, WinFactory


@pytest.fixture
def framework() -> Framework:
    return shipped_framework()


def save(story: Story, framework: Framework, now: datetime) -> StoryVersion:
    return actions.save_version(story, framework, reason=VersionReason.SAVED, by=story.owner, now=now)


def test_a_version_keeps_what_the_text_said_for_good(
    story: Story, framework: Framework, now: datetime
) -> None:
    StoryMetricFactory.create(story=story)
    before = story.action
    version = save(story, framework, now)
    Story.objects.filter(pk=story.pk).update(action="Another text.")

    version.refresh_from_db()
    assert (version.number, version.is_complete, version.is_measured) == (1, True, True)
    assert version.as_content().action == before


def test_saving_an_unchanged_text_makes_no_second_version(
    story: Story, framework: Framework, now: datetime
) -> None:
    assert save(story, framework, now) == save(story, framework, now)
    assert story.versions.count() == 1


def test_a_new_version_of_a_reviewed_story_is_not_reviewed(
    story: Story, framework: Framework, now: datetime
) -> None:
    save(story, framework, now)
    Story.objects.filter(pk=story.pk).update(review_state=ReviewState.ENDORSED, action="Another text.")

    save(story, framework, now)

    story.refresh_from_db()
    assert (story.review_state, story.state) == (ReviewState.NONE, StoryState.SAVED)


def test_restoring_makes_a_version_and_keeps_what_it_replaced(
    client: Client, story: Story, framework: Framework, now: datetime
) -> None:
    first = story.action
    save(story, framework, now)
    Story.objects.filter(pk=story.pk).update(action="Another text.")
    save(story, framework, now)

    response = client.post(reverse("stories:restore", args=[story.pk, 1]))

    story.refresh_from_db()
    assert response["Location"] == reverse("stories:edit", args=[story.pk])
    assert story.action == first
    assert [(v.number, v.reason, v.as_content().action) for v in story.versions.order_by("number")] == [
        (1, "saved", first),
        (2, "saved", "Another text."),
        (3, "restored", first),
    ]


def test_history_and_a_version_can_be_read(client: Client, story: Story) -> None:
    StoryVersionFactory.create(story=story)

    assert "Version 1" in client.get(reverse("stories:history", args=[story.pk])).content.decode()
    assert story.action in client.get(reverse("stories:version", args=[story.pk, 1])).content.decode()
    assert client.get(reverse("stories:version", args=[story.pk, 2])).status_code == 404


def test_a_mentor_reads_versions_from_the_grant_on(mentorship: Mentorship, story: Story) -> None:
    first = StoryVersionFactory.create(story=story)
    second = StoryVersionFactory.create(story=story)
    grant = StoryGrantFactory.create(mentorship=mentorship, story=story, from_number=2)
    mentor = mentorship.mentor
    assert mentor

    assert list(StoryVersion.objects.visible_to(mentor)) == [second]
    assert set(StoryVersion.objects.visible_to(story.owner)) == {first, second}

    grant.revoked_at = grant.granted_at
    grant.save()
    assert not StoryVersion.objects.visible_to(mentor).exists()


@pytest.mark.parametrize("ended_by", ["revoked_at", "paused_at"])
def test_ending_or_pausing_a_mentorship_hides_every_version_at_once(
    mentorship: Mentorship, story: Story, ended_by: str, now: datetime
) -> None:
    StoryVersionFactory.create(story=story)
    StoryGrantFactory.create(mentorship=mentorship, story=story)
    assert mentorship.mentor
    assert StoryVersion.objects.visible_to(mentorship.mentor).exists()

    Mentorship.objects.filter(pk=mentorship.pk).update(**{ended_by: now})

    assert not StoryVersion.objects.visible_to(mentorship.mentor).exists()


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_list_takes_four_statements(
    client: Client, candidate: User, candidacy: Candidacy, statements: CountStatements, rows: int
) -> None:
    for _ in range(rows):
        StoryVersionFactory.create(story__owner=candidate)
    client.get(reverse("stories:index"))

    with statements() as done:
        client.get(reverse("stories:index"))

    assert done.count == 4, done.sql


def test_each_state_lists_its_stories_and_no_others(
    candidate: User, candidacy: Candidacy, framework: Framework, now: datetime
) -> None:
    made: dict[StoryState, Story] = {StoryState.DRAFT: StoryFactory.create(owner=candidate)}
    for state in (
        StoryState.SAVED,
        StoryState.ASKED,
        StoryState.CHANGES,
        StoryState.ENDORSED,
        StoryState.EDITED,
    ):
        story = made[state] = StoryVersionFactory.create(story__owner=candidate).story
        if state in ReviewState.values:
            Story.objects.filter(pk=story.pk).update(review_state=state)
        if state == StoryState.EDITED:
            Story.objects.filter(pk=story.pk).update(matches_version=False)
    made[StoryState.ARCHIVED] = StoryFactory.create(owner=candidate, archived_at=now)

    for state, story in made.items():
        assert list(Story.objects.visible_to(candidate).in_state(state)) == [story]
        story.refresh_from_db()
        assert story.state == state


def test_an_archived_story_can_be_taken_back(client: Client, story: Story) -> None:
    client.post(reverse("stories:archive", args=[story.pk]))
    assert not Story.objects.in_use().exists()

    client.post(reverse("stories:unarchive", args=[story.pk]))

    assert Story.objects.in_use().get() == story


def test_a_deleted_story_comes_back_by_undo(client: Client, story: Story, candidacy: Candidacy) -> None:
    client.post(reverse("stories:delete", args=[story.pk]))
    assert client.get(reverse("stories:edit", args=[story.pk])).status_code == 404

    client.post(reverse("stories:undo", args=[story.pk]))

    assert client.get(reverse("stories:edit", args=[story.pk])).status_code == 200
    assert Candidacy.objects.get(pk=candidacy.pk).evidence_rev == candidacy.evidence_rev + 2


def revision(story: Story, number: int, saved_at: datetime) -> StoryRevision:
    return StoryRevision.objects.create(
        story=story, number=number, content=story.content().as_json(), saved_at=saved_at
    )


def test_old_revisions_are_thinned_to_the_last_of_each_hour(story: Story, now: datetime) -> None:
    old = now.replace(minute=0) - timedelta(days=91)
    revision(story, 10, old + timedelta(minutes=1))
    last = revision(story, 11, old + timedelta(minutes=59))
    next_hour = revision(story, 12, old + timedelta(minutes=61))
    young = [revision(story, n, now - timedelta(days=89, minutes=n)) for n in (20, 21)]

    prune_revisions()

    assert set(StoryRevision.objects.all()) == {last, next_hour, *young}


def test_deletions_become_real_after_thirty_days(candidate: User, now: datetime) -> None:
    gone = StoryFactory.create(owner=candidate, deleted_at=now - timedelta(days=31))
    kept = StoryFactory.create(owner=candidate, deleted_at=now - timedelta(days=29))
    WinFactory.create(owner=candidate, deleted_at=now - timedelta(days=31))

    end_deletions()

    assert list(Story.objects.all()) == [kept]
    assert not StoryRevision.objects.filter(story=gone.pk).exists()
    assert not candidate.wins.exists()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("**bold** and `code`", "<strong>bold</strong> and <code>code</code>"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ('<b hx-get="/x" onclick="y">', "&lt;b hx-get=&quot;/x&quot; onclick=&quot;y&quot;&gt;"),
        ("# not a heading", "# not a heading"),
    ],
)
def test_the_markdown_subset_is_safe(client: Client, story: Story, typed: str, shown: str) -> None:
    Story.objects.filter(pk=story.pk).update(action=typed)

    html = client.get(reverse("stories:show", args=[story.pk])).content.decode()

    assert shown.replace("&quot;", '"') in html.replace("&quot;", '"')
    assert "<script>alert" not in html


def test_an_image_is_never_loaded(client: Client, story: Story) -> None:
    Story.objects.filter(pk=story.pk).update(action="![x](https://elsewhere.example/p.png)")

    html = client.get(reverse("stories:show", args=[story.pk])).content.decode()

    assert "<img" not in html
