"""One click in a mail: what it stops, and how that is taken back."""

from __future__ import annotations

from dataclasses import dataclass

from apps.accounts.models import User
from apps.mail import letters
from apps.mail.kinds import Channel, Kind, kind_named
from apps.mail.models import channel_of, choose_channel


@dataclass(frozen=True)
class Subscription:
    """A person and a kind, as named by the link of a mail."""

    user: User
    kind: Kind

    @property
    def is_on(self) -> bool:
        return channel_of(self.user, self.kind) in Channel.with_mail()

    def stop(self) -> None:
        """Stop the mails; what was shown in the app as well still is."""
        if self.is_on:
            is_in_app = channel_of(self.user, self.kind) in Channel.in_app()
            choose_channel(self.user, self.kind.name, Channel.IN_APP if is_in_app else Channel.NONE)

    def resume(self) -> None:
        if not self.is_on:
            is_in_app = channel_of(self.user, self.kind) in Channel.in_app()
            choose_channel(self.user, self.kind.name, Channel.BOTH if is_in_app else Channel.MAIL)


def subscription_of(token: str) -> Subscription:
    """Return what a link is about; raises NoSuchToken, also when the account or kind is gone."""
    user_id, name = letters.read_unsubscribe_token(token)
    user = User.objects.get_queryset().filter(pk=user_id).first()
    try:
        kind = kind_named(name)
    except KeyError as error:
        raise letters.NoSuchToken from error
    if user is None or not kind.can_unsubscribe:
        raise letters.NoSuchToken
    return Subscription(user, kind)
