"""`follow_desk` says what it lacks. What it does is shown on a whole desk: tests/stack/test_promotion.py."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

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
