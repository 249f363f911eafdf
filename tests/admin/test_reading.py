"""Reading an article: every passage marked in the text as received, and new ones recorded exactly."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.models import Article, Claim, Evidence
from tests.admin.conftest import HOSTILE, all_rows, page_of, read_of
from tests.world import World

Login = Callable[[User], Client]

TEXT = "Gulls cry. The harbour is closed, Wire reports. The port is shut. The port is shut, they say. 😀 End."


def address(article: Article) -> str:
    """Where the reading page of `article` is."""
    return f"/admin/stories/article/{article.pk}/read/"


def typed(claim: Claim | None = None, **fields: Any) -> dict[str, Any]:
    """What a browser posts."""
    values = {"stance": "supports", "chain_0": "courier", "chain_1": "wire", "claim": claim.pk if claim else ""}
    return values | fields


def shown_text(page: str) -> str:
    """The article's text, as a browser reads it out of `page`."""
    inner = page.split('id="article-text">')[1].split("</div>")[0]
    return unescape(re.sub(r"<[^>]+>", "", inner))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_however_many_passages(
    world: World, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    article = world.article("courier", TEXT)
    for number in range(rows):
        world.passage(world.claim(f"Claim {number}."), "courier", "wire", article=article)
    client = login(world.editor)
    with django_assert_num_queries(16):
        response = client.get(address(article))
    assert response.status_code == 200


def test_every_passage_is_a_place_to_link_to_also_where_two_begin(world: World, login: Login) -> None:
    article = world.article("courier", TEXT)
    passages = [
        world.passage(world.claim(f"{end}."), "courier", article=article, quote=TEXT[12:end]) for end in (20, 33, 46)
    ]
    page = page_of(login(world.editor).get(address(article)))
    assert [page.count(f'id="e{passage.pk}"') for passage in passages] == [1, 1, 1]


def test_a_reason_against_a_passage_is_said_once_with_the_name_of_its_box(world: World, login: Login) -> None:
    article = world.article("courier", TEXT)
    page = page_of(login(world.editor).post(address(article), typed(start=0, end=5)))
    said = '<a href="#id_claim">Claim</a>: Choose a claim, or write the statement and the kind of a new one.'
    assert page.count(said) == page.count("Choose a claim, or") == 1


@pytest.mark.parametrize("text", [TEXT, "One\r\ntwo\r\n\r\nthree", "\n\n  lead", HOSTILE, "a &amp; b <b>c</b>"])
def test_the_text_is_shown_as_received_whatever_is_in_it(world: World, login: Login, text: str) -> None:
    article = world.article("courier", text)
    world.passage(world.claim(), "courier", article=article, quote=text[2:6])
    assert shown_text(page_of(login(world.editor).get(address(article)))) == text


def test_the_offsets_of_the_stretches_are_those_of_the_text(world: World, login: Login) -> None:
    article = world.article("courier", "Gulls 😀\r\ncry over the harbour.")
    world.passage(world.claim(), "courier", article=article, quote="cry over")
    stretches = login(world.editor).get(address(article)).context["stretches"]
    assert [(one.start, one.end, one.text, len(one.covers)) for one in stretches] == [
        (0, 9, "Gulls 😀\r\n", 0),
        (9, 17, "cry over", 1),
        (17, 30, " the harbour.", 0),
    ]


def test_a_passage_links_to_its_claim_and_says_its_state(world: World, login: Login) -> None:
    claim = world.fact()
    article = world.article("courier", TEXT)
    world.passage(claim, "courier", "wire", article=article)
    response = login(world.editor).get(address(article))
    states = [(one.evidence.claim.queue_item, one.chain) for one in response.context["marked"]]
    assert [(item.state, item.in_force, chain) for item, chain in states] == [("confirmed", True, "The Courier → Wire")]
    link = f'<mark><a href="/admin/stories/claim/{claim.pk}/review/" title="[1] confirmed: The harbour is closed. ">'
    assert f"{link}The harbour is closed</a></mark>" in page_of(response)


def test_words_selected_by_offsets_become_evidence(world: World, login: Login) -> None:
    article, claim = world.article("courier", TEXT), world.claim()
    response = login(world.reporter).post(
        address(article), typed(claim, start=11, end=32, quote="anything", attribution="Wire reports")
    )
    made = Evidence.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"{address(article)}#e{made.pk}")
    assert (made.quote, made.prefix, made.suffix[:14]) == ("The harbour is closed", "Gulls cry. ", ", Wire reports")
    assert [link.source.slug for link in made.chain_links.all()] == ["courier", "wire"]


def test_a_pasted_quotation_is_found_and_taken_exactly(world: World, login: Login) -> None:
    article, claim = world.article("courier", TEXT), world.claim()
    login(world.reporter).post(address(article), typed(claim, quote=" The harbour\r\nis closed "))
    made = Evidence.objects.get()
    assert (made.start, made.end, made.quote) == (11, 32, "The harbour is closed")


def test_a_quotation_at_two_places_is_asked_about(world: World, login: Login) -> None:
    article, claim = world.article("courier", TEXT), world.claim()
    client = login(world.reporter)
    response = client.post(address(article), typed(claim, quote="The port is shut"))
    assert (response.status_code, Evidence.objects.count()) == (422, 0)
    assert [start for start, _ in response.context["candidates"]] == [48, 66]
    client.post(address(article), typed(claim, quote="The port is shut", start=66))
    assert (Evidence.objects.get().start, Evidence.objects.get().end) == (66, 82)


def test_a_passage_can_make_its_claim_and_twice_is_once(world: World, login: Login) -> None:
    article = world.article("courier", TEXT)
    form = typed(statement="The harbour is closed.", kind="position", says="Minister of Harbours", start=11, end=32)
    client = login(world.reporter)
    assert [client.post(address(article), form).status_code for _ in range(2)] == [302, 422]
    claim = Claim.objects.get()
    assert (claim.statement, claim.says.slug, claim.story, claim.evidence.count()) == (
        "The harbour is closed.",
        "minister",
        world.story,
        1,
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"quote": "No such words"}, "These words do not stand in the article: copy them exactly, or select them."),
        ({"quote": ""}, "Select words in the text, paste them here, or type where they begin and end."),
        ({"start": 5, "end": 5000}, f"article-1: no passage lies at 5–5000; the text runs from 0 to {len(TEXT)}."),
        ({"start": 9, "end": 3}, f"article-1: no passage lies at 9–3; the text runs from 0 to {len(TEXT)}."),
        ({"start": 0, "end": 5, "claim": ""}, "Choose a claim, or write the statement and the kind of a new one."),
        (
            {"start": 0, "end": 5, "chain_1": "nobody"},
            "There is no source “nobody”: choose one from the list, or add it under Sources first.",
        ),
        (
            {"start": 0, "end": 5, "chain_0": "wire", "chain_1": ""},
            "The chain must begin with the outlet of article-1, courier: not wire.",
        ),
        (
            {"start": 0, "end": 5, "claim": "", "statement": "He said so.", "kind": "position"},
            "A statement of position says whose it is.",
        ),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_a_reason(
    world: World, login: Login, fields: dict[str, Any], reason: str
) -> None:
    article, claim = world.article("courier", TEXT), world.claim()
    before = all_rows()
    response = login(world.reporter).post(address(article), typed(claim) | fields)
    assert response.status_code == 422
    assert [error for errors in response.context["form"].errors.values() for error in errors] == [reason]
    assert all_rows() == before


def test_the_chain_starts_as_the_last_one_recorded_in_the_article(world: World, login: Login) -> None:
    article = world.article("courier", TEXT)
    client = login(world.reporter)
    assert [field.value() for field in client.get(address(article)).context["form"].chain_fields()][:2] == [
        "courier",
        None,
    ]
    world.passage(world.claim(), "courier", "wire", "minister", article=article)
    chain = [field.value() for field in client.get(address(article)).context["form"].chain_fields()]
    assert chain == ["courier", "wire", "minister", None, None, None]


def test_a_passage_is_retired_not_deleted(world: World, login: Login) -> None:
    article = world.article("courier", TEXT)
    passage = world.passage(world.claim(), "courier", article=article)
    client = login(world.reporter)
    read = read_of(client, f"/admin/stories/article/{article.pk}/read/")
    response = client.post(f"/admin/stories/article/{article.pk}/passages/{passage.pk}/retire/", read)
    passage.refresh_from_db()
    assert (response.status_code, passage.retired_at is None, Evidence.objects.count()) == (302, False, 1)
    assert login(world.reporter).get(address(article)).context["marked"] == []


def test_only_reporters_and_editors_record_and_retire(world: World, login: Login) -> None:
    article, claim = world.article("courier", TEXT), world.claim()
    passage = world.passage(claim, "courier", article=article)
    before = all_rows()
    for person in (world.person("auditor", "Auditors"), User.objects.create_superuser("root")):
        client = login(person)
        assert client.get(address(article)).status_code == 200
        assert client.post(address(article), typed(claim, start=0, end=5)).status_code == 403
        retire = f"/admin/stories/article/{article.pk}/passages/{passage.pk}/retire/"
        assert (client.post(retire).status_code, client.get(retire).status_code) == (403, 405)
    assert login(world.person("visitor")).get(address(article)).status_code == 403
    assert all_rows() == before


def test_hostile_words_arrive_as_text(world: World, login: Login) -> None:
    world.source("evil", HOSTILE, "person")
    article = world.article("courier", f"Before {HOSTILE} after.", headline=HOSTILE)
    world.passage(world.claim(HOSTILE), "courier", "evil", article=article, quote=HOSTILE, attribution=HOSTILE)
    client = login(world.editor)
    for page in (
        page_of(client.get(address(article))),
        page_of(client.post(address(article), typed(quote=HOSTILE, statement=HOSTILE, chain_1=HOSTILE))),
    ):
        assert ("<script>alert" in page, "<img src=x" in page, "1414" in page) == (False, False, False)
