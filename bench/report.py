"""What was measured, as tables: cost by server, and each ratio beside the one that was asked for."""

import os
import platform
import sqlite3
import statistics
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench.measure import Cost, Subject

DESK = "desk"


@dataclass(frozen=True)
class Target:
    """What is asked: the desk at least `least` times as cheap as `against`, or at most `most` times as dear."""

    against: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Row:
    """One thing that is asked for, and everybody who is asked for it, by name."""

    name: str
    what: str
    targets: list[Target]
    subjects: dict[str, Subject] = field(default_factory=dict)


def median(costs: list[Cost], name: str) -> float:
    """The median of one figure of `costs`."""
    return statistics.median(getattr(cost, name) for cost in costs)


def print_machine(facts: int, *, rounds: int, database: str) -> None:
    """Under what circumstances."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {facts:,} facts · {database} (SQLite {sqlite3.sqlite_version}) · "
        f"Python {platform.python_version()} · {os.cpu_count()} cores, load {load} · medians of {rounds} rounds"
    )


def print_row(row: Row) -> bool:
    """Print what `row` cost everybody, and its ratios; whether all targets were met."""
    print(f"\n### {row.name}: {row.what}\n")
    print("| server | CPU ms/request | spread | requests/s | median ms | body kB |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, subject in row.subjects.items():
        low, high = (pick(cost.cpu_ms for cost in subject.costs) for pick in (min, max))
        print(
            f"| {name} | {median(subject.costs, 'cpu_ms'):.3f} | {low:.3f}–{high:.3f} "
            f"| {median(subject.costs, 'per_second'):,.1f} | {median(subject.costs, 'median_ms'):.2f} "
            f"| {median(subject.costs, 'bytes') / 1000:,.1f} |"
        )
    print("\n| ratio by CPU | measured | asked | |")
    print("|---|--:|--:|---|")
    met = [print_target(row, target) for target in row.targets if target.against in row.subjects]
    return all(met)


def print_target(row: Row, target: Target) -> bool:
    """Print one ratio; whether it is as asked."""
    one = DESK if not target.against.endswith("CSV") else f"{DESK}, CSV"
    own, other = (median(row.subjects[name].costs, "cpu_ms") for name in (one, target.against))
    if target.most is not None:
        ratio, asked, met = own / other, f"≤ {target.most:g}", own / other <= target.most
        what = f"{one} ÷ {target.against}"
    else:
        least = target.least or 0
        ratio, asked, met = other / own, f"≥ {least:g}", other / own >= least
        what = f"{target.against} ÷ {one}"
    print(f"| {what} | {ratio:.2f} | {asked} | {'met' if met else 'not met'} |")
    return met
