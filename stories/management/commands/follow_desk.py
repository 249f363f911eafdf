"""`manage.py follow_desk`: see to it that an API database follows the desk's, also after a failover."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection

from stories.management.repeating import repeat
from stories.replicas.following import connect_primary, find_break, is_following, rebuild

INTERVAL = 2.0
"""Seconds from one look to the next."""


class Command(BaseCommand):
    """Looks until it is told to stop (SIGTERM, SIGINT). Runs as the owner of the API database, not as its reader."""

    help = "Keep an API database (DATABASE_URL, as its owner) following the desk's: rebuild it when it cannot go on."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom to follow, under which name, how often to look."""
        parser.add_argument("--name", required=True, help="the API database's name on the desk, e.g. api1")
        parser.add_argument("--primary", required=True, help="connection string of the desk's database: all its hosts")
        parser.add_argument("--once", action="store_true", help="look once and end, with exit code 1 if it failed")

    def handle(self, *args: Any, name: str, primary: str, once: bool, **options: Any) -> None:
        """Look once, or for ever."""
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL replicates; this database is SQLite.")

        def look() -> None:
            self._follow(name, primary)

        away = "{error}\nThis API database cannot be seen to: it, or the desk's database, does not answer."
        repeat(self, look, every=INTERVAL, once=once, away=away, back="Both databases answer again.")

    def _follow(self, name: str, source: str) -> None:
        """Rebuild the API database if it cannot go on from where it is."""
        if is_following(connection, name):
            return
        try:
            with connect_primary(connection, source) as primary:
                if reason := find_break(connection, primary, name):
                    rebuild(connection, primary, name, source=source)
                    self.stdout.write(f"{name} is copied anew. {reason}")
                    self.stdout.flush()  # into the journal now
        except connection.Database.Error as error:  # type: ignore[attr-defined]
            raise Error(str(error).strip()) from error
