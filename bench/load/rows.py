"""Many rows in one statement, past the models but not past the database: its guards and constraints see every row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from stories.chain import canonical

MOST_VALUES = 30_000
"""In one statement; PostgreSQL takes 65,535."""


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """INSERT `rows` of `model`: values by attribute name, keys included; what a row does not say takes its default."""
    meta: Any = model._meta
    columns = [(column.attname, column.get_default(), _written(column)) for column in meta.local_concrete_fields]
    names = ", ".join(f'"{column.column}"' for column in meta.local_concrete_fields)
    one = f"({', '.join(['%s'] * len(columns))})"
    # SQLite has no way to go, and keeps what it has prepared: one statement of one row, run for each.
    most = 1 if connection.vendor == "sqlite" else MOST_VALUES // len(columns)
    values = [
        [write(row.get(name, usual)) if write else row.get(name, usual) for name, usual, write in columns]
        for row in rows
    ]
    # The cursor beneath: with DEBUG on, Django's own writes every statement out with all its values.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if most == 1:
            cursor.cursor.executemany(f'INSERT INTO "{meta.db_table}" ({names}) VALUES {one}', values)
            return
        for begin in range(0, len(values), most):
            some = values[begin : begin + most]
            marks = ", ".join([one] * len(some))
            together = [value for row in some for value in row]
            cursor.cursor.execute(f'INSERT INTO "{meta.db_table}" ({names}) VALUES {marks}', together)


def _written(column: Any) -> Callable[[Any], Any] | None:
    """How values of `column` are handed to the database; None when they go as they are."""
    if isinstance(column, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(column, models.UUIDField) and not connection.features.has_native_uuid_field:
        return lambda value: value and value.hex
    if isinstance(column, models.JSONField):
        # Spelt as in the payload, so that SQLite's guard need not take both apart to see that they are the same.
        return lambda value: None if value is None else canonical(value)
    return None


def last_key(model: type[models.Model]) -> int:
    """The highest primary key of `model`; 0 for an empty table."""
    key: int | None = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return key or 0


def skip_used_keys(models: Sequence[type[models.Model]]) -> None:
    """Let the database give out keys beyond those that `insert_rows` has brought along (PostgreSQL's sequences)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
