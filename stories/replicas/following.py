"""An API database that follows the desk's: whether it can go on from where it is, and how it is made anew when not."""

from typing import Any

from django.db import Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.database.grants import PUBLIC_TABLES, quote
from stories.replicas.replication import create_subscription, tables_sql

NO_SUBSCRIPTION = "It follows nobody."
NO_PLACE = "The desk's database keeps no place for it: it is another one than before, or has given up waiting."
ANOTHER_LOG = "Its log ends with a publication that the desk's log does not have."
OTHER_TABLES = "The desk's public tables are others than here: it was upgraded."
OTHER_RELEASE = "The desk's public tables are those of another release than this one: upgrade this machine too."

# While it runs there is nothing to ask; one that cannot go on is started again every few seconds, and fails.
WORKER = """
SELECT w.pid FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
LEFT JOIN pg_stat_subscription w ON w.subid = s.oid AND w.relid IS NULL WHERE s.subname = %s
"""
PLACE = "SELECT active FROM pg_replication_slots WHERE slot_name = %s AND coalesce(wal_status, '') <> 'lost'"
SHAPE = """
SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT c.relname::text, k.conname::text, ARRAY(
  SELECT m[1] FROM regexp_matches(pg_get_constraintdef(k.oid), '''([^'']*)''', 'g') m ORDER BY 1
)::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s) AND k.contype = 'c'
ORDER BY 1, 2
"""
READERS = """
SELECT DISTINCT grantee FROM information_schema.role_table_grants
WHERE table_schema = current_schema() AND table_name = ANY(%s) AND grantee <> current_user
"""
LAST = "SELECT position, hash FROM stories_publication ORDER BY position DESC LIMIT 1"


def connect_primary(connection: BaseDatabaseWrapper, primary: str) -> Any:
    """A connection to the desk's own database, by a libpq connection string; never to a standby of it."""
    driver: Any = connection.Database  # type: ignore[attr-defined]
    return driver.connect(primary, target_session_attrs="read-write", connect_timeout=5, autocommit=True)


def is_following(connection: BaseDatabaseWrapper, name: str) -> bool:
    """Whether the subscription `name` of this database is connected and applies what comes."""
    with connection.cursor() as cursor:
        cursor.execute(WORKER, [name])
        row = cursor.fetchone()
        return row is not None and row[0] is not None


def read_shape(cursor: Any) -> list[Any]:
    """What rows the public tables where `cursor` is can hold: (table, column, type), (table, check, its values).

    Of a check the values alone: a dump spells the rest of it otherwise.
    """
    cursor.execute(SHAPE, [list(PUBLIC_TABLES)] * 2)
    return list(cursor.fetchall())


def find_break(connection: BaseDatabaseWrapper, primary: Any, name: str) -> str:
    """Why this database cannot go on as a copy of `primary`'s log; empty when it can, now or once it is connected."""
    with connection.cursor() as cursor:
        cursor.execute(WORKER, [name])
        if cursor.fetchone() is None:
            return NO_SUBSCRIPTION
        cursor.execute(LAST)
        last = cursor.fetchone()
        shape = read_shape(cursor)
    if primary.execute(PLACE, [name]).fetchone() is None:
        return NO_PLACE
    if shape != read_shape(primary.cursor()):
        return OTHER_TABLES
    if last:
        theirs = primary.execute("SELECT hash FROM stories_publication WHERE position = %s", [last[0]]).fetchone()
        # None: a publication that still waits for the standby is here before anybody sees it there.
        if theirs is not None and theirs[0] != last[1]:
            return ANOTHER_LOG
    return ""


def rebuild(connection: BaseDatabaseWrapper, primary: Any, name: str, *, source: str) -> None:
    """Empty this database and copy the log anew from `primary`, which it reaches by the connection string `source`.

    It has no heartbeat from then on, so that the API answers 503, until the copy is whole. One that was broken off is
    begun again by the next call. Where the desk has other public tables, they are made anew too, as this release has
    them; `Error` when those are not the desk's either.
    """
    shape = read_shape(primary.cursor())
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(WORKER, [name])
        if cursor.fetchone() is not None:
            cursor.execute(f"ALTER SUBSCRIPTION {quote(name)} DISABLE")
            cursor.execute(f"ALTER SUBSCRIPTION {quote(name)} SET (slot_name = NONE)")  # the old primary is not asked
            cursor.execute(f"DROP SUBSCRIPTION {quote(name)}")
        if read_shape(cursor) == shape:
            cursor.execute(f"TRUNCATE {', '.join(PUBLIC_TABLES)}")
        else:
            recreate_tables(connection, cursor)
        if read_shape(cursor) != shape:
            raise Error(OTHER_RELEASE)
    drop = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s AND NOT active"
    primary.execute(drop, [name])
    with connection.cursor() as cursor:
        cursor.execute(create_subscription(name, primary=source))


def recreate_tables(connection: BaseDatabaseWrapper, cursor: Any) -> None:
    """Put this release's public tables, empty, in the place of those that are there; who could read them still can."""
    cursor.execute(READERS, [list(PUBLIC_TABLES)])
    readers = [quote(role) for (role,) in cursor.fetchall()]
    tables = ", ".join(PUBLIC_TABLES)
    cursor.execute(f"DROP TABLE IF EXISTS {tables}")
    for statement in tables_sql(connection):
        cursor.execute(statement)
    for reader in readers:
        cursor.execute(f"GRANT SELECT ON {tables} TO {reader}")
