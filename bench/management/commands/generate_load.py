"""`manage.py generate_load [--facts N] [--stories N] [--seed N] [--withdrawn PERCENT]`: a desk to measure by."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench.load import Invention, Mix, NotOurs, generate

WIDTH = 30


class Command(BaseCommand):
    """Fill an empty database with made-up facts, or go on filling one."""

    help = (
        "Fill this database with made-up facts: claims, evidence, decisions, publications and versions with valid "
        "chains. Can be interrupted and run again: it goes on from where the database stands. Refuses a real desk."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How many of what."""
        parser.add_argument("--facts", type=int, default=1_000_000, help="In all, those already there included.")
        parser.add_argument("--stories", type=int, default=2_000)
        parser.add_argument("--seed", type=int, default=1, help="The same seed gives the same rows, byte for byte.")
        parser.add_argument("--withdrawn", type=int, default=2, help="How many of a hundred facts are withdrawn again.")

    def handle(self, *args: Any, facts: int, stories: int, seed: int, withdrawn: int, **options: Any) -> None:
        """Generate, showing how far it is; then say how fast it was."""
        if facts < 1 or stories < 1 or not 0 <= withdrawn <= 100:
            raise CommandError("Give at least one fact and one story, and a percentage from 0 to 100.")
        mix = Mix(withdrawn=withdrawn, reworded=min(Mix.reworded, 100 - withdrawn))
        begin, rows = time.monotonic(), 0
        try:
            for made, rows in generate(Invention(seed=seed, stories=stories), facts=facts, mix=mix):
                self._show(made, facts, rows / (time.monotonic() - begin))
        except NotOurs as refusal:
            raise CommandError(str(refusal)) from refusal
        seconds = time.monotonic() - begin
        self.stdout.write(f"{rows:,} rows in {seconds:,.1f} s: {rows / seconds:,.0f} rows per second.")

    def _show(self, made: int, facts: int, rate: float) -> None:
        if sys.stderr.isatty():
            done = "█" * (WIDTH * made // facts)
            line = f"\r{done:·<{WIDTH}} {made:,} of {facts:,} facts, {rate:,.0f} rows/s "
            self.stderr.write(line, ending="\n" if made == facts else "")
