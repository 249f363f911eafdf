"""`manage.py find_discrepancies A B [--json]`: what two articles that carry no claims yet disagree on, or share."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stories.disagreements.pairs import Find, find_between, say_limits
from stories.models import Article


def read_text(name: str) -> str:
    """The text of the file `name`, or of the article with that slug; `CommandError` when there is neither."""
    path = Path(name)
    try:
        if path.is_file():
            return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not UTF-8 (byte {error.start}): convert it first.") from error
    except (OSError, ValueError) as error:
        raise CommandError(f"Cannot read {name}: {error}.") from error
    text = Article.objects.filter(slug=name).values_list("text", flat=True).first()
    if text is None:
        raise CommandError(f"{name} is neither a file nor the slug of an article.")
    return text


def describe_find(find: Find) -> dict[str, Any]:
    """One find as JSON: offsets are code points, ends exclusive; each of `differing` has the words of either text."""
    return {
        "kind": find.kind,
        "first": {"start": find.first_start, "end": find.first_end, "passage": find.first_passage},
        "second": {"start": find.second_start, "end": find.second_end, "passage": find.second_passage},
        "differing": [{"first": one, "second": other} for one, other in find.differing],
    }


class Command(BaseCommand):
    """Offers; it never decides, and writes nothing."""

    help = (
        "Find where two articles quote one utterance in different words, and where they are the same copy. "
        "A and B are slugs of articles or paths of text files in UTF-8."
    )
    requires_system_checks: list[str] = []  # two files can be compared without a database

    def add_arguments(self, parser: CommandParser) -> None:
        """The two texts, and the form of the answer."""
        parser.add_argument("first", metavar="A")
        parser.add_argument("second", metavar="B")
        parser.add_argument("--json", action="store_true", help="A JSON list, one object for each find.")

    def handle(self, *args: Any, first: str, second: str, **options: Any) -> None:
        """Compare and print; what was left aside goes to stderr."""
        texts = read_text(first), read_text(second)
        for name, text in zip((first, second), texts, strict=True):
            for limit in say_limits(text):
                self.stderr.write(f"{name}: {limit}.")
        finds = find_between(*texts)
        if options["json"]:
            self.stdout.write(json.dumps([describe_find(find) for find in finds], ensure_ascii=False, indent=1))
            return
        for find in finds:
            self._print(find, first, second)
        self.stdout.write(f"{len(finds)} found; nothing was decided or written.")

    def _print(self, find: Find, first: str, second: str) -> None:
        if find.kind == "copy":
            words = len(find.first_passage.split())
            self.stdout.write(f"copy: {words} words of {first} and {second}; one may be copy_of the other")
        else:
            how = "in different words" if find.kind == "quotation" else "in the same words, written otherwise"
            self.stdout.write(f"{find.kind}: one utterance {how}")
        self.stdout.write(f"  {first} {find.first_start}-{find.first_end}: {_shorten(find.first_passage)}")
        self.stdout.write(f"  {second} {find.second_start}-{find.second_end}: {_shorten(find.second_passage)}")
        for one, other in find.differing:
            self.stdout.write(f"  “{one}” / “{other}”")


def _shorten(passage: str) -> str:
    line = " ".join(passage.split())
    return line if len(line) <= 300 else f"{line[:149]} … {line[-149:]}"
