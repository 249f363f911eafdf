"""What the database refuses of protected names (rules: reader-lists, former-names, lifting).

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

import pytest

from stories.models import FormerName, Lift, NameLook, NameReader, Source
from tests.rows import Desk, Forgeries, deleted
from tests.world import NOON, on_record

FORGERIES = Forgeries()
breaking = FORGERIES.breaking


for noun in (NameReader, NameLook, FormerName, Lift):
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


def signed(desk: Desk, lift: Lift, **columns: object) -> int:
    """The key of `lift`, signed by the second editor but for `columns`."""
    signature = {"signed_by": desk.world.second_editor, "signed_by_role": "editor", "signed_at": NOON}
    Lift.objects.filter(pk=lift.pk).update(**signature | columns)
    return lift.pk


@breaking("lift_begins_as_a_proposal")
def propose_it_as_a_reporter(desk: Desk) -> None:
    desk.lift.pk, desk.lift.proposed_by_role = None, "reporter"
    desk.lift.source = desk.world.source("wire")
    desk.lift.save(force_insert=True)


@breaking("lift_begins_as_a_proposal")
def propose_and_sign_in_one_row(desk: Desk) -> None:
    desk.lift.pk, desk.lift.signed_at = None, NOON
    desk.lift.signed_by, desk.lift.signed_by_role = desk.world.second_editor, "editor"
    desk.lift.save(force_insert=True)


@breaking("lift_ends_once")
def give_a_proposal_another_ground(desk: Desk) -> None:
    Lift.objects.filter(pk=desk.lift.pk).update(ground="publication")


@breaking("lift_ends_once")
def sign_what_was_returned(desk: Desk) -> None:
    Lift.objects.filter(pk=desk.lift.pk).update(returned_by=desk.world.second_editor, returned_at=NOON)
    signed(desk, desk.lift, returned_by=None, returned_at=None)


@breaking("lift_signed_by_second_editor")
def sign_ones_own_proposal(desk: Desk) -> None:
    signed(desk, desk.lift, signed_by=desk.world.editor)


@breaking("lift_signed_by_second_editor")
def sign_as_a_reporter(desk: Desk) -> None:
    signed(desk, desk.lift, signed_by_role="reporter")


def take_protection_off(**columns: object) -> None:
    on_record(Source.objects.filter(slug="clerk"), confidential=False, **columns)


@breaking("source_protection_lifted_by_two_editors")
def untick_the_box(desk: Desk) -> None:
    take_protection_off()


@breaking("source_protection_lifted_by_two_editors")
def take_protection_off_by_a_mere_proposal(desk: Desk) -> None:
    take_protection_off(lift_id=desk.lift.pk)


@breaking("source_protection_lifted_by_two_editors")
def take_protection_off_by_the_lifting_of_another_source(desk: Desk) -> None:
    consent = {"ground": "consent", "record": "A letter.", "proposed_by_role": "editor", "proposed_at": NOON}
    other = Lift.objects.create(source=desk.world.source("wire"), proposed_by=desk.world.editor, **consent)
    take_protection_off(lift_id=signed(desk, other))


@breaking("source_protection_lifted_by_two_editors")
def take_protection_off_twice_by_one_lifting(desk: Desk) -> None:
    take_protection_off(lift_id=signed(desk, desk.lift))
    on_record(Source.objects.filter(slug="clerk"), confidential=True)
    take_protection_off()


@breaking("source_keeps_its_lift")
def forget_by_what_protection_was_taken_off(desk: Desk) -> None:
    take_protection_off(lift_id=signed(desk, desk.lift))
    Source.objects.filter(slug="clerk").update(lift=None)


@breaking("source_keeps_its_lift")
def keep_a_lifting_ready(desk: Desk) -> None:
    Source.objects.filter(slug="clerk").update(lift=signed(desk, desk.lift))


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)


def test_every_row_saved_again_as_it_is_passes(desk: Desk) -> None:
    for model in (NameReader, NameLook, FormerName, Lift):
        for row in model._default_manager.all():
            row.save()


def test_a_reader_is_retired(desk: Desk) -> None:
    readers = NameReader.objects.filter(person=desk.world.reporter)
    assert readers.update(retired_at=NOON, retired_by=desk.world.editor) == 1


def test_whoever_renames_a_protected_source_its_former_names_are_kept(desk: Desk) -> None:
    assert list(FormerName.objects.values_list("source__slug", "text")) == [("clerk", "Jane Roe"), ("clerk", "J. Roe")]
