"""The forms of sources, stories and claims, and closing what the desk disagrees on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stories.models import Claim, Contradiction, Discrepancy, Source, Story, Voice
from tests.admin.conftest import all_rows, page_of, read_of, send
from tests.world import NOON, World, anybody

Login = Callable[[User], Client]


def no_inlines() -> dict[str, Any]:
    """The forms of spellings and voices, left empty."""
    names = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    return {f"{inline}-{name}": 0 for inline in ("aliases", "voices") for name in names}


def one_voice(world: World, slug: str) -> dict[str, Any]:
    """A voice typed into the form of a source."""
    return no_inlines() | {
        "voices-TOTAL_FORMS": 1,
        "voices-0-same_as": world.source(slug).pk,
        "voices-0-reason": "The same desk, it seems.",
    }


def test_a_source_is_added_with_its_spellings_and_voices(world: World, login: Login) -> None:
    form = {"name": "A pilot", "slug": "pilot", "kind": "anonymous-person"} | one_voice(world, "official")
    form |= {"aliases-TOTAL_FORMS": 1, "aliases-0-text": "the pilot", "aliases-0-printable": "on"}
    assert login(world.reporter).post("/admin/stories/source/add/", form).status_code == 302
    source = Source.objects.get(slug="pilot")
    assert [alias.text for alias in source.aliases.all()] == ["the pilot"]
    assert [(voice.same_as.slug, voice.created_at is None) for voice in source.voices.all()] == [("official", False)]


def test_a_source_keeps_its_slug_and_only_an_editor_says_who_is_somebody_else(world: World, login: Login) -> None:
    source = world.source("official")
    page = f"/admin/stories/source/{source.pk}/change/"
    form = {"name": "an official", "slug": "forged", "kind": "anonymous-person", "separate_because": "I know him."}
    send(login(world.reporter), page, form | no_inlines())
    source.refresh_from_db()
    assert (source.name, source.slug, source.separate_because) == ("an official", "official", "")
    send(login(world.editor), page, form | no_inlines())
    source.refresh_from_db()
    assert source.separate_because == "I know him."


def test_a_confidential_source_needs_a_public_name(world: World, login: Login) -> None:
    form = {"name": "Deep", "slug": "deep", "kind": "person", "confidential": "on"} | no_inlines()
    response = login(world.reporter).post("/admin/stories/source/add/", form)
    assert "A confidential source needs a public name." in page_of(response)
    assert not Source.objects.filter(slug="deep").exists()


def test_a_voice_is_retired_by_an_editor_alone_and_once(world: World, login: Login) -> None:
    voice = Voice.objects.create(
        source=world.source("official"),
        same_as=world.source("minister"),
        reason="Maybe.",
        created_at=NOON,
        recorded_by=anybody(),
    )
    retire = f"/admin/stories/source/{voice.source_id}/voices/{voice.pk}/retire/"
    assert login(world.reporter).post(retire).status_code == 403
    client = login(world.editor)
    assert client.get(retire).status_code == 405
    read = read_of(client, f"/admin/stories/source/{voice.source_id}/change/", "_voice")
    assert [client.post(retire, read).status_code for _ in range(2)] == [302, 409]
    voice.refresh_from_db()
    assert voice.retired_at is not None


def test_a_story_keeps_its_slug(world: World, login: Login) -> None:
    client = login(world.editor)
    client.post("/admin/stories/story/add/", {"title": "The bridge", "slug": "bridge"})
    story = Story.objects.get(slug="bridge")
    send(client, f"/admin/stories/story/{story.pk}/change/", {"title": "Our bridge", "slug": "forged"})
    assert list(Story.objects.filter(pk=story.pk).values_list("title", "slug")) == [("Our bridge", "bridge")]


def test_a_claim_may_be_edited_until_somebody_decides(world: World, login: Login) -> None:
    claim = world.claim()
    page = f"/admin/stories/claim/{claim.pk}/change/"
    form = {"story": world.story.pk, "statement": "The harbour is shut.", "kind": "fact", "language": "en"}
    client = login(world.reporter)
    send(client, page, form)
    world.passage(claim, "courier", "wire")
    claim.refresh_from_db()
    opened = read_of(client, page)
    world.proposal(claim, *claim.evidence.all())
    late = client.post(page, form | opened | {"statement": "It is shut at night."})
    assert (late.status_code, "It is shut at night." in page_of(late)) == (409, True)
    send(client, page, form | {"statement": "Forged."})
    assert Claim.objects.get().statement == "The harbour is shut."


def test_a_contradiction_is_opened_and_closed_with_a_reason(world: World, login: Login) -> None:
    first, second = world.claim("Open."), world.claim("Closed.")
    client = login(world.reporter)
    form = {"first": first.pk, "second": second.pk, "note": "Not both."}
    client.post("/admin/stories/contradiction/add/", form)
    row = Contradiction.objects.get()
    page = f"/admin/stories/contradiction/{row.pk}/change/"
    opened = read_of(client, page)
    assert client.post(page, opened | {"state": "resolved", "reason": " "}).status_code == 422
    assert client.post(page, opened | {"state": "resolved", "reason": "Wire corrected itself."}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason, row.closed_by) == ("resolved", "Wire corrected itself.", world.reporter)
    late = client.post(page, opened | {"state": "dismissed", "reason": "I think not."})
    assert late.status_code == 409
    assert "Wire corrected itself." in page_of(late)
    assert "I think not." in page_of(late)


@pytest.mark.parametrize("second", ["", "999", "first", "x"])
def test_a_contradiction_needs_two_claims(world: World, login: Login, second: str) -> None:
    first = world.claim()
    form = {"first": first.pk, "second": first.pk if second == "first" else second, "note": "Not both."}
    assert login(world.reporter).post("/admin/stories/contradiction/add/", form).status_code == 422
    assert Contradiction.objects.count() == 0


def test_a_discrepancy_is_closed_with_a_reason_by_who_may(world: World, login: Login) -> None:
    claim = world.claim()
    passage = world.passage(claim, "courier")
    row = Discrepancy.objects.create(claim=claim, kind="only-one", first=passage, first_words="x", found_at=NOON)
    page = f"/admin/stories/discrepancy/{row.pk}/change/"
    form = {"state": "dismissed", "reason": "The Mirror did not cover it."}
    before = all_rows()
    assert login(world.person("auditor", "Auditors")).post(page, form).status_code == 403
    assert login(world.person("visitor")).get(page).status_code == 403
    assert login(world.editor).get(page).status_code == 200
    assert all_rows() == before
    assert send(login(world.editor), page, form).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason, row.closed_by) == ("dismissed", "The Mirror did not cover it.", world.editor)


def test_a_discrepancy_closed_too_soon_is_opened_again_beside_it(world: World, login: Login) -> None:
    claim = world.claim()
    passage = world.passage(claim, "courier")
    row = Discrepancy.objects.create(claim=claim, kind="only-one", first=passage, first_words="x", found_at=NOON)
    page, again = f"/admin/stories/discrepancy/{row.pk}/change/", f"/admin/stories/discrepancy/{row.pk}/reopen/"
    send(login(world.editor), page, {"state": "dismissed", "reason": "The Mirror did not cover it."})
    before = all_rows()
    assert login(world.person("auditor", "Auditors")).post(again).status_code == 403
    assert login(world.editor).get(again).status_code == 405
    assert "Open it again" in page_of(login(world.editor).get(page))
    assert all_rows() == before
    client = login(world.reporter)
    answer = client.post(again, read_of(client, page))
    (opened,) = Discrepancy.objects.open()
    assert answer["Location"] == f"/admin/stories/discrepancy/{opened.pk}/change/"
    shown = page_of(login(world.reporter).get(answer["Location"]))
    assert ("The Mirror did not cover it." in shown, "Open it again" in shown) == (True, False)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("dismissed", "The Mirror did not cover it.")


def test_every_box_says_what_it_is(world: World, login: Login) -> None:
    client = login(world.editor)
    article = world.article("courier", "The harbour is closed.")
    forms = [
        client.get(f"/admin/stories/source/{world.source('courier').pk}/change/"),
        client.get(f"/admin/stories/article/{article.pk}/change/"),
    ]
    boxes = [re.search(rf'<[^>]*name="{name}"[^>]*>', page_of(forms[place])) for place, name in BOXES]
    assert [re.findall('aria-label="([^"]*)"', box[0]) if box else None for box in boxes] == [
        ["Text"],
        ["Printable"],
        ["Retracted at, date"],
        ["Retracted at, time"],
    ]


BOXES = [(0, "aliases-0-text"), (0, "aliases-0-printable"), (1, "retracted_at_0"), (1, "retracted_at_1")]
"""Boxes that stock admin leaves without a label: which form, which name."""
