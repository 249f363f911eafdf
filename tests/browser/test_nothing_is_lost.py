"""What somebody typed is never lost: when a colleague decided first, nor when the session is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.desks import PASSWORD
from tests.browser.served import ServedDesk

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response, Route

pytestmark = pytest.mark.prove

REVIEW = "/admin/stories/claim/{pk}/review/"

Browse = Callable[..., "Page"]


def claim_at(desk: ServedDesk, pk: int) -> str:
    """The address of the review page of the claim `pk`."""
    return desk.address(REVIEW.replace("{pk}", str(pk)))


def press(page: Page, verb: str) -> Response:
    """Press the button of `verb`; what the desk answers to it."""
    is_answer = lambda answer: answer.request.method == "POST" and "/review/" in answer.url  # noqa: E731
    with page.expect_navigation(), page.expect_response(is_answer) as answer:
        page.locator(f"button[data-verb={verb}]").click()
    return answer.value


def dispute_meanwhile(colleague: Page, address: str) -> None:
    """Let a colleague dispute the claim at `address`."""
    colleague.goto(address)
    colleague.locator("#id_rationale").fill("The document says otherwise.")
    assert press(colleague, "dispute").status == 302


def test_who_was_slower_keeps_the_words_reads_who_was_faster_and_decides_anew(browse: Browse, desk: ServedDesk) -> None:
    address = claim_at(desk, desk.places["unverified"])
    page = browse(desk, "editor")
    page.goto(address)
    page.locator("#id_wording").fill("My own wording.")
    page.locator("#id_rationale").fill("Axios called back: it is wrong.")
    dispute_meanwhile(browse(desk, "second-editor"), address)

    assert press(page, "refute").status == 409
    conflict = page.locator("#conflict")
    assert conflict.evaluate("one => one === document.activeElement")
    assert "Disputed by second-editor" in conflict.inner_text()
    assert "The document says otherwise." in conflict.inner_text()
    assert page.locator("#id_wording").input_value() == "My own wording."
    assert page.locator("#id_rationale").input_value() == "Axios called back: it is wrong."
    verdicts = page.locator(".desk-timeline li strong")
    assert verdicts.all_inner_texts() == ["Disputed"]

    assert press(page, "refute").status == 302
    assert verdicts.all_inner_texts() == ["Refuted", "Disputed"]


def test_only_the_decision_that_was_seen_makes_the_conflict(browse: Browse, desk: ServedDesk) -> None:
    """The guard taken away: a page that claims to have seen the colleague's decision is not stopped."""
    address = claim_at(desk, desk.places["unverified"] + 1)
    page = browse(desk, "editor")
    page.goto(address)
    page.locator("#id_rationale").fill("Axios called back: it is wrong.")
    colleague = browse(desk, "second-editor")
    dispute_meanwhile(colleague, address)
    colleague.goto(address)
    seen = colleague.locator("#decide input[name=follows]").input_value()
    page.locator("#decide input[name=follows]").evaluate("(one, seen) => { one.value = seen; }", seen)
    assert press(page, "refute").status == 302


def type_until_the_session_is_over(page: Page, address: str) -> None:
    """Type a wording and a reason, and press Propose when the session has ended; log in again."""
    page.goto(address)
    page.locator("#id_wording").fill("Typed with care, AFP reported.")
    page.locator("#id_rationale").fill("Two hours of calls.")
    page.locator("input[name=basis][value=corroborated]").check()
    page.locator("input[name=passages]").first.uncheck()
    page.context.clear_cookies(name="sessionid")
    page.locator("button[data-verb=propose]").click()
    page.locator("#id_username").fill("reporter")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def test_a_session_that_is_over_takes_no_word_with_it(browse: Browse, desk: ServedDesk) -> None:
    page = browse(desk, "reporter")
    type_until_the_session_is_over(page, claim_at(desk, desk.places["disputed"]))
    page.get_by_role("button", name="Put them back").click()
    assert page.locator("#id_wording").input_value() == "Typed with care, AFP reported."
    assert page.locator("#id_rationale").input_value() == "Two hours of calls."
    assert page.locator("input[name=basis][value=corroborated]").is_checked()
    assert not page.locator("input[name=passages]").first.is_checked()


def test_without_the_desk_s_script_they_would_be_gone(browse: Browse, desk: ServedDesk) -> None:
    def stop(route: Route) -> None:
        route.abort()

    page = browse(desk, "reporter")
    page.route("**/stories/desk.js", stop)
    type_until_the_session_is_over(page, claim_at(desk, desk.places["disputed"]))
    assert page.get_by_role("button", name="Put them back").count() == 0
    assert page.locator("#id_rationale").input_value() == ""
