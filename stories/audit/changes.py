"""The record of changes: it runs on column by column, and the rows are what it says they became last."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User

from stories.audit.violations import CHUNK, Violation, go_on, violation_of
from stories.changes.deciding import DECIDING, key_of, noun_of, write_value
from stories.models import Change

MODELS = {noun_of(model): model for model in DECIDING}


def check_changes() -> Iterator[Violation]:
    """Every change follows the one before it of its column, by somebody, and the row has what the newest says."""
    newest: dict[tuple[str, str], dict[str, Change]] = {}
    people = set(User.objects.values_list("pk", flat=True))
    before: Change | None = None
    for change in Change.objects.order_by("noun", "row", "field", "number").iterator(chunk_size=CHUNK):
        if before is not None and _column(before) != _column(change):
            before = None
        yield from go_on(change, _check_one(change, before, people))
        newest.setdefault((change.noun, change.row), {})[change.field] = before = change
    for noun, model in MODELS.items():
        yield from _check_rows(model, {row: fields for (of, row), fields in newest.items() if of == noun})


def _column(change: Change) -> tuple[str, str, str]:
    return change.noun, change.row, change.field


def _check_one(change: Change, before: Change | None, people: set[int]) -> Iterator[Violation]:
    if change.field not in DECIDING.get(MODELS.get(change.noun, Change), ()):
        yield violation_of(change, f"{change.field} of {change.noun} is nothing that decides what may be printed")
    if change.number != (before.number if before else 0) + 1:
        yield violation_of(change, f"the change before it, number {change.number - 1}, is gone")
    elif before is not None and before.became != change.was:
        yield violation_of(change, f"it changes “{change.was}”, and the change before it left “{before.became}”")
    if before is not None and change.at < before.at:
        yield violation_of(change, "its time lies before that of the change before it")
    if change.by_id not in people or not change.by_username:
        yield violation_of(change, "it names nobody who made it")


def _check_rows(model: Any, newest: dict[str, dict[str, Change]]) -> Iterator[Violation]:
    path, keys = model.natural_key_fields[0], sorted(newest)
    links = [field.name for field in model._meta.concrete_fields if field.is_relation]
    for begin in range(0, len(keys), CHUNK):
        some = keys[begin : begin + CHUNK]
        rows = model.objects.filter(**{f"{path}__in": {key.partition("/")[0] for key in some}}).select_related(*links)
        there = {key_of(row): row for row in rows}
        for key in some:
            for field, change in newest[key].items():
                if key not in there:
                    yield violation_of(change, "there is no such row")
                elif write_value(there[key], field) != change.became:
                    yield violation_of(there[key], f"its {field} is not what the newest change on record says")
