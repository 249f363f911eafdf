"""Whatever decides what may be printed changes with a name, a time and, where grave, a reason."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from stories.changes.writing import NEEDS_A_REASON, save_on_record
from stories.models import Alias, Change, Source
from tests.world import NOON, World

COLUMNS = ("noun", "row", "field", "number", "was", "became", "by_username", "reason")


@pytest.fixture
def world(db: None) -> World:
    return World()


def on_the_record(**of: str) -> list[tuple[object, ...]]:
    return list(Change.objects.filter(**of).order_by("pk").values_list(*COLUMNS))


def test_a_change_says_what_it_was_what_it_became_and_who_changed_it_why(world: World) -> None:
    world.editor.first_name, world.editor.last_name = "Night", "Editor"
    world.editor.save()
    source = world.source("courier")
    source.name = "Evening Courier"
    (change,) = save_on_record(source, by=world.editor, reason="They merged.", stamps=world.stamps)
    assert on_the_record() == [
        ("source", "courier", "name", 1, "The Courier", "Evening Courier", "editor", "They merged.")
    ]
    assert (change.by, change.by_name, change.at) == (world.editor, "Night Editor", world.stamps.time)
    assert Source.objects.get(slug="courier").name == "Evening Courier"


def test_every_changed_column_has_a_line_and_a_second_change_takes_the_next_number(world: World) -> None:
    article = world.article("courier", "Closed.", slug="closed")
    original = world.article("wire", "Closed.", slug="original")
    article.status, article.retracted_at, article.copy_of = "retracted", NOON, original
    save_on_record(article, by=world.editor, reason="Taken down.", stamps=world.stamps)
    article.status, article.retracted_at = "current", None
    save_on_record(article, by=world.reporter, reason="Back again.", stamps=world.stamps)
    assert [line[2:7] for line in on_the_record(row="closed")] == [
        ("status", 1, "current", "retracted", "editor"),
        ("retracted_at", 1, "", "2025-11-21T12:00:00.000Z", "editor"),
        ("copy_of", 1, "", "original", "editor"),
        ("status", 2, "retracted", "current", "reporter"),
        ("retracted_at", 2, "2025-11-21T12:00:00.000Z", "", "reporter"),
    ]


def test_what_decides_nothing_is_saved_without_a_line(world: World) -> None:
    source = world.source("courier")
    source.notes = "Call first."
    assert save_on_record(source, by=world.editor, stamps=world.stamps) == []
    assert (Source.objects.get(slug="courier").notes, Change.objects.count()) == ("Call first.", 0)


def test_saving_a_row_as_it_is_writes_no_line(world: World) -> None:
    for row in (world.source("courier"), world.story, world.claim(), world.article("courier", "Closed.")):
        assert save_on_record(row, by=world.editor, stamps=world.stamps) == []
    assert Change.objects.count() == 0


def test_a_spelling_comes_and_stops_being_a_name_to_print_on_record(world: World) -> None:
    alias = Alias(source=world.source("wire"), text="the Wire/agency", printable=True)
    save_on_record(alias, by=world.reporter, stamps=world.stamps)
    alias.printable = False
    save_on_record(alias, by=world.editor, stamps=world.stamps)
    assert [line[:7] for line in on_the_record()] == [
        ("alias", "wire/the Wire/agency", "printable", 1, "", "true", "reporter"),
        ("alias", "wire/the Wire/agency", "printable", 2, "true", "false", "editor"),
    ]


@pytest.mark.parametrize(
    ("slug", "columns"),
    [
        ("article", {"status": "corrected"}),
        ("article", {"copy_of": "original"}),
        ("source", {"confidential": True, "public_name": "an official"}),
        ("source", {"public_name": "an official"}),
    ],
    ids=str,
)
def test_a_grave_change_needs_a_reason(world: World, slug: str, columns: dict[str, object]) -> None:
    original = world.article("wire", "Closed.")
    row = world.source("official") if slug == "source" else world.article("courier", "Closed.")
    for name, value in columns.items():
        setattr(row, name, original if value == "original" else value)
    with pytest.raises(ValidationError) as refused:
        save_on_record(row, by=world.editor, reason=" \u200b", stamps=world.stamps)
    assert refused.value.messages == [NEEDS_A_REASON]
    assert Change.objects.count() == 0
    assert len(save_on_record(row, by=world.editor, reason="They asked us.", stamps=world.stamps)) == len(columns)


def test_nobody_who_has_left_changes_anything(world: World) -> None:
    User.objects.filter(pk=world.editor.pk).update(is_active=False)
    source = world.source("courier")
    source.name = "Evening Courier"
    for somebody in (world.editor, User(username="nobody")):
        with pytest.raises(ValidationError, match="active account"):
            save_on_record(source, by=somebody, stamps=world.stamps)
    assert (Source.objects.get(slug="courier").name, Change.objects.count()) == ("The Courier", 0)


def test_the_time_of_a_column_never_runs_back(world: World) -> None:
    source = world.source("courier")
    source.name = "Evening Courier"
    save_on_record(source, by=world.editor, stamps=world.stamps)
    first, world.stamps.time = world.stamps.time, NOON - timedelta(days=1)
    source.name = "Morning Courier"
    (change,) = save_on_record(source, by=world.editor, stamps=world.stamps)
    assert change.at == first


def test_what_it_was_is_asked_of_the_database_and_not_of_memory(world: World) -> None:
    """Two people have the row in memory: the second line begins where the first ended."""
    first, second = (Source.objects.get(slug="courier") for _ in range(2))
    first.name, second.name = "Evening Courier", "Morning Courier"
    save_on_record(first, by=world.reporter, stamps=world.stamps)
    save_on_record(second, by=world.editor, stamps=world.stamps)
    assert [line[3:6] for line in on_the_record(field="name")] == [
        (1, "The Courier", "Evening Courier"),
        (2, "Evening Courier", "Morning Courier"),
    ]


def test_it_takes_the_same_queries_however_long_the_record_is(world: World, django_assert_num_queries) -> None:
    source = world.source("courier")
    for number in range(3):
        source.name = f"Courier {number}"
        with django_assert_num_queries(7):
            save_on_record(source, by=world.editor, stamps=world.stamps)
