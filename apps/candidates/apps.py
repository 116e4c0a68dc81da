from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    name = "apps.candidates"

    def ready(self) -> None:
        from apps.accounts import invitations
        from apps.candidates import actions, census, destinations, facts, joining, mails, policy
        from apps.cohorts import followers
        from apps.cohorts.actions import COHORT_INVITATION
        from apps.web import health, navigation

        policy.add_rows()
        navigation.add_facts(("candidate", "mentor", "tagline"), _facts_of)
        is_candidate, is_mentor = navigation.has("candidate"), navigation.has("mentor")
        navigation.add(
            navigation.Entry(
                "candidates:timeline",
                "Timeline",
                "chart-gantt",
                "candidate",
                key="l",
                visible=is_candidate,
                covers=(
                    "candidates:briefing",
                    "candidates:phase",
                    "candidates:tick",
                    "candidates:start",
                    "candidates:edit",
                    "candidates:cohort_join",
                    "dashboards:change_preview",
                    "dashboards:organiser_view",
                ),
                rank=61,
            ),
            navigation.Entry(
                "candidates:rate",
                "Rate yourself",
                "gauge",
                "candidate",
                key="y",
                visible=is_candidate,
                rank=60,
            ),
            navigation.Entry(
                "candidates:mentors",
                "Mentors",
                "users",
                "candidate",
                key="m",
                visible=is_candidate,
                covers=("candidates:mentorship_new", "candidates:mentorship_renew_link"),
                rank=63,
            ),
            navigation.Entry(
                "candidates:my_candidates",
                "My candidates",
                "users",
                "mentor",
                key="c",
                visible=is_mentor,
                rank=60,
            ),
        )
        invitations.add(
            invitations.Kind(
                actions.MENTORSHIP_INVITATION,
                "Mentorship",
                actions.accept_mentorship,
                offer="support their way to the next level as a mentor",
                decline_route="candidates:mentorship_decline",
            ),
            invitations.Kind(
                actions.MANAGER_INVITATION,
                "Manager",
                actions.accept_mentorship,
                offer="follow their way to the next level as their manager",
                decline_route="candidates:mentorship_decline",
            ),
            invitations.Kind(
                COHORT_INVITATION,
                "Cohort",
                joining.accept_cohort_invitation,
                offer="build your case for the next level in a cohort",
            ),
        )
        followers.add(followers.Follower(joining.follow_date, joining.leave_cohort))
        destinations.add(
            {
                "briefing": "candidates:briefing",
                "ratings": "candidates:rate",
                "timeline": "candidates:timeline",
                "mentors": "candidates:mentors",
                "candidates": "candidates:my_candidates",
            }
        )
        facts.add_own()
        health.add_gauges(census.gauges)
        mails.add_kinds()


def _facts_of(user: Any) -> Mapping[str, Any]:
    from apps.candidates.places import place_of

    place = place_of(user)
    candidacy = place.candidacy
    return {
        "candidate": place.is_candidate,
        "mentor": place.is_mentor,
        "tagline": f"Working towards {candidacy.target_level}" if candidacy else "",
    }
