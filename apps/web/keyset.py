"""Pages of a list by key: the next page begins after the last row, so page 1,000 costs what page 1 does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model, Q, QuerySet

_CURSOR = re.compile(r"([0-9T:.+-]{10,32})_(\d{1,18})")


@dataclass(frozen=True)
class Page[Row]:
    """`after` is the cursor of the next page, empty on the last; `is_first` says none was given."""

    rows: Sequence[Row]
    after: str
    is_first: bool


def newest_page[Row: Model](rows: QuerySet[Row], *, by: str, cursor: str, size: int = 50) -> Page[Row]:
    """Return the page of `rows`, newest `by` first and then highest id, that begins after `cursor`.

    `by` is a date or datetime column with an index (…, -by, -id). A cursor that is none shows the
    first page. One statement.
    """
    return _page(rows.order_by(f"-{by}", "-pk"), by=by, past="lt", cursor=cursor, size=size)


def oldest_page[Row: Model](rows: QuerySet[Row], *, by: str, cursor: str, size: int = 50) -> Page[Row]:
    """Return the page of `rows`, oldest `by` first and then lowest id, that begins after `cursor`."""
    return _page(rows.order_by(by, "pk"), by=by, past="gt", cursor=cursor, size=size)


def _page[Row: Model](rows: QuerySet[Row], *, by: str, past: str, cursor: str, size: int) -> Page[Row]:
    key = _read(cursor)
    if key is not None:
        moment, pk = key
        rows = rows.filter(Q((f"{by}__{past}", moment)) | Q((by, moment), (f"pk__{past}", pk)))
    found = list(rows[: size + 1])
    shown = found[:size]
    after = ""
    if len(found) > size:
        after = f"{getattr(shown[-1], by).isoformat()}_{shown[-1].pk}"
    return Page(shown, after, is_first=key is None)


def _read(cursor: str) -> tuple[date | datetime, int] | None:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        return None
    moment, pk = match.groups()
    try:
        return (datetime.fromisoformat(moment) if "T" in moment else date.fromisoformat(moment)), int(pk)
    except ValueError:
        return None
