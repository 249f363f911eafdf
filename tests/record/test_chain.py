"""Ledger and log are chains of hashes, and one who follows a chain says where it breaks. (rules: hash-chain,
one-sequence)"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone as clock

from stories.chain import (
    BrokenChain,
    ChainHead,
    Place,
    Refused,
    digest,
    format_time,
    head_ahead,
    next_place,
    seal,
    verify_rows,
)
from stories.database import drop_guards
from stories.models import Decision, Publication
from tests.rows import Desk, append, next_decision
from tests.world import NOON, World


@dataclass
class Row:
    """A row of some sequence."""

    pk: int
    at: datetime
    says: str
    payload: str = ""
    hash: str = ""


def payload_of(row: Row) -> dict[str, Any]:
    return {"says": row.says, "place": row.pk}


def chained(*times: datetime) -> list[Row]:
    """A sound chain, one row for each of `times`."""
    rows: list[Row] = []
    for place, at in enumerate(times, 1):
        rows.append(Row(place, at, f"row {place}"))
        seal(rows[-1], payload_of(rows[-1]), Place(place, rows[-2].hash if place > 1 else "", at))
    return rows


@pytest.fixture
def rows() -> list[Row]:
    return chained(NOON, NOON, NOON + timedelta(hours=1))


def broken(rows: list[Row], **more: Any) -> tuple[str, int]:
    """What is said of the first row that does not follow, and its place."""
    with pytest.raises(BrokenChain) as error:
        verify_rows(rows, payload_of, name="seq", **more)
    return str(error.value), error.value.place


# ---- What is written ------------------------------------------------------------------------------------------


def test_a_digest_is_the_sha_256_of_the_text_in_utf_8() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


@pytest.mark.parametrize(
    ("time", "written"),
    [
        (datetime(2025, 11, 21, 13, 5, tzinfo=UTC), "2025-11-21T13:05:00.000Z"),
        (datetime(2025, 1, 2, 3, 4, 5, 67_999, tzinfo=UTC), "2025-01-02T03:04:05.067Z"),
        (datetime(2025, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))), "2024-12-31T23:30:00.000Z"),
    ],
)
def test_a_time_is_written_in_utc_to_the_millisecond(time: datetime, written: str) -> None:
    assert format_time(time) == written


def test_where_the_machine_stands_is_no_matter() -> None:
    with override_settings(TIME_ZONE="Asia/Kathmandu"):
        assert format_time(NOON) == "2025-11-21T12:00:00.000Z"


def test_a_row_is_sealed_by_the_hash_before_it_and_its_own_payload(rows: list[Row]) -> None:
    first, second, _ = rows
    assert [one.payload for one in (first, second)] == ['{"place":1,"says":"row 1"}', '{"place":2,"says":"row 2"}']
    assert first.hash == digest(first.payload)
    assert second.hash == digest(first.hash + second.payload)


# ---- What is found --------------------------------------------------------------------------------------------


def test_a_sound_chain_gives_its_head(rows: list[Row]) -> None:
    walked: list[int] = []
    assert verify_rows(rows, payload_of, name="seq", progress=walked.append) == ChainHead(3, rows[2].hash, rows[2].at)
    assert walked == [1, 2, 3]
    assert verify_rows([], payload_of, name="seq") == ChainHead(0, "", None)


def test_heads_exported_earlier_are_met(rows: list[Row]) -> None:
    heads = {0: "", 1: rows[0].hash, 3: rows[2].hash}
    given = dict(heads)
    assert verify_rows(rows, payload_of, name="seq", expect=heads).place == 3
    assert heads == given


def _cut_out(rows: list[Row]) -> None:
    del rows[1]


def _change_column(rows: list[Row]) -> None:
    rows[1].says = "another"


def _seal_anew(rows: list[Row]) -> None:
    _change_column(rows)
    seal(rows[1], payload_of(rows[1]), Place(2, "", rows[1].at))


def _set_back(rows: list[Row]) -> None:
    rows[1].at = NOON - timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_cut_out, "seq 2 is missing: the next row is 3"),
        (_change_column, "seq 2: its columns are not what its payload says"),
        (_seal_anew, "seq 2: its hash does not follow from seq 1 and its payload"),
        (_set_back, "seq 2: its time lies before that of seq 1"),
    ],
)
def test_the_first_row_that_does_not_follow_is_named(
    rows: list[Row], harm: Callable[[list[Row]], None], said: str
) -> None:
    harm(rows)
    assert broken(rows) == (said, 2)


def test_history_that_was_written_anew_is_not_the_one_exported(rows: list[Row]) -> None:
    assert broken(rows, expect={2: "0" * 64}) == (
        "seq 2: its hash is not the one exported earlier: history was rewritten",
        2,
    )


def test_a_tail_that_was_cut_is_missed(rows: list[Row]) -> None:
    heads = {2: rows[1].hash, 3: rows[2].hash}
    gone = "seq 2 was exported earlier and is gone: the tail was cut at 1"
    assert broken(rows[:1], expect=heads) == (gone, 1)


# ---- Where the next row goes ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_next_place_follows_the_last_row_and_never_lies_before_it() -> None:
    log = Publication.objects.all()
    assert next_place(log, now=NOON) == Place(1, "", NOON)
    world = World()
    world.fact()
    world.fact(world.claim("The port is closed."))
    last = log.get(pk=2)
    later = last.at + timedelta(hours=1)
    assert next_place(log, now=later) == Place(3, last.hash, later)
    assert next_place(log, now=NOON - timedelta(hours=1)) == Place(3, last.hash, last.at)


@pytest.mark.parametrize(("minutes", "is_ahead"), [(-60, False), (4, False), (6, True)])
def test_a_head_is_ahead_of_the_databases_clock_by_more_than_five_minutes(
    desk: Desk, minutes: int, is_ahead: bool
) -> None:
    at = clock.now().replace(microsecond=0) + timedelta(minutes=minutes)
    row = next_decision(desk, desk.unverified, "proposed", "reporter", at=at)
    drop_guards(connection)  # which would not have it
    append(row)
    assert head_ahead(Decision.objects.all()) == (row if is_ahead else None)
    assert head_ahead(Decision.objects.exclude(pk=row.pk)) is None


def test_a_refusal_keeps_its_reasons_and_says_them() -> None:
    refusal = Refused(("It is late.", "It is cold."))
    assert (refusal.reasons, str(refusal)) == (["It is late.", "It is cold."], "It is late. It is cold.")
