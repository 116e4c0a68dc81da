"""What every page's frame needs. Nothing is asked of the database until a template reads it."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from apps.web import navigation
from apps.web.navigation import PLACES, Entry, Primary
from apps.web.notices import notices_for

THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))

# Keys that mean the same on every page; those of the navigation are added to them.
PAGE_KEYS = (
    ("E", "Edit"),
    ("Ctrl Enter", "Save"),
    ("J", "Next"),
    ("K", "Previous"),
    ("1 to 4", "Rate"),
    ("C", "Comment"),
    ("R", "Resolve"),
    ("/", "Filter the list"),
    ("?", "These shortcuts"),
    ("Esc", "Close"),
)


class Link:
    """An entry of the navigation as this request sees it."""

    def __init__(self, entry: Entry, user: Any, *, is_current: bool) -> None:
        self.label = entry.label
        self.icon = entry.icon
        self.key = entry.key
        self.url = entry.url
        self.is_current = is_current
        self.count = entry.count(user) if entry.count else 0


class Place:
    """One of the roles a person has, with the page it opens on."""

    def __init__(self, label: str, url: str, *, is_current: bool) -> None:
        self.label = label
        self.url = url
        self.is_current = is_current


class Chrome:
    """The frame around a page: navigation, places, theme, shortcuts."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        match = request.resolver_match
        self.route = match.view_name if match else ""

    @cached_property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get("theme", "")
        return chosen if chosen in dict(THEMES) else "system"

    @property
    def themes(self) -> tuple[tuple[str, str], ...]:
        return THEMES

    @cached_property
    def user(self) -> Any:
        """The signed-in person, or None; an error before the session was read has no user."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def tagline(self) -> str:
        """What stands under a person's name: what they are about, or else their address."""
        return str(navigation.fact(self.user, "tagline") or self.user.email)

    @cached_property
    def shortcuts_on(self) -> bool:
        return self.user is None or bool(getattr(self.user, "shortcuts_on", True))

    @cached_property
    def _visible(self) -> list[Entry]:
        if self.user is None:
            return []
        return [entry for entry in navigation.entries() if entry.visible(self.user)]

    @cached_property
    def _current(self) -> Entry | None:
        """The entry that names this route, else the front page of its namespace, else any entry of that."""
        namespace = self.route.rpartition(":")[0]
        mine = [entry for entry in self._visible if namespace and entry.namespace == namespace]
        choices = [
            *(entry for entry in self._visible if self.route == entry.route or self.route in entry.covers),
            *(
                entry
                for entry in self._visible
                if entry.covers_settings and navigation.is_setting(self.route)
            ),
            *(entry for entry in self._visible if navigation.is_tab(self.route, entry.tabs)),
            *(entry for entry in mine if entry.route.endswith(":index")),
            *mine,
        ]
        return choices[0] if choices else None

    @cached_property
    def _place(self) -> str:
        """The group of the current page, else the first one this person has a place in."""
        if self._current and self._current.group in PLACES:
            return self._current.group
        return next((group for group in PLACES if any(e.group == group for e in self._visible)), "everyone")

    def _links(self, group: str) -> list[Link]:
        return [
            Link(entry, self.user, is_current=entry is self._current)
            for entry in self._visible
            if entry.group == group
        ]

    @cached_property
    def nav(self) -> list[Link]:
        return self._links(self._place) if self._place in PLACES else []

    @cached_property
    def foot(self) -> list[Link]:
        return self._links("everyone")

    @cached_property
    def current(self) -> Entry | None:
        return self._current

    @cached_property
    def places(self) -> list[Place]:
        """The places to switch between; empty for somebody with one role."""
        firsts = [
            (group, label, next((e for e in self._visible if e.group == group), None))
            for group, label in PLACES.items()
        ]
        places = [
            Place(label, entry.url, is_current=group == self._place)
            for group, label, entry in firsts
            if entry
        ]
        return places if len(places) > 1 else []

    @cached_property
    def home(self) -> str:
        return self.nav[0].url if self.nav else "/"

    @cached_property
    def notices(self) -> list[str]:
        return notices_for(self.user) if self.user is not None else []

    @cached_property
    def primary(self) -> Primary | None:
        return navigation.primary_for(self.user) if self.user is not None else None

    @cached_property
    def tabs(self) -> list[Link]:
        """What the phone's tab bar has room for beside "More" and the button in the middle."""
        return self.nav[: 3 if self.primary else 4]

    @cached_property
    def shortcuts(self) -> list[tuple[str, str]]:
        """Pairs of keys and what they do here."""
        first = [(self.primary.key.upper(), self.primary.label)] if self.primary else []
        going = [(f"G {link.key.upper()}", link.label) for link in [*self.nav, *self.foot] if link.key]
        return [*first, *going, *PAGE_KEYS]


def chrome(request: HttpRequest) -> dict[str, Any]:
    return {"chrome": Chrome(request)}
