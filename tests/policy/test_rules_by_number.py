"""A decision is judged by the rules that its snapshot names, what stands now by today's. (rule: rules-by-number)"""

import pytest

from stories.models import Article
from stories.policy.bases import reasons_against
from stories.provenance.snapshots import RULES, Snapshot, digest_of, rules_of, take_snapshot
from stories.record.decisions import Refused
from tests.world import World, on_record

pytestmark = pytest.mark.django_db

WORDING = "The harbour is closed, Wire reports."
NO_ADDRESS = "The address of article-1 is cited, and is none of the web (https://…): correct it in the article."


@pytest.fixture
def world() -> World:
    return World()


def snapshot_with(world: World, url: str) -> Snapshot:
    """What a claim stands on whose one article has the address `url`."""
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    on_record(Article.objects.filter(pk=passage.article_id), url=url)
    return take_snapshot(claim, claim.evidence.all())


def against(snapshot: Snapshot) -> list[str]:
    return reasons_against("attributed", snapshot, wording=WORDING, accepts_inferred=False)


def test_a_fresh_snapshot_names_todays_rules_and_one_that_names_none_the_first(world: World) -> None:
    snapshot = snapshot_with(world, "")
    assert (rules_of(snapshot), RULES) == (2, 2)
    del snapshot["rules"]
    assert rules_of(snapshot) == 1


@pytest.mark.parametrize(
    ("url", "reasons"),
    [
        ("", []),
        ("https://courier.example/harbour", []),
        ("HTTP://courier.example/harbour", []),
        ("javascript:alert(1)", [NO_ADDRESS]),
        ("ftp://courier.example/harbour", [NO_ADDRESS]),
        ("https://courier.example/a b", [NO_ADDRESS]),
    ],
)
def test_an_address_that_is_cited_is_one_of_the_web(world: World, url: str, reasons: list[str]) -> None:
    assert against(snapshot_with(world, url)) == reasons


def test_the_first_rules_do_not_ask_for_it(world: World) -> None:
    snapshot = snapshot_with(world, "javascript:alert(1)")
    assert [against(snapshot | {"rules": number}) for number in (1, 2)] == [[], [NO_ADDRESS]]


def test_nothing_is_proposed_or_signed_by_older_rules(world: World) -> None:
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    proposal = world.proposal(claim, passage)
    assert proposal.evidence is not None
    assert proposal.evidence["rules"] == RULES
    on_record(Article.objects, url="javascript:alert(1)")
    with pytest.raises(Refused, match="is none of the web"):
        world.fact(claim)


def test_which_rules_it_names_and_how_things_are_called_is_not_signed(world: World) -> None:
    """An open proposal of an older desk can be signed."""
    snapshot = snapshot_with(world, "https://courier.example/harbour")
    kept = ("claim", "passages", "voices", "contradictions", "contradicted_by", "discrepancies", "sources")
    assert digest_of({name: snapshot[name] for name in kept}) == digest_of(snapshot)
