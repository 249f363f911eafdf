"""Whatever somebody types arrives on every page as text: headline, text, quotation, name, wording, reason and note."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.desks import CORPUS, hostile
from tests.browser.pages import OURS, STOCK
from tests.browser.served import ServedDesk
from tests.browser.watch import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.prove

NOT_HERE = ("returned", "unverified", "disputed")
"""States that no claim of the hostile desk is in."""

PATHS = {
    name: path for name, path in (OURS | STOCK).items() if not any(f"{{{state}}}" in path for state in NOT_HERE)
} | {
    "feed of corrections": "/api/v1/stories/harbour/corrections.atom",
    "facts": "/api/v1/facts/",
    "changes": "/api/v1/changes/",
}

SHOWN = {
    "front": ["quote"],
    "all claims": ["statement 1", "statement 2"],
    "review of a fact": ["statement 1", "quote", "first words", "reason", "contradiction", "before", "after"],
    "review of a proposal": ["statement 2", "quote", "reason"],
    "several claims at once": ["statement 1", "quote", "reason"],
    "articles": ["headline"],
    "reading an article": ["before", "quote", "after", "statement 1"],
    "what if a source": ["quote"],
    "versions": ["version", "change", "quote", "connecting"],
    "discrepancy": ["first words", "second words"],
    "contradiction": ["contradiction", "statement 1", "statement 2"],
    "decision": ["reason", "quote"],
}
"""Page → the fields whose whole content it shows as words, or holds in a box to be edited."""

ALL_WORDS = """() => {
  const boxes = [...document.querySelectorAll("textarea, input")].map(one => one.value);
  return [document.body.innerText, ...boxes].join(" ").replace(/\\s+/g, " ");
}"""


@pytest.fixture
def hostile_desk(served: Callable[[str], ServedDesk]) -> ServedDesk:
    """A desk on which everything is markup."""
    return served("hostile")


@pytest.fixture
def unprotected(browse: Callable[..., Page], hostile_desk: ServedDesk) -> Page:
    """A page in a browser that obeys no Content-Security-Policy: only the escaping stands between."""
    return browse(hostile_desk, bypass_csp=True)


def test_nothing_that_was_typed_runs_on_any_page(unprotected: Page, hostile_desk: ServedDesk, watch: Watch) -> None:
    answers = {}
    for name, path in PATHS.items():
        answer = unprotected.goto(hostile_desk.address(path))
        answers[name] = (answer.status if answer else 0, len(unprotected.locator("svg[onload], [onerror]").all()))
        assert watch.dialogs == [], name
    assert answers == dict.fromkeys(PATHS, (200, 0))


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_shown_as_it_was_typed(unprotected: Page, hostile_desk: ServedDesk, name: str) -> None:
    unprotected.goto(hostile_desk.address(PATHS[name]))
    unprotected.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    words = unprotected.evaluate(ALL_WORDS)
    assert [field for field in SHOWN[name] if hostile(field)[:280] not in words] == []


def scripts_run(watch: Watch) -> set[int]:
    """Which scripts of the corpus have opened their dialog."""
    return {number for number in range(1, len(CORPUS)) if any(f"alert {number}" in said for said in watch.dialogs)}


def unescape_page(route: Route) -> None:
    """Answer with the page as a template without escaping would give it."""
    answer = route.fetch()
    route.fulfill(response=answer, body=html.unescape(answer.text()))


def test_a_page_that_escapes_nothing_would_run_it(unprotected: Page, hostile_desk: ServedDesk, watch: Watch) -> None:
    unprotected.route("**/review/", unescape_page)
    unprotected.goto(hostile_desk.address(PATHS["review of a fact"]))
    watch.wait(unprotected, lambda noticed: {1, 2, 3} <= scripts_run(noticed))
    unprotected.close()  # what it would still run is not waited for
    watch.taken()


def test_and_the_policy_would_stop_it_even_so(
    browse: Callable[..., Page], hostile_desk: ServedDesk, watch: Watch
) -> None:
    page = browse(hostile_desk)
    page.route("**/review/", unescape_page)
    page.goto(hostile_desk.address(PATHS["review of a fact"]))
    watch.wait(page, lambda noticed: noticed.policy != [])
    page.close()
    assert watch.taken()["dialogs"] == []
