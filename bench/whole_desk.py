"""A whole desk on loopback: decisions per second, how soon they are served, and the API on one database and on two.

    python bench/whole_desk.py [--rounds 5]                     # the desk of the seeds
    python bench/whole_desk.py --claims 1000000 [--rounds 5]    # a made-up one; one claim in ten is a fact

Sets up `ops.stack` (PostgreSQL with a synchronous standby, two API databases, every process) in a folder of its own and
ends it. What counts here is the time that goes by, so it wants a machine that does nothing else.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.desk_queue import fill
from ops.cluster import OWNER
from ops.people import EDITORS, REDIRECT, REPORTER, Person, let_people_in, work_at_once
from ops.stack import Stack, load_fixtures, running

SECONDS = 10.0
"""For how long the eight editors decide, in each round."""
TIMES = 20
"""Facts withdrawn and confirmed again, in each round."""
REQUESTS = 2_000
"""To each API process, in each round."""
CONNECTIONS = 2
ATTRIBUTED = """
SELECT c.id, c.uuid::text FROM stories_claim c JOIN stories_publication p ON p.fact_id = c.uuid
WHERE p.event = 'confirmed' AND p.basis = 'attributed'
  AND NOT EXISTS (SELECT 1 FROM stories_publication e WHERE e.ends_id = p.position) ORDER BY p.position LIMIT %d
"""


def load_claims(stack: Stack, *, claims: int) -> None:
    """Fill the desk with `claims` made-up claims and the accounts that work on them."""
    stack.manage("loaddata", "-v0", "editors")
    fill(stack.primary.url(OWNER, "desk"), claims)


# ---- Deciding ---------------------------------------------------------------------------------------------------


def decide_at_once(stack: Stack, number: int) -> float:
    """Decisions that were acknowledged to eight editors, per second; each opens the page anew before deciding."""
    spans: list[float] = []

    def wait(acknowledged: set[str]) -> None:
        begun = time.perf_counter()
        time.sleep(SECONDS)
        spans.append(len(acknowledged) / (time.perf_counter() - begun))

    work_at_once(stack, f"round {number}", wait)
    return spans[0]


def head_of(stack: Stack, name: str) -> int:
    """The position that the API process on the database `name` serves."""
    with urlopen(f"{stack.api_url(name)}/api/v1/head/") as answer:
        return int(json.load(answer)["position"])


def watch_arrivals(stack: Stack, *, until: int, act: Callable[[], None]) -> tuple[float, dict[str, float]]:
    """(ms that `act` took, {API database: ms from the beginning of `act` until it served position `until`})."""
    begun = time.perf_counter()

    def watch(name: str) -> float:
        while head_of(stack, name) < until:
            time.sleep(0.001)
        return 1_000 * (time.perf_counter() - begun)

    with ThreadPoolExecutor() as watchers:
        arrived = watchers.map(watch, stack.apis)
        act()
        acted = 1_000 * (time.perf_counter() - begun)
        return acted, dict(zip(stack.apis, arrived, strict=True))


def confirm_and_watch(stack: Stack, reporter: Person, editor: Person) -> list[tuple[float, dict[str, float]]]:
    """Withdraw facts and confirm them again; what each confirmation took, and when it was served."""
    found = []
    for claim, _ in stack.primary.execute(ATTRIBUTED % TIMES, database="desk"):
        head = head_of(stack, "api1")
        require(editor.withdraw(claim)[0] == REDIRECT, "withdrawal")
        require(reporter.propose(claim)[0] == REDIRECT, "proposal")

        def confirm(claim: int = claim) -> None:
            require(editor.confirm(claim)[0] == REDIRECT, "confirmation")

        found.append(watch_arrivals(stack, until=head + 2, act=confirm))
    return found


def require(holds: bool, what: str) -> None:
    """A figure of what did not happen is worth nothing."""
    if not holds:
        raise RuntimeError(f"The {what} was refused.")


# ---- Reading ----------------------------------------------------------------------------------------------------


def ask_at_once(stack: Stack, names: list[str], path: str) -> float:
    """Requests per second that the API processes `names` answer, all asked at once by a client of their own."""

    def ask(name: str) -> float:
        job = {"port": int(stack.api_url(name).rpartition(":")[2]), "asks": [[path, {}]], "count": REQUESTS}
        job |= {"connections": CONNECTIONS, "status": 200}
        command = [sys.executable, "-m", "bench.client"]
        done = subprocess.run(command, input=json.dumps(job).encode(), cwd=ROOT, check=True, stdout=subprocess.PIPE)
        return REQUESTS / json.loads(done.stdout)["seconds"]

    with ThreadPoolExecutor() as clients:
        return sum(clients.map(ask, names))


def time_pages(person: Person, paths: dict[str, str]) -> dict[str, float]:
    """Milliseconds of each page of the desk."""
    spent = {}
    for name, path in paths.items():
        begun = time.perf_counter()
        status, _, _ = person.ask("GET", path)
        spent[name] = 1_000 * (time.perf_counter() - begun)
        require(status == 200, f"page {path}")
    return spent


# ---- The run ----------------------------------------------------------------------------------------------------


def print_row(what: str, figures: list[float], unit: str) -> None:
    """The median of the rounds, and their spread."""
    print(
        f"| {what} | {statistics.median(figures):,.1f} {unit} | {min(figures):,.1f}–{max(figures):,.1f} |", flush=True
    )


def measure(stack: Stack, *, rounds: int) -> None:
    """Every row, in interleaved rounds."""
    reporter, editor = Person(stack, REPORTER), Person(stack, EDITORS[0])
    ((claim, fact),) = stack.primary.execute(ATTRIBUTED % 1, database="desk")
    ((story,),) = stack.primary.execute(
        "SELECT '/api/v1/facts/?story=' || slug FROM stories_story LIMIT 1", database="desk"
    )
    asked = {"list": story, "one fact": f"/api/v1/facts/{fact}/", "changes": "/api/v1/changes/?after=0"}
    pages = {"front page": "/admin/", "queue": "/admin/stories/claim/"}
    pages["review page"] = f"/admin/stories/claim/{claim}/review/"
    figures: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        figures.setdefault(name, []).append(value)

    for number in range(rounds):
        note("decisions, eight editors", decide_at_once(stack, number))
        for acted, arrived in confirm_and_watch(stack, reporter, editor):
            note("a confirmation is acknowledged after", acted)
            for name, spent in arrived.items():
                note(f"and served at {name} after", spent)
        for name, spent in time_pages(editor, pages).items():
            note(name, spent)
        for name, path in asked.items():
            for count in (1, 2):
                where = f"on {count} API database{'s' if count > 1 else ''}"
                note(f"API, {name}, {where}", ask_at_once(stack, list(stack.apis)[:count], path))
    print("| | median | spread |\n|---|--:|--:|")
    for name, values in figures.items():
        unit = "/s" if name.startswith(("API", "decisions")) else "ms"
        print_row(name, values, unit)


def main() -> None:
    """Set up, measure, print, end."""
    parser = argparse.ArgumentParser(description="A whole desk on loopback.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--claims", type=int, help="So many made-up claims instead of the desk of the seeds.")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="desk-bench-"))
    try:
        load = partial(load_claims, claims=asked.claims) if asked.claims else load_fixtures
        with running(folder, load=load, patience=1_800) as stack:
            let_people_in(stack)
            measure(stack, rounds=asked.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
