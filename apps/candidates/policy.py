"""The policy rows of the candidates' pages."""

from apps.web import policy
from apps.web.policy import ANYONE, GET, GET_POST, POST, SIGNED_IN


def add_rows() -> None:
    policy.add(
        "candidates",
        {
            "start": (GET_POST, SIGNED_IN),
            "edit": (GET_POST, SIGNED_IN),
            "briefing": (GET, SIGNED_IN),
            "advantage_choose": (POST, SIGNED_IN),
            "challenge_choose": (POST, SIGNED_IN),
            "challenge_none": (POST, SIGNED_IN),
            "timeline": (GET, SIGNED_IN),
            "phase": (GET, SIGNED_IN),
            "tick": (POST, SIGNED_IN),
            "rate": (GET_POST, SIGNED_IN),
            "mentors": (GET, SIGNED_IN),
            "mentorship_new": (POST, SIGNED_IN),
            "mentorship_pause": (POST, SIGNED_IN),
            "mentorship_resume": (POST, SIGNED_IN),
            "mentorship_revoke": (POST, SIGNED_IN),
            "mentorship_renew_link": (POST, SIGNED_IN),
            "mentorship_readiness": (POST, SIGNED_IN),
            "mentorship_plan": (POST, SIGNED_IN),
            # Whoever holds the link may say no, also without an account.
            "mentorship_decline": (POST, ANYONE),
            "my_candidates": (GET, SIGNED_IN),
            "cohort_join": (GET_POST, SIGNED_IN),
        },
    )
