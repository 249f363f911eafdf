"""From the first login to a fact that the API serves: two people, with the keyboard alone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open
from tests.browser.desks import PASSWORD
from tests.browser.keyboard import Keyboard, OutOfReach
from tests.browser.served import ServedDesk

pytestmark = pytest.mark.prove

CLAIM = "Axios obtained the guarantee draft on 21 November 2025."
WORDING = "Axios obtained the guarantee draft on 21 November 2025, Axios reported."


def statements(desk: ServedDesk) -> list[str]:
    """What the API serves: every fact in force."""
    return [one["statement"] for one in desk.ask("/api/v1/facts/?page_size=100")["results"]]


def test_two_newcomers_bring_a_claim_to_the_readers_without_a_mouse(open_browser: Open, desk: ServedDesk) -> None:
    before = statements(desk)
    reporter = Keyboard(open_browser().new_page())
    reporter.log_in(desk.address("/admin/"), "new-reporter", PASSWORD)
    page = reporter.page
    assert page.locator("#first-heading").inner_text() == "Your first claim"

    reporter.follow(page.locator("#block-unverified a"))
    reporter.go_to(page.locator("a.desk-row-link", has_text=CLAIM), "j")
    reporter.enter()
    assert page.locator("#content > h1").inner_text() == CLAIM
    reporter.press("w")
    reporter.type(WORDING)
    reporter.fill(page.locator("#id_rationale"), "Read in the article; Axios is the origin.")
    reporter.follow(page.locator("button[data-verb=propose]"))
    assert "proposed" in page.locator(".messagelist .success").inner_text()
    assert statements(desk) == before

    editor = Keyboard(open_browser().new_page())
    editor.log_in(desk.address("/admin/"), "new-editor", PASSWORD)
    page = editor.page
    editor.follow(page.locator(".desk-front li > a", has_text=WORDING))
    assert page.locator("#proposal-heading + .desk-wording").inner_text() == WORDING
    editor.press("c")
    assert page.locator("button[data-verb=confirm]:focus").count() == 1
    editor.enter()
    assert "confirmed" in page.locator(".messagelist .success").inner_text()

    assert statements(desk) == [WORDING, *before]
    assert (reporter.pointers, editor.pointers) == (0, 0)


def test_a_verb_that_tab_does_not_come_to_is_missed(open_browser: Open, desk: ServedDesk) -> None:
    person = Keyboard(open_browser().new_page())
    person.log_in(desk.address("/admin/"), "new-editor", PASSWORD)
    person.page.goto(desk.address("/admin/stories/claim/{fact}/review/"))
    dispute = person.page.locator("button[data-verb=dispute]")
    person.go_to(dispute)
    dispute.evaluate("one => { one.tabIndex = -1; one.blur(); }")
    with pytest.raises(OutOfReach):
        person.go_to(dispute)


def test_a_mouse_would_be_noticed(open_browser: Open, desk: ServedDesk) -> None:
    person = Keyboard(open_browser().new_page())
    person.page.goto(desk.address("/admin/login/"))
    person.page.locator("#id_username").click()
    assert person.pointers > 0
