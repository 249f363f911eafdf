"""The guards in PostgreSQL: one function and one trigger each."""

from typing import NamedTuple

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from stories.chain import AHEAD, LOCK_TABLE
from stories.database.guard import PREFIXES, Dialect, Guard, Keeper


class PostgreSQL(Dialect):
    """SQL as PostgreSQL writes it."""

    def same(self, left: str, right: str) -> str:
        return f"({left} IS NOT DISTINCT FROM {right})"

    def same_json(self, left: str, right: str) -> str:
        return self.same(left, right)

    def sha256(self, text: str) -> str:
        return f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"

    def json_string(self, text: str) -> str:
        return f"to_json(CAST({text} AS TEXT))::text"

    def dashed(self, uuid: str) -> str:
        return f"CAST({uuid} AS TEXT)"

    def undashed(self, text: str) -> str:
        return f"CAST({text} AS UUID)"

    def place(self, text: str, mark: str) -> str:
        return f"strpos({text}, '{mark}')"

    def moment(self, time: str) -> str:
        return (
            f"CASE WHEN date_trunc('milliseconds', {time}) = {time}"
            f" THEN to_char({time} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') END"
        )

    def latest_time(self) -> str:
        return f"clock_timestamp() + interval '{AHEAD.seconds} seconds'"

    def fragment(self, document: str, key: str) -> str:
        return f"coalesce(({document}::json -> '{key}')::text, 'null')"

    def json_member(self, document: str, key: str) -> str:
        return f"nullif({document}::jsonb -> '{key}', 'null'::jsonb)"

    def member(self, document: str, *path: str) -> str:
        return f"({document}::jsonb #>> '{{{','.join(path)}}}')"

    def texts(self, blocks: str) -> str:
        return (
            f"(SELECT jsonb_agg(b.block -> 'text' ORDER BY b.place)"
            f" FROM jsonb_array_elements({blocks}) WITH ORDINALITY AS b(block, place))"
        )

    def stands_on_routes(self, document: str, slug: str) -> str:
        path = "$.routes[*][*].slug ? (@ == $slug)"
        return f"jsonb_path_exists({document}::jsonb, '{path}', jsonb_build_object('slug', {slug}))"

    def lists_passage(self, snapshot: str, uuid: str) -> str:
        return (
            f"{snapshot} @> jsonb_build_object('passages',"
            f" jsonb_build_array(jsonb_build_object('uuid', CAST({uuid} AS TEXT))))"
        )


class InstalledTrigger(NamedTuple):
    """A trigger as the database has it, and the function that it calls."""

    table: str
    kind: int
    enabled: bool
    function: str
    body: str
    settings: str


READ_TRIGGERS = """
SELECT t.tgname, c.relname, t.tgtype, t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr = ''::int2vector,
       p.proname, CASE WHEN l.lanname = 'plpgsql' AND NOT p.prosecdef THEN p.prosrc ELSE '' END,
       coalesce(array_to_string(p.proconfig, ';'), '')
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_language l ON l.oid = p.prolang
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
"""
READ_FOREIGN = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND t.tgname <> ALL (%s)
UNION ALL SELECT tablename, rulename FROM pg_rules WHERE schemaname = current_schema()
ORDER BY 1, 2
"""
MAKE_LOCK = (
    f"CREATE TABLE IF NOT EXISTS {LOCK_TABLE} (id smallint PRIMARY KEY CHECK (id = 1))",
    f"INSERT INTO {LOCK_TABLE} VALUES (1) ON CONFLICT DO NOTHING",
)
# pg_trigger.tgtype: a bit for each of row, before, insert, delete, update, truncate.
ROW, BEFORE, BITS = 1, 2, {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


def kind(guard: Guard | Keeper) -> int:
    """What PostgreSQL keeps as the type of the trigger of `guard`."""
    if isinstance(guard, Keeper):
        return BITS[guard.on] | ROW
    return BITS[guard.on] | BEFORE | (0 if guard.on == "TRUNCATE" else ROW)


def body(guard: Guard | Keeper) -> str:
    """The body of the function of `guard`."""
    if isinstance(guard, Keeper):
        return f"\nBEGIN\n  IF {guard.when} THEN\n    {'; '.join(guard.steps)};\n  END IF;\n  RETURN NULL;\nEND\n"
    refusal = guard.refusal.replace("'", "''")
    result = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(guard.on, "NEW")
    return (
        f"\nBEGIN\n  IF {guard.when} THEN\n    IF (\n{guard.holds}\n) IS NOT TRUE THEN\n"
        f"      RAISE EXCEPTION USING ERRCODE = '23000', MESSAGE = '{refusal}',"
        f" TABLE = '{guard.table}', CONSTRAINT = '{guard.trigger}';\n"
        f"    END IF;\n  END IF;\n  RETURN {result};\nEND\n"
    )


def occasion(guard: Guard | Keeper) -> str:
    """When the trigger of `guard` runs."""
    if isinstance(guard, Keeper):
        return f"AFTER {guard.on} ON {guard.table} FOR EACH ROW"
    each = "STATEMENT" if guard.on == "TRUNCATE" else "ROW"
    return f"BEFORE {guard.on} ON {guard.table} FOR EACH {each}"


def search_path(connection: BaseDatabaseWrapper) -> str:
    """The search path that every guard runs with: no table or function of somebody else's can step in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return f"pg_catalog, {cursor.fetchone()[0]}, pg_temp"


def due_guards(guards: list[Guard]) -> list[Guard]:
    """PostgreSQL holds them all."""
    return guards


def expected(guard: Guard | Keeper, path: str) -> InstalledTrigger:
    """The trigger and function of `guard` as the database should have them."""
    return InstalledTrigger(guard.table, kind(guard), True, guard.trigger, body(guard), f"search_path={path}")


def installed(connection: BaseDatabaseWrapper) -> dict[str, InstalledTrigger]:
    """The desk's triggers that stand in the database, by name."""
    with connection.cursor() as cursor:
        cursor.execute(READ_TRIGGERS)
        return {row[0]: InstalledTrigger(*row[1:]) for row in cursor.fetchall() if row[0].startswith(PREFIXES)}


def install(connection: BaseDatabaseWrapper, guards: list[Guard | Keeper]) -> None:
    """Make the desk's triggers exactly `guards`, in one transaction, without a moment in which one is away.

    The row that is the append lock comes with them.
    """
    standing, path = installed(connection), search_path(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in MAKE_LOCK:
            cursor.execute(statement)
        for guard in guards:
            if standing.get(guard.trigger) == expected(guard, path):
                continue
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {guard.trigger}() RETURNS trigger LANGUAGE plpgsql"
                f" SET search_path = {path} AS $guard${body(guard)}$guard$"
            )
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {guard.trigger} {occasion(guard)} EXECUTE FUNCTION {guard.trigger}()"
            )
            cursor.execute(f"ALTER TABLE {guard.table} ENABLE TRIGGER {guard.trigger}")
        due = {guard.trigger for guard in guards}
        remove(cursor, {name: trigger for name, trigger in standing.items() if name not in due}, keep=due)


def remove(cursor: CursorWrapper, triggers: dict[str, InstalledTrigger], *, keep: set[str]) -> None:
    """Take `triggers` away, and the desk's functions that they call, but those named in `keep`."""
    for name, trigger in triggers.items():
        cursor.execute(f'DROP TRIGGER "{name}" ON "{trigger.table}"')
    for function in {trigger.function for trigger in triggers.values()} - keep:
        if function.startswith(PREFIXES):
            cursor.execute(f'DROP FUNCTION "{function}"()')


def drop(connection: BaseDatabaseWrapper, prefixes: str | tuple[str, ...]) -> None:
    """Take every trigger away whose name begins with (one of) `prefixes`."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        going = {name: trigger for name, trigger in installed(connection).items() if name.startswith(prefixes)}
        remove(cursor, going, keep=set())


def foreign(connection: BaseDatabaseWrapper, known: set[str]) -> list[tuple[str, str]]:
    """The table and name of every trigger and rewrite rule in the database that is none of those `known` by name."""
    with connection.cursor() as cursor:
        cursor.execute(READ_FOREIGN, [sorted(known)])
        return [(table, name) for table, name in cursor.fetchall()]


def damages(connection: BaseDatabaseWrapper) -> list[str]:
    """Nothing: PostgreSQL checks its files by tools of its own (docs/rules.md, “What nobody here can hold”)."""
    return []


def faults(connection: BaseDatabaseWrapper, guards: list[Guard | Keeper]) -> list[str]:
    """What of `guards` is missing, switched off or not as it should be, one line each."""
    standing, path = installed(connection), search_path(connection)
    lines = []
    for guard in guards:
        found = standing.get(guard.trigger)
        if found is None:
            lines.append(f"{guard.trigger} on {guard.table} is missing")
        elif not found.enabled:
            lines.append(f"{guard.trigger} on {guard.table} is switched off")
        elif found != expected(guard, path):
            lines.append(f"{guard.trigger} on {guard.table} differs")
    return lines


def holds_lock(connection: BaseDatabaseWrapper) -> bool:
    """Whether the row is there that whoever appends locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [LOCK_TABLE])
        if cursor.fetchone() == (False,):
            return False
        cursor.execute(f"SELECT 1 FROM {LOCK_TABLE}")
        return cursor.fetchone() is not None
