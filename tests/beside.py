"""A PostgreSQL database beside the tests' own, filled by one of PostgreSQL's tools."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def database_beside(*filled_by: str) -> Iterator[None]:
    """Fill a new database with the tool `filled_by` and point this thread's default connection at it."""
    own = connections[DEFAULT_DB_ALIAS]
    name = f"{own.settings_dict['NAME']}_beside"
    run_tool("dropdb", "--if-exists", name)
    run_tool("createdb", name)
    run_tool(*filled_by, f"--dbname={name}")
    copy = type(own)({**own.settings_dict, "NAME": name}, alias=DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = copy
    try:
        yield
    finally:
        copy.close()
        connections[DEFAULT_DB_ALIAS] = own
        run_tool("dropdb", name)


def run_tool(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools against the server of the tests."""
    settings = connections[DEFAULT_DB_ALIAS].settings_dict
    variables = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = {name: str(settings[key]) for name, key in variables.items() if settings[key]}
    subprocess.run([tool, *arguments], env={**os.environ, **environment}, check=True, capture_output=True, timeout=120)
