"""What keeps the derived tables is missed as a guard is, and `migrate` makes up for what came past it."""

import pytest
from django.core.management import call_command
from django.db import connection

from stories.audit import find_violations
from stories.database import Keeper, triggers_of
from stories.insight.standing import facts_in_trouble, weigh_facts
from stories.intake.passages import retire_evidence
from stories.models import Claim, FactInForce, Story
from stories.monitor.health import problems
from stories.verification import newest_decision, withdraw
from tests.rows import drop_each, settle
from tests.world import NOON, World, anybody, on_record

pytestmark = pytest.mark.django_db

KEEPERS = [one for one in triggers_of(connection) if isinstance(one, Keeper)]


@pytest.mark.parametrize("keeper", KEEPERS, ids=lambda keeper: keeper.trigger)
def test_a_dropped_one_is_missed_and_migrate_puts_it_up_again(keeper: Keeper) -> None:
    drop_each(keeper.trigger)
    assert problems(connection) == [
        f"Triggers of the database that do not stand: {keeper.trigger} on {keeper.table} is missing."
    ]
    call_command("migrate", verbosity=0)
    assert problems(connection) == []


def test_one_that_does_something_else_is_missed() -> None:
    drop_each("worklist_decision_insert")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            work = "BEGIN SELECT 1; END"
        else:
            work = "FOR EACH ROW EXECUTE FUNCTION worklist_claim_insert()"
        cursor.execute(f"CREATE TRIGGER worklist_decision_insert AFTER INSERT ON stories_decision {work}")
    assert problems(connection) == [
        "Triggers of the database that do not stand: worklist_decision_insert on stories_decision differs."
    ]


@pytest.fixture
def world(db: None) -> World:
    return World()


def mended() -> list[str]:
    """What check_desk says after `migrate`."""
    settle()
    call_command("migrate", verbosity=0)
    return [one.reason for one in find_violations()]


def test_claims_and_decisions_that_came_past_are_made_up_for(world: World) -> None:
    known, moved = world.claim("The harbour is closed."), world.claim("The bridge is shut.")
    fact = world.fact(world.claim("The quay is closed."))
    settle()
    drop_each("worklist_claim_insert", "worklist_claim_update", "worklist_decision_insert")
    world.fact(world.claim("The road is closed."))
    world.proposal(known, world.passage(known, "courier", "wire"))
    on_record(
        Claim.objects.filter(pk=moved.pk), story=Story.objects.create(slug="other", title="Other", created_at=NOON)
    )
    take_down(world, fact)
    assert sorted(one.reason for one in find_violations()) == [
        "the queue does not know it",
        "the queue has it otherwise (state, in_force, newest_id)",
        "the queue has it otherwise (state, newest_id, actor_id, actor_role)",
        "the queue has it otherwise (story_id)",
    ]
    assert mended() == []


def test_facts_that_began_or_ended_past_the_list_are_made_up_for(world: World) -> None:
    fact = world.fact(world.claim("The quay is closed."))
    settle()
    drop_each("guard_publication_keeps_facts_in_force")
    world.fact(world.claim("The road is closed."))
    take_down(world, fact)
    assert list(FactInForce.objects.values_list("position", flat=True)) == [1]
    assert mended() == []
    assert list(FactInForce.objects.values_list("position", flat=True)) == [2]


def test_a_change_past_the_triggers_lists_every_fact_to_be_weighed(world: World) -> None:
    fact = world.fact(world.claim("The quay is closed."))
    settle()
    drop_each("doubt_evidence_update")
    retire_evidence(fact.evidence.get(), by=anybody())
    assert weigh_facts() == []
    assert mended() == []
    assert weigh_facts() == facts_in_trouble() != []


def take_down(world: World, claim: Claim) -> None:
    """Withdraw the fact of `claim`."""
    newest = newest_decision(claim)
    assert newest is not None
    note = {"correction_kind": "correction", "public_note": "It was open."}
    withdraw([claim], by=world.editor, rationale="Wrong.", follows={claim.pk: newest.seq}, stamps=world.stamps, **note)
