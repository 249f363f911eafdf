"""A clock that can be set for some processes alone, by Debian's libfaketime."""

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


class Clock:
    """The time of day of every process started with its `environment`: right until it is set.

    What a process counts by its monotonic clock goes on as it does in life, and the times of files stay as they are.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.turn("+0")

    def turn(self, offset: str) -> None:
        """Let it be off by `offset` (`-1h`, `+5s`; `+0`: right) from now on."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{offset}\n")
        fresh.rename(self.file)

    @property
    def environment(self) -> dict[str, str]:
        """What a process is started with."""
        found = list(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        if not found:
            pytest.skip("libfaketime is not installed (Debian: apt-get install faketime)")
        return {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": str(HERE / "preloaded"),
        }
