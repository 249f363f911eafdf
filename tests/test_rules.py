"""docs/rules.md and the code hold each other: what is cited has an entry, what has an entry is enforced.

A rule is cited by its name, in a docstring or a comment: “(rule: two-people)”, “Rules: routes, voices.”
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name

import pytest
from django.apps import apps
from django.core.management import call_command

from stories.database import postgresql, sqlite
from stories.database.beside_log import beside_log_guards
from stories.database.changes import change_guards
from stories.database.desk import desk_guards
from stories.database.ledger import ledger_guards
from stories.database.log import log_guards
from stories.database.protection import protection_guards
from stories.management.commands.build_fixtures import FIXTURES
from stories.models import Claim
from stories.provenance.names import name_of
from stories.provenance.routes import count_sources, printed_routes, rests_on
from stories.provenance.snapshots import take_snapshot

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "docs/rules.md"

CITATION = re.compile(r"(?<!\w)\(rules?: ([^)]+)\)|^Rules: (.+)\.$", re.MULTILINE)
BY_NUMBER = re.compile(
    r"\binvariants? \d|\bsections? \d|§ ?\d|\(policy[):]|\(design[):,]|\bof the design\b|\bdesign's\b",
    re.IGNORECASE,
)
"""A rule called by a number, or by the name of a book, that nobody can look up."""

SUFFIXES = (".py", ".md", ".html", ".js", ".css", ".txt", ".yaml", ".toml", ".sh")
FOLDERS = ("newsroom", "stories", "tests", "docs", "ops", "bench", "seeds")


@dataclass(frozen=True)
class Rule:
    """An entry of the rule book: what is said of it, and the names in its “Held by” and “Tests”."""

    text: str
    held_by: tuple[str, ...]
    tested_by: tuple[str, ...]

    @property
    def enforced_in(self) -> set[Path]:
        """The modules of the functions that hold it, and those of the guards where some do."""
        specs = [find_spec(full_name(holder).split(":")[0]) for holder in self.held_by if ":" in holder]
        modules = {Path(spec.origin) for spec in specs if spec and spec.origin}
        if any(":" not in holder for holder in self.held_by):
            modules.update((ROOT / "stories/database").glob("*.py"))
        return modules


def full_name(holder: str) -> str:
    """What the book calls by its place below `stories`, as Python imports it."""
    return holder if holder.startswith("newsroom.") else f"stories.{holder}"


def read_names(label: str, text: str) -> tuple[str, ...]:
    """The names in code marks that follow `label` in `text`, up to the end of the sentence."""
    return tuple(re.findall("`(.+?)`", "".join(re.findall(rf"\b{label}\s((?:`[^`]+`|[^.`])*)", text))))


def read_book() -> dict[str, Rule]:
    """The entries by name."""
    _, *parts = re.split(r"^### ", BOOK.read_text(), flags=re.MULTILINE)
    texts = {part.split("\n", 1)[0]: re.split(r"^## ", part, flags=re.MULTILINE)[0] for part in parts}
    assert len(texts) == len(parts), "two rules have one name"
    return {name: Rule(text, read_names("Held by", text), read_names("Tests:", text)) for name, text in texts.items()}


RULES = read_book()


def files_of(*folders: str) -> list[Path]:
    """What people read and write in `folders`, but for the rule book and what is about it."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.suffix in SUFFIXES]
    return [path for path in found if path not in (BOOK, Path(__file__))]


def citations_in(text: str) -> set[str]:
    """The names of the rules that `text` cites."""
    return {name for one, several in CITATION.findall(text) for name in re.split(r",\s+", one or several)}


def texts_at_run_time(source: str) -> Iterator[str]:
    """The strings of a module that a process works with, and so may show: all but docstrings."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@cache
def every_guard() -> set[str]:
    """The names of the guards of both engines."""
    return {
        guard.name
        for engine, dialect in ((sqlite, sqlite.SQLite()), (postgresql, postgresql.PostgreSQL()))
        for guard in engine.due_guards(
            [
                *ledger_guards(dialect),
                *log_guards(dialect),
                *beside_log_guards(dialect),
                *desk_guards(dialect),
                *protection_guards(dialect),
                *change_guards(dialect),
            ]
        )
    }


@cache
def every_check() -> set[str]:
    """The names of the constraints of all models."""
    return {one.name for model in apps.get_app_config("stories").get_models() for one in model._meta.constraints}


def test_what_is_cited_has_an_entry() -> None:
    cited = {path: citations_in(path.read_text()) for path in files_of(*FOLDERS)}
    assert {str(path): names - RULES.keys() for path, names in cited.items() if names - RULES.keys()} == {}


@pytest.mark.parametrize("name", RULES)
def test_an_entry_is_cited_where_it_is_enforced(name: str) -> None:
    assert name in {cited for path in RULES[name].enforced_in for cited in citations_in(path.read_text())}


def test_no_rule_is_cited_by_a_number() -> None:
    files = {*files_of(*FOLDERS), *ROOT.glob("*.md")} - {ROOT / "CHANGELOG.md"}
    found = {str(path): BY_NUMBER.findall(path.read_text()) for path in files}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "words",
    [
        "(invariant 5)",
        "Invariants 2 and 3",
        "(section 7, without",
        "(policy)",
        "(policy: kinds)",
        "(design: counting)",
        "§ 4",
    ],
)
def test_a_number_or_another_book_is_seen(words: str) -> None:
    assert BY_NUMBER.search(words)


def test_what_is_said_to_people_cites_nothing() -> None:
    modules = [path for path in files_of("newsroom", "stories") if path.suffix == ".py"]
    said = {path: "\n".join(texts_at_run_time(path.read_text())) for path in modules}
    said |= {path: path.read_text() for path in files_of("stories/templates", "stories/static")}
    assert {str(path): citations_in(text) for path, text in said.items() if citations_in(text)} == {}


@pytest.mark.parametrize("name", RULES)
def test_an_entry_names_what_enforces_it_and_what_tests_it(name: str) -> None:
    rule = RULES[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert rule.text.count("*Why:*") == 1
    assert rule.held_by
    assert rule.tested_by
    for holder in rule.held_by:
        if ":" in holder:
            resolve_name(full_name(holder))  # raises when it is gone
        else:
            assert [one for one in every_guard() | every_check() if fnmatchcase(one, holder)] != [], holder
    for test in rule.tested_by:
        assert "def test_" in (ROOT / "tests" / test).read_text()


def test_every_guard_enforces_a_rule_of_the_book() -> None:
    named = {holder for rule in RULES.values() for holder in rule.held_by if ":" not in holder}
    assert [guard for guard in sorted(every_guard()) if not any(fnmatchcase(guard, one) for one in named)] == []


@pytest.mark.django_db
def test_the_worked_examples_are_what_the_desk_counts() -> None:
    call_command("loaddata", *FIXTURES, verbosity=0)
    examples = re.findall(r"^\| “(.+)” \| (.+) \| (\d) \| (.+) \|$", BOOK.read_text(), re.MULTILINE)
    assert len(examples) == 6
    for statement, *told in examples:
        claim = Claim.objects.get(statement=statement)
        snapshot = take_snapshot(claim, claim.evidence.supporting().current())
        routes = "; ".join(" → ".join(name_of(snapshot, slug) for slug in route) for route in printed_routes(snapshot))
        rests = ", ".join(sorted(name_of(snapshot, slug) for slug in rests_on(snapshot))) or "nothing"
        assert told == [routes, str(count_sources(snapshot, accepts_inferred=True)), rests]
