"""Where everything of the two seed articles hangs: what is left when a source of theirs is wrong."""

import pytest

from stories.insight.standing import read_standings
from stories.insight.unheld import sources_not_held
from stories.insight.what_if import Outcome, suppose_retracted, suppose_wrong
from stories.models import Article, Claim, Source, Story
from stories.provenance.routes import rests_on
from tests.loaded import loaded_once, names_of, seeds

__all__ = ["loaded_once", "seeds"]

THE_PLAN_AS_AFP_GIVES_IT = [f"C{number}" for number in range(32, 45)]


def wrong(slug: str) -> Outcome:
    return suppose_wrong(Source.objects.get(slug=slug))


def test_twenty_eight_claims_rest_on_axios_and_two_more_have_another_way_round(seeds) -> None:
    found = sources_not_held(Story.objects.get())
    assert [(one.source.slug, one.claims, one.facts, one.claims_on_a_route) for one in found] == [
        ("axios", 28, 16, 30),
        ("plan-28", 15, 15, 15),
        ("afp", 13, 13, 15),
        ("guarantee-draft", 7, 4, 8),
        ("white-house-official", 2, 1, 4),
        ("axios-source", 1, 1, 2),
        ("dmitry-peskov", 1, 1, 1),
        ("direct-source", 0, 0, 1),
    ]


def test_were_axios_wrong_nothing_would_be_left_of_twenty_eight_claims(seeds) -> None:
    outcome = wrong("axios")
    facts = [one for one in outcome.losing_basis if one.is_fact]
    claims = [one for one in outcome.losing_basis if not one.is_fact]
    assert (len(facts), len(claims)) == (17, 12)
    assert sum(one.after == 0 for one in outcome.losing_basis) == 28
    # The plan exists on AFP's word as well, but one source does not corroborate.
    assert [(names_of([one]), one.before, one.after) for one in facts if one.after] == [(["C31"], 2, 1)]
    # That it asks for concessions is attributed to both, and stands on AFP alone.
    assert [(names_of([one]), one.before, one.after) for one in outcome.losing_route] == [(["C08"], 2, 1)]
    assert {one.version.number: len(one.facts) for one in outcome.versions} == {3: 17, 2: 16, 1: 6}


def test_were_afp_wrong_the_plan_in_detail_would_fall(seeds) -> None:
    outcome = wrong("afp")
    assert names_of(outcome.losing_basis) == ["C31", *THE_PLAN_AS_AFP_GIVES_IT]
    assert names_of(outcome.losing_route) == ["C08"]


def test_were_the_plan_wrong_its_words_would_still_be_its_words(seeds) -> None:
    outcome = wrong("plan-28")
    assert (outcome.losing_basis, outcome.losing_route) == ([], [])
    assert names_of(outcome.reporting) == ["C08", "C12", *THE_PLAN_AS_AFP_GIVES_IT]


def test_the_axios_source_may_be_the_official_and_falls_with_them(seeds) -> None:
    outcome = wrong("white-house-official")
    assert outcome.supposition.may_be == ("axios-source", "white-house")
    assert names_of(outcome.losing_basis) == ["C17", "C19", "C20", "C22"]
    assert names_of(outcome.losing_route) == ["C23"]


def test_were_unns_article_retracted_only_what_it_alone_brought_would_fall(seeds) -> None:
    outcome = suppose_retracted(Article.objects.get(slug="unn-2025-11-21"))
    assert names_of(outcome.losing_basis) == ["C23", "C25", "C26", "C29", "C30", "C31"]
    assert len(outcome.losing_route) == 14


@pytest.mark.parametrize("slug", ["axios", "afp", "dw", "unn", "white-house-official", "guarantee-draft"])
def test_every_claim_that_rests_on_a_voice_falls_with_it(seeds, slug: str) -> None:
    fallen = {one.claim for one in wrong(slug).losing_basis}
    standings = list(read_standings(Claim.objects.all()))
    assert len(standings) == 44
    resting = {one.claim for one in standings if slug in rests_on(one.snapshot)}
    assert resting - fallen == set()
    assert resting


def test_no_fact_of_the_seeds_is_in_trouble(seeds) -> None:
    weighed = [standing.weigh() for standing in read_standings(Claim.objects.all())]
    assert [one for one in weighed if one and (one.reasons or one.has_lost_a_route)] == []
