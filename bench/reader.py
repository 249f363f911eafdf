"""PostgreSQL for the bench: the role that the API-only process reads with, and the backends that work for a server."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.db import connections

from stories.database.grants import api_grants

ROLE = "bench_reader"


def make_reader(database: str, url: str) -> str:
    """Make a role that may read the public log of `database` (at `url`) and nothing else; returns its own URL."""
    with connections[database].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE}'")
        for statement in api_grants(ROLE):
            cursor.execute(statement)
    parts = urlsplit(url)
    return parts._replace(netloc=f"{ROLE}:{ROLE}@{parts.hostname}:{parts.port or 5432}").geturl()


def read_backends(database: str) -> Callable[[], list[int]]:
    """How to find the process ids of all backends of `database`. Only the server that is asked keeps them busy."""

    def find() -> list[int]:
        with connections[database].cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return [row[0] for row in cursor.fetchall()]

    return find
