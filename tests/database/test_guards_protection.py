"""What the database refuses in the lists of who reads a protected name (rules: reader-lists, former-names).

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

import pytest
from django.db import connection

from stories.models import FormerName, NameLook, NameReader
from tests.rows import Desk, Forgeries
from tests.world import NOON

FORGERIES = Forgeries()
breaking = FORGERIES.breaking


def deleted(model: type):
    """A forger who deletes the newest row of `model`."""
    table = model._meta.db_table

    def forge(desk: Desk) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})")

    forge.__name__ = f"delete_from_{table}"
    return forge


for noun in (NameReader, NameLook, FormerName):
    breaking(f"{noun._meta.model_name}_no_delete")(deleted(noun))


@breaking("namereader_only_retired")
def give_a_place_on_the_list_to_somebody_else(desk: Desk) -> None:
    NameReader.objects.filter(person=desk.world.reporter).update(person=desk.world.second_editor)


@breaking("namereader_only_retired")
def make_a_reader_responsible(desk: Desk) -> None:
    NameReader.objects.filter(person=desk.world.editor).update(retired_at=NOON, retired_by=desk.world.editor)
    NameReader.objects.filter(person=desk.world.reporter).update(is_responsible=True)


@breaking("namereader_only_retired")
def put_who_was_taken_off_back_on(desk: Desk) -> None:
    rows = NameReader.objects.filter(person=desk.world.reporter)
    rows.update(retired_at=NOON, retired_by=desk.world.editor)
    rows.update(retired_at=None, retired_by=None)


@breaking("namelook_no_update")
def lay_a_look_on_somebody_else(desk: Desk) -> None:
    NameLook.objects.filter(person=desk.world.reporter).update(person=desk.world.second_editor)


@breaking("formername_no_update")
def forget_a_former_name(desk: Desk) -> None:
    FormerName.objects.filter(text="Jane Roe").update(text="Somebody")


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)


def test_every_row_saved_again_as_it_is_passes(desk: Desk) -> None:
    for model in (NameReader, NameLook, FormerName):
        for row in model._default_manager.all():
            row.save()


def test_a_reader_is_retired(desk: Desk) -> None:
    readers = NameReader.objects.filter(person=desk.world.reporter)
    assert readers.update(retired_at=NOON, retired_by=desk.world.editor) == 1


def test_whoever_renames_a_protected_source_its_former_names_are_kept(desk: Desk) -> None:
    assert list(FormerName.objects.values_list("source__slug", "text")) == [("clerk", "Jane Roe"), ("clerk", "J. Roe")]
