"""`manage.py heartbeat`: say every second, where the public log is replicated from, that the desk is there."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from stories.chain import format_time
from stories.management.repeating import repeat
from stories.replicas.heartbeat import beat

INTERVAL = 1.0
"""Seconds from one beat to the next."""


class Command(BaseCommand):
    """Beats until it is told to stop (SIGTERM, SIGINT). A database that is away is waited for."""

    help = "Write the heartbeat that replicated API databases must see to serve (LEASE): once a second, for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        """How often."""
        parser.add_argument("--once", action="store_true", help="write one beat and end, with exit code 1 if it failed")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        """Beat once, and say when, or for ever."""

        def act() -> None:
            at = beat()
            if once:
                self.stdout.write(format_time(at))

        away = "The database does not take the heartbeat: {error}"
        repeat(self, act, every=INTERVAL, once=once, away=away, back="The database takes the heartbeat again.")
