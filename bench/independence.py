"""CPU time of counting the independent sources of one claim: 1,000 passages over 200 sources.

    python bench/independence.py

Prints, for several shapes of a claim, how many routes are distinct, the count, and the median and worst CPU
milliseconds of `RUNS` counts. Exit 1 when a median passes `LIMIT_MS`.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from stories.provenance.independence import count_independent, drop_containing, shared_voices

PASSAGES = 1_000
SOURCES = 200
RUNS = 15
LIMIT_MS = 50.0

Routes = list[frozenset[str]]


def draw_one_scoop(rng: random.Random) -> Routes:
    """Every outlet credits one of five agencies, and all of those one outlet."""
    return [frozenset({f"outlet-{rng.randrange(194)}", f"agency-{rng.randrange(5)}", "axios"}) for _ in range(PASSAGES)]


def draw_newsroom(rng: random.Random) -> Routes:
    """A tenth of the passages go straight to an origin, the rest through one of ten agencies."""
    routes = []
    for _ in range(PASSAGES):
        outlet, origin = f"outlet-{rng.randrange(160)}", f"origin-{rng.randrange(30)}"
        middle = set() if rng.random() < 0.1 else {f"agency-{rng.randrange(10)}"}
        routes.append(frozenset({outlet, origin, *middle}))
    return routes


def draw_pairs(rng: random.Random) -> Routes:
    """Two sources a passage, at random: hardly a route is like another."""
    return [frozenset(f"s{n}" for n in rng.sample(range(SOURCES), 2)) for _ in range(PASSAGES)]


def draw_tangle(rng: random.Random) -> Routes:
    """Two to four sources a passage, at random: about the worst that 200 sources can do."""
    return [frozenset(f"s{n}" for n in rng.sample(range(SOURCES), rng.randint(2, 4))) for _ in range(PASSAGES)]


def draw_hard_groups(rng: random.Random) -> Routes:
    """Groups of 40 routes, each over eight sources of its own, every one of them counted exactly."""
    return [
        frozenset(f"g{group}-{n}" for n in rng.sample(range(8), 3))
        for group in range(PASSAGES // 40)
        for _ in range(40)
    ]


SHAPES: dict[str, Callable[[random.Random], Routes]] = {
    "one scoop": draw_one_scoop,
    "newsroom": draw_newsroom,
    "pairs": draw_pairs,
    "tangle": draw_tangle,
    "hard groups": draw_hard_groups,
}


def measure_counts(routes: Routes) -> list[float]:
    """Return the CPU milliseconds of each of `RUNS` counts of `routes`, shared voices included."""
    spent = []
    for _ in range(RUNS):
        begin = time.process_time()
        count_independent(routes)
        shared_voices(routes)
        spent.append((time.process_time() - begin) * 1000)
    return spent


def main() -> int:
    """Measure every shape, print a line for each; return the exit code."""
    slow = False
    for name, draw in SHAPES.items():
        routes = draw(random.Random(20251121))
        spent = measure_counts(routes)
        median = statistics.median(spent)
        slow |= median > LIMIT_MS
        print(
            f"{name:12} {len(routes)} passages, {len(drop_containing(routes)):4} distinct routes, "
            f"{count_independent(routes):3} independent: {median:6.2f} ms median, {max(spent):6.2f} ms worst"
        )
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
