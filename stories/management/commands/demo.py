"""`manage.py demo`: the desk with the two seed articles, ready to be tried."""

import secrets
import socket
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from stories.database import drop_guards, install_triggers
from stories.management.commands.build_fixtures import FIXTURES
from stories.models import Decision, Publication
from stories.record.publications import head_position, text_of
from stories.sample.seeding import DEMO_ACCOUNTS

HOST, LAST_PORT = "127.0.0.1", 65_535


def require_port(port: int) -> None:
    """`CommandError`, in one line, when there is no such port."""
    if not 1 <= port <= LAST_PORT:
        raise CommandError(f"There is no port {port}: give --port one from 1 to {LAST_PORT}.")


def require_free_port(port: int) -> None:
    """`CommandError`, in one line, when something listens on `port` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(f"Port {port} of {HOST} cannot be used ({error}): choose another, --port N.") from error


def empty_database() -> None:
    """Throw everything away, guards aside for that moment. Only the demo may, and only with DEBUG on."""
    if not settings.DEBUG:
        raise CommandError("--reset destroys the ledger, so it works only with DJANGO_DEBUG=1.")
    drop_guards(connection)
    try:
        call_command("flush", interactive=False, verbosity=0)
    finally:
        install_triggers(connection)


class Command(BaseCommand):
    """Migrate, load, print, serve."""

    help = "Set the desk up with the two seed articles, print its facts and addresses, and serve it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to serve, whether to serve, whether to begin afresh."""
        parser.add_argument("--no-serve", action="store_true", help="Set up and print, then stop.")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help="Throw away what is there (DEBUG only).")

    def handle(self, *args: Any, no_serve: bool, port: int, reset: bool, **options: Any) -> None:
        """Do it all."""
        require_port(port)
        if not no_serve:
            require_free_port(port)
        call_command("migrate", verbosity=0, interactive=False)
        if reset:
            empty_database()
        with transaction.atomic():  # no desk without its passwords, and none that was not shown
            if Decision.objects.exists():
                self.stdout.write("This database has a ledger already: nothing was loaded (--reset starts afresh).")
            else:
                call_command("loaddata", *FIXTURES, verbosity=0)
            self._give_passwords()
            self.stdout.flush()
        self._print_facts()
        root = f"http://{HOST}:{port}"
        story = Publication.objects.order_by("position").values_list("story", flat=True).first() or ""
        self.stdout.write(f"\nThe desk       {root}/admin/")
        self.stdout.write(f"The facts API  {root}/api/v1/facts/?story={story}")
        self.stdout.write(f"Its reference  {root}/api/docs/")
        if not no_serve:
            self.stdout.write("\nServing; Ctrl-C stops.")
            self.stdout.flush()
            call_command("runserver", f"{HOST}:{port}", use_reloader=False)

    def _give_passwords(self) -> None:
        """Passwords for the demo accounts that have none, all of those that were just loaded."""
        without = [user for user in User.objects.filter(username__in=DEMO_ACCOUNTS) if not user.has_usable_password()]
        if not without:
            return
        if not settings.DEBUG:
            self.stdout.write("DEBUG is off: the demo accounts have no passwords (manage.py changepassword USER).")
            return
        self.stdout.write("Demo accounts, shown this once (manage.py changepassword USER sets another password):")
        for user in without:
            password = secrets.token_urlsafe(9)
            user.set_password(password)
            user.save(update_fields=["password"])
            self.stdout.write(f"  {user.username:<14} {password}   ({DEMO_ACCOUNTS[user.username]})")

    def _print_facts(self) -> None:
        rows = Publication.objects.in_force(at=head_position()).order_by("position").select_related("body")
        texts = [text for text in map(text_of, rows) if text is not None]
        self.stdout.write(f"\n{len(texts)} facts in force at position {head_position()}:")
        self.stdout.write(f"  {'basis':<13} {'sources':>7}  statement")
        for text in texts:
            self.stdout.write(f"  {text['basis']:<13} {text['independent_sources']:>7}  {text['statement']}")
