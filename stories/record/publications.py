"""Decision → publication: the only writer of the public log; and what is in force at a position."""

import json
from datetime import UTC, datetime
from typing import Any

from stories.chain import FORMAT, Place, canonical, digest, format_time, next_place, seal
from stories.choices import ArticleKind, Basis, ChangeKind, Event
from stories.models import (
    Article,
    Claim,
    Decision,
    Evidence,
    Publication,
    PublicationSource,
    PublicationText,
    StoryVersion,
)
from stories.provenance.names import named_sources
from stories.provenance.routes import count_sources, printed_rests_on, printed_routes
from stories.provenance.snapshots import Snapshot
from stories.stamps import Stamps

API_ROOT = "/api/v1"

OWN_REPORTING = {"slug": None, "name": "own reporting", "kind": "desk"}
"""How a route without any source is printed: nobody stands between us and what happened."""

NOWHERE = Place(0, "", datetime(1, 1, 1, tzinfo=UTC))
"""Where a text stands while it is only looked through, as the public would read it."""


def fact_in_force(claim: Claim) -> Publication | None:
    """The publication that is `claim`'s fact now; None when none is in force."""
    return Publication.objects.filter(fact_id=claim.uuid).in_force(at=None).order_by("-position").first()


def head_position() -> int:
    """The newest position of the public log; 0 while it is empty."""
    head = Publication.objects.head()
    return head.position if head else 0


def next_position(*, now: datetime) -> Place:
    """Where the next publication goes."""
    return next_place(Publication.objects.all(), now=now)


def text_of(publication: Publication) -> dict[str, Any] | None:
    """The public text of `publication`; None when it has none or it was suppressed."""
    row = PublicationText.objects.filter(position=publication.pk).values_list("text", flat=True).first()
    return json.loads(row) if row else None


def event_of(publication: Publication) -> dict[str, Any]:
    """The public event that the log's hash covers, without hash, salt and text (rule: public-event)."""
    correction = None
    if publication.correction_kind:
        correction = {
            "kind": publication.correction_kind,
            "note": publication.note,
            "replaced_by": str(publication.replaced_by) if publication.replaced_by else None,
        }
    return {
        "format": FORMAT,
        "position": publication.position,
        "event": publication.event,
        "at": format_time(publication.at),
        "story": publication.story,
        "fact_id": str(publication.fact_id) if publication.fact_id else None,
        "version": publication.version,
        "correction": correction,
        "ends": publication.ends_id,
        "suppresses": publication.suppresses_id,
        "text_sha256": publication.text_sha256 or None,
    }


def print_source(source: dict[str, Any]) -> dict[str, Any]:
    """A snapshot's source as the public sees it: a confidential one has a public name and no slug."""
    slug = None if source["confidential"] else source["slug"]
    return {"slug": slug, "name": source["name"], "kind": source["kind"]}


def _cite(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The published articles that the fact's passages stand in; for checking, not for print.

    What a confidential outlet put out is cited without its headline and address, which would name it.
    """
    listed = [passage["uuid"] for passage in snapshot["passages"]]
    rows = Evidence.objects.filter(uuid__in=listed, article__kind=ArticleKind.PUBLISHED)
    return [
        {
            "outlet": row.article.outlet.printed_name if row.article.outlet else None,
            "headline": None if is_withheld(row.article) else row.article.headline or None,
            "url": None if is_withheld(row.article) else row.article.url or None,
            "published_at": row.article.published or None,
            "quote": row.quote,
        }
        for row in rows.select_related("article__outlet").order_by("article__received_at", "article__slug", "start")
    ]


def is_withheld(article: Article) -> bool:
    """Whether headline and address of `article` would name its confidential outlet (rule: everything-printed)."""
    return article.outlet is not None and article.outlet.confidential


def render_fact(claim: Claim, decision: Decision, snapshot: Snapshot, place: Place) -> dict[str, Any]:
    """The whole public fact (rule: public-texts), as it will be frozen at `place`."""
    first = Publication.objects.filter(fact_id=claim.uuid).order_by("position").values_list("at", flat=True).first()
    citations = _cite(snapshot)
    return describe_fact(claim, decision, snapshot, place, citations=citations, first_published_at=first or place.at)


def describe_fact(
    claim: Claim,
    decision: Decision,
    snapshot: Snapshot,
    place: Place,
    *,
    citations: list[dict[str, Any]],
    first_published_at: datetime,
) -> dict[str, Any]:
    """The public fact at `place`, with what `render_fact` asks the database for; asks nothing itself."""
    sources = snapshot["sources"]
    attributed = named_sources(snapshot, decision.wording) if decision.basis == Basis.ATTRIBUTED else []
    return {
        "id": str(claim.uuid),
        "revision": place.number,
        "story": {"slug": claim.story.slug, "title": claim.story.title},
        "statement": decision.wording,
        "kind": claim.kind,
        "language": claim.language,
        "basis": decision.basis,
        "attributed_to": [print_source(sources[slug]) for slug in attributed] or None,
        "independent_sources": count_sources(snapshot, accepts_inferred=decision.accepts_inferred),
        "rests_on": [print_source(sources[slug]) for slug in printed_rests_on(snapshot)],
        "routes": [
            [print_source(sources[slug]) for slug in route] or [OWN_REPORTING] for route in printed_routes(snapshot)
        ],
        "citations": citations,
        "first_published_at": format_time(first_published_at),
        "revised_at": format_time(place.at),
        "url": f"{API_ROOT}/facts/{claim.uuid}/",
    }


def _append(publication: Publication, place: Place, text: dict[str, Any] | None, *, stamps: Stamps) -> Publication:
    """Seal `publication` at `place` and write it with its text and sources."""
    publication.position, publication.at = place.number, place.at
    salt, body = "", ""
    if text is not None:
        salt, body = stamps.salt(f"publication/{place.number}"), canonical(text)
        publication.text_sha256 = digest(salt + body)
    seal(publication, event_of(publication), place)
    publication.save(force_insert=True)
    if text is not None:
        PublicationText.objects.create(position=publication, salt=salt, text=body)
        slugs = {source["slug"] for route in text.get("routes", []) for source in route if source["slug"]}
        PublicationSource.objects.bulk_create(
            PublicationSource(publication=publication, slug=slug) for slug in sorted(slugs)
        )
    return publication


def publish_fact(decision: Decision, place: Place, *, ends: Publication | None, stamps: Stamps) -> Publication:
    """Publish the wording of a confirmation: `confirmed`, or `reworded` when it ends the fact in force."""
    claim, snapshot = decision.claim, decision.evidence
    if claim is None or snapshot is None:
        raise ValueError("only a decision on a claim, with its snapshot, publishes a fact")
    text = render_fact(claim, decision, snapshot, place)
    publication = Publication(
        event=Event.REWORDED if ends else Event.CONFIRMED,
        story=claim.story.slug,
        fact_id=claim.uuid,
        ends=ends,
        correction_kind=decision.correction_kind,
        note=decision.public_note,
        kind=claim.kind,
        basis=decision.basis,
        language=claim.language,
        independent_sources=text["independent_sources"],
    )
    return _append(publication, place, text, stamps=stamps)


def publish_withdrawal(decision: Decision, place: Place, *, ends: Publication, stamps: Stamps) -> Publication:
    """Publish that the fact begun by `ends` is withdrawn, with the public note of `decision`."""
    publication = Publication(
        event=Event.WITHDRAWN,
        story=ends.story,
        fact_id=ends.fact_id,
        ends=ends,
        correction_kind=decision.correction_kind,
        note=decision.public_note,
        replaced_by=decision.replaced_by.uuid if decision.replaced_by else None,
    )
    return _append(publication, place, None, stamps=stamps)


def render_version(version: StoryVersion, place: Place) -> dict[str, Any]:
    """The whole public story version (rule: public-texts), as it will be frozen at `place`."""
    story = version.story
    return {
        "story": {"slug": story.slug, "title": story.title},
        "number": version.number,
        "headline": version.headline,
        "standfirst": version.standfirst,
        "blocks": [{"text": block["text"], "facts": block["facts"]} for block in version.blocks],
        "change_kind": version.change_kind,
        "change_note": version.change_note or None,
        "published_at": format_time(place.at),
        "url": f"{API_ROOT}/stories/{story.slug}/versions/{version.number}/",
    }


def publish_version(version: StoryVersion, place: Place, *, stamps: Stamps) -> Publication:
    """Publish a cut of the story."""
    corrects = version.change_kind != ChangeKind.NEW
    publication = Publication(
        event=Event.VERSION,
        story=version.story.slug,
        version=version.number,
        correction_kind=version.change_kind if corrects else "",
        note=version.change_note if corrects else "",
    )
    return _append(publication, place, render_version(version, place), stamps=stamps)


def publish_suppression(decision: Decision, place: Place, *, stamps: Stamps) -> Publication:
    """Publish that the text which `decision` suppresses was taken down, and take it down (rule: suppression)."""
    target = decision.suppresses
    if target is None:
        raise ValueError("only a decision that names a publication suppresses one")
    of_target = {name: getattr(target, name) for name in ("story", "fact_id", "version")}
    publication = Publication(event=Event.SUPPRESSED, suppresses=target, **of_target)
    _append(publication, place, None, stamps=stamps)
    PublicationSource.objects.filter(publication=target).delete()
    PublicationText.objects.filter(position=target).delete()
    return publication


def versions_carrying(publication: Publication) -> list[Publication]:
    """The story versions that print the wording of the fact `publication`, and are not suppressed yet."""
    ended = Publication.objects.filter(ends=publication).values_list("position", flat=True).first()
    rows = Publication.objects.filter(
        event=Event.VERSION, story=publication.story, position__gt=publication.position, suppressed_by__isnull=True
    )
    if ended is not None:
        rows = rows.filter(position__lt=ended)
    fact = str(publication.fact_id)
    read = ((row, json.loads(row.body.text)["blocks"]) for row in rows.select_related("body"))
    return [row for row, blocks in read if any(fact in block["facts"] for block in blocks)]
