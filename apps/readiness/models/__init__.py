from apps.readiness.models.gaps import Action, ActionEvidence, ActionStatus, Gap, GapStatus
from apps.readiness.models.standings import Standing, StepChange, subject_keys

__all__ = [
    "Action",
    "ActionEvidence",
    "ActionStatus",
    "Gap",
    "GapStatus",
    "Standing",
    "StepChange",
    "subject_keys",
]
