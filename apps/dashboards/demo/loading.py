"""Puts the demo in and takes it out again; both all or nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Q

from apps.accounts import actions as accounts
from apps.accounts.models import Invitation, User
from apps.cohorts.models import Cohort
from apps.dashboards.demo import PASSWORD
from apps.dashboards.demo.cohort import play_cohort
from apps.dashboards.demo.documents import CandidatePart, PersonPart, read_candidate, read_people
from apps.dashboards.demo.history import CandidateHistory
from apps.dashboards.models import DemoPerson
from apps.mail.outbox import nothing_enqueued

# Those who candidates count on were there before the first of them.
DAYS_BEFORE_CANDIDATES = 500
# Who invites whom, in the order in which they come; the first has the command line for it.
INVITED_BY = {
    "administrator": "",
    "organiser": "administrator",
    "mentor": "organiser",
    "candidate": "organiser",
}
# Somebody who has not answered yet.
WAITING = ("sunniva@example.org", "Sunniva Lindqvist")


class AddressInUse(Exception):
    """Somebody who is not of the demo has one of its addresses."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} belongs to somebody who is not of the demo")


@transaction.atomic
def load_demo(*, now: datetime) -> bool:
    """Make the demo's people and play their history up to now; nothing where it is in already.

    Return whether it was put in. Sends nothing. Raises AddressInUse.
    """
    with connection.cursor() as cursor:
        # Of two loads at once the second finds what the first made.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demo'))")
    if DemoPerson.objects.exists():
        return False
    parts = read_people()
    _check_addresses(parts)
    with nothing_enqueued():
        candidates = {part.key: read_candidate(part.key) for part in parts if part.role == "candidate"}
        people = _join_all(parts, candidates, now=now)
        # Hashing is slow on purpose; one hash serves them all.
        password = make_password(PASSWORD)
        User.objects.filter(pk__in=[user.pk for user in people.values()]).update(password=password)
        for candidate in candidates.values():
            CandidateHistory(candidate, people, now=now).play()
        organiser = next(part.key for part in parts if part.role == "organiser")
        play_cohort(people[organiser], {key: people[key] for key in candidates}, now=now)
    return True


@transaction.atomic
def remove_demo() -> int:
    """Take out the people that loading made, with all they have; return how many they were."""
    people = User.objects.filter(pk__in=DemoPerson.objects.values("user"))
    for session in UserSession.objects.filter(user__in=people):
        session.end()
    Invitation.objects.filter(
        Q(invited_by__in=people) | Q(accepted_by__in=people) | Q(email__in=people.values("email"))
    ).delete()
    Cohort.objects.filter(created_by__in=people).delete()
    number = people.count()
    people.delete()
    return number


def _check_addresses(parts: tuple[PersonPart, ...]) -> None:
    for part in parts:
        if accounts.has_account(part.email) or EmailAddress.objects.filter(email__iexact=part.email).exists():
            raise AddressInUse(part.email)


def _join_all(
    parts: tuple[PersonPart, ...], candidates: Mapping[str, CandidatePart], *, now: datetime
) -> dict[str, User]:
    """Let everybody in as anybody comes in: invited by somebody who was there, and accepting."""
    people: dict[str, User] = {}
    by: dict[str, User | None] = dict.fromkeys(INVITED_BY)
    for part in sorted(parts, key=lambda part: list(INVITED_BY).index(part.role)):
        days_ago = DAYS_BEFORE_CANDIDATES
        if part.key in candidates:
            days_ago = candidates[part.key].candidacy.started_days_ago
        inviter = by.get(INVITED_BY[part.role])
        people[part.key] = by[part.role] = _join(
            part, by=inviter, now=now - timedelta(days=days_ago, hours=12)
        )
    accounts.invite("candidate", *WAITING, by=by["organiser"], now=now - timedelta(days=2))
    return people


def _join(part: PersonPart, *, by: User | None, now: datetime) -> User:
    invitation, _ = accounts.invite(part.role, part.email, part.name, by=by, now=now)
    user, _ = accounts.join(invitation, part.name, None, now=now)
    user.time_zone = part.time_zone
    user.joined_at = now
    user.save(update_fields=["time_zone", "joined_at"])
    DemoPerson.objects.create(user=user)
    return user
