"""The desk under gunicorn looks like a desk: the process serves its own style, script and pictures."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.serving import ROOT, copy_database, environment, serve

pytest.importorskip("gunicorn", reason="a production requirement")
pytest.importorskip("whitenoise", reason="a production requirement")


def locate_database(folder: Path) -> str:
    """The address of a desk's database as the tests have it."""
    if connection.vendor == "sqlite":
        return copy_database(folder / "desk.sqlite3")
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)


def test_the_login_page_comes_with_every_file_it_names(transactional_db: None, tmp_path: Path) -> None:
    database, root = locate_database(tmp_path), str(tmp_path / "static")
    collect = (sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    subprocess.run(collect, cwd=ROOT, env=environment(database, STATIC_ROOT=root), check=True, timeout=120)
    with serve("newsroom.wsgi", database=database, folder=tmp_path, STATIC_ROOT=root) as desk:
        page = desk.ask("/admin/login/")
        assert page.status == 200
        files = [path for path in re.findall(r'(?:src|href)="(/[^"]+)"', page.body.decode()) if "/static/" in path]
        assert {Path(path).suffix for path in files} >= {".css", ".js"}
        assert {path: desk.ask(path).status for path in files} == dict.fromkeys(files, 200)
        unchanged = desk.ask("/api/v1/head/", If_None_Match=desk.ask("/api/v1/head/").headers["ETag"])
        assert (unchanged.status, unchanged.headers.get("Content-Length")) == (304, None)
