"""What a guard is, what a keeper is, and the SQL that both engines write alike."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

PREFIX = "guard_"
"""Every guard's trigger begins so."""
PREFIXES = (PREFIX, "worklist_", "doubt_", "names_", "stories_search_")
"""Every trigger of the desk begins with one of these; what begins so belongs to the desk. A name of a trigger, like
one of a table, stays: by it a desk that is upgraded knows what it has."""


@dataclass(frozen=True)
class Guard:
    """One rule that the database holds: `on` a row of its table, when `when`, `holds` must be true.

    `name` begins with the model whose table it is. Without `holds` nothing passes.
    `holds` and `when` are SQL over NEW and OLD. An unknown (NULL) counts as broken: guards fail closed.
    `refusal` is what the person who tried is told: what was refused, and why.
    """

    name: str
    on: str
    refusal: str
    holds: str = "FALSE"
    when: str = "TRUE"

    @property
    def trigger(self) -> str:
        """The name of its trigger (and, on PostgreSQL, of its function)."""
        return PREFIX + self.name

    @property
    def table(self) -> str:
        """The table that it stands on."""
        return f"stories_{self.name.partition('_')[0]}"

    @property
    def tables(self) -> set[str]:
        """The tables without which it cannot stand."""
        return {self.table}


@dataclass(frozen=True)
class Keeper:
    """What keeps the derived table `keeps`: `on` a row of `table`, when `when`, `steps` run, or it fails with them.

    `steps` and `when` are SQL over NEW and OLD; `trigger` is the name of its trigger and function, whole.
    """

    trigger: str
    keeps: str
    table: str
    on: str
    steps: tuple[str, ...]
    when: str = "TRUE"

    @property
    def tables(self) -> set[str]:
        """The tables without which it cannot stand."""
        return {self.table, self.keeps}


class Dialect(ABC):
    """How one engine writes what the guards ask. Every method takes SQL and returns SQL."""

    @abstractmethod
    def same(self, left: str, right: str) -> str:
        """Equal, or both NULL."""

    @abstractmethod
    def same_json(self, left: str, right: str) -> str:
        """The same JSON value, however it is spelt."""

    @abstractmethod
    def sha256(self, text: str) -> str:
        """The hex SHA-256 of a text in UTF-8."""

    @abstractmethod
    def json_string(self, text: str) -> str:
        """A text as a canonical JSON string; NULL stays NULL."""

    @abstractmethod
    def dashed(self, uuid: str) -> str:
        """A UUID as its 36 characters; NULL stays NULL."""

    @abstractmethod
    def undashed(self, text: str) -> str:
        """36 characters as a UUID, to find one by."""

    @abstractmethod
    def place(self, text: str, mark: str) -> str:
        """Where the character `mark` first stands in a text, from 1 on; 0 when it does not."""

    @abstractmethod
    def moment(self, time: str) -> str:
        """A time as "2025-11-21T13:05:00.000Z"; NULL when it is finer than a millisecond or no time at all."""

    @abstractmethod
    def latest_time(self) -> str:
        """The latest time that may be written: `AHEAD` of the database's clock."""

    @abstractmethod
    def fragment(self, document: str, key: str) -> str:
        """The JSON text that stands under `key` of a JSON document, or the text null."""

    @abstractmethod
    def json_member(self, document: str, key: str) -> str:
        """The JSON value under `key` of a JSON document; NULL for null."""

    @abstractmethod
    def member(self, document: str, *path: str) -> str:
        """The scalar at `path` of a JSON document, as text; NULL when there is none."""

    @abstractmethod
    def texts(self, blocks: str) -> str:
        """A JSON array of the `text` of every block in a JSON array of blocks."""

    @abstractmethod
    def stands_on_routes(self, document: str, slug: str) -> str:
        """Whether `slug` is a source on the `routes` of a fact's text."""

    @abstractmethod
    def lists_passage(self, snapshot: str, uuid: str) -> str:
        """Whether a decision's evidence snapshot lists the passage `uuid`."""

    def json_or_null(self, value: str) -> str:
        """A number (or a ready piece of JSON) as JSON, NULL as null."""
        return f"coalesce(CAST({value} AS TEXT), 'null')"

    def json_uuid(self, uuid: str) -> str:
        """A UUID column as a JSON string, NULL as null."""
        return f"coalesce('\"' || {self.dashed(uuid)} || '\"', 'null')"

    def json_object(self, members: dict[str, str], *, only: dict[str, str] | None = None) -> str:
        """A canonical JSON object (sorted keys, no spaces) of SQL that yields JSON; NULL when any of it is NULL.

        The members that `only` names are there where its condition holds; the first one always is.
        """
        pieces: list[str] = []
        for key, sql in sorted(members.items()):
            piece = f"""'{"," if pieces else ""}"{key}":' || {sql}"""
            condition = (only or {}).get(key)
            pieces.append(f"CASE WHEN {condition} THEN {piece} ELSE '' END" if condition else piece)
        return "('{' || " + " || ".join(pieces) + " || '}')"


def model_of(table: str) -> type[models.Model]:
    """The model whose table is `table`."""
    return apps.get_model("stories", table.removeprefix("stories_"))


def write_list(values: Iterable[str]) -> str:
    """SQL: `values` of a vocabulary as a list in brackets, to follow IN."""
    return f"({', '.join(repr(str(value)) for value in values)})"


def unchanged(dialect: Dialect, noun: str, refusal: str) -> Guard:
    """A guard: no column of a row of the model `noun` ever changes."""
    return Guard(f"{noun}_no_update", "UPDATE", refusal, kept_columns(dialect, f"stories_{noun}"))


def kept_columns(dialect: Dialect, table: str, columns: Iterable[str] | None = None, *, but: Iterable[str] = ()) -> str:
    """SQL: an UPDATE leaves `columns` of `table` (all, when None; none of `but`) as they were."""
    meta: Any = model_of(table)._meta
    fields = [field for field in meta.local_concrete_fields if field.column not in but]
    if columns is not None:
        wanted = set(columns)
        fields = [field for field in fields if field.column in wanted or field.primary_key]
        unknown = wanted - {field.column for field in fields}
        if unknown:
            raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}.")
    compare = {True: dialect.same_json, False: dialect.same}
    return " AND ".join(
        compare[isinstance(field, models.JSONField)](f'NEW."{field.column}"', f'OLD."{field.column}"')
        for field in fields
    )
