"""Guards of what is on record about changes, and of the rows that it is about.

Rules: changes-have-names.
"""

from typing import Any

from django.db import models
from django.db.models import Model

from stories.changes.deciding import ADDED, DECIDING, noun_of
from stories.database.guard import Dialect, Guard, write_list
from stories.database.ledger import grows_only
from stories.models import Alias

CHANGE = "stories_change"


def change_guards(dialect: Dialect) -> list[Guard]:
    """Every guard of the record of changes and of what it is about."""
    return [*record_guards(dialect), *(guard for model in DECIDING for guard in changed_on_record(dialect, model))]


def record_guards(dialect: Dialect) -> list[Guard]:
    """Guards of the record itself: it only grows, column by column, by people who are there."""
    same = 'b.noun = NEW.noun AND b."row" = NEW."row" AND b.field = NEW.field'
    before = f"FROM {CHANGE} b WHERE {same}"
    known = write_list(f"{noun_of(model)} {field}" for model, fields in DECIDING.items() for field in fields)
    return [
        *grows_only(dialect, CHANGE, noun="change", log="Record of changes"),
        Guard(
            "change_of_what_decides",
            "INSERT",
            "Record of changes: a change is one of a column that decides what may be printed.",
            f"(NEW.noun || ' ' || NEW.field) IN {known}",
        ),
        Guard(
            "change_follows_newest",
            "INSERT",
            "Record of changes: a change takes the next number of its column, and begins with what that became last.",
            f"NEW.number = coalesce((SELECT max(b.number) {before}), 0) + 1"
            f" AND (NEW.number = 1 OR EXISTS (SELECT 1 {before} AND b.number = NEW.number - 1"
            " AND b.became = NEW.was AND b.at <= NEW.at))",
        ),
        # What is loaded with its rows may be by people who have left or are called otherwise by now.
        Guard(
            "change_by_a_person",
            "INSERT",
            "Record of changes: a change is made by somebody with an active account, under their own name.",
            "EXISTS (SELECT 1 FROM auth_user u"
            " WHERE u.id = NEW.by_id AND u.is_active AND u.username = NEW.by_username)",
            f"CASE NEW.noun {' '.join(_is_there(dialect, model) for model in DECIDING)} END",
        ),
    ]


def changed_on_record(dialect: Dialect, model: type[Model]) -> list[Guard]:
    """Guards: a deciding column of `model` changes only as the newest change on record says; some rows come so, too."""
    noun = noun_of(model)
    refusal = f"{noun}: what decides what may be printed changes only as the newest change on record says."
    fields: list[Any] = [model._meta.get_field(name) for name in DECIDING[model]]
    kept = []
    for field in fields:
        same = dialect.same(f'NEW."{field.column}"', f'OLD."{field.column}"')
        kept.append(f"({same} OR {_says(dialect, field)})")
    guards = [Guard(f"{noun}_changes_on_record", "UPDATE", refusal, " AND ".join(kept))]
    if model in ADDED:
        field = model._meta.get_field(ADDED[model])
        said = f"{noun}: who adds one is on record first."
        guards.append(Guard(f"{noun}_comes_on_record", "INSERT", said, _says(dialect, field, was="''", row="NEW")))
    return guards


def _says(dialect: Dialect, field: Any, *, was: str = "", row: str = "OLD") -> str:
    """SQL: the newest change on record of `field` of `row` is the one from what it `was` to what NEW has."""
    noun = noun_of(field.model)
    this = f"""c.noun = '{noun}' AND c."row" = {_key(dialect, field.model, row)} AND c.field = '{field.name}'"""
    said = f"c.was = {was or _written(dialect, field, 'OLD')} AND c.became = {_written(dialect, field, 'NEW')}"
    return f"coalesce((SELECT {said} FROM {CHANGE} c WHERE {this} ORDER BY c.number DESC LIMIT 1), FALSE)"


def _is_there(dialect: Dialect, model: Any) -> str:
    """SQL: for the noun of `model`, whether the row is there that NEW is about."""
    table, path = model._meta.db_table, model.natural_key_fields[0]
    if model is Alias:  # the slug of its source holds no stroke
        stroke = dialect.place('NEW."row"', "/")
        source = f"""SELECT s.id FROM stories_source s WHERE s.slug = substr(NEW."row", 1, {stroke} - 1)"""
        found = f"""{table} t WHERE t.source_id = ({source}) AND t.text = substr(NEW."row", {stroke} + 1)"""
    else:
        key = dialect.undashed('NEW."row"') if path == "uuid" else 'NEW."row"'
        found = f"{table} t WHERE t.{path} = {key}"
    return f"WHEN '{noun_of(model)}' THEN EXISTS (SELECT 1 FROM {found})"


def _key(dialect: Dialect, model: Any, row: str) -> str:
    """SQL: the natural key of `row` of `model`, as `stories.changes.deciding.key_of` writes it."""
    parts = []
    for path in model.natural_key_fields:
        name, _, beyond = path.partition("__")
        field = model._meta.get_field(name)
        if beyond:
            parts.append(
                f"(SELECT t.{beyond} FROM {field.related_model._meta.db_table} t WHERE t.id = {row}.{field.column})"
            )
        elif isinstance(field, models.UUIDField):
            parts.append(dialect.dashed(f"{row}.{field.column}"))
        else:
            parts.append(f"{row}.{field.column}")
    return " || '/' || ".join(parts)


def _written(dialect: Dialect, field: Any, row: str) -> str:
    """SQL: the value of `field` in `row`, as `stories.changes.deciding.write_value` writes it."""
    column = f'{row}."{field.column}"'
    if isinstance(field, models.ForeignKey):
        there: Any = field.related_model
        return f"coalesce((SELECT {_key(dialect, there, 't')} FROM {there._meta.db_table} t WHERE t.id = {column}), '')"
    if isinstance(field, models.BooleanField):
        return f"CASE WHEN {column} THEN 'true' ELSE 'false' END"
    if isinstance(field, models.DateTimeField):
        return f"CASE WHEN {column} IS NULL THEN '' ELSE {dialect.moment(column)} END"
    return column
