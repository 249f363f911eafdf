"""Rows written past the one door: a desk that has decided and published, and forged rows appended to it.

A forgery is well-formed in everything but the one thing it breaks: its payload and hash are made anew, so that
nothing but the guard in question stands in its way.
"""

import copy
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from stories.chain import FORMAT, Place, canonical, digest, seal
from stories.choices import Part
from stories.database import guards_of, triggers_of
from stories.models import (
    Claim,
    Contradiction,
    Decision,
    Evidence,
    Lift,
    Publication,
    PublicationNote,
    PublicationText,
    Sighting,
    Source,
    Story,
    StoryVersion,
    Voice,
)
from stories.provenance.protection import propose_lift, return_lift
from stories.provenance.readers import add_reader, begin_list, name_for
from stories.provenance.sightings import newest_ruling, rule_on
from stories.record import decisions as ledger
from stories.record import publications as publishing
from stories.verification import dispute, newest_decision, suppress
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.world import NOON, World, on_record


class Desk:
    """A desk with a past: every kind of row that a forger could start from."""

    def __init__(self) -> None:
        world = self.world = World()
        self.in_force: Claim = world.fact(world.claim("The quay is shut."))
        self.ended: Claim = world.fact(world.claim("The bridge is up."))
        draft = save_draft(
            world.story, by=world.editor, headline="Shut", blocks=compose_blocks(world.story), stamps=world.stamps
        )
        self.version: StoryVersion = cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)
        self.suppressed: Claim = world.fact(world.claim("The pilot is ill."), wording="The pilot is ill, Wire reports.")
        for claim in (self.ended, self.suppressed):
            dispute(
                claim,
                by=world.editor,
                rationale="Wire called back.",
                follows=self.newest(claim).seq,
                correction_kind="withheld",
                public_note=f"We are checking this: {claim.pk}.",
                stamps=world.stamps,
            )
        self.suppressed_text = PublicationText.objects.get(position=self.publication(self.suppressed))
        self.suppressed_note = PublicationNote.objects.get(position__fact_id=self.suppressed.uuid)
        for part, target in (("text", self.suppressed_text.position), ("note", self.suppressed_note.position)):
            suppress(
                target,
                part=Part(part),
                because="court",
                by=world.editor,
                rationale="Court order.",
                public_note="By order of a court.",
                stamps=world.stamps,
            )
        self.proposed: Claim = world.claim("The ferry is late.")
        self.passage: Evidence = world.passage(self.proposed, "courier", "wire")
        world.proposal(self.proposed, self.passage)
        self.unverified: Claim = world.claim("The lighthouse is dark.")
        self.unused: Evidence = world.passage(self.unverified, "mirror", "wire")
        self.prediction: Claim = world.claim("The harbour will close.", kind="prediction")
        self.contradiction = self.contradict(self.proposed, self.unverified)
        self.contradict(self.prediction, self.unverified)
        self.alias, _ = world.alias("wire", "the Wire agency"), world.alias("wire", "it", printable=False)
        self.protect()
        self.voice = self.link_voice("minister", "official")
        self.link_voice("official", "report")
        Story.objects.create(slug="empty", title="Another story", created_at=NOON)
        self.draft: StoryVersion = save_draft(
            world.story, by=world.editor, headline="Open", blocks=compose_blocks(world.story), stamps=world.stamps
        )

    def contradict(self, first: Claim, second: Claim) -> Contradiction:
        """An open contradiction."""
        return Contradiction.objects.create(
            first=first, second=second, note="Not both.", opened_at=NOON, opened_by=self.world.editor
        )

    def protect(self) -> None:
        """A protected source with its list, a look at its name, and a name that it had."""
        world = self.world
        clerk = world.source("clerk", "Jane Roe", "person", confidential=True, public_name="a Harbour Board clerk")
        begin_list(clerk, by=world.editor, stamps=world.stamps)
        add_reader(clerk, world.reporter, by=world.editor, stamps=world.stamps)
        for person in (world.editor, world.reporter):
            name_for(clerk, person, stamps=world.stamps)
        for name in ("J. Roe", "K-17"):
            on_record(Source.objects.filter(pk=clerk.pk), name=name)
        consent = {"ground": "consent", "record": "A letter.", "stamps": world.stamps}
        self.returned_lift: Lift = propose_lift(clerk, by=world.editor, **consent)
        return_lift(self.returned_lift, by=world.second_editor, stamps=world.stamps)
        self.lift: Lift = propose_lift(clerk, by=world.editor, **consent)
        for number in (1, 2):
            said = {"is_another": True, "reason": "Asked.", "by": world.editor, "stamps": world.stamps}
            stopped = self.stop(f"{number} Roe")
            newest = newest_ruling(stopped)
            rule_on(stopped, follows=newest.pk if newest else None, **said)

    def stop(self, text: str, *, surname: str = "roe") -> Sighting:
        """A text of the second editor's that was stopped because it may name the clerk."""
        by = self.world.second_editor
        return Sighting.objects.create(
            source=self.world.source("clerk"),
            place="wording",
            story="harbour",
            text=text,
            text_sha256=digest(text),
            words="Roe",
            surname=surname,
            by=by,
            by_username=by.username,
            at=NOON,
        )

    def link_voice(self, source: str, same_as: str) -> Voice:
        """A source that may be another."""
        sources = {"source": self.world.source(source), "same_as": self.world.source(same_as)}
        return Voice.objects.create(**sources, reason="Same desk.", created_at=NOON, recorded_by=self.world.editor)

    def newest(self, claim: Claim) -> Decision:
        """The newest decision on `claim`."""
        newest = newest_decision(claim)
        assert newest is not None
        return newest

    def publication(self, claim: Claim) -> Publication:
        """The newest publication that began a fact of `claim`."""
        return Publication.objects.filter(fact_id=claim.uuid).facts().order_by("-position")[0]


# ---- Forging one row ------------------------------------------------------------------------------------------


def place_after(model: type[Model]) -> Place:
    """The next place of the ledger or the log."""
    head: Any = model._default_manager.order_by("-pk").first()
    return Place(head.pk + 1, head.hash, head.at)


def reseal(row: Any) -> Any:
    """`row` with the payload and hash that its columns ask for at the end of its sequence."""
    payload_of = ledger.payload_of if isinstance(row, Decision) else publishing.event_of
    seal(row, payload_of(row), place_after(type(row)))
    return row


def forged(row: Any, **columns: Any) -> Any:
    """A copy of the ledger or log row `row` at the next place, with other `columns`, sealed anew."""
    place, row = place_after(type(row)), copy.copy(row)
    row.pk, row.at = place.number, place.at
    if isinstance(row, Decision) and "publication_id" not in columns and row.publication_id is not None:
        row.publication_id = place_after(Publication).number
    for name, value in columns.items():
        setattr(row, name, value)
    return reseal(row)


def append(row: Any) -> Any:
    """INSERT `row` as it is, with no check of Django's."""
    row.save_base(raw=True, force_insert=True)
    return row


def next_decision(desk: Desk, claim: Claim | None, verdict: str, by: str, **columns: Any) -> Decision:
    """An unsaved decision that follows the newest on `claim`, by the desk member `by` in the role that they have."""
    newest = newest_decision(claim) if claim else None
    actor = getattr(desk.world, by)
    like = Decision.objects.filter(verdict="proposed", claim__isnull=False)[0]
    values: dict[str, Any] = {
        "claim": claim,
        "previous": newest,
        "verdict": verdict,
        "rationale": "Because.",
        "actor": actor,
        "actor_username": actor.username,
        "actor_role": "reporter" if by == "reporter" else "editor",
        "publication_id": place_after(Publication).number if verdict in ("confirmed", "withdrawn") else None,
    }
    if verdict == "confirmed" and newest is not None:
        agreed = ("wording", "basis", "evidence", "evidence_digest", "correction_kind", "public_note")
        values |= {name: getattr(newest, name) for name in agreed}
    elif verdict == "proposed":
        values |= {name: getattr(like, name) for name in ("wording", "basis", "evidence", "evidence_digest")}
    else:
        values |= {"wording": "", "basis": "", "evidence": None, "evidence_digest": ""}
    if verdict in ("withdrawn", "disputed", "refuted"):
        values |= {"correction_kind": "correction", "public_note": "It was wrong."}
    return forged(like, **values | columns)


def decide(desk: Desk, claim: Claim | None, verdict: str, by: str, **columns: Any) -> Decision:
    """Append `next_decision`."""
    return append(next_decision(desk, claim, verdict, by, **columns))


def next_publication(decision: Decision, **columns: Any) -> Publication:
    """The unsaved publication that `decision` asks for, with other `columns`, sealed."""
    claim = decision.claim
    facts = Publication.objects.filter(fact_id=claim.uuid, event__in=["confirmed", "reworded", "withdrawn"])
    newest = facts.order_by("-position").first()
    in_force = newest if newest is not None and newest.event != "withdrawn" else None
    begins = decision.verdict == "confirmed"
    values: dict[str, Any] = {
        "event": ("reworded" if in_force else "confirmed") if begins else "withdrawn",
        "story": claim.story.slug,
        "fact_id": claim.uuid,
        "ends": in_force,
        "format": FORMAT,
        "correction_kind": decision.correction_kind,
        "note_sha256": hash_note(decision.public_note),
        "replaced_by": decision.replaced_by.uuid if decision.replaced_by else None,
    }
    if begins:
        body = text_of(decision)
        values |= {"kind": claim.kind, "basis": decision.basis, "language": claim.language, "independent_sources": 1}
        values["text_sha256"] = digest(SALT + body)
    return forged(Publication(), **values | columns)


SALT = "0123456789abcdef"


def hash_note(note: str) -> str:
    """What stands in the event of a note, salted with `SALT`."""
    return digest(SALT + canonical(note)) if note else ""


def append_note(publication: Publication, note: str, *, salt: str = SALT) -> PublicationNote:
    """INSERT the note of `publication`."""
    return append(PublicationNote(position=publication, salt=salt, text=note))


def text_of(decision: Decision, **members: Any) -> str:
    """The canonical public text of the confirmation `decision`, with other `members`."""
    place = Place(decision.publication_id, "", decision.at)
    return canonical(publishing.render_fact(decision, decision.evidence, place) | members)


def append_text(publication: Publication, text: str, *, salt: str = SALT) -> PublicationText:
    """INSERT the text of `publication`."""
    return append(PublicationText(position=publication, salt=salt, text=text))


def confirmation(desk: Desk) -> Decision:
    """A right confirmation of the open proposal, whose publication is still to come."""
    return decide(desk, desk.proposed, "confirmed", "editor")


def cut_raw(desk: Desk) -> StoryVersion:
    """The draft, cut by another editor; its publication is still to come."""
    place = place_after(Publication)
    StoryVersion.objects.filter(pk=desk.draft.pk).update(
        publication_id=place.number,
        cut_by=desk.world.second_editor,
        cut_by_username="second-editor",
        cut_by_role="editor",
        cut_at=place.at,
    )
    return StoryVersion.objects.get(pk=desk.draft.pk)


def version_text(version: StoryVersion, **members: object) -> str:
    """The canonical public text of `version`, with other `members`."""
    place = Place(place_after(Publication).number, "", version.drafted_at)
    return canonical(publishing.render_version(version, place) | members)


def version_publication(cut: StoryVersion, text: str = "", **columns: object) -> Publication:
    """The unsaved publication of `cut` with `text`, with other `columns`."""
    values = {"format": FORMAT, "event": "version", "story": cut.story.slug, "version": cut.number}
    return forged(Publication(), **values | {"text_sha256": digest(SALT + text)} | columns)


def run_sql(sql: str) -> None:
    """Execute `sql` as whoever holds the connection could."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


# ---- Proofs ---------------------------------------------------------------------------------------------------

Forge = Callable[[Desk], object]


@dataclass(frozen=True)
class Forgery:
    """Something that must not happen, the guard that stops it, and guards that would stop it as well."""

    guard: str
    forge: Forge
    beside: tuple[str, ...]


class Forgeries(list[Forgery]):
    """The forgeries of one test file."""

    def breaking(self, guard: str, *, beside: Iterable[str] = ()) -> Callable[[Forge], Forge]:
        """Register a function that breaks the rule of `guard` (and, inevitably, those `beside`)."""

        def register(forge: Forge) -> Forge:
            self.append(Forgery(guard, forge, tuple(beside)))
            return forge

        return register

    def guards(self) -> list[str]:
        """The guards that they break, each once."""
        return sorted({forgery.guard for forgery in self})

    def prove(self, guard: str, desk: Desk) -> None:
        """Every forgery against `guard` is refused in its own words, and passes once it is away."""
        for forgery in self:
            if forgery.guard == guard:
                assert_refused(forgery, desk)
                assert_passes_without(forgery, desk)


def deleted(model: type[Model]) -> Forge:
    """A forger who deletes the newest row of `model`."""
    table = model._meta.db_table

    def forge(desk: Desk) -> None:
        run_sql(f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})")

    forge.__name__ = f"delete_from_{table}"
    return forge


@contextmanager
def undone() -> Any:
    """Whatever happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def take_away(*names: str) -> None:
    """Drop the triggers of the guards `names`."""
    drop_each(*(f"guard_{name}" for name in names))


def drop_each(*triggers: str) -> None:
    """Drop `triggers`."""
    tables = {one.trigger: one.table for one in triggers_of(connection)}
    with connection.cursor() as cursor:
        for name in triggers:
            on = f" ON {tables[name]}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def settle() -> None:
    """On PostgreSQL, check deferred foreign keys now: a table with unchecked rows lets no trigger be dropped."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def assert_refused(forgery: Forgery, desk: Desk) -> None:
    """The guard refuses the forgery, in its own words."""
    refusal = next(guard.refusal for guard in guards_of(connection) if guard.name == forgery.guard)
    with undone():
        take_away(*forgery.beside)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            forgery.forge(desk)
    assert (forgery.forge.__name__, str(error.value).splitlines()[0]) == (forgery.forge.__name__, refusal)


def assert_passes_without(forgery: Forgery, desk: Desk) -> None:
    """With the guard away the forgery passes: the proof above can fail."""
    with undone():
        take_away(forgery.guard, *forgery.beside)
        forgery.forge(desk)
