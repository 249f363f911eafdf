"""How sources are counted, on the worked examples (rules: routes, voices, independent-sources, rests-on)."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.models import Article, Claim, Evidence, Source, Voice
from stories.policy.bases import reasons_against
from stories.provenance.chains import held_sources
from stories.provenance.routes import count_sources, printed_rests_on, printed_routes, rests_on, routes_of
from stories.provenance.snapshots import Snapshot, digest_of, take_snapshot
from stories.verification import confirm
from tests.world import NOON, World, anybody, on_record

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def counted(claim: Claim, *passages: Evidence) -> tuple[int, set[str]]:
    """Independent sources and what all of it rests on."""
    snapshot = take_snapshot(claim, passages or claim.evidence.supporting().current())
    return count_sources(snapshot, accepts_inferred=True), set(rests_on(snapshot))


# ---- The worked examples --------------------------------------------------------------------------------------


def test_two_outlets_that_credit_one_agency_are_one_source() -> None:
    world = World()
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    world.passage(claim, "mirror", "wire")
    assert counted(claim) == (1, {"wire"})


def test_a_claim_on_what_a_document_says_does_not_share_the_document() -> None:
    world = World()
    world.source("agency", "Agency", "agency")
    claim = world.claim("The report requires a dredger.", kind="plan-term", says=world.source("report"))
    first = world.passage(claim, "courier", "agency", "report")
    world.passage(claim, "mirror", "wire", "report")
    assert counted(claim) == (2, set())
    assert counted(claim, first) == (1, {"courier", "agency"})
    assert printed_rests_on(take_snapshot(claim, claim.evidence.supporting().current())) == []


def test_for_any_other_claim_a_document_counts_once() -> None:
    world = World()
    claim = world.claim("There is a report.")
    world.passage(claim, "courier", "report")
    world.passage(claim, "mirror", "wire", "report")
    assert counted(claim) == (1, {"report"})


def test_a_second_article_by_another_way_makes_two() -> None:
    world = World()
    world.source("agency", "Agency", "agency")
    claim = world.claim("There is a 28-point report.")
    first = [world.passage(claim, "courier", "agency"), world.passage(claim, "courier", "wire")]
    assert counted(claim, *first) == (1, {"courier"})
    second = world.passage(claim, "mirror", "wire")
    assert counted(claim, *first, second) == (2, set())


def test_who_may_be_somebody_else_is_one_voice_with_them() -> None:
    world = World()
    world.source("insider", "an insider", "anonymous-person")
    claim = world.claim()
    world.passage(claim, "courier", "insider")
    world.passage(claim, "mirror", "official")
    assert counted(claim) == (2, set())
    Voice.objects.create(
        source=world.source("insider"),
        same_as=world.source("official"),
        reason="One rank.",
        created_at=NOON,
        recorded_by=anybody(),
    )
    assert counted(claim) == (1, {"official"})
    # A voice is never printed: the public sees two routes that share nobody.
    snapshot = take_snapshot(claim, claim.evidence.supporting().current())
    assert printed_routes(snapshot) == [("courier", "insider"), ("mirror", "official")]
    assert printed_rests_on(snapshot) == []


def test_five_outlets_at_one_press_conference_corroborate_what_was_said() -> None:
    world = World()
    for slug in ("herald", "post", "gazette"):
        world.source(slug)
    said = world.claim("The minister said it is closed.", kind="position", says=world.source("minister"))
    so = world.claim("It is closed.")
    for slug in ("courier", "mirror", "herald", "post", "gazette"):
        world.passage(said, slug, "minister")
        world.passage(so, slug, "minister")
    assert counted(said) == (5, set())
    assert counted(so) == (1, {"minister"})


def test_syndicated_copy_gives_the_route_of_its_original() -> None:
    world = World()
    claim = world.claim()
    original = world.article("wire", "The harbour is closed.", kind="wire")
    copy = world.article("mirror", "The harbour is closed!", copy_of=original)
    copy_of_copy = world.article("courier", "The harbour is closed?", copy_of=copy)
    first = world.passage(claim, "wire", article=original)
    world.passage(claim, "mirror", article=copy)
    world.passage(claim, "courier", "wire", article=copy_of_copy)
    assert counted(claim) == (1, {"wire"})
    assert {route.sources for route in routes_of(take_snapshot(claim, claim.evidence.supporting().current()))} == {
        ("wire",)
    }
    assert counted(claim, first) == (1, {"wire"})


@pytest.mark.parametrize("which", ["original", "between", "copy"])
def test_a_retracted_text_and_its_copies_give_no_route(which: str) -> None:
    world = World()
    claim = world.claim()
    texts = {"original": world.article("wire", "The harbour is closed.")}
    texts["between"] = world.article("mirror", "The harbour is closed!", copy_of=texts["original"])
    texts["copy"] = world.article("courier", "The harbour is closed?", copy_of=texts["between"])
    passage = world.passage(claim, "courier", article=texts["copy"])
    assert counted(claim, passage) == (1, {"wire"})
    on_record(Article.objects.filter(pk=texts[which].pk), status="retracted", retracted_at=NOON)
    assert counted(claim, Evidence.objects.get()) == (0, set())


def test_our_own_reporting_is_one_voice() -> None:
    world = World()
    claim = world.claim()
    first = world.passage(claim, own_reporting=True)
    world.passage(claim, article=world.article(None, "The harbour is closed!", kind="own-note"), own_reporting=True)
    assert counted(claim) == (1, {"(desk)"})
    world.passage(claim, "courier", "wire")
    assert counted(claim) == (2, set())
    assert printed_routes(take_snapshot(claim, [first])) == [()]


def test_an_unknown_chain_is_not_independent() -> None:
    world = World()
    claim = world.claim()
    world.passage(claim)
    world.passage(claim, article=world.article("courier", "The harbour is closed."))
    # A mistake made by hand: an outlet's text is nobody's own reporting.
    world.passage(claim, article=world.article("mirror", "The harbour is closed."), own_reporting=True)
    assert counted(claim) == (0, set())


def test_a_chain_without_its_outlet_still_runs_through_it() -> None:
    world = World()
    claim = world.claim()
    first, second = (
        world.article("courier", "The harbour is closed."),
        world.article("courier", "The harbour is closed!"),
    )
    world.passage(claim, "wire", article=first)
    world.passage(claim, "minister", article=second)
    assert counted(claim) == (1, {"courier"})


def test_unnamed_people_of_one_institution_are_one_voice_until_an_editor_says_why_not() -> None:
    world = World()
    board = world.source("board", "Harbour Board", "institution")
    for slug in ("clerk", "guard"):
        world.source(slug, f"a {slug}", "anonymous-person", institution=board)
    claim = world.claim()
    world.passage(claim, "courier", "clerk")
    world.passage(claim, "mirror", "guard")
    assert counted(claim) == (1, {"board"})
    on_record(Source.objects.filter(slug="guard"), separate_because=" ")
    assert counted(claim) == (1, {"board"})
    on_record(Source.objects.filter(slug="guard"), separate_because="We met both in one room.")
    assert counted(claim) == (2, set())


def test_an_inferred_attribution_counts_when_it_is_accepted() -> None:
    world = World()
    claim = world.claim()
    snapshot = take_snapshot(
        claim, [world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "minister", inferred=True)]
    )
    assert [count_sources(snapshot, accepts_inferred=accepts) for accepts in (False, True)] == [1, 2]
    alone = take_snapshot(claim, [world.passage(claim, "mirror", "official", inferred=True)])
    assert count_sources(alone, accepts_inferred=False) == 1
    both = [world.passage(claim, "mirror", "official", inferred=True), world.passage(claim, "wire", inferred=True)]
    assert count_sources(take_snapshot(claim, both), accepts_inferred=False) == 1
    assert count_sources(take_snapshot(claim, []), accepts_inferred=False) == 0


def test_every_printed_route_rests_on_the_sources_that_stand_on_all_of_them_the_speaker_aside() -> None:
    world = World()
    claim = world.claim(says=world.source("minister"))
    first = world.passage(claim, "mirror", "courier", "wire", "minister")
    second = world.passage(claim, "wire", "mirror", "minister")
    assert [route.passage for route in routes_of(take_snapshot(claim, [first]))] == [str(first.uuid)]
    assert printed_rests_on(take_snapshot(claim, [first])) == ["mirror", "courier", "wire"]
    assert printed_rests_on(take_snapshot(claim, [first, second])) == ["mirror", "wire"]
    assert printed_rests_on(take_snapshot(claim, [])) == []


def test_contradicting_and_retired_passages_give_no_route() -> None:
    world = World()
    claim = world.claim()
    passages = [
        world.passage(claim, "courier", "wire"),
        world.passage(claim, "mirror", stance="contradicts"),
        world.passage(claim, "mirror", "minister", retired_at=NOON),
    ]
    assert counted(claim, *passages) == (1, {"courier", "wire"})


# ---- As of a time ---------------------------------------------------------------------------------------------


def test_what_counted_at_a_time() -> None:
    world = World()
    claim = world.claim()
    early = world.passage(claim, "courier", "wire", retired_at=NOON + 3 * DAY)
    late = world.passage(claim, "mirror", "minister", created_at=NOON + DAY)
    Voice.objects.create(
        source=world.source("wire"),
        same_as=world.source("minister"),
        reason="Its only source.",
        created_at=NOON + 2 * DAY,
        recorded_by=anybody(),
    )
    on_record(Article.objects.filter(pk=late.article_id), status="retracted", retracted_at=NOON + 4 * DAY)

    def at(days: int) -> tuple[list[Evidence], int]:
        time = NOON + days * DAY
        passages = list(claim.evidence.supporting().current(at=time))
        return passages, count_sources(take_snapshot(claim, passages, at=time), accepts_inferred=False)

    assert at(-1) == ([], 0)
    assert at(0) == ([early], 1)
    assert at(1) == ([early, late], 2)
    assert at(2) == ([early, late], 1)
    assert at(3) == ([late], 1)
    assert at(4) == ([late], 0)


def test_a_document_is_held_from_when_it_came_in() -> None:
    world = World()
    claim = world.claim(kind="plan-term", says=world.source("report"))
    article = world.article(
        "report", "The harbour is closed.", kind="document", authentication="Sealed.", received_at=NOON + DAY
    )
    passage = world.passage(claim, "report", article=article)
    held = [take_snapshot(claim, [passage], at=NOON + days * DAY)["sources"]["report"]["held"] for days in (0, 1)]
    assert held == [False, True]


def test_a_document_is_held_by_any_text_of_it_that_holds() -> None:
    world = World()
    report = world.source("report")

    def holds() -> bool:
        return held_sources([report.pk, world.source("wire").pk]) == {report.pk}

    world.article("report", "Unsigned.", kind="document")
    unreadable = world.article("report", "Smudged.", kind="document", authentication="\u200b")
    assert not holds()
    original = world.article("wire", "Sealed.", kind="document", status="retracted", retracted_at=NOON)
    copy = world.article("report", "Sealed.", kind="document", authentication="Sealed.", copy_of=original)
    assert not holds()
    genuine = world.article("report", "Signed.", kind="document", authentication="Signed before us.")
    assert holds()
    assert held_sources([report.pk], among=Article.objects.filter(pk__in=[unreadable.pk, copy.pk])) == set()
    assert held_sources([report.pk], among=Article.objects.filter(pk=genuine.pk)) == {report.pk}


# ---- The snapshot ---------------------------------------------------------------------------------------------


def test_the_digest_is_the_same_in_any_order_and_however_often_a_passage_is_listed() -> None:
    world = World()
    claim = world.claim()
    first, second = world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "wire")
    digests = {
        digest_of(take_snapshot(claim, listed))
        for listed in ([first, second], [second, first], [second, first, second])
    }
    assert len(digests) == 1


def test_an_old_snapshot_is_judged_as_it_stood() -> None:
    world = World()
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    snapshot = confirm(world.proposal(claim, passage), by=world.editor, stamps=world.stamps).evidence
    on_record(Article.objects.filter(pk=passage.article_id), status="retracted", retracted_at=NOON)
    wording = "The harbour is closed, Wire reports."
    assert reasons_against("attributed", snapshot, wording=wording, accepts_inferred=False) == []
    assert snapshot != take_snapshot(claim, [passage])


# ---- Laws -----------------------------------------------------------------------------------------------------

SLUGS = ["courier", "mirror", "wire", "minister", "official"]
PASSAGE = st.fixed_dictionaries(
    {
        "uuid": st.uuids().map(str),
        "stance": st.sampled_from(["supports", "supports", "contradicts"]),
        "retired": st.booleans(),
        "retracted": st.booleans(),
        "inferred": st.booleans(),
        "own_reporting": st.booleans(),
        "article_kind": st.sampled_from(["published", "own-note"]),
        "chain": st.lists(st.sampled_from(SLUGS), unique=True, max_size=4),
    }
)
SNAPSHOT = st.fixed_dictionaries(
    {
        "claim": st.fixed_dictionaries({"says": st.sampled_from([None, *SLUGS])}),
        "passages": st.lists(PASSAGE, max_size=6),
        "voices": st.fixed_dictionaries(
            {slug: st.lists(st.sampled_from(SLUGS), max_size=1).map(lambda more, s=slug: [s, *more]) for slug in SLUGS}
        ),
    }
)
LAW = settings(max_examples=200)


@LAW
@given(SNAPSHOT)
def test_the_count_never_overstates(snapshot: Snapshot) -> None:
    routes = routes_of(snapshot)
    count = count_sources(snapshot, accepts_inferred=True)
    assert count <= len({route.voices for route in routes})
    assert (count == 0) == (routes == [])
    if count >= 2:
        assert rests_on(snapshot) == frozenset()
    if rests_on(snapshot):
        assert count == 1
    assert count_sources(snapshot, accepts_inferred=False) <= max(count, 0)


@LAW
@given(SNAPSHOT, st.sampled_from(SLUGS), st.sampled_from(SLUGS))
def test_a_further_voice_only_lowers_the_count(snapshot: Snapshot, source: str, same_as: str) -> None:
    before = count_sources(snapshot, accepts_inferred=True)
    speaker = snapshot["claim"]["says"]
    told = {**snapshot["voices"], source: [*snapshot["voices"][source], same_as]}
    after = count_sources({**snapshot, "voices": told}, accepts_inferred=True)
    # The speaker is no shared voice, so a voice of theirs changes nothing.
    assert after <= before if source != speaker else after == before


@LAW
@given(SNAPSHOT)
def test_what_is_taken_away_never_adds_a_source(snapshot: Snapshot) -> None:
    count = count_sources(snapshot, accepts_inferred=True)
    for place in range(len(snapshot["passages"])):
        fewer = snapshot["passages"][:place] + snapshot["passages"][place + 1 :]
        assert count_sources({**snapshot, "passages": fewer}, accepts_inferred=True) <= count
