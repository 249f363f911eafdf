"""A version of the story: drafted by one editor, cut by another, and then the readers have it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.served import ServedDesk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.prove

STORY = "/admin/stories/story/{story}/versions/"


def newest_version(desk: ServedDesk) -> dict[str, Any]:
    """The version that the API gives as the current one."""
    versions: list[dict[str, Any]] = desk.ask("/api/v1/stories/ukraine-peace-plan/versions/")["results"]
    return max(versions, key=lambda one: one["number"])


def save_draft(page: Page, desk: ServedDesk, headline: str) -> None:
    """Save a draft under `headline`, composed of what is in force."""
    page.goto(desk.address(f"{STORY}?compose=1"))
    page.locator("#id_headline").fill(headline)
    page.locator("#id_change_kind").select_option("update")
    page.locator("#id_change_note").fill("We know more.")
    page.get_by_role("button", name="Save the draft").click()
    page.locator(".messagelist").wait_for()


def test_one_drafts_another_cuts_and_the_api_serves_it(browse: Callable[..., Page], desk: ServedDesk) -> None:
    before = newest_version(desk)["number"]
    drafter = browse(desk, "editor")
    save_draft(drafter, desk, "What the desk stands behind")
    own = drafter.get_by_role("button", name=f"Cut version {before + 1}")
    assert own.is_disabled()
    assert drafter.locator("#why-cut").inner_text() == "You drafted this yourself: another editor has to cut it."
    assert newest_version(desk)["number"] == before

    cutter = browse(desk, "second-editor")
    cutter.goto(desk.address(STORY))
    cutter.get_by_role("button", name=f"Cut version {before + 1}").click()
    cutter.locator(".messagelist .success").wait_for()
    assert newest_version(desk)["number"] == before + 1
    assert newest_version(desk)["headline"] == "What the desk stands behind"


def test_nobody_cuts_their_own_draft_whatever_the_button_says(browse: Callable[..., Page], desk: ServedDesk) -> None:
    before = newest_version(desk)["number"]
    page = browse(desk, "editor")
    save_draft(page, desk, "Mine alone")
    page.get_by_role("button", name=f"Cut version {before + 1}").evaluate("one => { one.disabled = false; }")
    with page.expect_response("**/cut/") as answer:
        page.get_by_role("button", name=f"Cut version {before + 1}").click()
    assert answer.value.status == 422
    assert newest_version(desk)["number"] == before
