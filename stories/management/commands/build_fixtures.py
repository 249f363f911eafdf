"""`manage.py build_fixtures [--check]`: seeds/ → fixtures/, by running the desk's own code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model

from stories import models
from stories.audit import find_violations
from stories.intake.plain_text import UnreadableSeed
from stories.sample.seeding import Newsday, ScriptError
from stories.sample.temporary_desk import temporary_desk

FIXTURES: dict[str, tuple[type[Model], ...]] = {
    "editors": (User,),
    "sources": (models.Change, models.Source, models.Alias, models.Voice),
    "articles": (models.Story, models.Article),
    "claims": (models.Claim, models.Evidence, models.ChainLink, models.Contradiction, models.Discrepancy),
    "decisions": (models.Decision,),
    "versions": (models.StoryVersion,),
    "publications": (
        *(models.Publication, models.PublicationText, models.PublicationNote, models.PublicationSource),
        models.SealedText,
    ),
}
"""File → what is in it, in the order in which they load."""


def build(seeds: Path) -> dict[str, str]:
    """Run the newsroom's day of `seeds` in a database of its own; returns fixture name → its JSON."""
    with temporary_desk():
        Newsday(seeds).run()
        violations = list(find_violations())
        if violations:
            raise ScriptError("; ".join(str(one) for one in violations))
        return {name: _serialize(contents) for name, contents in FIXTURES.items()}


def _serialize(contents: tuple[type[Model], ...]) -> str:
    rows = [row for model in contents for row in model._default_manager.order_by("pk")]
    text = serializers.serialize("json", rows, indent=1, use_natural_foreign_keys=True, use_natural_primary_keys=True)
    return text.rstrip("\n") + "\n"


class Command(BaseCommand):
    """Write the fixtures, or check that the committed ones are what the seeds give."""

    help = "Build fixtures/*.json from seeds/, deterministically, by the desk's own code."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """`--check`, and the folders for tests."""
        parser.add_argument("--check", action="store_true", help="Write nothing; exit 1 when a file would differ.")
        parser.add_argument("--seeds", type=Path, default=settings.BASE_DIR / "seeds")
        parser.add_argument("--fixtures", type=Path, default=settings.BASE_DIR / "fixtures")

    def handle(self, *args: Any, check: bool, seeds: Path, fixtures: Path, **options: Any) -> None:
        """Build, then write or compare."""
        try:
            built = build(seeds)
        except (ScriptError, UnreadableSeed) as error:
            raise CommandError(str(error)) from error
        if check:
            there = {path.name: path.read_bytes() for path in fixtures.glob("*.json")}
            files = [f"{name}.json" for name, text in built.items() if there.get(f"{name}.json") != text.encode()]
            if files:
                raise CommandError(f"{', '.join(files)} differ from what seeds/ gives: run manage.py build_fixtures.")
            self.stdout.write("The fixtures are what seeds/ gives.")
            return
        fixtures.mkdir(exist_ok=True)
        for name, text in built.items():
            (fixtures / f"{name}.json").write_bytes(text.encode())
        self.stdout.write(f"Wrote {', '.join(f'{name}.json' for name in built)}.")
