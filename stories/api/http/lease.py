"""The lease: on a replicated database a process answers only while the desk's heartbeat is young.

Young by two clocks. The time in the heartbeat is the desk's, so a machine whose own clock is wrong, or is set back,
would take an old one for young; therefore every process also counts, by a clock that nobody can set, how long it has
seen the same heartbeat.
"""

from datetime import UTC, datetime, timedelta
from math import inf
from threading import Thread
from time import monotonic, sleep

from django.conf import settings
from django.db import Error, connection

from stories.api import log
from stories.api.http.problems import Problem

CLOCK_ERROR = timedelta(seconds=1)
"""How far the desk's clock may be ahead of this machine's. The desk waits so much longer than the lease."""

# While PostgreSQL still copies a table, the heartbeat may be there before the log is.
COPIED = "AND NOT EXISTS (SELECT 1 FROM pg_subscription_rel WHERE srsubstate <> 'r')"

# By the database's own clock; one row when this database follows another, empty while the two are not connected.
CONTACT = """
SELECT min(extract(epoch FROM clock_timestamp() - w.last_msg_receipt_time))::float8
FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
LEFT JOIN pg_stat_subscription w ON w.subid = s.oid AND w.relid IS NULL GROUP BY s.oid
"""


def read_heartbeat() -> datetime | None:
    """When the desk last said that it is there, as this database has it; None before the whole log is here."""
    copied = COPIED if connection.vendor == "postgresql" else ""
    row = log.fetch_row(f"SELECT b.at FROM stories_heartbeat b WHERE b.id = 1 {copied}")  # noqa: S608
    if row is None:
        return None
    at = datetime.fromisoformat(row[0]) if isinstance(row[0], str) else row[0]
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def read_contact_age() -> float:
    """Seconds since this database last heard from the one it follows; 0 when it follows none, inf when out of touch."""
    row = log.fetch_row(CONTACT) if connection.vendor == "postgresql" else (0.0,)
    age: float | None = row[0] if row else 0.0
    return inf if age is None or age < 0 else age


class Watch:
    """Since when this process has known the newest heartbeat, by its monotonic clock."""

    def __init__(self) -> None:
        self.at: datetime | None = None
        self.since = self.looked = -inf

    def find_silence(self, at: datetime) -> float:
        """Seconds for which `at` may have been the newest heartbeat; inf when nothing tells.

        One that is new to this process came after its last look, or else while the database was still in touch.
        """
        now = monotonic()
        if at != self.at:
            self.at, self.since = at, max(self.looked, now - read_contact_age())
        self.looked = now
        return now - self.since


WATCH = Watch()


def find_lag() -> str:
    """Why this process must not answer; empty when it may, and always when no LEASE is set.

    A heartbeat out of the future proves nothing either: then one of the two clocks is wrong.
    """
    if settings.LEASE is None:
        return ""
    at = read_heartbeat()
    if at is None:
        return "This copy of the log is not complete yet."
    silence = WATCH.find_silence(at)
    age = datetime.now(UTC) - at
    if age > timedelta(seconds=settings.LEASE):
        return f"This copy of the log heard from the desk {age.total_seconds():.0f} s ago."
    if age < -CLOCK_ERROR:
        return "The clocks of the desk and of this machine disagree."
    if silence > settings.LEASE:
        return "This copy of the log is out of touch with the desk."
    return ""


def require_lease() -> None:
    """Raise the `Problem` 503 when what this database holds may be out of date: never a stale 200."""
    if lag := find_lag():
        raise Problem(503, f"{lag} It answers again once it has caught up.", headers={"Retry-After": "5"})


def watch_heartbeat() -> None:
    """Let this process look at the heartbeat every second, on a connection of its own, when there is a LEASE.

    Else one that nobody asks for a while could not tell, once the desk is gone, how long ago it went.
    """
    if settings.LEASE is not None:
        Thread(target=keep_looking, daemon=True).start()


def keep_looking() -> None:
    """Look every second, for ever; a database that is away is waited for."""
    while True:
        try:
            find_lag()
        except Error:
            connection.close()
        sleep(1)
