"""Nothing that is printed names a protected source: one list of places, one check (rule: everything-printed).

Who is on the reader list is told which text; anybody else neither word nor source, and the list is told.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from rest_framework import serializers

from stories.api import shapes
from stories.chain import Refused, canonical, digest
from stories.models import Article, Decision, Publication, Ruling, Sighting, Source, Story, StoryVersion
from stories.provenance.printed import (
    PRINTED,
    SOMEBODY_MUST_LOOK,
    Found,
    NamesSomebody,
    Printed,
    Spot,
    find_names,
    look_for,
    read_document,
    read_published,
    require_nobody_named,
    way_out,
)
from stories.provenance.protected import protected_sources
from stories.provenance.sightings import RuledMeanwhile, newest_ruling, open_sightings, rule_on, unread_sources
from stories.record.publications import text_of
from stories.verification import confirm, dispute, newest_decision, withdraw
from stories.versions.drafts import save_draft
from tests.drafts import block
from tests.world import World, on_record

pytestmark = pytest.mark.django_db

EXPLAINED = {"correction_kind": "correction", "public_note": "It was wrong."}


@pytest.fixture
def world() -> World:
    """A desk that protects Jane Roe; the second editor alone reads her name."""
    made = World()
    made.protected("clerk", "Jane Roe", "a clerk", made.second_editor)
    return made


def refusal(act: Callable[[], object]) -> list[str]:
    """Why `act` is refused; nothing but sightings is written."""
    before = [list(model.objects.values()) for model in (Decision, Publication, StoryVersion)]
    with pytest.raises(Refused) as refused:
        act()
    assert [list(model.objects.values()) for model in (Decision, Publication, StoryVersion)] == before
    return refused.value.reasons


# ---- The list is whole ----------------------------------------------------------------------------------------


def members_of(field: Any, path: str = "") -> Iterator[str]:
    """The members of the document that a serializer describes, as `PRINTED` writes them."""
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        yield from members_of(field.child, f"{path}[]")
    elif isinstance(field, serializers.Serializer):
        for name, member in field.fields.items():
            yield from members_of(member, f"{path}.{name}".lstrip("."))
    else:
        yield path


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("fact", shapes.Fact),
        ("version", shapes.PublishedVersion),
        ("event", shapes.ChangeEvent),
        ("story", shapes.StoryItem),
        ("correction", shapes.CorrectionItem),
    ],
)
def test_every_member_of_a_public_document_is_on_the_list(kind: str, shape: type[serializers.Serializer]) -> None:
    described = shape()
    described.fields.pop("text", None)  # of an event: a fact or a version
    assert sorted(PRINTED[kind]) == sorted(set(members_of(described)))


def test_a_text_that_is_not_on_the_list_is_refused_and_not_overlooked() -> None:
    with pytest.raises(KeyError):
        read_document("fact", {"statement": "It is shut.", "subtitle": "Jane Roe"})


# ---- Every place ----------------------------------------------------------------------------------------------

PLACES = {
    Spot.WORDING: {"wording": "The harbour is closed, Wire and Jane Roe report."},
    Spot.PASSAGE: {"quote": "Jane Roe closed it"},
    Spot.CITED_HEADLINE: {"headline": "Roe, Jane: “Closed”"},
    Spot.CITED_ADDRESS: {"url": "https://courier.example/2025/ja%6Ee-roe/"},
    Spot.OUTLET: {"outlet": "Jane Roe's Blog"},
    Spot.STORY_TITLE: {"title": "#JaneRoe"},
    Spot.STORY_SLUG: {"slug": "jane-roe"},
    Spot.SOURCE: {"source": "Jane  Rое News"},
    Spot.SOURCE_SLUG: {"source_slug": "jane-roe-news"},
}


def proposal(world: World, by: User, wording: str = "The harbour is closed, Wire reports.", **given: str) -> Decision:
    """A proposal that would print what is `given`."""
    if {"title", "slug"} & given.keys():
        world.story = Story.objects.create(
            slug=given.get("slug", "quay"), title=given.get("title", "The quay"), created_at=world.stamps.now()
        )
    claim = world.claim()
    if "outlet" in given:
        world.source("blog", given["outlet"])
    if "source" in given:
        world.source("news", given["source"])
    outlet = "blog" if "outlet" in given else "courier"
    chain = [*(["news"] if "source" in given else []), *([given["source_slug"]] if "source_slug" in given else [])]
    passage = world.passage(claim, outlet, *chain, "wire", quote=given.get("quote", "The harbour is closed"))
    fields = {name: given[name] for name in ("headline", "url") if name in given}
    on_record(Article.objects.filter(pk=passage.article_id), **{"headline": "Closed", **fields})
    return world.proposal(claim, passage, by=by, wording=wording)


@pytest.mark.parametrize("spot", PLACES)
def test_no_part_of_a_fact_names_a_protected_source(world: World, spot: Spot) -> None:
    reasons = refusal(lambda: proposal(world, world.second_editor, **PLACES[spot]))
    assert f"The {spot} names a confidential source. {way_out(spot, 'a clerk')}" in reasons
    assert not Sighting.objects.exists()


@pytest.mark.parametrize("spot", PLACES)
def test_who_may_not_read_the_name_learns_neither_word_nor_source_and_the_list_is_told(
    world: World, spot: Spot
) -> None:
    assert refusal(lambda: proposal(world, world.reporter, **PLACES[spot])) == [SOMEBODY_MUST_LOOK]
    seen = open_sightings(person=world.second_editor)
    # An outlet stands on the routes, too, and one text is told once.
    assert (Spot.SOURCE if spot == Spot.OUTLET else spot) in {one.place for one in seen}
    assert {(one.source.slug, one.by_username, one.surname) for one in seen} == {("clerk", "reporter", "")}
    assert not open_sightings(person=world.editor).exists()


def test_a_confirmation_is_looked_through_again(world: World) -> None:
    made = proposal(world, world.reporter)
    on_record(Article.objects, headline="Jane Roe closed it")
    assert refusal(lambda: confirm(made, by=world.editor, stamps=world.stamps)) == [SOMEBODY_MUST_LOOK]


def test_taking_a_fact_down_names_nobody(world: World) -> None:
    claim = world.fact()
    given = {**EXPLAINED, "public_note": "J. Roe was wrong.", "by": world.editor, "rationale": "She called."}
    follows = newest_decision(claim).seq
    assert refusal(lambda: dispute(claim, follows=follows, **given)) == [SOMEBODY_MUST_LOOK]
    assert [one.place for one in Sighting.objects.all()] == [Spot.PUBLIC_NOTE]
    assert Sighting.objects.get().claim == claim


@pytest.mark.parametrize("name", ["headline", "standfirst", "change_note", "block"])
def test_a_draft_names_nobody(world: World, name: str) -> None:
    claim = world.fact()
    lead = [{"text": "Jane Roe", "facts": []}] if name == "block" else []
    given: dict[str, Any] = {"headline": "Closed"} | ({} if name == "block" else {name: "By Jane Roe"})
    blocks = [*lead, block(claim)]
    assert refusal(lambda: save_draft(world.story, by=world.editor, blocks=blocks, **given)) == [SOMEBODY_MUST_LOOK]
    assert [one.place for one in Sighting.objects.all()] == [name.replace("_", " ")]


def test_the_same_text_of_the_same_person_is_told_once(world: World) -> None:
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    wording = "Jane Roe closed it, Wire reports."
    for person in (world.reporter, world.reporter, world.editor):
        refusal(lambda person=person: world.proposal(claim, passage, by=person, wording=wording))
    assert sorted(one.by_username for one in Sighting.objects.all()) == ["editor", "reporter"]


def test_a_desk_that_protects_nobody_asks_one_query_more(django_assert_num_queries: Any) -> None:
    World()
    with django_assert_num_queries(1):
        assert find_names(read_document("fact", {"statement": "It is shut."}), story="harbour") == []


def test_what_a_protected_outlet_put_out_is_cited_without_headline_and_address(world: World) -> None:
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    on_record(Article.objects, headline="The Courier: closed", url="https://courier.example/")
    on_record(Source.objects.filter(slug="courier"), confidential=True, public_name="a local paper")
    world.fact(claim)
    (cited,) = text_of(Publication.objects.get())["citations"]
    assert cited == {
        "outlet": "a local paper",
        "headline": None,
        "url": None,
        "published_at": None,
        "quote": passage.quote,
    }


# ---- A surname alone ------------------------------------------------------------------------------------------


def surname(world: World, by: User, story: Story | None = None) -> Decision:
    """A proposal with the surname alone."""
    world.story = story or world.story
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    return world.proposal(claim, passage, by=by, wording="The mayor, Bob Roe, closed it, Wire reports.")


def rule(world: World, sighting: Sighting, *, is_another: bool, follows: Ruling | None = None) -> Ruling:
    """What the reader says of a sighting, having seen the newest ruling, or `follows`."""
    seen = follows or newest_ruling(sighting)
    said = {"is_another": is_another, "reason": "Asked.", "follows": seen.pk if seen else None}
    return rule_on(sighting, by=world.second_editor, stamps=world.stamps, **said)


def test_a_surname_alone_passes_in_the_story_in_which_a_reader_says_that_it_is_another_person(world: World) -> None:
    assert refusal(lambda: surname(world, world.reporter)) == [SOMEBODY_MUST_LOOK]
    sighting = Sighting.objects.get()
    assert (sighting.surname, sighting.words, sighting.story) == ("roe", "Roe", "harbour")
    rule(world, sighting, is_another=True)
    assert surname(world, world.reporter).wording == "The mayor, Bob Roe, closed it, Wire reports."
    assert not open_sightings(person=world.second_editor).exists()
    other = Story.objects.create(slug="quay", title="The quay", created_at=world.stamps.now())
    assert refusal(lambda: surname(world, world.reporter, other)) == [SOMEBODY_MUST_LOOK]


def test_a_reader_is_told_the_words_and_says_so_like_the_others(world: World) -> None:
    assert refusal(lambda: surname(world, world.second_editor)) == [
        "The wording holds “Roe”, the surname of a confidential source (a clerk). If it is another person, say so on "
        "the front page, under “Names to look at”; then it passes in this story."
    ]
    rule(world, Sighting.objects.get(), is_another=True)
    assert surname(world, world.second_editor).pk


def test_the_newest_ruling_counts(world: World) -> None:
    refusal(lambda: surname(world, world.reporter))
    for is_another in (True, False):
        rule(world, Sighting.objects.get(), is_another=is_another)
    assert refusal(lambda: surname(world, world.reporter)) == [SOMEBODY_MUST_LOOK]


def test_who_was_slower_is_told_what_was_said_meanwhile_and_says_nothing(world: World) -> None:
    refusal(lambda: surname(world, world.reporter))
    refusal(lambda: surname(world, world.editor))
    one, other = Sighting.objects.order_by("pk")
    first = rule(world, one, is_another=True)
    with pytest.raises(RuledMeanwhile) as slower:
        rule_on(other, by=world.second_editor, is_another=False, reason="It is.", follows=None, stamps=world.stamps)
    assert slower.value.reasons == [
        f"Said meanwhile: another person, by second-editor at {first.at:%Y-%m-%dT%H:%M:%S.000Z}."
    ]
    assert list(Ruling.objects.all()) == [first]


def test_who_rules_and_on_what(world: World) -> None:
    refusal(lambda: proposal(world, world.reporter, **PLACES[Spot.WORDING]))
    sighting = Sighting.objects.get()
    with pytest.raises(Refused) as refused:
        rule_on(sighting, by=world.editor, is_another=True, reason="", follows=None, stamps=world.stamps)
    assert refused.value.reasons == [
        "Only who is on the reader list of the source does this.",
        "Write the reason: how do you know?",
        "These words are a whole name of the source: only a surname alone may be another person's.",
    ]
    assert not Ruling.objects.exists()
    rule(world, sighting, is_another=False)
    assert not open_sightings(person=world.second_editor).exists()
    assert refusal(lambda: proposal(world, world.reporter, **PLACES[Spot.WORDING])) == [SOMEBODY_MUST_LOOK]


def test_a_protected_source_without_readers_is_shown_to_editors_as_one_to_take_on(world: World) -> None:
    world.protected("guard", "Joe Bloggs", "a guard")
    refusal(lambda: surname(world, world.reporter))
    assert not unread_sources().exists()
    claim = world.claim()
    refusal(lambda: world.proposal(claim, world.passage(claim, "courier", "wire"), wording="Joe Bloggs, Wire reports."))
    assert [one.slug for one in unread_sources()] == ["guard"]


@pytest.mark.django_db(transaction=True)
def test_what_was_tried_is_on_record_once_all_else_of_a_nested_act_is_undone() -> None:
    world = World()
    world.protected("clerk", "Jane Roe", "a clerk", world.second_editor)
    claims = [world.fact(), world.fact(world.claim("The bridge is up."))]
    follows = {claim.pk: newest_decision(claim).seq for claim in claims}
    given = EXPLAINED | {"public_note": "Jane Roe was wrong.", "by": world.editor, "rationale": "She called."}
    assert refusal(lambda: withdraw(claims, follows=follows, **given)) == [SOMEBODY_MUST_LOOK]
    assert [(one.place, one.claim) for one in Sighting.objects.all()] == [(Spot.PUBLIC_NOTE, claims[0])]
    assert not connection.in_atomic_block


# ---- What is read, and what is found --------------------------------------------------------------------------


def test_a_document_is_read_member_by_member_each_text_once() -> None:
    version = {
        "number": 3,
        "url": "/api/v1/stories/harbour/",
        "story": {"slug": "harbour", "title": "The harbour"},
        "headline": "Closed",
        "standfirst": "",
        "blocks": [{"text": "It is closed.", "facts": ["f1"]}, {"text": "So it is.", "facts": []}, {"text": "Closed"}],
        "change_note": None,
    }
    read = [
        Printed(Spot.STORY_SLUG, "harbour"),
        Printed(Spot.STORY_TITLE, "The harbour"),
        Printed(Spot.HEADLINE, "Closed"),
        Printed(Spot.BLOCK, "It is closed."),
        Printed(Spot.BLOCK, "So it is."),
        Printed(Spot.BLOCK, "Closed"),
    ]
    assert read_document("version", version) == read
    assert read_document("version", version | {"blocks": (*version["blocks"], version["blocks"][0])}) == read
    assert sorted(read_published("version", canonical(version)), key=read.index) == read


def test_what_is_published_in_another_shape_hides_nothing() -> None:
    forged = {"statement": "Shut.", "url": "/api/", "subtitle": "Jane Roe", "more": [{"Roe": "Jane"}], "kind": "fact"}
    assert read_published("fact", canonical(forged)) == [
        Printed(Spot.UNLISTED, "Jane"),
        Printed(Spot.WORDING, "Shut."),
        Printed(Spot.UNLISTED, "Jane Roe"),
    ]
    assert read_published("fact", "{Jane Roe") == [Printed(Spot.UNLISTED, "{Jane Roe")]
    assert read_published("fact", '"Jane Roe"') == [Printed(Spot.UNLISTED, "Jane Roe")]


def test_each_text_that_names_a_protected_source_is_found_with_the_words(world: World) -> None:
    clerk = Source.objects.get(slug="clerk")
    guard = world.protected("guard", "Sam Doe", "a guard")
    texts = [
        Printed(Spot.HEADLINE, "Roe, Jane: closed"),
        Printed(Spot.BLOCK, "It is closed."),
        Printed(Spot.BLOCK, "The DOE and Roe families"),
    ]
    assert look_for(protected_sources(), texts) == [
        Found(clerk, texts[0], "Roe, Jane"),
        Found(clerk, texts[2], "Roe", surname="roe"),
        Found(guard, texts[2], "DOE", surname="doe"),
    ]
    assert look_for(protected_sources(), texts[1:2]) == []
    split = [Printed(Spot.BLOCK, "Jane"), Printed(Spot.BLOCK, "Ann")]
    assert look_for(protected_sources(), split) == []


def test_what_a_reader_is_told_and_what_is_put_on_record(world: World) -> None:
    claim = world.claim()
    long = "Jane" + " " * 3 + "Roe"
    texts = [
        Printed(Spot.HEADLINE, long),
        Printed(Spot.STANDFIRST, "The ROE family"),
        Printed(Spot.STANDFIRST, "The ROE house"),
    ]

    def tried(by: User) -> NamesSomebody:
        with pytest.raises(NamesSomebody) as refused:
            require_nobody_named(texts, by=by, story="harbour", claim=claim, stamps=world.stamps)
        return refused.value

    at = world.stamps.time
    refusal = tried(world.second_editor)
    surname = (
        "The standfirst holds “ROE”, the surname of a confidential source (a clerk). If it is another person, say so "
        "on the front page, under “Names to look at”; then it passes in this story."
    )
    assert refusal.reasons == ["The headline names a confidential source. Call it “a clerk”.", surname]
    assert [one.text for one in refusal.sightings] == ["The ROE family", "The ROE house"]
    refusal = tried(world.reporter)
    assert refusal.reasons == [SOMEBODY_MUST_LOOK]
    assert not Sighting.objects.exists()
    refusal.settle()
    tried(world.reporter).settle()
    recorded = Sighting.objects.order_by("pk").values(
        "source__slug", "place", "story", "claim", "text", "text_sha256", "words", "surname", "by", "by_username", "at"
    )
    assert list(recorded) == [
        {
            "source__slug": "clerk",
            "place": one.spot,
            "story": "harbour",
            "claim": claim.pk,
            "text": one.text,
            "text_sha256": digest(one.text),
            "words": words,
            "surname": key,
            "by": world.reporter.pk,
            "by_username": "reporter",
            "at": at + timedelta(seconds=2),
        }
        for one, words, key in zip(texts, [long, "ROE", "ROE"], ["", "roe", "roe"], strict=True)
    ]
    require_nobody_named(texts[:0], by=world.reporter, story="harbour", stamps=world.stamps)
