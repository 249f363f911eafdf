"""Which corrections of a story have lost words since they were published, or got them back: for feeds (RFC 6721)."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stories.api import log
from stories.choices import Event, Part

MOST_TAKEDOWNS = 100
"""So many acts of taking down and putting back, the newest of a story, are told of."""


@dataclass(frozen=True, slots=True)
class Touched:
    """When the words of a correction last changed after it was published, and when they were taken down if they are."""

    updated: str
    down_since: str | None


def read_touched(story: str, *, at: int) -> dict[int, Touched]:
    """The corrections of `story` up to position `at` whose words were taken down or put back since, by position."""
    takedowns = [json.loads(payload) for (payload,) in log.read_takedowns(story, most=MOST_TAKEDOWNS)]
    acts: dict[tuple[int, str], dict[str, Any]] = {}
    versions: dict[int, int] = {}
    for event in sorted(takedowns, key=lambda event: int(event["position"])):
        place = event["restores"] if event["event"] == Event.RESTORED else event["suppresses"]
        part = event.get("part", Part.TEXT)  # format 1 names none
        for one in _places_of(place, part, acts):
            acts[one, part] = event
        if event["version"] is not None and part == Part.TEXT:
            versions[place] = event["version"]
    texts = [place for place, part in acts if part == Part.TEXT]
    notes = [place for place, part in acts if part == Part.NOTE]
    touched: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = log.read_corrections_of(story, positions=texts + notes, ends=texts, versions=list(versions.values()), at=at)
    by_number = {number: place for place, number in versions.items()}
    for position, ends, version in rows:
        old = ends if version is None else by_number.get(version - 1)
        pieces = [(position, Part.TEXT), (position, Part.NOTE), (old, Part.TEXT)]
        touched[position] += [acts[piece] for piece in pieces if piece in acts]
    return {position: _describe(events) for position, events in touched.items() if events}


def _places_of(place: int, part: str, acts: dict[tuple[int, str], dict[str, Any]]) -> Iterator[int]:
    """`place`, and, when its note stood in the place of another one, the place of that."""
    yield place
    if part == Part.NOTE:
        for (other, _), event in list(acts.items()):
            if event["position"] == place:
                yield other


def _describe(events: list[dict[str, Any]]) -> Touched:
    newest = max(events, key=lambda event: int(event["position"]))
    downs = [event for event in events if event["event"] == Event.SUPPRESSED]
    # Beyond the millisecond by the position: an entry is newer than the tombstone of what it said before.
    updated = f"{newest['at'].removesuffix('Z')}{newest['position'] % 1_000_000:06}Z"
    return Touched(updated, max((event["at"] for event in downs), default=None))
