from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.candidates.models import Candidacy
from apps.reminders.models import Schedule
from apps.reminders.ticks import tick
from tests.cast import NOW
from tests.factories.stories import WinFactory


def said(*words: str) -> list[str]:
    out = StringIO()
    call_command("reminders", *words, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def planned(candidacy: Candidacy) -> Candidacy:
    tick(NOW)
    return candidacy


def test_due_lists_the_soonest_first_in_each_persons_zone(planned: Candidacy) -> None:
    lines = said("due")

    assert lines == sorted(lines)
    assert "2026-11-27 08:00 UTC  maya@example.com  log_wins" in lines


def test_explain_says_when_and_why_not(planned: Candidacy, candidate: User) -> None:
    WinFactory.create(owner=candidate)
    Schedule.objects.filter(rule="principles_without_evidence").update(
        next_on=None, next_due_at=None, ignored=5
    )

    text = "\n".join(said("explain", candidate.email))
    assert "log_wins: as planned; not needed as things are" in text
    assert "weekly_practice: no page for “practice” yet" in text
    assert "stale_draft: follows what happens" in text
    assert "principles_without_evidence: quiet after 5 ignored" in text


def test_explain_knows_somebody_without_anything(stranger: User) -> None:
    assert said("explain", stranger.email)[1].startswith("nothing is planned")


def test_nobody_of_that_address(db: None) -> None:
    with pytest.raises(CommandError, match="nobody has the address"):
        said("explain", "nobody@example.com")
