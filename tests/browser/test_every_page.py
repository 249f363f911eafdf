"""No page is left out, and a strict Content-Security-Policy is in force on every one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.browser.conftest import Open
from tests.browser.pages import OPEN, OURS, REFUSED, STOCK
from tests.browser.served import ServedDesk
from tests.browser.watch import CLEAN, Watch

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Page, Response, Route

pytestmark = pytest.mark.prove

POLICY = [
    "base-uri 'self'",
    "default-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "object-src 'none'",
]

NOT_PAGES = {
    "autocomplete": "JSON for a choice of many",
    "jsi18n": "a script",
    "logout": "takes a POST alone and leads to the login page",
    "invitation": "for who was sent a link; visited in tests/browser/test_second_factor.py",
    "second_step": "for who has typed a password; visited in tests/browser/test_second_factor.py",
    "view_on_site": "leads elsewhere; nothing of ours has such an address",
    "stories_article_retire": "takes a POST alone",
    "stories_source_retire_voice": "takes a POST alone",
    "stories_discrepancy_reopen": "takes a POST alone",
    "stories_claim_open": "takes a POST alone; answers with JSON",
    "stories_story_draft": "takes a POST alone; answers with the page of the story",
    "stories_story_correction": "takes a POST alone; answers with the page of the story",
    "stories_story_cut": "takes a POST alone; answers with the page of the story",
    "stories_claim_csv": "a file",
    "stories_claim_next": "leads to the page of another claim",
}
"""Name of an address → why nobody looks at it."""

ALIKE = {
    "_history": "one page for every kind of thing; that of claims and of articles is visited",
    "_delete": "one refusal for every kind of thing; that of claims is asked for",
}
"""How the names of further addresses end → why not all of them are visited."""


def policy_of(answer: APIResponse | Response) -> list[str]:
    """The Content-Security-Policy that `answer` brings, its parts in order."""
    return sorted(answer.headers.get("content-security-policy", "").split("; "))


class AnyKey(dict[str, str]):
    """Any name is a key."""

    def __missing__(self, name: str) -> str:
        return "1"


def names_of(patterns: list[Any]) -> Iterator[str]:
    """The names of the addresses in `patterns` that have one, as all pages of the admin do."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def names_asked_for() -> set[str]:
    """The names of the addresses that the proofs ask for."""
    paths = [path.partition("?")[0].format_map(AnyKey()) for path in (OURS | STOCK | OPEN | REFUSED).values()]
    return {str(resolve(path).url_name) for path in paths}


def test_every_address_is_a_page_that_is_visited_or_none_at_all() -> None:
    names = {name for name in names_of(get_resolver().url_patterns) if not name.endswith(tuple(ALIKE))}
    asked = names_asked_for()
    assert sorted(names - asked) == sorted(NOT_PAGES)
    assert [name for name in NOT_PAGES if name in asked] == []


def test_a_strict_policy_is_in_force_on_every_page(browse: Callable[..., Page], desk: ServedDesk) -> None:
    page = browse(desk)
    answers = {name: page.request.get(desk.address(path)) for name, path in (OURS | STOCK).items()}
    assert {name: (one.status, policy_of(one)) for name, one in answers.items()} == (
        dict.fromkeys(answers, (200, POLICY))
    )


def test_before_logging_in_and_where_nothing_is_the_policy_is_the_same(
    open_browser: Open, browse: Callable[..., Page], desk: ServedDesk
) -> None:
    stranger, administrator = open_browser().new_page(), browse(desk)
    login = stranger.request.get(desk.address(OPEN["login"]))
    refused = {name: administrator.request.get(desk.address(path)) for name, path in REFUSED.items()}
    assert (login.status, policy_of(login)) == (200, POLICY)
    assert {name: (one.status, policy_of(one)) for name, one in refused.items()} == (
        dict.fromkeys(refused, (403, POLICY))
    )


def test_the_page_that_describes_the_api_runs_within_a_policy_of_its_own(open_browser: Open, desk: ServedDesk) -> None:
    page = open_browser().new_page()
    answer = page.goto(desk.address("/api/docs/"))
    assert answer is not None
    assert policy_of(answer) == ["default-src 'self'", "frame-ancestors 'none'", "img-src 'self' data:"]
    page.get_by_role("heading", name="Facts API").wait_for()


INLINE = {
    "a script": "<script>document.title = 'run'</script>",
    "a handler": '<img src="data:," onerror="document.title = \'run\'" alt="">',
    "a style": "<style>body { color: red }</style>",
    "a style's attribute": '<p style="color: red">red</p>',
    "a script from elsewhere": '<script src="http://127.0.0.1:9/elsewhere.js"></script>',
}
"""What a strict policy stops, each in the words of a page."""


@pytest.mark.parametrize("name", INLINE)
def test_what_stands_inline_is_stopped_and_noticed(
    open_browser: Open, desk: ServedDesk, watch: Watch, name: str
) -> None:
    page = open_browser().new_page()

    def add(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", f"{INLINE[name]}</main>"))

    page.route("**/admin/login/", add)
    page.goto(desk.address(OPEN["login"]))
    watch.wait(page, lambda noticed: noticed.policy != [])
    noticed = watch.taken()
    assert (len(noticed["policy"]), noticed | {"policy": []}) == (1, CLEAN)
    assert page.title() == "Log in | Fact desk"


def test_without_the_policy_the_same_script_runs_unnoticed(open_browser: Open, desk: ServedDesk) -> None:
    page = open_browser().new_page()

    def add(route: Route) -> None:
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy"}
        body = answer.text().replace("</main>", f"{INLINE['a script']}</main>")
        route.fulfill(response=answer, headers=headers, body=body)

    page.route("**/admin/login/", add)
    page.goto(desk.address(OPEN["login"]))
    assert page.title() == "run"
