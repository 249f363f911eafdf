"""The lease: on a replicated database a process answers only while the desk's heartbeat is young."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from stories.api import log
from stories.api.problems import Problem

# While PostgreSQL still copies a table, the heartbeat may be there before the log is.
COPIED = "AND NOT EXISTS (SELECT 1 FROM pg_subscription_rel WHERE srsubstate <> 'r')"


def read_heartbeat() -> datetime | None:
    """When the desk last said that it is there, as this database has it; None before the whole log is here."""
    copied = COPIED if connection.vendor == "postgresql" else ""
    row = log.fetch_row(f"SELECT b.at FROM stories_heartbeat b WHERE b.id = 1 {copied}")  # noqa: S608
    if row is None:
        return None
    at = datetime.fromisoformat(row[0]) if isinstance(row[0], str) else row[0]
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def find_lag() -> str:
    """Why this process must not answer; empty when it may, and always when no LEASE is set.

    A heartbeat out of the future proves nothing either: then one of the two clocks is wrong.
    """
    if settings.LEASE is None:
        return ""
    at = read_heartbeat()
    if at is None:
        return "This copy of the log is not complete yet."
    age = datetime.now(UTC) - at
    lease = timedelta(seconds=settings.LEASE)
    if age > lease:
        return f"This copy of the log heard from the desk {age.total_seconds():.0f} s ago."
    if age < -lease:
        return "The clocks of the desk and of this machine disagree."
    return ""


def require_lease() -> None:
    """Raise the `Problem` 503 when what this database holds may be out of date: never a stale 200."""
    if lag := find_lag():
        raise Problem(503, f"{lag} It answers again once it has caught up.", headers={"Retry-After": "5"})
