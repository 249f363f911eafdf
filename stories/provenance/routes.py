"""Snapshot → routes, independent sources, rests-on; what of them is printed (rules: routes, rests-on)."""

from dataclasses import dataclass

from stories.choices import ArticleKind, Stance
from stories.provenance.independence import count_independent, shared_voices
from stories.provenance.snapshots import Snapshot

DESK = "(desk)"
"""The voice of our own reporting. No slug can look like this."""
DESK_NAME = "our own reporting"
"""What it is called on the desk."""


@dataclass(frozen=True)
class Route:
    """One chain from us to an origin: the passage, its sources (outlet first), and the voices they may be."""

    passage: str
    sources: tuple[str, ...]
    voices: frozenset[str]
    inferred: bool


def routes_of(snapshot: Snapshot) -> list[Route]:
    """The routes that the listed passages give: supporting, not retired, not retracted, with a chain on record.

    For a claim that says somebody's words the speaker is no shared voice; what is then left empty, like our own
    reporting, is the desk's voice.
    """
    speaker = snapshot["claim"]["says"]
    routes = []
    for passage in snapshot["passages"]:
        chain = passage["chain"]
        # Only a note of our own has nobody in front: an outlet's text without a chain is one that nobody recorded.
        unknown = not chain and not (passage["own_reporting"] and passage["article_kind"] == ArticleKind.OWN_NOTE)
        if passage["stance"] != Stance.SUPPORTS or passage["retired"] or passage["retracted"] or unknown:
            continue
        voices = {voice for source in chain if source != speaker for voice in snapshot["voices"][source]}
        routes.append(Route(passage["uuid"], tuple(chain), frozenset(voices or {DESK}), inferred=passage["inferred"]))
    return routes


def count_sources(snapshot: Snapshot, *, accepts_inferred: bool) -> int:
    """Independent sources among the listed passages. An inferred attribution counts only when it is accepted."""
    routes = routes_of(snapshot)
    express = [route.voices for route in routes if accepts_inferred or not route.inferred]
    return count_independent(express) or min(1, len(routes))


def rests_on(snapshot: Snapshot) -> frozenset[str]:
    """The voices that every route runs through: if they are wrong, nothing is left. For the desk only."""
    return shared_voices([route.voices for route in routes_of(snapshot)])


def printed_routes(snapshot: Snapshot) -> list[tuple[str, ...]]:
    """The routes as the public sees them: sources, outlet first, each route once, in a stable order."""
    return sorted({route.sources for route in routes_of(snapshot)})


def printed_rests_on(snapshot: Snapshot) -> list[str]:
    """The sources that stand on every printed route themselves, in the order of the first; never a voice."""
    routes = printed_routes(snapshot)
    speaker = snapshot["claim"]["says"]
    if not routes:
        return []
    shared = set.intersection(*(set(route) for route in routes)) - {speaker}
    return [source for source in routes[0] if source in shared]
