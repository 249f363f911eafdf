"""How sources are named: in a wording, and on the desk."""

import re
from collections.abc import Sequence

from stories.choices import SourceKind
from stories.provenance.routes import DESK, DESK_NAME, routes_of
from stories.provenance.snapshots import Snapshot


def place_of(name: str, wording: str) -> int | None:
    """Where `name` first stands in `wording` as whole words; None when it does not, or is no name at all."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", wording) if re.search(r"\w", name) else None
    return found.start() if found else None


def names_in(wording: str, names: Sequence[str]) -> list[str]:
    """Those of `names` that stand in `wording` as whole words."""
    return [name for name in names if place_of(name, wording) is not None]


def can_name(source: dict[str, object]) -> bool:
    """Whether a wording may be attributed to `source`: named, in the open, and no document that we do not hold."""
    if source["confidential"] or source["kind"] == SourceKind.ANONYMOUS:
        return False
    return source["kind"] != SourceKind.DOCUMENT or bool(source["held"])


ELSEWHERE = "a source on none of these chains"


def name_of(snapshot: Snapshot, slug: str) -> str:
    """What people call the source or voice `slug`.

    A voice may be a source on no chain of `snapshot`, which does not know its name; a slug could tell a protected one.
    """
    if slug == DESK:
        return DESK_NAME
    return str(snapshot["sources"][slug]["name"]) if slug in snapshot["sources"] else ELSEWHERE


def named_sources(snapshot: Snapshot, wording: str) -> list[str]:
    """The sources on the routes that `wording` names, in the order in which it names them: who it is attributed to."""
    found = {}
    for route in routes_of(snapshot):
        for slug in route.sources:
            source = snapshot["sources"][slug]
            places = [place_of(name, wording) for name in source["names"]] if can_name(source) else []
            known = [place for place in places if place is not None]
            if known:
                found[slug] = min(known)
    return sorted(found, key=lambda slug: (found[slug], slug))
