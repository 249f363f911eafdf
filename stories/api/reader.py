"""The role that the API-only process reads with: what it must see, and what it must not (rule: only-published)."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.database.grants import HELD_BY_ALL, PUBLIC_TABLES

POSTGRES_TOO_MUCH = rf"""
SELECT 'it may ' || lower(privilege) || ' ' || c.oid::regclass
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND CASE WHEN privilege IN ('DELETE', 'TRUNCATE', 'TRIGGER') THEN has_table_privilege(c.oid, privilege)
      ELSE has_any_column_privilege(c.oid, privilege) END
  AND NOT (privilege = 'SELECT' AND c.oid::regclass::text = ANY(%(tables)s))
UNION ALL
SELECT 'it may use the sequence ' || c.oid::regclass FROM pg_class c
WHERE CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'USAGE, SELECT, UPDATE') END
UNION ALL
SELECT 'it is a superuser or may create roles, databases or replicas' FROM pg_roles
WHERE rolname = current_user AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
UNION ALL
SELECT 'it is a member of ' || roleid::regrole FROM pg_auth_members WHERE member = current_user::regrole
UNION ALL
SELECT 'it may create in the schema ' || nspname FROM pg_namespace
WHERE nspname NOT LIKE 'pg\_%%' AND has_schema_privilege(oid, 'CREATE')
UNION ALL
SELECT 'it may make ' || thing FROM (VALUES ('TEMPORARY', 'temporary tables'), ('CREATE', 'schemas')) AS may(how, thing)
WHERE has_database_privilege(current_database(), how)
UNION ALL
SELECT 'it may call ' || string_agg(DISTINCT proname, ', ' ORDER BY proname) FROM pg_proc
WHERE oid::regprocedure IN ({HELD_BY_ALL}) AND has_function_privilege(oid, 'EXECUTE') HAVING count(*) > 0
"""  # noqa: S608

SQLITE_TOO_MUCH = {
    "it can read the list of all tables": "SELECT name FROM sqlite_master LIMIT 1",
    "it can read the ledger": "SELECT seq FROM stories_decision LIMIT 1",
    "it can read the people of the desk": "SELECT id FROM auth_user LIMIT 1",
    "it can write": "CREATE TABLE stories_probe (x)",
    "it can attach other files": "ATTACH ':memory:' AS probe",
}


def find_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The public tables that `connection` cannot read, each with the database's reason."""
    tried = [(table, try_statement(connection, f"SELECT * FROM {table} LIMIT 1")) for table in PUBLIC_TABLES]  # noqa: S608
    return [f"{table}: {reason}" for table, reason in tried if reason]


def find_too_much(connection: BaseDatabaseWrapper) -> list[str]:
    """What the role of `connection` can do beyond reading the public tables, one line each."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(POSTGRES_TOO_MUCH, {"tables": list(PUBLIC_TABLES)})
            return [row[0] for row in cursor.fetchall()]
    return [what for what, statement in SQLITE_TOO_MUCH.items() if try_statement(connection, statement) is None]


def try_statement(connection: BaseDatabaseWrapper, statement: str) -> str | None:
    """Why `statement` fails on `connection`; None when it does not. Nothing of it stays.

    Raises what the database raised when that leaves no connection.
    """
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True, using=connection.alias)
    except DatabaseError as error:
        if not connection.is_usable():
            raise
        return str(error).strip()
    return None


def require_reader(connection: BaseDatabaseWrapper) -> None:
    """Raise `ImproperlyConfigured` unless `connection` can read the public tables and nothing else."""
    if missing := find_missing(connection):
        raise ImproperlyConfigured(f"The API's database role cannot read what it serves: {'; '.join(missing)}.")
    if too_much := find_too_much(connection):
        raise ImproperlyConfigured(
            f"The API's database role can do too much: {'; '.join(too_much)}. "
            "It may read the public tables and nothing else: manage.py print_grants prints what to give it."
        )
