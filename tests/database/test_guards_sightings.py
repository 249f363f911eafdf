"""What the database refuses of sightings and rulings (rule: everything-printed).

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

import pytest

from stories.models import Ruling, Sighting
from tests.rows import Desk, Forgeries, run_sql
from tests.world import NOON

FORGERIES = Forgeries()
breaking = FORGERIES.breaking


def ruling(desk: Desk, *, by: str = "editor", surname: str = "roe") -> Ruling:
    """What a reader says of one."""
    person = getattr(desk.world, by)
    return Ruling.objects.create(
        sighting=desk.stop("Mayor Roe", surname=surname),
        is_another=True,
        reason="The mayor.",
        by=person,
        by_username=person.username,
        at=NOON,
    )


@breaking("sighting_no_update")
def hide_what_was_tried(desk: Desk) -> None:
    Sighting.objects.filter(pk=desk.stop("Mayor Roe").pk).update(text="")


@breaking("sighting_no_delete")
def drop_what_was_tried(desk: Desk) -> None:
    desk.stop("Mayor Roe")
    run_sql("DELETE FROM stories_sighting WHERE id = (SELECT max(id) FROM stories_sighting)")


@breaking("ruling_no_update")
def turn_a_ruling_round(desk: Desk) -> None:
    Ruling.objects.filter(pk=ruling(desk).pk).update(is_another=False)


@breaking("ruling_no_delete")
def drop_a_ruling(desk: Desk) -> None:
    run_sql("DELETE FROM stories_ruling")


@breaking("ruling_by_a_reader")
def rule_without_being_on_the_list(desk: Desk) -> None:
    ruling(desk, by="second_editor")


@breaking("ruling_on_a_surname")
def call_a_whole_name_another_persons(desk: Desk) -> None:
    ruling(desk, surname="")


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)


def test_every_row_saved_again_as_it_is_passes(desk: Desk) -> None:
    for model in (Sighting, Ruling):
        for row in model._default_manager.all():
            row.save()
