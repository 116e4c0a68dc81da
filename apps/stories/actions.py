"""Writes to stories: saves that know what they started from, versions, deletion with undo."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import AccessRecord, User
from apps.candidates.models import Candidacy
from apps.frameworks.schema import Framework
from apps.projects.models import Metric
from apps.stories.content import MetricLine, StoryContent
from apps.stories.models import (
    ReviewState,
    Story,
    StoryMetric,
    StoryRevision,
    StoryVersion,
    VersionReason,
    Win,
)

WORKING_FIELDS = (
    "title",
    "situation",
    "task",
    "action",
    "result",
    "own_part",
    "project_id",
    "teams_affected",
    "organisations_affected",
    "started_on",
    "ended_on",
    "principles",
    "indicators",
)


class StaleSave(Exception):
    """The story was saved elsewhere since the editor was opened; nothing was written."""


class NothingToUndo(Exception):
    """The deletion is older than can be undone, or there was none."""


def new_save_id() -> uuid.UUID:
    return uuid.uuid4()


def minimum_words(framework: Framework) -> dict[str, int]:
    return {section.key: section.minimum_words for section in framework.sections}


def raise_evidence_rev(person_id: int) -> None:
    Candidacy.objects.open().filter(person_id=person_id).raise_evidence_rev()


def _note_activity(person_id: int, now: datetime) -> None:
    """Let those who may see how long somebody has been silent see that they are not."""
    Candidacy.objects.open().filter(person_id=person_id).note_activity(timezone.localdate(now))


@transaction.atomic
def create_story(*, by: User, now: datetime, title: str = "", win: Win | None = None) -> Story:
    """Make an empty story, or one begun from a win, which then points to it."""
    story = Story(owner=by, title=title, created_at=now, edited_at=now)
    if win is not None:
        story.title = win.text[:200]
        story.started_on = win.happened_on
        story.principles = [win.principle] if win.principle else []
    story.save(force_insert=True)
    _keep_revision(story, story.content(), by=by, now=now, save_id=None)
    if win is not None:
        win.story = story
        win.save(update_fields=["story"])
    raise_evidence_rev(by.pk)
    _note_activity(by.pk, now)
    return story


@transaction.atomic
def save_story(
    story: Story,
    content: StoryContent,
    *,
    started_from: int,
    save_id: uuid.UUID | None,
    previous_save_id: uuid.UUID | None = None,
    by: User,
    now: datetime,
) -> Story:
    """Write the working text if the story is still at revision `started_from`.

    `story` comes from `for_editor()`. The same `save_id` twice is one save. A page whose last answer
    got lost names that save as `previous_save_id`: if it arrived and is the newest, this one follows
    it. Raises StaleSave when somebody (the person in another tab) saved in between; then nothing is
    written.
    """
    quoted = story.metric_lines()
    was = (story.matches_version, story.principles, story.indicators, story.project_id)
    for name in WORKING_FIELDS:
        value = getattr(content, name)
        setattr(story, name, list(value) if isinstance(value, tuple) else value)
    version = story.current_version
    story.matches_version = version is not None and content.proves_the_same_as(version.as_content())
    fields = {name: getattr(story, name) for name in WORKING_FIELDS}
    written = Story.objects.filter(pk=story.pk, revision=started_from).update(
        **fields, matches_version=story.matches_version, revision=started_from + 1, edited_at=now
    )
    if not written:
        newest = Story.objects.for_editor().get(pk=story.pk)
        arrived = _save_ids_of(newest)
        if save_id in arrived:
            return newest
        if previous_save_id not in arrived:
            raise StaleSave
        return save_story(newest, content, started_from=newest.revision, save_id=save_id, by=by, now=now)
    story.revision = started_from + 1
    if timezone.localdate(story.edited_at) < timezone.localdate(now):
        # The day's first save of a story says it for the day: no statement for each pause in typing.
        _note_activity(by.pk, now)
    story.edited_at = now
    if content.metrics != quoted:
        _write_metrics(story, content.metrics, by=by, now=now)
    _keep_revision(story, content, by=by, now=now, save_id=save_id)
    if was != (story.matches_version, story.principles, story.indicators, story.project_id):
        raise_evidence_rev(story.owner_id)
    return story


@transaction.atomic
def tag_story(story: Story, field: str, key: str, *, is_tagged: bool, by: User, now: datetime) -> Story:
    """Add or take away one tag, `field` being principles or indicators; twice is once.

    A save as any other: an editor that is open on the story sees that it changed.
    """
    stored = Story.objects.for_editor().select_for_update(of=("self",)).get(pk=story.pk)
    tags = tuple(tag for tag in getattr(stored, field) if tag != key) + (key,) * is_tagged
    if set(tags) == set(getattr(stored, field)):
        return stored
    content = stored.content().model_copy(update={field: tags})
    return save_story(stored, content, started_from=stored.revision, save_id=None, by=by, now=now)


def _save_ids_of(story: Story) -> set[uuid.UUID]:
    """Return the id of the save that made the newest revision, if it had one."""
    newest = StoryRevision.objects.filter(story=story, number=story.revision).exclude(save_id=None)
    return set(filter(None, newest.values_list("save_id", flat=True)))


def _keep_revision(
    story: Story, content: StoryContent, *, by: User, now: datetime, save_id: uuid.UUID | None
) -> None:
    StoryRevision.objects.create(
        story=story,
        number=story.revision,
        save_id=save_id,
        content=content.as_json(),
        saved_at=now,
        saved_by=by,
    )


def _write_metrics(story: Story, lines: Sequence[MetricLine], *, by: User, now: datetime) -> None:
    """Bring the ledger and the story's quotes to `lines`.

    A figure that no other story quotes leaves the ledger with its quote.
    """
    quotes = {quote.key: quote for quote in story.quoted_metrics.all()}
    for position, line in enumerate(lines):
        quote = quotes.pop(line.key, None)
        if quote is None:
            metric = Metric.objects.create(
                owner=by, project_id=story.project_id, created_at=now, **line.figures
            )
            StoryMetric.objects.create(story=story, key=line.key, metric=metric, position=position)
        elif quote.as_line() != line or quote.position != position:
            Metric.objects.filter(pk=quote.metric_id).update(**line.figures)
            StoryMetric.objects.filter(pk=quote.pk).update(position=position)
    gone = [quote.metric_id for quote in quotes.values()]
    if gone:
        StoryMetric.objects.filter(story=story, key__in=quotes).delete()
        Metric.objects.filter(pk__in=gone, quotes=None).delete()


@transaction.atomic
def save_version(
    story: Story, framework: Framework, *, reason: VersionReason, by: User, now: datetime
) -> StoryVersion:
    """Number the working text. When it is the current version to the letter, that one is returned."""
    story = Story.objects.select_for_update(of=("self",)).for_editor().get(pk=story.pk)
    content = story.content()
    current = story.current_version
    if current is not None and current.as_content() == content:
        return current
    version = StoryVersion.objects.create(
        story=story,
        number=current.number + 1 if current else 1,
        content=content.as_json(),
        reason=reason,
        is_complete=not content.missing(minimum_words(framework)),
        is_measured=content.is_measured,
        created_at=now,
    )
    Story.objects.filter(pk=story.pk).update(
        current_version=version, matches_version=True, review_state=ReviewState.NONE
    )
    AccessRecord.write("saved version", version, by=by, owner_id=story.owner_id)
    raise_evidence_rev(story.owner_id)
    _note_activity(by.pk, now)
    return version


@transaction.atomic
def restore_content(
    story: Story, content: StoryContent, framework: Framework, *, by: User, now: datetime
) -> StoryVersion:
    """Make an earlier text the working text and number it; the text it replaces stays in the history."""
    story = Story.objects.select_for_update(of=("self",)).for_editor().get(pk=story.pk)
    save_story(story, content, started_from=story.revision, save_id=None, by=by, now=now)
    return save_version(story, framework, reason=VersionReason.RESTORED, by=by, now=now)


@transaction.atomic
def archive_story(story: Story, *, is_archived: bool, by: User, now: datetime) -> None:
    """Take a story out of use, or back into it; archived stories prove nothing."""
    story.archived_at = now if is_archived else None
    story.save(update_fields=["archived_at"])
    AccessRecord.write("archived" if is_archived else "unarchived", story, by=by, owner_id=story.owner_id)
    raise_evidence_rev(story.owner_id)


@transaction.atomic
def delete_story(story: Story, *, by: User, now: datetime) -> None:
    """Hide a story; `undo_story_deletion` brings it back for 30 days, then it is really gone."""
    story.deleted_at = now
    story.save(update_fields=["deleted_at"])
    AccessRecord.write("deleted", story, by=by, owner_id=story.owner_id)
    raise_evidence_rev(story.owner_id)


@transaction.atomic
def undo_story_deletion(story_id: int, *, by: User, now: datetime) -> None:
    if not Story.objects.deleted_by(by, now).filter(pk=story_id).update(deleted_at=None):
        raise NothingToUndo
    raise_evidence_rev(by.pk)


@transaction.atomic
def log_win(
    *,
    text: str,
    by: User,
    now: datetime,
    happened_on: date,
    link: str = "",
    principle: str = "",
    story: Story | None = None,
) -> Win:
    """Add a line to the log; `story` is the one it belongs to already."""
    _note_activity(by.pk, now)
    return Win.objects.create(
        owner=by,
        text=text,
        happened_on=happened_on,
        link=link,
        principle=principle,
        story=story,
        created_at=now,
    )


def delete_win(win: Win, *, now: datetime) -> None:
    win.deleted_at = now
    win.save(update_fields=["deleted_at"])


def undo_win_deletion(win_id: int, *, by: User, now: datetime) -> None:
    if not Win.objects.deleted_by(by, now).filter(pk=win_id).update(deleted_at=None):
        raise NothingToUndo
