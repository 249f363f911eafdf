"""The provenance of a claim as a small picture that needs no script.

`draw_routes` shows who credits whom: outlets on the left, origins on the right, what lies between in between.
The voice that everything rests on is drawn heavy, filled and labelled, so that the eye goes there first.
It has a text equivalent that leaves nothing out, also where the picture would grow too large and says "and 12 more".
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from stories.admin.pictures.drawing import break_lines, draw_element, draw_text
from stories.admin.pictures.layering import Layering, arrange_layers

#: In units of the view box. On a screen of 390 px, margins of 16, the names of three columns are 11 px high.
WIDTH = 452
ROW_GAP, MARGIN, HEAD = 14, 4, 26
NAME_SIZE, SMALL_SIZE, LINE = 14, 12, 17
BOLD = 1.12  # how much wider bold letters run
LABEL = "all rests on this"


class Stop(NamedTuple):
    """A source on a route: what tells it from others, the name to show, and its kind in words."""

    key: str
    name: str
    kind: str


Route = Sequence[Stop]  # outlet first, origin last


def draw_routes(routes: Iterable[Route], *, title: str, rests_on: Collection[str] = ()) -> str:
    """Return the provenance of a claim as an <svg>; the same for the same routes in any order.

    `rests_on` holds the keys of the voices that every route runs through; `title` names the claim.
    """
    settled = _settle_routes(routes)
    layering = arrange_layers([[stop.key for stop in route] for route in settled], first=rests_on)
    grid = _plan_grid(len(layering.columns))
    stops = {stop.key: stop for route in settled for stop in route}
    boxes = {
        key: _measure_box(stops.get(key, Stop(key, f"and {hidden} more", "")), key in rests_on, grid.box)
        for key, hidden in layering.boxes.items()
    }
    heights = [sum(_height(boxes, key) + ROW_GAP for key in column) - ROW_GAP for column in layering.columns]
    height = HEAD + max(heights, default=LINE) + 2 * MARGIN
    places: dict[str, tuple[float, float]] = {}  # left edge and middle of every box and passing line
    for number, column in enumerate(layering.columns):
        top = HEAD + MARGIN + (max(heights) - heights[number]) / 2
        for key in column:
            places[key] = (grid.lefts[number], top + _height(boxes, key) / 2)
            top += _height(boxes, key) + ROW_GAP
    # One image to a screen reader, as wide as the place it is put in.
    return draw_element(
        "svg",
        draw_element("title", text=title),
        draw_element("desc", text=" ".join(describe_routes(settled, rests_on=rests_on)[-1:])),
        *_draw_headings(grid),
        *_draw_lines(layering, places, rests_on, grid.box),
        *(_draw_box(boxes[key], places[key], grid.box) for key in layering.boxes),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {grid.width:g} {height:g}",
        width="100%",
        role="img",
        class_="picture provenance",
        fill="none",
        stroke="none",
    )


def describe_routes(routes: Iterable[Route], *, rests_on: Collection[str] = ()) -> list[str]:
    """Return the same in words: a sentence for each route, and last what they all rest on."""
    counted = Counter(tuple(route) for route in routes if route)
    sentences = [_describe_route(route, counted[route]) for route in sorted(counted, key=_sort_key)]
    if not counted:
        return ["No route to an origin is recorded."]
    names = sorted({stop.name for route in counted for stop in route if stop.key in rests_on})
    if not names:
        return [*sentences, "No source is on every route."]
    return [*sentences, f"Everything rests on {' and on '.join(names)}."]


def _describe_route(route: tuple[Stop, ...], times: int) -> str:
    first, *others = route
    credits = ", which credits ".join(stop.name for stop in others)
    often = "" if times == 1 else f" ({times} passages)"
    return f"{first.name} credits {credits}{often}." if others else f"{first.name}, crediting nobody else{often}."


def _sort_key(route: Sequence[Stop]) -> tuple[list[str], list[Stop]]:
    return [stop.name.casefold() for stop in route], list(route)


def _settle_routes(routes: Iterable[Route]) -> list[tuple[Stop, ...]]:
    """Each route once, each source on it once, in an order that does not depend on the caller's."""
    known = {tuple({stop.key: stop for stop in route}.values()) for route in routes if route}
    return sorted(known, key=_sort_key)


class _Grid(NamedTuple):
    """How wide the picture and its boxes are, and where each column begins."""

    width: float
    box: float
    lefts: list[float]


def _plan_grid(columns: int) -> _Grid:
    """Spread up to three columns over the usual width; more get narrower boxes and a wider picture."""
    if columns <= 3:
        box, step = 124.0, (WIDTH - 2 * MARGIN - 124) / max(columns - 1, 1)
    else:
        box, step = 100.0, 130.0
    width = max(WIDTH, 2 * MARGIN + (columns - 1) * step + box)
    return _Grid(width, box, [MARGIN + number * step for number in range(columns)])


class _Box(NamedTuple):
    """A source as drawn: its lines as (words, font size, class), top to bottom."""

    name: str
    rows: list[tuple[str, int, str]]
    is_rested_on: bool
    height: float


def _measure_box(stop: Stop, is_rested_on: bool, width: float) -> _Box:
    inside = (width - 10) / (BOLD if is_rested_on else 1)
    rows = [(line, NAME_SIZE, "name") for line in break_lines(stop.name, width=inside, size=NAME_SIZE, most=4)]
    if stop.kind:
        rows += [(line, SMALL_SIZE, "kind") for line in break_lines(stop.kind, width=inside, size=SMALL_SIZE, most=2)]
    if is_rested_on:
        rows += [(line, SMALL_SIZE, "label") for line in break_lines(LABEL, width=inside, size=SMALL_SIZE, most=2)]
    return _Box(stop.name, rows, is_rested_on, len(rows) * LINE + 12)


def _height(boxes: dict[str, _Box], key: str) -> float:
    return boxes[key].height if key in boxes else 6.0  # a line that only passes needs little room


def _draw_headings(grid: _Grid) -> list[str]:
    if not grid.lefts:
        return [draw_text("No route is recorded.", x=MARGIN, y=MARGIN + 12, size=SMALL_SIZE)]
    names = ["Outlets", *("Through" for _ in grid.lefts[2:]), "Origins"][: len(grid.lefts)]
    return [
        draw_text(name, x=left + grid.box / 2, y=MARGIN + 12, size=SMALL_SIZE, text_anchor="middle", class_="heading")
        for name, left in zip(names, grid.lefts, strict=True)
    ]


def _draw_box(box: _Box, place: tuple[float, float], width: float) -> str:
    left, middle = place
    top = middle - box.height / 2
    return draw_element(
        "g",
        draw_element("title", text=box.name),
        draw_element(
            "rect",
            x=left,
            y=top,
            width=width,
            height=box.height,
            rx=4,
            stroke="currentColor",
            stroke_width=4 if box.is_rested_on else 1,
            fill="currentColor" if box.is_rested_on else "none",
            fill_opacity=0.12 if box.is_rested_on else None,
        ),
        *(
            draw_text(
                words,
                x=left + width / 2,
                y=top + 6 + LINE * (number + 0.75),
                size=size,
                text_anchor="middle",
                font_weight="bold" if box.is_rested_on and class_ != "kind" else None,
                class_=class_,
            )
            for number, (words, size, class_) in enumerate(box.rows)
        ),
        class_="source rests-on" if box.is_rested_on else "source",
    )


def _draw_lines(
    layering: Layering, places: dict[str, tuple[float, float]], rests_on: Collection[str], box: float
) -> Iterator[str]:
    """Yield who credits whom: from right edge to left edge, straight through a column that is only passed."""
    for line in layering.lines:
        out, across = (0.0, -box) if line.is_backward else (box, box)
        x, y = places[line.stops[0]][0] + out, places[line.stops[0]][1]
        path = [f"M{x:.1f} {y:.1f}"]
        for key in line.stops[1:]:
            next_x, next_y = places[key][0] + box - out, places[key][1]
            bend = (next_x - x) / 2
            path.append(f"C{x + bend:.1f} {y:.1f} {next_x - bend:.1f} {next_y:.1f} {next_x:.1f} {next_y:.1f}")
            x, y = next_x, next_y
            if key != line.stops[-1]:
                x += across
                path.append(f"H{x:.1f}")
        is_heavy = not rests_on or not {line.stops[0], line.stops[-1]}.isdisjoint(rests_on)
        yield draw_element(
            "path",
            d="".join(path),
            stroke="currentColor",
            stroke_width=2 if is_heavy and rests_on else 1,
            stroke_opacity=None if is_heavy else 0.7,
            stroke_dasharray="4 3" if line.is_backward else None,
            class_="credit",
        )
        tip = 8 if line.is_backward else -8
        yield draw_element("path", d=f"M{x:.1f} {y:.1f}l{tip} -4v8z", fill="currentColor", class_="tip")
