"""The schema of a database, to compare with another one of the same engine."""

import re

from django.db import connection

READ = {
    "sqlite": ["SELECT type, name, sql FROM sqlite_master WHERE sql <> ''"],
    "postgresql": [
        "SELECT 'column', table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length,"
        " is_nullable, column_default, identity_generation) FROM information_schema.columns"
        " WHERE table_schema = 'public'",
        "SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
        "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ],
}


def read_schema() -> dict[tuple[str, str], list[str]]:
    """(kind, name) → the words of its definition, sorted, of all that the default database holds.

    The order of columns and constraints is what adding them one by one leaves, and says nothing; how often
    PostgreSQL writes a cast changes when a dump is restored.
    """
    with connection.cursor() as cursor:
        found = []
        for statement in READ[connection.vendor]:
            cursor.execute(statement)
            found += cursor.fetchall()
    return {(kind, name): sorted(set(re.findall(r"\w+|[<>=!]+", sql))) for kind, name, sql in found}
