"""The requirements files follow pyproject.toml: everything it asks for is pinned, each file complete by itself."""

import re
import tomllib

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import newsroom

PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
PRODUCT = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["production"]
GROUPS = PROJECT["dependency-groups"]
FILES = {
    "requirements-production.txt": PRODUCT,
    "requirements.txt": PRODUCT + GROUPS["test"],
    "requirements-proofs.txt": PRODUCT + GROUPS["test"] + GROUPS["proofs"],
    "requirements-bench.txt": PRODUCT + GROUPS["bench"],
    "requirements-mutation.txt": PRODUCT + GROUPS["test"] + GROUPS["mutation"],
}
"""File → what of pyproject.toml it holds, as `make lock` writes it."""


def pins_of(file: str) -> dict[str, Version]:
    """Package → the version that `file` pins; fails on a line that pins none."""
    lines = [line.partition("#")[0].strip() for line in (settings.BASE_DIR / file).read_text().splitlines()]
    pins = [re.fullmatch(r"([a-z0-9-]+)==([^ ;]+)( ; .+)?", line) for line in lines if line]
    assert None not in pins, f"{file} has a line that pins nothing"
    return {pin[1]: Version(pin[2]) for pin in pins if pin}


@pytest.mark.parametrize("file", FILES)
def test_a_file_pins_all_that_is_asked_for(file: str) -> None:
    pins = pins_of(file)
    asked = [Requirement(line) for line in FILES[file]]
    assert [str(one) for one in asked if canonicalize_name(one.name) not in pins] == []
    assert [str(one) for one in asked if pins[canonicalize_name(one.name)] not in one.specifier] == []


def test_no_package_has_two_versions() -> None:
    together: dict[str, set[Version]] = {}
    for file in FILES:
        for name, version in pins_of(file).items():
            together.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in together.items() if len(versions) > 1} == {}


def test_production_installs_no_tools() -> None:
    tools = {canonicalize_name(Requirement(line).name) for group in GROUPS.values() for line in group}
    assert {"pytest", "mypy", "ruff"} <= tools
    assert tools & set(pins_of("requirements-production.txt")) == set()


def test_there_is_one_version() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "newsroom.__version__"}
    assert newsroom.__version__ == "0.1.0"
