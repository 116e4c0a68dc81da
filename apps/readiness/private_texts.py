"""What an administrator with a reason may read of gaps and their actions."""

from apps.accounts.private_texts import Kind
from apps.readiness.models import Action, Gap, MentorRating, PrincipleNote

GAPS = Kind(
    "gap",
    "Gap",
    lambda person: Gap.objects.filter(candidacy__person=person),
    lambda gap: [
        ("Title", gap.title),
        ("What is missing", gap.missing),
        ("Evidence wanted", gap.evidence_wanted),
        ("Word", gap.word),
    ],
)
ACTIONS = Kind(
    "action",
    "Action",
    lambda person: Action.objects.filter(gap__candidacy__person=person),
    lambda action: [
        ("Title", action.title),
        ("Evidence wanted", action.evidence_wanted),
        ("Progress", action.progress),
        ("Word", action.word),
    ],
)
NOTES = Kind(
    "principle_note",
    "Note on a principle",
    lambda person: PrincipleNote.objects.filter(candidacy__person=person),
    lambda note: [
        ("Principle", note.key),
        ("In today’s scope", note.current_scope),
        ("In the next", note.expanded_scope),
        ("Evidence needed", note.evidence_needed),
    ],
)
# A mentor's own words, as those of a review are.
RATINGS = Kind(
    "readiness_rating",
    "Rating of readiness",
    lambda person: MentorRating.objects.filter(mentorship__mentor=person),
    lambda rating: [("About", rating.key), ("Note", rating.note)],
)
