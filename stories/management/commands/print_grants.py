"""`print_grants`: the SQL that gives PostgreSQL's roles what the desk and the API need, and nothing beyond."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection

from stories.api.reader import find_missing, find_too_much
from stories.database.grants import PUBLIC_TABLES, api_grants, app_grants


class Command(BaseCommand):
    """Prints; whoever owns the database reads it and runs it, after every `migrate`."""

    help = "Print the GRANTs for the desk's role and the API's, and whether the role in use can be the API's."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The names of the two roles."""
        parser.add_argument("--app", default="desk", metavar="ROLE", help="the desk's role (default: desk)")
        parser.add_argument("--api", default="desk_api", metavar="ROLE", help="the API's role (default: desk_api)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print both lists, as SQL, and in comments what the connection in use can do."""
        self.stdout.write("-- Both roles must exist (CREATE ROLE … LOGIN) and own nothing. Run this as the owner.")
        lists = [("The API: reads what is published", api_grants(options["api"]))]
        if apps.is_installed("django.contrib.sessions"):  # not so in the API-only process
            lists.insert(0, ("The desk: reads and writes", app_grants(options["app"])))
        for title, statements in lists:
            self.stdout.write(f"\n-- {title}")
            for statement in statements:
                self.stdout.write(f"{statement};")
        if connection.vendor == "sqlite":
            self.stdout.write("\n-- SQLite has no roles: newsroom.settings_api opens the file to read these alone:")
            self.stdout.write(f"-- {', '.join(PUBLIC_TABLES)}")
        beyond = [*(f"it cannot read {line}" for line in find_missing(connection)), *find_too_much(connection)]
        verdict = "is not the API's" if beyond else "reads the public tables and nothing else"
        self.stdout.write(f"\n-- The connection in use {verdict}{':' if beyond else '.'}")
        for line in beyond:
            self.stdout.write(f"--   {' '.join(line.split())}")  # what the database says may have lines of its own
