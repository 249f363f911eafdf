"""What the database refuses where what decides what may be printed changes (rule: changes-have-names).

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection

from stories.changes.deciding import DECIDING, key_of, noun_of, write_value
from stories.changes.writing import save_on_record
from stories.models import Alias, Article, Change, Claim, Contradiction, Discrepancy, Evidence, Source, Story, Voice
from tests.rows import Desk, Forgeries, append, undone
from tests.world import NOON, anybody, retire

FORGERIES = Forgeries()
breaking = FORGERIES.breaking

OTHER: dict[str, Any] = {
    "title": "Another",
    "name": "Another",
    "public_name": "somebody",
    "separate_because": "Met.",
    "headline": "Another",
    "url": "https://elsewhere.example/",
    "published": "2020",
    "authentication": "By phone.",
    "statement": "The quay is open.",
    "language": "uk",
}


def line(row: Any, field: str, became: Any, **columns: Any) -> Change:
    """The next line of `field` of `row`, to what would be written as `became`; with other `columns`."""
    named = {"noun": noun_of(type(row)), "row": key_of(row), "field": field}
    by = columns.pop("by", anybody())
    values = {"number": Change.objects.filter(**named).count() + 1, "was": write_value(row, field), "became": became}
    values |= {"by": by, "by_username": by.username, "at": NOON + timedelta(days=1), **named}
    return Change(**values | columns)


def other_value(desk: Desk, row: Any, field: str) -> Any:
    """A value that `field` of `row` does not have."""
    if field in ("confidential", "printable"):
        return not getattr(row, field)
    if field == "retracted_at":
        return NOON
    if field == "status":
        return "corrected"
    if field == "kind":
        return "document" if isinstance(row, Source) else "figure"
    if field == "copy_of":
        return Article.objects.exclude(pk=row.pk)[0]
    if field in ("institution", "says"):
        return desk.world.source("report")
    if field == "story":
        return Story.objects.get(slug="empty")
    return OTHER[field]


def rows_to_change(desk: Desk) -> list[Any]:
    """A row of every model that has deciding columns."""
    source = desk.world.source("official")
    Source.objects.filter(pk=source.pk, public_name="").update(notes="Seen.")
    return [desk.world.story, source, desk.alias, desk.passage.article, desk.unverified]


def changed_unsaid(model: type, field: str):
    """A forger who changes `field` of a row of `model` and leaves no line."""

    def forge(desk: Desk) -> None:
        row = next(one for one in rows_to_change(desk) if type(one) is model)
        columns = {field: other_value(desk, row, field)}
        if field == "retracted_at":
            columns["status"] = "retracted"
            append(line(row, "status", "retracted"))
        if field == "confidential":
            columns["public_name"] = "an official"
            append(line(row, "public_name", "an official"))
        type(row)._default_manager.filter(pk=row.pk).update(**columns)

    forge.__name__ = f"change_{field}_of_a_{noun_of(model)}_unsaid"
    return forge


for model, fields in DECIDING.items():
    for field in fields:
        breaking(f"{noun_of(model)}_changes_on_record")(changed_unsaid(model, field))


@breaking("source_changes_on_record")
def say_another_value_than_one_writes(desk: Desk) -> None:
    wire = desk.world.source("wire")
    append(line(wire, "name", "The Wire"))
    Source.objects.filter(pk=wire.pk).update(name="A liar")


@breaking("source_changes_on_record")
def say_that_it_was_something_else(desk: Desk) -> None:
    wire = desk.world.source("wire")
    append(line(wire, "name", "The Wire", was="A liar"))
    Source.objects.filter(pk=wire.pk).update(name="The Wire")


@breaking("source_changes_on_record")
def say_it_of_another_source(desk: Desk) -> None:
    append(line(desk.world.source("mirror"), "name", "The Wire", was="Wire"))
    Source.objects.filter(slug="wire").update(name="The Wire")


@breaking("source_changes_on_record")
def replay_a_change_that_was_taken_back(desk: Desk) -> None:
    wire = desk.world.source("wire")
    for name in ("The Wire", "Wire"):
        wire.name = name
        save_on_record(wire, by=desk.world.editor)
    Source.objects.filter(pk=wire.pk).update(name="The Wire")


@breaking("alias_comes_on_record")
def add_a_spelling_unsaid(desk: Desk) -> None:
    append(Alias(source=desk.world.source("wire"), text="The Wire", printable=True))


@breaking("alias_comes_on_record")
def add_a_spelling_as_something_else(desk: Desk) -> None:
    alias = Alias(source=desk.world.source("wire"), text="The Wire", printable=True)
    append(line(alias, "printable", "false", was=""))
    append(alias)


@breaking("alias_keeps_its_words")
def respell_a_spelling(desk: Desk) -> None:
    Alias.objects.filter(pk=desk.alias.pk).update(text="Wire Inc.")


@breaking("alias_keeps_its_words")
def give_a_spelling_to_somebody_else(desk: Desk) -> None:
    Alias.objects.filter(pk=desk.alias.pk).update(source=desk.world.source("mirror"))


# ---- The record itself ----------------------------------------------------------------------------------------


@breaking("change_no_delete")
def delete_a_change(desk: Desk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM stories_change WHERE id = (SELECT max(id) FROM stories_change)")


def rewritten(column: str, value: Any):
    """A forger who writes over `column` of a change."""

    def forge(desk: Desk) -> None:
        oldest = Change.objects.order_by("pk")[0].pk
        Change.objects.filter(pk=oldest).update(**{column: value})

    forge.__name__ = f"change_{column}_of_a_change"
    return forge


for column, value in {
    "noun": "story",
    "row": "another",
    "field": "name",
    "number": 9,
    "was": "false",
    "became": "maybe",
    "by_id": 1000,
    "by_username": "somebody",
    "by_name": "Somebody",
    "at": NOON.replace(year=2020),
    "reason": "No reason.",
}.items():
    breaking("change_no_update")(rewritten(column, value))


@breaking("change_of_what_decides")
def put_on_record_what_decides_nothing(desk: Desk) -> None:
    append(line(desk.world.source("wire"), "notes", "Call first."))


@breaking("change_follows_newest")
def leave_a_gap(desk: Desk) -> None:
    append(line(desk.world.source("wire"), "name", "The Wire", number=2))


@breaking("change_follows_newest")
def begin_with_another_value(desk: Desk) -> None:
    append(line(desk.alias, "printable", "maybe", was="false"))


@breaking("change_follows_newest")
def put_a_change_before_the_newest(desk: Desk) -> None:
    append(line(desk.alias, "printable", "false", at=NOON - timedelta(days=1)))


@breaking("change_follows_newest")
def repeat_a_change(desk: Desk) -> None:
    change = Change.objects.get(row=key_of(desk.alias))
    change.pk, change.number = None, 2
    append(change)


def by_somebody_who_left(desk: Desk) -> User:
    """Somebody with an account that was switched off."""
    person = desk.world.person("former-editor", "Editors")
    User.objects.filter(pk=person.pk).update(is_active=False)
    return person


@breaking("change_by_a_person")
def change_in_the_name_of_somebody_who_left(desk: Desk) -> None:
    append(line(desk.alias, "printable", "false", by=by_somebody_who_left(desk)))


@breaking("change_by_a_person")
def change_under_another_name(desk: Desk) -> None:
    append(line(desk.alias, "printable", "false", by=desk.world.editor, by_username="second-editor"))


# ---- Passages, voices, disagreements --------------------------------------------------------------------------


def another_passage(desk: Desk, **columns: Any) -> None:
    passage = Evidence.objects.get(pk=desk.unused.pk)
    passage.pk, passage.uuid, passage.claim = None, UUID(int=1000), desk.prediction
    for name, value in columns.items():
        setattr(passage, name, value)
    append(passage)


def another_voice(desk: Desk, **columns: Any) -> None:
    sources = {"source": desk.world.source("wire"), "same_as": desk.world.source("mirror")}
    append(Voice(**{**sources, "reason": "One desk.", "created_at": NOON, "recorded_by": anybody()} | columns))


for noun, record in {"evidence": another_passage, "voice": another_voice}.items():

    @breaking(f"{noun}_recorded_by_a_person")
    def record_in_nobodys_name(desk: Desk, record: Any = record) -> None:
        record(desk, recorded_by=None)

    @breaking(f"{noun}_recorded_by_a_person")
    def record_what_nobody_retired(desk: Desk, record: Any = record) -> None:
        record(desk, retired_at=NOON)


for noun, model in {"evidence": Evidence, "voice": Voice}.items():

    @breaking(f"{noun}_retired_by_a_person")
    def retire_in_nobodys_name(desk: Desk, model: Any = model) -> None:
        model.objects.filter(pk=model.objects.order_by("pk")[0].pk).update(retired_at=NOON)

    @breaking(f"{noun}_retired_by_a_person")
    def retire_in_the_name_of_somebody_who_left(desk: Desk, model: Any = model) -> None:
        row = model.objects.order_by("pk")[0]
        model.objects.filter(pk=row.pk).update(retired_at=NOON, retired_by=by_somebody_who_left(desk))

    @breaking(f"{noun}_only_retired")
    def say_who_recorded_it_anew(desk: Desk, model: Any = model) -> None:
        model.objects.filter(recorded_by__isnull=False).update(recorded_by=desk.world.second_editor)

    @breaking(f"{noun}_only_retired")
    def say_who_retired_it_anew(desk: Desk, model: Any = model) -> None:
        retire(model.objects, at=NOON)
        model.objects.update(retired_by=desk.world.second_editor)

    @breaking(f"{noun}_only_retired")
    def say_who_will_retire_it(desk: Desk, model: Any = model) -> None:
        model.objects.update(retired_by=desk.world.second_editor)


@breaking("contradiction_opened_by_a_person")
def contradict_in_nobodys_name(desk: Desk) -> None:
    pair = {"first": desk.in_force, "second": desk.unverified}
    append(Contradiction(**pair, note="Not both.", opened_at=NOON, uuid=UUID(int=1000)))


def one_of(desk: Desk, model: Any, **columns: Any) -> Any:
    """An unsaved disagreement."""
    if model is Contradiction:
        values = {"first": desk.in_force, "second": desk.unverified, "note": "Not both.", "opened_at": NOON}
        values |= {"opened_by": anybody(), "uuid": UUID(int=1000)}
    else:
        values = {"claim": desk.passage.claim, "kind": "name", "first": desk.passage, "found_at": NOON}
    return model(**values | columns)


CLOSED = {"state": "resolved", "reason": "Both say so.", "closed_at": NOON}

for noun, model in {"contradiction": Contradiction, "discrepancy": Discrepancy}.items():

    @breaking(f"{noun}_closed_by_a_person")
    def close_in_nobodys_name(desk: Desk, model: Any = model) -> None:
        row = append(one_of(desk, model))
        model.objects.filter(pk=row.pk).update(**CLOSED)

    @breaking(f"{noun}_closed_by_a_person")
    def close_in_the_name_of_somebody_who_left(desk: Desk, model: Any = model) -> None:
        row = append(one_of(desk, model))
        model.objects.filter(pk=row.pk).update(**CLOSED, closed_by=by_somebody_who_left(desk))

    @breaking(f"{noun}_comes_closed_by_a_person")
    def bring_in_what_nobody_closed(desk: Desk, model: Any = model) -> None:
        append(one_of(desk, model, **CLOSED))

    @breaking(f"{noun}_only_closed")
    def say_who_will_close_it(desk: Desk, model: Any = model) -> None:
        row = append(one_of(desk, model))
        model.objects.filter(pk=row.pk).update(closed_by=desk.world.editor)

    @breaking(f"{noun}_only_closed")
    def say_who_opened_it_anew(desk: Desk, model: Any = model) -> None:
        row = append(one_of(desk, model))
        model.objects.filter(pk=row.pk).update(opened_by=desk.world.second_editor)


@breaking("contradiction_only_closed")
def say_something_else_of_a_contradiction(desk: Desk) -> None:
    Contradiction.objects.filter(pk=desk.contradiction.pk).update(note="Both.")


# ---- Proofs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)


def test_what_the_record_says_passes_for_every_column(desk: Desk) -> None:
    for row in rows_to_change(desk):
        for field in DECIDING[type(row)]:
            with undone():
                setattr(row, field, other_value(desk, row, field))
                if field in ("retracted_at", "confidential"):  # these come with another column
                    row.status, row.public_name = "retracted", "an official"
                save_on_record(row, by=desk.world.editor, reason="Seen.")
            row.refresh_from_db()


def test_a_row_from_before_the_record_keeps_its_gaps_and_changes_on_record(desk: Desk) -> None:
    """Nobody is named on the rows of an older desk; what is done with them from now on has a name."""
    with undone():
        for name in ("evidence_recorded_by_a_person", "alias_comes_on_record"):
            with connection.cursor() as cursor:
                on = " ON stories_" + name.partition("_")[0] if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER guard_{name}{on}")
        another_passage(desk, recorded_by=None)
        alias = append(Alias(source=desk.world.source("wire"), text="The Wire", printable=True))
        Evidence.objects.filter(uuid=UUID(int=1000)).update(retired_at=NOON, retired_by=desk.world.editor)
        alias.printable = False
        (change,) = save_on_record(alias, by=desk.world.editor)
        assert (change.number, change.was, change.became) == (1, "true", "false")
        Claim.objects.update(note="Seen.")
