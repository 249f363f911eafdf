"""What happened to a claim, a source, an article: every change with who, when, what was, what is, why."""

from typing import Any

import pytest

from stories.changes.writing import save_on_record
from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.insight.happened import HIDDEN, MOST, read_happened
from stories.intake.passages import retire_evidence
from stories.models import Change, Sighting, Source
from stories.provenance.protection import add_spelling, propose_lift, protect, rename, sign_lift
from stories.provenance.sightings import rule_on
from stories.provenance.voices import record_voice, retire_voice
from stories.verification import confirm
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def told(row: Any, person: Any) -> list[tuple[str, str, str, str, str]]:
    """Who, what, what was, what is and why, oldest first."""
    rows = read_happened(row, shown_to=person).rows
    assert [one.at for one in rows] == sorted((one.at for one in rows), reverse=True)
    return [(one.who, one.what, one.was, one.became, one.reason) for one in reversed(rows)]


def test_a_claim(world: World) -> None:
    claim, other = world.claim(), world.claim("The harbour is open.")
    claim.says, claim.statement = world.source("minister"), "The harbour is shut."
    save_on_record(claim, by=world.reporter, reason="Their word.", stamps=world.stamps)
    passage = world.passage(claim, "courier", "wire")
    against = open_contradiction(claim, other, by=world.reporter, note="Shut or open.", stamps=world.stamps)
    close_contradiction(against, by=world.editor, state="resolved", reason="It is shut.", stamps=world.stamps)
    proposal = world.proposal(claim, passage)
    confirm(proposal, by=world.editor, stamps=world.stamps)
    retire_evidence(passage, by=world.reporter, stamps=world.stamps)
    quote = "The harbour is closed"
    with_other = "with “The harbour is open.”"
    assert told(claim, world.reporter) == [
        ("reporter", "passage recorded: supports", "", quote, ""),
        ("reporter", "statement changed", "The harbour is closed.", "The harbour is shut.", "Their word."),
        ("reporter", "says changed", "", "Minister of Harbours", "Their word."),
        ("reporter", f"contradiction opened, {with_other}", "", "open", "Shut or open."),
        ("editor", f"contradiction closed, {with_other}", "open", "resolved", "It is shut."),
        ("reporter (reporter)", f"decision {proposal.seq}", "unverified", "proposed", "Both carry it from Wire."),
        ("editor (editor)", f"decision {proposal.seq + 1}", "proposed", "confirmed", ""),
        ("reporter", "passage retired", quote, "", ""),
    ]


def test_an_article(world: World) -> None:
    passage = world.passage(world.claim(), "courier", "wire")
    article = passage.article
    retire_evidence(passage, by=world.editor, stamps=world.stamps)
    article.headline = "Shut"
    save_on_record(article, by=world.reporter, stamps=world.stamps)
    quote = "The harbour is closed"
    assert told(article, world.reporter) == [
        ("reporter", "passage recorded: supports", "", quote, ""),
        ("editor", "passage retired", quote, "", ""),
        ("reporter", "headline changed", "", "Shut", ""),
    ]


def test_a_source(world: World) -> None:
    source = world.source("official")
    world.alias("official", "H. Official")
    source.institution = world.source("wire")
    save_on_record(source, by=world.reporter, stamps=world.stamps)
    said = {"by": world.reporter, "reason": "Perhaps.", "stamps": world.stamps}
    voice = record_voice(source, world.source("minister"), **said)
    retire_voice(voice, by=world.editor, stamps=world.stamps)
    words = "a harbour official may be Minister of Harbours"
    assert told(source, world.reporter) == [
        ("reporter", "printable changed: the spelling “H. Official”", "", "yes", ""),
        ("reporter", "institution changed", "", "Wire", ""),
        ("reporter", "voice recorded", "", words, "Perhaps."),
        ("editor", "voice retired", words, "", ""),
    ]
    assert told(world.source("minister"), world.reporter)[0][1] == "voice recorded"


def test_nobody_reads_a_protected_name_there_and_once_it_is_lifted_everybody_does(world: World) -> None:
    source = world.source("source-7", "Zebedee Oldbird", "person")
    source.name = "Zebedee Quillfeather"
    save_on_record(source, by=world.reporter, reason="Oldbird has married.", stamps=world.stamps)
    protect(source, by=world.editor, public_name="a harbour pilot", stamps=world.stamps)
    rename(source, by=world.editor, name="Zebedee Tattler")
    add_spelling(source, by=world.editor, text="Z. Tattler")
    source = Source.objects.get(pk=source.pk)
    for person in (world.editor, world.reporter):
        assert sorted(told(source, person)) == sorted(
            [
                ("reporter", "name changed", HIDDEN, HIDDEN, HIDDEN),
                ("editor", "protected changed", "no", "yes", "Protected at once, which anybody may."),
                ("editor", "public name changed", "", "a harbour pilot", "Protected at once, which anybody may."),
                ("editor", "name changed", HIDDEN, HIDDEN, ""),
                ("editor", f"printable changed: the spelling {HIDDEN}", "", "no", ""),
            ]
        )
    said = {"ground": "consent", "record": "A letter.", "stamps": world.stamps}
    sign_lift(propose_lift(source, by=world.editor, **said), by=world.second_editor)
    shown = told(Source.objects.get(pk=source.pk), world.reporter)
    assert ("reporter", "name changed", "Zebedee Oldbird", "Zebedee Quillfeather", "Oldbird has married.") in shown
    assert (
        "editor",
        "lifting protection proposed",
        "",
        "the source agreed, and that is on record",
        "A letter.",
    ) in shown


def test_what_was_stopped_is_told_to_the_readers_of_the_name_alone(world: World) -> None:
    source = world.protected("source-7", "Zebedee Roe", "a harbour pilot", world.editor)
    claim = world.claim()
    by = {"by": world.reporter, "by_username": "reporter", "at": world.stamps.now()}
    words = {"text": "Roe says so.", "words": "Roe", "surname": "roe", "text_sha256": "0" * 64}
    sighting = Sighting.objects.create(source=source, place="wording", story="harbour", claim=claim, **words, **by)
    rule_on(sighting, by=world.editor, is_another=True, reason="Roe the mayor.", follows=None, stamps=world.stamps)
    for row in (source, claim):
        assert told(row, world.reporter) == []
        assert told(row, world.editor) == [
            ("reporter", "wording in harbour stopped: may name a harbour pilot", "", "", ""),
            ("editor", "said whom the wording in harbour means", "", "another person", ""),
        ]


def test_a_page_is_full_and_the_next_one_goes_on_where_it_ends(world: World) -> None:
    article = world.article("courier", "The harbour is closed.")
    for number in range(MOST + 2):
        article.headline = f"Headline {number}"
        save_on_record(article, by=world.reporter, stamps=world.stamps)
    first, second = (read_happened(article, shown_to=world.reporter, page=page) for page in (1, 2))
    assert (len(first.rows), first.has_older) == (MOST, True)
    assert [one.became for one in second.rows] == ["Headline 1", "Headline 0"]
    assert not second.has_older
    assert Change.objects.count() == MOST + 2
