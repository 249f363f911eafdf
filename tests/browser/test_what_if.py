"""Suppose a source is wrong: see what falls, and withdraw several facts in one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.served import ServedDesk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.prove

NOTE = "The agency took its report back."


def facts(desk: ServedDesk) -> list[str]:
    """Every fact in force, by what the API prints."""
    return [one["statement"] for one in desk.ask("/api/v1/facts/?page_size=100")["results"]]


def changes_after(desk: ServedDesk, position: int) -> list[dict[str, Any]]:
    """What was published after `position`."""
    events: list[dict[str, Any]] = desk.ask(f"/api/v1/changes/?after={position}")["results"]
    return events


def suppose_wrong(page: Page, desk: ServedDesk, source: str) -> None:
    """Come from the list of sources to the page that supposes that `source` is wrong."""
    page.goto(desk.address("/admin/stories/source/"))
    page.get_by_role("link", name=source, exact=True).first.click()
    with page.expect_navigation(url="**/what-if/"):
        page.get_by_role("link", name="What if it is wrong?").click()


def choose_and_say(page: Page, count: int) -> list[str]:
    """Tick the first `count` facts and say why; what they print."""
    boxes = page.locator("input[name=facts]")
    for place in range(count):
        boxes.nth(place).check()
    page.locator("#withdraw [name=correction_kind]").select_option("withheld")
    page.locator("#withdraw [name=public_note]").fill(NOTE)
    page.locator("#withdraw [name=rationale]").fill("Their desk called.")
    return page.locator("article.desk-passage:has(input[name=facts]:checked) .desk-wording").all_inner_texts()


def withdraw(page: Page) -> int:
    """Withdraw the ticked facts; the status of the page that comes of it."""
    with page.expect_navigation() as navigation:
        page.get_by_role("button", name="Withdraw the ticked facts").click()
    return navigation.value.status


def test_several_facts_go_in_one_act_and_the_readers_are_told(browse: Callable[..., Page], desk: ServedDesk) -> None:
    before, position = facts(desk), desk.ask("/api/v1/head/")["position"]
    page = browse(desk, "editor")
    suppose_wrong(page, desk, "AFP")
    assert facts(desk) == before
    gone = choose_and_say(page, 3)
    withdraw(page)
    page.locator(".messagelist").wait_for()
    assert len(gone) == 3
    assert sorted(facts(desk)) == sorted(set(before) - set(gone))
    events = changes_after(desk, position)
    assert [(one["event"], one["correction"]["kind"], one["note"]) for one in events] == [
        ("withdrawn", "withheld", NOTE)
    ] * 3


def test_when_one_of_them_was_decided_meanwhile_none_goes_and_what_was_typed_stays(
    browse: Callable[..., Page], desk: ServedDesk
) -> None:
    page, colleague = browse(desk, "editor"), browse(desk, "second-editor")
    suppose_wrong(page, desk, "AFP")
    choose_and_say(page, 2)
    suppose_wrong(colleague, desk, "AFP")
    choose_and_say(colleague, 1)
    withdraw(colleague)
    colleague.locator(".messagelist").wait_for()
    before = facts(desk)
    assert withdraw(page) == 409
    page.locator("#conflict").wait_for()
    assert facts(desk) == before
    assert page.locator("#withdraw [name=public_note]").input_value() == NOTE


def test_a_reporter_sees_what_would_fall_and_withdraws_nothing(browse: Callable[..., Page], desk: ServedDesk) -> None:
    page = browse(desk, "reporter")
    suppose_wrong(page, desk, "AFP")
    assert page.locator("article.desk-passage").count() > 0
    assert page.locator("input[name=facts], #withdraw").count() == 0
