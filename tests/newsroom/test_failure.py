"""What an editor sees when the database is away, full or locked: what to do, and never a word of success."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from stories.chain import LOCK_IS_GONE, LOCK_IS_HELD, LOCK_TABLE, STANDBY_AWAY, Refused, append_lock
from stories.database import install_triggers
from stories.models import Decision
from stories.monitor.health import problems
from tests.admin.conftest import all_rows
from tests.world import World


@pytest.mark.django_db
def test_a_database_that_is_away_is_a_503_that_says_how_to_go_on(monkeypatch, client: Client) -> None:
    world = World()
    client.raise_request_exception = False
    client.force_login(world.editor)

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("stories.admin.site.list_blocks", fail)
    answer = client.get("/admin/")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    page = answer.content.decode()
    assert "What you sent may not have been recorded." in page
    assert "disk is full" not in page


@pytest.mark.django_db
def test_another_fault_of_ours_is_a_500_that_says_how_to_go_on(monkeypatch, client: Client) -> None:
    world = World()
    client.raise_request_exception = False
    client.force_login(world.editor)

    def fail(*args: object, **kwargs: object) -> None:
        raise ValueError("the inside of the desk")

    monkeypatch.setattr("stories.admin.site.list_blocks", fail)
    answer = client.get("/admin/")
    page = answer.content.decode()
    assert (answer.status_code, "The database does not answer" in page) == (500, False)
    assert "The fault is ours, and it stands in the desk's log. What you sent may not have been recorded." in page
    assert "the inside of the desk" not in page


@pytest.fixture
def held_lock(tmp_path: Path, transactional_db: None) -> Iterator[None]:
    """Somebody else writes, and does not stop; we wait for a tenth of a second."""
    if connection.vendor == "sqlite":
        pytest.skip("the test database of SQLite lies in memory: nobody else can hold its lock")
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 100")
    other = connection.copy("other")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"SELECT 1 FROM {LOCK_TABLE} FOR UPDATE")
        yield
    finally:
        other.close()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def test_a_lock_that_cannot_be_had_is_told_and_nothing_is_written(held_lock: None) -> None:
    world = World()
    claim = world.claim("One.")
    passage = world.passage(claim, "courier", "wire", quote="One")
    before = all_rows()
    with pytest.raises(Refused) as refusal:
        world.proposal(claim, passage, wording="One, Wire reports.")
    assert refusal.value.reasons == [LOCK_IS_HELD]
    assert all_rows() == before


@pytest.mark.django_db
def test_without_the_row_to_lock_nothing_is_written() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has a lock of its own")
    world = World()
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {LOCK_TABLE}")
    before = all_rows()
    with pytest.raises(Refused) as refusal:
        world.proposal(claim, passage)
    assert refusal.value.reasons == [LOCK_IS_GONE]
    assert all_rows() == before
    assert problems(connection) == [
        f"The row of {LOCK_TABLE} is missing, by which writers wait: nothing can be recorded."
    ]
    install_triggers(connection)
    assert (problems(connection), world.proposal(claim, passage).seq) == ([], 1)


def test_sqlite_says_the_same(tmp_path: Path, monkeypatch) -> None:
    """As SQLite words it: BEGIN IMMEDIATE on a file that somebody else holds."""
    holder = sqlite3.connect(tmp_path / "held", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    waiting = sqlite3.connect(tmp_path / "held", timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="lock"):
        waiting.execute("BEGIN IMMEDIATE")
    holder.close()


@pytest.mark.django_db
def test_without_the_standby_nothing_is_recorded(monkeypatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no standby")
    monkeypatch.setattr("stories.chain.STANDBY_IS_THERE", "SELECT FALSE")
    with pytest.raises(Refused) as refusal, append_lock():
        pass
    assert refusal.value.reasons == [STANDBY_AWAY]
    assert Decision.objects.count() == 0


def write_for_ever(world: World) -> None:
    """Propose one claim after another; with a limit that nothing reaches unless the disk is full."""
    for number in range(10_000):
        claim = world.claim(f"{number}.")
        world.proposal(claim, world.passage(claim, "courier", "wire", quote=f"{number}"), wording="Wire." * 150)


@pytest.mark.django_db
def test_a_full_disk_leaves_nothing_half_written_and_needs_no_repair() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("how a full disk looks is SQLite's to show here: its files can be kept from growing")
    world = World()
    claim = world.claim("One.")
    passage = world.passage(claim, "courier", "wire", quote="One")
    before = all_rows()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        try:
            with pytest.raises(OperationalError, match="full"), transaction.atomic():
                write_for_ever(world)
        finally:
            cursor.execute("PRAGMA max_page_count = 1000000")
    assert all_rows() == before
    world.proposal(claim, passage, wording="One, Wire reports.")
    assert Decision.objects.count() == 1
