"""Many save one form at the same moment: exactly one is saved, every other is refused. `make prove` runs this.

Each is a process of its own (tests/saver.py), on a desk of its own of the engine that the suite runs on.
"""

import subprocess
import sys
from collections import Counter

import pytest

from tests.verification.test_races import ON_SQLITE, ROOT, desk, prepared

__all__ = ["desk", "prepared"]

pytestmark = pytest.mark.prove

BROWSERS = 6


def race(environment: dict[str, str], *words: str) -> Counter[str]:
    """What the browsers are answered that all have the form open and save it at once."""
    browsers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.saver", f"Title {number}", *words],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(BROWSERS)
    ]
    assert [one.stdout and one.stdout.readline() for one in browsers] == ["ready\n"] * BROWSERS
    for one in browsers:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    return Counter(one.communicate(timeout=120)[0].strip() for one in browsers)


def test_of_many_who_save_at_once_exactly_one_is_saved(desk: dict[str, str]) -> None:
    assert race(desk) == {"302": 1, "409": BROWSERS - 1}


def test_of_many_who_sign_a_lifting_at_once_exactly_one_signs(desk: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-m", "tests.saver", "proposes"], cwd=ROOT, env=desk, check=True, timeout=120)
    assert race(desk, "signs") == {"302": 1, "409": BROWSERS - 1}


@pytest.mark.skipif(ON_SQLITE, reason="on SQLite one writes at a time")
def test_without_the_lock_they_overwrite_each_other(desk: dict[str, str]) -> None:
    assert race(desk, "broken")["302"] > 1
