"""What a browser must never do on the desk, noticed on every page that it opens."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, WebError


@dataclass
class Watch:
    """What a browser context did against the rules since `taken` was last called; a clean one has done nothing."""

    policy: list[str] = field(default_factory=list)
    """What the Content-Security-Policy stopped, as the console tells it."""
    dialogs: list[str] = field(default_factory=list)
    """Dialogs that a script opened. Leaving a page with unsaved words asks too; that is no dialog of a script."""
    errors: list[str] = field(default_factory=list)
    """Errors that no script caught."""

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of `context`."""
        context.on("console", self._hear)
        context.on("dialog", self._answer)
        context.on("weberror", self._note)

    def wait(self, page: Page, holds: Callable[[Watch], bool], *, within: float = 30) -> None:
        """Let `page` go on until `holds` of what was noticed: the browser tells of it some time after it happened."""
        until = time.monotonic() + within
        while not holds(self):
            assert time.monotonic() < until, self
            page.wait_for_timeout(20)

    def taken(self) -> dict[str, list[str]]:
        """All that was noticed, by kind; it is forgotten with that."""
        found = {"policy": self.policy, "dialogs": self.dialogs, "errors": self.errors}
        self.policy, self.dialogs, self.errors = [], [], []
        return found

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.policy.append(f"{message.location.get('url')}: {message.text}")

    def _answer(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":
            dialog.accept()
            return
        self.dialogs.append(f"{dialog.page.url if dialog.page else ''}: {dialog.type} {dialog.message}")
        dialog.dismiss()

    def _note(self, error: WebError) -> None:
        self.errors.append(f"{error.page.url if error.page else ''}: {error.error}")


CLEAN: dict[str, list[str]] = {"policy": [], "dialogs": [], "errors": []}
