"""Many rows at once, past the models but not past the database: its guards and constraints see every row."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from stories.chain import canonical


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """INSERT `rows` of `model`, keys included."""
    fields = model._meta.local_concrete_fields
    names, marks = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    values = [[write_value(field, getattr(row, field.attname)) for field in fields] for row in rows]
    # The cursor beneath: with DEBUG on, Django's own writes every statement out with all its values.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.executemany(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})', values)


def write_value(field: "models.Field[Any, Any]", value: Any) -> Any:
    """`value` as the database takes it for `field`."""
    if isinstance(field, models.JSONField) and value is not None:
        # Spelt as in the payload, so that SQLite's guard need not take both apart to see that they are the same.
        return canonical(value)
    return field.get_db_prep_save(value, connection)
