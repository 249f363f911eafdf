"""Append-only sequences, for the ledger and the public log alike: next place, canonical payload, hash, verify."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.models.functions import Now

FORMAT = 2
"""The form of every new payload, written into it. Rows of format 1 stay as they are and go on to verify."""

LOCK_TABLE = "stories_appendlock"
"""On PostgreSQL, the private table of one row that every writer locks: who may not write it can hold nobody up.

No model has it, since SQLite needs none; `migrate` makes it (`database.postgresql`).
"""


def canonical(value: Any) -> str:
    """`value` as canonical JSON: sorted keys, no spaces, nothing escaped that need not be (rule: hash-chain).

    Byte for byte what `json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)` writes, in a
    tenth of the time. Raises TypeError for what JSON cannot say, and for half a surrogate pair.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def format_time(time: datetime) -> str:
    """`time` as the payloads write it: UTC, milliseconds, e.g. 2025-11-21T13:05:00.000Z."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def digest(text: str) -> str:
    """Hex SHA-256 of `text` in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


class Refused(Exception):
    """Nothing was appended; `reasons` say why, each a sentence for the person who asked."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)

    def settle(self) -> None:
        """What is still to be put on record of an act that was refused, once all else of it is undone: nothing."""


class Overtaken(Refused):
    """Somebody else was faster: what the person who asked had before them is no longer how it stands."""


STANDBY_IS_THERE = """
SELECT current_setting('synchronous_standby_names') = ''
    OR EXISTS (SELECT 1 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))
"""
STANDBY_AWAY = (
    "Nothing was recorded: the standby database is away, and what only one machine knows can be lost. Try again in a "
    "minute. Whoever runs the desk can let it go on alone: docs/deploy.md, “Without the standby”."
)
LOCK_IS_HELD = "Nothing was recorded: something else has been writing for too long. Try again in a minute."
LOCK_IS_GONE = (
    f"Nothing was recorded: the row of {LOCK_TABLE}, by which writers wait for each other, is missing. Whoever runs "
    "the desk can put it back: manage.py migrate."
)

AHEAD = timedelta(minutes=5)
"""No machine's clock is further ahead of the database's than this; a row whose time is, is not written."""

CLOCK_IS_AHEAD = (
    "nothing was recorded: the clock of this machine is more than five minutes ahead of the database's. Whoever runs "
    "the desk must set it right (NTP)."
)


_IS_HELD = ContextVar("append_lock_is_held", default=False)
"""Whether this thread is inside the append lock already."""


@contextmanager
def append_lock() -> Iterator[None]:
    """One transaction that alone may append to the ledger and the log (rule: one-sequence).

    On SQLite the transaction is IMMEDIATE and so holds the write lock already. Raises `Refused`, and nothing stays
    written, when the lock cannot be had in time or is missing, when the synchronous standby that PostgreSQL is set up
    to wait for is away (a commit would hang, and hold the lock), and when a guard finds the time too far ahead. What a
    refusal leaves to put on record is written when all is undone (`Refused.settle`).
    """
    is_inner = _IS_HELD.get()
    before = _IS_HELD.set(True)
    try:
        with refused_when_ahead(), ExitStack() as stack:
            try:
                stack.enter_context(transaction.atomic())
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        cursor.execute(STANDBY_IS_THERE)
                        if cursor.fetchone() != (True,):
                            raise Refused([STANDBY_AWAY])
                        cursor.execute(f"SELECT 1 FROM {LOCK_TABLE} FOR UPDATE")  # noqa: S608
                        if cursor.fetchone() is None:
                            raise Refused([LOCK_IS_GONE])
            except OperationalError as error:
                if "lock" not in str(error):  # SQLite: “database is locked”; PostgreSQL: “… due to lock timeout”
                    raise
                raise Refused([LOCK_IS_HELD]) from error
            yield
    except Refused as refusal:
        if not is_inner:
            refusal.settle()
        raise
    finally:
        _IS_HELD.reset(before)


@contextmanager
def refused_when_ahead() -> Iterator[None]:
    """What a guard says of a time that is ahead, as a refusal (rule: one-sequence)."""
    try:
        yield
    except IntegrityError as error:
        if CLOCK_IS_AHEAD not in str(error):
            raise
        raise Refused([CLOCK_IS_AHEAD[0].upper() + CLOCK_IS_AHEAD[1:]]) from error


@dataclass(frozen=True)
class Place:
    """Where the next row of a sequence goes: its number, the hash it follows, and its time."""

    number: int
    previous_hash: str
    at: datetime


def next_place(rows: models.QuerySet[Any], *, now: datetime) -> Place:
    """The next place after `rows` (ledger or log); its time never lies before the last row's (rule: one-sequence)."""
    last = rows.order_by("-pk").values_list("pk", "hash", "at").first()
    if last is None:
        return Place(1, "", now)
    number, previous_hash, at = last
    return Place(number + 1, previous_hash, max(now, at))


def head_ahead(rows: models.QuerySet[Any]) -> Any:
    """The newest of `rows` (ledger or log) when its time is too far ahead of the database's clock; else None."""
    newest = rows.order_by("-pk").values("pk")[:1]
    return rows.filter(pk=newest, at__gt=Now() + AHEAD).first()


def seal(row: Any, payload: dict[str, Any], place: Place) -> None:
    """Write the canonical `payload` and its hash into `row`."""
    row.payload = canonical(payload)
    row.hash = digest(place.previous_hash + row.payload)


@dataclass(frozen=True)
class ChainHead:
    """The newest row of a sequence. (0, "", None) stands for an empty one."""

    place: int
    hash: str
    at: datetime | None


class BrokenChain(Exception):
    """A row that does not follow from the one before it; the message names it and says why, `place` is its key."""

    def __init__(self, message: str, *, place: int) -> None:
        super().__init__(message)
        self.place = place


def verify_rows(
    rows: Iterable[Any],
    payload_of: Callable[[Any], dict[str, Any]],
    *,
    name: str,
    expect: dict[int, str] | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> ChainHead:
    """Re-compute the chain of `rows` (in order) and return its head.

    `payload_of` rebuilds a row's payload from its columns; `expect` maps places to the hashes that heads exported
    earlier hold. Raises `BrokenChain` at the first row whose place, columns, time or hash is wrong.
    """
    place, previous_hash, at = 0, "", None
    expected = dict(expect or {})
    for row in rows:
        place += 1
        if row.pk != place:
            raise BrokenChain(f"{name} {place} is missing: the next row is {row.pk}", place=place)
        if row.payload != canonical(payload_of(row)):
            raise BrokenChain(f"{name} {place}: its columns are not what its payload says", place=place)
        if row.hash != digest(previous_hash + row.payload):
            raise BrokenChain(
                f"{name} {place}: its hash does not follow from {name} {place - 1} and its payload", place=place
            )
        if at is not None and row.at < at:
            raise BrokenChain(f"{name} {place}: its time lies before that of {name} {place - 1}", place=place)
        if expected.pop(place, row.hash) != row.hash:
            raise BrokenChain(
                f"{name} {place}: its hash is not the one exported earlier: history was rewritten", place=place
            )
        previous_hash, at = row.hash, row.at
        progress(place)
    expected.pop(0, None)
    if expected:
        raise BrokenChain(
            f"{name} {min(expected)} was exported earlier and is gone: the tail was cut at {place}", place=place
        )
    return ChainHead(place, previous_hash, at)
