"""`manage.py heartbeat`: say every second, where the public log is replicated from, that the desk is there."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection

from stories.chain import format_time
from stories.heartbeat import beat

INTERVAL = 1.0
"""Seconds from one beat to the next."""

AWAY = "The database does not take the heartbeat: {error}"


class Command(BaseCommand):
    """Beats until it is told to stop (SIGTERM, SIGINT). A database that is away is waited for."""

    help = "Write the heartbeat that replicated API databases must see to serve (LEASE): once a second, for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        """How often."""
        parser.add_argument("--once", action="store_true", help="write one beat and end, with exit code 1 if it failed")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        """Beat once, or for ever."""
        if once:
            try:
                self.stdout.write(format_time(beat()))
            except Error as error:
                raise CommandError(AWAY.format(error=str(error).strip())) from error
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        away = False
        while not stop.wait(INTERVAL):
            away = self._beat_or_say_why(away)

    def _beat_or_say_why(self, was_away: bool) -> bool:
        """Beat; returns whether the database is away. Said when it goes and when it comes back, not every second."""
        try:
            beat()
        except Error as error:
            connection.close()
            if not was_away:
                self.stderr.write(AWAY.format(error=str(error).strip()))
            return True
        if was_away:
            self.stdout.write("The database takes the heartbeat again.")
        return False
