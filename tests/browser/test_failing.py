"""What the desk shows when there is nothing to show: pages of its own, which break no rule either."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.accessible import assert_breaks_no_rule
from tests.browser.conftest import Open
from tests.browser.served import FOR_OTHERS, ServedDesk, serve
from tests.browser.test_every_page import POLICY, policy_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.prove


@pytest.fixture
def file(desk_file: Callable[[str], tuple[Path, dict[str, Any]]], tmp_path: Path) -> Path:
    """The file of a desk that nothing else uses."""
    return Path(shutil.copy(desk_file("seeds")[0], tmp_path / "desk.sqlite3"))


@pytest.fixture
def desk_for_others(file: Path) -> Iterator[ServedDesk]:
    """The desk in `file` as others use it: DEBUG is off."""
    with serve(file, {}, FOR_OTHERS) as desk:
        yield desk


def look_at(page: Page, address: str) -> tuple[int, list[str], str]:
    """Open `address`: the status, the policy, and what stands over the page."""
    answer = page.goto(address)
    assert answer is not None
    return answer.status, policy_of(answer), page.locator("h1").inner_text()


def lose(file: Path) -> None:
    """Nobody can open the database any more."""
    file.unlink()
    file.mkdir()


def spoil(file: Path) -> None:
    """What stands there is no database any more."""
    file.write_bytes(b"These bytes are of no database. " * 4096)


def test_the_page_that_is_not_there_breaks_no_rule_for_who_is_logged_in(
    browse: Callable[..., Page], desk_for_others: ServedDesk
) -> None:
    page = browse(desk_for_others)
    seen = look_at(page, desk_for_others.address("/admin/nowhere/"))
    assert seen == (404, POLICY, "There is nothing here")
    assert_breaks_no_rule(page)


def test_nor_for_a_stranger(open_browser: Open, desk_for_others: ServedDesk) -> None:
    page = open_browser().new_page()
    seen = look_at(page, desk_for_others.address("/nowhere/"))
    assert seen == (404, POLICY, "There is nothing here")
    assert_breaks_no_rule(page)


@pytest.mark.parametrize(
    ("damage", "status", "heading"),
    [(lose, 503, "The database does not answer"), (spoil, 500, "The desk failed")],
    ids=["away", "broken"],
)
def test_a_failure_breaks_no_rule(
    open_browser: Open,
    file: Path,
    desk_for_others: ServedDesk,
    damage: Callable[[Path], None],
    status: int,
    heading: str,
) -> None:
    page = open_browser().new_page()
    damage(file)
    context = page.context
    context.add_cookies([{"name": "sessionid", "value": "a" * 32, "url": desk_for_others.root}])
    assert look_at(page, desk_for_others.address("/admin/")) == (status, POLICY, heading)
    assert_breaks_no_rule(page)
