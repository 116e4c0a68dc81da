"""From where the matrix looks: fourteen viewpoints, each with a session that lives on whatever happened since."""

ANONYMOUS = "anonymous"
OWNER = "owner"
OTHER = "other candidate"
MENTOR = "mentor"
UNGRANTED = "mentor whose grant of the story was taken back"
UNASSIGNED = "mentor of somebody else"
REVOKED = "revoked mentor"
PAUSED = "paused mentor"
MANAGER = "manager who was granted nothing"
INFORMED = "manager who was asked for a review"
ORGANISER = "organiser"
ELSEWHERE = "organiser of another cohort"
ADMINISTRATOR = "administrator"
DEACTIVATED = "deactivated"

VIEWPOINTS = (
    ANONYMOUS,
    OWNER,
    OTHER,
    MENTOR,
    UNGRANTED,
    UNASSIGNED,
    REVOKED,
    PAUSED,
    MANAGER,
    INFORMED,
    ORGANISER,
    ELSEWHERE,
    ADMINISTRATOR,
    DEACTIVATED,
)

type Viewpoints = frozenset[str]

NOBODY: Viewpoints = frozenset()
ANYBODY: Viewpoints = frozenset(VIEWPOINTS)
EVERYBODY: Viewpoints = ANYBODY - {ANONYMOUS, DEACTIVATED}
CANDIDATES: Viewpoints = frozenset({OWNER, OTHER})
ORGANISERS: Viewpoints = frozenset({ORGANISER, ELSEWHERE})
STAFF: Viewpoints = ORGANISERS | {ADMINISTRATOR}


def only(*viewpoints: str) -> Viewpoints:
    return frozenset(viewpoints)
