"""`follow_desk` says what it lacks. What it does is shown on a whole desk: tests/stack/test_promotion.py."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from stories.replicas.following import read_shape

pytestmark = pytest.mark.django_db

NOBODY = "host=127.0.0.1 port=1 dbname=desk user=desk_copy"


def test_it_follows_or_says_why_not() -> None:
    said = (
        "Only PostgreSQL replicates; this database is SQLite."
        if connection.vendor == "sqlite"
        else "This API database cannot be seen to: it, or the desk's database, does not answer."
    )
    with pytest.raises(CommandError) as refused:
        call_command("follow_desk", name="api1", primary=NOBODY, once=True)
    assert str(refused.value).splitlines()[-1] == said


def read_with_check(check: str) -> list[object]:
    """The shape of the public tables while only `check` holds for the kinds of publications."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stories_publication DROP CONSTRAINT publication_kind_is_known")
        cursor.execute(f"ALTER TABLE stories_publication ADD CONSTRAINT publication_kind_is_known CHECK ({check})")
        shape = read_shape(cursor)
        transaction.set_rollback(True)
    return shape


@pytest.mark.skipif(connection.vendor == "sqlite", reason="Only PostgreSQL replicates.")
def test_tables_that_hold_other_values_are_other_tables_however_a_check_is_spelt() -> None:
    two = read_with_check("kind IN ('', 'fact')")
    assert read_with_check("kind = '' OR (kind)::text = 'fact'") == two
    assert read_with_check("kind IN ('', 'fact', 'warning')") != two
