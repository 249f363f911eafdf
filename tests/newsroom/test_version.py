"""One place says which version this is; the command line, the probe and the foot of the admin's pages repeat it.

The probe: tests/monitor/test_health.py. That pyproject.toml reads it too: tests/test_requirements.py.
"""

import os
import platform
import subprocess
import sys

import django
import pytest
from django.conf import settings

import newsroom
from tests.rows import Desk


@pytest.mark.parametrize("asked", ["version", "--version"])
def test_the_command_line_names_it_without_any_settings(asked: str) -> None:
    bare = {"PATH": os.environ["PATH"]}
    said = subprocess.run(
        [sys.executable, "manage.py", asked],
        cwd=settings.BASE_DIR,
        env=bare,
        capture_output=True,
        text=True,
        timeout=60,
    )
    expected = f"Fact desk 0.1.0 (Django {django.get_version()}, Python {platform.python_version()})\n"
    assert (said.returncode, said.stdout, said.stderr) == (0, expected, "")


def test_the_foot_of_a_page_names_it_to_people_of_the_desk(desk: Desk, client) -> None:
    client.force_login(desk.world.editor)
    foot = f'<p class="desk-version">Fact desk {newsroom.__version__}</p>'
    assert client.get("/admin/").content.decode().count(foot) == 1
    client.logout()
    assert client.get("/admin/login/").content.decode().count(foot) == 0
