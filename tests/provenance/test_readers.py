"""Who reads a protected name, who keeps the list, looks, names of before (rules: reader-lists, former-names)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import User

from stories.chain import Refused
from stories.choices import AUDITORS, EDITORS
from stories.models import Alias, NameLook, NameReader, Source
from stories.provenance.protected import protected_sources
from stories.provenance.readers import (
    add_reader,
    appoint,
    begin_list,
    is_reader,
    name_for,
    readers_of,
    remove_reader,
    responsible_for,
)
from tests.world import World, on_record

pytestmark = pytest.mark.django_db


class Listed:
    """A protected source that the editor recorded, and people with every claim to see its name but one."""

    def __init__(self) -> None:
        self.world = World()
        self.clerk = protected(self.world)
        begin_list(self.clerk, by=self.world.editor, stamps=self.world.stamps)
        self.auditor = self.world.person("auditor", AUDITORS)
        self.superuser = self.world.person("superuser", is_superuser=True)

    def add(self, person: User) -> None:
        add_reader(self.clerk, person, by=self.world.editor, stamps=self.world.stamps)


def protected(world: World) -> Source:
    return world.source("clerk", "Jane Roe", "person", confidential=True, public_name="a Harbour Board clerk")


def reasons(act: Callable[[], None]) -> list[str]:
    """Why `act` is refused, having written nothing."""
    before = list(NameReader.objects.values())
    with pytest.raises(Refused) as refusal:
        act()
    assert list(NameReader.objects.values()) == before
    return refusal.value.reasons


def test_who_records_a_protected_source_is_on_its_list_and_an_editor_is_responsible() -> None:
    listed = Listed()
    assert readers_of(listed.clerk) == [listed.world.editor]
    assert responsible_for(listed.clerk) == listed.world.editor


def test_a_reporter_is_on_the_list_and_names_the_responsible_editor() -> None:
    world = World()
    clerk = protected(world)
    begin_list(clerk, by=world.reporter, stamps=world.stamps)
    assert (readers_of(clerk), responsible_for(clerk)) == ([world.reporter], None)
    outsider = reasons(lambda: appoint(clerk, world.editor, by=world.editor))
    assert outsider == ["Only those on the reader list of this source do this."]
    appoint(clerk, world.editor, by=world.reporter, stamps=world.stamps)
    assert readers_of(clerk) == [world.reporter, world.editor]
    assert responsible_for(clerk) == world.editor


def test_a_list_that_has_begun_does_not_begin_again() -> None:
    listed = Listed()
    begin_list(listed.clerk, by=listed.world.second_editor)
    assert readers_of(listed.clerk) == [listed.world.editor]


def test_everybody_else_reads_the_public_name_superusers_and_auditors_included() -> None:
    listed = Listed()
    world = listed.world
    people = [world.reporter, world.second_editor, listed.auditor, listed.superuser, world.editor]
    assert [name_for(listed.clerk, person) for person in people] == [*["a Harbour Board clerk"] * 4, "Jane Roe"]
    assert [is_reader(person, listed.clerk) for person in people] == [False, False, False, False, True]


def test_a_code_stands_for_the_name() -> None:
    listed = Listed()
    Source.objects.filter(pk=listed.clerk.pk).update(code="K-17")
    clerk = Source.objects.get(pk=listed.clerk.pk)
    assert (str(clerk), clerk.printed_name) == ("K-17", "a Harbour Board clerk")
    assert name_for(clerk, listed.world.reporter) == "K-17"


def test_sources_sort_by_what_everybody_sees() -> None:
    world = World()
    for slug, name, code in (("one", "Aaron Ames", "X-1"), ("two", "Zoe Zell", "A-1")):
        world.source(slug, name, "person", confidential=True, public_name="a harbour pilot", code=code)
    order = ["A-1", "Harbour report", "Minister of Harbours", "The Courier", "The Mirror", "Wire", "X-1"]
    assert [str(one) for one in Source.objects.exclude(slug="official")] == order
    for one in Source.objects.exclude(slug="official"):
        world.alias(one.slug, "it", printable=False)
    assert [str(one.source) for one in Alias.objects.select_related("source")] == order


def test_a_look_is_on_record_once_a_person_and_day() -> None:
    listed = Listed()
    stamps = listed.world.stamps
    for _ in range(2):
        name_for(listed.clerk, listed.world.editor, stamps=stamps)
    name_for(listed.clerk, listed.world.reporter, stamps=stamps)
    looks = NameLook.objects.values_list("source", "person", "day")
    assert list(looks) == [(listed.clerk.pk, listed.world.editor.pk, date(2025, 11, 21))]


def test_the_name_of_an_open_source_is_no_secret_and_no_look() -> None:
    world = World()
    assert name_for(world.source("wire"), world.reporter) == "Wire"
    assert NameLook.objects.count() == 0


def test_the_responsible_editor_adds_and_removes_readers_and_nobody_else_does() -> None:
    listed = Listed()
    world = listed.world
    listed.add(world.reporter)
    assert readers_of(listed.clerk) == [world.editor, world.reporter]
    for other in (world.reporter, world.second_editor, listed.superuser):
        only = ["Only the editor responsible for this source changes who reads its name."]
        assert reasons(lambda by=other: add_reader(listed.clerk, listed.auditor, by=by)) == only
    remove_reader(listed.clerk, world.reporter, by=world.editor)
    assert name_for(listed.clerk, world.reporter) == "a Harbour Board clerk"
    row = NameReader.objects.get(person=world.reporter)
    assert (row.added_by, row.retired_by, row.retired_at is not None) == (world.editor, world.editor, True)


def test_a_reader_leaves_the_list_but_the_responsible_editor_hands_over_first() -> None:
    listed = Listed()
    listed.add(listed.world.reporter)
    remove_reader(listed.clerk, listed.world.reporter, by=listed.world.reporter)
    assert readers_of(listed.clerk) == [listed.world.editor]
    first = ["The responsible editor stays on the list: hand the source over first."]
    assert reasons(lambda: remove_reader(listed.clerk, listed.world.editor, by=listed.world.editor)) == first


def test_nobody_is_added_twice_and_nobody_who_left() -> None:
    listed = Listed()
    world = listed.world
    gone = world.person("gone", EDITORS, is_active=False)
    assert reasons(lambda: listed.add(world.editor)) == ["editor is on the list already."]
    assert reasons(lambda: listed.add(gone)) == ["gone does not work on this desk (any more)."]
    not_there = reasons(lambda: remove_reader(listed.clerk, world.reporter, by=world.editor))
    assert not_there == ["reporter is not on the list."]


def test_handing_over_leaves_who_hands_over_on_the_list() -> None:
    listed = Listed()
    world = listed.world
    appoint(listed.clerk, world.second_editor, by=world.editor, stamps=world.stamps)
    assert responsible_for(listed.clerk) == world.second_editor
    assert readers_of(listed.clerk) == [world.editor, world.second_editor]
    assert NameReader.objects.current().filter(is_responsible=True).count() == 1
    again = reasons(lambda: appoint(listed.clerk, world.second_editor, by=world.second_editor))
    assert again == ["second-editor is responsible for this source already."]
    no_editor = reasons(lambda: appoint(listed.clerk, world.reporter, by=world.second_editor))
    assert no_editor == ["reporter is no editor: only an editor is responsible for a source."]


def test_a_source_without_a_list_is_taken_on_by_an_editor_alone() -> None:
    world = World()
    clerk = protected(world)
    others = reasons(lambda: appoint(clerk, world.second_editor, by=world.editor))
    assert others == ["Nobody is on the list: take the source on yourself, then add others."]
    only = ["Only an editor takes on a source that nobody is responsible for."]
    assert reasons(lambda: appoint(clerk, world.editor, by=world.reporter)) == only
    appoint(clerk, world.editor, by=world.editor)
    assert readers_of(clerk) == [world.editor]


def test_who_lost_their_place_reads_no_name() -> None:
    listed = Listed()
    world = listed.world
    User.objects.filter(pk=world.editor.pk).update(is_active=False)
    assert name_for(listed.clerk, world.editor) == "a Harbour Board clerk"
    assert (readers_of(listed.clerk), responsible_for(listed.clerk)) == ([], None)
    appoint(listed.clerk, world.second_editor, by=world.second_editor)
    assert readers_of(listed.clerk) == [world.second_editor]


def test_an_open_source_has_no_list() -> None:
    world = World()
    wire = world.source("wire")
    no_list = ["This source is not protected, so it has no reader list."]
    assert reasons(lambda: add_reader(wire, world.reporter, by=world.editor)) == no_list


def names_by_public_name() -> dict[str, list[str]]:
    """What is looked for, by what it may be called."""
    return {one.source.public_name: list(one.names) for one in protected_sources()}


def test_a_renamed_source_keeps_its_former_names_protected() -> None:
    listed = Listed()
    listed.world.alias("clerk", "J. Roe")
    for name in ("J. R.", "K-17"):
        on_record(Source.objects.filter(pk=listed.clerk.pk), name=name)
    assert names_by_public_name() == {"a Harbour Board clerk": ["K-17", "Jane Roe", "J. R.", "J. Roe"]}


def test_protecting_a_source_under_a_code_protects_the_name_that_it_had() -> None:
    world = World()
    minister = world.source("minister")
    on_record(Source.objects.filter(pk=minister.pk), name="K-17", confidential=True, public_name="an official")
    assert names_by_public_name() == {"an official": ["K-17", "Minister of Harbours"]}


def test_the_former_name_of_an_open_source_is_forgotten() -> None:
    world = World()
    on_record(Source.objects.filter(slug="wire"), name="The Wire")
    world.source("wire")
    assert names_by_public_name() == {}
    assert not world.source("wire").former_names.exists()
