"""Eight editors who decide at once, and what must be there after whatever befell them."""

import http.client
import threading
import time
from collections.abc import Callable

from ops.stack import Cluster, Stack
from tests.stack.browser import REDIRECT, Person
from tests.stack.conftest import PASSWORD, PEOPLE


def keep_deciding(
    person: Person, claim: int, fault: str, over: threading.Event, tell: Callable[[str, bool], None]
) -> None:
    """Dispute and refute in turn, each with a reason of its own; `tell` which were tried and which acknowledged."""
    number = 0
    while not over.is_set():
        number += 1
        reason = f"{person.name}, {fault}, {number}"
        tell(reason, False)
        try:
            verb = "dispute" if number % 2 else "refute"  # each is allowed after the other
            status, _ = person.decide(claim, verb, rationale=reason, correction_kind="", public_note="")
        except (OSError, http.client.HTTPException):
            status = 0  # nobody answered: nobody said that it was recorded
        if status == REDIRECT:
            tell(reason, True)
        elif status in (0, 503):
            time.sleep(0.1)


def work_at_once(stack: Stack, fault: str, disturb: Callable[[set[str]], None]) -> tuple[set[str], set[str]]:
    """Eight editors decide while `disturb` runs, given what was acknowledged: (all tried, all acknowledged)."""
    undecided = stack.primary.execute(
        """SELECT c.id FROM stories_claim c WHERE c.kind IN ('fact', 'plan-term', 'quote')
        AND NOT EXISTS (SELECT 1 FROM stories_publication p WHERE p.fact_id = c.uuid)
        AND EXISTS (SELECT 1 FROM stories_evidence e WHERE e.claim_id = c.id AND e.stance = 'supports')
        ORDER BY c.id LIMIT 8""",
        database="desk",
    )
    people = [Person(stack.desk_url, name, PASSWORD, timeout=30) for name in PEOPLE[1:]]
    tried: set[str] = set()
    acknowledged: set[str] = set()
    over = threading.Event()

    def tell(reason: str, is_acknowledged: bool) -> None:
        (acknowledged if is_acknowledged else tried).add(reason)

    pairs = [(person, undecided[number % len(undecided)][0]) for number, person in enumerate(people)]
    threads = [threading.Thread(target=keep_deciding, args=[*pair, fault, over, tell]) for pair in pairs]
    for thread in threads:
        thread.start()
    try:
        disturb(acknowledged)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return tried, acknowledged


def assert_nothing_lost(
    stack: Stack, fault: str, tried: set[str], acknowledged: set[str], *, database: Cluster | None = None
) -> None:
    """Every acknowledged decision is there once, none is there that nobody tried, and both chains verify."""
    cluster = database or stack.primary
    rows = cluster.execute(
        f"SELECT rationale FROM stories_decision WHERE rationale LIKE 'editor-_, {fault}, %'", database="desk"
    )
    recorded = [row[0] for row in rows]
    print(f"tried {len(tried)}, acknowledged {len(acknowledged)}, recorded {len(recorded)}")
    assert len(recorded) == len(set(recorded))
    assert acknowledged - set(recorded) == set()
    assert set(recorded) - tried == set()
    stack.manage("verify_ledger", database=cluster)
    stack.manage("check_desk", database=cluster)
