"""A source that was in the open first, with its name in its slug, shows neither once it is protected.

But for what was printed before, which anybody may read, and the texts of others, as they were received.
"""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from stories.chain import Refused
from stories.database import drop_guards
from stories.models import Alias, Claim, Sighting, Source, Story
from stories.provenance.protection import add_spelling, protect, rename
from stories.provenance.voices import record_voice, retire_voice
from stories.verification import confirm, newest_decision
from tests.admin.conftest import page_of
from tests.admin.test_canary import WHO, crawl, links_on
from tests.world import World

Login = Callable[[User], Client]
CANARIES = ("zebedee", "quillfeather", "oldbird")
PRINTED = "/admin/stories/publication/"
"""What we told the world stands there as it was told."""


class Aviary:
    """A pilot on the chains of a fact and of an open proposal, and a clerk who is nobody's but a voice's."""

    def __init__(self, world: World) -> None:
        self.world = world
        pilot = world.source("zebedee-oldbird", "Zebedee Oldbird", "person")
        clerk = world.source("quillfeather", "Q. Quillfeather", "person")
        self.voice = record_voice(world.source("wire"), clerk, by=world.editor, reason="They sound alike.")
        fact = world.claim("It is shut.")
        passage = world.passage(fact, "courier", "wire", "zebedee-oldbird")
        world.fact(fact, wording="It is shut, Wire reports.", passages=[passage])
        world.claim("The pilot says it is shut.", kind="position", says=pilot)
        self.pending = world.claim("It is closed.")
        world.proposal(self.pending, world.passage(self.pending, "courier", "wire", "zebedee-oldbird"))
        for source, public_name in ((pilot, "a harbour pilot"), (clerk, "a port clerk")):
            protect(source, by=world.editor, public_name=public_name, stamps=world.stamps)
        self.pilot = Source.objects.get(pk=pilot.pk)
        add_spelling(self.pilot, by=world.editor, text="Z. Quillfeather")
        rename(self.pilot, by=world.editor, name="Zebedee Quillfeather")


@pytest.fixture
def aviary(world: World) -> Aviary:
    return Aviary(world)


def assert_silent(text: str, where: str) -> None:
    assert [one for one in CANARIES if one in text.casefold()] == [], where


@pytest.mark.parametrize("who", WHO)
def test_no_page_of_the_desk_shows_it(who: str, aviary: Aviary, login: Login) -> None:
    world = aviary.world
    people = {"reporter": world.reporter, "other editor": world.second_editor}
    person = people.get(who) or world.person(
        who, "Auditors" if who == "auditor" else None, is_superuser=who != "auditor"
    )
    pages = crawl(login(person))
    assert f"/admin/stories/source/{aviary.pilot.pk}/change/" in pages or who != "superuser"
    for address, page in pages.items():
        if not address.startswith(PRINTED):
            assert_silent(page, address)
    assert list(links_on(pages["/admin/"], "/admin/"))


def test_what_changed_since_a_proposal_does_not_tell_it(aviary: Aviary, login: Login) -> None:
    world, proposal = aviary.world, newest_decision(aviary.pending)
    assert proposal is not None
    retire_voice(aviary.voice, by=world.editor)
    with pytest.raises(Refused) as refusal:
        confirm(proposal, by=world.second_editor, stamps=world.stamps)
    assert refusal.value.reasons == [
        "What the proposal stands on has changed since.",
        "Wire could be a source on none of these chains, Wire, and now could be Wire.",
    ]
    page = f"/admin/stories/claim/{aviary.pending.pk}/review/"
    assert_silent(page_of(login(world.second_editor).get(page)), page)


@pytest.mark.parametrize(
    "command",
    [
        ["what_if", "wire"],
        ["what_if", "wire", "--json"],
        ["what_if", "zebedee-oldbird"],
        ["what_if", "quillfeathers"],
        ["weigh_facts"],
        ["stats"],
        ["verify_ledger"],
        ["find_discrepancies", "article-1", "article-2", "--json"],
    ],
    ids=" ".join,
)
def test_no_command_prints_more_of_it_than_was_typed(command: list[str], aviary: Aviary) -> None:
    out = StringIO()
    try:
        call_command(*command, stdout=out)
    except CommandError as error:
        out.write(str(error))
    said = out.getvalue()
    assert_silent(said.replace(command[1], "") if len(command) > 1 else said, str(command))


def test_what_is_said_of_a_damaged_desk_tells_neither_name_nor_slug(aviary: Aviary, tmp_path: Path) -> None:
    drop_guards(connection)
    called = f"protected-{aviary.pilot.pk}"
    Alias.objects.filter(source=aviary.pilot).update(printable=True)
    Source.objects.filter(pk=aviary.pilot.pk).update(public_name="Q. Quillfeather")
    out, nothing = StringIO(), tmp_path / "nothing.json"
    nothing.write_text("[]")
    with pytest.raises(CommandError):
        call_command("check_desk", stdout=out)
    with pytest.raises(CommandError) as refused:
        call_command("loaddata", str(nothing))
    assert f"stories.source {called}: its public_name is not what the newest change on record says" in out.getvalue()
    assert f"stories.alias {called}, (protected): its printable is not what" in out.getvalue()
    assert str(refused.value).startswith("Nothing was loaded. in the database: stories.")
    assert called in str(refused.value)
    assert_silent(out.getvalue() + str(refused.value), "commands")


# ---- What is typed under the whole name of somebody who is protected ------------------------------------------


def test_nobody_records_an_open_source_of_the_name_and_its_readers_are_told(aviary: Aviary, login: Login) -> None:
    form: dict[str, Any] = {"name": "Quillfeather, Zebedee", "slug": "pilot-2", "kind": "person"}
    form |= {f"{prefix}-{count}": 0 for prefix in ("aliases", "voices") for count in ("TOTAL_FORMS", "INITIAL_FORMS")}
    client = login(aviary.world.second_editor)
    stopped = page_of(client.post("/admin/stories/source/add/", form))
    assert "Somebody who protects a source must look at this." in stopped
    told = {(one.source.public_name, one.place, one.by_username, one.surname) for one in Sighting.objects.all()}
    place = "name of a source on the routes"
    assert told == {
        ("a harbour pilot", place, "second-editor", ""),
        ("a port clerk", place, "second-editor", "quillfeather"),
    }
    another = client.post("/admin/stories/source/add/", {**form, "name": "Jo Quillfeather"})
    assert (another.status_code, Source.objects.filter(slug="pilot-2").count()) == (302, 1)


@pytest.mark.parametrize(
    ("slug", "title"), [("quay", "Z. Quillfeather shuts it"), ("zebedee-quillfeather", "The quay")]
)
def test_no_story_is_loaded_under_the_name(slug: str, title: str, aviary: Aviary, tmp_path: Path) -> None:
    fields = {"slug": slug, "title": title, "created_at": "2025-11-21T12:00:00Z"}
    file = tmp_path / "quay.json"
    file.write_text(json.dumps([{"model": "stories.story", "fields": fields}]))
    with pytest.raises(CommandError) as refused:
        call_command("loaddata", str(file))
    assert str(refused.value) == (
        "Nothing was loaded. quay.json: stories.story: Somebody who protects a source must look at this."
    )
    assert not Story.objects.filter(slug=slug).exists()


def test_its_readers_are_told_which_free_texts_show_it(aviary: Aviary, login: Login) -> None:
    world = aviary.world
    claim = world.claim("Z. Quillfeather shut it.")
    minister, official = world.source("minister"), world.source("official")
    record_voice(minister, official, by=world.editor, reason="So said Oldbird, Zebedee.")
    page = f"/admin/stories/source/{aviary.pilot.pk}/protection/"
    shown = page_of(login(world.editor).post(page, {"step": "look"}))
    assert f"<li>the claim {claim.uuid}</li>" in shown
    assert "<li>why a source may be another one (voice " in shown
    assert Claim.objects.count() == 4
