"""Three lines side by side: what a candidate says, what their mentors say, and what the evidence shows."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import AccessRecord, User
from apps.candidates.actions import Answer, RatedMeanwhile
from apps.candidates.models import Candidacy, Mentorship, SelfRating
from apps.readiness.models import MentorRating, PrincipleNote, SubjectEvidence, TalkedAbout
from apps.readiness.rating_actions import NotShown, rate_candidate
from tests.cast import CountStatements, SignIn
from tests.factories.candidates import MentorshipFactory, SelfRatingFactory
from tests.factories.projects import ProjectFactory
from tests.factories.readiness import MentorRatingFactory, PrincipleNoteFactory
from tests.factories.scope import DecisionFactory, SnapshotFactory
from tests.factories.stories import StoryFactory, StoryVersionFactory

INDICATOR = "l6_mentors_l5"
INDICATORS = reverse("readiness:indicators")
TALK = reverse("readiness:talk")
RATE = reverse("readiness:indicator_rate", args=[INDICATOR])
OWNERSHIP = {"kind": "principle", "key": "ownership"}


@pytest.fixture
def client(candidate: User, candidacy: Candidacy, sign_in: SignIn) -> Client:
    return sign_in(candidate)


@pytest.fixture
def shown(candidacy: Candidacy, mentor: User) -> Mentorship:
    """The mentor's, who is shown the readiness."""
    found = Mentorship.objects.filter(candidacy=candidacy, mentor=mentor).first()
    mentorship: Mentorship = found or MentorshipFactory.create(candidacy=candidacy, mentor=mentor)
    mentorship.readiness_granted_at = timezone.now()
    mentorship.save()
    return mentorship


def test_the_three_lines_stand_side_by_side(client: Client, candidacy: Candidacy, shown: Mentorship) -> None:
    SelfRatingFactory.create(candidacy=candidacy, kind="indicator", key=INDICATOR, value=4, note="Mine")
    MentorRatingFactory.create(mentorship=shown, kind="indicator", key=INDICATOR, value=2, note="Theirs")
    MentorRatingFactory.create(
        mentorship=shown, kind="indicator", key=INDICATOR, value=1, note="Half a thought", sent_at=None
    )

    html = client.get(INDICATORS).content.decode()

    assert all(word in html for word in ("Mine", "Theirs", "Claimed"))
    assert "Half a thought" not in html


def test_a_rating_is_added_to_the_series(client: Client, candidacy: Candidacy) -> None:
    SelfRatingFactory.create(candidacy=candidacy, kind="indicator", key=INDICATOR, value=1)
    seen = client.get(INDICATORS).context["form"].seen

    client.post(
        RATE, {f"indicator-{INDICATOR}": "3", f"indicator-{INDICATOR}-note": "Two of them", "seen": seen}
    )

    series = SelfRating.objects.filter(candidacy=candidacy, key=INDICATOR).order_by("pk")
    assert [(one.value, one.note) for one in series] == [(1, ""), (3, "Two of them")]


@pytest.mark.parametrize("value", ["0", "5", "-1", "four", "9" * 30])
def test_a_rating_outside_the_scale_is_refused_and_the_note_kept(
    client: Client, candidacy: Candidacy, value: str
) -> None:
    typed = {f"indicator-{INDICATOR}": value, f"indicator-{INDICATOR}-note": "Kept as typed", "seen": "0"}

    response = client.post(RATE, typed)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose one of the four ratings, or none." in response.content.decode()
    assert "Kept as typed" in response.content.decode()
    assert not SelfRating.objects.filter(candidacy=candidacy).exists()


def test_two_tabs_that_rate_at_once_lose_nothing(client: Client, candidacy: Candidacy) -> None:
    seen = client.get(INDICATORS).context["form"].seen
    client.post(
        RATE, {f"indicator-{INDICATOR}": "2", f"indicator-{INDICATOR}-note": "First tab", "seen": seen}
    )

    late = {f"indicator-{INDICATOR}": "4", f"indicator-{INDICATOR}-note": "Second tab", "seen": seen}
    clash = client.post(RATE, late)

    text = clash.content.decode()
    assert clash.status_code == HTTPStatus.CONFLICT
    assert "First tab" in text
    assert "Second tab" in text
    again = clash.context["form"].seen
    client.post(RATE, late | {"seen": again})
    values = SelfRating.objects.filter(candidacy=candidacy).order_by("pk").values_list("value", flat=True)
    assert list(values) == [2, 4]


def test_htmx_gets_the_one_card(client: Client, candidacy: Candidacy) -> None:
    response = client.post(RATE, {f"indicator-{INDICATOR}": "3", "seen": "0"}, headers={"HX-Request": "true"})

    html = response.content.decode()
    assert response.status_code == HTTPStatus.OK
    assert "<html" not in html
    assert "Saved, dated today" in html


def test_linking_tags_stories_and_projects_and_puts_the_rest_beside(
    client: Client, candidate: User, candidacy: Candidacy
) -> None:
    story, project = (
        StoryFactory.create(owner=candidate, principles=[]),
        ProjectFactory.create(owner=candidate),
    )
    decision, snapshot = DecisionFactory.create(owner=candidate), SnapshotFactory.create(owner=candidate)
    link, unlink = (reverse(f"readiness:evidence_{verb}", kwargs=OWNERSHIP) for verb in ("link", "unlink"))
    names = [
        f"story:{story.pk}",
        f"project:{project.pk}",
        f"decision:{decision.pk}",
        f"snapshot:{snapshot.pk}",
    ]

    for name in names * 2:
        client.post(link, {"evidence": name})

    story.refresh_from_db()
    project.refresh_from_db()
    assert (story.principles, project.principles) == (["ownership"], ["ownership"])
    assert SubjectEvidence.objects.filter(candidacy=candidacy).count() == 2
    assert len(client.get(reverse("readiness:evidence", kwargs=OWNERSHIP)).context["linked"]) == 4

    for name in names:
        client.post(unlink, {"evidence": name})

    story.refresh_from_db()
    project.refresh_from_db()
    assert (story.principles, project.principles) == ([], [])
    assert not SubjectEvidence.objects.exists()


def test_evidence_of_another_person_is_not_there(client: Client) -> None:
    theirs = StoryFactory.create()

    response = client.post(
        reverse("readiness:evidence_link", kwargs=OWNERSHIP), {"evidence": f"story:{theirs.pk}"}
    )

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_decisions_beside_a_subject_never_raise_its_step(
    client: Client, candidate: User, candidacy: Candidacy
) -> None:
    decision = DecisionFactory.create(owner=candidate)

    client.post(reverse("readiness:evidence_link", kwargs=OWNERSHIP), {"evidence": f"decision:{decision.pk}"})

    subject = client.get(reverse("readiness:show", kwargs=OWNERSHIP)).context["subject"]
    assert subject.standing.step == 0


def test_a_note_on_a_principle_is_saved_once_and_a_stale_one_shows_both(
    client: Client, candidacy: Candidacy
) -> None:
    page = reverse("readiness:principle", args=["ownership"])
    client.post(page, {"current_scope": "First", "revision": 1})
    client.post(page, {"current_scope": "Second", "revision": 2})

    stale = client.post(page, {"current_scope": "Typed here", "revision": 2})

    assert stale.status_code == HTTPStatus.CONFLICT
    assert all(text in stale.content.decode() for text in ("Second", "Typed here"))
    assert PrincipleNote.objects.get(candidacy=candidacy).current_scope == "Second"


def test_a_difference_is_talked_about_until_somebody_rates_anew(
    client: Client, candidacy: Candidacy, shown: Mentorship
) -> None:
    SelfRatingFactory.create(candidacy=candidacy, value=4, rated_at=timezone.now() - timedelta(days=2))
    MentorRatingFactory.create(mentorship=shown, value=2)
    assert "Ownership" in [item.subject.name for item in client.get(TALK).context["page"].open]

    mark = reverse("readiness:talk_mark", kwargs=OWNERSHIP)
    refused = client.post(mark, {"talked_on": (timezone.localdate() + timedelta(days=1)).isoformat()})
    client.post(mark, {"talked_on": timezone.localdate().isoformat()})
    page = client.get(TALK).context["page"]
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (list(page.open), len(page.settled)) == ([], 1)

    later = timezone.now() + timedelta(minutes=1)
    MentorRatingFactory.create(mentorship=shown, value=1, rated_at=later, sent_at=later)
    assert [item.differs_by for item in client.get(TALK).context["page"].open] == [3]
    assert TalkedAbout.objects.count() == 1


def test_a_mentor_s_draft_reaches_nobody_before_send(
    client: Client, candidacy: Candidacy, shown: Mentorship, mentor: User, sign_in: SignIn
) -> None:
    page = reverse("readiness:candidate", args=[shown.pk])
    typed = {"principle-ownership": "2", "principle-ownership-note": "Say more of the nights"}
    theirs = sign_in(mentor)

    theirs.post(page, typed | {"seen": "0"})
    before = client.get(reverse("readiness:show", kwargs=OWNERSHIP)).content.decode()
    seen = theirs.get(page).context["form"].seen
    theirs.post(page, typed | {"seen": seen, "send": "1"})
    after = client.get(reverse("readiness:show", kwargs=OWNERSHIP)).content.decode()

    assert "Say more of the nights" not in before
    assert "Say more of the nights" in after
    assert [one.value for one in MentorRating.objects.sent()] == [2]


def test_rating_ends_with_the_grant(
    candidacy: Candidacy, shown: Mentorship, mentor: User, sign_in: SignIn
) -> None:
    page = reverse("readiness:candidate", args=[shown.pk])
    theirs = sign_in(mentor)
    assert theirs.get(page).status_code == HTTPStatus.OK

    Mentorship.objects.filter(pk=shown.pk).update(readiness_granted_at=None)

    assert theirs.get(page).status_code == HTTPStatus.NOT_FOUND
    assert theirs.post(page, {"principle-ownership": "2"}).status_code == HTTPStatus.NOT_FOUND
    with pytest.raises(NotShown):
        rate_candidate(
            shown,
            [Answer("principle", "ownership", 2, "")],
            seen=0,
            sends=True,
            by=mentor,
            now=timezone.now(),
        )


def test_a_mentor_s_two_tabs_lose_nothing(candidacy: Candidacy, shown: Mentorship, mentor: User) -> None:
    now = timezone.now()
    rate_candidate(shown, [Answer("principle", "ownership", 2, "")], seen=0, sends=False, by=mentor, now=now)

    with pytest.raises(RatedMeanwhile):
        rate_candidate(
            shown, [Answer("principle", "ownership", 4, "")], seen=0, sends=True, by=mentor, now=now
        )

    assert [(one.value, one.sent_at) for one in MentorRating.objects.all()] == [(2, None)]


def test_titles_stand_only_where_the_story_was_shared(
    candidate: User, candidacy: Candidacy, shown: Mentorship, mentor: User, sign_in: SignIn
) -> None:
    story = StoryFactory.create(owner=candidate, title="The secret migration", principles=["ownership"])
    StoryVersionFactory.create(story=story)

    html = sign_in(mentor).get(reverse("readiness:candidate", args=[shown.pk])).content.decode()

    assert "The secret migration" not in html
    assert "1 story not shared with you" in html


def test_the_candidate_looks_at_the_page_as_the_mentor_sees_it(client: Client, shown: Mentorship) -> None:
    MentorRatingFactory.create(mentorship=shown, note="Sent words")
    MentorRatingFactory.create(mentorship=shown, key="dive_deep", note="Draft words", sent_at=None)

    html = client.get(reverse("readiness:seen_by", args=[shown.pk])).content.decode()

    assert "Sent words" in html
    assert "Draft words" not in html


@pytest.mark.parametrize("number", [1, 3, 100])
def test_pages_of_ratings_take_the_same_statements_however_many(
    client: Client,
    candidacy: Candidacy,
    shown: Mentorship,
    mentor: User,
    sign_in: SignIn,
    number: int,
    statements: CountStatements,
) -> None:
    for _ in range(number):
        SelfRatingFactory.create(candidacy=candidacy, kind="indicator", key=INDICATOR)
        MentorRatingFactory.create(mentorship=shown, kind="indicator", key=INDICATOR)
    PrincipleNoteFactory.create(candidacy=candidacy)
    theirs = sign_in(mentor)
    pages = {
        "indicators": (client, INDICATORS, 15),
        "principles": (client, reverse("readiness:principles"), 8),
        "talk": (client, TALK, 10),
        "candidate": (theirs, reverse("readiness:candidate", args=[shown.pk]), 16),
    }
    for browser, page, _ in pages.values():
        browser.get(page)

    counted = {}
    for name, (browser, page, _) in pages.items():
        with statements() as done:
            browser.get(page)
        counted[name] = done.count

    assert counted == {name: count for name, (_, _, count) in pages.items()}


def test_a_refused_rating_takes_nothing_back_that_was_rated_elsewhere(
    client: Client, candidacy: Candidacy
) -> None:
    page = reverse("candidates:rate")
    seen = client.get(page).context["form"].next_seen
    client.post(page, {"principle-ownership": "4", "principle-dive_deep": "3", "seen": seen})

    untouched = {"principle-ownership": "2", "principle-dive_deep": "", "seen": seen}
    clash = client.post(page, untouched)
    form = clash.context["form"]
    again = {"principle-ownership": "2", "principle-dive_deep": form.subject("principle", "dive_deep").value}
    client.post(page, again | {"seen": form.next_seen})

    assert clash.status_code == HTTPStatus.CONFLICT
    series = SelfRating.objects.filter(candidacy=candidacy, key="dive_deep").values_list("value", flat=True)
    assert list(series) == [3]


def test_a_refused_note_does_not_hide_what_was_sent_meanwhile(
    candidacy: Candidacy, shown: Mentorship, mentor: User, sign_in: SignIn
) -> None:
    page = reverse("readiness:candidate", args=[shown.pk])
    theirs = sign_in(mentor)
    seen = theirs.get(page).context["form"].next_seen
    theirs.post(page, {"principle-dive_deep": "3", "seen": seen, "send": "1"})

    refused = theirs.post(
        page, {"principle-ownership-note": "n" * 2001, "principle-dive_deep": "", "seen": seen}
    )
    retried = {"principle-ownership-note": "n", "principle-dive_deep": ""}
    theirs.post(page, retried | {"seen": refused.context["form"].next_seen, "send": "1"})

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [one.value for one in MentorRating.objects.filter(key="dive_deep")] == [3]


def test_a_draft_that_goes_back_to_what_was_sent_is_not_sent_again(
    candidacy: Candidacy, shown: Mentorship, mentor: User
) -> None:
    now = timezone.now()
    for value, sends in ((3, True), (2, False), (3, True)):
        seen = max(MentorRating.objects.values_list("pk", flat=True), default=0)
        answer = Answer("principle", "ownership", value, "")
        rate_candidate(shown, [answer], seen=seen, sends=sends, by=mentor, now=now)

    assert [(one.value, one.sent_at is not None) for one in MentorRating.objects.all()] == [(3, True)]


def test_reading_somebody_s_readiness_is_recorded(
    candidate: User, candidacy: Candidacy, shown: Mentorship, mentor: User, sign_in: SignIn
) -> None:
    sign_in(mentor).get(reverse("readiness:candidate", args=[shown.pk]))

    assert AccessRecord.objects.filter(verb="read readiness", owner=candidate, by=mentor).exists()
