"""A source is protected, read and let out again with the keyboard alone, and no step of the page breaks a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.accessible import assert_breaks_no_rule
from tests.browser.desks import ADMINISTRATOR
from tests.browser.keyboard import Keyboard
from tests.browser.served import ServedDesk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.prove

Browse = Callable[..., "Page"]

FORM = "/admin/stories/source/{source}/change/"
PAGE = "/admin/stories/source/{source}/protection/"


def press(person: Keyboard, step: str) -> str:
    """Go to the button of `step` and press it; what the page says then."""
    person.follow(person.page.locator(f"button[name=step][value^={step}]"))
    said = person.page.locator(".messagelist li, #refused li").all_inner_texts()
    assert_breaks_no_rule(person.page)
    return said[0] if said else ""


def propose(person: Keyboard) -> None:
    """Propose that protection comes off, with the source's consent."""
    person.go_to(person.page.locator("#id_ground_0"))
    person.press("Space")
    person.fill(person.page.locator("#id_record"), "A signed letter, in the safe.")
    assert press(person, "propose") == "Proposed: another editor signs, or returns it."


def test_a_source_is_protected_read_and_let_out_without_a_mouse(browse: Browse, desk: ServedDesk) -> None:
    editor = Keyboard(browse(desk, "editor"))
    page = editor.page
    page.goto(desk.address(FORM))
    name = page.locator("#id_name").input_value()
    editor.follow(page.get_by_role("link", name="Protection"))
    editor.fill(page.locator("#id_public_name"), "somebody who knows the matter")
    editor.fill(page.locator("#id_code"), "K-17")
    assert press(editor, "protect") == "Protected: from now on everybody but its readers sees K-17."
    assert name not in page.locator("#content").inner_text()

    editor.go_to(page.locator("#id_person"))
    page.keyboard.type("new-reporter")
    assert press(editor, "add") == "New-reporter reads the name from now on."
    press(editor, "look")
    assert page.locator("#look strong").inner_text() == name
    assert "editor, " in page.locator("[aria-labelledby=looks-heading] li").inner_text()
    propose(editor)
    assert page.locator("button[value^=sign]").is_disabled()

    second, third = Keyboard(browse(desk, "second-editor")), Keyboard(browse(desk, ADMINISTRATOR))
    for one in (second, third):
        one.page.goto(desk.address(PAGE))
    assert press(third, "return") == "Returned: the source stays protected."
    assert press(second, "sign").startswith(f"Returned meanwhile by {ADMINISTRATOR} at ")
    assert name not in second.page.locator("#content").inner_text()

    page.goto(desk.address(PAGE))
    propose(editor)
    second.page.goto(desk.address(PAGE))
    assert press(second, "sign") == "Protection is off: everybody sees the name."
    assert name in second.page.locator("#content").inner_text()
    assert [one.pointers for one in (editor, second, third)] == [0, 0, 0]
