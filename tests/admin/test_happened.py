"""The page of what happened: on the form of every claim, source and article, and as cheap for many rows as for few."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.changes.writing import save_on_record
from stories.choices import Part
from stories.models import Publication
from stories.provenance.voices import record_voice, retire_voice
from stories.verification.suppression import suppress
from tests.admin.conftest import HOSTILE, page_of
from tests.world import World

Login = Callable[[User], Client]

QUERIES = {"claim": 16, "source": 17, "article": 8}


def subjects(world: World, rows: int) -> dict[str, Any]:
    """A claim, a source and an article to which `rows` things of each kind happened."""
    claim, article, source = world.claim(), world.article("courier", "The harbour is closed."), world.source("wire")
    passages = [world.passage(claim, "courier", "wire") for _ in range(rows)]
    for passage in passages:
        world.passage(world.claim(), "courier", article=article)
        article.headline = f"Headline {passage.pk}"
        save_on_record(article, by=world.reporter)
        source.institution = world.source(("courier", "mirror")[passage.pk % 2])
        save_on_record(source, by=world.reporter)
        world.alias("wire", f"Wire {passage.pk}")
        other = world.source(f"other-{passage.pk}")
        retire_voice(record_voice(source, other, by=world.reporter, reason="Perhaps."), by=world.editor)
        world.proposal(claim, passage)
    return {"claim": claim, "source": source, "article": article}


@pytest.mark.parametrize("rows", [2, 7])
@pytest.mark.parametrize("noun", ["claim", "source", "article"])
def test_many_rows_cost_no_more_queries(
    world: World, login: Login, noun: str, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row, client = subjects(world, rows)[noun], login(world.editor)
    with django_assert_num_queries(QUERIES[noun]):
        response = client.get(f"/admin/stories/{noun}/{row.pk}/happened/")
    assert response.status_code == 200


@pytest.mark.parametrize("noun", ["claim", "source", "article"])
def test_the_form_leads_there(world: World, login: Login, noun: str) -> None:
    row, client = subjects(world, 1)[noun], login(world.editor)
    address = f"/admin/stories/{noun}/{row.pk}"
    assert f'<a href="{address}/happened/">What happened</a>' in page_of(client.get(f"{address}/change/"))


def test_it_says_who_when_what_was_what_is_and_why(world: World, login: Login) -> None:
    article = world.article("courier", "The harbour is closed.", headline="Closed")
    article.headline = HOSTILE
    save_on_record(article, by=world.editor, reason="As it stands.", stamps=world.stamps)
    page = page_of(login(world.reporter).get(f"/admin/stories/article/{article.pk}/happened/"))
    assert "<strong>Headline changed</strong>, editor, <time " in page
    assert 'was <span class="desk-said">Closed</span>, is <span' in page
    assert "<br>As it stands.</li>" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999999999999999", "9" * 40])
def test_a_page_that_there_is_not_is_no_error(world: World, login: Login, page: str) -> None:
    address = f"/admin/stories/source/{world.source('wire').pk}/happened/?page={page}"
    assert login(world.editor).get(address).status_code == 200


def test_what_a_claim_said_is_withheld_with_what_was_taken_down(world: World, login: Login) -> None:
    claim = world.claim("A heron nests there.")
    claim.statement = "The harbour is closed."
    save_on_record(claim, by=world.reporter)
    world.fact(claim)
    target = Publication.objects.get(fact_id=claim.uuid)
    said = {"because": "safety", "public_note": "Taken down.", "rationale": "A threat.", "stamps": world.stamps}
    suppress(target, part=Part.TEXT, by=world.editor, follows=None, **said)
    shown = {
        person: page_of(login(person).get(f"/admin/stories/claim/{claim.pk}/happened/"))
        for person in (world.editor, world.reporter)
    }
    assert [("Statement changed" in page, "heron" in page) for page in shown.values()] == [(True, True), (True, False)]
    assert ", on the text of position 1<" in shown[world.reporter]
