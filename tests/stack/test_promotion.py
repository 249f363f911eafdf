"""The primary crashes and its standby takes its place. These come last: the first primary is gone after them.

What was acknowledged is on the standby, and no API database serves what the new primary's log does not have.
"""

import http.client
import json
import time
from urllib.request import urlopen

import pytest

psycopg = pytest.importorskip("psycopg", reason="requirements-production.txt is not installed")

from ops.people import EDITORS, REDIRECT, Person, work_at_once  # noqa: E402
from ops.stack import LEASE, Stack, wait_until  # noqa: E402
from stories.replicas.following import ANOTHER_LOG  # noqa: E402
from tests.stack.asking import everywhere, facts_of, status_of  # noqa: E402
from tests.stack.losses import assert_nothing_lost  # noqa: E402

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("stack")]

# As if the old primary had sent it and crashed before the standby had it.
LOST = """
INSERT INTO stories_publication SELECT (jsonb_populate_record(p, jsonb_build_object(
    'position', (SELECT max(position) + 1 FROM stories_publication), 'version', p.version + 1, 'hash', repeat('f', 64)
))).* FROM stories_publication p WHERE p.event = 'version' ORDER BY p.position DESC LIMIT 1
"""


def head_at(stack: Stack, name: str) -> tuple[int, str]:
    with urlopen(f"{stack.api_url(name)}/api/v1/head/") as answer:
        head = json.load(answer)
        return head["position"], head["hash"]


def head_of_primary(stack: Stack) -> tuple[int, str]:
    rows = "SELECT position, hash FROM stories_publication ORDER BY position DESC LIMIT 1"
    return stack.primary.execute(rows, database="desk")[0]


def test_a_failover_loses_nothing_and_the_api_follows_by_itself(stack: Stack) -> None:
    """Nobody does anything at the API's machines: that of api1 rebuilds its database, that of api2 cannot yet."""
    stack.kill("follow-api2")
    seen: list[tuple[float, int]] = []

    def crash(acknowledged: set[str]) -> None:
        wait_until(lambda: len(acknowledged) >= 10, what="ten decisions", within=60)
        stack.primary.stop("immediate")
        crashed = time.monotonic()
        for cluster in stack.apis.values():
            cluster.execute(LOST, database="facts")
        while time.monotonic() < crashed + LEASE + 3:
            seen.append((time.monotonic() - crashed, status_of(f"{stack.api_url('api1')}/api/v1/head/")))
            time.sleep(0.1)

    tried, acknowledged = work_at_once(stack, "failover", crash)
    early = {status for after, status in seen if after < LEASE - 2}
    late = {status for after, status in seen if after > LEASE + 1}
    assert (early, late) == ({200}, {503})
    begun = time.monotonic()
    stack.fail_over()
    stack.primary = stack.standby
    wait_until(lambda: stack.answers(f"{stack.api_url('api1')}/readyz"), what="api1 ready")
    print(f"api1 answers again {time.monotonic() - begun:.1f} s after the promotion began")
    assert head_at(stack, "api1") == head_of_primary(stack)
    assert_nothing_lost(stack, "failover", tried, acknowledged)


def test_an_api_database_that_was_not_rebuilt_after_a_failover_does_not_serve(stack: Stack) -> None:
    """It reaches the new primary, which keeps no place for it, so that it hears no heartbeat. Then it is rebuilt."""
    log = stack.apis["api2"].folder / "log"
    wait_until(lambda: 'replication slot "api2" does not exist' in log.read_text(), what="api2 at the new primary")
    until = time.monotonic() + 2 * LEASE
    while time.monotonic() < until:
        assert status_of(f"{stack.api_url('api2')}/api/v1/head/") == http.client.SERVICE_UNAVAILABLE
        time.sleep(0.1)
    stack.start_following("api2")
    wait_until(lambda: stack.answers(f"{stack.api_url('api2')}/readyz"), what="api2 ready")
    assert head_at(stack, "api2") == head_of_primary(stack)
    claim, fact = facts_of(stack)[0]
    assert Person(stack, EDITORS[0]).withdraw(claim)[0] == REDIRECT
    wait_until(lambda: everywhere(stack, fact, http.client.GONE), what="withdrawal at both")


def test_an_api_database_that_holds_another_log_is_rebuilt(stack: Stack) -> None:
    """One that somebody let go on although its log had parted from the desk's."""
    stack.kill("follow-api2")
    stack.apis["api2"].execute(
        "UPDATE stories_publication SET hash = repeat('f', 64) WHERE position = (SELECT max(position) FROM"
        " stories_publication)",
        "ALTER SUBSCRIPTION api2 DISABLE",
        database="facts",
    )
    stack.start_following("api2")
    wait_until(lambda: head_at_or_none(stack, "api2") == head_of_primary(stack), what="api2 rebuilt")
    assert f"api2 is copied anew. {ANOTHER_LOG}" in (stack.folder / "follow-api2.log").read_text()


def head_at_or_none(stack: Stack, name: str) -> tuple[int, str] | None:
    try:
        return head_at(stack, name)
    except OSError:
        return None
