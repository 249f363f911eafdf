"""What was taken down is on no page, list, search or export for who is no editor; editors go on working with it.

Its words are a canary: whoever finds one of them anywhere has found a leak (rule: suppression).
"""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stories.choices import AUDITORS, EDITORS, REPORTERS, Part
from stories.disagreements.contradictions import open_contradiction
from stories.models import Claim, Publication
from stories.models.withheld import WITHHELD
from stories.verification.suppression import destroy, newest_on, propose_restoration, restore
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.admin.conftest import page_of
from tests.admin.test_canary import crawl, shown_to
from tests.published import Desk

Login = Callable[[User], Client]
CANARIES = ("heron", "Bittern", "egret", "plover")
"""The sentence, as the claim states it; the headline and the free words of a version; a note."""


@pytest.fixture
def desk(db: None) -> Desk:
    """A fact, printed by a version and in the draft of the next; a note; all of it taken down, and a fact beside it."""
    desk = Desk()
    claim = desk.claim("The heron nests.")
    desk.passage(claim, "courier", "wire", quote="It nests there.")
    fact = desk.confirm_fact("The heron nests", claim=claim)
    desk.confirm_fact("The pier is shut")
    other = desk.claim("The nest is empty.")
    open_contradiction(claim, other, by=desk.editor, note="Nests or not.", stamps=desk.stamps)
    blocks = compose_blocks(desk.story)
    free = [*blocks, {"text": "Of the egret more below.", "facts": []}]
    draft = save_draft(desk.story, by=desk.editor, headline="Bittern and boats", blocks=free, stamps=desk.stamps)
    version = cut(draft, by=desk.second_editor, follows=draft.drafted_at, stamps=desk.stamps)
    save_draft(desk.story, by=desk.editor, headline="Birds", blocks=blocks, stamps=desk.stamps)
    ended = desk.withdraw_fact(desk.confirm_fact("Boats lie there"), note="The plover was wrong.")
    desk.suppress(fact)
    desk.suppress(ended, part=Part.NOTE)
    assert not hasattr(Publication.objects.get(pk=version.publication_id), "body")
    return desk


def people(desk: Desk) -> dict[str, User]:
    return {
        "reporter": desk.person("second-reporter", REPORTERS),
        "auditor": desk.person("auditor", AUDITORS),
        "superuser": desk.person("superuser", is_superuser=True),
        "editor": desk.person("third-editor", EDITORS),
    }


def found_in(page: str) -> list[str]:
    return [one for one in CANARIES if one.casefold() in page.casefold()]


def take(desk: Desk, step: str) -> None:
    if step == "destroyed":
        for position, part in ((1, Part.TEXT), (5, Part.NOTE)):
            target = Publication.objects.get(pk=position)
            newest = newest_on(target, part)
            assert newest is not None
            said = {"rationale": "The order is final.", "follows": newest.seq, "stamps": desk.stamps}
            destroy(target, part=part, by=desk.second_editor, **said)


@pytest.mark.parametrize("step", ["sealed", "destroyed"])
@pytest.mark.parametrize("who", ["reporter", "auditor", "superuser"])
def test_no_page_shows_it_to_who_is_no_editor(who: str, step: str, desk: Desk, login: Login) -> None:
    take(desk, step)
    pages = crawl(login(people(desk)[who]))
    claim = Claim.objects.get(statement="The heron nests.")
    looked = ("review/", "change/")
    assert [f"/admin/stories/claim/{claim.pk}/{page}" in pages for page in looked] == [True, True]
    assert "/admin/stories/claim/csv/" in pages
    assert {address: found for address, page in pages.items() if (found := found_in(page))} == {}
    assert WITHHELD in pages[f"/admin/stories/claim/{claim.pk}/review/"]


def test_an_editor_goes_on_reading_it(desk: Desk, login: Login) -> None:
    client = login(people(desk)["editor"])
    claim = Claim.objects.get(statement="The heron nests.")
    for page in ("review/", "change/"):
        assert found_in(page_of(client.get(f"/admin/stories/claim/{claim.pk}/{page}"))) == ["heron"]
    assert [one.pk for one in client.get("/admin/stories/claim/?work=all&q=heron").context["cl"].result_list] == [
        claim.pk
    ]


@pytest.mark.parametrize("model", ["claim", "decision", "contradiction", "discrepancy", "evidence", "storyversion"])
def test_whoever_searches_by_its_words_finds_nothing(model: str, desk: Desk, login: Login) -> None:
    client = login(people(desk)["reporter"])
    for words in ("heron", "Bittern"):
        asked = [f"/admin/stories/{model}/?{urlencode({'work': 'all', 'q': one})}" for one in (words, "x" * len(words))]
        found, nothing = map(client.get, asked if model == "claim" else [one.replace("work=all&", "") for one in asked])
        assert shown_to(found, words) == shown_to(nothing, "x" * len(words)), words


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        ("claim", "statement__startswith"),
        ("decision", "wording__startswith"),
        ("decision", "payload__contains"),
        ("storyversion", "headline__startswith"),
        ("contradiction", "first__statement__startswith"),
    ],
)
def test_no_address_asks_for_it_letter_by_letter(model: str, lookup: str, desk: Desk, login: Login) -> None:
    answer = login(people(desk)["auditor"]).get(f"/admin/stories/{model}/?{lookup}=T")
    assert (answer.status_code, answer.get("Location")) in [(400, None), (302, f"/admin/stories/{model}/?e=1")]


def test_nothing_is_withheld_once_it_is_back(desk: Desk, login: Login) -> None:
    fact = Publication.objects.get(pk=1)
    newest = newest_on(fact)
    assert newest is not None
    said = {"rationale": "The order was lifted.", "stamps": desk.stamps}
    proposal, *_ = propose_restoration(fact, part=Part.TEXT, by=desk.editor, follows=newest.seq, **said)
    restore(proposal, by=desk.second_editor, **said)
    client = login(people(desk)["reporter"])
    claim = Claim.objects.get(statement="The heron nests.")
    assert found_in(page_of(client.get(f"/admin/stories/claim/{claim.pk}/review/"))) == ["heron"]
