"""The speed of the facts API beside its peers', in one run: `python -m bench`.

Every row is measured in rounds, and within a round every server has its turn, so that what else the machine does
falls on all alike. What counts is the server's CPU time for one request, the median of the rounds.
"""

import argparse
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from django.db import connections

from bench.asks import ask_bare, ask_datasette, ask_desk, ask_export, ask_peer, ask_unchanged, plain
from bench.measure import Asks, Subject
from bench.report import DESK, Row, Target, print_machine, print_row
from bench.sample import Sample, fill, sqlite_url, take_sample, use_databases
from bench.servers import ROOT, Server, serve_bare, serve_datasette, serve_desk, serve_peer

SMALL = 10_000
SMALL_DESK = f"desk, {SMALL:,} facts"
GROWTH = Target(SMALL_DESK, most=1.2)
HELPED = {"stock DRF, in_force()": "stock", "django-ninja, in_force()": "ninja"}
"""The peers that are spared the join which their manuals lead to."""


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="The facts API beside its peers.")
    parser.add_argument("--facts", type=int, default=100_000, help="In the large database (100,000; also 1,000,000).")
    parser.add_argument("--rounds", type=int, default=5, help="Measurements of each server in each row.")
    parser.add_argument("--only", action="append", metavar="ROW", help="Only this row; may be given again.")
    parser.add_argument("--postgresql", action="store_true", help="On the database at DATABASE_URL instead.")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench", help="Where the SQLite files are kept.")
    return parser.parse_args()


def rows_of(sample: Sample) -> list[Row]:
    """What is asked for, and of the ratios."""
    return [
        Row(
            "list",
            "50 facts of one story",
            [
                GROWTH,
                Target("stock DRF", least=10),
                Target("django-ninja", least=5),
                Target("stock DRF, in_force()", least=6),
                Target("django-ninja, in_force()", least=3.5),
                Target("Datasette, tuned", least=4),
                Target("bare WSGI", least=0.35),
            ],
        ),
        Row("deep page", f"50 of all facts, after {sample.depth:,} others", [GROWTH, Target("stock DRF", least=50)]),
        Row("one fact", "by its id", [GROWTH, Target("stock DRF", least=2.5)]),
        Row("as of", "50 facts of one story as of half the log ago", [GROWTH]),
        Row("304", "the list again, unchanged", [Target("hello world", least=0.35)]),
        Row(
            "export",
            f"{sample.exported:,} facts as NDJSON and CSV",
            [Target("bare stream", least=0.8), Target("Datasette, CSV", least=10)],
        ),
    ]


def measure(
    asked: list[tuple[str, Server, dict[str, Asks]]], sample: Sample, *, rounds: int, only: list[str] | None
) -> bool:
    """Measure and print each row that several are `asked` for (name, server, row → paths); whether all targets were
    met.
    """
    rows = rows_of(sample)
    for row in rows:
        row.subjects.update({name: Subject(server, asks[row.name]) for name, server, asks in asked if row.name in asks})
    chosen = [row for row in rows if len(row.subjects) > 1 and (not only or row.name in only)]
    if not chosen:
        raise SystemExit(f"There is no such row; there are: {', '.join(row.name for row in rows)}.")
    met = True
    for row in chosen:
        for _ in range(rounds):
            for subject in row.subjects.values():
                subject.measure()
        met &= print_row(row)
    return met


def bench_sqlite(arguments: argparse.Namespace) -> bool:
    """Fill the files, start all servers, measure."""
    files = {facts: (arguments.folder / f"facts-{facts}.sqlite3").resolve() for facts in (SMALL, arguments.facts)}
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for facts, path in files.items():
        fill(sqlite_url(path), facts)
    small, large = files[SMALL], files[arguments.facts]
    use_databases({"small": sqlite_url(small), "large": sqlite_url(large)})
    little, sample = take_sample("small"), take_sample("large")
    with ExitStack() as stack:
        begin, url = stack.enter_context, sqlite_url(large)
        desk = begin(serve_desk(DESK, url))
        beside = begin(serve_desk(SMALL_DESK, sqlite_url(small)))
        bare = begin(serve_bare("bare WSGI", large))
        data = begin(serve_datasette("Datasette", large))
        shipped, tuned = (ask_datasette(sample, large.stem, tuned=tuned) for tuned in (False, True))
        desk_asks, peer_asks = ask_desk(sample), ask_peer(sample)
        exports = {"export": ask_export(sample, "application/x-ndjson")}
        asked = [
            (DESK, desk, desk_asks | {"304": ask_unchanged(desk_asks["list"], desk)} | exports),
            (SMALL_DESK, beside, ask_desk(little)),
            ("bare WSGI", bare, ask_bare(sample)),
            ("stock DRF", begin(serve_peer("stock DRF", "stock", url)), peer_asks),
            ("django-ninja", begin(serve_peer("django-ninja", "ninja", url)), peer_asks),
            ("Datasette", data, {name: shipped[name] for name in ("list", "one fact")}),
            ("Datasette, tuned", data, {name: tuned[name] for name in ("list", "deep page")}),
            ("hello world", bare, {"304": plain(["/hello"])}),
            ("bare stream", bare, {"export": plain([f"/export?after={sample.export_after}"])}),
            ("desk, CSV", desk, {"export": ask_export(sample, "text/csv")}),
            ("Datasette, CSV", data, {"export": tuned["export"]}),
        ]
        for name, module in HELPED.items():
            asked.append((name, begin(serve_peer(name, module, url, in_force=True)), {"list": peer_asks["list"]}))
        print_machine(arguments.facts, rounds=arguments.rounds, database=f"SQLite, {large.stat().st_size / 1e9:.1f} GB")
        met = measure(asked, sample, rounds=arguments.rounds, only=arguments.only)
        print(
            f"\nPeak memory of a worker: {desk.peak_memory():.0f} MB; "
            f"of one on {SMALL:,} facts, which exports nothing: {beside.peak_memory():.0f} MB."
        )
    return met


def bench_postgresql(arguments: argparse.Namespace, url: str) -> bool:
    """The same on PostgreSQL for list, deep page and one fact."""
    from bench.reader import make_reader, read_backends

    fill(url, arguments.facts)
    use_databases({"large": url})
    with connections["large"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does soon: without statistics no plan is what it will be
    sample = take_sample("large")
    with ExitStack() as stack:
        begin = stack.enter_context
        asked = [(DESK, begin(serve_desk(DESK, make_reader("large", url))), ask_desk(sample))]
        for name, module in (("stock DRF", "stock"), ("django-ninja", "ninja")):
            asked.append((name, begin(serve_peer(name, module, url)), ask_peer(sample)))
        for _, server, _ in asked:
            server.find_backends = read_backends("large")
        print_machine(arguments.facts, rounds=arguments.rounds, database="PostgreSQL")
        return measure(asked, sample, rounds=arguments.rounds, only=arguments.only)


def main() -> int:
    """Measure; exit 1 when a target was missed."""
    arguments = read_arguments()
    if not arguments.postgresql:
        return int(not bench_sqlite(arguments))
    if not os.environ.get("DATABASE_URL"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database that may be filled (ops/postgresql starts one).")
    return int(not bench_postgresql(arguments, os.environ["DATABASE_URL"]))


if __name__ == "__main__":
    sys.exit(main())
