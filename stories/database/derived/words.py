"""The indexes of words: of the claims' statements, and of the published ones.

SQLite's hold no text: a row leaves by being told what stood in it, and triggers keep them. PostgreSQL's keep
themselves.
"""

from django.db import connection as desk
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.database.guard import Keeper
from stories.search import COLUMNS, STATEMENT, split_words, write_columns
from stories.search import TABLE as PUBLISHED_WORDS

CLAIM_WORDS = "stories_claimwords"
CLAIM_COLUMNS = "statement, story"
CLAIM_VALUES = "{row}.id, {row}.statement, 'story' || {row}.story_id"
SQLITE_CLAIM_WORDS = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS {CLAIM_WORDS}
USING fts5({CLAIM_COLUMNS}, content='', tokenize="unicode61 remove_diacritics 0")
"""
SQLITE_MISSING = f"""
INSERT INTO {CLAIM_WORDS} (rowid, {CLAIM_COLUMNS}) SELECT {CLAIM_VALUES.format(row="c")} FROM stories_claim c
WHERE c.id NOT IN (SELECT id FROM {CLAIM_WORDS}_docsize)
"""
POSTGRES_VECTOR = "to_tsvector('simple', statement)"
POSTGRES_CLAIM_WORDS = f"CREATE INDEX IF NOT EXISTS {CLAIM_WORDS} ON stories_claim USING gin ({POSTGRES_VECTOR})"


def enter(index: str, columns: str, values: str) -> tuple[str, ...]:
    """The step that brings a row into `index`; its key comes first in `values`."""
    return (f"INSERT INTO {index} (rowid, {columns}) VALUES ({values})",)


def leave(index: str, columns: str, values: str) -> tuple[str, ...]:
    """The step that takes a row out of `index`."""
    return (f"INSERT INTO {index} ({index}, rowid, {columns}) VALUES ('delete', {values})",)


CLAIM_ENTERS = enter(CLAIM_WORDS, CLAIM_COLUMNS, CLAIM_VALUES.format(row="NEW"))
CLAIM_LEAVES = leave(CLAIM_WORDS, CLAIM_COLUMNS, CLAIM_VALUES.format(row="OLD"))

SQLITE_WORDS_KEEPERS = (
    Keeper("worklist_words_insert", CLAIM_WORDS, "stories_claim", "INSERT", CLAIM_ENTERS),
    Keeper(
        "worklist_words_update",
        CLAIM_WORDS,
        "stories_claim",
        "UPDATE",
        (*CLAIM_LEAVES, *CLAIM_ENTERS),
        when="OLD.statement <> NEW.statement OR OLD.story_id <> NEW.story_id",
    ),
    Keeper("worklist_words_delete", CLAIM_WORDS, "stories_claim", "DELETE", CLAIM_LEAVES),
    Keeper(
        "stories_search_insert",
        PUBLISHED_WORDS,
        "stories_publicationtext",
        "INSERT",
        enter(PUBLISHED_WORDS, ", ".join(COLUMNS), f"NEW.position, {write_columns('NEW')}"),
        when=f"{STATEMENT.format(row='NEW')} IS NOT NULL",
    ),
    Keeper(
        "stories_search_delete",
        PUBLISHED_WORDS,
        "stories_publicationtext",
        "DELETE",
        leave(PUBLISHED_WORDS, ", ".join(COLUMNS), f"OLD.position, {write_columns('OLD')}"),
        when=f"{STATEMENT.format(row='OLD')} IS NOT NULL",
    ),
)


def mend_claim_words(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing of the index of claims' words, and bring in what came past the triggers. Repeatable."""
    with connection.cursor() as cursor:
        for statement in (
            (SQLITE_CLAIM_WORDS, SQLITE_MISSING) if connection.vendor == "sqlite" else (POSTGRES_CLAIM_WORDS,)
        ):
            cursor.execute(statement)


def drop_claim_words(connection: BaseDatabaseWrapper) -> None:
    """Take the index of claims' words away."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {'TABLE' if connection.vendor == 'sqlite' else 'INDEX'} IF EXISTS {CLAIM_WORDS}")


def find_words(text: str, *, story: int | None, most: int) -> list[int]:
    """The newest `most` claims (primary keys) whose statement holds every word of `text`; of `story`, if given."""
    words = split_words(text)
    if not words:
        return []
    with desk.cursor() as cursor:
        if desk.vendor == "sqlite":
            quoted = " AND ".join(f'"{word}"' for word in words)
            match = f"statement : ({quoted})" + (f" AND story : story{story}" if story is not None else "")
            sql = f"SELECT rowid FROM {CLAIM_WORDS} WHERE {CLAIM_WORDS} MATCH %s ORDER BY rowid DESC LIMIT %s"
            cursor.execute(sql, [match, most])
        else:
            within = "AND story_id = %s" if story is not None else ""
            sql = f"SELECT id FROM stories_claim WHERE {POSTGRES_VECTOR} @@ plainto_tsquery('simple', %s) {within}"
            asked: list[str | int] = [" ".join(words), *([story] if story is not None else []), most]
            cursor.execute(f"{sql} ORDER BY id DESC LIMIT %s", asked)
        return [key for (key,) in cursor.fetchall()]
