"""`manage.py stats`: the desk in figures, for people and, with --json, for a monitor."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from stories.monitor.statistics import count_desk


class Command(BaseCommand):
    """Prints; writes nothing."""

    help = "Print how much there is, what waits, the heads of both chains, and how far each API database has come."

    def add_arguments(self, parser: CommandParser) -> None:
        """For whom."""
        parser.add_argument("--json", action="store_true", help="one JSON object, for a monitor")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures."""
        figures = count_desk()
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        copies = figures.pop("api_databases")
        width = max(map(len, figures))
        for name, value in figures.items():
            shown = f"{value:,}" if isinstance(value, int) else (value or "—")
            self.stdout.write(f"{name.replace('_', ' '):<{width}}  {shown}")
        for copy in copies:
            state = f"{copy['bytes_behind']:,} bytes behind" if copy["connected"] else "not connected"
            self.stdout.write(f"API database {copy['name']}: {state}")
