"""Every guard finds its rows by an index: a million publications must not slow the next one down.

Asked of SQLite, which says how it would run any expression; PostgreSQL has the same indexes and plans by statistics.
"""

import re

import pytest
from django.db import connection

from stories.database import guards_of

pytestmark = pytest.mark.django_db

ROW_VALUE = re.compile(r'\b(?:NEW|OLD)\.(?:"\w+"|\w+)')
TABLE_SCAN = re.compile(r"^SCAN (?!CONSTANT)(?!.*VIRTUAL TABLE)")


def scanned(when: str) -> list[str]:
    """The guards that would read a whole table, with what SQLite says of it. `when` keeps it from repeating itself:
    Python's cache of statements answers an EXPLAIN of before from memory."""
    found = []
    with connection.cursor() as cursor:
        for guard in guards_of(connection):
            for condition in (guard.when, guard.holds):
                question, values = ROW_VALUE.subn("?1", condition)
                cursor.execute(f"EXPLAIN QUERY PLAN SELECT {question} -- {when}", ["x"] if values else [])
                found += [f"{guard.name}: {row[3]}" for row in cursor.fetchall() if TABLE_SCAN.match(row[3])]
    return found


@pytest.fixture(autouse=True)
def sqlite_only() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite explains an expression outside its trigger")


def test_no_guard_reads_a_whole_table() -> None:
    assert scanned("with every index") == []


def test_without_its_index_the_same_guard_would() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX publication_fact_newest")
    assert scanned("without one") == [
        "publication_confirms_what_is_not_in_force: SCAN p USING COVERING INDEX publication_newest",
    ]
