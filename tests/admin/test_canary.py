"""A protected name stands on no page, list, search, export, error or output for who is not on its list.

The name is a canary: whoever finds it, or any of its spellings, anywhere, has found a leak (rule: reader-lists).
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from io import StringIO
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from stories.choices import AUDITORS, EDITORS, REPORTERS
from stories.disagreements.contradictions import open_contradiction
from stories.models import NameLook, Source, Voice
from stories.provenance.protection import add_spelling, protect, rename
from tests.admin.conftest import page_of
from tests.world import NOON, World

CANARIES = ("Zebedee", "Quillfeather", "Oldbird", "Featherquill", "Tattler")
"""Parts of the names that nobody else may see: the name, a spelling, a former name, what the notes say."""

Login = Callable[[User], Client]


class Aviary:
    """A desk on which protected sources stand wherever a source can stand."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.editor = world.editor
        pilot = world.source("source-7", "Zebedee Oldbird", "person", notes="Zebedee keeps a Tattler.")
        said = {"change_message": "Zebedee Oldbird", "single_object": True}
        LogEntry.objects.log_actions(self.editor.pk, [pilot], CHANGE, **said)
        sheet = world.source("featherquill-daily", "The Featherquill Tattler", "outlet")
        for source, public_name in ((pilot, "a harbour pilot"), (sheet, "a trade paper")):
            protect(source, by=self.editor, public_name=public_name, stamps=world.stamps)
        add_spelling(pilot, by=self.editor, text="Z. Quillfeather")
        rename(pilot, by=self.editor, name="Zebedee Quillfeather")
        self.pilot = Source.objects.get(pk=pilot.pk)
        Voice.objects.create(
            source=self.pilot,
            same_as=world.source("official"),
            reason="Maybe.",
            created_at=NOON,
            recorded_by=world.editor,
        )
        first = world.claim("The pilot says it is closed.", says=self.pilot)
        world.passage(first, "courier", "source-7")
        fact = world.claim("The harbour is shut.")
        world.passage(fact, "courier", "wire", "source-7")
        world.passage(fact, "featherquill-daily", "source-7")
        world.fact(fact, wording="The harbour is shut, The Courier and Wire report.", passages=[fact.evidence.first()])
        world.proposal(first, first.evidence.first(), wording="It is closed, The Courier reports.")
        open_contradiction(first, fact, by=self.editor, note="Shut or closed.", stamps=world.stamps)

    def people(self) -> dict[str, User]:
        """Those who are not on the list, by what they are."""
        world = self.world
        return {
            "reporter": world.person("reporter", REPORTERS),
            "other editor": world.person("second-editor", EDITORS),
            "auditor": world.person("auditor", AUDITORS),
            "superuser": world.person("superuser", is_superuser=True),
        }


@pytest.fixture
def aviary(world: World) -> Aviary:
    return Aviary(world)


def assert_silent(text: str, where: str) -> None:
    assert [one for one in CANARIES if one.casefold() in text.casefold()] == [], where


def links_on(page: str, address: str) -> Iterator[str]:
    """The addresses of the admin that `page` leads to, without their fragments."""
    for href in re.findall(r'(?:href|action|formaction)="([^"#]+)', page):
        to = urljoin(address, unescape(href))
        if to.startswith("/admin/") and not re.search(r"/(logout|jsi18n|auth|axes|password_change)/", to):
            yield to.partition("?")[0]


def crawl(client: Client) -> dict[str, str]:
    """Every page that one comes to from the front page, by address, without its query."""
    waiting, pages = ["/admin/"], {}
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        response = client.get(address)
        body = response.getvalue() if response.streaming else response.content
        pages[address] = body.decode() + str(dict(response.headers))
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            shown = pages[address]
            waiting += links_on(shown, address)
    return pages


def shown_to(response: Any, words: str) -> str:
    """The page but for `words`, which were typed, and what is new on every page."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page_of(response)).replace(words, "")


WHO = ["reporter", "other editor", "auditor", "superuser"]


@pytest.mark.parametrize("who", WHO)
def test_no_page_of_the_desk_shows_it(who: str, aviary: Aviary, login: Login) -> None:
    pages = crawl(login(aviary.people()[who]))
    for source in ("source-7", "featherquill-daily"):
        key = Source.objects.get(slug=source).pk
        for page in ("change", "happened", "history", "what-if", "protection"):
            assert f"/admin/stories/source/{key}/{page}/" in pages
    for address, page in pages.items():
        assert_silent(page, address)
    assert not NameLook.objects.exists()


@pytest.mark.parametrize("who", WHO)
def test_whoever_searches_by_it_finds_nothing(who: str, aviary: Aviary, login: Login) -> None:
    client = login(aviary.people()[who])
    for model in ("source", "article", "claim", "evidence", "decision", "contradiction", "discrepancy"):
        for words in ("Quillf", "Zebed", "Oldbird", "Featherq"):
            found = client.get(f"/admin/stories/{model}/?{urlencode({'q': words})}")
            nothing = client.get(f"/admin/stories/{model}/?{urlencode({'q': 'x' * len(words)})}")
            assert shown_to(found, words) == shown_to(nothing, "x" * len(words)), (model, words)


@pytest.mark.parametrize("lookup", ["name__startswith", "aliases__text__startswith", "notes__contains", "lift__isnull"])
def test_no_address_asks_for_it_letter_by_letter(lookup: str, aviary: Aviary, login: Login) -> None:
    client = login(aviary.people()["superuser"])
    asked = client.get(f"/admin/stories/source/?{lookup}=Z")
    assert (asked.status_code, asked.get("Location")) in [(400, None), (302, "/admin/stories/source/?e=1")]


@pytest.mark.parametrize("who", WHO)
def test_no_button_of_the_page_of_its_protection_shows_it(who: str, aviary: Aviary, login: Login) -> None:
    client = login(aviary.people()[who])
    page = f"/admin/stories/source/{aviary.pilot.pk}/protection/"
    for step in (
        "look",
        "protect",
        "rename",
        "spell",
        "add",
        "remove-1",
        "appoint",
        "propose",
        "sign-1",
        "return-1",
        "x",
    ):
        response = client.post(page, {"step": step, "new_name": "Somebody", "spelling": "Z. Quillfeather"})
        assert (step, response.status_code) == (step, 422)
        assert_silent(page_of(response).replace('value="Z. Quillfeather"', ""), step)
    assert not NameLook.objects.exists()


def test_a_chain_that_is_typed_by_its_name_is_answered_as_by_any_name_that_there_is_not(
    aviary: Aviary, login: Login
) -> None:
    client = login(aviary.people()["reporter"])
    article = aviary.world.article("courier", "It is shut.")
    answers = []
    for name in ("Zebedee Quillfeather", "Z. Quillfeather", "Somebody Somewhere"):
        form = {"quote": "It is shut", "stance": "supports", "statement": "It is.", "kind": "fact", "chain_0": name}
        response = client.post(f"/admin/stories/article/{article.pk}/read/", form)
        answers.append((response.status_code, shown_to(response, name)))
    assert len(set(answers)) == 1


def test_no_command_prints_it(aviary: Aviary) -> None:
    for command in (
        ["what_if", "source-7"],
        ["what_if", "source-7", "--json"],
        ["what_if", "featherquill-daily"],
        ["stats"],
    ):
        out = StringIO()
        call_command(*command, stdout=out)
        assert_silent(out.getvalue(), str(command))


def test_the_responsible_editor_alone_reads_it_on_one_page_and_that_is_on_record(aviary: Aviary, login: Login) -> None:
    client = login(aviary.editor)
    for address, page in crawl(client).items():
        assert_silent(page, address)
    page = f"/admin/stories/source/{aviary.pilot.pk}/protection/"
    answer = client.post(page, {"step": "look"})
    assert "no-store" in answer["Cache-Control"]
    for canary in ("Zebedee Quillfeather", "Z. Quillfeather", "Zebedee Oldbird", "Zebedee keeps a Tattler."):
        assert canary in page_of(answer)
    assert list(NameLook.objects.values_list("source", "person")) == [(aviary.pilot.pk, aviary.editor.pk)]
    assert f"<li>{aviary.editor}, " in page_of(client.get(page))
