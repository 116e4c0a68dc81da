from apps.readiness.models.gaps import Action, ActionEvidence, ActionStatus, Gap, GapStatus
from apps.readiness.models.ratings import MentorRating, PrincipleNote, SubjectEvidence, TalkedAbout
from apps.readiness.models.standings import Standing, StepChange, subject_keys

__all__ = [
    "Action",
    "ActionEvidence",
    "ActionStatus",
    "Gap",
    "GapStatus",
    "MentorRating",
    "PrincipleNote",
    "Standing",
    "StepChange",
    "SubjectEvidence",
    "TalkedAbout",
    "subject_keys",
]
