"""The two indexes of words: of the claims' statements, and of the published ones.

SQLite's hold no text: a row leaves by being told what stood in it, and triggers keep them. PostgreSQL's keep
themselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.db import connection as desk
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.database.guard import Keeper
from stories.search import COLUMNS, POSTGRES_INDEX, STATEMENT, TABLE, split_words, write_sqlite_match
from stories.search import POSTGRES_VECTOR as PUBLISHED_VECTOR

Entry = tuple[str, int, int, int]
"""A word, and the row, column and place in which it stands."""


@dataclass(frozen=True)
class WordIndex:
    """An index `name` of words in the rows of `table`, found again by their `key`.

    `columns` say for SQLite what of a `{row}` stands in it, and `holds` whether the row does; `postgres` makes it
    there. `triggers` begin its triggers' names.
    """

    name: str
    table: str
    key: str
    columns: Mapping[str, str]
    postgres: str
    triggers: str
    holds: str = "TRUE"

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create the index where it is missing and bring in the rows that are not in it yet. Safe to repeat."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(self.postgres)
                return
            cursor.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS {self.name} USING fts5({self._made_of})")
            missing = f"{self.holds.format(row='t')} AND t.{self.key} NOT IN (SELECT id FROM {self.name}_docsize)"
            cursor.execute(self._write(f"SELECT {self._values('t')} FROM {self.table} t WHERE {missing}"))

    def mend(self, connection: BaseDatabaseWrapper) -> None:
        """Index what came past the triggers, which only SQLite needs. Nothing where there is no index yet.

        Where a row's words are not those of its text, or cannot be read, the index is made anew.
        """
        if connection.vendor != "sqlite" or self.name not in connection.introspection.table_names():
            return
        self.install(connection)
        try:
            differs = next(self.find_differing(connection), None) is not None
        except DatabaseError:
            differs = True
        if differs:
            self.drop(connection)
            self.install(connection)

    def forget(self, connection: BaseDatabaseWrapper) -> None:
        """Leave no word behind of the rows that left: SQLite keeps it in the index until pieces of that are merged."""
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {self.name} ({self.name}) VALUES ('optimize')")

    def find_differing(self, connection: BaseDatabaseWrapper) -> Iterator[int]:
        """The keys of the rows whose words in SQLite's index are not those of their text, each once, in some order.

        The words are indexed once more, beside the database, and both indexes read word by word.
        """
        due, places = f"{self.name}_due", {name: place for place, name in enumerate(self.columns)}
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE VIRTUAL TABLE temp.{due} USING fts5({self._made_of})")
            rows = f"SELECT {self._values('t')} FROM {self.table} t WHERE {self.holds.format(row='t')}"
            cursor.execute(f"INSERT INTO temp.{due} (rowid, {', '.join(self.columns)}) {rows}")
            for schema, name in (("main", self.name), ("temp", due)):
                cursor.execute(f"CREATE VIRTUAL TABLE temp.{name}_words USING fts5vocab({schema}, {name}, instance)")
        try:
            told = [_read_entries(connection, f"temp.{name}_words", places) for name in (self.name, due)]
            yield from dict.fromkeys(key for _, key, *_ in _find_unpaired(*told))
        finally:
            with connection.cursor() as cursor:
                for name in (f"{self.name}_words", f"{due}_words", due):
                    cursor.execute(f"DROP TABLE temp.{name}")

    @property
    def _made_of(self) -> str:
        return f"{', '.join(self.columns)}, content='', tokenize=\"unicode61 remove_diacritics 0\""

    def drop(self, connection: BaseDatabaseWrapper) -> None:
        """Take the index away."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP {'TABLE' if connection.vendor == 'sqlite' else 'INDEX'} IF EXISTS {self.name}")

    def keep(self, on: str, *steps: str, when: str = "TRUE") -> Keeper:
        """What keeps it on SQLite, `on` a row of its table."""
        return Keeper(f"{self.triggers}_{on.lower()}", self.name, self.table, on, steps, when)

    def enter(self) -> str:
        """The step that brings a new row in."""
        return self._write(f"VALUES ({self._values('NEW')})")

    def leave(self) -> str:
        """The step that takes an old row out."""
        columns = f"{self.name}, rowid, {', '.join(self.columns)}"
        return f"INSERT INTO {self.name} ({columns}) VALUES ('delete', {self._values('OLD')})"

    def _write(self, rows: str) -> str:
        return f"INSERT INTO {self.name} (rowid, {', '.join(self.columns)}) {rows}"

    def _values(self, row: str) -> str:
        return ", ".join(value.format(row=row) for value in (f"{{row}}.{self.key}", *self.columns.values()))


def _read_entries(connection: BaseDatabaseWrapper, words: str, places: Mapping[str, int]) -> Iterator[Entry]:
    """Every word of an index with the row, column and place in which it stands, in that order."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT term, doc, col, "offset" FROM {words}')
        while some := cursor.fetchmany(1000):
            yield from ((term, doc, places[column], place) for term, doc, column, place in some)


def _find_unpaired(one: Iterator[Entry], other: Iterator[Entry]) -> Iterator[Entry]:
    """What only one of two sorted sequences holds."""
    left, right = next(one, None), next(other, None)
    while left is not None or right is not None:
        if left is not None and (right is None or left < right):
            yield left
            left = next(one, None)
        elif right is not None and (left is None or right < left):
            yield right
            right = next(other, None)
        else:
            left, right = next(one, None), next(other, None)


POSTGRES_VECTOR = "to_tsvector('simple', statement)"

CLAIM_WORDS = WordIndex(
    "stories_claimwords",
    "stories_claim",
    "id",
    {"statement": "{row}.statement", "story": "'story' || {row}.story_id"},
    f"CREATE INDEX IF NOT EXISTS stories_claimwords ON stories_claim USING gin ({POSTGRES_VECTOR})",
    "worklist_words",
)
PUBLISHED_WORDS = WordIndex(
    TABLE,
    "stories_publicationtext",
    "position",
    COLUMNS,
    POSTGRES_INDEX,
    "stories_search",
    holds=f"{STATEMENT} IS NOT NULL",
)

SQLITE_WORDS_KEEPERS = (
    CLAIM_WORDS.keep("INSERT", CLAIM_WORDS.enter()),
    CLAIM_WORDS.keep(
        "UPDATE",
        CLAIM_WORDS.leave(),
        CLAIM_WORDS.enter(),
        when="OLD.statement <> NEW.statement OR OLD.story_id <> NEW.story_id",
    ),
    CLAIM_WORDS.keep("DELETE", CLAIM_WORDS.leave()),
    PUBLISHED_WORDS.keep("INSERT", PUBLISHED_WORDS.enter(), when=PUBLISHED_WORDS.holds.format(row="NEW")),
    PUBLISHED_WORDS.keep("DELETE", PUBLISHED_WORDS.leave(), when=PUBLISHED_WORDS.holds.format(row="OLD")),
)


def find_words(text: str, *, story: int | None, most: int) -> list[int]:
    """The newest `most` claims (primary keys) whose statement holds every word of `text`; of `story`, if given."""
    words = split_words(text)
    if not words:
        return []
    with desk.cursor() as cursor:
        asked: list[Any] = [" ".join(words)]
        if desk.vendor == "sqlite":
            index = CLAIM_WORDS.name
            match = " AND ".join(f'statement : "{word}"' for word in words)
            asked = [match if story is None else f"({match}) AND story : story{story}", most]
            cursor.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH %s ORDER BY rowid DESC LIMIT %s", asked)
        else:
            within, asked = ("", [*asked, most]) if story is None else ("AND story_id = %s", [*asked, story, most])
            sql = f"SELECT id FROM stories_claim WHERE {POSTGRES_VECTOR} @@ plainto_tsquery('simple', %s) {within}"
            cursor.execute(f"{sql} ORDER BY id DESC LIMIT %s", asked)
        return [key for (key,) in cursor.fetchall()]


def find_published(text: str, *, most: int) -> list[int]:
    """The newest `most` positions whose fact, as it is shown, says every word of `text`, in any order."""
    words = split_words(text)
    if not words:
        return []
    with desk.cursor() as cursor:
        if desk.vendor == "sqlite":
            sql = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY rowid DESC LIMIT %s"
            cursor.execute(sql, [write_sqlite_match(words, {}), most])
        else:  # materialized: else it may walk all positions from the newest, and read their words one by one
            vector = PUBLISHED_VECTOR.format(row="t")
            rows = f"SELECT t.position FROM {PUBLISHED_WORDS.table} t WHERE {vector} @@ plainto_tsquery('simple', %s)"
            sql = f"WITH found AS MATERIALIZED ({rows}) SELECT position FROM found ORDER BY 1 DESC LIMIT %s"
            cursor.execute(sql, [" ".join(words), most])
        return [position for (position,) in cursor.fetchall()]
