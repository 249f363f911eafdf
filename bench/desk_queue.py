"""The desk's queue and front page at a thousand claims and at a million, page by page, in interleaved rounds.

    python bench/desk_queue.py                      # SQLite files in var/bench/
    python bench/desk_queue.py --small URL --large URL      # other databases, empty or filled by an earlier run

Of the claims one in ten is a fact of `generate_load`, the others wait for a decision. Prints for every page the median
milliseconds on either database and their ratio; exit 1 when one passes `MOST`. On SQLite it is the CPU time of the
process, which holds the database; elsewhere the time that went by, since the work is another process's.
"""

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SMALL, LARGE = 1_000, 1_000_000
FACTS_IN = 10
MOST = 1.2
RARE = 60
"""So many claims hold the rare word in either database: more than a page, so that both answers are alike."""
PAGES = {
    "queue": "/admin/stories/claim/",
    "all claims": "/admin/stories/claim/?work=all",
    "facts in force": "/admin/stories/claim/?work=fact",
    "of one story": "/admin/stories/claim/?work=all&story__id__exact=1",
    "of one kind": "/admin/stories/claim/?work=unverified&kind__exact=date",
    "search: in every claim": "/admin/stories/claim/?q=harbour",
    "search: rare": "/admin/stories/claim/?q=lighthouse&work=all",
    "search: nowhere": "/admin/stories/claim/?q=zeppelin",
    "last page": "/admin/stories/claim/?work=unverified&p=18",
    "front page": "/admin/",
}


def fill(url: str, claims: int) -> None:
    """Bring the database at `url` up to `claims` claims; what is there already stays."""
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_DEBUG": "1"}
    write = f"from bench.desk_queue import add_claims; add_claims({claims})"
    for command in (["migrate", "--verbosity", "0"], ["shell", "--verbosity", "0", "-c", write]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


def add_claims(wanted: int) -> None:
    """Bring this process's database up to `wanted` claims: the facts first, then claims that nobody has decided on."""
    from django.core.management import call_command
    from django.db import connection

    from bench.load.invention import START
    from stories.choices import ClaimKind
    from stories.models import Claim, Story

    if Claim.objects.count() < wanted // FACTS_IN:
        call_command("generate_load", facts=wanted // FACTS_IN, stories=20)
    stories = list(Story.objects.order_by("pk").values_list("pk", flat=True))
    kinds = [kind for kind in ClaimKind.values if kind != ClaimKind.POSITION]
    rare = wanted // FACTS_IN + RARE
    rows = (
        Claim(
            story_id=stories[number % len(stories)],
            statement=f"Ship {number} lies in the harbour{' by the lighthouse' if number < rare else ''}.",
            kind=kinds[number % len(kinds)],
            created_at=START,
        )
        for number in range(Claim.objects.count(), wanted)
    )
    for batch in iter(lambda: list(islice(rows, 5_000)), []):
        Claim.objects.bulk_create(batch)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def work() -> None:
    """Answer each path on standard input with the milliseconds that it took, CPU and clock, as JSON."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.db import reset_queries
    from django.test import Client

    User.objects.filter(username="load-editor").update(is_staff=True)  # the load lets nobody in
    client = Client()
    client.force_login(User.objects.get(username="load-editor"))
    for line in sys.stdin:
        cpu, clock = time.process_time(), time.perf_counter()
        response = client.get(line.strip())
        spent = [1_000 * (time.process_time() - cpu), 1_000 * (time.perf_counter() - clock)]
        reset_queries()
        if response.status_code != 200:
            raise SystemExit(f"{line.strip()} answered {response.status_code}")
        print(json.dumps(spent), flush=True)


class Worker:
    """A process that opens pages on one database."""

    def __init__(self, url: str) -> None:
        environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "newsroom.settings"}
        environment |= {"SECRET_KEY": secrets.token_hex(32), "SECURE_SSL_REDIRECT": "0", "ALLOWED_HOSTS": "testserver"}
        environment.pop("DJANGO_DEBUG", None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from bench.desk_queue import work; work()"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.is_embedded = url.startswith("sqlite")

    def open(self, path: str) -> float:
        """The milliseconds that `path` took."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(path + "\n")
        self.process.stdin.flush()
        cpu, clock = json.loads(self.process.stdout.readline())
        return float(cpu if self.is_embedded else clock)


def main() -> int:
    """Fill, measure, print."""
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    parser = argparse.ArgumentParser(description="The queue at a thousand claims and at a million.")
    parser.add_argument("--small", default=f"sqlite:///{folder / 'queue-small.sqlite3'}", help="DATABASE_URL")
    parser.add_argument("--large", default=f"sqlite:///{folder / 'queue-large.sqlite3'}", help="DATABASE_URL")
    parser.add_argument("--claims", type=int, default=LARGE, help="In the large database.")
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    fill(asked.small, SMALL)
    fill(asked.large, asked.claims)
    workers = [Worker(asked.small), Worker(asked.large)]
    print(f"{'page':<24}{SMALL:>12,} claims{asked.claims:>12,} claims   ratio")
    worst = 0.0
    try:
        for name, path in PAGES.items():
            for worker in workers:
                worker.open(path)
            rounds = [[worker.open(path) for worker in workers] for _ in range(asked.rounds)]
            small, large = (statistics.median(column) for column in zip(*rounds, strict=True))
            worst = max(worst, large / small)
            print(f"{name:<24}{small:>15.1f} ms{large:>16.1f} ms{large / small:>8.2f}", flush=True)
    finally:
        for worker in workers:
            worker.process.kill()
    print(f"worst {worst:.2f}, asked ≤ {MOST}")
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
