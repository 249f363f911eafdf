"""What was published, and whether every API database has it: said at once, and watched on a page of its own."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from stories.admin.record import replicas
from stories.replicas.copies import Copy
from tests.admin.conftest import page_of
from tests.world import World

pytestmark = pytest.mark.django_db

PAGE = "/admin/stories/publication/replicas/"
LATER, BEFORE = "2999-01-01T00:00:00+00:00", "2000-01-01T00:00:00+00:00"
BEHIND = Copy("api2", has_it=False, is_connected=False, behind=4096)
THERE = Copy("api1", has_it=True, is_connected=True, behind=0)


@pytest.fixture
def editor(world: World, login) -> Client:
    return login(world.editor)


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[Copy]:
    """The API databases as PostgreSQL would name them; tests/stack has real ones."""
    made: list[Copy] = []
    monkeypatch.setattr(replicas, "list_copies", lambda mark: made)
    monkeypatch.setattr(replicas, "mark_now", lambda: "0/16B3748")
    monkeypatch.setattr(replicas, "wait_for_copies", lambda mark, within: [one for one in made if not one.has_it])
    return made


def ask(editor: Client, *, until: str) -> str:
    return page_of(editor.get(f"{PAGE}?{urlencode({'mark': '0/16B3748', 'until': until})}"))


@pytest.mark.parametrize(
    "query", ["", "mark=0/1", "mark=x&until=" + LATER, "mark=0/1&until=2026-13-01", "mark=0/1&until=x"]
)
def test_an_address_that_no_message_gave_is_unknown(editor: Client, query: str) -> None:
    assert editor.get(f"{PAGE}?{query}").status_code == 404


def test_until_the_lease_is_over_the_page_goes_on_watching(editor: Client, copies: list[Copy]) -> None:
    copies += [THERE, BEHIND]
    page = ask(editor, until=LATER)
    assert "data-watch" in page
    assert "<td>not connected</td>" in page
    assert "answers 503 from then on, never the old text" in page


def test_after_the_lease_it_says_that_nobody_serves_what_was_there(editor: Client, copies: list[Copy]) -> None:
    copies += [THERE, BEHIND]
    page = ask(editor, until=BEFORE)
    assert "No API database serves what was there before" in page
    assert "<td>answers 503</td>" in page


def test_once_everybody_has_it_the_watch_is_over(editor: Client, copies: list[Copy]) -> None:
    copies += [THERE]
    page = ask(editor, until=LATER)
    assert "Every API database has it." in page
    assert "data-watch" not in page


def test_a_desk_that_replicates_to_nobody_says_so(editor: Client) -> None:
    assert "This desk replicates to no API database." in ask(editor, until=LATER)


def test_the_message_after_a_decision_names_who_lags(world: World, editor: Client, copies: list[Copy]) -> None:
    copies += [THERE, BEHIND]
    claim = world.claim("One.")
    proposal = world.proposal(claim, world.passage(claim, "courier", "wire", quote="One"), wording="One, Wire reports.")
    path = f"/admin/stories/claim/{claim.pk}/review/"
    typed = {"follows": proposal.seq, "verb": "confirm", "rationale": "I have read it."}
    page = page_of(editor.post(path, typed, follow=True))
    assert "It is recorded, not yet at api2." in page
    assert f"{PAGE}?mark=0%2F16B3748" in page
