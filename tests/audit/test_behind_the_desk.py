"""What an owner of the database changes beside the chains is found: the row is named, and what to do.

The owner takes the guards down, changes what no hash covers, or makes text and chain anew, and puts them up again.
"""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from newsroom.health import refuse_unready
from stories.audit import Unknown, examine_desk, find_violations, verify_ledger
from stories.chain import BrokenChain, Place, canonical, digest, seal
from stories.database import drop_guards, install_triggers
from stories.models import (
    Claim,
    Contradiction,
    Decision,
    Discrepancy,
    Evidence,
    FactInForce,
    Publication,
    PublicationText,
    Source,
    Story,
    Voice,
)
from stories.record.decisions import Refused
from stories.record.publications import event_of
from stories.sample.temporary_desk import desk_in
from stories.stamps import LiveStamps
from stories.verification import dispute
from tests.rows import Desk, append, next_decision, run_sql, settle
from tests.world import NOON, World
from tests.world import on_record as recorded

CRANE = "The crane is broken"


@pytest.fixture
def crane(desk: Desk) -> Claim:
    """A fact in force that weighed a voice, an open contradiction, a closed one and a closed discrepancy."""
    world = desk.world
    claim = world.claim(f"{CRANE}.", language="uk", says=world.source("minister"))
    first = world.passage(claim, "courier", "wire", quote=CRANE)
    second = world.passage(claim, "mirror", "official", quote=CRANE)
    world.passage(claim, "mirror", quote="The crane works", stance="contradicts")
    desk.contradict(claim, desk.unverified)
    closed = {"state": "dismissed", "reason": "Another crane.", "closed_at": NOON, "closed_by": world.editor}
    other = desk.contradict(claim, desk.ended)
    told = {"kind": "name", "first_words": "Crane", "second_words": "Krane", "found_at": NOON}
    found = Discrepancy.objects.create(claim=claim, first=first, second=second, **told)
    for row in (other, found):
        as_owner(lambda row=row: type(row).objects.filter(pk=row.pk).update(**closed))
    wording = f"{CRANE}, Wire and The Mirror report."
    world.sign(world.proposal(claim, first, second, wording=wording))
    settle()
    return claim


def found() -> list[str]:
    """What the check of the desk says, each line."""
    return [str(one) for one in find_violations()]


def as_owner(forge: Callable[[], object]) -> None:
    """Run it without the guards, as who owns the database can."""
    drop_guards(connection)
    forge()
    settle()
    install_triggers(connection)


def test_untouched_it_is_silent(crane: Claim) -> None:
    assert list(examine_desk()) == []


def weighed_in(claim: Claim) -> int:
    """The first decision on `claim`."""
    return Decision.objects.filter(claim=claim).order_by("seq")[0].seq


@pytest.mark.parametrize(
    ("changed", "name", "was"),
    [
        ({"statement": "The crane works."}, "statement", f"{CRANE}."),
        ({"language": "en"}, "language", "uk"),
        ({"kind": "quote"}, "kind", "fact"),
        ({"says": None}, "says", "minister"),
    ],
)
def test_a_decided_claim_that_was_changed(crane: Claim, changed: dict[str, object], name: str, was: str) -> None:
    as_owner(lambda: Claim.objects.filter(pk=crane.pk).update(**changed))
    told = f"stories.claim {crane.uuid}: its {name} is not what decision {weighed_in(crane)} weighed (“{was}”)"
    assert [line for line in found() if "weighed" in line] == [f"{told}: put that back"]


def test_a_decided_claim_in_another_story(crane: Claim) -> None:
    as_owner(lambda: Claim.objects.filter(pk=crane.pk).update(story=Story.objects.get(slug="empty")))
    assert f"stories.claim {crane.uuid}: its story is not what decision {weighed_in(crane)} weighed" in " ".join(
        found()
    )


def turn_round() -> None:
    for voice in Voice.objects.all():
        Voice.objects.filter(pk=voice.pk).update(source=voice.same_as, same_as=voice.source)


@pytest.mark.parametrize("forge", [lambda: Voice.objects.all().delete(), turn_round])
def test_voices_that_were_deleted_or_turned_round(crane: Claim, forge: Callable[[], object]) -> None:
    as_owner(forge)
    assert [line for line in found() if "deleted or turned round" in line] == [
        f"stories.source {slug}: that it may be {other} is recorded nowhere, and decision {weighed_in(crane)}"
        " weighed it: a voice was deleted or turned round; record it again"
        for slug, other in (("minister", "official"), ("minister", "report"), ("official", "report"))
    ]


def test_a_voice_that_was_retired_is_on_record(crane: Claim) -> None:
    as_owner(lambda: Voice.objects.update(retired_at=NOON + timedelta(days=1)))
    assert list(examine_desk()) == []


def test_an_institution_that_was_changed_since_is_unknown_and_no_violation(desk: Desk) -> None:
    world = desk.world
    world.source("ministry", "Ministry", "institution")
    official = Source.objects.filter(slug="official")
    as_owner(lambda: official.update(institution=world.source("ministry")))
    claim = world.claim()
    passages = world.passage(claim, "courier", "official"), world.passage(claim, "mirror", "wire")
    world.sign(world.proposal(claim, *passages, wording="The Courier and Wire report that it is closed."))
    assert list(examine_desk()) == []
    as_owner(lambda: official.update(institution=None))
    assert [type(one) for one in examine_desk()] == [Unknown]
    out = io.StringIO()
    call_command("check_desk", stdout=out)
    assert out.getvalue().splitlines() == [
        "Of 1 row(s) from before decisions kept how things were called nobody can say whether they were so; the first:"
        f" stories.source official: it may have been of ministry when decision {weighed_in(claim)} was made.",
        "The desk is in order.",
    ]


def test_an_institution_that_was_changed_on_record_since_is_in_order(desk: Desk) -> None:
    world = desk.world
    official = world.source("official")
    recorded(official, institution=world.source("ministry", "Ministry", "institution"))
    claim = world.claim()
    passages = world.passage(claim, "courier", "official"), world.passage(claim, "mirror", "wire")
    world.sign(world.proposal(claim, *passages, wording="The Courier and Wire report that it is closed."))
    recorded(official, institution=None)
    assert list(examine_desk()) == []


def lines_about(what: str) -> list[str]:
    return [line for line in found() if what in line]


def on_record(claim: Claim, what: str) -> str:
    told = f"the {what} is not on record as decision {weighed_in(claim)} weighed it: restore it from a backup"
    return f"stories.claim {claim.uuid}: {told}"


def test_a_contradiction_that_was_deleted(crane: Claim) -> None:
    row = Contradiction.objects.get(first=crane, state="open")
    as_owner(row.delete)
    assert lines_about("on record") == [on_record(crane, f"contradiction {row.uuid} (“Not both.”)")]


def test_the_closing_words_of_a_contradiction(crane: Claim) -> None:
    rows = Contradiction.objects.filter(first=crane, state="dismissed")
    as_owner(lambda: rows.update(reason="None."))
    what = f"contradiction {rows.get().uuid} (dismissed: “Another crane.”)"
    assert lines_about("on record") == [on_record(crane, what)]


@pytest.mark.parametrize(
    "forge",
    [
        lambda rows: rows.update(reason="None."),
        lambda rows: rows.update(state="resolved"),
        lambda rows: rows.update(second_words="Crane"),
        lambda rows: rows.delete(),
    ],
)
def test_the_closing_words_of_a_discrepancy(crane: Claim, forge: Callable[..., object]) -> None:
    as_owner(lambda: forge(Discrepancy.objects.filter(claim=crane)))
    assert lines_about("on record") == [
        on_record(crane, "discrepancy of “Crane” / “Krane” (dismissed: “Another crane.”)")
    ]


def test_a_contradicting_passage_that_speaks_for_the_claim(crane: Claim) -> None:
    rows = Evidence.objects.filter(claim=crane, stance="contradicts")
    uuid = rows.get().uuid
    as_owner(lambda: rows.update(stance="supports"))
    assert lines_about("on record") == [on_record(crane, f"passage {uuid} against the claim")]


# ---- Published texts -------------------------------------------------------------------------------------------


def forge_text(position: int, **members: object) -> None:
    """Another text at `position`, and the whole log from there made anew, so that its chain verifies."""
    body = PublicationText.objects.get(position=position)
    text = canonical(json.loads(body.text) | members)
    PublicationText.objects.filter(pk=position).update(text=text)
    before = Publication.objects.filter(pk=position - 1).values_list("hash", flat=True).first() or ""
    for row in Publication.objects.filter(pk__gte=position).order_by("pk"):
        if row.pk == position:
            row.text_sha256 = digest(body.salt + text)
            row.independent_sources = json.loads(text).get("independent_sources")
        seal(row, event_of(row), Place(row.pk, before, row.at))
        row.save(force_update=True)
        FactInForce.objects.filter(pk=row.pk).update(independent_sources=row.independent_sources)
        before = row.hash


FORGED: dict[str, object] = {
    "independent_sources": 99,
    "routes": [[{"slug": "courier", "name": "The Courier", "kind": "outlet"}]],
    "citations": [
        {"outlet": "The Courier", "headline": "x", "url": "javascript:alert(1)", "published_at": None, "quote": CRANE}
    ],
    "attributed_to": [{"slug": "courier", "name": "The Courier", "kind": "outlet"}],
    "rests_on": [{"slug": "courier", "name": "The Courier", "kind": "outlet"}],
    "first_published_at": "1999-01-01T00:00:00.000Z",
    "revised_at": "1999-01-01T00:00:00.000Z",
    "story": {"slug": "harbour", "title": "Another title"},
    "url": "https://elsewhere.example/",
    "aside": "A key too many.",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_published_text_that_was_made_up(crane: Claim, name: str) -> None:
    row = Publication.objects.get(fact_id=crane.uuid)
    as_owner(lambda: forge_text(row.pk, **{name: FORGED[name]}))
    decision = Decision.objects.get(publication=row)
    assert [line for line in found() if "make it" in line] == [
        f"stories.publication {row.pk}: its text is not what decision {decision.seq} and the log make it ({name}):"
        " withdraw and suppress it, or restore a backup"
    ]
    with pytest.raises(CommandError):
        call_command("check_desk", stdout=io.StringIO())


# ---- Under the rows --------------------------------------------------------------------------------------------

FOREIGN = {
    "sqlite": ["CREATE TRIGGER helper AFTER INSERT ON stories_claim BEGIN SELECT 1; END"],
    "postgresql": [
        "CREATE FUNCTION helper() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER helper AFTER INSERT ON stories_claim FOR EACH ROW EXECUTE FUNCTION helper()",
    ],
}


def test_a_trigger_that_is_not_the_desks(desk: Desk) -> None:
    for statement in FOREIGN[connection.vendor]:
        run_sql(statement)
    assert found() == ["stories_claim helper: it is no trigger of the desk's: find out who put it there, and drop it"]


def test_a_trigger_that_calls_itself_a_guard(desk: Desk) -> None:
    for statement in FOREIGN[connection.vendor]:
        run_sql(statement.replace("helper", "guard_claim_helper"))
    assert [line.partition(":")[0] for line in found()] == ["stories_claim guard_claim_helper"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no rewrite rules.")
def test_a_rule_that_rewrites(desk: Desk) -> None:
    run_sql("CREATE RULE quiet AS ON DELETE TO stories_presence DO INSTEAD NOTHING")
    assert [line.partition(":")[0] for line in found()] == ["stories_presence quiet"]


on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its indexes itself.")


@on_sqlite
@pytest.mark.parametrize(
    ("forge", "told"),
    [
        ("INSERT INTO stories_search (stories_search) VALUES ('delete-all')", "stories_search 1: 3"),
        ("INSERT INTO stories_claimwords (rowid, statement) VALUES (1, 'treasure')", "stories_claimwords 1: 1"),
    ],
)
def test_an_index_of_words_that_is_empty_or_wrong(crane: Claim, forge: str, told: str) -> None:
    run_sql(forge)
    lines = lines_about("run manage.py migrate")
    assert [line.partition(" row(s)")[0] for line in lines] == [told]


@on_sqlite
def test_an_index_of_words_whose_table_is_empty(crane: Claim) -> None:
    run_sql("DELETE FROM stories_search_data WHERE id > 10")
    assert [line.partition(" (")[0] for line in found()] == ["stories_search all: the index of words cannot be read"]
    call_command("migrate", verbosity=0)
    assert found() == []


@on_sqlite
def test_migrate_mends_the_index_of_words(crane: Claim) -> None:
    run_sql("INSERT INTO stories_claimwords (rowid, statement) VALUES (1, 'treasure')")
    run_sql("INSERT INTO stories_search (stories_search) VALUES ('delete-all')")
    call_command("migrate", verbosity=0)
    assert found() == []


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_page_of_zeroes(tmp_path: Path) -> None:
    file = tmp_path / "desk.sqlite3"
    with desk_in(file):
        call_command("migrate", verbosity=0)
        World().fact()
        with connection.cursor() as cursor:
            cursor.execute("SELECT rootpage FROM sqlite_master WHERE name = 'stories_claim'")
            page = cursor.fetchone()[0]
            cursor.execute("PRAGMA page_size")
            size = cursor.fetchone()[0]
    text = bytearray(file.read_bytes())
    text[(page - 1) * size : page * size] = bytes(size)
    file.write_bytes(text)
    with desk_in(file):
        lines = found()
    assert "database default: the file is damaged (" in lines[0]
    assert lines[0].endswith("): stop the desk and restore a backup (docs/backup.md)")


# ---- Time ------------------------------------------------------------------------------------------------------


FAR = datetime(9999, 12, 31, tzinfo=NOON.tzinfo)


def decide_far_ahead(desk: Desk) -> Decision:
    """A proposal of the year 9999, by the owner."""
    row = next_decision(desk, desk.unverified, "proposed", "reporter", at=FAR)
    as_owner(lambda: append(row))
    return row


def test_a_decision_of_the_year_9999(desk: Desk) -> None:
    row = decide_far_ahead(desk)
    reason = (
        f"decision {row.seq}: its time, 9999-12-31T00:00:00.000Z, lies in the future, and time stands still after it:"
        " restore a backup from before it"
    )
    assert lines_about("in the future") == [f"stories.decision {row.seq}: {reason}"]
    with pytest.raises(BrokenChain) as error:
        verify_ledger()
    assert str(error.value) == reason
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (
        503,
        [f"The newest decision ({row.seq}) lies in the future (9999-12-31T00:00:00.000Z): time stands still."],
    )
    refuse_unready()  # and yet the desk starts: facts can be taken down


def test_after_it_people_go_on_and_what_they_publish_carries_todays_time(desk: Desk) -> None:
    decide_far_ahead(desk)
    newest = desk.newest(desk.in_force)
    explained = {"correction_kind": "withheld", "public_note": "We are checking."}
    made = dispute(desk.in_force, by=desk.world.editor, rationale="Doubtful.", follows=newest.seq, **explained)
    assert made.at == FAR
    assert made.publication is not None
    assert made.publication.at < timezone.now()


class Ahead(LiveStamps):
    """The clock of a machine that is so far ahead."""

    def __init__(self, **ahead: int) -> None:
        self.ahead = timedelta(**ahead)

    def now(self) -> datetime:
        return super().now() + self.ahead


def test_a_clock_that_is_ahead_is_refused_and_nothing_is_written(desk: Desk) -> None:
    claim, before = desk.world.claim(), (Decision.objects.count(), Publication.objects.count())
    passage = desk.world.passage(claim, "courier", "wire")
    with pytest.raises(Refused) as error:
        desk.world.proposal(claim, passage, stamps=Ahead(minutes=6))
    assert error.value.reasons == [
        "Nothing was recorded: the clock of this machine is more than five minutes ahead of the database's."
        " Whoever runs the desk must set it right (NTP)."
    ]
    assert (Decision.objects.count(), Publication.objects.count()) == before
    assert desk.world.proposal(claim, passage, stamps=Ahead(minutes=4)).seq == before[0] + 1
