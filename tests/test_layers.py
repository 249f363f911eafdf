"""Imports run one way, along the pipeline; the API knows the public log alone. Read from the syntax trees."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LAYERS = (
    (
        "choices",
        "mint",
        "texts",
        "wording",
        "independence",
        "diff",
        "fixture_rows",
        "reading",
        "comparison",
        "parallels",
        "layering",
        "drawing",
        "picture",
    ),
    ("models",),
    (
        *("roles", "chain", "database", "search", "discrepancies", "contradictions", "presence", "worklist"),
        *("doubts", "in_force"),
    ),
    ("provenance",),
    ("policy", "intake"),
    ("publishing",),
    ("ledger",),
    ("verification", "suppression", "versions", "corrections"),
    ("audit", "standing", "what_if", "originals", "knowledge"),
    ("seeding", "load", "temporary", "health", "heartbeat", "delivery", "statistics"),
    ("admin", "api", "management", "templatetags", "apps"),
)
"""From the bottom up. A module imports from its own layer or from those below it."""

RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}

PUBLIC_LOG = {"Publication", "PublicationText", "PublicationSource"}


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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_below(path: Path) -> None:
    room = room_of(path)
    assert room in RANK, f"{room} has no layer: give it one in tests/test_layers.py"
    imported = {
        module.split(".")[1]
        for module, name in [
            *imports_of(path),
            *((f"stories.{name}", "") for module, name in imports_of(path) if module == "stories"),
        ]
        if module.startswith("stories.")
    }
    above = {other for other in imported - {room} if RANK[other] > RANK[room]}
    assert above == set()
    assert not [module for module, _ in imports_of(path) if module.split(".")[0] == "newsroom"]


@pytest.mark.parametrize(
    "path", [path for path in MODULES if room_of(path) == "api"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_api_knows_the_public_log_alone(path: Path) -> None:
    models = {name for module, name in imports_of(path) if module.startswith("stories.models")}
    assert models - PUBLIC_LOG == set()
    others = {module.split(".")[1] for module, _ in imports_of(path) if module.startswith("stories.")}
    forbidden = {"ledger", "verification", "suppression", "versions", "audit", "intake", "provenance", "publishing"}
    assert others & forbidden == set()
