"""How many independent sources a set of routes amounts to, and what every route rests on.

A *route* is given as the set of voices it runs through. Everything here is arithmetic on sets: no database,
no Django, nothing remembered between calls, and the answer does not depend on the order of the routes.

Two routes that share a voice are *entangled*. "Independent sources" is the largest number of routes of which
no two are entangled (rule: independent-sources). In graph terms that is a maximum independent set, hard in general;
what makes it cheap at a desk is that news chains meet in few places:

1. identical routes collapse, and a route that contains another is dropped: whoever takes the longer one
   could have taken the shorter one;
2. a route with at most one shared voice is taken at once: of the routes through that voice only one can
   count, and none costs less than this one;
3. what remains falls into groups that share no voice with one another. A group of up to `EXACT_ROUTES`
   routes is counted exactly; from a larger one the least entangled routes are taken until the rest is small
   enough, which can only understate.

Steps 1 and 2 lose nothing, so `EXACT_ROUTES` limits the hard core of a claim, not its passages.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator

#: A group of this many entangled routes is still counted exactly; a larger one gets a lower bound.
EXACT_ROUTES = 40

#: Branches examined in one count, shared by its groups; a group that has spent its share keeps the best count found
#: so far. `EXACT_ROUTES` routes stay far below it (tests/provenance/test_independence.py holds that): it is there so
#: that nobody ever waits longer than about half a second.
BRANCH_BUDGET = 20_000


def count_independent(routes: Iterable[frozenset[str]]) -> int:
    """Return the largest number of `routes` of which no two share a voice; 0 when there are none.

    A route without voices is an unknown one and counts for nothing. The count is exact while no group of
    entangled routes is larger than `EXACT_ROUTES` after the reductions above, so for any `EXACT_ROUTES`
    routes; beyond that it is a lower bound: it never overstates.
    """
    tangle = _Tangle(drop_containing(routes))
    tangle.take_unhindered()
    for group in tangle.groups():
        tangle.thin_out(group)
    groups = tangle.groups()
    for group in groups:
        tangle.taken += _count_exactly([tangle.routes[i] for i in group], budget=BRANCH_BUDGET // len(groups))
    return tangle.taken


def shared_voices(routes: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return the voices that every one of `routes` runs through: what the claim rests on.

    Routes without voices are unknown and left out, as in `count_independent`; no routes rest on nothing.
    """
    known = [route for route in routes if route]
    return frozenset.intersection(*known) if known else frozenset()


def drop_containing(routes: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return each of `routes` once, in a fixed order, without empty ones and those that contain another."""
    distinct = sorted({frozenset(route) for route in routes if route}, key=lambda route: (len(route), sorted(route)))
    uses = Counter(voice for route in distinct for voice in route)
    # Each kept route is filed under its rarest voice, so that a route is compared with few others.
    filed: dict[str, list[frozenset[str]]] = {}
    kept: list[frozenset[str]] = []
    for route in distinct:
        if any(other <= route for voice in route for other in filed.get(voice, ())):
            continue
        kept.append(route)
        filed.setdefault(min(route, key=lambda voice: (uses[voice], voice)), []).append(route)
    return kept


class _Tangle:
    """Routes still in play, by number, and which of them run through each voice."""

    def __init__(self, routes: list[frozenset[str]]) -> None:
        self.routes = routes
        self.taken = 0
        self.alive = set(range(len(routes)))
        self.through: dict[str, set[int]] = {}
        for number, route in enumerate(routes):
            for voice in route:
                self.through.setdefault(voice, set()).add(number)
        self._freed: deque[int] = deque(range(len(routes)))

    def take_unhindered(self) -> None:
        """Take every route with at most one shared voice, as long as there is one. Loses nothing."""
        while self._freed:
            number = self._freed.popleft()
            if number in self.alive and self._count_shared(number) <= 1:
                self._take(number)

    def thin_out(self, group: list[int]) -> None:
        """Take the least entangled routes of a `group` until at most `EXACT_ROUTES` of it are left."""
        left = len(group)
        for number in sorted(group, key=lambda i: (sum(len(self.through[v]) for v in self.routes[i]), i)):
            if left <= EXACT_ROUTES:
                return
            if number in self.alive:
                before = len(self.alive)
                self._take(number)
                self.take_unhindered()
                left -= before - len(self.alive)

    def groups(self) -> list[list[int]]:
        """Return the routes in play as groups that share no voice with one another."""
        found: list[list[int]] = []
        seen: set[int] = set()
        walked: set[str] = set()
        for start in sorted(self.alive):
            if start in seen:
                continue
            seen.add(start)
            group = [start]
            for number in group:  # grows while it is walked
                for voice in self.routes[number] - walked:
                    walked.add(voice)
                    fresh = self.through[voice] - seen
                    seen |= fresh
                    group.extend(fresh)
            found.append(sorted(group))
        return found

    def _count_shared(self, number: int) -> int:
        return sum(len(self.through[voice]) > 1 for voice in self.routes[number])

    def _take(self, number: int) -> None:
        self.taken += 1
        for other in sorted(set().union(*(self.through[voice] for voice in self.routes[number]))):
            self._remove(other)

    def _remove(self, number: int) -> None:
        self.alive.discard(number)
        for voice in self.routes[number]:
            others = self.through[voice]
            others.discard(number)
            if len(others) == 1:
                self._freed.extend(others)


def _count_exactly(routes: list[frozenset[str]], *, budget: int) -> int:
    """Return the independent count of a few entangled routes by branch and bound on bit masks.

    Bit i of a mask stands for routes[i]. `budget` is the number of branches to examine; when it is spent, the best
    count found so far, which some choice of routes does reach.
    """
    entangled = [
        sum(1 << j for j, other in enumerate(routes) if j != i and not route.isdisjoint(other))
        for i, route in enumerate(routes)
    ]
    best = 0
    # Depth first, leaving the most entangled route out before trying it: the first leaf reached is the greedy
    # answer, so that even a small budget ends with a sensible count.
    stack = [((1 << len(routes)) - 1, 0)]
    while stack:
        alive, taken = stack.pop()
        alive, taken, hub = _reduce(alive, taken, entangled)
        best = max(best, taken)
        if hub < 0 or budget <= 0 or taken + _count_cliques(alive, entangled) <= best:
            continue
        budget -= 1
        without_hub = alive & ~(1 << hub)
        stack.append((without_hub & ~entangled[hub], taken + 1))
        stack.append((without_hub, taken))
    return best


def _reduce(alive: int, taken: int, entangled: list[int]) -> tuple[int, int, int]:
    """Take routes entangled with at most one other, as long as there are any.

    Returns what is left of `alive`, the count, and the most entangled route left (-1 when none is).
    """
    settled = False
    while not settled:
        settled, hub, most = True, -1, -1
        for number in _bits(alive):
            if not alive >> number & 1:
                continue  # went with a route taken in this very round
            degree = (alive & entangled[number]).bit_count()
            if degree <= 1:
                alive &= ~(entangled[number] | 1 << number)
                taken += 1
                settled = False
            elif degree > most:
                hub, most = number, degree
    return alive, taken, hub


def _count_cliques(alive: int, entangled: list[int]) -> int:
    """Return how many mutually entangled groups cover `alive`: an upper bound of its independent count."""
    cliques = 0
    while alive:
        candidates = alive
        while candidates:
            lowest = candidates & -candidates
            alive ^= lowest
            candidates &= entangled[lowest.bit_length() - 1]
        cliques += 1
    return cliques


def _bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits set in `mask`, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
