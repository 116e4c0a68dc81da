"""A nudge tells the workers and never keeps a page waiting; `tests/campaign` tries it on a real broker."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from apps.mail import nudges
from apps.mail.nudges import nudge
from apps.mail.tasks import deliver
from tests.platform.house import wait_until

type Answer = Callable[[], object]


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], list[int]]]:
    """Let the broker answer so; the list grows by each publication that was begun."""
    begun: list[int] = []

    def broker(answer: Answer) -> list[int]:
        def publish(**options: Any) -> None:
            begun.append(options["expires"])
            answer()

        monkeypatch.setattr(deliver, "apply_async", publish)
        return begun

    monkeypatch.setattr(nudges, "_quiet_until", 0.0)
    yield broker
    assert wait_until(lambda: not is_under_way())


def is_under_way() -> bool:
    return nudges._is_under_way.locked()


def test_a_broker_that_answers_nothing_keeps_nobody_waiting_and_is_asked_once(
    published: Callable[[Answer], list[int]],
) -> None:
    answers = threading.Event()
    begun = published(answers.wait)

    began = time.monotonic()
    for _ in range(20):
        nudge()

    assert time.monotonic() - began < 1
    assert wait_until(lambda: bool(begun))
    assert len(begun) == 1
    answers.set()
    assert wait_until(lambda: not is_under_way())
    nudge()
    assert wait_until(lambda: len(begun) == 2)


def test_a_broker_that_is_away_is_left_alone_for_a_while(
    published: Callable[[Answer], list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise OperationalError("no such file")

    begun = published(refuse)

    nudge()
    assert wait_until(lambda: nudges._quiet_until > time.monotonic())
    assert wait_until(lambda: not is_under_way())
    nudge()

    assert len(begun) == 1
    assert "the broker is away (no such file)" in caplog.text
