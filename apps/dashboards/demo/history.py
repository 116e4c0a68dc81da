"""One candidate's year, played day by day through the actions that the pages call."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, groupby
from zoneinfo import ZoneInfo

from apps.accounts import actions as accounts
from apps.accounts.models import User
from apps.candidates import actions as candidates
from apps.candidates.models import Candidacy, Mentorship
from apps.dashboards.demo import gaps, manager, readiness, scope
from apps.dashboards.demo.documents import CandidatePart, MentorPart, RatingPart, StoryPart, WinPart
from apps.projects.actions import create_project
from apps.projects.models import Project, ProjectStatus
from apps.readiness.actions import refreshed_portfolio
from apps.reviews import actions as reviews
from apps.reviews.models import Review
from apps.stories import actions as stories
from apps.stories.content import MetricLine, StoryContent
from apps.stories.models import Story, VersionReason

# A story is begun this long before its text is finished.
DAYS_OF_WRITING = 6
# An archived story was saved as a version this long before.
DAYS_IN_USE = 20
# When checklists were last ticked.
DAYS_SINCE_TICKS = 3
# A candidate reads a review a day after it came.
DAYS_UNREAD = 1


@dataclass(frozen=True)
class Deed:
    """Something done at one moment."""

    at: datetime
    do: Callable[[datetime], object]


class CandidateHistory:
    """What one candidate and their mentors did, from the first day of the candidacy until now."""

    def __init__(self, part: CandidatePart, people: Mapping[str, User], *, now: datetime) -> None:
        self.part = part
        self.people = people
        self.person = people[part.candidacy.person]
        self.now = now
        self.zone = ZoneInfo(self.person.time_zone)
        self.today = now.astimezone(self.zone).date()
        self.projects: dict[str, Project] = {}
        self.stories: dict[str, int] = {}
        self.mentorships: dict[str, int] = {}
        self.reviews: dict[str, int] = {}

    def play(self) -> Candidacy:
        """Do everything in order, and look at the ladder each week, so that its history has dates."""
        stored_rev = 0
        for _, week in groupby(sorted(self._deeds(), key=lambda deed: deed.at), key=_week_of):
            for deed in week:
                deed.do(deed.at)
            candidacy = self.candidacy
            if candidacy.evidence_rev != stored_rev:
                refreshed_portfolio(candidacy, now=deed.at)
                stored_rev = candidacy.evidence_rev
        return self.candidacy

    @property
    def candidacy(self) -> Candidacy:
        return Candidacy.objects.get(person=self.person)

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def moment(self, days_ago: int, hour: int) -> datetime:
        """Return this hour of that day where the candidate lives, but never a moment to come."""
        return min(datetime.combine(self.day(days_ago), time(hour), self.zone), self.now)

    def _deeds(self) -> Iterator[Deed]:
        candidacy = self.part.candidacy
        yield Deed(self.moment(candidacy.started_days_ago, 8), self._start)
        yield from self._course_deeds()
        for mentor in candidacy.mentors:
            yield from self._mentor_deeds(mentor)
        for days_ago, ratings in groupby(self.part.ratings, key=lambda rating: rating.days_ago):
            yield Deed(self.moment(days_ago, 9), self._rate(tuple(ratings)))
        for story in self.part.stories:
            yield from self._story_deeds(story)
        for win in self.part.wins:
            if win is not self._win_behind(win.story):
                yield Deed(self.moment(self._logged(win), 18), self._log(win))
        yield from self._noted_deeds()
        if candidacy.decided_days_ago is not None:
            yield Deed(self.moment(candidacy.decided_days_ago, 16), self._decide)

    def _noted_deeds(self) -> Iterator[Deed]:
        """What is written down in the rooms beside the stories."""
        rooms = (
            scope.notes(self.part, self.person, moment=self.moment, day=self.day),
            readiness.notes(self.part, self, moment=self.moment),
            gaps.notes(self.part, self, moment=self.moment, day=self.day),
            manager.notes(self.part, self.person, moment=self.moment, day=self.day),
        )
        for at, note in chain.from_iterable(rooms):
            yield Deed(at, note)

    def _start(self, at: datetime) -> None:
        part = self.part.candidacy
        candidates.start_candidacy(
            by=self.person,
            current_level=part.current_level,
            target_level=part.target_level,
            target_on=self.day(-part.target_in_days),
            today=self.day(part.started_days_ago),
        )
        for project in self.part.projects:
            is_over = project.ended_days_ago is not None
            self.projects[project.key] = create_project(
                {
                    "name": project.name,
                    "summary": project.summary.strip(),
                    "status": ProjectStatus.DONE if is_over else ProjectStatus.ACTIVE,
                    "teams_affected": project.teams_affected,
                    "organisations_affected": project.organisations_affected,
                    "started_on": self.day(project.started_days_ago),
                    "ended_on": None if project.ended_days_ago is None else self.day(project.ended_days_ago),
                    "created_at": at,
                },
                by=self.person,
            )

    def _course_deeds(self) -> Iterator[Deed]:
        candidacy = self.part.candidacy
        if candidacy.challenges:
            yield Deed(self.moment(candidacy.started_days_ago, 10), self._answer_the_briefing)
        if candidacy.ticks:
            yield Deed(self.moment(DAYS_SINCE_TICKS, 12), self._tick)

    def _answer_the_briefing(self, at: datetime) -> None:
        part, candidacy = self.part.candidacy, self.candidacy
        keys = (challenge.key for challenge in candidacy.framework.challenges)
        candidates.choose_challenges(candidacy, {key: key in part.challenges for key in keys}, now=at)
        for lines, is_mine in ((part.advantages, True), (part.not_mine, False)):
            for line in lines:
                group, _, key = line.partition(".")
                candidates.choose_advantage(candidacy, group, key, is_mine=is_mine, now=at)

    def _tick(self, at: datetime) -> None:
        for line in self.part.candidacy.ticks:
            phase, _, item = line.partition(".")
            candidates.tick(self.candidacy, phase, item, is_done=True, now=at)

    def _decide(self, at: datetime) -> None:
        Candidacy.objects.filter(pk=self.candidacy.pk).update(
            decided_on=at.astimezone(self.zone).date(), outcome=self.part.candidacy.outcome
        )

    def _mentor_deeds(self, part: MentorPart) -> Iterator[Deed]:
        mentor = self.people[part.mentor]
        days_ago = part.asked_days_ago
        if days_ago is None:
            days_ago = self.part.candidacy.started_days_ago

        def ask(at: datetime) -> None:
            mentorship, _ = candidates.invite_mentor(
                self.candidacy, name=mentor.name, email=mentor.email, kind=part.kind, by=self.person, now=at
            )
            self.mentorships[part.mentor] = mentorship.pk

        def accept(at: datetime) -> None:
            invitation = self._mentorship(part.mentor).invitation
            assert invitation is not None
            accounts.accept(invitation, mentor, now=at)

        def share_readiness(at: datetime) -> None:
            candidates.grant_readiness(self._mentorship(part.mentor), is_granted=True, by=self.person, now=at)

        yield Deed(self.moment(days_ago, 9), ask)
        yield Deed(self.moment(days_ago, 11), accept)
        if "readiness" in part.shares:
            yield Deed(self.moment(days_ago, 11), share_readiness)

    def _mentorship(self, mentor: str) -> Mentorship:
        return Mentorship.objects.select_related("invitation", "mentor").get(pk=self.mentorships[mentor])

    def _rate(self, ratings: tuple[RatingPart, ...]) -> Callable[[datetime], object]:
        answers = [candidates.Answer(part.kind, part.key, part.value, part.note) for part in ratings]

        def rate(at: datetime) -> None:
            newest = self.candidacy.self_ratings.order_by("-pk").values_list("pk", flat=True).first()
            candidates.rate_self(self.candidacy, answers, seen=newest or 0, now=at)

        return rate

    def _logged(self, win: WinPart) -> int:
        """Return the days since a win was logged: what is older than the candidacy came in at its start."""
        return min(win.days_ago, self.part.candidacy.started_days_ago)

    def _win_behind(self, story_key: str | None) -> WinPart | None:
        """Return the win a story was begun from: the oldest of its wins, if the story is not older."""
        if story_key is None:
            return None
        story = next(story for story in self.part.stories if story.key == story_key)
        wins = [win for win in self.part.wins if win.story == story_key]
        oldest = max(wins, key=lambda win: win.days_ago, default=None)
        return oldest if oldest and self._logged(oldest) > self._finished(story) else None

    def _log(self, win: WinPart) -> Callable[[datetime], object]:
        def log(at: datetime) -> None:
            stories.log_win(
                text=win.text,
                by=self.person,
                now=at,
                happened_on=self.day(win.days_ago),
                link=win.link,
                principle=win.principle,
                story=Story.objects.get(pk=self.stories[win.story]) if win.story else None,
            )

        return log

    def _finished(self, story: StoryPart) -> int:
        """Return the days since the story's text was whole, or for a draft what it is now."""
        if story.archived_days_ago is not None:
            return story.archived_days_ago + DAYS_IN_USE
        return next(
            days
            for days in (story.asked_days_ago, story.saved_days_ago, story.edited_days_ago)
            if days is not None
        )

    def _begun(self, story: StoryPart) -> int:
        win = self._win_behind(story.key)
        days_ago = self._logged(win) if win else self._finished(story) + DAYS_OF_WRITING
        return min(days_ago, self.part.candidacy.started_days_ago)

    def _story_deeds(self, story: StoryPart) -> Iterator[Deed]:
        yield Deed(self.moment(self._begun(story), 12), self._begin(story))
        finished = self._finished(story)
        yield Deed(self.moment(finished, 13), self._save(story))
        if story.saved_days_ago is not None:
            yield Deed(self.moment(finished, 14), self._save_version(story))
        if story.archived_days_ago is not None:
            yield Deed(self.moment(finished, 14), self._save_version(story))
            yield Deed(self.moment(story.archived_days_ago, 10), self._archive(story))
        if story.asked_days_ago is not None:
            question = "" if story.asked_again_days_ago is not None else story.question
            yield Deed(self.moment(story.asked_days_ago, 14), self._ask(story, question))
        if story.review is not None:
            yield Deed(self.moment(story.review.sent_days_ago, 15), self._review(story))
            if story.review.sent_days_ago > DAYS_UNREAD:
                yield Deed(self.moment(story.review.sent_days_ago - DAYS_UNREAD, 9), self._read(story))
        if story.revised is not None:
            yield Deed(self.moment(story.revised.days_ago, 16), self._revise(story))
        if story.asked_again_days_ago is not None:
            yield Deed(self.moment(story.asked_again_days_ago, 17), self._ask(story, story.question))

    def _story(self, story: StoryPart) -> Story:
        return Story.objects.for_editor().get(pk=self.stories[story.key])

    def _begin(self, story: StoryPart) -> Callable[[datetime], object]:
        behind = self._win_behind(story.key)

        def begin(at: datetime) -> None:
            win = None
            if behind is not None:
                win = stories.log_win(
                    text=behind.text,
                    by=self.person,
                    now=at,
                    happened_on=self.day(behind.days_ago),
                    link=behind.link,
                    principle=behind.principle,
                )
            made = stories.create_story(by=self.person, now=at, title=story.title, win=win)
            self.stories[story.key] = made.pk
            self._keep(story, self._content(story).model_copy(update=NOT_YET_WRITTEN), at)

        return begin

    def _save(self, story: StoryPart) -> Callable[[datetime], object]:
        return lambda at: self._keep(story, self._content(story), at)

    def _revise(self, story: StoryPart) -> Callable[[datetime], object]:
        revised = story.revised
        assert revised is not None

        def revise(at: datetime) -> None:
            was = self._story(story).content()
            self._keep(story, was.model_copy(update={revised.section: revised.text.strip()}), at)
            for comment in self._newest_review(story).comments.filter(section=revised.section):
                reviews.resolve_comment(comment, is_resolved=True, now=at)

        return revise

    def _keep(self, story: StoryPart, content: StoryContent, at: datetime) -> None:
        stored = self._story(story)
        stories.save_story(
            stored, content, started_from=stored.revision, save_id=None, by=self.person, now=at
        )

    def _content(self, story: StoryPart) -> StoryContent:
        project = self.projects[story.project] if story.project else None
        return StoryContent(
            title=story.title,
            situation=story.situation.strip(),
            task=story.task.strip(),
            action=story.action.strip(),
            result=story.result.strip(),
            own_part=story.own_part,
            project_id=project.pk if project else None,
            project_name=project.name if project else "",
            teams_affected=story.teams_affected,
            organisations_affected=story.organisations_affected,
            started_on=self.day(story.started_days_ago),
            ended_on=None if story.ended_days_ago is None else self.day(story.ended_days_ago),
            principles=story.principles,
            indicators=story.indicators,
            metrics=tuple(
                MetricLine(
                    key=uuid.uuid5(uuid.NAMESPACE_URL, f"{self.person.email}/{story.key}/{position}"),
                    **metric.model_dump(),
                )
                for position, metric in enumerate(story.metrics)
            ),
        )

    def _save_version(self, story: StoryPart) -> Callable[[datetime], object]:
        return lambda at: stories.save_version(
            self._story(story),
            self.candidacy.framework,
            reason=VersionReason.SAVED,
            by=self.person,
            now=at,
        )

    def _archive(self, story: StoryPart) -> Callable[[datetime], object]:
        return lambda at: stories.archive_story(self._story(story), is_archived=True, by=self.person, now=at)

    def _ask(self, story: StoryPart, question: str) -> Callable[[datetime], object]:
        mentor = story.asked_of
        assert mentor is not None

        def ask(at: datetime) -> None:
            review = reviews.ask_for_review(
                self._story(story),
                self._mentorship(mentor),
                self.candidacy.framework,
                question=question,
                by=self.person,
                now=at,
            )
            self.reviews[story.key] = review.pk

        return ask

    def _newest_review(self, story: StoryPart) -> Review:
        """Return the review of the version that was asked for last."""
        return Review.objects.select_related("version__story__owner").get(pk=self.reviews[story.key])

    def _read(self, story: StoryPart) -> Callable[[datetime], object]:
        return lambda at: self._newest_review(story).mark_seen(at)

    def _review(self, story: StoryPart) -> Callable[[datetime], object]:
        part = story.review
        assert part is not None
        mentor = self.people[part.mentor]

        def write(at: datetime) -> None:
            review = self._newest_review(story)
            reviews.open_review(review, by=mentor, now=at)
            reviews.save_draft(
                review,
                verdict=part.verdict,
                rationale=part.rationale.strip(),
                ratings=[
                    reviews.DraftRating(given.kind, given.key, given.value, given.reason)
                    for given in part.ratings
                ],
                comments=[reviews.DraftComment(comment.section, comment.body) for comment in part.comments],
                started_from=review.revision,
                save_id=None,
                by=mentor,
                now=at,
            )
            reviews.send_review(review, by=mentor, now=at)

        return write


# On its first day a story has a title and a first section.
NOT_YET_WRITTEN = {"task": "", "action": "", "result": "", "metrics": ()}


def _week_of(deed: Deed) -> tuple[int, int]:
    return deed.at.isocalendar()[:2]
