"""What the sidebar, the tab bar and the shortcuts offer; each app registers its own in `ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse

type Group = Literal["candidate", "mentor", "organiser", "everyone"]

# In the order of the sidebar; "everyone" stands at its foot, whatever place one is in.
PLACES: dict[Group, str] = {
    "candidate": "My candidacy",
    "mentor": "Mentoring",
    "organiser": "Organising",
}


def _always(_user: Any) -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """One link of the navigation.

    `key` is the letter after G. `covers` names further routes on whose pages this entry is the
    current one; a route that nobody names belongs to the `index` of its namespace.
    `rank` orders a group; the apps register from the ground up, pages are read the other way.
    """

    route: str
    label: str
    icon: str
    group: Group
    key: str = ""
    visible: Callable[[Any], bool] = _always
    count: Callable[[Any], int] | None = None
    covers: tuple[str, ...] = ()
    rank: int = 50
    # Whether the pages of `add_setting` belong to this entry.
    covers_settings: bool = False
    # The row of tabs whose pages belong to this entry, whichever app brings them.
    tabs: str = ""

    @property
    def url(self) -> str:
        return reverse(self.route)

    @property
    def namespace(self) -> str:
        return self.route.rpartition(":")[0]


@dataclass(frozen=True)
class Primary:
    """The one thing every candidate's page offers."""

    route: str
    label: str
    key: str
    visible: Callable[[Any], bool] = _always

    @property
    def url(self) -> str:
        return reverse(self.route)


@dataclass(frozen=True)
class Setting:
    """A page of settings that another app brings, as a row of the page of settings."""

    route: str
    label: str
    about: str
    icon: str

    @property
    def url(self) -> str:
        return reverse(self.route)


@dataclass(frozen=True)
class Tab:
    """One page of several that share a heading. `covers` names routes that lie behind it."""

    route: str
    label: str
    rank: int
    covers: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.route)

    def is_current(self, route: str) -> bool:
        return route == self.route or route in self.covers


type Finder = Callable[[Any], Mapping[str, Any]]

_entries: list[Entry] = []
_finders: dict[str, Finder] = {}
_primary: list[Primary] = []
_settings: list[Setting] = []
_tabs: dict[str, list[Tab]] = {}


def add(*entries: Entry) -> None:
    """Register entries; those of equal rank are shown in the order in which they come."""
    for entry in entries:
        if any(entry.key and entry.key == other.key for other in _entries if other.group == entry.group):
            raise ValueError(f"G {entry.key} leads to two places")
        _entries.append(entry)


def entries() -> list[Entry]:
    return sorted(_entries, key=lambda entry: entry.rank)


def add_setting(route: str, label: str, about: str, icon: str) -> None:
    """Register a page of settings; it is listed on the page of settings, in the order of the apps."""
    _settings.append(Setting(route, label, about, icon))


def settings() -> list[Setting]:
    return list(_settings)


def is_setting(route: str) -> bool:
    return any(setting.route == route for setting in _settings)


def add_tabs(row: str, *tabs: Tab) -> None:
    """Register pages of a row of tabs; each app brings its own, and `rank` orders them."""
    _tabs[row] = sorted([*_tabs.get(row, ()), *tabs], key=lambda tab: tab.rank)


def tabs(row: str) -> list[Tab]:
    return list(_tabs.get(row, ()))


def is_tab(route: str, row: str) -> bool:
    """Tell whether the route is a page of this row, or lies behind one."""
    return any(tab.is_current(route) for tab in tabs(row))


def set_primary(route: str, label: str, key: str, visible: Callable[[Any], bool] = _always) -> None:
    _primary[:] = [Primary(route, label, key.lower(), visible)]


def primary_for(user: Any) -> Primary | None:
    return next((primary for primary in _primary if primary.visible(user)), None)


def add_facts(names: tuple[str, ...], find: Finder) -> None:
    """Register a function that answers several facts about a person, in one statement at most."""
    for name in names:
        if name in _finders:
            raise ValueError(f"two apps say whether somebody is {name!r}")
        _finders[name] = find


def add_fact(name: str, find: Callable[[Any], Any]) -> None:
    add_facts((name,), lambda user: {name: find(user)})


def fact(user: Any, name: str) -> Any:
    """Return a registered fact about a signed-in person; asked once for each loaded user."""
    known: dict[str, Any] = user.__dict__.setdefault("_known_facts", {})
    if name not in known:
        known.update(_finders[name](user))
    return known[name]


def has(name: str) -> Callable[[Any], bool]:
    """Return a test for `Entry.visible`: whether the fact is true of this person."""
    return lambda user: bool(fact(user, name))


def counted(name: str) -> Callable[[Any], int]:
    """Return a function for `Entry.count`: the number that is the fact."""
    return lambda user: int(fact(user, name))
