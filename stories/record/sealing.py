"""What lies beside the log, taken down and put back: its text and its public note (rule: suppression).

A part is *shown* while its row lies beside the log, *sealed* once the row was moved to where the desk alone can read
it, and *gone* once it was destroyed there. The log itself never changes.
"""

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from stories.chain import Place
from stories.choices import FACT_EVENTS, Event, Part, Verdict
from stories.models import (
    Claim,
    Decision,
    Publication,
    PublicationNote,
    PublicationSource,
    PublicationText,
    SealedText,
)
from stories.models.withheld import Withheld
from stories.record.publications import append_publication, lay_text_beside
from stories.stamps import Stamps
from stories.texts import holds_words

BESIDE: dict[Part, type[PublicationText] | type[PublicationNote]] = {
    Part.TEXT: PublicationText,
    Part.NOTE: PublicationNote,
}
"""Where each part lies while it is shown."""


class Whereabouts(StrEnum):
    """Where a part of a publication is."""

    NOWHERE = "nowhere"
    SHOWN = "shown"
    SEALED = "sealed"
    GONE = "gone"


def whereabouts(publication: Publication, part: Part) -> Whereabouts:
    """Where the `part` of `publication` is; `NOWHERE` when it never lay beside the log."""
    if not (publication.text_sha256 if part == Part.TEXT else publication.note_sha256):
        return Whereabouts.NOWHERE
    if BESIDE[part]._default_manager.filter(position=publication).exists():
        return Whereabouts.SHOWN
    is_sealed = SealedText.objects.filter(publication=publication, part=part).exists()
    return Whereabouts.SEALED if is_sealed else Whereabouts.GONE


def read_part(publication: Publication, part: Part) -> str | None:
    """The `part` of `publication` as it lies beside the log, or as it is sealed; None once it is gone."""
    shown = BESIDE[part]._default_manager.filter(position=publication).values_list("text", flat=True).first()
    if shown is not None:
        return str(shown)
    sealed: str | None = (
        SealedText.objects.filter(publication=publication, part=part).values_list("text", flat=True).first()
    )
    return sealed


def shown_notes(positions: Iterable[int]) -> dict[int, str]:
    """The public note of each of `positions` that has one, as readers see it: once taken down, the one in its place."""
    rows = Publication.objects.filter(pk__in=list(positions)).exclude(note="", note_sha256="")
    lying = rows.values_list("pk", "note", "note_beside__text")
    read: dict[int, str | None] = {place: kept or beside for place, kept, beside in lying}
    taken_down = [place for place, note in read.items() if note is None]
    if taken_down:
        by = Publication.objects.filter(event=Event.SUPPRESSED, part=Part.NOTE, suppresses__in=taken_down)
        in_place_of = dict(by.order_by("position").values_list("suppresses", "position"))
        notes = shown_notes(in_place_of.values())
        read |= {place: notes.get(in_place_of.get(place, 0)) for place in taken_down}
    return {place: note for place, note in read.items() if note is not None}


def find_taken_down() -> Withheld:
    """All that was taken down and nobody has put back: positions, and the claims whose fact's text it is."""
    by = Publication.objects.filter(suppresses__gt=0).order_by()  # a range, found by its index
    lying = ("suppresses__body__position", "suppresses__note_beside__position")
    rows = [
        (place or 0, fact, part, text, note)
        for place, fact, part, text, note in by.values_list("suppresses", "suppresses__fact_id", "part", *lying)
    ]
    texts = {place: fact for place, fact, part, text, _ in rows if part != Part.NOTE and text is None}
    claims = dict(Claim.objects.filter(uuid__in={*texts.values()} - {None}).values_list("pk", "uuid"))
    return Withheld(
        claims=frozenset(claims),
        facts=frozenset(claims.values()),
        texts=frozenset(texts),
        notes=frozenset(place for place, _, part, _, note in rows if part == Part.NOTE and note is None),
    )


def seals_to_settle(*, but: int) -> QuerySet[Decision]:
    """The decisions that sealed what is sealed still, and that nobody proposed to put back; none by `but` (a key)."""
    it: dict[str, Any] = {"suppresses": OuterRef("suppresses"), "part": OuterRef("part")}
    seals = Decision.objects.on_publications().filter(verdict=Verdict.SUPPRESSED).exclude(actor=but)
    return seals.filter(
        Exists(SealedText.objects.filter(publication=OuterRef("suppresses"), part=OuterRef("part"))),
        ~Exists(Decision.objects.filter(**it, verdict=Verdict.SUPPRESSED, seq__gt=OuterRef("seq")).order_by()),
        ~Exists(Decision.objects.awaiting_second_signature().filter(**it).order_by()),
    )


# ---- What carries the same words -------------------------------------------------------------------------------

Piece = tuple[Publication, Part]


def shown_with(target: Publication, part: Part) -> list[Piece]:
    """The `part` of `target`, then what else of its story is shown and carries its words; no other fact's text."""
    versions = PublicationText.objects.filter(position__event=Event.VERSION)
    facts = PublicationText.objects.filter(position__fact_id=target.fact_id) if target.fact_id else versions.none()
    texts = [*facts.select_related("position"), *versions.filter(position__story=target.story)]
    notes = PublicationNote.objects.filter(position__story=target.story).select_related("position")
    rows = [(row.position, Part.TEXT, row.text) for row in texts]
    rows += [(row.position, Part.NOTE, row.text) for row in notes]
    return _carrying(target, part, rows)


def sealed_with(target: Publication, part: Part) -> list[Piece]:
    """The `part` of `target`, then what else of its story is sealed and carries its words; no other fact's text."""
    of_others = ~Q(publication__fact_id=target.fact_id)
    rows = SealedText.objects.filter(publication__story=target.story).select_related("publication")
    rows = rows.exclude(of_others, part=Part.TEXT, publication__event__in=FACT_EVENTS)
    return _carrying(target, part, [(row.publication, Part(row.part), row.text) for row in rows])


def _carrying(target: Publication, part: Part, rows: Iterable[tuple[Publication, Part, str]]) -> list[Piece]:
    words = words_of(target, part)
    others = [
        (publication, kind)
        for publication, kind, text in rows
        if (publication.pk, kind) != (target.pk, part) and words and carries(publication, kind, text, words=words)
    ]
    return [(target, part), *sorted(others, key=lambda piece: (piece[0].pk, piece[1] == Part.NOTE))]


def words_of(target: Publication, part: Part) -> str:
    """The sentence that goes with the `part` of `target`: a fact's wording, or a note; of a version there is none."""
    text = read_part(target, part) or ""
    if part == Part.NOTE or not text:
        return text
    return str(json.loads(text)["statement"]) if target.event in FACT_EVENTS else ""


def carries(publication: Publication, part: Part, text: str, *, words: str) -> bool:
    """Whether `text`, the `part` of `publication`, says `words`: whole words, however they are written."""
    said = [text]
    if part == Part.TEXT:
        whole = json.loads(text)
        said = [whole["statement"]] if publication.event in FACT_EVENTS else printed_in(whole)
    return any(words == one or holds_words(one, words.rstrip(".!?")) for one in said)


def printed_in(version: dict[str, Any]) -> list[str]:
    """Every text that a version prints, as it was published."""
    return [version["headline"], version["standfirst"], *(block["text"] for block in version["blocks"])]


# ---- Moving a part --------------------------------------------------------------------------------------------


def _event_on(decision: Decision, event: Event, **columns: object) -> tuple[Publication, Publication, Part]:
    """The publication of `event` that `decision` asks for, what it is about, and which part of that."""
    target = decision.suppresses
    if target is None:
        raise ValueError("only a decision that names a publication takes a part of one down or puts it back")
    about = {name: getattr(target, name) for name in ("story", "fact_id", "version")}
    return Publication(event=event, part=decision.part, **about, **columns), target, Part(decision.part)


def publish_suppression(decision: Decision, place: Place, *, stamps: Stamps) -> Publication:
    """Publish that the part which `decision` names was taken down, and seal it."""
    publication, target, part = _event_on(
        decision, Event.SUPPRESSED, suppresses=decision.suppresses, because=decision.because
    )
    append_publication(publication, place, None, note=decision.public_note, stamps=stamps)
    rows = BESIDE[part]._default_manager.filter(position=target)
    shown = rows.get()
    SealedText.objects.create(publication=target, part=part, salt=shown.salt, text=shown.text)
    if part == Part.TEXT:
        PublicationSource.objects.filter(publication=target).delete()
    rows.delete()
    return publication


def publish_restoration(decision: Decision, place: Place, *, stamps: Stamps) -> Publication:
    """Publish that the part which `decision` names is back: the same text and salt as before."""
    publication, target, part = _event_on(decision, Event.RESTORED, restores=decision.suppresses)
    append_publication(publication, place, None, note="", stamps=stamps)
    sealed = SealedText.objects.get(publication=target, part=part)
    if part == Part.TEXT:
        lay_text_beside(target, sealed.salt, sealed.text)
    else:
        PublicationNote.objects.create(position=target, salt=sealed.salt, text=sealed.text)
    sealed.delete()
    return publication


def destroy_sealed(decision: Decision) -> None:
    """Destroy the sealed part that `decision` names: from then on it is nowhere in this database."""
    SealedText.objects.filter(publication=decision.suppresses, part=decision.part).delete()
