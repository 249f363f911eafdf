"""Django's SQLite backend, opened read-only and able to see the public log alone (rule: only-published)."""

import sqlite3
from contextlib import closing, suppress
from typing import Any

from newsroom.desk_sqlite import base
from stories.monitor.files import is_file, locate
from stories.search import TABLE

# In letters, because this loads before the models do; a test holds them equal.
PUBLIC_TABLES = {
    *("stories_publication", "stories_publicationnote", "stories_publicationsource", "stories_publicationtext"),
    *("stories_factinforce", "stories_heartbeat"),
}
SEARCH_TABLES = {TABLE, *(f"{TABLE}_{part}" for part in ("config", "content", "data", "docsize", "idx"))}
READABLE = PUBLIC_TABLES | SEARCH_TABLES
ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
    sqlite3.SQLITE_RECURSIVE,
}


def authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """Whether a statement may do `action`: read the public tables and their search index; all else is denied."""
    if action == sqlite3.SQLITE_READ:
        allowed = first in READABLE
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = second != "load_extension"
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = first == "data_version" and second is None  # FTS5 asks whether somebody else has written
    else:
        allowed = action in ALLOWED
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def recover(path: str) -> None:
    """Roll back what a killed writer left half done in the file `path`: a read-only connection cannot."""
    # On a disk that is itself read-only there is nothing to recover with, and reading says so soon enough.
    with (
        suppress(sqlite3.OperationalError),
        closing(sqlite3.connect(locate(path, "rw"), uri=True, timeout=20)) as connection,
    ):
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that can read the public tables of a file, and nothing else."""

    mode = "ro"

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the file read-only, recovered first and watched from then on."""
        path = str(conn_params["database"])
        if is_file(path):
            recover(path)
        connection = super().get_new_connection(conn_params)
        with suppress(sqlite3.OperationalError):  # no search index: then there is nothing to open
            # Opening the index asks for more than reading it ever does; after a change of the schema it opens anew,
            # is refused, and the request is served again on a fresh connection.
            connection.execute(f"SELECT rowid FROM {TABLE} LIMIT 0")  # noqa: S608
        connection.set_authorizer(authorize)
        return connection
