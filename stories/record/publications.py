"""Decision → publication: the only writer of the public log; and what is in force at a position."""

import json
from datetime import UTC, datetime
from typing import Any

from stories.chain import FORMAT, Place, canonical, digest, format_time, next_place, seal
from stories.choices import ChangeKind, Event
from stories.models import Claim, Decision, Publication, PublicationSource, PublicationText, StoryVersion
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


def render_fact(decision: Decision, snapshot: Snapshot, place: Place) -> dict[str, Any]:
    """The whole public fact (rule: public-texts), as it will be frozen at `place`."""
    earlier = Publication.objects.filter(fact_id=snapshot["claim"]["uuid"]).order_by("position")
    first = earlier.values_list("at", flat=True).first()
    return compose_fact_text(
        decision, snapshot, position=place.number, at=place.at, first_published_at=first or place.at
    )


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
    text = render_fact(decision, snapshot, place)
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
