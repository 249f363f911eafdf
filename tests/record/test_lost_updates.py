"""Nobody's decision is lost: every verb names the decision it follows, and what it stands on has not changed since."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from stories.models import Article, Claim, Contradiction, Decision, Discrepancy, Evidence, Publication, Voice
from stories.record import decisions as ledger
from stories.record.decisions import DecidedMeanwhile, Refused
from stories.verification import (
    confirm,
    dispute,
    newest_decision,
    propose,
    refute,
    return_proposal,
    withdraw,
)
from tests.world import NOON, World, anybody, on_record, retire

pytestmark = pytest.mark.django_db

EXPLAINED = {"correction_kind": "withheld", "public_note": "We are checking."}


def rows() -> tuple[int, int]:
    return Decision.objects.count(), Publication.objects.count()


def repeat(world: World, claim: Claim, verb: str, by: User, follows: int | None, **changed: object) -> list[Decision]:
    """`verb` as somebody would send it who saw the decision `follows` as the newest."""
    common = {"by": by, "stamps": world.stamps, "rationale": "Read."} | changed
    match verb:
        case "propose":
            passage = claim.evidence.first()
            wording = "Wire reports that the harbour is closed."
            values = {"wording": wording, "basis": "attributed", "passages": [passage], "follows": follows, **EXPLAINED}
            return [propose(claim, **values | common)]
        case "confirm" | "return":
            verbs = {"confirm": confirm, "return": return_proposal}
            return [verbs[verb](Decision.objects.get(seq=follows), **common)]
        case "withdraw":
            return withdraw([claim], follows={claim.pk: follows}, **EXPLAINED | common)
        case _:
            return [{"dispute": dispute, "refute": refute}[verb](claim, follows=follows, **EXPLAINED | common)]


VERBS = ["propose", "confirm", "return", "dispute", "refute", "withdraw"]


def opened_page(world: World, verb: str) -> tuple[Claim, int]:
    """A claim with a fact in force (and an open proposal where `verb` needs one), and its newest decision."""
    claim = world.fact()
    if verb in ("confirm", "return"):
        world.proposal(claim, claim.evidence.get(), wording="It is closed, Wire says.", **EXPLAINED)
    return claim, newest_decision(claim).seq


# ---- Somebody decided meanwhile -------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_who_decided_meanwhile_when_and_what(verb: str) -> None:
    world = World()
    claim, seen = opened_page(world, verb)
    User.objects.filter(pk=world.second_editor.pk).update(first_name="Second", last_name="Editor")
    faster = refute(claim, by=world.second_editor, rationale="Wrong.", follows=seen, **EXPLAINED, stamps=world.stamps)
    before = rows()
    with pytest.raises(DecidedMeanwhile) as late:
        repeat(world, claim, verb, world.editor, seen)
    assert late.value.decision == faster
    at = faster.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert late.value.reasons == [f"Decided meanwhile: refuted by Second Editor at {at}."]
    assert rows() == before


@pytest.mark.parametrize("verb", ["propose", "dispute", "refute"])
def test_the_first_decision_follows_none(verb: str) -> None:
    world = World()
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    with pytest.raises(DecidedMeanwhile) as refused:
        repeat(world, claim, verb, world.editor, 7)
    assert refused.value.reasons == ["Nothing has been decided on this yet: reload the page."]
    assert rows() == (0, 0)


def test_two_who_saw_the_same_page_make_one_decision() -> None:
    world = World()
    claim = world.claim()
    dispute(claim, by=world.editor, rationale="Doubts.", follows=None, stamps=world.stamps)
    with pytest.raises(DecidedMeanwhile):
        dispute(claim, by=world.second_editor, rationale="Doubts.", follows=None, stamps=world.stamps)
    assert rows() == (1, 0)


def test_the_guard_is_what_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the second of two would overrule the first unseen: the tests above would turn red."""
    world = World()
    claim, seen = opened_page(world, "dispute")
    refute(claim, by=world.second_editor, rationale="Wrong.", follows=seen, **EXPLAINED, stamps=world.stamps)
    monkeypatch.setattr("stories.verification.verbs.require_follows", lambda newest, follows: None)
    dispute(claim, by=world.editor, rationale="Doubts.", follows=seen, stamps=world.stamps)
    assert [one.verdict for one in claim.decisions.all()][-2:] == ["refuted", "disputed"]


# ---- A double click ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_a_double_submission_makes_one_decision(verb: str) -> None:
    world = World()
    claim, seen = opened_page(world, verb)
    first = repeat(world, claim, verb, world.editor, seen)
    before = rows()
    assert repeat(world, claim, verb, world.editor, seen) == first
    assert rows() == before


@pytest.mark.parametrize("verb", VERBS)
def test_other_words_or_another_person_are_no_double_submission(verb: str) -> None:
    world = World()
    claim, seen = opened_page(world, verb)
    repeat(world, claim, verb, world.editor, seen)
    before = rows()
    with pytest.raises(DecidedMeanwhile):
        repeat(world, claim, verb, world.editor, seen, rationale="Read again.")
    with pytest.raises(DecidedMeanwhile):
        repeat(world, claim, verb, world.second_editor, seen)
    assert rows() == before


def test_without_the_guard_a_retry_would_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    claim, seen = opened_page(world, "dispute")
    repeat(world, claim, "dispute", world.editor, seen)
    monkeypatch.setattr("stories.verification.verbs.is_same_act", lambda *_, **__: False)
    with pytest.raises(DecidedMeanwhile):
        repeat(world, claim, "dispute", world.editor, seen)


# ---- What the proposal stands on ------------------------------------------------------------------------------


def retired(world: World, claim: Claim) -> None:
    retire(Evidence.objects.filter(claim=claim), at=NOON)


def retract(world: World, claim: Claim) -> None:
    on_record(Article.objects.filter(evidence__claim=claim), status="retracted", retracted_at=NOON)


def copied(world: World, claim: Claim) -> None:
    original = world.article("mirror", "The harbour is closed!")
    on_record(Article.objects.filter(evidence__claim=claim), copy_of=original)


def may_be(world: World, claim: Claim) -> None:
    Voice.objects.create(
        source=world.source("wire"),
        same_as=world.source("minister"),
        reason="?",
        created_at=NOON,
        recorded_by=anybody(),
    )


def contradicted(world: World, claim: Claim) -> None:
    other = world.claim("The harbour is open.")
    Contradiction.objects.create(first=claim, second=other, note="Open or closed?", opened_at=NOON, opened_by=anybody())


def disagreeing(world: World, claim: Claim) -> None:
    passage = claim.evidence.get()
    Discrepancy.objects.create(
        claim=claim, kind="figure", first=passage, first_words="two", second_words="three", found_at=NOON
    )


def speaking_against(world: World, claim: Claim) -> None:
    world.passage(claim, "mirror", stance="contradicts")


WHERE = "The passage “The harbour is closed” in article-1"


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (retired, f"{WHERE} has been retired."),
        (retract, f"{WHERE} stands in a retracted article."),
        (copied, f"{WHERE}: its chain was The Courier → Wire, and is The Mirror → Wire."),
        (may_be, "Wire could be Wire, and now could be a source on none of these chains, Wire."),
        (contradicted, "New contradiction: Open or closed?"),
        (disagreeing, "New discrepancy of figure: “two” / “three”"),
        (speaking_against, "New contradicting passage: “The harbour is closed” in article-2"),
    ],
)
def test_a_confirmation_is_refused_with_the_difference_in_words(
    change: Callable[[World, Claim], None], difference: str
) -> None:
    world = World()
    claim = world.claim()
    proposal = world.proposal(claim, world.passage(claim, "courier", "wire"))
    change(world, claim)
    with pytest.raises(Refused) as refused:
        confirm(proposal, by=world.editor, stamps=world.stamps)
    assert refused.value.reasons == ["What the proposal stands on has changed since.", difference]
    assert rows() == (1, 0)


def test_a_contradiction_that_was_settled_meanwhile_is_told_too() -> None:
    world = World()
    claim = world.claim()
    contradicted(world, claim)
    proposal = world.proposal(claim, world.passage(claim, "courier", "wire"))
    Contradiction.objects.update(state="resolved", reason="Two harbours.", closed_at=NOON, closed_by=anybody())
    with pytest.raises(Refused) as refused:
        confirm(proposal, by=world.editor, stamps=world.stamps)
    assert refused.value.reasons[1:] == ["No longer open: contradiction: Open or closed?"]


def test_a_later_supporting_passage_changes_nothing() -> None:
    world = World()
    claim = world.claim()
    listed = world.passage(claim, "courier", "wire")
    proposal = world.proposal(claim, listed)
    world.passage(claim, "mirror", "minister")
    confirmed = confirm(proposal, by=world.editor, stamps=world.stamps)
    assert [passage["uuid"] for passage in confirmed.evidence["passages"]] == [str(listed.uuid)]
    assert Publication.objects.get().independent_sources == 1


def test_a_source_that_became_confidential_meanwhile_is_not_printed() -> None:
    world = World()
    claim = world.claim()
    proposal = world.proposal(claim, world.passage(claim, "courier", "wire"), wording="Closed, The Courier reports.")
    named = world.claim("Somebody said so.")
    names_it = world.proposal(named, world.passage(named, "mirror", "wire"), wording="Closed, Wire reports.")
    wire = world.source("wire")
    wire.confidential, wire.public_name = True, "an agency"
    on_record(wire)
    confirm(proposal, by=world.editor, stamps=world.stamps)
    text = Publication.objects.get().body.text
    assert '{"kind":"agency","name":"an agency","slug":null}' in text
    assert "wire" not in text.lower()
    with pytest.raises(Refused) as refused:
        confirm(names_it, by=world.editor, stamps=world.stamps)
    assert refused.value.reasons == ["The wording names nobody on the route The Mirror → an agency: name The Mirror."]


def test_a_document_that_is_no_longer_held_is_told() -> None:
    world = World()
    claim = world.claim(kind="plan-term", says=world.source("report"))
    article = world.article("report", "The harbour is closed.", kind="document", authentication="Sealed.")
    passage = world.passage(claim, "report", article=article)
    proposal = world.proposal(claim, passage, basis="documented", wording="The harbour is closed, the report says.")
    on_record(Article.objects.filter(pk=article.pk), authentication="")
    with pytest.raises(Refused) as refused:
        confirm(proposal, by=world.editor, stamps=world.stamps)
    assert refused.value.reasons[1:] == [f"{WHERE} no longer stands in a document that we hold."]


# ---- Returned, superseded -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["editor", "reporter"])
def test_a_returned_proposal_cannot_be_signed(who: str) -> None:
    world = World()
    claim = world.claim()
    proposal = world.proposal(claim, world.passage(claim, "courier", "wire"))
    returned = return_proposal(proposal, by=getattr(world, who), rationale="Not yet.", stamps=world.stamps)
    with pytest.raises(DecidedMeanwhile) as late:
        confirm(proposal, by=world.second_editor, stamps=world.stamps)
    assert late.value.decision == returned
    assert rows() == (2, 0)


def test_a_superseded_proposal_cannot_be_signed_and_the_new_one_can() -> None:
    world = World()
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    old = world.proposal(claim, passage)
    new = world.proposal(claim, passage, by=world.second_editor, wording="Wire reports that it is closed.")
    with pytest.raises(DecidedMeanwhile):
        confirm(old, by=world.editor, stamps=world.stamps)
    assert confirm(new, by=world.editor, stamps=world.stamps).wording == "Wire reports that it is closed."


def test_a_stale_object_in_memory_decides_nothing() -> None:
    """What a caller changed on the objects it hands over counts for nothing: the database is asked."""
    world = World()
    claim = world.claim(kind="prediction")
    claim.kind, claim.statement = "fact", "Something else."
    passage = world.passage(claim, "courier", "wire")
    with pytest.raises(Refused) as refused:
        world.proposal(claim, passage)
    assert refused.value.reasons == ["A claim of the kind “prediction” can never be confirmed."]
    good = world.claim()
    proposal = world.proposal(good, world.passage(good, "courier", "wire"))
    proposal.wording, proposal.actor, proposal.verdict = "Forged.", world.second_editor, "confirmed"
    proposal.evidence_digest, proposal.evidence, proposal.claim = "", {"passages": []}, claim
    confirmed = confirm(proposal, by=world.editor, stamps=world.stamps)
    assert (confirmed.claim, confirmed.wording) == (good, "The harbour is closed, Wire reports.")
    assert ledger.payload_of(Decision.objects.get(pk=confirmed.pk))["claim"] == str(good.uuid)


def test_what_is_no_stored_passage_cannot_be_listed() -> None:
    world = World()
    claim = world.claim()
    good = world.passage(claim, "courier", "wire")
    unsaved = Evidence(claim=claim, article=good.article, quote="x", start=0, end=1)
    for bad in (unsaved, str(good.uuid), good.pk, None, claim):
        with pytest.raises(Refused) as refused:
            world.proposal(claim, good, bad)
        assert refused.value.reasons == ["A listed evidence row is not in the database: reload and choose again."]
    assert rows() == (0, 0)
