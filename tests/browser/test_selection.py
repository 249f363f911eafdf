"""From words in an article to a claim: selected with the mouse, with the arrow keys, or typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.keyboard import Keyboard
from tests.browser.served import ServedDesk

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.prove

READ = "/admin/stories/article/{article}/read/"

FIND = """words => {
  const walker = document.createTreeWalker(document.getElementById("article-text"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at !== -1) {
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + words.length);
      walker.currentNode.parentElement.scrollIntoView({ block: "center" });
      const boxes = [...range.getClientRects()];
      const first = boxes[0], last = boxes[boxes.length - 1];
      return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
    }
  }
  return null;
}"""


WHEN_HEARD = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""A selection is heard of with the next frame."""


def drag_over(page: Page, words: str) -> None:
    """Select `words` in the article's text with the mouse."""
    left, top, right, bottom = page.evaluate(FIND, words)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(right, bottom, steps=4)
    page.mouse.up()
    page.evaluate(WHEN_HEARD)


def marks(page: Page) -> list[str]:
    """The passages that stand highlighted in the text."""
    return page.locator("#article-text mark").all_inner_texts()


def passage_words(page: Page) -> str:
    """The first words of the article that are no passage yet."""
    words: str = page.evaluate(
        """() => [...document.querySelectorAll("#article-text > span:not(.desk-boilerplate)")]
          .filter(one => !one.querySelector("mark")).map(one => one.textContent.trim())
          .find(text => text.split(" ").length > 5).split(" ").slice(0, 5).join(" ")"""
    )
    return words


def test_selected_words_become_a_passage_of_a_new_claim(browse: Callable[..., Page], desk: ServedDesk) -> None:
    page = browse(desk, "reporter")
    page.goto(desk.address(READ))
    words = passage_words(page)
    before = marks(page)
    drag_over(page, words)
    assert page.locator("#id_quote").input_value() == words
    chain = page.locator("#id_chain_0").input_value()
    page.locator("#id_statement").fill("What the selected words say, in ours.")
    page.locator("#id_kind").select_option("fact")
    with page.expect_navigation():
        page.get_by_role("button", name="Record the passage").click()
    assert "What the selected words say, in ours." in page.locator(".messagelist .success").inner_text()
    assert sorted(marks(page)) == sorted([*before, words])
    assert chain == "dw"

    with page.expect_navigation():
        page.locator("#article-text mark a", has_text=words).click()
    assert page.locator("#content > h1").inner_text() == "What the selected words say, in ours."
    assert page.locator("blockquote mark").all_inner_texts() == [words]


CHOSEN = """() => ({
  selected: getSelection().toString(),
  quote: document.getElementById("id_quote").value,
  standing: [...document.getElementById("article-text").textContent]
    .slice(...["id_start", "id_end"].map(one => document.getElementById(one).value)).join(""),
  said: document.getElementById("chosen").textContent.replace("Chosen: ", ""),
})"""
"""The words as selected, as they stand in the form, as they stand in the article at the form's offsets, and as said."""


def chosen_with(person: Keyboard, *keys: str) -> str:
    """What is chosen after `keys`, everywhere the same."""
    person.press(*keys)
    person.page.evaluate(WHEN_HEARD)
    (words,) = set(person.page.evaluate(CHOSEN).values())
    return str(words)


def test_arrow_keys_choose_words_and_sentences_and_shift_more_of_them(
    browse: Callable[..., Page], desk: ServedDesk
) -> None:
    person = Keyboard(browse(desk, "reporter"))
    person.page.goto(desk.address(READ))
    person.press("t")
    assert chosen_with(person, "ArrowDown", "ArrowDown") == (
        "Offers Ukraine Guarantees Similar to NATO for the First Time - Axios"
    )
    assert chosen_with(person, "ArrowDown") == "World News"
    assert chosen_with(person, "ArrowRight") == "Deutsche"
    assert chosen_with(person, "Shift+ArrowRight") == "Deutsche Welle"
    assert chosen_with(person, "Shift+ArrowDown") == "Deutsche Welle\nPubliation data: 21.11.2025 12:21"
    assert chosen_with(person, "Shift+ArrowUp", "Shift+ArrowLeft") == "News\nDeutsche"
    assert chosen_with(person, "ArrowLeft") == "World"
    assert chosen_with(person, "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp") == "The U.S."
    assert person.pointers == 0


def test_chosen_words_become_a_passage_without_a_word_typed_twice(
    browse: Callable[..., Page], desk: ServedDesk
) -> None:
    person = Keyboard(browse(desk, "reporter"))
    page = person.page
    page.goto(desk.address(READ))
    before = marks(page)
    person.go_to(page.locator("#article-text"))
    words = chosen_with(person, *["ArrowDown"] * 3)
    person.press("Enter")
    assert page.evaluate("document.activeElement.name") == "claim"
    person.fill(page.locator("#id_statement"), "What the chosen words say, in ours.")
    person.go_to(page.locator("#id_kind"))
    person.press("f")
    person.follow(page.get_by_role("button", name="Record the passage"))
    assert sorted(marks(page)) == sorted([*before, words])
    assert person.pointers == 0


def test_keys_go_on_where_the_mouse_selected(browse: Callable[..., Page], desk: ServedDesk) -> None:
    page = browse(desk, "reporter")
    page.goto(desk.address(READ))
    words = passage_words(page)
    drag_over(page, words)
    page.locator("#article-text").evaluate("one => one.focus()")
    more = chosen_with(Keyboard(page), "Shift+ArrowRight")
    assert (more.startswith(words), len(more.split())) == (True, len(words.split()) + 1)


def test_the_same_with_typed_words(browse: Callable[..., Page], desk: ServedDesk) -> None:
    person = Keyboard(browse(desk, "reporter"))
    page = person.page
    page.goto(desk.address(READ))
    words = passage_words(page)
    before = marks(page)
    person.fill(page.locator("#id_quote"), words)
    person.fill(page.locator("#id_statement"), "What the typed words say, in ours.")
    person.go_to(page.locator("#id_kind"))
    person.press("f")
    assert page.locator("#id_kind").input_value() == "fact"
    person.follow(page.get_by_role("button", name="Record the passage"))
    assert "What the typed words say, in ours." in page.locator(".messagelist .success").inner_text()
    assert sorted(marks(page)) == sorted([*before, words])
    assert person.pointers == 0


def test_without_the_script_a_selection_says_nothing(browse: Callable[..., Page], desk: ServedDesk) -> None:
    def stop(route: Route) -> None:
        route.abort()

    page = browse(desk, "reporter")
    page.route("**/stories/select.js", stop)
    page.goto(desk.address(READ))
    drag_over(page, passage_words(page))
    assert page.locator("#id_quote").input_value() == ""
