"""Django's SQLite backend that opens the file it is told or none: it makes none, and notices another in its place.

Otherwise a mistyped path would be an empty database, and decisions would go on into a file that was moved away.
"""

import sqlite3
from typing import Any

from django.db.backends.sqlite3 import base

from stories.monitor.files import REPLACED, is_file, is_same, keep_open, locate


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a file that exists, the one that this process began with; or to a database in memory."""

    mode = "rw"

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open it; `OperationalError` when it is not there, or is another file than it was."""
        path = str(conn_params["database"])
        if not is_file(path):
            return super().get_new_connection(conn_params)
        keep_open(path)
        if not is_same(path):
            raise sqlite3.OperationalError(f"{REPLACED} ({path})")
        return super().get_new_connection({**conn_params, "database": locate(path, self.mode)})

    def is_usable(self) -> bool:
        """Whether the file is still the one that was opened. Django asks before the first query of a request."""
        path = str(self.settings_dict["NAME"])
        return not is_file(path) or is_same(path)
