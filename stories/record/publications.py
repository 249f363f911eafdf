"""Decision → publication: the only writer of the public log; and what is in force at a position."""

import json
from datetime import UTC, datetime
from typing import Any

from stories.chain import FORMAT, Place, canonical, digest, format_time, next_place, seal
from stories.choices import ChangeKind, Event
from stories.models import (
    Claim,
    Decision,
    Publication,
    PublicationNote,
    PublicationSource,
    PublicationText,
    StoryVersion,
)
from stories.provenance.snapshots import Snapshot
from stories.record.fact_text import API_ROOT, compose_fact_text
from stories.stamps import Stamps

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
    """The public event that the log's hash covers, without hash, salts, text and note (rule: public-event)."""
    return {
        "format": publication.format,
        "position": publication.position,
        "event": publication.event,
        "at": format_time(publication.at),
        "story": publication.story,
        "fact_id": str(publication.fact_id) if publication.fact_id else None,
        "version": publication.version,
        "correction": _correction_of(publication),
        "ends": publication.ends_id,
        "suppresses": publication.suppresses_id,
        "text_sha256": publication.text_sha256 or None,
        **_members_of(publication),
    }


def _correction_of(publication: Publication) -> dict[str, Any] | None:
    if not publication.correction_kind:
        return None
    note = {"note": publication.note} if publication.format == 1 else {"note_sha256": publication.note_sha256}
    replaced_by = str(publication.replaced_by) if publication.replaced_by else None
    return {"kind": publication.correction_kind, **note, "replaced_by": replaced_by}


def _members_of(publication: Publication) -> dict[str, Any]:
    """What only some events have: those that take a part down or restore it, and a note that corrects nothing."""
    members = {
        "part": publication.part,
        "because": publication.because,
        "restores": publication.restores_id,
        "note_sha256": "" if publication.correction_kind else publication.note_sha256,
    }
    return {name: value for name, value in members.items() if value}


def render_fact(decision: Decision, snapshot: Snapshot, place: Place) -> dict[str, Any]:
    """The whole public fact (rule: public-texts), as it will be frozen at `place`."""
    earlier = Publication.objects.filter(fact_id=snapshot["claim"]["uuid"]).order_by("position")
    first = earlier.values_list("at", flat=True).first()
    return compose_fact_text(
        decision, snapshot, position=place.number, at=place.at, first_published_at=first or place.at
    )


def append_publication(
    publication: Publication, place: Place, text: dict[str, Any] | None, *, note: str, stamps: Stamps
) -> Publication:
    """Seal `publication` at `place` and write it with its text, its public note and its sources."""
    publication.format, publication.position, publication.at = FORMAT, place.number, place.at
    body = canonical(text) if text is not None else ""
    salt, note_salt = stamps.salt(f"publication/{place.number}"), stamps.salt(f"note/{place.number}")
    publication.text_sha256 = digest(salt + body) if body else ""
    publication.note_sha256 = digest(note_salt + canonical(note)) if note else ""
    seal(publication, event_of(publication), place)
    publication.save(force_insert=True)
    if body:
        lay_text_beside(publication, salt, body)
    if note:
        PublicationNote.objects.create(position=publication, salt=note_salt, text=note)
    return publication


def lay_text_beside(publication: Publication, salt: str, body: str) -> None:
    """Write the text of `publication` beside the log, with the sources on its routes."""
    PublicationText.objects.create(position=publication, salt=salt, text=body)
    routes = json.loads(body).get("routes", [])
    slugs = {source["slug"] for route in routes for source in route if source["slug"]}
    PublicationSource.objects.bulk_create(
        PublicationSource(publication=publication, slug=slug) for slug in sorted(slugs)
    )


def publish_fact(decision: Decision, place: Place, *, ends: Publication | None, stamps: Stamps) -> Publication:
    """Publish the wording of a confirmation: `confirmed`, or `reworded` when it ends the fact in force."""
    claim, snapshot = decision.claim, decision.evidence
    if claim is None or snapshot is None:
        raise ValueError("only a decision on a claim, with its snapshot, publishes a fact")
    text = render_fact(decision, snapshot, place)
    publication = Publication(
        event=Event.REWORDED if ends else Event.CONFIRMED,
        story=claim.story.slug,
        fact_id=claim.uuid,
        ends=ends,
        correction_kind=decision.correction_kind,
        kind=claim.kind,
        basis=decision.basis,
        language=claim.language,
        independent_sources=text["independent_sources"],
    )
    return append_publication(publication, place, text, note=decision.public_note, stamps=stamps)


def publish_withdrawal(decision: Decision, place: Place, *, ends: Publication, stamps: Stamps) -> Publication:
    """Publish that the fact begun by `ends` is withdrawn, with the public note of `decision`."""
    publication = Publication(
        event=Event.WITHDRAWN,
        story=ends.story,
        fact_id=ends.fact_id,
        ends=ends,
        correction_kind=decision.correction_kind,
        replaced_by=decision.replaced_by.uuid if decision.replaced_by else None,
    )
    return append_publication(publication, place, None, note=decision.public_note, stamps=stamps)


def render_version(version: StoryVersion, place: Place) -> dict[str, Any]:
    """The whole public story version (rule: public-texts), as it will be frozen at `place`; its note lies beside."""
    story = version.story
    return {
        "story": {"slug": story.slug, "title": story.title},
        "number": version.number,
        "headline": version.headline,
        "standfirst": version.standfirst,
        "blocks": [{"text": block["text"], "facts": block["facts"]} for block in version.blocks],
        "change_kind": version.change_kind,
        "published_at": format_time(place.at),
        "url": f"{API_ROOT}/stories/{story.slug}/versions/{version.number}/",
    }


def publish_version(version: StoryVersion, place: Place, *, stamps: Stamps) -> Publication:
    """Publish a cut of the story."""
    publication = Publication(
        event=Event.VERSION,
        story=version.story.slug,
        version=version.number,
        correction_kind="" if version.change_kind == ChangeKind.NEW else version.change_kind,
    )
    text = render_version(version, place)
    return append_publication(publication, place, text, note=version.change_note, stamps=stamps)
