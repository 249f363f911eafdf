"""Full-text search over published statements: what the index is made of on each database, and how words reach it.

SQLite keeps an FTS5 table that holds no text, only words by position; triggers keep it (`stories.database.derived`).
PostgreSQL keeps a GIN index on an expression of the text, which needs no trigger. Both fold case and nothing else.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "stories_search"
MOST_WORDS = 32
"""More words than this in one search are refused."""

WORD = re.compile(r"\w+")

STATEMENT = "json_extract({row}.text, '$.statement')"
MOST_COUNTED = 9
"""Up to so many independent sources stand in the index."""

COLUMNS = {
    "statement": STATEMENT,
    "story": "lower(hex(json_extract({row}.text, '$.story.slug')))",
    "kind": "lower(hex(json_extract({row}.text, '$.kind')))",
    "basis": "lower(hex(json_extract({row}.text, '$.basis')))",
    "language": "lower(hex(json_extract({row}.text, '$.language')))",
    "source": """(SELECT group_concat(DISTINCT lower(hex(json_extract(s.value, '$.slug'))) || ' ')
    FROM json_each({row}.text, '$.routes') r, json_each(r.value) s)""",
    "sources": "substr('1 2 3 4 5 6 7 8 9', 1, 2 * json_extract({row}.text, '$.independent_sources'))",
}
"""What SQLite's index holds of a fact. What facts/ filters by stands in it as words, spelt in hexadecimal digits, so
that a search for a common word passes over what the filters leave out within the index; `sources` counts up to its
number."""


def write_columns(row: str) -> str:
    """The values of `COLUMNS` for the text in `row`."""
    return ", ".join(value.format(row=row) for value in COLUMNS.values())


SQLITE_TABLE = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE}
USING fts5({", ".join(COLUMNS)}, content='', tokenize="unicode61 remove_diacritics 0")
"""

SQLITE_MISSING = f"""
INSERT INTO {TABLE} (rowid, {", ".join(COLUMNS)})
SELECT t.position, {write_columns("t")} FROM stories_publicationtext t
WHERE {STATEMENT.format(row="t")} IS NOT NULL AND t.position NOT IN (SELECT id FROM {TABLE}_docsize)
"""  # noqa: S608

POSTGRES_VECTOR = "to_tsvector('simple', {row}.text::jsonb ->> 'statement')"

POSTGRES_INDEX = f"""
CREATE INDEX IF NOT EXISTS {TABLE} ON stories_publicationtext
USING gin ({POSTGRES_VECTOR.format(row="stories_publicationtext").replace("stories_publicationtext.text", "text")})
"""


def install_search(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing of the search index and index the texts that are not in it yet. Safe to repeat."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_INDEX)
            return
        cursor.execute(SQLITE_TABLE)
        cursor.execute(SQLITE_MISSING)


def mend_search(connection: BaseDatabaseWrapper) -> None:
    """Index what came past the triggers, which only SQLite needs. Nothing where there is no search index yet."""
    if connection.vendor == "sqlite" and TABLE in connection.introspection.table_names():
        install_search(connection)


def drop_search(connection: BaseDatabaseWrapper) -> None:
    """Take the search index away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP INDEX IF EXISTS {TABLE}")
            return
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def split_words(text: str) -> list[str]:
    """The distinct plain words of `text`, in order. Everything that is not a letter or a digit separates words."""
    return list(dict.fromkeys(word.strip("_") for word in WORD.findall(text) if word.strip("_")))


def write_sqlite_match(words: list[str], filters: Mapping[str, Any]) -> str:
    """What FTS5 is to match: every one of `words`, and what `filters` ask for. No operator of theirs survives."""
    quoted = " AND ".join(f'"{word}"' for word in words)
    terms = [f"statement : ({quoted})"]
    terms += [f'{name} : "{filters[name].encode().hex()}"' for name in COLUMNS if name in filters]
    if least := min(filters.get("min_sources", 0), MOST_COUNTED):
        terms.append(f'sources : "{least}"')
    return " AND ".join(terms)
