"""Pictures of the six main pages, taken of the desk as a newcomer loads it.

`python -m docs.screenshots` takes them anew into docs/screenshots/. It needs requirements-proofs.txt and Chromium.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, log_in
from tests.browser.pages import OURS
from tests.browser.served import make_desk, serve

FOLDER = Path(__file__).resolve().parent / "screenshots"
WINDOW = {"width": 1280, "height": 800}
SHOTS = {
    "front": "front",
    "queue": "all claims",
    "review": "review of a proposal",
    "article": "reading an article",
    "story": "versions",
    "what-if": "what if a source",
}
"""Name of the picture → name of the page."""


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "desk.sqlite3"
        with serve(file, make_desk("seeds", file)) as desk:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM[0]), args=list(ARGUMENTS))
            page = browser.new_page(viewport=WINDOW, locale="en-GB", timezone_id="Europe/Kyiv")
            log_in(page, desk, "second-editor")
            for name, shown in SHOTS.items():
                page.goto(desk.address(OURS[shown]))
                page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
            browser.close()


if __name__ == "__main__":
    main()
