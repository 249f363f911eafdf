"""The page of a story: versions and which are stale, the draft composed and edited, cut by another editor."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.models import Claim, Publication, StoryVersion
from stories.verification import newest_decision, refute
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.admin.conftest import HOSTILE, all_rows, page_of
from tests.world import World, on_record

Login = Callable[[User], Client]


def page(world: World, name: str = "versions") -> str:
    """Where the story's page is, or what it posts to."""
    return f"/admin/stories/story/{world.story.pk}/{name}/"


def typed(response: Any, **fields: Any) -> dict[str, Any]:
    """What a browser posts from the page `response`, with `fields` typed over."""
    rows = response.context["rows"]
    values: dict[str, Any] = {"row": [row["number"] for row in rows], "follows": response.context["follows"]}
    for row in rows:
        number = row["number"]
        values |= {f"order-{number}": row["order"], f"text-{number}": row["text"]}
        values |= {f"facts-{number}": ",".join(row["facts"])}
    return values | {"headline": "The harbour", "standfirst": "", "change_kind": "new", "change_note": ""} | fields


def publish(world: World, **fields: Any) -> StoryVersion:
    """A version of the story, drafted and cut."""
    content: dict[str, Any] = {"headline": "Closed", "blocks": compose_blocks(world.story)}
    draft = save_draft(world.story, by=world.editor, stamps=world.stamps, **content | fields)
    return cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_however_many_versions(
    world: World, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        world.fact(world.claim(f"Claim {number}."))
        publish(world)
    client = login(world.editor)
    with django_assert_num_queries(25):
        response = client.get(page(world))
    assert response.status_code == 200


def test_a_draft_composed_without_typing_is_saved_and_cut_by_another(world: World, login: Login) -> None:
    world.fact()
    drafter, cutter = login(world.editor), login(world.second_editor)
    assert drafter.post(page(world, "draft"), typed(drafter.get(page(world)))).status_code == 302
    draft = StoryVersion.objects.get()
    shown = cutter.get(page(world))
    assert [block["text"] for block in draft.blocks] == [
        "What is established",
        "The harbour is closed, Wire reports.",
    ]
    form = {"follows": shown.context["follows"], "number": 1}
    assert [cutter.post(page(world, "cut"), form).status_code for _ in range(2)] == [302, 302]
    assert list(Publication.objects.values_list("event", flat=True)) == ["confirmed", "version"]


def test_blocks_are_put_in_the_order_typed_and_facts_keep_their_wording(world: World, login: Login) -> None:
    for number in range(2):
        world.fact(world.claim(f"Claim {number}."), wording=f"Wire: claim {number}.")
    client = login(world.editor)
    form = typed(client.get(page(world)), **{"order-3": 5, "text-2": "Forged wording.", "text-4": "And so on."})
    client.post(page(world, "draft"), form | {"drop-1": "on"})
    assert [block["text"] for block in StoryVersion.objects.get().blocks] == [
        "Wire: claim 1.",
        "Wire: claim 0.",
        "And so on.",
    ]


def test_a_fact_left_out_stays_out_of_the_draft(world: World, login: Login) -> None:
    world.fact()
    client = login(world.editor)
    client.post(page(world, "draft"), typed(client.get(page(world)), **{"drop-2": "on"}))
    assert [block["facts"] for block in StoryVersion.objects.get().blocks] == [[]]
    assert client.get(page(world)).context["unused"] == ["The harbour is closed, Wire reports."]


def test_who_drafted_cannot_cut_and_a_reporter_does_neither(world: World, login: Login) -> None:
    world.fact()
    editor, reporter = login(world.editor), login(world.reporter)
    editor.post(page(world, "draft"), typed(editor.get(page(world))))
    shown = editor.get(page(world))
    form = {"follows": shown.context["follows"], "number": 1}
    before = all_rows()
    own = editor.post(page(world, "cut"), form)
    assert (own.status_code, own.context["reasons"]) == (
        422,
        ["You drafted this yourself: another editor has to cut it."],
    )
    assert reporter.post(page(world, "cut"), form).context["reasons"] == ["Only an editor cuts a version."]
    other = reporter.post(page(world, "draft"), typed(shown, headline="Mine"))
    assert other.context["reasons"] == ["Only an editor drafts a version."]
    assert "Only an editor drafts a version." in page_of(reporter.get(page(world)))
    assert all_rows() == before


def test_a_draft_that_somebody_saved_meanwhile_is_not_overwritten(world: World, login: Login) -> None:
    world.fact()
    client = login(world.editor)
    stale = typed(client.get(page(world)), headline="My own headline")
    theirs = save_draft(
        world.story, by=world.second_editor, headline="Theirs", blocks=compose_blocks(world.story), stamps=world.stamps
    )
    before = all_rows()
    response = client.post(page(world, "draft"), stale)
    assert (response.status_code, response.context["reasons"]) == (409, ["second-editor saved this draft meanwhile."])
    assert "My own headline" in page_of(response)
    assert all_rows() == before
    assert response.context["follows"] == theirs.drafted_at.isoformat()


def test_a_draft_that_changed_since_it_was_read_is_not_cut(world: World, login: Login) -> None:
    world.fact()
    draft = save_draft(
        world.story, by=world.editor, headline="One", blocks=compose_blocks(world.story), stamps=world.stamps
    )
    form = {"follows": draft.drafted_at.isoformat(), "number": 1}
    save_draft(
        world.story,
        by=world.editor,
        headline="Two",
        blocks=draft.blocks,
        follows=draft.drafted_at,
        stamps=world.stamps,
    )
    response = login(world.second_editor).post(page(world, "cut"), form)
    assert (response.status_code, StoryVersion.objects.cut().count()) == (409, 0)


def test_a_version_that_prints_an_ended_fact_is_stale(world: World, login: Login) -> None:
    claim = world.fact()
    version = publish(world)
    client = login(world.editor)
    assert client.get(page(world)).context["versions"] == [(version, False)]
    ended(world, claim)
    assert client.get(page(world)).context["versions"] == [(version, True)]


def ended(world: World, claim: Claim, note: str = "It was open.") -> None:
    """`claim`, refuted with a correction that readers see."""
    newest = newest_decision(claim)
    assert newest is not None
    explained = {"correction_kind": "correction", "public_note": note}
    refute(claim, by=world.editor, rationale="Seen open.", follows=newest.seq, stamps=world.stamps, **explained)


def test_one_click_drafts_the_correction_of_a_stale_version_and_another_editor_cuts_it(
    world: World, login: Login
) -> None:
    kept, claim = world.fact(world.claim("Kept."), wording="Wire: it is kept."), world.fact(world.claim("Gone."))
    publish(world)
    editor, cutter = login(world.editor), login(world.second_editor)
    assert "Draft the correction" not in page_of(editor.get(page(world)))
    ended(world, claim)
    assert "Draft the correction" in page_of(editor.get(page(world)))
    before = all_rows()
    assert login(world.reporter).post(page(world, "correction")).context["reasons"] == [
        "Only an editor drafts a version."
    ]
    assert all_rows() == before
    assert [editor.post(page(world, "correction")).status_code for _ in range(2)] == [302, 302]
    draft = StoryVersion.objects.get(number=2)
    assert (draft.change_kind, draft.change_note) == ("correction", "It was open.")
    assert [block["facts"] for block in draft.blocks if block["facts"]] == [[str(kept.uuid)]]
    cutter.post(page(world, "cut"), {"follows": cutter.get(page(world)).context["follows"], "number": 2})
    assert Publication.objects.latest("position").note_beside.text == "It was open."


def test_a_correction_is_not_drafted_over_an_open_draft(world: World, login: Login) -> None:
    claim = world.fact()
    publish(world)
    ended(world, claim)
    save_draft(world.story, by=world.second_editor, headline="Theirs", blocks=[], stamps=world.stamps)
    before = all_rows()
    response = login(world.editor).post(page(world, "correction"))
    assert (response.status_code, response.context["reasons"]) == (409, ["second-editor saved this draft meanwhile."])
    assert all_rows() == before


def test_composing_anew_fills_in_kind_and_note_of_what_ended(world: World, login: Login) -> None:
    claim = world.fact()
    publish(world)
    ended(world, claim, HOSTILE)
    shown = login(world.editor).get(page(world), {"compose": "1"})
    assert (shown.context["form"]["change_kind"].value(), shown.context["form"]["change_note"].value()) == (
        "correction",
        HOSTILE,
    )
    assert "<script>alert" not in page_of(shown)


def test_the_timeline_lists_what_came_in_and_what_was_published(world: World, login: Login) -> None:
    claim = world.fact()
    publish(world)
    ended(world, claim)
    shown = login(world.person("auditor", "Auditors")).get(page(world))
    events = [(event.kind, event.label) for event, _ in shown.context["timeline"]]
    assert events == [
        ("article", "The Courier: article-1"),
        ("decision", "Published: The harbour is closed, Wire reports."),
        ("version", "Version 1: Closed"),
        ("decision", "Withdrawn: It was open."),
    ]
    listed = re.findall(r", (article|decision|version): <a href=\"[^\"]+\">([^<]+)</a>", page_of(shown))
    assert listed == events


def test_composing_anew_writes_nothing(world: World, login: Login) -> None:
    world.fact()
    save_draft(
        world.story, by=world.editor, headline="One", blocks=[{"text": "Old.", "facts": []}], stamps=world.stamps
    )
    before = all_rows()
    rows = login(world.editor).get(page(world), {"compose": "1"}).context["rows"]
    assert [row["text"] for row in rows] == [
        "What is established",
        "The harbour is closed, Wire reports.",
        "",
        "",
    ]
    assert all_rows() == before


def test_reading_does_not_write_and_writing_takes_a_post(world: World, login: Login) -> None:
    client = login(world.editor)
    assert [client.get(page(world, name)).status_code for name in ("draft", "correction", "cut")] == [405, 405, 405]
    assert client.post(page(world)).status_code == 405
    visitor = login(world.person("visitor"))
    assert [visitor.get(page(world)).status_code, visitor.post(page(world, "draft")).status_code] == [403, 403]


def test_hostile_words_arrive_as_text(world: World, login: Login) -> None:
    world.story.title = HOSTILE
    on_record(world.story)
    world.fact()
    blocks = [{"text": HOSTILE, "facts": []}, *compose_blocks(world.story)]
    correction = {"change_kind": "correction", "change_note": HOSTILE}
    world.article("courier", "Text.", headline=HOSTILE)
    publish(world, headline=HOSTILE, standfirst=HOSTILE, blocks=blocks, **correction)
    client = login(world.editor)
    shown = client.get(page(world))
    hostile = typed(shown, headline=HOSTILE, change_kind="correction", change_note=HOSTILE, **{"text-1": HOSTILE})
    refused = login(world.reporter).post(page(world, "draft"), hostile)
    for html in (page_of(shown), page_of(refused)):
        assert ("<script>alert" in html, "<img src=x" in html, "1414" in html) == (False, False, False)


def test_a_story_with_more_facts_than_fit_offers_the_newest_and_says_so(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stories.versions.compose.MOST_COMPOSED", "stories.admin.story.page.MOST_COMPOSED"):
        monkeypatch.setattr(name, 2)
    for number in range(4):
        world.fact(world.claim(f"Claim {number}."), wording=f"Gate {number} is shut, Wire reports.")
    wordings = [block["text"] for block in compose_blocks(world.story) if block["facts"]]
    assert wordings == ["Gate 2 is shut, Wire reports.", "Gate 3 is shut, Wire reports."]
    publish(world)
    world.fact(world.claim("Claim 4."), wording="Gate 4 is shut, Wire reports.")
    assert len([block for block in compose_blocks(world.story) if block["facts"]]) == 3
    assert "the newest 2 are put in and offered" in page_of(login(world.editor).get(page(world)))


def test_only_the_newest_versions_are_shown(world: World, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stories.admin.story.page.MOST_VERSIONS", 1)
    for number in range(2):
        world.fact(world.claim(f"Claim {number}."))
        publish(world)
    response = login(world.editor).get(page(world))
    assert [version.number for version, _ in response.context["versions"]] == [2]
    assert "The newest 1; " in page_of(response)


@pytest.mark.parametrize("order", ["9" * 5_000, "-1", "first", "²", ""])
def test_an_order_that_is_no_number_leaves_the_block_where_it_is(world: World, login: Login, order: str) -> None:
    world.fact()
    client = login(world.editor)
    form = typed(client.get(page(world)), **{"order-1": order, "text-3": "And so on."})
    assert client.post(page(world, "draft"), form).status_code == 302
    assert len(StoryVersion.objects.get().blocks) == 3


def test_a_draft_to_cut_that_has_no_number_is_none(world: World, login: Login) -> None:
    response = login(world.editor).post(page(world, "cut"), {"number": "9" * 5_000, "follows": ""})
    assert response.status_code == 422


def test_a_fact_that_is_no_id_breaks_no_page_and_is_not_cut(world: World, login: Login) -> None:
    world.fact()
    client = login(world.editor)
    form = typed(client.get(page(world)), **{"facts-2": "no-id"})
    client.post(page(world, "draft"), form)
    response = client.get(page(world))
    assert response.context["draft_reasons"] == ["Block 2: fact no-id is not in force. Compose the draft again."]
