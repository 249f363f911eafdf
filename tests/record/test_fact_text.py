"""A fact's text is a pure function of decision, snapshot and log. (rule: public-texts)"""

import copy
import json

import pytest
from pytest_django import DjangoAssertNumQueries

from stories.chain import canonical
from stories.models import Article, Claim, Decision, Publication, PublicationText, Source, Story
from stories.provenance.snapshots import take_snapshot
from stories.record.fact_text import compose_fact_text
from tests.world import NOON, World, on_record

pytestmark = pytest.mark.django_db

QUOTE = "The harbour is closed"


@pytest.fixture
def world() -> World:
    return World()


def text_again(publication: Publication, first: Publication) -> str:
    """The text of `publication`, composed from the ledger and the log; `first` began the fact."""
    decision = Decision.objects.get(publication=publication)
    snapshot = json.loads(canonical(decision.evidence))
    again = compose_fact_text(
        decision, snapshot, position=publication.position, at=publication.at, first_published_at=first.at
    )
    return canonical(again)


def test_it_is_composed_anew_without_the_database(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claim = busy_claim(world)
    publication = Publication.objects.get(fact_id=claim.uuid)
    decision = Decision.objects.get(publication=publication)
    with django_assert_num_queries(0):
        text = compose_fact_text(
            decision,
            decision.evidence or {},
            position=publication.position,
            at=publication.at,
            first_published_at=publication.at,
        )
    assert canonical(text) == PublicationText.objects.get().text


def busy_claim(world: World) -> Claim:
    """A fact in force on a published text, a document that we hold, and a note of our own."""
    claim = world.claim(language="uk", says=world.source("minister"))
    article = world.article(
        "courier", f"{QUOTE}.", headline="Closed", url="https://courier.example/1", published="2025-11"
    )
    later = world.article("mirror", f"{QUOTE}.", received_at=NOON.replace(hour=1))
    document = world.article("report", f"{QUOTE}.", kind="document", authentication="Stamped.")
    passages = [
        world.passage(claim, "courier", "wire", article=article),
        world.passage(claim, "mirror", "wire", article=later),
        world.passage(claim, "report", article=document),
        world.passage(claim, own_reporting=True),
    ]
    decision = world.proposal(claim, *passages, wording=f"“{QUOTE}”, the harbour office says.", basis="corroborated")
    world.sign(decision)
    return claim


def test_whatever_is_renamed_afterwards_it_stays_what_it_was(world: World) -> None:
    claim = busy_claim(world)
    on_record(Story.objects, title="Another title")
    on_record(Article.objects, headline="Another headline", url="https://elsewhere.example", published="1999")
    on_record(Source.objects, name="Another name", confidential=True, public_name="somebody")
    world.alias("wire", "the agency")
    publication = Publication.objects.get(fact_id=claim.uuid)
    assert text_again(publication, publication) == PublicationText.objects.get().text


def test_a_rewording_keeps_when_it_was_first_published(world: World) -> None:
    claim = world.fact()
    passage = claim.evidence.get()
    again = world.proposal(
        claim, passage, wording="Wire reports it closed.", correction_kind="update", public_note="Said shorter."
    )
    world.sign(again)
    first, second = Publication.objects.order_by("position")
    assert text_again(second, first) == PublicationText.objects.get(position=second).text


def test_citations_stand_as_the_articles_came(world: World) -> None:
    busy_claim(world)
    text = json.loads(PublicationText.objects.get().text)
    assert text["citations"] == [
        {"outlet": "The Mirror", "headline": None, "url": None, "published_at": None, "quote": QUOTE},
        {
            "outlet": "The Courier",
            "headline": "Closed",
            "url": "https://courier.example/1",
            "published_at": "2025-11",
            "quote": QUOTE,
        },
    ]
    assert (text["language"], text["story"]) == ("uk", {"slug": "harbour", "title": "The harbour"})


def test_composing_changes_nothing_of_the_snapshot(world: World) -> None:
    claim = busy_claim(world)
    publication = Publication.objects.get(fact_id=claim.uuid)
    decision = Decision.objects.get(publication=publication)
    before = copy.deepcopy(decision.evidence)
    text_again(publication, publication)
    assert decision.evidence == before


def test_an_attributed_fact_says_to_whom_and_names_no_protected_source(world: World) -> None:
    world.protected("clerk", "Jane Roe", "a harbour clerk", world.editor)
    claim = world.claim()
    passages = [
        world.passage(claim, "courier", "clerk"),
        world.passage(claim, "mirror", "wire", inferred=True),
        world.passage(claim, own_reporting=True),
    ]
    wording = "The harbour is closed, The Mirror and The Courier report, and a reporter saw it."
    decision = world.proposal(claim, *passages[:2], wording=wording)
    snapshot = take_snapshot(claim, passages)
    courier = {"slug": "courier", "name": "The Courier", "kind": "outlet"}
    mirror = {"slug": "mirror", "name": "The Mirror", "kind": "outlet"}
    clerk = {"slug": None, "name": "a harbour clerk", "kind": "person"}
    wire = {"slug": "wire", "name": "Wire", "kind": "agency"}
    cited = {"headline": None, "url": None, "published_at": None, "quote": QUOTE}
    text = {
        "id": str(claim.uuid),
        "revision": 7,
        "story": {"slug": "harbour", "title": "The harbour"},
        "statement": wording,
        "kind": "fact",
        "language": "en",
        "basis": "attributed",
        "attributed_to": [mirror, courier],
        "independent_sources": 2,
        "rests_on": [],
        "routes": [
            [{"slug": None, "name": "own reporting", "kind": "desk"}],
            [courier, clerk],
            [mirror, wire],
        ],
        "citations": [{"outlet": "The Courier", **cited}, {"outlet": "The Mirror", **cited}],
        "first_published_at": "2025-11-21T12:00:00.000Z",
        "revised_at": "2025-11-21T13:00:00.000Z",
        "url": f"/api/v1/facts/{claim.uuid}/",
    }
    place = {"position": 7, "at": NOON.replace(hour=13), "first_published_at": NOON}
    assert compose_fact_text(decision, snapshot, **place) == text
    decision.accepts_inferred = True
    assert compose_fact_text(decision, snapshot, **place) == text | {"independent_sources": 3}
    decision.basis = "corroborated"
    assert compose_fact_text(decision, snapshot, **place) == text | {
        "basis": "corroborated",
        "attributed_to": None,
        "independent_sources": 3,
    }
    decision.accepts_inferred = False
    alone = take_snapshot(claim, passages[:1])
    found = compose_fact_text(decision, alone, **place)
    assert (found["rests_on"], found["independent_sources"]) == ([courier, clerk], 1)
