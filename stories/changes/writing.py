"""The one way to change a column that decides what may be printed: saved together with its line on record."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model

from stories.changes.deciding import ADDED, DECIDING, GRAVE, key_of, noun_of, write_value
from stories.models import Change
from stories.stamps import LIVE, Stamps
from stories.texts import RATIONALE, is_blank, reasons_against_text

NEEDS_A_REASON = "Say why: what is published may stand or fall by this, or somebody's protection."


def save_on_record(row: Any, *, by: User, reason: str = "", stamps: Stamps = LIVE) -> list[Change]:
    """Save `row`, all of it, and put on record what changed of its deciding columns (rule: changes-have-names).

    `row` is of a model of `DECIDING`, new or stored; what it differs in is asked of the database. Returns the lines
    written: none when nothing that decides has changed. Raises `ValidationError` when `by` is nobody who is active, or
    when a grave change has no reason, and then writes nothing.
    """
    with transaction.atomic():
        stored = _read_stored(row)
        changed = _compare(stored, row)
        problems = reasons_against_change(type(row), [field for field, _, _ in changed], reason=reason)
        if changed and not User.objects.filter(pk=by.pk, is_active=True).exists():
            problems.append("Only somebody with an active account changes what decides what may be printed.")
        if problems:
            raise ValidationError(problems)
        lines = _write(stored or row, changed, by=by, reason=reason, stamps=stamps)
        row.save()
        return lines


def put_on_record(row: Any, *, by: User, reason: str, stamps: Stamps = LIVE) -> list[Change]:
    """Put on record that the new `row` comes, for who saves it by other means. Returns the lines written."""
    return _write(row, _compare(None, row), by=by, reason=reason, stamps=stamps)


def reasons_against_change(model: type[Model], fields: list[str], *, reason: str) -> list[str]:
    """What speaks against changing `fields` of a `model` for this `reason`; empty when nothing does."""
    if any((model, field) in GRAVE for field in fields) and is_blank(reason):
        return [NEEDS_A_REASON]
    return reasons_against_text(RATIONALE, reason)


def _read_stored(row: Any) -> Any | None:
    """`row` as the database has it, held until the transaction ends; None when it is new."""
    rows = type(row)._default_manager.select_for_update()
    return rows.filter(pk=row.pk).first() if row.pk is not None else None


def _compare(stored: Any | None, row: Any) -> list[tuple[str, str, str]]:
    """(field, was, became) for every deciding field in which `row` differs from what is `stored`."""
    model = type(row)
    if stored is None:
        return [(ADDED[model], "", write_value(row, ADDED[model]))] if model in ADDED else []
    values = ((field, write_value(stored, field), write_value(row, field)) for field in DECIDING[model])
    return [(field, was, became) for field, was, became in values if was != became]


def _write(row: Any, changed: list[tuple[str, str, str]], *, by: User, reason: str, stamps: Stamps) -> list[Change]:
    """One line for each field that `changed`, the next of its field."""
    if not changed:
        return []
    named = {"noun": noun_of(type(row)), "row": key_of(row)}
    before = Change.objects.filter(**named, field__in=[field for field, _, _ in changed])
    newest = {
        field: (number, at) for field, number, at in before.values_list("field").annotate(Max("number"), Max("at"))
    }
    now = stamps.now()
    lines = []
    for field, was, became in changed:
        number, last = newest.get(field, (0, now))
        line = Change(**named, field=field, number=number + 1, was=was, became=became, reason=reason)
        line.by, line.by_username, line.by_name = by, by.get_username(), by.get_full_name()
        line.at = max(now, last)  # the clock of one process may be behind that of another
        line.save(force_insert=True)
        lines.append(line)
    return lines
