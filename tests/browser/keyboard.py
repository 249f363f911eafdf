"""A person at a keyboard, and nothing but a keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

MOST_STEPS = 300
"""How far Tab goes before somebody would give up."""

COUNT_POINTERS = """
for (const kind of ["pointerdown", "mousedown", "touchstart"]) {
  window.addEventListener(kind, () => { sessionStorage.pointers = Number(sessionStorage.pointers ?? 0) + 1; }, true);
}
"""


class OutOfReach(AssertionError):
    """What Tab never comes to."""


class Keyboard:
    """Drives a page by keys alone; `pointers` tells whether anything else was used after all."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(COUNT_POINTERS)

    def press(self, *keys: str) -> None:
        """Press `keys`, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Type `words` in the place of what stands where the focus is."""
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(words)

    def go_to(self, target: Locator, key: str = "Tab") -> None:
        """Press `key` until the focus is on `target`; `OutOfReach` when it never gets there."""
        for _ in range(MOST_STEPS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise OutOfReach(f"{target} is out of reach of {key}.")

    def fill(self, target: Locator, words: str) -> None:
        """Go to `target` and type `words`."""
        self.go_to(target)
        self.type(words)

    def follow(self, target: Locator) -> None:
        """Go to `target`, a link or button, and press Enter; return when the next page is there."""
        self.go_to(target)
        self.enter()

    def enter(self) -> None:
        """Press Enter where it leads to another page, and wait for that."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def log_in(self, address: str, person: str, password: str) -> None:
        """Log in at `address`."""
        self.page.goto(address)
        self.fill(self.page.locator("#id_username"), person)
        self.fill(self.page.locator("#id_password"), password)
        self.enter()

    @property
    def pointers(self) -> int:
        """How often a mouse or a finger was used."""
        return int(self.page.evaluate("Number(sessionStorage.pointers ?? 0)"))
