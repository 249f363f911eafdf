"""What somebody proposed who has left is signed by nobody: it goes back, or is proposed anew (rule: two-people)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from stories.choices import EDITORS, REPORTERS, Part
from stories.models import Decision, Publication, Source
from stories.policy.transitions import HAS_LEFT, Verb
from stories.provenance.protection import propose_lift, protect, return_lift, sign_lift
from stories.record.decisions import Refused
from stories.verification import confirm, newest_decision, return_proposal
from stories.verification.suppression import propose_restoration, restore, return_suppression, suppress
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.drafts import block, cut_by, drafted, fact
from tests.states import reasons_by_verb
from tests.world import World

pytestmark = pytest.mark.django_db


def switch_off(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def leave_the_groups(person: User) -> None:
    person.groups.clear()


def step_down(person: User) -> None:
    person.groups.set([Group.objects.get(name=REPORTERS)])


LEAVING = [switch_off, leave_the_groups]
Leave = Callable[[User], None]


def refusal(act: Callable[..., object], *args: Any, **fields: Any) -> list[str]:
    """Why `act` is refused, having written nothing."""
    before = (Decision.objects.count(), Publication.objects.count())
    with pytest.raises(Refused) as refused:
        act(*args, **fields)
    assert (Decision.objects.count(), Publication.objects.count()) == before
    return refused.value.reasons


def proposed(world: World) -> Decision:
    claim = world.claim()
    return world.proposal(claim, world.passage(claim, "courier", "wire"))


@pytest.mark.parametrize("leave", LEAVING)
def test_the_proposal_of_somebody_who_left_is_not_confirmed_but_returned(leave: Leave) -> None:
    world = World()
    proposal = proposed(world)
    leave(world.reporter)
    assert refusal(confirm, proposal, by=world.editor, stamps=world.stamps) == [HAS_LEFT]
    buttons = reasons_by_verb(proposal.claim, by=world.editor)
    assert (buttons[Verb.CONFIRM], buttons[Verb.RETURN]) == ([HAS_LEFT], [])
    returned = return_proposal(proposal, by=world.editor, rationale="Its author has left.", stamps=world.stamps)
    assert newest_decision(proposal.claim) == returned


def test_somebody_else_proposes_it_anew() -> None:
    world = World()
    proposal = proposed(world)
    switch_off(world.reporter)
    passage = proposal.claim.evidence.get()
    again = world.proposal(proposal.claim, passage, by=world.second_editor, follows=proposal.seq)
    assert confirm(again, by=world.editor, stamps=world.stamps).verdict == "confirmed"


def test_who_came_back_is_signed_for() -> None:
    world = World()
    proposal = proposed(world)
    switch_off(world.reporter)
    User.objects.filter(pk=world.reporter.pk).update(is_active=True)
    assert confirm(proposal, by=world.editor, stamps=world.stamps).verdict == "confirmed"


def test_what_was_confirmed_before_somebody_left_stays() -> None:
    world = World()
    proposal = proposed(world)
    confirmed = confirm(proposal, by=world.editor, stamps=world.stamps)
    switch_off(world.reporter)
    assert confirm(proposal, by=world.editor, stamps=world.stamps) == confirmed


@pytest.mark.parametrize("leave", [*LEAVING, step_down])
def test_the_restoration_that_somebody_proposed_who_left_is_not_signed_but_returned(leave: Leave) -> None:
    world = World()
    world.fact()
    target = Publication.objects.get(position=1)
    said = {"by": world.editor, "rationale": "An order of the court.", "stamps": world.stamps}
    suppress(target, part=Part.TEXT, because="court", public_note="Taken down by order of a court.", **said)
    newest = Decision.objects.order_by("-seq")[0]
    (proposal,) = propose_restoration(target, part=Part.TEXT, follows=newest.seq, **said)
    leave(world.editor)
    told = "editor, who proposed to restore position 1, is no editor any more. Return it, and propose it anew."
    said["by"] = world.second_editor
    assert refusal(restore, proposal, **said) == [told]
    assert return_suppression(proposal, **said).verdict == "returned"
    third = world.person("third-editor", EDITORS)
    newest = Decision.objects.order_by("-seq")[0]
    (again,) = propose_restoration(target, part=Part.TEXT, follows=newest.seq, **said)
    assert restore(again, **said | {"by": third})[0].verdict == "restored"


@pytest.mark.parametrize("leave", [*LEAVING, step_down])
def test_the_draft_of_somebody_who_left_is_not_cut_but_saved_anew(leave: Leave) -> None:
    world = World()
    draft = drafted(world, block(fact(world, "It is closed")))
    leave(world.editor)
    told = "editor, who drafted this, is no editor any more. Save the draft in your own name; another editor cuts it."
    assert refusal(cut, draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps) == [told]
    content = {"headline": draft.headline, "blocks": draft.blocks, "follows": draft.drafted_at}
    mine = save_draft(world.story, by=world.second_editor, stamps=world.stamps, **content)
    assert cut_by(world, mine, by=world.person("third-editor", EDITORS)).publication_id == 2


@pytest.mark.parametrize("leave", [*LEAVING, step_down])
def test_the_lifting_that_somebody_proposed_who_left_is_not_signed_but_returned(leave: Leave) -> None:
    world = World()
    protect(Source.objects.get(slug="minister"), by=world.editor, public_name="an official", stamps=world.stamps)
    minister = Source.objects.get(slug="minister")
    agreed = {"ground": "consent", "record": "Letter of November 20, in the safe."}
    lift = propose_lift(minister, by=world.editor, stamps=world.stamps, **agreed)
    leave(world.editor)
    told = "editor, who proposed it, is no editor any more. Return it; an editor on the list proposes anew."
    assert refusal(sign_lift, lift, by=world.second_editor, stamps=world.stamps) == [told]
    return_lift(lift, by=world.second_editor, stamps=world.stamps)
    lift.refresh_from_db()
    assert (lift.signed_at, lift.returned_by) == (None, world.second_editor)
