"""Times on the desk: UTC in the page, the reader's own zone once `desk.js` has seen it, with UTC on hover."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.utils.html import format_html
from django.utils.safestring import SafeString


def clock(time: datetime | None) -> SafeString | str:
    """`time` as a <time>; a dash for none."""
    if time is None:
        return "—"
    in_utc = time.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{} UTC">{} UTC</time>',
        in_utc.isoformat(timespec="seconds"),
        in_utc.strftime("%Y-%m-%d %H:%M:%S"),
        in_utc.strftime("%Y-%m-%d %H:%M"),
    )


def sign(person: User | None, time: datetime | None) -> SafeString:
    """Who did it, and when. Rows that are older than the names on them name nobody."""
    return format_html("{}, {}", person.get_username() if person else "nobody on record", clock(time))


def clock_of(name: str) -> Any:
    """A column or read-only field that shows the time `name` of a row, and is sorted by it."""

    @admin.display(description=name.replace("_", " "), ordering=name)
    def show(row: Any) -> SafeString | str:
        return clock(getattr(row, name))

    show.__name__ = f"{name}_clock"  # the class of the column
    return show
