"""Clocks that are wrong: the desk's, that of its database, those of the API's machines.

No time in the ledger goes back, nothing old is served, and all goes on by itself once the clock is right.
"""

import http.client
import time
from collections.abc import Iterator

import pytest

psycopg = pytest.importorskip("psycopg", reason="requirements-production.txt is not installed")

from ops.people import EDITORS, REDIRECT, Person  # noqa: E402
from ops.stack import LEASE, Stack, wait_until  # noqa: E402
from tests.stack.asking import everywhere, facts_of, revive, status_of, why_not  # noqa: E402
from tests.stack.clock import Clock  # noqa: E402

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("stack")]

AN_HOUR_OLD = [
    f"This copy of the log heard from the desk {age} s ago. It answers again once it has caught up."
    for age in (3600, 3601)
]
CLOCKS_DISAGREE = "The clocks of the desk and of this machine disagree. It answers again once it has caught up."
OUT_OF_TOUCH = "This copy of the log is out of touch with the desk. It answers again once it has caught up."


@pytest.fixture
def clock(stack: Stack) -> Clock:
    clock = Clock(stack.folder / "clock")
    assert clock.environment
    return clock


@pytest.fixture
def desk_clock(stack: Stack, clock: Clock) -> Iterator[Clock]:
    """The clock of the desk's machine, on which the heartbeat runs, too."""
    restart_desk(stack, **clock.environment)
    yield clock
    restart_desk(stack)


@pytest.fixture
def api2_clock(stack: Stack, clock: Clock) -> Iterator[Clock]:
    """The clock of the machine of api2."""
    restart_api2(stack, **clock.environment)
    wait_until(lambda: stack.answers(f"{stack.api_url('api2')}/readyz"), what="api2 ready")
    yield clock
    restart_api2(stack)
    wait_until(lambda: stack.answers(f"{stack.api_url('api2')}/readyz"), what="api2 ready")


def restart_desk(stack: Stack, **environment: str) -> None:
    stack.kill("desk")
    stack.kill("heartbeat")
    stack.start_desk(stack.primary, **environment)
    wait_until(lambda: stack.answers(f"{stack.desk_url}/readyz"), what="desk ready")
    for name in stack.apis:
        wait_until(lambda name=name: stack.answers(f"{stack.api_url(name)}/readyz"), what=f"{name} ready")


def restart_api2(stack: Stack, **environment: str) -> None:
    stack.kill("api2")
    stack.start_api("api2", **environment)
    wait_until(lambda: stack.answers(f"{stack.api_url('api2')}/healthz"), what="api2 up")


def decisions_after(stack: Stack, seq: int) -> list[tuple]:
    """(seq, verdict, time) of the decisions after `seq`."""
    rows = f"SELECT seq, verdict, at FROM stories_decision WHERE seq > {seq} ORDER BY seq"
    return stack.primary.execute(rows, database="desk")


def test_a_desk_whose_clock_is_set_back_an_hour_records_no_time_before_the_last(
    stack: Stack, reporter: Person, editor: Person, desk_clock: Clock
) -> None:
    """What is decided meanwhile counts, at the time of the last decision before; readers get 503, and nothing old."""
    claim, fact = facts_of(stack)[0]
    assert editor.withdraw(claim)[0] == REDIRECT
    last, _, last_at = decisions_after(stack, 0)[-1]
    desk_clock.turn("-1h")
    revive(reporter, Person(stack, EDITORS[1]), claim)  # who logs in now can work, too
    status, page = editor.withdraw(claim)
    assert (status, "not yet at" in page) == (REDIRECT, False)
    assert decisions_after(stack, last) == [
        (last + 1, "proposed", last_at),
        (last + 2, "confirmed", last_at),
        (last + 3, "withdrawn", last_at),
    ]
    for name in stack.apis:
        head = f"{stack.api_url(name)}/api/v1/head/"
        wait_until(lambda head=head: why_not(head) in AN_HOUR_OLD, what="503")
    desk_clock.turn("+0")
    wait_until(lambda: everywhere(stack, fact, http.client.GONE), what="the API by itself", within=LEASE)
    revive(reporter, editor, claim)
    assert all(at > last_at for _, _, at in decisions_after(stack, last + 3))
    stack.manage("verify_ledger")
    stack.manage("check_desk")


def test_the_clock_of_the_desks_database_decides_nothing(stack: Stack, editor: Person, clock: Clock) -> None:
    """The primary's machine is four minutes late: times are those of the desk's process, and the API goes on.

    By more than five, the desk says that its newest row lies in the future (rule: one-sequence).
    """
    claim, fact = facts_of(stack)[0]
    ((newest,),) = stack.primary.execute("SELECT max(seq) FROM stories_decision", database="desk")
    clock.turn("-4m")
    try:
        restart_primary(stack, **clock.environment)
        ((late,),) = stack.primary.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        assert time.time() - late == pytest.approx(240, abs=30)
        wait_until(lambda: everywhere(stack, fact, http.client.OK), what="the API goes on")
        assert editor.withdraw(claim)[0] == REDIRECT
        wait_until(lambda: everywhere(stack, fact, http.client.GONE), what="withdrawal at both")
        ((_, verdict, at),) = decisions_after(stack, newest)
        assert (verdict, time.time() - at.timestamp()) == ("withdrawn", pytest.approx(0, abs=30))
    finally:
        restart_primary(stack)
    wait_until(lambda: everywhere(stack, fact, http.client.GONE), what="the API goes on")
    stack.manage("verify_ledger")


def restart_primary(stack: Stack, **environment: str) -> None:
    stack.primary.stop()
    stack.primary.start(**environment)
    is_sync = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
    wait_until(lambda: stack.primary.execute(is_sync) != [], what="standby in step")
    wait_until(lambda: stack.answers(f"{stack.desk_url}/readyz"), what="desk ready")


@pytest.mark.parametrize(
    ("off", "said"),
    [
        ("-1h", [CLOCKS_DISAGREE]),
        ("+1h", AN_HOUR_OLD),
        (f"-{LEASE - 1:.0f}s", [CLOCKS_DISAGREE]),
    ],
)
def test_an_api_machine_whose_clock_is_wrong_says_so_and_the_other_answers(
    stack: Stack, api2_clock: Clock, off: str, said: list[str]
) -> None:
    """One that is late by less than the lease would serve for longer than the lease once it is cut off."""
    fact = facts_of(stack)[1][1]
    api2_clock.turn(off)
    wait_until(lambda: why_not(f"{stack.api_url('api2')}/api/v1/facts/{fact}/") in said, what="503", within=2)
    assert status_of(f"{stack.front_url}/api/v1/facts/{fact}/") == http.client.OK
    api2_clock.turn("+0")
    wait_until(lambda: everywhere(stack, fact, http.client.OK), what="api2 by itself", within=LEASE)


def test_a_clock_that_is_set_back_does_not_make_a_copy_that_lags_serve(
    stack: Stack, editor: Person, reporter: Person, api2_clock: Clock
) -> None:
    """Cut off, then set back, so that its last heartbeat looks young: neither a process that saw it nor a new one."""
    claim, fact = facts_of(stack)[1]
    page = f"{stack.api_url('api2')}/api/v1/facts/{fact}/"
    stack.apis["api2"].execute("ALTER SUBSCRIPTION api2 DISABLE", database="facts")
    try:
        assert editor.withdraw(claim)[0] == REDIRECT
        time.sleep(LEASE + 1)  # so long the desk waits before it takes api2 for silent
        for environment in (None, api2_clock.environment):
            if environment:
                restart_api2(stack, **environment)
            ((age,),) = stack.apis["api2"].execute(
                "SELECT extract(epoch FROM clock_timestamp() - at)::int FROM stories_heartbeat", database="facts"
            )
            api2_clock.turn(f"-{age}s")
            until = time.monotonic() + LEASE - 1
            said = set()
            while time.monotonic() < until:
                said.add(why_not(page))
            assert said == {OUT_OF_TOUCH}
    finally:
        stack.apis["api2"].execute("ALTER SUBSCRIPTION api2 ENABLE", database="facts")
    wait_until(lambda: why_not(page) == CLOCKS_DISAGREE, what="the next heartbeat")
    api2_clock.turn("+0")
    wait_until(lambda: everywhere(stack, fact, http.client.GONE), what="api2 by itself", within=LEASE)
    revive(reporter, editor, claim)
