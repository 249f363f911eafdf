"""Two editors take a published text down for good; the chain and the replay survive it (rule: suppression)."""

from typing import Any

import pytest

from stories.chain import verify_rows
from stories.models import Decision, Publication, PublicationSource, PublicationText
from stories.record.decisions import DecidedMeanwhile, Refused, payload_of
from stories.record.publications import event_of, fact_in_force
from stories.verification import confirm, dispute, newest_decision
from stories.verification.suppression import newest_on, propose_suppression, return_suppression, sign_suppression
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.world import World

pytestmark = pytest.mark.django_db

EXPLAINED = {"correction_kind": "withheld", "public_note": "Taken down."}
ORDER = "Order of the district court, 21 November 2025."


def version(world: World, headline: str, **fields: Any) -> Publication:
    last = world.story.versions.cut().order_by("-number").first()
    change = {"change_kind": "update", "change_note": "More."} if last else {}
    draft = save_draft(
        world.story,
        by=world.editor,
        headline=headline,
        blocks=compose_blocks(world.story),
        stamps=world.stamps,
        **change | fields,
    )
    return cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps).publication


def ended_fact(world: World) -> Publication:
    """Position 1 a fact, 2 a version that prints it, 3 its end."""
    claim = world.fact()
    version(world, "Closed")
    seen = newest_decision(claim).seq
    dispute(claim, by=world.editor, rationale="Sued.", follows=seen, **EXPLAINED, stamps=world.stamps)
    return Publication.objects.get(position=1)


def proposed(world: World, target: Publication, **fields: Any) -> list[Decision]:
    values = {"by": world.editor, "rationale": ORDER, "stamps": world.stamps} | fields
    return propose_suppression(target, **values)


def signed(world: World, proposal: Decision, **fields: Any) -> list[Decision]:
    values = {"by": world.second_editor, "rationale": ORDER, "stamps": world.stamps} | fields
    return sign_suppression(proposal, **values)


def refusal(call: Any, *args: Any, **kwargs: Any) -> list[str]:
    """Why `call` is refused; nothing is written."""
    before = Decision.objects.count(), Publication.objects.count(), PublicationText.objects.count()
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    assert (Decision.objects.count(), Publication.objects.count(), PublicationText.objects.count()) == before
    return refused.value.reasons


# ---- What goes, and what stays --------------------------------------------------------------------------------


def test_the_text_goes_with_every_version_that_carries_it_and_the_events_stay() -> None:
    world = World()
    target = ended_fact(world)
    proposals = proposed(world, target)
    assert [one.suppresses_id for one in proposals] == [1, 2]
    assert PublicationText.objects.count() == 2  # proposed alone changes nothing
    decisions = signed(world, proposals[0])
    assert [one.suppresses_id for one in decisions] == [1, 2]
    assert list(Publication.objects.values_list("position", "event", "suppresses")) == [
        (1, "confirmed", None),
        (2, "version", None),
        (3, "withdrawn", None),
        (4, "suppressed", 1),
        (5, "suppressed", 2),
    ]
    assert not PublicationText.objects.exists()
    assert not PublicationSource.objects.exists()
    assert [row.text_sha256 != "" for row in Publication.objects.all()] == [True, True, False, False, False]


def test_both_chains_still_verify_and_the_legal_reason_is_private() -> None:
    world = World()
    signed(world, proposed(world, ended_fact(world))[0])
    assert verify_rows(Publication.objects.all(), event_of, name="position").place == 5
    assert verify_rows(Decision.objects.all(), payload_of, name="seq").place == 7
    assert {one.rationale for one in Decision.objects.filter(suppresses__isnull=False)} == {ORDER}
    assert not any("court" in row.payload for row in Publication.objects.all())


def test_a_wording_in_force_survives_the_suppression_of_an_older_one() -> None:
    world = World()
    claim = world.fact()
    newer = world.proposal(claim, claim.evidence.get(), wording="It is closed, Wire says.", **EXPLAINED)
    confirm(newer, by=world.editor, stamps=world.stamps)
    signed(world, proposed(world, Publication.objects.get(position=1))[0])
    assert fact_in_force(claim) == Publication.objects.get(position=2)
    assert list(PublicationText.objects.values_list("position", flat=True)) == [2]
    seen = newest_decision(claim).seq
    dispute(claim, by=world.editor, rationale="Sued.", follows=seen, **EXPLAINED, stamps=world.stamps)
    assert Publication.objects.get(position=4).ends_id == 2


def test_only_versions_that_print_that_very_wording_go() -> None:
    world = World()
    claim = world.fact()
    version(world, "Closed")
    newer = world.proposal(claim, claim.evidence.get(), wording="It is closed, Wire says.", **EXPLAINED)
    confirm(newer, by=world.editor, stamps=world.stamps)
    version(world, "Still closed")
    proposals = proposed(world, Publication.objects.get(position=1))
    assert [one.suppresses_id for one in proposals] == [1, 2]
    signed(world, proposals[0])
    assert list(PublicationText.objects.order_by("position").values_list("position", flat=True)) == [3, 4]


def test_a_version_alone_can_be_suppressed_while_its_facts_stand() -> None:
    world = World()
    claim = world.fact()
    signed(world, proposed(world, version(world, "Libel"))[0])
    assert list(PublicationText.objects.values_list("position", flat=True)) == [1]
    assert fact_in_force(claim) is not None


def test_a_fact_whose_old_text_is_gone_can_be_confirmed_again() -> None:
    world = World()
    target = ended_fact(world)
    signed(world, proposed(world, target)[0])
    claim = world.fact(newest_decision_claim(target))
    assert fact_in_force(claim).position == 6


def newest_decision_claim(target: Publication) -> Any:
    return Decision.objects.get(publication=target).claim


# ---- What cannot be suppressed --------------------------------------------------------------------------------


def test_a_fact_in_force_is_withdrawn_first() -> None:
    world = World()
    world.fact()
    assert refusal(proposed, world, Publication.objects.get()) == ["This fact is in force: withdraw it first."]


def test_only_a_text_can_be_suppressed_and_only_once() -> None:
    world = World()
    target = ended_fact(world)
    reasons = refusal(proposed, world, Publication.objects.get(position=3))
    assert reasons == [
        "Only a fact's publication or a story version has a text to suppress.",
        "Its text has been suppressed already.",
    ]
    signed(world, proposed(world, target)[0])
    gone = ["Its text has been suppressed already."]
    assert refusal(proposed, world, target, follows=newest_on(target).seq) == gone
    assert refusal(proposed, world, Publication.objects.get(position=2), follows=7) == gone


def test_what_is_not_in_the_log_cannot_be_suppressed() -> None:
    assert refusal(proposed, World(), Publication(position=99)) == [
        "There is no such publication in the database: reload the page."
    ]


@pytest.mark.parametrize("call", [sign_suppression, return_suppression])
def test_a_proposal_on_a_claim_is_none_to_suppress(call: Any) -> None:
    world = World()
    claim = world.fact()
    assert refusal(call, newest_decision(claim), by=world.editor, rationale=ORDER) == [
        "This decision is about a claim, not about suppressing a publication."
    ]


def test_a_proposal_to_suppress_is_none_to_confirm() -> None:
    world = World()
    proposal = proposed(world, ended_fact(world))[0]
    assert refusal(confirm, proposal, by=world.second_editor) == [
        "This decision is about suppressing a publication, not about a claim."
    ]


# ---- Who, and why ---------------------------------------------------------------------------------------------


def test_two_editors_and_nobody_else() -> None:
    world = World()
    target = ended_fact(world)
    root = world.person("root", is_superuser=True)
    for nobody in (world.reporter, root):
        assert refusal(proposed, world, target, by=nobody) == ["Only an editor can suppress a publication."]
    first = proposed(world, target)[0]
    yours = "You proposed suppressing publication {} yourself: another editor signs."
    assert refusal(signed, world, first, by=world.editor) == [yours.format(1), yours.format(2)]
    for nobody in (world.reporter, root):
        assert refusal(signed, world, first, by=nobody) == ["Only an editor can suppress a publication."]


@pytest.mark.parametrize("blank", ["", " \n\t", "\u200b"])
def test_the_legal_reason_is_written_down(blank: str) -> None:
    world = World()
    target = ended_fact(world)
    reason = ["Write the legal reason; it stays in the ledger."]
    assert refusal(proposed, world, target, rationale=blank) == reason
    first = proposed(world, target)[0]
    assert refusal(signed, world, first, rationale=blank) == reason
    back = {"by": world.second_editor, "rationale": blank}
    assert refusal(return_suppression, first, **back) == ["Say why it goes back."]


def test_who_already_proposed_the_version_does_not_sign_for_it() -> None:
    world = World()
    target = ended_fact(world)
    on_version = proposed(world, Publication.objects.get(position=2), by=world.second_editor)[0]
    on_fact = proposed(world, target)[0]
    assert refusal(signed, world, on_fact) == ["You proposed suppressing publication 2 yourself: another editor signs."]
    signed(world, on_version, by=world.editor)
    signed(world, on_fact)
    assert not PublicationText.objects.exists()


# ---- Returned, and decided meanwhile --------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["editor", "second_editor"])
def test_a_proposal_goes_back(who: str) -> None:
    world = World()
    target = ended_fact(world)
    first = proposed(world, target)[0]
    back = return_suppression(first, by=getattr(world, who), rationale="The order was lifted.", stamps=world.stamps)
    assert (back.verdict, back.previous) == ("returned", first)
    assert refusal(return_suppression, back, by=world.editor, rationale="Again.") == [
        "There is no open proposal to return."
    ]
    with pytest.raises(DecidedMeanwhile) as late:
        signed(world, first)
    assert late.value.decision == back
    again = proposed(world, target, follows=back.seq)
    assert [one.suppresses_id for one in again] == [1, 2]
    signed(world, again[0])
    assert not PublicationText.objects.exists()


def test_only_an_editor_or_the_proposer_returns_one() -> None:
    world = World()
    first = proposed(world, ended_fact(world))[0]
    assert refusal(return_suppression, first, by=world.reporter, rationale="No.") == ["Only an editor can return this."]


def test_a_proposal_follows_what_its_author_saw() -> None:
    world = World()
    target = ended_fact(world)
    first = proposed(world, target)[0]
    with pytest.raises(DecidedMeanwhile) as late:
        proposed(world, target, by=world.second_editor)
    assert late.value.decision == first
    assert refusal(proposed, world, target, by=world.second_editor, follows=first.seq) == [
        "editor proposed this already: sign it, or return it first."
    ]
    back = return_suppression(first, by=world.second_editor, rationale="Lifted.", stamps=world.stamps)
    with pytest.raises(DecidedMeanwhile) as late:
        proposed(world, target)
    assert late.value.decision == back


def test_a_double_submission_makes_one_decision_each() -> None:
    world = World()
    target = ended_fact(world)
    first = proposed(world, target)
    assert proposed(world, target) == first
    done = signed(world, first[0])
    assert signed(world, first[0]) == done[:1]
    assert Decision.objects.filter(suppresses__isnull=False).count() == 4
