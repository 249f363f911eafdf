"""Grade the tests: change one thing in one file of the desk, and see whether the file's own tests notice.

    python -m ops.mutate [PART OF A PATH...]     # all files of [tool.mutmut.graded], or those whose path holds a part

Each file is graded in a folder of its own below `var/mutation/`, so that only the tests named beside it count; there,
`mutmut browse` shows more. Exits with 1 when the tests of a file notice less than `FLOOR`. mutmut changes what stands
in functions without a decorator: no tables, patterns, properties. CHILDREN in the environment: so many at a time.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "mutation"
FLOOR = 90
"""Percent of a file's mutants that its tests must notice."""

UNNOTICED = ("survived", "no tests")
"""What mutmut calls a mutant that passed for the original."""


def pytest_runtest_setup() -> None:
    """In the tests that grade, this module is a plugin: each begins with nothing kept from before the change."""
    for name, module in list(sys.modules.items()):
        if name.startswith("stories."):
            for one in vars(module).values():
                if isinstance(one, _lru_cache_wrapper):
                    one.cache_clear()


class Grade(NamedTuple):
    """How many mutants a file has, and the names of those that its tests did not notice."""

    mutants: int
    survivors: list[str]

    @property
    def percent(self) -> float:
        """How much was noticed."""
        return 100 * (1 - len(self.survivors) / self.mutants)


def read_graded() -> dict[str, list[str]]:
    """File → the tests that grade it, as pyproject.toml says."""
    graded: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]["graded"]
    return graded


def prepare(file: str, tests: list[str]) -> Path:
    """The folder in which `file` is graded by `tests`: links to all that is here, and a pyproject.toml of its own."""
    place = FOLDER / file.removesuffix(".py").replace("/", ".")
    shutil.rmtree(place, ignore_errors=True)  # mutmut would not grade again what survived tests that have changed
    place.mkdir(parents=True)
    for entry in ROOT.iterdir():
        if entry.name not in ("pyproject.toml", "var") and not entry.name.startswith("."):
            (place / entry.name).symlink_to(entry)
    own = f"[tool.mutmut]\nonly_mutate = {[file]!r}\npytest_add_cli_args_test_selection = {tests!r}\n"
    (place / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text().replace("[tool.mutmut]\n", own))
    return place


def mutmut(place: Path, *arguments: str) -> str:
    """What mutmut says in `place`; ends everything when it fails, as it does when a test fails without any mutant."""
    done = subprocess.run(  # noqa: S603
        [Path(sys.executable).with_name("mutmut"), *arguments],
        cwd=place, env={**os.environ, "DATABASE_URL": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}\nmutmut failed in {place}")
    return done.stdout


def grade(place: Path) -> Grade:
    """Make the mutants of the file that is graded in `place`, and run its tests on each."""
    mutmut(place, "run", *(["--max-children", os.environ["CHILDREN"]] if "CHILDREN" in os.environ else []))
    rows = [line.strip().rpartition(": ") for line in mutmut(place, "results", "--all", "true").splitlines()]
    return Grade(len(rows), [name for name, _, fate in rows if fate in UNNOTICED])


def show_survivor(place: Path, file: str, name: str) -> str:
    """What the mutant `name` of `file` changes, and where."""
    changed = [line for line in mutmut(place, "show", name).splitlines()[4:] if line[:1] in "+-"]
    was = changed[0][1:]
    number = next((number for number, line in enumerate((ROOT / file).read_text().splitlines(), 1) if was in line), 0)
    return "\n".join([f"  {name.rpartition('.')[2]}, line {number}", *(f"    {line}" for line in changed)])


def main(parts: list[str]) -> int:
    """Grade, print, and say whether all is well."""
    low = []
    for file, tests in read_graded().items():
        if parts and not any(part in file for part in parts):
            continue
        place = prepare(file, tests)
        one = grade(place)
        noticed = one.mutants - len(one.survivors)
        print(f"{file}: {one.mutants} mutants, {noticed} noticed, {one.percent:.1f} %", flush=True)
        for name in one.survivors:
            print(show_survivor(place, file, name), flush=True)
        if one.percent < FLOOR:
            low.append(file)
    if low:
        print(f"Below {FLOOR} %: {', '.join(low)}")
    return bool(low)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
