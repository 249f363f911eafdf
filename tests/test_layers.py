"""Imports run one way, along the pipeline; the API knows the public log alone. Read from the syntax trees."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LOOSE = ("choices", "stamps", "texts", "chain", "search", "roles")
"""The modules that stand in no room: the words and small tools that every room may use."""

ROOMS = (
    *("reading", "models", "changes", "database", "provenance", "disagreements", "intake", "policy", "record"),
    *("verification", "versions", "insight", "people", "replicas", "monitor", "audit", "sample"),
    *("apps", "api", "admin", "templatetags", "management"),
)
"""Along the pipeline, from the bottom up. A room imports from those before it and from the loose modules alone."""

ALLOWED = {room: {*LOOSE, *ROOMS[:place]} for place, room in enumerate(ROOMS)} | {"roles": {"choices"}}

PUBLIC_LOG = {"Publication", "PublicationText", "PublicationNote", "PublicationSource"}


def imports_of(path: Path) -> list[tuple[str, str]]:
    """(module, imported name) for every import anywhere in `path`; the name is "" for `import module`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found += [(node.module or "", alias.name) for alias in node.names]
    return found


def room_of(path: Path) -> str:
    """The part of `stories` that `path` belongs to: stories/api/facts.py → api."""
    return path.relative_to(ROOT / "stories").with_suffix("").parts[0]


MODULES = sorted(
    path
    for path in (ROOT / "stories").rglob("*.py")
    if path.name != "__init__.py" or path.parent != ROOT / "stories"
    if "migrations" not in path.parts
)


def rooms_that(path: Path) -> set[str]:
    """The parts of `stories` that `path` imports."""
    full = [module if module != "stories" else f"stories.{name}" for module, name in imports_of(path)]
    return {module.split(".")[1] for module in full if module.startswith("stories.")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_below(path: Path) -> None:
    room = room_of(path)
    assert room in {*LOOSE, *ROOMS}, f"{room} has no place: give it one in tests/test_layers.py"
    assert rooms_that(path) - {room} - ALLOWED.get(room, set()) == set()
    assert not [module for module, _ in imports_of(path) if module.split(".")[0] in ("newsroom", "bench", "ops")]


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    graph = {
        name: {
            target
            for module, imported in imports_of(path)
            for target in (f"{module}.{imported}", module)
            if target in names and target != name
        }
        for name, path in names.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError and names the circle


def test_few_modules_stand_loose() -> None:
    assert {path.stem for path in (ROOT / "stories").glob("*.py")} == {*LOOSE, "apps", "__init__"}


@pytest.mark.parametrize(
    "path", [path for path in MODULES if room_of(path) == "api"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_api_knows_the_public_log_alone(path: Path) -> None:
    models = {name for module, name in imports_of(path) if module.startswith("stories.models")}
    assert models - PUBLIC_LOG == set()
    others = {module.split(".")[1] for module, _ in imports_of(path) if module.startswith("stories.")}
    forbidden = {*ROOMS} - {"models", "database", "reading", "api"}
    assert others & forbidden == set()
