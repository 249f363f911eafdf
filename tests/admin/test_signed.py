"""Who recorded, retired, opened and closed, and when, stands where the passage, voice or contradiction is shown."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stories.admin.clock import sign
from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.intake.passages import retire_evidence
from stories.models import Evidence, Voice
from stories.provenance.voices import record_voice, retire_voice
from tests.admin.conftest import page_of
from tests.world import NOON, World

Login = Callable[[User], Client]


def words_of(response: Any) -> str:
    """What the page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page_of(response))).split()).replace(" ,", ",")


@pytest.fixture
def passage(world: World) -> Evidence:
    return world.passage(world.claim(), "courier", "wire")


def test_a_passage_where_its_claim_is_reviewed_and_its_article_read(
    world: World, passage: Evidence, login: Login
) -> None:
    client = login(world.second_editor)
    pages = f"/admin/stories/claim/{passage.claim_id}/review/", f"/admin/stories/article/{passage.article_id}/read/"
    for page in pages:
        assert "ecorded: reporter, 2025-11-21 12:00 UTC" in words_of(client.get(page))
    retire_evidence(passage, by=world.editor, stamps=world.stamps)
    assert "retired editor, 2025-11-21 12:00 UTC" in words_of(client.get(pages[0]))
    assert "retired: editor, 2025-11-21 12:00 UTC" in words_of(client.get(pages[1]))


def test_a_passage_on_its_own_page(world: World, passage: Evidence, login: Login) -> None:
    client = login(world.editor)
    assert "Recorded by: reporter" in words_of(client.get(f"/admin/stories/evidence/{passage.pk}/change/"))


def test_a_row_that_is_older_than_the_names_names_nobody() -> None:
    assert re.sub(r"<[^>]+>", "", sign(None, NOON)) == "nobody on record, 2025-11-21 12:00 UTC"


def test_a_voice_on_the_form_of_its_source(world: World, login: Login) -> None:
    source, client = world.source("official"), login(world.second_editor)
    said = {"by": world.reporter, "reason": "Perhaps.", "stamps": world.stamps}
    voice: Voice = record_voice(source, world.source("minister"), **said)
    page = f"/admin/stories/source/{source.pk}/change/"
    assert "Perhaps. reporter, 2025-11-21 12:00 UTC Retire" in words_of(client.get(page))
    retire_voice(voice, by=world.editor, stamps=world.stamps)
    said_now = words_of(client.get(page))
    assert "Perhaps. reporter, 2025-11-21 12:00 UTC editor, 2025-11-21 12:00 UTC" in said_now


def test_a_contradiction_on_its_page_and_where_its_claims_are_reviewed(
    world: World, passage: Evidence, login: Login
) -> None:
    client = login(world.second_editor)
    other = world.claim("The harbour is open.")
    row = open_contradiction(passage.claim, other, by=world.reporter, note="Not both.", stamps=world.stamps)
    pages = f"/admin/stories/claim/{other.pk}/review/", f"/admin/stories/contradiction/{row.pk}/change/"
    for page in pages:
        assert "pened: reporter, 2025-11-21 12:00 UTC" in words_of(client.get(page))
    close_contradiction(row, by=world.editor, state="resolved", reason="It is shut.", stamps=world.stamps)
    assert "Closed: editor, 2025-11-21 12:00 UTC : It is shut." in words_of(client.get(pages[0]))
    assert "resolved by editor, 2025-11-21 12:00 UTC : It is shut." in words_of(client.get(pages[1]))
