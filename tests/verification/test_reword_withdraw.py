"""Changing and taking down what we published: rewording takes two people and a reason, taking down takes one."""

from typing import Any

import pytest
from django.db.models import TextField, Value
from django.db.models.functions import Coalesce

from stories.choices import CorrectionKind
from stories.models import Claim, Decision, Publication
from stories.record.decisions import Refused
from stories.record.publications import event_of, text_of
from stories.verification import confirm, dispute, newest_decision, refute, return_proposal, withdraw
from tests.world import World, on_record

pytestmark = pytest.mark.django_db

NEW_WORDING = "The harbour is closed to ships, Wire reports."
EXPLAINED = {"correction_kind": "clarification", "public_note": "It is closed to ships alone."}
WHY = "A fact is in force: "
KINDS = "update, clarification, correction, withheld, retraction"


def reworded(world: World, claim: Claim, **fields: Any) -> Decision:
    return world.proposal(claim, claim.evidence.get(), **{"wording": NEW_WORDING, **EXPLAINED, **fields})


def taken_down(world: World, *claims: Claim, **fields: Any) -> list[Decision]:
    values: dict[str, Any] = {
        "by": world.editor,
        "rationale": "Wire called.",
        "correction_kind": "withheld",
        "public_note": "We are checking.",
        "follows": {claim.pk: newest_decision(claim).seq for claim in claims},
        "stamps": world.stamps,
    }
    return withdraw(claims, **values | fields)


def log() -> list[tuple[Any, ...]]:
    told = Coalesce("note_beside__text", Value(""), output_field=TextField())
    return list(Publication.objects.values_list("position", "event", "ends", "correction_kind", told))


def in_force() -> list[int]:
    rows = Publication.objects.in_force(at=Publication.objects.count())
    return sorted(rows.values_list("position", flat=True))


# ---- Rewording ------------------------------------------------------------------------------------------------


def test_a_rewording_ends_the_old_wording_and_keeps_the_fact_id() -> None:
    world = World()
    claim = world.fact()
    proposal = reworded(world, claim)
    assert in_force() == [1]  # proposed alone changes nothing in public
    confirm(proposal, by=world.editor, stamps=world.stamps)
    assert log() == [
        (1, "confirmed", None, "", ""),
        (2, "reworded", 1, "clarification", "It is closed to ships alone."),
    ]
    first, second = (text_of(row) for row in Publication.objects.all())
    assert (second["id"], second["statement"], second["revision"]) == (first["id"], NEW_WORDING, 2)
    assert second["first_published_at"] == first["first_published_at"] < second["revised_at"]
    assert in_force() == [2]


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        (
            {"correction_kind": "", "public_note": ""},
            [f"{WHY}choose a correction kind ({KINDS}).", f"{WHY}write the public note that readers will see."],
        ),
        ({"correction_kind": "new"}, [f"{WHY}choose a correction kind ({KINDS})."]),
        ({"correction_kind": ["update"]}, [f"{WHY}choose a correction kind ({KINDS})."]),
        (
            {"public_note": " \u200b\n"},
            ["The public note holds the character U+200B at place 2, which cannot be printed: remove it."],
        ),
        ({"public_note": " \n"}, [f"{WHY}write the public note that readers will see."]),
        ({"wording": "The harbour is closed, Wire reports."}, ["Nothing differs from the fact in force."]),
    ],
)
def test_what_a_rewording_needs(fields: dict[str, Any], reasons: list[str]) -> None:
    world = World()
    claim = world.fact()
    with pytest.raises(Refused) as refused:
        reworded(world, claim, **fields)
    assert refused.value.reasons == reasons
    assert Decision.objects.count() == 2


def test_other_passages_for_the_same_wording_are_a_difference() -> None:
    world = World()
    claim = world.fact()
    both = [claim.evidence.get(), world.passage(claim, "mirror", "wire")]
    proposal = world.proposal(claim, *both, **EXPLAINED)
    confirm(proposal, by=world.editor, stamps=world.stamps)
    assert [len(text_of(row)["routes"]) for row in Publication.objects.all()] == [1, 2]


def test_a_source_that_became_confidential_can_be_taken_off_the_printed_routes() -> None:
    world = World()
    claim = world.claim()
    world.passage(claim, "courier", "wire", "minister")
    world.fact(claim)
    minister = world.source("minister")
    minister.confidential, minister.public_name = True, "an official"
    on_record(minister)
    confirm(
        reworded(world, claim, wording="The harbour is closed, Wire reports."), by=world.editor, stamps=world.stamps
    )
    printed = [[source["slug"] for source in text_of(row)["routes"][0]] for row in Publication.objects.all()]
    assert printed == [["courier", "wire", "minister"], ["courier", "wire", None]]


def test_without_a_fact_in_force_there_is_nothing_to_correct() -> None:
    world = World()
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    for fields in ({"public_note": ""}, {"correction_kind": ""}, {}):
        with pytest.raises(Refused) as refused:
            reworded(world, claim, **fields)
        assert refused.value.reasons == [
            "No fact is in force: there is nothing to correct, so leave correction kind and note empty."
        ]


def test_a_returned_rewording_leaves_the_fact_as_it_was() -> None:
    world = World()
    claim = world.fact()
    return_proposal(reworded(world, claim), by=world.editor, rationale="Not yet.", stamps=world.stamps)
    assert (in_force(), Publication.objects.count()) == ([1], 1)


def test_a_fact_on_another_basis_is_a_rewording() -> None:
    world = World()
    claim = world.fact()
    both = [claim.evidence.get(), world.passage(claim, "mirror", "minister")]
    wording = "The harbour is closed."
    proposal = world.proposal(claim, *both, wording=wording, basis="corroborated", **EXPLAINED)
    confirm(proposal, by=world.editor, stamps=world.stamps)
    texts = [text_of(row) for row in Publication.objects.all()]
    assert [(text["basis"], text["independent_sources"]) for text in texts] == [("attributed", 1), ("corroborated", 2)]
    assert texts[1]["attributed_to"] is None


# ---- Withdrawing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CorrectionKind.values)
def test_one_editor_takes_a_fact_down_at_once(kind: str) -> None:
    world = World()
    claim = world.fact()
    taken_down(world, claim, correction_kind=kind)
    assert log()[1:] == [(2, "withdrawn", 1, kind, "We are checking.")]
    assert in_force() == []
    assert text_of(Publication.objects.get(position=2)) is None


@pytest.mark.parametrize("verb", [dispute, refute])
def test_a_dispute_of_a_fact_withdraws_it_in_the_same_act(verb: Any) -> None:
    world = World()
    claim = world.fact()
    reworded(world, claim)
    decision = verb(
        claim,
        by=world.editor,
        rationale="Wrong.",
        follows=newest_decision(claim).seq,
        correction_kind="correction",
        public_note="It was never closed.",
        stamps=world.stamps,
    )
    assert (decision.publication_id, decision.at) == (2, Publication.objects.get(position=2).at)
    assert log()[1:] == [(2, "withdrawn", 1, "correction", "It was never closed.")]


@pytest.mark.parametrize("verb", [dispute, refute])
def test_a_dispute_of_what_was_never_published_says_nothing_in_public(verb: Any) -> None:
    world = World()
    claim = world.claim()
    decision = verb(claim, by=world.editor, rationale="Wrong.", follows=None, stamps=world.stamps)
    assert (decision.publication_id, Publication.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({"rationale": "\u2003"}, ["Write the rationale: why?"]),
        ({"correction_kind": ""}, [f"This takes a fact down: choose a correction kind ({KINDS})."]),
        ({"public_note": "\r\n"}, ["This takes a fact down: write the public note that readers will see."]),
    ],
)
def test_what_a_withdrawal_needs(fields: dict[str, Any], reasons: list[str]) -> None:
    world = World()
    claim = world.fact()
    with pytest.raises(Refused) as refused:
        taken_down(world, claim, **fields)
    assert refused.value.reasons == reasons
    assert in_force() == [1]


def test_a_withdrawn_fact_is_revived_under_its_id() -> None:
    world = World()
    claim = world.fact()
    taken_down(world, claim)
    world.fact(claim)
    assert [row[:3] for row in log()] == [(1, "confirmed", None), (2, "withdrawn", 1), (3, "confirmed", None)]
    assert len(set(Publication.objects.values_list("fact_id", flat=True))) == 1
    first, third = (text_of(Publication.objects.get(position=place)) for place in (1, 3))
    assert third["first_published_at"] == first["first_published_at"]


# ---- Several at once, and what replaces them ------------------------------------------------------------------


def three(world: World) -> list[Claim]:
    return [world.fact(world.claim(f"The harbour is closed, part {n}.")) for n in range(3)]


def test_several_facts_go_in_one_act() -> None:
    world = World()
    claims = three(world)
    taken_down(world, *claims)
    assert [row[:3] for row in log()[3:]] == [(4, "withdrawn", 1), (5, "withdrawn", 2), (6, "withdrawn", 3)]


def test_all_of_them_go_or_none() -> None:
    world = World()
    claims = three(world)
    seen = {claim.pk: newest_decision(claim).seq for claim in claims}
    taken_down(world, claims[2])
    before = Decision.objects.count()
    with pytest.raises(Refused) as refused:
        taken_down(world, *claims, by=world.second_editor, follows=seen)
    assert refused.value.reasons[0].startswith("Decided meanwhile: withdrawn by editor at ")
    assert (Decision.objects.count(), in_force()) == (before, [1, 2])


@pytest.mark.parametrize("follows", [{}, {-1: 2}])
def test_each_fact_names_the_decision_it_follows(follows: dict[int, int]) -> None:
    world = World()
    with pytest.raises(Refused) as refused:
        taken_down(world, world.fact(), follows=follows)
    assert refused.value.reasons[0].startswith("Decided meanwhile: confirmed by editor at ")


def test_no_fact_is_no_act() -> None:
    with pytest.raises(Refused) as refused:
        taken_down(World())
    assert refused.value.reasons == ["Choose at least one fact to withdraw."]


def test_a_fact_listed_twice_is_withdrawn_once() -> None:
    world = World()
    claim = world.fact()
    first, second = taken_down(world, claim, claim)
    assert first == second
    assert Publication.objects.count() == 2


def test_what_replaces_a_fact_is_told_in_public() -> None:
    world = World()
    old, new = three(world)[:2]
    taken_down(world, old, replaced_by=new)
    withdrawn = Publication.objects.get(position=4)
    assert event_of(withdrawn)["correction"] == {
        "kind": "withheld",
        "note_sha256": withdrawn.note_sha256,
        "replaced_by": str(new.uuid),
    }


def test_only_another_fact_in_force_replaces_one() -> None:
    world = World()
    first, second, third = three(world)
    taken_down(world, third)
    before = Decision.objects.count()
    for replaced_by, claims in (
        (first, [first]),
        (third, [first]),
        (world.claim("No fact."), [first]),
        (second, [first, second]),
    ):
        with pytest.raises(Refused) as refused:
            taken_down(world, *claims, replaced_by=replaced_by)
        assert refused.value.reasons == ["It can only be replaced by another claim's fact that is in force."]
    assert (Decision.objects.count(), in_force()) == (before, [1, 2])


def test_a_stale_replacement_is_read_anew() -> None:
    world = World()
    old, new = three(world)[:2]
    kept, new.uuid = new.uuid, old.uuid
    taken_down(world, old, replaced_by=new)
    assert Publication.objects.get(position=4).replaced_by == kept


# ---- Confidential names in what readers see -------------------------------------------------------------------


def test_a_public_note_names_no_confidential_source() -> None:
    world = World()
    claim = world.fact()
    world.protected("clerk", "Jane Roe", "a clerk", world.reporter, world.editor)
    reason = ["The public note names a confidential source. Call it “a clerk”."]
    with pytest.raises(Refused) as refused:
        taken_down(world, claim, public_note="jane roe was wrong.")
    assert refused.value.reasons == reason
    with pytest.raises(Refused) as refused:
        reworded(world, claim, public_note="Jane  Roe was wrong.")
    assert refused.value.reasons == reason
    taken_down(world, claim, public_note="A clerk was wrong.", rationale="Jane Roe was wrong.")
    assert in_force() == []


def test_neither_wording_nor_citation_names_a_confidential_source_of_another_claim() -> None:
    world = World()
    world.protected("clerk", "Jane Roe", "a clerk", world.reporter)
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire", quote="Jane Roe closed it")
    with pytest.raises(Refused) as refused:
        world.proposal(claim, passage, wording="Jane Roe closed it, Wire reports.")
    assert refused.value.reasons == [
        "The wording names a confidential source. Call it “a clerk”.",
        "The passage that will be cited names a confidential source. List a passage that does not name it.",
    ]
    note = world.article("courier", "Jane Roe closed it", kind="wire")  # not published, so never cited
    world.proposal(claim, world.passage(claim, "courier", "wire", quote="Jane Roe closed it", article=note))
