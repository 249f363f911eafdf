"""Where the sources of a picture stand: in columns from outlets to origins, with few lines crossing.

Works on keys alone. A source stands to the right of everything that credits it; an origin (credited, and crediting
nobody) stands in the last column. Where routes go round in a circle, the credit that closes the circle is drawn
backward. Columns, boxes and lines depend on the routes and their order only.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

#: Boxes in one column; beyond it the least used sources share a box "and n more".
MOST_ROWS = 12

Credit = tuple[str, str]


class Line(NamedTuple):
    """A credit as drawn: the box it leaves, the places where it passes a column, the box it reaches."""

    stops: tuple[str, ...]
    is_backward: bool


class Layering(NamedTuple):
    """An arranged picture.

    `columns` run from left to right, each from top to bottom. `boxes` are the keys drawn as boxes, with the number
    of sources a box stands for when it is not one of the keys given (else 0); any other key in a column only
    keeps a place free for a line.
    """

    columns: list[list[str]]
    boxes: dict[str, int]
    lines: list[Line]


def arrange_layers(routes: Sequence[Sequence[str]], *, first: Collection[str] = ()) -> Layering:
    """Return the arrangement of `routes` (outlet first, origin last, no source twice on one).

    Sources in `first` keep a box of their own however crowded their column is.
    """
    uses = Counter(key for route in routes for key in route)
    forward, backward = _break_circles(list(dict.fromkeys(pair for route in routes for pair in pairwise(route))))
    layers = _find_layers(list(uses), forward)
    box_of, boxes = _merge_crowded(layers, rank=lambda key: (key not in first, -uses[key]))
    columns: list[list[str]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for key, layer in layers.items():
        if box_of[key] not in columns[layer]:
            columns[layer].append(box_of[key])
    lines = []
    for credit in forward:
        tail, head = (box_of[key] for key in credit)
        # All lines to one source pass a column through one gap: a trunk reads better than a brush.
        passed = [f"\0via-{layer}-{head}" for layer in range(layers[credit[0]] + 1, layers[credit[1]])]
        lines.append(Line((tail, *passed, head), is_backward=False))
        for layer, place in enumerate(passed, start=layers[credit[0]] + 1):
            if place not in columns[layer]:
                columns[layer].append(place)
    lines += [Line((box_of[tail], box_of[head]), is_backward=True) for tail, head in backward]
    return Layering(_untangle(columns, lines), boxes, list(dict.fromkeys(lines)))


def _break_circles(credits: list[Credit]) -> tuple[list[Credit], list[Credit]]:
    """Split into credits that never lead back to where they came from, and those that would close a circle."""
    credited_by: dict[str, list[str]] = {}
    forward, backward = [], []
    for tail, head in credits:
        reached, waiting = {head}, [head]
        while waiting:
            fresh = [key for key in credited_by.get(waiting.pop(), ()) if key not in reached]
            reached.update(fresh)
            waiting += fresh
        if tail in reached:
            backward.append((tail, head))
        else:
            forward.append((tail, head))
            credited_by.setdefault(tail, []).append(head)
    return forward, backward


def _find_layers(keys: list[str], forward: list[Credit]) -> dict[str, int]:
    """Return each key's column: one after the last that credits it, and the last column for origins."""
    layers = dict.fromkeys(keys, 0)
    credited_by: dict[str, list[str]] = {}
    for tail, head in forward:
        credited_by.setdefault(head, []).append(tail)
    for key in TopologicalSorter(credited_by).static_order():
        layers[key] = max((layers[tail] + 1 for tail in credited_by.get(key, ())), default=0)
    last, origins = max(layers.values(), default=0), credited_by.keys() - {tail for tail, _ in forward}
    return {key: last if key in origins else layer for key, layer in layers.items()}


def _merge_crowded(
    layers: dict[str, int], *, rank: Callable[[str], tuple[bool, int]]
) -> tuple[dict[str, str], dict[str, int]]:
    """Return the box of every key, and the boxes with what they stand for."""
    box_of = {key: key for key in layers}
    boxes = dict.fromkeys(layers, 0)
    for layer in sorted(set(layers.values())):
        members = sorted((key for key in layers if layers[key] == layer), key=rank)
        if len(members) > MOST_ROWS:
            shared = members[MOST_ROWS - 1 :]
            boxes[f"\0more-{layer}"] = len(shared)
            for key in shared:
                box_of[key] = f"\0more-{layer}"
                del boxes[key]
    return box_of, boxes


def _untangle(columns: list[list[str]], lines: list[Line]) -> list[list[str]]:
    """Order every column by where its neighbours stand, left to right, back, and left to right again."""
    left: dict[str, set[str]] = {}
    right: dict[str, set[str]] = {}
    for line in lines:
        if not line.is_backward:
            for tail, head in pairwise(line.stops):
                left.setdefault(head, set()).add(tail)
                right.setdefault(tail, set()).add(head)
    ordered = [list(column) for column in columns]
    height = {key: (row + 0.5) / len(column) for column in ordered for row, key in enumerate(column)}
    there = list(range(len(ordered)))
    for numbers, neighbours in ((there, left), (there[::-1], right), (there, left)):
        for number in numbers:
            means = {key: _find_mean(neighbours.get(key, {key}), height) for key in ordered[number]}
            ordered[number].sort(key=means.__getitem__)
            for row, key in enumerate(ordered[number]):
                height[key] = (row + 0.5) / len(ordered[number])
    return ordered


def _find_mean(keys: Collection[str], height: dict[str, float]) -> float:
    # Rounded: the sum of a set's floats depends on its order, which changes from one process to the next.
    return round(sum(height[key] for key in keys) / len(keys), 9)
