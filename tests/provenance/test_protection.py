"""Protecting a source is anybody's, at once; taking protection off takes a ground and two editors (rule: lifting)."""

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from stories.chain import Refused, format_time
from stories.models import Lift, Source
from stories.provenance.protected import protected_sources
from stories.provenance.protection import add_spelling, propose_lift, protect, rename, return_lift, sign_lift
from stories.provenance.readers import add_reader, appoint, readers_of, responsible_for
from tests.world import World

pytestmark = pytest.mark.django_db

ONLY_ON_THE_LIST = ["Only those on the reader list of this source do this."]
AGREED = {"ground": "consent", "record": "Letter of November 20, in the safe."}


class Protected:
    """The minister, protected by the editor."""

    def __init__(self) -> None:
        self.world = World()
        protect(self.row, by=self.world.editor, public_name="an official", stamps=self.world.stamps)

    @property
    def row(self) -> Source:
        return Source.objects.get(slug="minister")

    def propose(self, by: User | None = None, **fields: str) -> Lift:
        return propose_lift(self.row, by=by or self.world.editor, stamps=self.world.stamps, **AGREED | fields)

    def refuses(self, act: Callable[[], object]) -> list[str]:
        """Why `act` is refused, having written nothing."""
        before = (Source.objects.filter(slug="minister").values().get(), list(Lift.objects.values()))
        with pytest.raises(Refused) as refusal:
            act()
        assert (Source.objects.filter(slug="minister").values().get(), list(Lift.objects.values())) == before
        return refusal.value.reasons


def time_of(lift: Lift) -> str:
    """When `lift` was ended, as the database has it."""
    lift.refresh_from_db()
    at = lift.signed_at or lift.returned_at
    assert at is not None
    return format_time(at)


def test_anybody_protects_a_source_at_once_and_is_on_its_list() -> None:
    world = World()
    minister = world.source("minister")
    protect(minister, by=world.reporter, public_name="an official", code="K-17")
    minister.refresh_from_db()
    assert (minister.confidential, str(minister), minister.printed_name) == (True, "K-17", "an official")
    assert (readers_of(minister), responsible_for(minister)) == ([world.reporter], None)


def test_protecting_takes_a_role_and_a_public_name_and_happens_once() -> None:
    protected = Protected()
    world = protected.world
    again = protected.refuses(lambda: protect(protected.row, by=world.editor, public_name="somebody"))
    assert again == ["This source is protected already."]
    wire, nobody = world.source("wire"), world.person("superuser", is_superuser=True)
    assert protected.refuses(lambda: protect(wire, by=nobody, public_name=" ")) == [
        "Reporters and editors protect a source.",
        "The public name is blank: give one that readers can be shown. Good: a senior official.",
    ]
    assert Source.objects.filter(confidential=True).count() == 1


def test_what_django_noted_names_a_protected_source_no_more() -> None:
    world = World()
    minister = world.source("minister")
    LogEntry.objects.log_actions(
        world.editor.pk,
        [minister],
        CHANGE,
        single_object=True,
        change_message="Voice “Minister of Harbours may be Wire”.",
    )
    protect(minister, by=world.editor, public_name="an official")
    noted = LogEntry.objects.get()
    assert (noted.object_repr, noted.change_message) == ("an official", "Voice “an official may be Wire”.")


def test_those_on_the_list_rename_and_spell_and_old_names_stay_protected() -> None:
    protected = Protected()
    world = protected.world
    add_spelling(protected.row, by=world.editor, text="Min. of Harbours")
    rename(protected.row, by=world.editor, name="K-17")
    (one,) = protected_sources()
    assert sorted(one.names) == ["K-17", "Min. of Harbours", "Minister of Harbours"]
    for act in (
        lambda: rename(protected.row, by=world.second_editor, name="Somebody"),
        lambda: add_spelling(protected.row, by=world.second_editor, text="Somebody"),
    ):
        assert protected.refuses(act) == ONLY_ON_THE_LIST


def test_one_editor_proposes_on_a_ground_and_another_signs() -> None:
    protected = Protected()
    world = protected.world
    lift = protected.propose()
    assert protected.row.confidential
    sign_lift(lift, by=world.second_editor, stamps=world.stamps)
    lift.refresh_from_db()
    minister = protected.row
    assert (minister.confidential, minister.lift, str(minister)) == (False, lift, "Minister of Harbours")
    assert (lift.proposed_by, lift.signed_by, lift.ground) == (world.editor, world.second_editor, "consent")


def test_a_proposal_takes_an_editor_on_the_list_a_ground_and_its_record() -> None:
    protected = Protected()
    world = protected.world
    assert protected.refuses(lambda: protected.propose(by=world.second_editor)) == ONLY_ON_THE_LIST
    add_reader(protected.row, world.reporter, by=world.editor)
    reporter = protected.refuses(lambda: protected.propose(by=world.reporter))
    assert reporter == ["Only an editor proposes to take protection off."]
    assert protected.refuses(lambda: protected.propose(ground="", record=" ")) == [
        "Say whether the source agreed, or published it under its own name.",
        "Say where the consent is kept, or where the source published it.",
    ]
    protected.propose()
    twice = protected.refuses(protected.propose)
    assert twice == ["It is proposed already: another editor signs or returns it."]


def test_nobody_signs_their_own_proposal_and_no_reporter_signs() -> None:
    protected = Protected()
    world = protected.world
    lift = protected.propose()
    own = protected.refuses(lambda: sign_lift(lift, by=world.editor))
    assert own == ["You proposed it: another editor signs."]
    reporter = protected.refuses(lambda: sign_lift(lift, by=world.reporter))
    assert reporter == ["Only an editor signs that protection is taken off."]


def test_a_returned_proposal_leaves_the_source_protected_and_another_may_follow() -> None:
    protected = Protected()
    world = protected.world
    lift = protected.propose()
    return_lift(lift, by=world.second_editor, stamps=world.stamps)
    told = [f"Returned meanwhile by second-editor at {time_of(lift)}: the source stayed protected."]
    for end in (sign_lift, return_lift):
        assert protected.refuses(partial(end, lift, by=world.second_editor)) == told
    sign_lift(protected.propose(ground="publication"), by=world.second_editor)
    assert not protected.row.confidential


def test_of_a_lifting_that_was_signed_who_was_slower_is_told_so_and_nothing_is_written() -> None:
    protected = Protected()
    world = protected.world
    lift = protected.propose()
    sign_lift(lift, by=world.second_editor, stamps=world.stamps)
    told = [f"Signed meanwhile by second-editor at {time_of(lift)}: protection is off."]
    before = list(Lift.objects.values())
    for end in (sign_lift, return_lift):
        assert protected.refuses(partial(end, lift, by=world.person("third", "Editors"))) == told
    assert list(Lift.objects.values()) == before


def test_the_database_refuses_to_take_protection_off_without_a_signed_lifting() -> None:
    protected = Protected()
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.filter(slug="minister").update(confidential=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.filter(slug="minister").update(confidential=False, lift=protected.propose())
    assert protected.row.confidential


def test_a_lifting_takes_protection_off_once() -> None:
    protected = Protected()
    world = protected.world
    lift = protected.propose()
    sign_lift(lift, by=world.second_editor)
    protect(protected.row, by=world.editor, public_name="an official")
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.filter(slug="minister").update(confidential=False, lift=lift)
    sign_lift(protected.propose(), by=world.second_editor)
    assert not protected.row.confidential


def test_protection_comes_back_with_the_list_that_there_was() -> None:
    protected = Protected()
    world = protected.world
    appoint(protected.row, world.second_editor, by=world.editor)
    sign_lift(protected.propose(), by=world.second_editor)
    protect(protected.row, by=world.reporter, public_name="an official")
    assert readers_of(protected.row) == [world.editor, world.second_editor]
