"""How far each API database has come: asked of PostgreSQL after a commit, never waited for inside a transaction.

Whoever has applied the place in PostgreSQL's own log where the desk stood after a publication serves it. Who has not
answers 503 once the lease has run out (`stories/api/http/lease.py`): the heartbeats follow the publication in that log.
"""

import re
import time
from dataclasses import dataclass

from django.db import connection

PAUSE = 0.02
"""Seconds between two looks."""

MARK = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
"""What a place in PostgreSQL's log looks like."""

# Each subscription holds one lasting slot; while it copies tables PostgreSQL adds some of its own.
READ_COPIES = r"""
SELECT s.slot_name, coalesce(r.replay_lsn >= %s::pg_lsn, FALSE), r.pid IS NOT NULL,
       pg_current_wal_lsn() - coalesce(r.replay_lsn, s.confirmed_flush_lsn)
FROM pg_replication_slots s LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
WHERE s.slot_type = 'logical' AND s.database = current_database() AND s.slot_name NOT LIKE 'pg\_%%\_sync\_%%'
ORDER BY s.slot_name
"""


@dataclass(frozen=True)
class Copy:
    """An API database: its name, whether it has applied what was asked about, whether it is connected.

    `behind` counts bytes of PostgreSQL's log.
    """

    name: str
    has_it: bool
    is_connected: bool
    behind: int


def mark_now() -> str:
    """The place in PostgreSQL's log behind everything committed by now; empty on SQLite, which replicates nothing."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        return str(cursor.fetchone()[0])


def list_copies(mark: str) -> list[Copy]:
    """Every API database that this desk replicates to, by name; `mark` is from `mark_now`."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(READ_COPIES, [mark or "0/0"])
        return [Copy(name, has_it, connected, int(behind or 0)) for name, has_it, connected, behind in cursor]


def wait_for_copies(mark: str, *, within: float) -> list[Copy]:
    """Look until every API database has applied `mark`, at most `within` seconds; returns those that have not."""
    deadline = time.monotonic() + within
    while True:
        behind = [copy for copy in list_copies(mark) if not copy.has_it]
        if not behind or time.monotonic() >= deadline:
            return behind
        time.sleep(PAUSE)
