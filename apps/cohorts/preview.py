"""What inviting a pasted list would do, line by line, before anything is done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from allauth.account.models import EmailAddress

from apps.accounts.models import Invitation, User
from apps.cohorts.addresses import Entry, read_addresses
from apps.cohorts.models import Cohort, CohortInvitation, Membership

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Checked:
    """An entry with what is known about its address; `remark` is no reason not to invite."""

    entry: Entry
    remark: str = ""

    @property
    def is_good(self) -> bool:
        return not self.entry.problem


@dataclass(frozen=True)
class Preview:
    lines: tuple[Checked, ...]

    @property
    def good(self) -> tuple[Entry, ...]:
        return tuple(line.entry for line in self.lines if line.is_good)

    @property
    def bad(self) -> tuple[Entry, ...]:
        return tuple(line.entry for line in self.lines if not line.is_good)

    @property
    def with_account(self) -> int:
        return sum(bool(line.is_good and line.remark) for line in self.lines)

    @property
    def fingerprint(self) -> str:
        """Tells whether what is sent is what was shown: the addresses and names to invite."""
        people = "\n".join(f"{entry.email}\t{entry.name}" for entry in self.good)
        return hashlib.sha256(people.encode(errors="replace")).hexdigest()


def preview_of(text: str, *, by: User, cohort: Cohort | None, now: datetime) -> Preview:
    """Check every line against the others and against who is there; three statements at most, however many lines.

    `cohort` is None while it is not made yet.
    """
    entries = read_addresses(text)
    emails = {entry.email for entry in entries if entry.email}
    people = _people_with(emails)
    members = _members(people.values(), cohort)
    invited = _invited(emails, cohort, now)
    first_at: dict[str, int] = {}
    lines = []
    for entry in entries:
        if entry.problem:
            lines.append(Checked(entry))
            continue
        person = people.get(entry.email)
        problem = ""
        if entry.email in first_at:
            problem = f"The same address as in line {first_at[entry.email]}."
        elif person == by.pk or entry.email == by.email:
            problem = "This is your own address. You see this cohort as its organiser."
        elif person in members:
            problem = "Is in this cohort already."
        elif entry.email in invited:
            problem = (
                "An invitation to this address is waiting. Send a new link from the list of invitations."
            )
        elif len(first_at) >= MOST_AT_ONCE:
            problem = f"This is beyond {MOST_AT_ONCE} people. Invite the rest afterwards."
        first_at.setdefault(entry.email, entry.number)
        remark = "Has an account already, and accepts after signing in." if person else ""
        lines.append(Checked(replace(entry, problem=problem), "" if problem else remark))
    return Preview(tuple(lines))


def _people_with(emails: set[str]) -> dict[str, int]:
    """By address, whose verified one it is."""
    if not emails:
        return {}
    rows = EmailAddress.objects.filter(email__in=emails, verified=True).values_list("email", "user_id")
    return {email.lower(): user_id for email, user_id in rows}


def _members(people: Iterable[int], cohort: Cohort | None) -> set[int]:
    if cohort is None:
        return set()
    rows = Membership.objects.standing().of_cohort(cohort).filter(user__in=list(people))
    return set(rows.values_list("user_id", flat=True))


def _invited(emails: set[str], cohort: Cohort | None, now: datetime) -> set[str]:
    if cohort is None:
        return set()
    mine = CohortInvitation.objects.of_cohort(cohort).values("invitation")
    open_ones = Invitation.objects.open(now).filter(pk__in=mine, email__in=emails)
    return set(open_ones.values_list("email", flat=True))
