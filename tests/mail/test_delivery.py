"""What reaches a real mail server, and what stands in the outbox and the ledger afterwards."""

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.mail import claims, delivery, transport
from apps.mail.delivery import DELAYS, MOST_ATTEMPTS, deliver_due
from apps.mail.holding import hold, release
from apps.mail.kinds import Channel
from apps.mail.models import Attempt, Hold, Message, Outcome, Status, choose_channel
from tests.factories.mail import MessageFactory
from tests.mail.conftest import mailers_to
from tests.mail.sink import Manner, Sink

pytestmark = pytest.mark.django_db

type PassTime = Callable[[], None]


def ledger(message: Message) -> list[tuple[str, int | None]]:
    return list(Attempt.objects.filter(message=message).order_by("pk").values_list("outcome", "code"))


def test_a_due_mail_is_sent_once(sink: Sink, stranger: User) -> None:
    message = MessageFactory.create(user=stranger, ref={"number": 7})

    deliver_due()
    deliver_due()

    [received] = sink.received
    message.refresh_from_db()
    assert received["To"] == "sam@example.com"
    assert received["Subject"] == "Note 7"
    assert message.status == Status.SENT
    assert message.sent_at is not None
    assert (message.lease_token, message.lease_until) == (None, None)
    assert ledger(message) == [(Outcome.SENT, 250)]


def test_headers_say_what_it_is_and_how_to_stop_it(sink: Sink, stranger: User) -> None:
    message = MessageFactory.create(user=stranger)

    deliver_due()

    [received] = sink.received
    assert received["Message-ID"] == message.message_id
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = received["List-Unsubscribe"]
    assert link.startswith("<http://localhost:8000/mail/unsubscribe/")
    text = received.get_body(("plain",))
    assert text is not None
    assert link.strip("<>") in text.get_content()
    assert "You get this because you asked for notes." in text.get_content()


def test_html_says_the_same_with_links_and_no_style(sink: Sink, stranger: User) -> None:
    stranger.name = "<b>Sam</b> & Co"
    stranger.save()
    MessageFactory.create(user=stranger)

    deliver_due()

    html = sink.received[0].get_body(("html",))
    assert html is not None
    page = html.get_content()
    assert "Hello &lt;b&gt;Sam&lt;/b&gt;," in page
    assert '<a href="http://localhost:8000/mail/preferences/"' in page
    assert "style" not in page


def test_a_bare_address_gets_no_link_to_stop_what_it_has_no_account_for(sink: Sink) -> None:
    MessageFactory.create(user=None, address="new@example.com")

    deliver_due()

    [received] = sink.received
    assert received["To"] == "new@example.com"
    assert received["List-Unsubscribe"] is None


def test_one_connection_serves_a_batch(sink: Sink, stranger: User) -> None:
    MessageFactory.create_batch(60, user=stranger)

    outcomes = deliver_due()

    assert outcomes == {Outcome.SENT: 60}
    assert sink.connections == 1


def test_a_connection_is_renewed_before_the_server_tires_of_it(
    sink: Sink, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MAILS_A_CONNECTION", 4)
    MessageFactory.create_batch(10, user=stranger)

    deliver_due()

    assert len(sink.raw) == 10
    assert sink.connections == 3


def test_nothing_due_opens_no_connection(sink: Sink, stranger: User) -> None:
    MessageFactory.create(user=stranger, due_at=Now() + timedelta(hours=1))

    deliver_due()

    assert sink.connections == 0


def test_the_oldest_goes_first(sink: Sink, stranger: User) -> None:
    for number in (3, 1, 2):
        MessageFactory.create(
            user=stranger, ref={"number": number}, due_at=Now() - timedelta(hours=10 - number)
        )

    deliver_due()

    assert [received["Subject"] for received in sink.received] == ["Note 1", "Note 2", "Note 3"]


class TestNotNeededAnyMore:
    def test_what_is_done_meanwhile_is_cancelled(self, sink: Sink) -> None:
        message = MessageFactory.create(ref={"wanted": False})

        deliver_due()

        message.refresh_from_db()
        assert (message.status, message.reason) == (Status.CANCELLED, "Not needed any more")
        assert ledger(message) == [(Outcome.CANCELLED, None)]
        assert sink.connections == 0

    @pytest.mark.parametrize(
        "channel, status",
        [
            (Channel.NONE, Status.CANCELLED),
            (Channel.IN_APP, Status.CANCELLED),
            (Channel.MAIL, Status.SENT),
            (Channel.BOTH, Status.SENT),
        ],
    )
    def test_the_channel_at_the_time_of_sending_counts(
        self, sink: Sink, stranger: User, channel: Channel, status: Status
    ) -> None:
        message = MessageFactory.create(user=stranger)
        choose_channel(stranger, "note", channel)
        choose_channel(stranger, "other", Channel.NONE)

        deliver_due()

        message.refresh_from_db()
        assert message.status == status
        assert len(sink.raw) == (status == Status.SENT)

    def test_a_closed_account_gets_nothing(self, sink: Sink, stranger: User) -> None:
        message = MessageFactory.create(user=stranger)
        stranger.is_active = False
        stranger.save()

        deliver_due()

        message.refresh_from_db()
        assert (message.status, message.reason) == (Status.CANCELLED, "The account is closed")
        assert sink.raw == []


class TestRefused:
    def test_for_now_comes_again_later(self, sink: Sink, overdue: PassTime) -> None:
        message = MessageFactory.create()
        sink.manners.append(Manner.GREY)

        deliver_due()
        deliver_due()

        message.refresh_from_db()
        assert (message.status, message.attempts) == (Status.PENDING, 1)
        assert not Message.objects.due().exists()
        assert Message.objects.filter(due_at__lt=Now() + 1.3 * DELAYS[0]).exists()

        overdue()
        deliver_due()

        assert ledger(message) == [(Outcome.LATER, 450), (Outcome.SENT, 250)]

    def test_for_good_is_dead_and_does_not_stop_the_next(self, sink: Sink) -> None:
        messages = MessageFactory.create_batch(2)
        sink.manners.append(Manner.NO_SUCH)

        deliver_due()

        first, second = Message.objects.order_by("pk")
        assert (first.status, first.reason) == (Status.DEAD, "Refused: 5.1.1 No such mailbox")
        assert second.status == Status.SENT
        assert ledger(messages[0]) == [(Outcome.REFUSED, 550)]
        assert sink.connections == 1

    @pytest.mark.parametrize(
        "manner, status, entry",
        [
            (Manner.FULL, Status.PENDING, (Outcome.LATER, 452)),
            (Manner.SPAM, Status.DEAD, (Outcome.REFUSED, 554)),
        ],
    )
    def test_after_the_whole_mail_counts_as_before_it(
        self, sink: Sink, manner: Manner, status: Status, entry: tuple[str, int]
    ) -> None:
        messages = MessageFactory.create_batch(2)
        sink.manners.append(manner)

        deliver_due()

        first, second = Message.objects.order_by("pk")
        assert (first.status, second.status) == (status, Status.SENT)
        assert ledger(messages[0]) == [entry]
        assert sink.connections == 1

    def test_eight_times_is_dead(self, sink: Sink, overdue: PassTime) -> None:
        message = MessageFactory.create()
        sink.manners.extend([Manner.GREY] * 20)

        for _ in range(12):
            deliver_due()
            overdue()

        message.refresh_from_db()
        assert (message.status, message.attempts) == (Status.DEAD, MOST_ATTEMPTS)
        assert ledger(message) == [(Outcome.LATER, 450)] * MOST_ATTEMPTS

    def test_a_mail_that_cannot_be_built_is_dead_and_does_not_stop_the_next(self, sink: Sink) -> None:
        unknown = MessageFactory.create(kind="nonsense")
        broken = MessageFactory.create(user=None, address="two@example.com\r\nBcc: all@example.com")
        sound = MessageFactory.create()

        deliver_due()

        for message in (unknown, broken, sound):
            message.refresh_from_db()
        assert [message.status for message in (unknown, broken, sound)] == [
            Status.DEAD,
            Status.DEAD,
            Status.SENT,
        ]
        assert ledger(unknown) == ledger(broken) == [(Outcome.UNBUILDABLE, None)]
        assert len(sink.raw) == 1


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../../etc/passwd", ""])
def test_a_zone_nobody_knows_stops_no_mail(sink: Sink, stranger: User, zone: str) -> None:
    stranger.time_zone = zone
    stranger.save()
    message = MessageFactory.create(user=stranger)

    deliver_due()

    assert sink.message_ids == [message.message_id]


@pytest.mark.parametrize(
    ("address", "arrives"),
    [
        ("bo@büro.example", "bo@xn--bro-hoa.example"),
        ('"odd one"@example.com', '"odd one"@example.com'),
        ("o'neil+tag@example.com", "o'neil+tag@example.com"),
    ],
)
def test_an_address_in_an_odd_form_arrives(sink: Sink, address: str, arrives: str) -> None:
    message = MessageFactory.create(user=None, address=address)

    deliver_due()

    message.refresh_from_db()
    assert (message.status, message.reason) == (Status.SENT, "")
    assert [mail["To"] for mail in sink.received] == [arrives]


def test_an_address_that_smtp_cannot_carry_is_dead_and_stops_nobody(sink: Sink) -> None:
    odd = MessageFactory.create(user=None, address="jörg@example.com")
    sound = MessageFactory.create()

    deliver_due()

    odd.refresh_from_db()
    assert (odd.status, odd.reason) == (Status.DEAD, "Cannot be built: ValueError")
    assert sink.message_ids == [sound.message_id]


class TestServerInTrouble:
    @pytest.mark.parametrize("manner", [Manner.STALL, Manner.DROP_REPLY])
    def test_a_lost_reply_brings_a_second_copy_of_the_same_message_id(
        self, sink: Sink, overdue: PassTime, manner: Manner
    ) -> None:
        message = MessageFactory.create()
        sink.manners.append(manner)

        deliver_due()
        overdue()
        deliver_due()

        message.refresh_from_db()
        assert message.status == Status.SENT
        assert sink.message_ids == [message.message_id] * 2
        assert ledger(message) == [(Outcome.LATER, None), (Outcome.SENT, 250)]

    def test_a_reply_that_never_ends_is_cut_at_the_deadline(
        self, sink: Sink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transport, "DEADLINE_SECONDS", 0.3)
        message = MessageFactory.create()
        sink.manners.append(Manner.TRICKLE)

        deliver_due()

        message.refresh_from_db()
        assert (message.status, message.attempts) == (Status.PENDING, 1)

    def test_a_server_that_hangs_up_costs_one_attempt_and_the_next_mail_goes(self, sink: Sink) -> None:
        MessageFactory.create_batch(3)
        sink.manners.extend([Manner.TAKE, Manner.CLOSING])

        deliver_due()

        assert [message.attempts for message in Message.objects.order_by("pk")] == [1, 1, 1]
        assert Message.objects.filter(status=Status.SENT).count() == 2
        assert Message.objects.get(status=Status.PENDING).attempts == 1

    def test_a_server_that_never_greets_costs_few_mails_an_attempt(self, settings: Settings) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings.MAILERS = mailers_to(silent.getsockname()[1])
            messages = MessageFactory.create_batch(5)

            outcomes = deliver_due()

        assert outcomes == {Outcome.LATER: delivery.MOST_LOST_CONNECTIONS}
        assert ledger(messages[0]) == [(Outcome.LATER, None)]
        assert Message.objects.due().count() == 5 - delivery.MOST_LOST_CONNECTIONS

    def test_a_server_that_refuses_our_sign_in_kills_no_mail(self, sink: Sink, settings: Settings) -> None:
        settings.MAILERS["default"]["OPTIONS"] |= {"username": "starboard", "password": "wrong"}
        messages = MessageFactory.create_batch(5)

        outcomes = deliver_due()

        assert outcomes == {Outcome.LATER: delivery.MOST_LOST_CONNECTIONS}
        assert ledger(messages[0]) == [(Outcome.LATER, 535)]
        assert not Message.objects.dead().exists()
        assert sink.raw == []

    def test_a_server_that_is_away_costs_few_mails_an_attempt(self, settings: Settings) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        settings.MAILERS = mailers_to(port)
        MessageFactory.create_batch(30)

        outcomes = deliver_due()

        assert outcomes == {Outcome.LATER: delivery.MOST_LOST_CONNECTIONS}
        assert Message.objects.due().count() == 30 - delivery.MOST_LOST_CONNECTIONS
        assert not Message.objects.filter(status=Status.LEASED).exists()


class TestHeld:
    def test_nothing_goes_out_until_released(self, sink: Sink) -> None:
        MessageFactory.create()
        hold("a restored copy")

        deliver_due()
        assert sink.connections == 0

        release(is_discarding=False)
        deliver_due()
        assert len(sink.raw) == 1

    def test_what_the_original_sent_can_be_discarded(self, sink: Sink) -> None:
        MessageFactory.create()
        MessageFactory.create(leased=True)
        hold("a restored copy")

        discarded = release(is_discarding=True)
        deliver_due()

        assert discarded == 2
        assert sink.raw == []
        assert not Hold.objects.exists()


class TestRate:
    def test_no_more_go_in_a_minute_than_the_setting_says(self, sink: Sink, settings: Settings) -> None:
        settings.MAIL_PER_MINUTE = 5
        MessageFactory.create_batch(8)

        deliver_due()
        deliver_due()
        assert len(sink.raw) == 5

        Attempt.objects.update(at=Now() - timedelta(seconds=61))
        deliver_due()
        assert len(sink.raw) == 8

    def test_what_another_sender_holds_counts(self, sink: Sink, settings: Settings) -> None:
        settings.MAIL_PER_MINUTE = 5
        MessageFactory.create_batch(3, leased=True)
        MessageFactory.create_batch(8)

        deliver_due()

        assert len(sink.raw) == 2


class TestLeases:
    def test_a_leased_mail_is_not_claimed_again(self) -> None:
        MessageFactory.create(leased=True)

        assert claims.claim(10) is None

    def test_after_the_lease_somebody_else_takes_it_and_the_ledger_says_so(
        self, sink: Sink, overdue: PassTime
    ) -> None:
        message = MessageFactory.create(leased=True)
        overdue()

        deliver_due()

        assert sink.message_ids == [message.message_id]
        assert ledger(message) == [(Outcome.LOST, None), (Outcome.SENT, 250)]

    def test_whoever_lost_the_lease_settles_nothing(self, overdue: PassTime) -> None:
        message = MessageFactory.create()
        first = claims.claim(1)
        overdue()
        second = claims.claim(1)
        assert first is not None
        assert second is not None

        dead = claims.Settlement(Status.DEAD, Outcome.REFUSED)
        sent = claims.Settlement(Status.SENT, Outcome.SENT)
        assert not claims.settle(first, message, dead)
        assert claims.settle(second, message, sent)

        message.refresh_from_db()
        assert message.status == Status.SENT
        assert ledger(message) == [(Outcome.LOST, None), (Outcome.SENT, None)]

    def test_with_little_of_the_lease_left_the_rest_is_given_back(
        self, sink: Sink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(claims, "LEASE", timedelta(seconds=transport.DEADLINE_SECONDS))
        monkeypatch.setattr(delivery, "MAILS_A_RUN", 3)
        MessageFactory.create_batch(3)

        outcomes = deliver_due()

        assert outcomes == {}
        assert sink.raw == []
        assert Message.objects.due().count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(sink: Sink) -> None:
    messages = MessageFactory.create_batch(120)

    def send() -> None:
        try:
            deliver_due()
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)

    assert sorted(sink.message_ids) == sorted(message.message_id for message in messages)
    assert sink.connections == 2
    assert Attempt.objects.count() == 120


def test_delays_grow_and_are_spread() -> None:
    delays = [[delivery.delay_after(attempts) for _ in range(50)] for attempts in range(1, MOST_ATTEMPTS)]

    assert all(len(set(some)) > 10 for some in delays)
    assert all(max(some) < min(more) for some, more in pairwise(delays))
