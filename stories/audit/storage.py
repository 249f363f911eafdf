"""What lies under the rows: triggers that are not the desk's, the file itself, the indexes of words."""

from collections.abc import Iterator

from django.db import DatabaseError, connection

from stories.audit.violations import Violation
from stories.database import find_damages, foreign_triggers
from stories.database.derived.words import CLAIM_WORDS, PUBLISHED_WORDS


def check_file() -> Iterator[Violation]:
    """SQLite finds its own file whole. What PostgreSQL can say of its files, its own tools say."""
    for damage in find_damages(connection):
        reason = f"the file is damaged ({damage}): stop the desk and restore a backup (docs/backup.md)"
        yield Violation("database", connection.alias, reason)


def check_triggers() -> Iterator[Violation]:
    """No trigger, and on PostgreSQL no rewrite rule, stands in the database but the desk's own."""
    for table, name in foreign_triggers(connection):
        yield Violation(table, name, "it is no trigger of the desk's: find out who put it there, and drop it")


def check_words() -> Iterator[Violation]:
    """What a search finds is what the texts say. PostgreSQL's indexes are its own; SQLite's are kept by triggers."""
    if connection.vendor != "sqlite":
        return
    for index in (PUBLISHED_WORDS, CLAIM_WORDS):
        try:
            differing = sorted(index.find_differing(connection))
        except DatabaseError as error:
            yield Violation(index.name, "all", f"the index of words cannot be read ({error}): run manage.py migrate")
            continue
        if differing:
            reason = f"{len(differing)} row(s), this one first, are not found by their words: run manage.py migrate"
            yield Violation(index.name, str(differing[0]), reason)
