"""Faults of a whole desk: API databases that lag, a standby that is away, workers and a primary that are killed.

What was acknowledged is there, nothing that was withdrawn is served, and what cannot be done is said.
"""

import http.client
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

psycopg = pytest.importorskip("psycopg", reason="requirements-production.txt is not installed")

from ops.people import REDIRECT, Person, work_at_once  # noqa: E402
from ops.stack import LEASE, Stack, wait_until  # noqa: E402
from stories.chain import LOCK_TABLE  # noqa: E402
from tests.stack.asking import ask, count, everywhere, facts_of, revive, status_of  # noqa: E402
from tests.stack.losses import assert_nothing_lost  # noqa: E402

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("stack")]

IS_SAMPLE = bool(os.environ.get("PROOF_SEED"))
"""Where the longest proofs are sampled (conftest.py), these two are a third as long."""
WITHDRAWALS = 100 if IS_SAMPLE else 300
KILLING = 20.0 if IS_SAMPLE else 60.0
"""Seconds for which workers are killed."""


class Poller(threading.Thread):
    """Asks for one fact all the time; keeps it when it was shown while its withdrawal was acknowledged."""

    def __init__(self, shows: Callable[[str], bool]) -> None:
        super().__init__()
        self.shows, self.fact = shows, ""
        self.is_over = self.is_acknowledged = False
        self.seen = 0
        self.stale: list[str] = []

    def run(self) -> None:
        while not self.is_over:
            fact, was_acknowledged = self.fact, self.is_acknowledged
            shown = self.shows(fact)
            self.seen += 1
            if was_acknowledged and shown:
                self.stale.append(fact)
            time.sleep(0.01)


def shown_at(url: str) -> Callable[[str], bool]:
    """Whether the API process at `url` shows a fact on its own page."""
    return lambda fact: status_of(f"{url}/api/v1/facts/{fact}/") == http.client.OK


def listed_by(nginx: str) -> Callable[[str], bool]:
    """Whether a fact stands in the list that nginx keeps, asked for less often than nginx allows a reader."""

    def is_listed(fact: str) -> bool:
        time.sleep(0.03)
        status, page = ask(f"{nginx}/api/v1/facts/?page_size=100")
        assert status == http.client.OK, page
        return fact in page.decode()

    return is_listed


def test_what_is_withdrawn_is_shown_nowhere_once_it_is_acknowledged(
    stack: Stack, reporter: Person, editor: Person
) -> None:
    """Fact by fact, round and round, both API processes and nginx polled all the while."""
    facts = facts_of(stack)
    pollers = [Poller(shown_at(stack.api_url(name))) for name in stack.apis] + [Poller(listed_by(stack.front_url))]
    for poller in pollers:
        poller.fact = facts[0][1]
        poller.start()
    begun = time.monotonic()
    try:
        for number in range(WITHDRAWALS):
            claim, fact = facts[number % len(facts)]
            for poller in pollers:
                poller.fact = fact
            status, page = editor.withdraw(claim)
            assert status == REDIRECT, page
            assert "not yet at" not in page
            for poller in pollers:
                poller.is_acknowledged = True
            assert status_of(f"{stack.front_url}/api/v1/facts/{fact}/") == http.client.GONE
            assert everywhere(stack, fact, http.client.GONE)
            for poller in pollers:
                poller.is_acknowledged = False
            revive(reporter, editor, claim)
            wait_until(lambda fact=fact: everywhere(stack, fact, http.client.OK), what=f"revival {number}")
    finally:
        for poller in pollers:
            poller.is_over = True
        for poller in pollers:
            poller.join()
    seen, stale = [poller.seen for poller in pollers], [fact for poller in pollers for fact in poller.stale]
    print(f"{WITHDRAWALS} withdrawals in {time.monotonic() - begun:.0f} s; polls: {seen}; {len(stale)} stale")
    assert stale == []
    assert min(seen) > WITHDRAWALS


def test_an_api_database_that_lags_holds_nobody_up_and_answers_503(
    stack: Stack, reporter: Person, editor: Person
) -> None:
    claim, fact = facts_of(stack)[1]
    stack.apis["api2"].execute("ALTER SUBSCRIPTION api2 DISABLE", database="facts")
    try:
        begun = time.monotonic()
        status, page = editor.withdraw(claim)
        assert (status, "It is recorded, not yet at api2." in page) == (REDIRECT, True)
        assert time.monotonic() - begun < LEASE
        wait_until(lambda: status_of(f"{stack.api_url('api2')}/api/v1/head/") == 503, what="503", within=LEASE + 2)
        assert status_of(f"{stack.api_url('api1')}/api/v1/facts/{fact}/") == http.client.GONE
        assert status_of(f"{stack.front_url}/api/v1/facts/{fact}/") == http.client.GONE
        assert status_of(f"{stack.api_url('api2')}/readyz") == 503
    finally:
        stack.apis["api2"].execute("ALTER SUBSCRIPTION api2 ENABLE", database="facts")
    wait_until(lambda: everywhere(stack, fact, http.client.GONE), what="api2 again, by itself")
    revive(reporter, editor, claim)


def test_without_the_standby_nothing_is_recorded_and_readers_do_not_notice(stack: Stack, editor: Person) -> None:
    claim, fact = facts_of(stack)[2]
    before = count(stack)
    stack.standby.stop()
    try:
        status, page = editor.withdraw(claim)
        assert (status, "the standby database is away" in page) == (422, True)
        assert count(stack) == before
        time.sleep(LEASE + 1)
        assert everywhere(stack, fact, http.client.OK)
    finally:
        stack.standby.start()
    is_sync = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
    wait_until(lambda: stack.primary.execute(is_sync) != [], what="standby back")
    assert editor.withdraw(claim)[0] == REDIRECT


def test_a_lock_that_is_held_too_long_is_told_and_nothing_is_recorded(stack: Stack, editor: Person) -> None:
    claim, _ = facts_of(stack)[2]
    before = count(stack)
    with psycopg.connect(f"host=127.0.0.1 port={stack.primary.port} user=owner dbname=desk") as holder:
        holder.execute(f"SELECT 1 FROM {LOCK_TABLE} FOR UPDATE")
        status, page = editor.withdraw(claim)
    assert (status, "something else has been writing for too long" in page) == (422, True)
    assert count(stack) == before
    assert editor.withdraw(claim)[0] == REDIRECT


def connections_until_none_is_left(target: str) -> list:
    taken = []
    while True:
        try:
            taken.append(psycopg.connect(target))
        except psycopg.OperationalError:  # too many clients; the last slots are the superuser's
            return taken


def test_without_a_free_connection_the_editor_is_told_and_it_recovers(stack: Stack, editor: Person) -> None:
    claim, _ = facts_of(stack)[2]
    before = count(stack)
    taken = []
    # The workers keep theirs open; they lose them, and find none free.
    stack.primary.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk'")
    try:
        target = f"host=127.0.0.1 port={stack.primary.port} user=desk dbname=desk"
        taken += connections_until_none_is_left(target)
        status, page = editor.withdraw(claim)
        assert (status, "What you sent may not have been recorded." in page) == (503, True)
    finally:
        for connection in taken:
            connection.close()
    assert count(stack) == before
    wait_until(lambda: stack.answers(f"{stack.desk_url}/readyz"), what="desk ready")
    assert editor.withdraw(claim)[0] == REDIRECT


def age_of_heartbeat(stack: Stack, name: str) -> float:
    """Seconds since the heartbeat that the API database `name` has."""
    age = "SELECT extract(epoch FROM clock_timestamp() - at)::float8 FROM stories_heartbeat"
    return stack.apis[name].execute(age, database="facts")[0][0]


def test_the_api_reads_on_while_the_desk_is_upgraded(stack: Stack) -> None:
    """The desk is stopped, migrated and started; while its heartbeat is away for less than the lease, nobody notices.

    How long a machine takes to start it again is measured: a second less than the lease is young for certain.
    """
    over = threading.Event()
    seen: list[tuple[int, bool]] = []

    def poll() -> None:
        while not over.is_set():
            for name in stack.apis:
                begun, age = time.monotonic(), age_of_heartbeat(stack, name)
                status = status_of(f"{stack.api_url(name)}/api/v1/head/")
                seen.append((status, age + time.monotonic() - begun < LEASE - 1))
            time.sleep(0.05)

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        stack.kill("desk")
        stack.manage("migrate", "-v0")
        stack.apply(stack.primary, stack.manage("print_grants"))
        stack.kill("heartbeat")
        stack.start_desk(stack.primary)
        wait_until(lambda: stack.answers(f"{stack.desk_url}/readyz"), what="desk ready")
    finally:
        over.set()
        reader.join()
    young = [status for status, is_young in seen if is_young]
    print(f"{len(seen)} polls, {len(seen) - len(young)} of them while the heartbeat was old")
    assert set(young) == {http.client.OK}
    for name in stack.apis:
        wait_until(lambda name=name: stack.answers(f"{stack.api_url(name)}/readyz"), what=f"{name} ready")


def test_eight_editors_lose_nothing_while_workers_are_killed(stack: Stack) -> None:
    killed = 0

    def kill_workers(acknowledged: set[str]) -> None:
        nonlocal killed
        chance, until = random.Random(8), time.monotonic() + KILLING
        while time.monotonic() < until:
            time.sleep(chance.uniform(0.5, 3))
            desk = stack.processes["desk"].pid
            workers = Path(f"/proc/{desk}/task/{desk}/children").read_text().split()
            if workers:
                os.kill(int(chance.choice(workers)), signal.SIGKILL)
                killed += 1

    tried, acknowledged = work_at_once(stack, "workers killed", kill_workers)
    print(f"{killed} workers killed")
    assert killed > KILLING / 6
    assert len(acknowledged) >= 10
    assert_nothing_lost(stack, "workers killed", tried, acknowledged)


def test_a_lost_decision_would_be_noticed(stack: Stack) -> None:
    """The proof can fail: an acknowledgement without a row, and a row without an attempt."""
    rows = stack.primary.execute(
        "SELECT rationale FROM stories_decision WHERE rationale LIKE 'editor-_, workers killed, %'", database="desk"
    )
    recorded = {row[0] for row in rows}
    with pytest.raises(AssertionError):
        assert_nothing_lost(stack, "workers killed", recorded, recorded | {"editor-0, workers killed, 99999"})
    with pytest.raises(AssertionError):
        assert_nothing_lost(stack, "workers killed", recorded - {min(recorded)}, set())


def test_a_dump_taken_while_eight_editors_work_is_a_whole_desk(stack: Stack) -> None:
    """Restored elsewhere it verifies, and its log is what the log was then, to the byte."""
    before: set[str] = set()
    copy, file = stack.apis["api1"], stack.apis["api1"].folder / "backup.dump"

    def dump(acknowledged: set[str]) -> None:
        wait_until(lambda: len(acknowledged) >= 10, what="ten decisions", within=60)
        before.update(acknowledged)
        stack.primary.run(
            "pg_dump", "--format=custom", f"--file={file}", f"--dbname={stack.primary.url('owner', 'desk')}"
        )

    tried, acknowledged = work_at_once(stack, "dump", dump)
    copy.execute("CREATE DATABASE desk")
    try:
        where = f"--dbname={copy.url('owner', 'desk')}"
        copy.run("pg_restore", "--no-owner", "--no-acl", "--no-publications", where, str(file))
        rows = "SELECT position, payload, hash FROM stories_publication ORDER BY position"
        copied = copy.execute(rows, database="desk")
        assert copied == stack.primary.execute(rows, database="desk")[: len(copied)]
        assert_nothing_lost(stack, "dump", tried, before, database=copy)
    finally:
        copy.execute("DROP DATABASE desk")
    assert_nothing_lost(stack, "dump", tried, acknowledged)
