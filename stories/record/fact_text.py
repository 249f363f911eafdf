"""Decision, snapshot and log → the text of a fact: a pure function, by which it is published and audited."""

from datetime import datetime
from typing import Any

from stories.chain import format_time
from stories.choices import ArticleKind, Basis
from stories.models import Decision
from stories.provenance.names import named_sources
from stories.provenance.routes import count_sources, printed_rests_on, printed_routes
from stories.provenance.snapshots import Snapshot

API_ROOT = "/api/v1"

OWN_REPORTING = {"slug": None, "name": "own reporting", "kind": "desk"}
"""How a route without any source is printed: nobody stands between us and what happened."""


def print_source(source: dict[str, Any]) -> dict[str, Any]:
    """A snapshot's source as the public sees it: a confidential one has a public name and no slug."""
    slug = None if source["confidential"] else source["slug"]
    return {"slug": slug, "name": source["name"], "kind": source["kind"]}


def print_citations(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The published articles that the passages stand in; for checking, not for print."""
    articles = snapshot["articles"]
    cited = [one for one in snapshot["passages"] if one["article_kind"] == ArticleKind.PUBLISHED]
    cited.sort(key=lambda one: (articles[one["article"]]["received_at"], one["article"], one["start"]))
    return [
        {
            **{name: articles[one["article"]][name] for name in ("outlet", "headline", "url", "published_at")},
            "quote": one["quote"],
        }
        for one in cited
    ]


def compose_fact_text(
    decision: Decision, snapshot: Snapshot, *, position: int, at: datetime, first_published_at: datetime
) -> dict[str, Any]:
    """The whole public fact that the confirmation `decision` on `snapshot` makes at a place of the log.

    `position` and `at` are that place, `first_published_at` is when the log first carried the fact
    (rule: public-texts). Asks the database nothing.
    """
    sources, claim = snapshot["sources"], snapshot["claim"]
    attributed = named_sources(snapshot, decision.wording) if decision.basis == Basis.ATTRIBUTED else []
    return {
        "id": claim["uuid"],
        "revision": position,
        "story": snapshot["story"],
        "statement": decision.wording,
        "kind": claim["kind"],
        "language": snapshot["language"],
        "basis": decision.basis,
        "attributed_to": [print_source(sources[slug]) for slug in attributed] or None,
        "independent_sources": count_sources(snapshot, accepts_inferred=decision.accepts_inferred),
        "rests_on": [print_source(sources[slug]) for slug in printed_rests_on(snapshot)],
        "routes": [
            [print_source(sources[slug]) for slug in route] or [OWN_REPORTING] for route in printed_routes(snapshot)
        ],
        "citations": print_citations(snapshot),
        "first_published_at": format_time(first_published_at),
        "revised_at": format_time(at),
        "url": f"{API_ROOT}/facts/{claim['uuid']}/",
    }
