"""Several claims on one page: proposed, returned, signed and withdrawn together, with the refused ones and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.served import ServedDesk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.prove

OBTAINED = "Axios obtained the guarantee draft on 21 November 2025."
OWN_DOCUMENT = "The guarantee draft is a document of its own, beside the 28-point plan."
OPEN_QUESTION = "It is open whether Vladimir Putin's signature will be required."


def choose(page: Page, desk: ServedDesk, view: str, beginnings: list[str]) -> list[str]:
    """Tick the rows of the queue's `view` that begin so, and open them on one page; their statements."""
    page.goto(desk.address(f"/admin/stories/claim/?work={view}"))
    for beginning in beginnings:
        page.get_by_role("row").filter(has_text=beginning).locator("input.action-select").check()
    page.locator("select[name=action]").select_option("decide_together")
    with page.expect_navigation():
        page.get_by_role("button", name="Go").click()
    assert page.locator("[data-page=bulk]").count() == 1
    return page.locator("#bulk article h2").all_inner_texts()


def press(page: Page, verb: str) -> tuple[str, list[str]]:
    """Press the button of `verb`; what the page says came of it, and the lines on those refused."""
    with page.expect_navigation():
        page.locator(f"button[name=verb][value={verb}]").click()
    outcome = page.locator("[data-page=bulk] > [role=alert]")
    assert outcome.evaluate("one => one === document.activeElement")
    return outcome.locator("h2").inner_text(), outcome.locator("li:has(a[href^='#claim-'])").all_inner_texts()


def facts(desk: ServedDesk) -> set[str]:
    """What the API serves."""
    return {one["statement"] for one in desk.ask("/api/v1/facts/?page_size=100")["results"]}


def test_several_go_from_unverified_to_withdrawn_on_one_page(browse: Callable[..., Page], desk: ServedDesk) -> None:
    before = facts(desk)
    reporter = browse(desk, "reporter")
    statements = choose(reporter, desk, "unverified", ["Axios obtained", "The guarantee draft is a", "It is open"])
    assert len(statements) == 3
    for box in reporter.locator("#bulk textarea[name$=-wording]").all():
        box.fill(f"{box.input_value().rstrip('.')}, Axios reported.")
    reporter.locator("#id_rationale").fill("Both take it from Axios.")
    said, refused = press(reporter, "propose")
    assert said == "2 decided, 1 refused"
    (line,) = refused
    assert line.startswith("It is open whether")
    assert "can never be confirmed" in line
    assert reporter.locator("#id_rationale").input_value() == "Both take it from Axios."
    assert facts(desk) == before

    editor = browse(desk, "editor")
    choose(editor, desk, "sign", ["The guarantee draft is a"])
    editor.locator("#id_rationale").fill("Name the outlet that says so.")
    assert press(editor, "return") == ("1 decided, 0 refused", [])

    second = browse(desk, "second-editor")
    choose(second, desk, "proposed", ["Axios obtained", "Steve Witkoff consulted"])
    said, refused = press(second, "confirm")
    assert (said, len(refused)) == ("2 decided, 0 refused", 0)
    assert len(facts(desk) - before) == 2

    choose(second, desk, "fact", ["Axios obtained", "Steve Witkoff consulted"])
    second.locator("#id_rationale").fill("Axios took it back.")
    said, refused = press(second, "withdraw")
    assert (said, len(refused)) == ("0 decided, 2 refused", 2)
    second.locator("#id_correction_kind").select_option("withheld")
    second.locator("#id_public_note").fill("We are checking this.")
    assert press(second, "withdraw") == ("2 decided, 0 refused", [])
    assert facts(desk) == before


def test_who_was_slower_on_one_of_them_keeps_what_was_typed(browse: Callable[..., Page], desk: ServedDesk) -> None:
    page, colleague = browse(desk, "editor"), browse(desk, "second-editor")
    for one in (page, colleague):
        choose(one, desk, "unverified", ["The new guarantee document", "The plan could anger"])
        for box in one.locator("#bulk textarea[name$=-wording]").all():
            box.fill(f"{box.input_value().rstrip('.')}, Axios reported.")
        one.locator("#id_rationale").fill("Read it.")
    colleague.locator("article", has_text="could anger").locator("input[name=chosen]").uncheck()
    press(colleague, "propose")
    said, refused = press(page, "propose")
    assert said == "0 decided, 2 refused"
    assert [("Decided meanwhile" in line, "can never be confirmed" in line) for line in refused] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert page.locator("#bulk .desk-warning", has_text="Somebody decided meanwhile").count() == 1
    assert page.locator("#id_rationale").input_value() == "Read it."
