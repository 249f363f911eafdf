"""Who signs: names and roles as they are now decide what one may do, and the ledger keeps them as they were."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User

from stories.choices import EDITORS, REPORTERS
from stories.models import Decision
from stories.record.decisions import Refused
from stories.verification import confirm, dispute
from tests.world import World

pytestmark = pytest.mark.django_db


def propose_as(world: World, person: User) -> Decision:
    claim = world.claim()
    return world.proposal(claim, world.passage(claim, "courier", "wire"), by=person)


def rename(person: User) -> None:
    User.objects.filter(pk=person.pk).update(username=f"former-{person.pk}")


def test_a_promoted_proposer_still_cannot_sign_what_they_proposed() -> None:
    world = World()
    proposal = propose_as(world, world.reporter)
    world.reporter.groups.add(Group.objects.get(name=EDITORS))
    with pytest.raises(Refused) as refused:
        confirm(proposal, by=world.reporter, stamps=world.stamps)
    assert refused.value.reasons == ["You proposed this yourself: somebody else has to sign."]


def test_a_renamed_proposer_is_still_the_proposer() -> None:
    world = World()
    proposal = propose_as(world, world.editor)
    rename(world.editor)
    with pytest.raises(Refused) as refused:
        confirm(proposal, by=world.editor, stamps=world.stamps)
    assert refused.value.reasons == ["You proposed this yourself: somebody else has to sign."]


def test_nobody_signs_under_the_user_name_that_proposed() -> None:
    world = World()
    proposal = propose_as(world, world.reporter)
    rename(world.reporter)
    User.objects.filter(pk=world.editor.pk).update(username="reporter")
    with pytest.raises(Refused) as refused:
        confirm(proposal, by=world.editor, stamps=world.stamps)
    assert refused.value.reasons == ["You proposed this yourself: somebody else has to sign."]


def test_the_role_that_counts_for_a_proposal_is_the_one_it_was_made_in() -> None:
    world = World()
    proposal = propose_as(world, world.second_editor)
    world.second_editor.groups.set([Group.objects.get(name=REPORTERS)])
    confirmed = confirm(proposal, by=world.reporter, stamps=world.stamps)
    assert (confirmed.actor_role, confirmed.previous.actor_role) == ("reporter", "editor")


def test_the_ledger_keeps_name_and_role_of_the_time() -> None:
    world = World()
    User.objects.filter(pk=world.editor.pk).update(first_name="New", last_name="Name", username="new-name")
    decision = dispute(world.claim(), by=world.editor, rationale="Doubts.", follows=None, stamps=world.stamps)
    rename(world.editor)
    stored = Decision.objects.get(pk=decision.pk)
    assert (stored.actor_username, stored.actor_name, stored.actor_role) == ("new-name", "New Name", "editor")


@pytest.mark.parametrize("nobody", [AnonymousUser(), User(username="unsaved"), User(pk=4711, username="gone")])
def test_who_is_not_in_the_database_decides_nothing(nobody: User) -> None:
    world = World()
    with pytest.raises(Refused) as refused:
        dispute(world.claim(), by=nobody, rationale="Doubts.", follows=None, stamps=world.stamps)
    assert refused.value.reasons == [
        "Only members of the groups Reporters and Editors decide; being a superuser is not enough."
    ]
