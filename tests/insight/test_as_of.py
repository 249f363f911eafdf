"""What did we know at that time? The seeds' day, hour by hour."""

from datetime import UTC, datetime

import pytest

from stories.insight.as_of import ClaimAsOf, StoryAsOf, read_story_as_of
from stories.models import Decision, Story
from tests.loaded import claim_named, loaded_once, names_of, seeds

__all__ = ["loaded_once", "seeds"]

BEFORE_ALL = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)
FIRST_ARTICLE_ALONE = datetime(2025, 11, 21, 14, 15, tzinfo=UTC)
AT_THE_END = datetime(2025, 11, 22, tzinfo=UTC)


def known(knowledge: StoryAsOf, name: str) -> ClaimAsOf:
    claim = claim_named(name)
    return next(one for one in knowledge.claims if one.claim == claim)


def what_we_knew(at: datetime) -> StoryAsOf:
    return read_story_as_of(Story.objects.get(), at=at)


def test_before_the_first_article_we_knew_nothing(seeds) -> None:
    knowledge = what_we_knew(BEFORE_ALL)
    assert (knowledge.articles, knowledge.claims, knowledge.version, knowledge.seq) == ((), (), None, 0)


def test_with_the_first_article_alone_no_claim_had_two_sources(seeds) -> None:
    knowledge = what_we_knew(FIRST_ARTICLE_ALONE)
    assert [article.slug for article in knowledge.articles] == ["dw-2025-11-21"]
    assert len(knowledge.claims) == 39
    assert {one.independent_sources for one in knowledge.claims} == {1}
    assert {one.routes[0].sources[0] for one in knowledge.claims} == {"dw"}


@pytest.mark.parametrize("name", ["C08", "C31"])
def test_the_second_article_brought_the_second_source(seeds, name: str) -> None:
    moments = [what_we_knew(at) for at in (FIRST_ARTICLE_ALONE, AT_THE_END)]
    assert [known(one, name).independent_sources for one in moments] == [1, 2]


def test_what_a_claim_rested_on_then(seeds) -> None:
    moments = [what_we_knew(at) for at in (FIRST_ARTICLE_ALONE, AT_THE_END)]
    assert [known(one, "C08").rests_on for one in moments] == [{"dw", "afp"}, set()]
    # The voice was recorded with the second article: before it the Axios source was nobody else.
    assert [known(one, "C17").rests_on for one in moments] == [
        {"dw", "axios", "axios-source"},
        {"axios", "white-house-official", "white-house"},
    ]


def test_the_end_of_the_day_is_what_we_know_now(seeds) -> None:
    knowledge = what_we_knew(AT_THE_END)
    assert names_of(one for one in knowledge.claims if one.independent_sources == 2) == ["C08", "C31"]
    assert len([one for one in knowledge.claims if one.fact]) == 32
    assert names_of(one for one in knowledge.claims if one.verdict == "disputed") == ["C09"]
    assert knowledge.seq == Decision.objects.count()
    assert knowledge.version is not None
    assert knowledge.version.number == 3


def test_right_after_a_decision_its_verdict_is_the_newest_and_no_later_one_counts(seeds) -> None:
    story, claim = Story.objects.get(), claim_named("C31")
    told = []
    for decision in Decision.objects.filter(claim=claim):
        knowledge = read_story_as_of(story, seq=decision.seq)
        one = known(knowledge, "C31")
        told.append((one.verdict, one.fact.basis if one.fact else None, one.independent_sources))
        assert knowledge.at == decision.at
    assert told == [
        ("proposed", None, 1),
        ("confirmed", "attributed", 1),
        ("proposed", "attributed", 2),
        ("confirmed", "corroborated", 2),
    ]


def test_the_fact_that_was_disputed_was_in_force_until_then(seeds) -> None:
    story, claim = Story.objects.get(), claim_named("C09")
    last = Decision.objects.filter(claim=claim).latest("seq")
    before, after = (known(read_story_as_of(story, seq=seq), "C09") for seq in (last.seq - 1, last.seq))
    assert (before.verdict, before.fact is not None) == ("confirmed", True)
    assert (after.verdict, after.fact is not None) == ("disputed", False)
