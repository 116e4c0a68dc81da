"""Where a person belongs: their open candidacy, and whether they mentor anybody."""

from dataclasses import dataclass

from django.db.models import Exists

from apps.accounts.models import User
from apps.candidates.models import Candidacy, Mentorship


@dataclass(frozen=True)
class Place:
    """`is_candidate` is also true of somebody without any role yet: they have come to become one."""

    candidacy: Candidacy | None
    is_mentor: bool
    is_candidate: bool


def place_of(user: User) -> Place:
    """Return the person's place; one statement for a candidate, two for others, then kept on `user`."""
    kept = user.__dict__.get("_place")
    if isinstance(kept, Place):
        return kept
    mentors = Mentorship.objects.of_mentor(user).active()
    candidacy = (
        Candidacy.objects.open().filter(person=user).annotate(person_is_mentor=Exists(mentors)).first()
    )
    is_mentor = bool(getattr(candidacy, "person_is_mentor", False)) if candidacy else mentors.exists()
    is_candidate = candidacy is not None or not (is_mentor or user.may_create_cohorts or user.is_staff)
    place = user.__dict__["_place"] = Place(candidacy, is_mentor, is_candidate)
    return place
