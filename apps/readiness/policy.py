"""The policy rows of the pages of readiness."""

from apps.web import policy
from apps.web.policy import GET, GET_POST, POST, SIGNED_IN


def add_rows() -> None:
    policy.add(
        "readiness",
        {
            "index": (GET, SIGNED_IN),
            "show": (GET, SIGNED_IN),
            "sustained": (GET, SIGNED_IN),
            "factors": (GET, SIGNED_IN),
            "gaps": (GET, SIGNED_IN),
            "gap_accept": (POST, SIGNED_IN),
            "gap_dismiss": (POST, SIGNED_IN),
            "gap_new": (GET_POST, SIGNED_IN),
            "gap_edit": (GET_POST, SIGNED_IN),
            "gap_settle": (POST, SIGNED_IN),
            "gap_reopen": (POST, SIGNED_IN),
            "action_new": (GET_POST, SIGNED_IN),
            "action_edit": (GET_POST, SIGNED_IN),
            "action_finish": (GET_POST, SIGNED_IN),
            "action_drop": (POST, SIGNED_IN),
            "action_reopen": (POST, SIGNED_IN),
            "indicators": (GET, SIGNED_IN),
            "indicator_rate": (POST, SIGNED_IN),
            "principles": (GET, SIGNED_IN),
            "principle": (GET_POST, SIGNED_IN),
            "talk": (GET, SIGNED_IN),
            "talk_mark": (POST, SIGNED_IN),
            "evidence": (GET, SIGNED_IN),
            "evidence_link": (POST, SIGNED_IN),
            "evidence_unlink": (POST, SIGNED_IN),
            "candidate": (GET_POST, SIGNED_IN),
            "seen_by": (GET, SIGNED_IN),
        },
    )
