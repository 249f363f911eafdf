"""WCAG 2.2 AA on every page, in light and dark, on a desk and on a telephone; and nothing is wider than the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.accessible import (
    LOOKS,
    PAIRS,
    assert_breaks_no_rule,
    count_rules,
    faults_of,
    looks_of,
    scrolls_sideways,
)
from tests.browser.conftest import Open
from tests.browser.pages import OPEN, OURS, SEEN_OTHERWISE, STOCK
from tests.browser.served import ServedDesk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.prove

STOCK_FAULTS = {
    # The help beside the filter of a choice of many is a span, which takes no aria-label.
    "group": {"aria-prohibited-attr": 2},
    "new group": {"aria-prohibited-attr": 2},
    "user": {"aria-prohibited-attr": 4},
}
"""What Django's admin brings: page → rule → how often, the same in every look."""


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", OURS)
def test_a_page_of_ours_breaks_no_rule(browse: Callable[..., Page], desk: ServedDesk, name: str) -> None:
    page = browse(desk)
    page.goto(desk.address(OURS[name]))
    assert_breaks_no_rule(page)


@pytest.mark.parametrize("name", OPEN)
def test_a_page_before_logging_in_breaks_no_rule(open_browser: Open, desk: ServedDesk, name: str) -> None:
    page = open_browser().new_page()
    page.goto(desk.address(OPEN[name]))
    assert_breaks_no_rule(page)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", SEEN_OTHERWISE)
@pytest.mark.parametrize("person", ["reporter", "auditor"])
def test_a_page_as_who_may_do_less_sees_it_breaks_no_rule(
    browse: Callable[..., Page], desk: ServedDesk, person: str, name: str
) -> None:
    page = browse(desk, person)
    page.goto(desk.address(OURS[name]))
    assert_breaks_no_rule(page)


REFUSALS = {
    "may not": (403, "auditor", "/admin/stories/claim/add/", None),
    "refused": (422, "editor", OURS["review of an unverified claim"], "[data-verb=propose]"),
    "overtaken": (409, "editor", OURS["review of an unverified claim"], "[data-verb=dispute]"),
    "several refused": (422, "editor", OURS["several claims at once"], "[value=withdraw]"),
    "several overtaken": (409, "editor", OURS["several claims at once"], "[value=propose]"),
}
"""What was answered → status, to whom, on which page, the button that was pressed on it (none: the page itself)."""


@pytest.mark.parametrize("what", REFUSALS)
def test_a_refusal_breaks_no_rule(browse: Callable[..., Page], desk: ServedDesk, what: str) -> None:
    status, person, path, button = REFUSALS[what]
    page = browse(desk, person)
    answer = page.goto(desk.address(path))
    if button:
        if status == 409:
            page.locator("#id_rationale").fill("Read it.")
            page.locator("input[name$=follows]").evaluate_all("all => { for (const one of all) one.value = 1; }")
        with page.expect_navigation() as navigation:
            page.locator(f"button{button}").click()
        answer = navigation.value
    assert answer is not None
    assert answer.status == status
    assert_breaks_no_rule(page)


OVERTAKEN = {
    "article's form": ("#id_headline", "input[name=_save]"),
    "source's form": ("#id_notes", "input[name=_save]"),
    "story's form": ("#id_title", "input[name=_save]"),
    "reading an article": (None, ".desk-marked button"),
}
"""A page that changes a row → where something is typed, and what sends it."""


@pytest.mark.parametrize("name", OVERTAKEN)
def test_a_form_that_was_overtaken_breaks_no_rule(browse: Callable[..., Page], desk: ServedDesk, name: str) -> None:
    page, (box, button) = browse(desk), OVERTAKEN[name]
    page.goto(desk.address(OURS[name]))
    if box:
        page.locator(box).fill("Typed with care.")
    page.locator("input[name=_read]").evaluate_all("all => { for (const one of all) one.value = '{}'; }")
    with page.expect_navigation() as navigation:
        page.locator(button).first.click()
    assert navigation.value.status == 409
    assert_breaks_no_rule(page)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", STOCK)
def test_a_page_of_djangos_breaks_the_rules_that_are_listed(
    browse: Callable[..., Page], desk: ServedDesk, name: str
) -> None:
    page = browse(desk)
    page.goto(desk.address(STOCK[name]))
    looks = looks_of(page)
    assert count_rules(faults_of(page, looks)) == dict.fromkeys(looks, STOCK_FAULTS.get(name, {}))


@pytest.mark.parametrize("width", [1400, 1280, 1251, 1250, 1024, 768])
def test_the_queue_is_never_wider_than_its_window(browse: Callable[..., Page], desk: ServedDesk, width: int) -> None:
    page = browse(desk, viewport={"width": width, "height": 900})
    page.goto(desk.address(OURS["all claims"]))
    assert not scrolls_sideways(page)


BREAKS = {
    "a box without its label": (
        "document.querySelector('label[for=id_username]').remove()",
        {look: ["label: #id_username"] for look in LOOKS},
    ),
    "words that can hardly be told from the ground": (
        "document.querySelector('label[for=id_username]').style.cssText = 'color: #888; background: #999'",
        {look: ['color-contrast: label[for="id_username"]'] for look in LOOKS},
    ),
    "words that can be read on a light ground alone": (
        "document.querySelector('label[for=id_username]').style.color = 'black'",
        {look: ['color-contrast: label[for="id_username"]'] * (look[0] == "dark") for look in LOOKS},
    ),
    "buttons too small to hit": (
        """const row = document.createElement('p');
        for (const name of ['first', 'second']) {
          const button = document.createElement('button');
          Object.assign(button, { id: name, textContent: name[0] });
          Object.assign(button.style, { width: '10px', height: '10px', padding: 0, border: 0, color: 'black',
                                        background: 'white' });
          row.append(button);
        }
        document.getElementById('content').append(row)""",
        {look: ["target-size: #first", "target-size: #second"] for look in LOOKS},
    ),
    "a picture wider than a telephone": (
        "document.body.append(Object.assign(document.createElement('p'), { style: 'width: 600px; height: 1em' }))",
        {look: ["wider than the window"] * (look[1] == 390) for look in LOOKS},
    ),
}
"""A fault → the script that brings it into the login page, and what is found then."""


@pytest.mark.parametrize("fault", BREAKS)
def test_a_fault_is_found_where_it_shows(open_browser: Open, desk: ServedDesk, fault: str) -> None:
    page = open_browser().new_page()
    page.goto(desk.address(OPEN["login"]))
    script, expected = BREAKS[fault]
    page.evaluate(script)
    assert faults_of(page, LOOKS) == expected


def test_a_sample_of_looks_has_both_colours_and_both_widths_and_no_look_is_left_out() -> None:
    assert sorted(look for pair in PAIRS for look in pair) == sorted(LOOKS)
    assert [({scheme for scheme, _ in pair}, {width for _, width in pair}) for pair in PAIRS] == [
        ({"light", "dark"}, {1280, 390})
    ] * 2
