"""Two have one form open: the slower one undoes nothing, loses no word, and goes on with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.keyboard import Keyboard
from tests.browser.served import ServedDesk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.prove

FORM = "/admin/stories/article/{article}/change/"

Browse = Callable[..., "Page"]


def change_status(page: Page, desk: ServedDesk, status: str) -> None:
    """Give the article another status, as a colleague does it."""
    page.goto(desk.address(FORM))
    page.locator("#id_status").select_option(status)
    page.locator("#id_change_reason").fill("The outlet says so.")
    with page.expect_navigation():
        page.locator("input[name=_save]").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_who_was_slower_keeps_the_words_and_undoes_nothing_by_keyboard_alone(
    browse: Browse, desk: ServedDesk, width: int
) -> None:
    colleague = browse(desk, "second-editor")
    change_status(colleague, desk, "current")
    person = Keyboard(browse(desk, "editor", viewport={"width": width, "height": 900}))
    page, words = person.page, f"A headline typed at {width}"
    page.goto(desk.address(FORM))
    person.fill(page.locator("#id_headline"), words)
    change_status(colleague, desk, "corrected")

    person.follow(page.locator("input[name=_save]"))
    told = page.locator("#stale")
    assert told.evaluate("one => one === document.activeElement")
    assert "second-editor: changed status" in told.inner_text()
    assert page.locator("#id_headline").input_value() == words
    keep = told.get_by_label("Keep what is there now")
    assert (keep.count(), keep.is_checked()) == (1, True)

    person.follow(page.locator("input[name=_save]"))
    page.goto(desk.address(FORM))
    assert page.locator("#id_headline").input_value() == words
    assert page.locator("#id_status").input_value() == "corrected"
    assert person.pointers == 0


def test_words_that_are_put_back_bring_no_other_field_back(browse: Browse, desk: ServedDesk) -> None:
    colleague, page = browse(desk, "second-editor"), browse(desk, "editor")
    change_status(colleague, desk, "current")
    page.goto(desk.address(FORM))
    page.locator("#id_headline").fill("Half a headline")
    change_status(colleague, desk, "corrected")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(desk.address(FORM))
    page.get_by_role("button", name="Put them back").click()
    assert page.locator("#id_headline").input_value() == "Half a headline"
    assert page.locator("#id_status").input_value() == "corrected"
