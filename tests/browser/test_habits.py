"""Habits of the desk: single keys, times, unsaved words, the list as CSV, who else has a claim open."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.served import ServedDesk

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

pytestmark = pytest.mark.prove

Browse = Callable[..., "Page"]

QUEUE = "/admin/stories/claim/?work=unverified"
REVIEW = "/admin/stories/claim/{unverified}/review/"
FOCUSED = "document.activeElement.textContent.trim()"


def rows_of(page: Page) -> list[str]:
    """The statements that the list shows, from top to bottom."""
    return [words.strip() for words in page.locator("#result_list a.desk-row-link").all_inner_texts()]


def test_j_and_k_walk_a_list_and_enter_opens_the_row(browse: Browse, desk: ServedDesk) -> None:
    page = browse(desk, "editor")
    page.goto(desk.address(QUEUE))
    first, second, *_ = rows_of(page)
    walked = []
    for key in ("j", "j", "k", "k"):
        page.keyboard.press(key)
        walked.append(page.evaluate(FOCUSED))
    assert walked == [first, second, first, first]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#content > h1").inner_text() == first


@pytest.mark.parametrize(
    ("key", "place"),
    [("w", "wording"), ("e", "rationale"), ("p", "propose"), ("d", "dispute"), ("f", "refute")],
)
def test_a_key_leads_to_its_place_on_the_review_page(browse: Browse, desk: ServedDesk, key: str, place: str) -> None:
    page = browse(desk, "editor")
    page.goto(desk.address(REVIEW))
    page.keyboard.press(key)
    assert page.evaluate("[document.activeElement.name, document.activeElement.value]").count(place) == 1


def test_the_attributed_wording_is_taken_at_a_key_and_counts_as_typed(browse: Browse, desk: ServedDesk) -> None:
    page = browse(desk, "editor")
    page.goto(desk.address(REVIEW))
    wording = page.locator("#id_wording")
    before = wording.input_value()
    page.locator("button[data-fills]").first.focus()
    page.keyboard.press("Enter")
    taken = wording.input_value()
    assert (taken.startswith(before.removesuffix(".")), taken.endswith(" reported.")) == (True, True)
    assert page.evaluate("document.activeElement.id") == "id_wording"
    page.reload()
    assert wording.input_value() == before
    page.get_by_role("button", name="Put them back").click()
    assert wording.input_value() == taken


def test_n_leaves_a_claim_undecided_for_the_next_of_the_queue(browse: Browse, desk: ServedDesk) -> None:
    page = browse(desk, "editor")
    page.goto(desk.address(QUEUE))
    first, second, *_ = rows_of(page)
    page.keyboard.press("j")
    for key, statement in (("Enter", first), ("n", second)):
        with page.expect_navigation():
            page.keyboard.press(key)
        assert page.locator("#content > h1").inner_text() == statement


def test_keys_are_letters_while_somebody_types_and_the_browser_keeps_its_own(browse: Browse, desk: ServedDesk) -> None:
    page = browse(desk, "editor")
    page.goto(desk.address(REVIEW))
    page.keyboard.press("e")
    page.keyboard.press("Control+A")
    page.keyboard.type("jk?hwpd")
    assert page.locator("#id_rationale").input_value() == "jk?hwpd"
    assert not page.locator("#desk-help").evaluate("one => one.open")
    page.locator("#content > h1").click()
    taken = page.evaluate(
        """() => ["ctrlKey", "altKey", "metaKey"].flatMap(held => [..."jkhwepcrdfx?"].filter(key => !document.body
          .dispatchEvent(new KeyboardEvent("keydown", { key, [held]: true, bubbles: true, cancelable: true }))))"""
    )
    assert taken == []


def test_the_help_opens_with_a_question_mark_and_turns_the_keys_off(browse: Browse, desk: ServedDesk) -> None:
    page = browse(desk, "editor")
    page.goto(desk.address(QUEUE))
    is_open = "document.getElementById('desk-help').open"
    page.keyboard.press("?")
    assert page.evaluate(is_open)
    page.locator("#desk-shortcuts").uncheck()
    page.keyboard.press("Escape")
    assert not page.evaluate(is_open)
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("?")
    assert page.evaluate(is_open)


LEAVING = {
    "a decision": (REVIEW, "#id_rationale", "Half a thought"),
    "a source": ("/admin/stories/source/{source}/change/", "#id_notes", "Half a thought"),
    "a claim": ("/admin/stories/claim/add/", "#id_statement", "Half a thought"),
    "a passage": ("/admin/stories/article/{article}/read/", "#id_quote", "Half a thought"),
}
"""What somebody is in the middle of → the page, the box, the words."""


@pytest.mark.parametrize("what", LEAVING)
def test_who_leaves_half_a_thought_is_asked_and_gets_it_back(browse: Browse, desk: ServedDesk, what: str) -> None:
    path, box, words = LEAVING[what]
    page, asked = browse(desk), []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)

    page.on("dialog", note)
    page.goto(desk.address(path))
    page.goto(desk.address("/admin/"))
    assert asked == []
    page.goto(desk.address(path))
    page.locator(box).fill(words)
    page.goto(desk.address("/admin/"))
    assert asked == ["beforeunload"]
    page.goto(desk.address(path))
    page.get_by_role("button", name="Put them back").click()
    assert page.locator(box).input_value() == words


TIMED = {
    "ledger": "/admin/stories/decision/",
    "public log": "/admin/stories/publication/",
    "articles": "/admin/stories/article/",
    "discrepancies": "/admin/stories/discrepancy/",
    "a decision": "/admin/stories/decision/{decision}/change/",
    "a review": "/admin/stories/claim/{fact}/review/",
}


@pytest.mark.parametrize("name", TIMED)
def test_times_are_those_of_the_reader_with_utc_on_hover(browse: Browse, desk: ServedDesk, name: str) -> None:
    page = browse(desk, "editor", timezone_id="Asia/Tokyo")
    page.goto(desk.address(TIMED[name]))
    shown = page.locator("#content time").first
    in_tokyo = "one => new Date(one.dateTime).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short',"
    assert shown.inner_text() == shown.evaluate(in_tokyo + " timeZone: 'Asia/Tokyo' })")
    at = str(shown.get_attribute("datetime")).replace("T", " ").removesuffix("+00:00")
    assert shown.get_attribute("title") == f"{at} UTC"
    assert page.locator("#content").inner_text().count("p.m.") == 0


def test_this_list_as_csv_holds_the_rows_of_this_list(browse: Browse, desk: ServedDesk, tmp_path: Path) -> None:
    page = browse(desk, "editor")
    page.goto(desk.address(QUEUE))
    with page.expect_download() as download:
        page.get_by_role("link", name="This list as CSV").click()
    file = tmp_path / "claims.csv"
    download.value.save_as(file)
    with file.open(newline="") as lines:
        assert [row["statement"] for row in csv.DictReader(lines)] == rows_of(page)


RETURNED = "/admin/stories/claim/{returned}/review/"


def test_two_who_have_one_claim_open_read_of_each_other(browse: Browse, desk: ServedDesk) -> None:
    first, second = browse(desk, "editor"), browse(desk, "reporter")
    first.goto(desk.address(RETURNED))
    assert first.locator("#open-elsewhere").inner_text() == ""
    with first.expect_response("**/open/"):
        first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    second.goto(desk.address(RETURNED))
    second.get_by_text("editor has this open, too.").wait_for()
    with second.expect_response("**/open/"):
        second.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    first.get_by_text("reporter has this open, too.").wait_for()
    second.goto(desk.address("/admin/stories/claim/{disputed}/review/"))
    assert second.locator("#open-elsewhere").inner_text() == ""
