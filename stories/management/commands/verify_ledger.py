"""`manage.py verify_ledger [--head FILE] [--export FILE]`: re-compute both chains."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stories.audit import verify_ledger, verify_log
from stories.chain import BrokenChain, ChainHead, format_time
from stories.models import Decision, Publication

CHAINS = (("ledger", Decision, verify_ledger), ("log", Publication, verify_log))
PROGRESS_EVERY = 5000


def read_heads(path: Path) -> dict[str, dict[int, str]]:
    """The heads that `--export` wrote earlier, as {chain: {place: hash}}; `CommandError` names what is wrong."""
    try:
        heads = json.loads(path.read_text())
        return {name: {int(heads[name]["place"]): str(heads[name]["hash"])} for name, *_ in CHAINS}
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} holds no heads: write one with `verify_ledger --export FILE`.") from error


class Command(BaseCommand):
    """Exit 0 and both heads, or exit 1 and the first bad row."""

    help = "Re-compute the hash chains of the ledger and the public log; name the first bad row."

    def add_arguments(self, parser: CommandParser) -> None:
        """The two files."""
        parser.add_argument("--head", type=Path, help="Heads exported earlier: catches a rewritten or cut tail.")
        parser.add_argument("--export", type=Path, help="Write the present heads to this file.")

    def handle(self, *args: Any, head: Path | None, export: Path | None, **options: Any) -> None:
        """Verify, print, export."""
        expected = read_heads(head) if head else {}
        heads: dict[str, ChainHead] = {}
        for name, model, verify in CHAINS:
            bad_row = ""
            try:
                progress = self._progress(name, model.objects.count())
                heads[name] = verify(expect=expected.get(name), progress=progress)
            except BrokenChain as broken:
                bad_row = str(broken)
            if bad_row:  # outside of `except`, which would keep the cursor of the reading open past its connection
                raise CommandError(bad_row)
            one = heads[name]
            time = f" at {format_time(one.at)}" if one.at else ""
            self.stdout.write(f"{name}: {one.place} rows, head {one.hash or '(empty)'}{time}")
        if export:
            text = {
                name: {"place": one.place, "hash": one.hash, "at": format_time(one.at) if one.at else None}
                for name, one in heads.items()
            }
            unfinished = export.with_name(f"{export.name}.unfinished")  # the heads of before are there until these are
            try:
                unfinished.write_text(json.dumps(text, indent=1) + "\n")
                unfinished.replace(export)
            except OSError as error:
                raise CommandError(f"Cannot write {export}: {error.strerror}.") from error

    def _progress(self, name: str, total: int) -> Callable[[int], None]:
        def show(place: int) -> None:
            if place % PROGRESS_EVERY == 0 and sys.stderr.isatty():
                self.stderr.write(f"\r{name}: {place:,} of {total:,}", ending="" if place < total else "\n")

        return show
