"""The speed of the facts API beside its peers', in one run: `python -m bench`.

Every row is measured in rounds, and within a round every server has its turn, so that what else the machine does
falls on all alike. What counts is the server's CPU time for one request, the median of the rounds.
"""

import argparse
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from bench import asks
from bench.measure import Subject
from bench.report import Row, Target, print_machine, print_row
from bench.sample import Sample, fill, sqlite_url, take_sample, use_databases
from bench.servers import ROOT, Server, serve_bare, serve_datasette, serve_desk, serve_peer

SMALL = 10_000
GROWTH = 1.2
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


def rows_of(
    desk: Server, small: Server, peers: dict[str, Server], large: Sample, little: Sample, *, database: str
) -> list[Row]:
    """The rows on SQLite: who is measured in each, and what is asked of the ratios. `database` is Datasette's name."""
    bare, stock, ninja, data = (peers[name] for name in ("bare", "drf", "ninja", "datasette"))
    helped = {name: Subject(peers[name], asks.peer_list(large)) for name in HELPED}
    shipped, tuned = asks.datasette(database, tuned=False), asks.datasette(database, tuned=True)

    def grown(asked: asks.Asked) -> dict[str, Subject]:
        return {
            "desk": Subject(desk, asked(large)),
            f"desk, {SMALL:,} facts": Subject(small, asked(little)),
        }

    growth = Target(f"desk, {SMALL:,} facts", most=GROWTH)
    return [
        Row(
            "list",
            "50 facts of one story",
            grown(asks.desk_list)
            | {
                "bare WSGI": Subject(bare, asks.bare_list(large)),
                "stock DRF": Subject(stock, asks.peer_list(large)),
                "django-ninja": Subject(ninja, asks.peer_list(large)),
                "Datasette": Subject(data, shipped["list"](large)),
                "Datasette, tuned": Subject(data, tuned["list"](large)),
                **helped,
            },
            [
                growth,
                Target("stock DRF", least=10),
                Target("django-ninja", least=5),
                Target("stock DRF, in_force()", least=6),
                Target("django-ninja, in_force()", least=3.5),
                Target("Datasette, tuned", least=4),
                Target("bare WSGI", least=0.35),
            ],
        ),
        Row(
            "deep page",
            f"50 of all facts, after {large.depth:,} others",
            grown(asks.desk_deep)
            | {
                "stock DRF": Subject(stock, asks.peer_deep(large)),
                "django-ninja": Subject(ninja, asks.peer_deep(large)),
                "Datasette, tuned": Subject(data, tuned["deep page"](large)),
            },
            [growth, Target("stock DRF", least=50)],
        ),
        Row(
            "one fact",
            "by its id",
            grown(asks.desk_fact)
            | {
                "bare WSGI": Subject(bare, asks.bare_fact(large)),
                "stock DRF": Subject(stock, asks.peer_fact(large)),
                "django-ninja": Subject(ninja, asks.peer_fact(large)),
                "Datasette": Subject(data, shipped["one fact"](large)),
            },
            [growth, Target("stock DRF", least=2.5)],
        ),
        Row("as of", "50 facts of one story as of half the log ago", grown(asks.desk_as_of), [growth]),
        Row(
            "304",
            "the list again, unchanged",
            {
                "desk": Subject(desk, asks.desk_unchanged(large, desk), status=304),
                "hello world": Subject(bare, asks.plain(["/hello"])),
            },
            [Target("hello world", least=0.35)],
        ),
        Row(
            "export",
            f"{large.exported:,} facts as NDJSON and CSV",
            {
                "desk": Subject(desk, asks.desk_export(large)),
                "bare stream": Subject(bare, asks.bare_export(large)),
                "desk, CSV": Subject(desk, asks.desk_export_csv(large)),
                "Datasette, CSV": Subject(data, tuned["export"](large)),
            },
            [Target("bare stream", least=0.8), Target("Datasette, CSV", least=10)],
        ),
    ]


def postgresql_rows(desk: Server, peers: dict[str, Server], sample: Sample) -> list[Row]:
    """The rows on PostgreSQL."""

    def beside(asked: asks.Asked, peer: asks.Asked) -> dict[str, Subject]:
        return {
            "desk": Subject(desk, asked(sample)),
            "stock DRF": Subject(peers["drf"], peer(sample)),
            "django-ninja": Subject(peers["ninja"], peer(sample)),
        }

    return [
        Row(
            "list",
            "50 facts of one story",
            beside(asks.desk_list, asks.peer_list),
            [Target("stock DRF", least=10), Target("django-ninja", least=5)],
        ),
        Row(
            "deep page",
            f"50 of all facts, after {sample.depth:,} others",
            beside(asks.desk_deep, asks.peer_deep),
            [Target("stock DRF", least=50)],
        ),
        Row("one fact", "by its id", beside(asks.desk_fact, asks.peer_fact), [Target("stock DRF", least=2.5)]),
    ]


def measure(rows: list[Row], *, rounds: int, only: list[str] | None) -> bool:
    """Measure and print `rows`; whether every target was met."""
    chosen = [row for row in rows if not only or row.name in only]
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
        begin = stack.enter_context
        desk = begin(serve_desk("desk", sqlite_url(large)))
        beside = begin(serve_desk("desk, small", sqlite_url(small)))
        peers = {
            "bare": begin(serve_bare("bare WSGI", large)),
            "drf": begin(serve_peer("stock DRF", "stock", sqlite_url(large))),
            "ninja": begin(serve_peer("django-ninja", "ninja", sqlite_url(large))),
            "datasette": begin(serve_datasette("Datasette", large)),
            **{
                name: begin(serve_peer(name, module, sqlite_url(large), in_force=True))
                for name, module in HELPED.items()
            },
        }
        print_machine(arguments.facts, rounds=arguments.rounds, database=f"SQLite, {large.stat().st_size / 1e9:.1f} GB")
        rows = rows_of(desk, beside, peers, sample, little, database=large.stem)
        met = measure(rows, rounds=arguments.rounds, only=arguments.only)
        print(
            f"\nPeak memory of a worker: {desk.peak_memory():.0f} MB; "
            f"of one on {SMALL:,} facts, which exports nothing: {beside.peak_memory():.0f} MB."
        )
    return met


def bench_postgresql(arguments: argparse.Namespace, url: str) -> bool:
    """The same on PostgreSQL for list, deep page and one fact."""
    from bench.reader import make_reader, read_backends, tend_database

    fill(url, arguments.facts)
    use_databases({"large": url})
    tend_database("large")
    sample = take_sample("large")
    with ExitStack() as stack:
        begin = stack.enter_context
        desk = begin(serve_desk("desk", make_reader("large", url)))
        peers = {name: begin(serve_peer(name, module, url)) for name, module in (("drf", "stock"), ("ninja", "ninja"))}
        for server in (desk, *peers.values()):
            server.find_backends = read_backends("large")
        print_machine(arguments.facts, rounds=arguments.rounds, database="PostgreSQL")
        return measure(postgresql_rows(desk, peers, sample), rounds=arguments.rounds, only=arguments.only)


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
