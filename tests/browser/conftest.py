"""What the browser's proofs share: Chromium, desks served for it, and people who are logged in.

Playwright is imported where it is used: `make test` collects these files and installs no browser.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.desks import ADMINISTRATOR, PASSWORD
from tests.browser.served import ServedDesk, make_desk, serve
from tests.browser.watch import CLEAN, Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = [one for one in (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")) if one.exists()]
"""Where it is: the one that draws no windows of its own takes two thirds of the time, and the whole one will do."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = {"width": 1280, "height": 900}

Open = Callable[..., "BrowserContext"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    if not CHROMIUM:
        pytest.skip("There is no Chromium: install Debian's package chromium-headless-shell.")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is missing: requirements-proofs.txt has it.")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM[0]), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desk_file(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str], tuple[Path, dict[str, Any]]]:
    """Makes a desk of a kind once for all workers; its file, to be copied, and its places."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent

    def find(kind: str) -> tuple[Path, dict[str, Any]]:
        file, places = shared / f"{kind}.sqlite3", shared / f"{kind}.json"
        with (shared / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not places.exists():
                places.write_text(json.dumps(make_desk(kind, file)))
        return file, json.loads(places.read_text())

    return find


@pytest.fixture(scope="module")
def served(
    chromium: Browser, desk_file: Callable[[str], tuple[Path, dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], ServedDesk]]:
    """Serves a copy of a desk of a kind, which the tests of the module share."""
    running: dict[str, ServedDesk] = {}
    with ExitStack() as stack:

        def start(kind: str) -> ServedDesk:
            if kind not in running:
                file, places = desk_file(kind)
                copy = tmp_path_factory.mktemp("served") / file.name
                shutil.copy(file, copy)
                running[kind] = stack.enter_context(serve(copy, places))
            return running[kind]

        yield start


@pytest.fixture(scope="module")
def desk(served: Callable[[str], ServedDesk]) -> ServedDesk:
    """The two seed articles and the day that followed, served."""
    return served("seeds")


@pytest.fixture(scope="module")
def logins() -> dict[tuple[str, str], Any]:
    """Who is logged in where: one login a person and desk, since a password takes its time."""
    return {}


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Whatever a page of the test did against the rules; the test fails when there is anything left to take."""
    watch = Watch()
    yield watch
    assert watch.taken() == CLEAN


@pytest.fixture
def open_browser(chromium: Browser, watch: Watch) -> Iterator[Open]:
    """Makes a browser of its own, watched, with nobody logged in; keywords are those of Playwright's contexts."""
    with ExitStack() as stack:

        def make(**options: Any) -> BrowserContext:
            values: dict[str, Any] = {"viewport": WIDE, "locale": "en-GB", "timezone_id": "Europe/Kyiv"}
            context = stack.enter_context(chromium.new_context(**(values | options)))
            context.set_default_timeout(30_000)
            watch.follow(context)
            return context

        yield make


def log_in(page: Page, desk: ServedDesk, person: str) -> None:
    """Log `person` in, as they do it themselves."""
    page.goto(desk.address("/admin/login/?next=/admin/password_change/"))
    page.locator("#id_username").fill(person)
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(desk.address("/admin/password_change/"))


@pytest.fixture
def browse(open_browser: Open, logins: dict[tuple[str, str], Any]) -> Callable[..., Page]:
    """Opens a page in a browser of its own in which somebody is logged in."""

    def open_page(desk: ServedDesk, person: str = ADMINISTRATOR, **options: Any) -> Page:
        known = logins.get((desk.root, person))
        context = open_browser(**({"storage_state": known} if known else {}), **options)
        page = context.new_page()
        if known is None:
            log_in(page, desk, person)
            logins[desk.root, person] = context.storage_state()
        return page

    return open_page
