"""The empty desk that the suite keeps and copies is the one that `migrate` makes."""

import pytest
from django.db import connection

from stories.sample.temporary import temporary_desk

TIMES = {"django_migrations": "applied"}
"""Table → its column of times, which are those of the day."""


def whole_of_it() -> dict[str, list[tuple]]:
    """Everything that is in the database: the schema, and the rows of every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2")
        found = {"": cursor.fetchall()}
        for kind, table, *_ in found[""]:
            if kind == "table":
                columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
                names = ", ".join(f'"{name}"' for name in columns if name != TIMES.get(table))
                cursor.execute(f'SELECT {names} FROM "{table}"')
                found[table] = sorted(cursor.fetchall(), key=repr)
    return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it is a file of SQLite")
@pytest.mark.django_db
def test_a_kept_desk_is_what_migrate_makes() -> None:
    kept = whole_of_it()
    assert len(kept["django_migrations"]) > 0
    with temporary_desk():
        assert whole_of_it() == kept
