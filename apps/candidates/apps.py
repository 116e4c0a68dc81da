from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    name = "apps.candidates"

    def ready(self) -> None:
        from apps.web import navigation

        navigation.add_facts(("candidate", "mentor"), _facts_of)


def _facts_of(user: Any) -> Mapping[str, bool]:
    from apps.candidates.places import place_of

    place = place_of(user)
    return {"candidate": place.candidacy is not None, "mentor": place.is_mentor}
