"""Suppose that a source is wrong, or an article retracted: what loses its basis, what a route, and what does not."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from stories.insight.standing import NOTHING_LEFT, facts_in_trouble, read_standings, weakened_facts
from stories.insight.what_if import Effect, Outcome, Supposition, still_names, suppose, suppose_retracted, suppose_wrong
from stories.models import Article, Claim, Decision, Voice
from stories.provenance.snapshots import take_snapshot
from stories.verification import withdraw
from stories.versions.compose import newest_wordings
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.world import NOON, World, anybody, on_record, retire


@pytest.fixture
def world(db: None) -> World:
    return World()


def told(effects: list[Effect]) -> list[tuple[str, int, int]]:
    """Which claims, and their independent sources before and after."""
    return [(one.claim.statement, one.before, one.after) for one in effects]


def groups(outcome: Outcome) -> tuple[list, list, list]:
    return told(outcome.losing_basis), told(outcome.losing_route), told(outcome.reporting)


def corroborated(world: World, statement: str = "The harbour is closed.") -> Claim:
    """A fact with two independent sources: Wire, and the minister."""
    claim = world.claim(statement)
    passages = [world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "minister")]
    proposed: dict[str, Any] = {"wording": "The harbour is closed.", "basis": "corroborated"}
    return world.fact(claim, passages=passages, **proposed)


# What loses its basis, and what a route.


def test_a_fact_with_one_route_loses_its_basis(world) -> None:
    claim = world.fact()
    outcome = suppose_wrong(world.source("wire"))
    assert groups(outcome) == ([(claim.statement, 1, 0)], [], [])
    assert [one.reasons for one in outcome.losing_basis] == [(NOTHING_LEFT,)]


def test_a_corroborated_fact_loses_its_basis_with_the_second_source(world) -> None:
    claim = corroborated(world)
    outcome = suppose_wrong(world.source("wire"))
    assert groups(outcome) == ([(claim.statement, 2, 1)], [], [])
    assert [one.reasons for one in outcome.losing_basis] == [
        ("Only 1 independent source among the listed passages; everything rests on Minister of Harbours, The Mirror.",)
    ]


def test_an_attributed_fact_merely_loses_a_route_while_another_one_is_named(world) -> None:
    claim = world.claim()
    passages = [world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "minister")]
    wording = "The harbour is closed, Wire and the Minister of Harbours said."
    world.fact(claim, passages=passages, wording=wording)
    outcome = suppose_wrong(world.source("wire"))
    assert groups(outcome) == ([], [(claim.statement, 2, 1)], [])
    (effect,) = outcome.losing_route
    assert effect.lost_routes == (("courier", "wire"),)
    assert still_names(effect, outcome.supposition)


def test_only_the_listed_passages_bear_a_fact(world) -> None:
    claim = world.fact()
    world.passage(claim, "mirror", "minister")  # came later; nobody signed it
    assert groups(suppose_wrong(world.source("wire"))) == ([(claim.statement, 1, 0)], [], [])
    assert groups(suppose_wrong(world.source("minister"))) == ([], [], [])


def test_a_claim_without_a_fact_is_judged_by_all_its_passages(world) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    world.passage(claim, "mirror", "minister")
    world.passage(claim, "mirror", "official", quote="The harbour is", retired_at=NOON)
    assert groups(suppose_wrong(world.source("wire"))) == ([], [(claim.statement, 2, 1)], [])
    assert groups(suppose_wrong(world.source("official"))) == ([], [], [])


def test_what_was_withdrawn_is_no_fact_any_more(world) -> None:
    claim = world.fact()
    seq = Decision.objects.get(verdict="confirmed").seq
    withdraw(
        [claim],
        by=world.editor,
        rationale="Doubts.",
        correction_kind="withheld",
        public_note="We are checking.",
        follows={claim.pk: seq},
    )
    assert [one.is_fact for one in suppose_wrong(world.source("wire")).losing_basis] == [False]


def test_contradicting_passages_and_unknown_chains_have_nothing_to_lose(world) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "wire", stance="contradicts")
    world.passage(claim, article=world.article("mirror", "The harbour is closed."))
    assert [groups(suppose_wrong(world.source(slug))) for slug in ("wire", "courier", "mirror")] == [([], [], [])] * 3


def test_an_outlet_that_is_wrong_takes_all_that_came_through_it(world) -> None:
    claim = corroborated(world)
    assert groups(suppose_wrong(world.source("mirror"))) == ([(claim.statement, 2, 1)], [], [])


# Who may be the one that is wrong.


def may_be(world: World, source: str, same_as: str) -> None:
    Voice.objects.create(
        source=world.source(source),
        same_as=world.source(same_as),
        reason="Both knew it.",
        created_at=NOON,
        recorded_by=anybody(),
    )


@pytest.mark.parametrize("wrong", ["official", "minister"])
def test_a_route_through_a_voice_that_may_be_the_source_falls_with_it_either_way(world, wrong: str) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "minister")
    world.passage(claim, "mirror", "official")
    may_be(world, "official", "minister")
    outcome = suppose_wrong(world.source(wrong))
    assert groups(outcome) == ([(claim.statement, 1, 0)], [], [])
    assert outcome.supposition.may_be == ({"official": "minister", "minister": "official"}[wrong],)


def test_may_be_a_or_b_does_not_make_a_and_b_one_person(world) -> None:
    claim = world.claim()
    for outlet, origin in (("courier", "minister"), ("mirror", "pilot")):
        world.passage(claim, outlet, origin)
    may_be(world, "official", "minister")
    may_be(world, "official", "pilot")
    assert groups(suppose_wrong(world.source("minister"))) == ([], [(claim.statement, 2, 1)], [])


def test_unnamed_people_of_one_institution_fall_together_until_an_editor_says_why_not(world) -> None:
    authority = world.source("authority", kind="institution")
    other = world.source("clerk", kind="anonymous-person", institution=authority)
    first = world.source("official")
    first.institution = authority
    on_record(first)
    claim = world.claim()
    world.passage(claim, "courier", "official")
    assert groups(suppose_wrong(other)) == ([(claim.statement, 1, 0)], [], [])
    other.separate_because = "She was abroad."
    on_record(other)
    assert groups(suppose_wrong(other)) == ([], [], [])


def test_a_circle_of_voices_is_no_endless_walk(world) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "official")
    may_be(world, "official", "minister")
    may_be(world, "minister", "wire")
    may_be(world, "wire", "official")
    outcome = suppose_wrong(world.source("wire"))
    assert outcome.supposition.may_be == ("minister", "official")
    assert groups(outcome) == ([(claim.statement, 1, 0)], [], [])


def test_a_source_cannot_be_its_own_voice(world) -> None:
    with pytest.raises(IntegrityError):
        may_be(world, "wire", "wire")


# Speakers and documents.


def test_that_a_speaker_was_wrong_does_not_undo_what_was_said(world) -> None:
    claim = world.claim("The minister closed the harbour.", says=world.source("minister"))
    world.passage(claim, "courier", "minister")
    assert groups(suppose_wrong(world.source("minister"))) == ([], [], [(claim.statement, 1, 1)])
    assert groups(suppose_wrong(world.source("courier"))) == ([(claim.statement, 1, 0)], [], [])


def held_document(world: World) -> Article:
    text = "Article 1. The harbour is closed."
    return world.article("report", text, kind="document", authentication="The registry sent it.")


def documented(world: World) -> tuple[Claim, Article]:
    article = held_document(world)
    claim = world.claim(says=world.source("report"))
    passage = world.passage(claim, "report", article=article)
    world.fact(claim, passages=[passage], wording="The harbour is closed.", basis="documented")
    return claim, article


def test_a_document_that_is_wrong_no_longer_documents(world) -> None:
    claim, _ = documented(world)
    outcome = suppose_wrong(world.source("report"))
    assert groups(outcome) == ([(claim.statement, 1, 1)], [], [])
    assert [one.reasons for one in outcome.losing_basis] == [
        ("We do not hold the document, with a note on how it was authenticated.",)
    ]


def test_a_document_that_is_retracted_takes_its_passages_and_its_name(world) -> None:
    claim, article = documented(world)
    quoted = world.claim("The report closes the harbour.", says=world.source("report"))
    passage = world.passage(quoted, "courier", "report")
    world.fact(quoted, passages=[passage], wording="The harbour is closed, according to the Harbour report.")
    outcome = suppose_retracted(article)
    assert groups(outcome) == ([(claim.statement, 1, 0), (quoted.statement, 1, 1)], [], [])
    assert outcome.supposition.unheld == {"report"}
    world.article("report", "The same once more.", kind="document", authentication="The ministry sent it.")
    assert groups(suppose_retracted(article)) == ([(claim.statement, 1, 0)], [], [])


# Articles.


def test_a_retracted_article_takes_its_copies_and_copies_of_those(world) -> None:
    original = world.article("wire", "The harbour is closed.")
    copy = world.article("courier", "The harbour is closed.", copy_of=original)
    second = world.article("mirror", "The harbour is closed.", copy_of=copy)
    claim = world.claim()
    world.passage(claim, "mirror", "minister", article=second)
    assert suppose_retracted(original).supposition.articles == {original.slug, copy.slug, second.slug}
    assert groups(suppose_retracted(original)) == ([(claim.statement, 1, 0)], [], [])
    assert groups(suppose_wrong(world.source("wire"))) == ([(claim.statement, 1, 0)], [], [])


def test_articles_that_copy_each_other_are_no_endless_walk(world) -> None:
    first = world.article("courier", "The harbour is closed.")
    second = world.article("mirror", "The harbour is closed.", copy_of=first)
    on_record(Article.objects.filter(pk=first.pk), copy_of=second)
    claim = world.claim()
    world.passage(claim, "mirror", "minister", article=second)
    assert groups(suppose_retracted(first)) == ([(claim.statement, 1, 0)], [], [])


def test_the_supposition_is_what_the_desk_says_once_it_has_come_true(world) -> None:
    claim = corroborated(world)
    article = claim.evidence.get(article__outlet__slug="mirror").article
    supposed = suppose_retracted(article).losing_basis
    assert facts_in_trouble() == []
    article.status, article.retracted_at = "retracted", NOON
    on_record(article)
    (trouble,) = facts_in_trouble()
    assert (trouble.claim, trouble.before, trouble.now) == (claim, 2, 1)
    assert set(supposed[0].reasons) < set(trouble.reasons)
    assert [one.had_none for one in suppose_wrong(world.source("wire")).losing_basis] == [True]


# Facts in trouble, for the desk's front page.


def test_a_fact_is_in_trouble_once_a_passage_of_it_is_retired(world) -> None:
    claim = world.fact()
    retire(claim.evidence, at=NOON)
    (trouble,) = facts_in_trouble()
    gone = "The passage “The harbour is closed” in article-1 has been retired."
    assert (trouble.claim, trouble.before, trouble.now) == (claim, 1, 0)
    assert trouble.reasons == (NOTHING_LEFT, gone)


def test_a_voice_recorded_later_takes_a_corroborated_fact_its_second_source(world) -> None:
    claim = corroborated(world)
    may_be(world, "minister", "wire")
    (trouble,) = facts_in_trouble()
    assert (trouble.claim, trouble.before, trouble.now) == (claim, 2, 1)
    assert trouble.reasons == ("Only 1 independent source among the listed passages; everything rests on Wire.",)


def test_a_fact_that_merely_lost_a_route_is_no_trouble_but_known(world) -> None:
    claim = world.claim()
    passages = [world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "minister")]
    world.fact(claim, passages=passages, wording="The harbour is closed, Wire and the Minister of Harbours said.")
    (whole,) = [standing.weigh() for standing in read_standings(Claim.objects.all())]
    assert (whole.before, whole.now, whole.has_lost_a_route) == (2, 2, False)
    may_be(world, "minister", "wire")
    assert facts_in_trouble() == []
    (weighed,) = [standing.weigh() for standing in read_standings(Claim.objects.all())]
    assert (weighed.claim, weighed.before, weighed.now, weighed.has_lost_a_route) == (claim, 2, 1, True)


# Versions.


def test_a_version_that_prints_a_losing_fact_is_named_unless_it_is_stale_for_it_already(world) -> None:
    claim = world.fact()

    def cut_version(**fields: str) -> None:
        wordings = newest_wordings(world.story, most=10)
        blocks = [{"text": text, "facts": [fact]} for fact, text in wordings.items()]
        draft = save_draft(
            world.story, by=world.editor, headline="Harbour", blocks=blocks, stamps=world.stamps, **fields
        )
        cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)

    cut_version()
    assert [one.version.number for one in suppose_wrong(world.source("wire")).versions] == [1]
    correction = {"correction_kind": "update", "public_note": "We know the hour."}
    world.fact(claim, wording="The harbour is closed since noon, Wire reports.", **correction)
    assert suppose_wrong(world.source("wire")).versions == ()
    cut_version(change_kind="update", change_note="We know the hour.")
    found = suppose_wrong(world.source("wire")).versions
    assert [(one.version.number, one.facts) for one in found] == [(2, (str(claim.uuid),))]


# The pure part.


def test_supposing_changes_no_snapshot(world) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    snapshot = take_snapshot(claim, claim.evidence.supporting().current())
    before = json.dumps(snapshot)
    after = suppose(snapshot, Supposition("Wire is wrong", source="wire", voices=frozenset({"wire"})))
    assert (json.dumps(snapshot), after["passages"]) == (before, [])
    assert suppose(snapshot, Supposition("nothing")) == snapshot


# Cost, scope, and nothing written.


@pytest.mark.parametrize("number", [1, 3])
def test_fixed_numbers_of_queries_however_many_claims(world, number: int) -> None:
    for n in range(number):
        world.fact(world.claim(f"Berth {n} is closed."))
        world.passage(world.claim(f"Berth {n} is open."), "mirror", "wire")
    article = Article.objects.earliest("pk")
    spent = []
    for look in (
        lambda: suppose_wrong(world.source("wire")),
        lambda: suppose_retracted(article),
        lambda: weakened_facts(among=world.story.claims.all()),
    ):
        with CaptureQueriesContext(connection) as queries:
            look()
        spent.append(len(queries))
    assert spent == [20, 18, 14]


def test_one_story_is_asked_alone(world) -> None:
    world.fact()
    outcome = suppose_wrong(world.source("wire"), story=world.story)
    other = type(world.story).objects.create(slug="airport", title="The airport", created_at=NOON)
    assert len(outcome.effects) == 1
    assert suppose_wrong(world.source("wire"), story=other).effects == ()
    assert weakened_facts(among=other.claims.all()) == []


def test_nothing_is_written(world) -> None:
    corroborated(world)
    with CaptureQueriesContext(connection) as queries:
        suppose_wrong(world.source("wire"))
        call_command("what_if", "wire", stdout=io.StringIO())
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
