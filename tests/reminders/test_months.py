import pytest

from apps.mail.models import Message
from apps.reminders.models import Occurrence
from tests.reminders.months import Months


@pytest.mark.parametrize(
    "people, days, seed",
    [
        (50, 190, 1),
        pytest.param(50, 550, 2, marks=pytest.mark.campaign),
    ],
)
def test_months_of_many_people_are_as_a_plain_model_says(db: None, people: int, days: int, seed: int) -> None:
    months = Months(people, seed)

    months.play(days)

    expected, found = months.expected(), months.found()
    assert found.ledger == expected.ledger
    assert found.mails == expected.mails
    assert len(found.ledger) == Occurrence.objects.count() > people * 10
    # One reminder mail a person and local day, and nothing that a mail was to tell of without one.
    assert Message.objects.filter(kind="digest").count() == len(found.mails)
    assert not Occurrence.objects.filter(status="digested", message=None).exists()
