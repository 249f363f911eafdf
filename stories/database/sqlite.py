"""The guards in SQLite: one trigger each."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.chain import AHEAD
from stories.database.guard import PREFIXES, Dialect, Guard, Keeper

REPLACEABLE = (
    "stories_discrepancy",
    "stories_doubt",
    "stories_heartbeat",
    "stories_lookedthrough",
    "stories_naming",
    "stories_presence",
    "stories_workitem",
)
"""Tables whose rows may go: what is found again, who has a claim open, what the lists are found by."""


class SQLite(Dialect):
    """SQL as SQLite writes it. SHA256 is the function that Django registers: a connection without it writes nothing."""

    def same(self, left: str, right: str) -> str:
        return f"({left} IS {right})"

    def same_json(self, left: str, right: str) -> str:
        def nodes(document: str) -> str:
            return f"SELECT fullkey, type, atom FROM json_tree({document})"

        return (
            f"({left} IS {right} OR"
            f" NOT EXISTS ({nodes(left)} EXCEPT {nodes(right)}) AND NOT EXISTS ({nodes(right)} EXCEPT {nodes(left)}))"
        )

    def sha256(self, text: str) -> str:
        return f"SHA256({text})"

    def json_string(self, text: str) -> str:
        return f"CASE WHEN {text} IS NOT NULL THEN json_quote({text}) END"

    def dashed(self, uuid: str) -> str:
        parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)]
        return "(" + " || '-' || ".join(f"substr({uuid}, {start}, {length})" for start, length in parts) + ")"

    def undashed(self, text: str) -> str:
        return f"replace({text}, '-', '')"

    def place(self, text: str, mark: str) -> str:
        return f"instr({text}, '{mark}')"

    def moment(self, time: str) -> str:
        # Django writes a time as text, with six decimals or none.
        return (
            f"CASE WHEN strftime('%Y-%m-%d %H:%M:%S', {time}) <> substr({time}, 1, 19) THEN NULL"
            f" WHEN length({time}) = 19 THEN replace({time}, ' ', 'T') || '.000Z'"
            f" WHEN length({time}) = 26 AND substr({time}, 24) = '000'"
            f" THEN replace(substr({time}, 1, 23), ' ', 'T') || 'Z' END"
        )

    def latest_time(self) -> str:
        return f"strftime('%Y-%m-%d %H:%M:%f', 'now', '+{AHEAD.seconds} seconds')"

    def fragment(self, document: str, key: str) -> str:
        return f"coalesce(json_extract({document}, '$.{key}'), 'null')"

    def json_member(self, document: str, key: str) -> str:
        return f"json_extract({document}, '$.{key}')"

    def member(self, document: str, *path: str) -> str:
        return f"CAST(json_extract({document}, '$.{'.'.join(path)}') AS TEXT)"

    def texts(self, blocks: str) -> str:
        return f"(SELECT json_group_array(json_extract(b.value, '$.text')) FROM json_each({blocks}) b)"

    def stands_on_routes(self, document: str, slug: str) -> str:
        return (
            f"EXISTS (SELECT 1 FROM json_each({document}, '$.routes') r, json_each(r.value) s"
            f" WHERE json_extract(s.value, '$.slug') = {slug})"
        )

    def lists_passage(self, snapshot: str, uuid: str) -> str:
        return (
            f"EXISTS (SELECT 1 FROM json_each({snapshot}, '$.passages') l"
            f" WHERE lower(replace(json_extract(l.value, '$.uuid'), '-', '')) = {uuid})"
        )


def unique_sets(meta: Any) -> Iterator[tuple[list[str], models.Q | None]]:
    """The columns that no two rows share, each set with the condition under which (or None); `meta` of a model."""
    for field in meta.local_concrete_fields:
        if field.unique:
            yield [field.column], None
    for constraint in meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield [meta.get_field(name).column for name in constraint.fields], constraint.condition


def condition_sql(meta: Any, condition: models.Q | None, row: str) -> str:
    """The condition of a unique constraint, as SQL over `row`. ValueError for a lookup that none has used yet."""
    pieces = []
    for lookup, value in condition.children if condition else []:  # type: ignore[misc]
        name, _, test = str(lookup).partition("__")
        column = f'{row}."{meta.get_field(name).column}"'
        if test == "isnull" and value is True:
            pieces.append(f"{column} IS NULL")
        elif not test and value is True:
            pieces.append(column)
        elif not test and isinstance(value, str):
            pieces.append(f"{column} = '{value!s}'")
        else:
            raise ValueError(f"{meta.label}: the guards cannot write the unique condition {lookup}={value!r}.")
    return " AND ".join(pieces) or "TRUE"


def replacement_guards() -> list[Guard]:
    """INSERT OR REPLACE and UPDATE OR REPLACE delete rows and fire no DELETE trigger: these stop them before."""
    guards = []
    for model in apps.get_app_config("stories").get_models():
        meta: Any = model._meta
        table, key = meta.db_table, meta.pk.column
        if table in REPLACEABLE:
            continue
        free: dict[str, list[str]] = {"INSERT": [], "UPDATE": []}
        for columns, condition in unique_sets(meta):
            shared = " AND ".join(f'r."{column}" = NEW."{column}"' for column in columns)
            when, row = (condition_sql(meta, condition, name) for name in ("NEW", "r"))
            exists = f"EXISTS (SELECT 1 FROM {table} r WHERE {shared} AND {row}"
            free["INSERT"].append(f"NOT ({when} AND {exists}))")
            free["UPDATE"].append(f'NOT ({when} AND {exists} AND r."{key}" <> OLD."{key}"))')
        for on, holds in free.items():
            guards.append(
                Guard(
                    f"{table.removeprefix('stories_')}_replaces_nothing_on_{on.lower()}",
                    on,
                    f"{meta.verbose_name}: another row has this key or these unique values already,"
                    " and no row is ever replaced.",
                    " AND ".join(holds),
                )
            )
    return guards


def written(guard: Guard | Keeper) -> str:
    """The statement that creates the trigger of `guard`, exactly as SQLite keeps it."""
    if isinstance(guard, Keeper):
        steps = ";\n".join(guard.steps)
        occasion = f"AFTER {guard.on} ON {guard.table} FOR EACH ROW WHEN ({guard.when})"
        return f"CREATE TRIGGER {guard.trigger} {occasion}\nBEGIN {steps}; END"
    refusal = guard.refusal.replace("'", "''")
    return (
        f"CREATE TRIGGER {guard.trigger} BEFORE {guard.on} ON {guard.table} FOR EACH ROW\n"
        f"WHEN ({guard.when}) AND (\n{guard.holds}\n) IS NOT TRUE\n"
        f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    )


def due_guards(guards: list[Guard]) -> list[Guard]:
    """What of `guards` SQLite can hold (it has no TRUNCATE), and what only SQLite needs."""
    return [guard for guard in guards if guard.on != "TRUNCATE"] + replacement_guards()


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The desk's triggers that stand in the database: name → statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {name: sql for name, sql in cursor.fetchall() if name.startswith(PREFIXES)}


def install(connection: BaseDatabaseWrapper, guards: list[Guard | Keeper]) -> None:
    """Make the desk's triggers exactly `guards`, in one transaction; those that stand already stay."""
    due: dict[str, str] = {guard.trigger: written(guard) for guard in guards}
    standing = installed(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in standing:
            if standing[name] != due.get(name):
                cursor.execute(f'DROP TRIGGER "{name}"')
        for name, statement in due.items():
            if standing.get(name) != statement:
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper, prefixes: str | tuple[str, ...]) -> None:
    """Take every trigger away whose name begins with (one of) `prefixes`."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in installed(connection):
            if name.startswith(prefixes):
                cursor.execute(f'DROP TRIGGER "{name}"')


def foreign(connection: BaseDatabaseWrapper, known: set[str]) -> list[tuple[str, str]]:
    """The table and name of every trigger in the database that is none of those `known` by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1, 2")
        return [(table, name) for table, name in cursor.fetchall() if name not in known]


def damages(connection: BaseDatabaseWrapper) -> list[str]:
    """What SQLite's own check of its file says is damaged, one line each."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("PRAGMA integrity_check")
            said = cursor.fetchall()
        except DatabaseError as error:
            return [str(error)]
    lines = [line for (some,) in said for line in str(some).splitlines()]
    return [line for line in lines if line != "ok" and not line.startswith("***")]


def faults(connection: BaseDatabaseWrapper, guards: list[Guard | Keeper]) -> list[str]:
    """What of `guards` is missing or not as it should be, one line each."""
    standing: dict[str, Any] = installed(connection)
    return [
        f"{guard.trigger} on {guard.table} {'differs' if guard.trigger in standing else 'is missing'}"
        for guard in guards
        if standing.get(guard.trigger) != written(guard)
    ]
