"""`manage.py print_replication`: the SQL that makes API databases hold the public tables, and nothing else."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from stories.database.grants import api_grants
from stories.replicas.replication import create_subscription, publication_sql, tables_sql


class Command(BaseCommand):
    """Prints; whoever owns the databases reads it and runs it."""

    help = "Print the SQL for logical replication (PostgreSQL): for the desk's database, and for an API database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which part, and the names in it."""
        parser.add_argument(
            "part",
            choices=["primary", "tables", "copy"],
            help="primary: what the desk's database offers, again after an upgrade; tables: for an empty API "
            "database; copy: grants and subscription, after tables",
        )
        parser.add_argument("--role", default="desk_copy", help="the role that replicates (default: desk_copy)")
        parser.add_argument("--api", default="desk_api", help="the API process's role (default: desk_api)")
        parser.add_argument("--name", default="api1", help="the API database's name on the desk (default: api1)")
        parser.add_argument("--primary", default="", help="connection string of the desk's database, for copy")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the part asked for, one statement a line or more, each ended by a semicolon."""
        part = options["part"]
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL replicates; this desk is on SQLite.")
        if part == "copy" and not options["primary"]:
            raise CommandError('Say where from: --primary "host=… dbname=… user=desk_copy".')
        if part == "primary":
            statements = publication_sql(options["role"])
        elif part == "tables":
            statements = tables_sql(connection)
        else:
            statements = [*api_grants(options["api"]), create_subscription(options["name"], primary=options["primary"])]
        for statement in statements:
            self.stdout.write(f"{statement};")
