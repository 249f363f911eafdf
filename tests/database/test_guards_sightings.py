"""What the database refuses of sightings and rulings (rule: everything-printed).

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

import pytest
from django.db import connection

from stories.models import Ruling, Sighting
from tests.rows import Desk, Forgeries
from tests.world import NOON

FORGERIES = Forgeries()
breaking = FORGERIES.breaking


def sighting(desk: Desk, *, surname: str = "roe") -> Sighting:
    """A text that was stopped."""
    return Sighting.objects.create(
        source=desk.world.source("clerk"),
        place="wording",
        story="harbour",
        text="Roe closed it.",
        text_sha256="0" * 64,
        words="Roe",
        surname=surname,
        by=desk.world.second_editor,
        by_username="second-editor",
        at=NOON,
    )


def ruling(desk: Desk, *, by: str = "editor", surname: str = "roe") -> Ruling:
    """What a reader says of one."""
    person = getattr(desk.world, by)
    return Ruling.objects.create(
        sighting=sighting(desk, surname=surname),
        is_another=True,
        reason="The mayor.",
        by=person,
        by_username=person.username,
        at=NOON,
    )


@breaking("sighting_no_update")
def hide_what_was_tried(desk: Desk) -> None:
    Sighting.objects.filter(pk=sighting(desk).pk).update(text="")


@breaking("sighting_no_delete")
def drop_what_was_tried(desk: Desk) -> None:
    sighting(desk)
    run("DELETE FROM stories_sighting")


@breaking("ruling_no_update")
def turn_a_ruling_round(desk: Desk) -> None:
    Ruling.objects.filter(pk=ruling(desk).pk).update(is_another=False)


@breaking("ruling_no_delete")
def drop_a_ruling(desk: Desk) -> None:
    ruling(desk)
    run("DELETE FROM stories_ruling")


@breaking("ruling_by_a_reader")
def rule_without_being_on_the_list(desk: Desk) -> None:
    ruling(desk, by="second_editor")


@breaking("ruling_on_a_surname")
def call_a_whole_name_another_persons(desk: Desk) -> None:
    ruling(desk, surname="")


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)


def test_every_row_saved_again_as_it_is_passes(desk: Desk) -> None:
    ruling(desk)
    for model in (Sighting, Ruling):
        for row in model._default_manager.all():
            row.save()
