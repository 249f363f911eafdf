"""The older desk, not upgraded yet, in place of the default database."""

import lzma
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from stories.sample.temporary_desk import desk_in
from tests.beside import database_beside

FOLDER = Path(__file__).parent


@pytest.fixture
def older_desk(db: None, tmp_path: Path) -> Iterator[None]:
    """The desk as of commit b990105 on the engine of the tests, while a test runs."""
    name = "desk.sqlite3" if connection.vendor == "sqlite" else "desk.sql"
    file = tmp_path / name
    file.write_bytes(lzma.decompress((FOLDER / f"{name}.xz").read_bytes()))
    psql = ("psql", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", f"--file={file}")
    with desk_in(file) if connection.vendor == "sqlite" else database_beside(*psql):
        ContentType.objects.clear_cache()  # its keys are this database's own
        yield
    ContentType.objects.clear_cache()
