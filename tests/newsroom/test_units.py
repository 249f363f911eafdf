"""The units of `ops/systemd/`: systemd takes them as they are, and the desk may write where its file lies."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom.settings import BASE_DIR, EMBEDDED_DATABASE

UNITS = sorted((BASE_DIR / "ops" / "systemd").glob("*.service"))
CHECKOUT = "/srv/desk"
"""Where the units have it."""


def test_the_desk_may_write_its_file_and_no_other_unit_may_write_anything() -> None:
    writable = [(unit.name, line) for unit in UNITS for line in unit.read_text().splitlines() if "Write" in line]
    kept = f"{CHECKOUT}/{EMBEDDED_DATABASE.parent.relative_to(BASE_DIR)}"
    assert writable == [("desk.service", f"ReadWritePaths=-{kept}")]
    assert all("ProtectSystem=strict\n" in unit.read_text() for unit in UNITS)


def verify(folder: Path, *units: Path) -> str:
    """What `systemd-analyze verify` says against `units`, once they name this checkout and its programs."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed (Debian: apt-get install systemd)")
    programs = Path(sys.executable).parent
    for unit in units:
        here = unit.read_text().replace(f"{CHECKOUT}/.venv/bin", str(programs)).replace(CHECKOUT, str(BASE_DIR))
        (folder / unit.name).write_text(here)
    command = ["systemd-analyze", "verify", *(str(folder / unit.name) for unit in units)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


@pytest.mark.prove
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    pytest.importorskip("gunicorn", reason="a production requirement")
    assert [unit.name for unit in UNITS] == [
        "desk-heartbeat.service",
        "desk.service",
        "facts-api.service",
        "facts-follow.service",
    ]
    assert verify(tmp_path, *UNITS) == ""


@pytest.mark.prove
def test_systemd_would_say_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.service"
    wrong.write_text(UNITS[0].read_text().replace("RestartSec=", "RestartSecs="))
    (tmp_path / "here").mkdir()
    assert "'RestartSecs'" in verify(tmp_path / "here", wrong)
