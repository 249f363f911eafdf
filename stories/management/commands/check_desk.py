"""`manage.py check_desk`: every rule that data could break, each violation on a line of its own."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from stories.audit import Unknown, examine_desk, mend_printed, mend_public_names
from stories.provenance.protected import name_hider


class Command(BaseCommand):
    """Prints the violations; exit 1 when there are any."""

    help = "Check every rule that spans rows; each violation on its own line, exit 1 when there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and print."""
        count, unknown, hide = 0, list[Unknown](), self._name_hider()
        for found in examine_desk():
            if isinstance(found, Unknown):
                unknown.append(found)
            else:
                count += 1
                self.stdout.write(hide(str(found)))
        for one in mend_public_names():
            self.stdout.write(f"To mend, from before the rule: {hide(str(one))}")
        for said in mend_printed():
            self.stdout.write(f"To mend: {said}.")
        if unknown:
            self.stdout.write(
                f"Of {len(unknown)} row(s) from before decisions kept how things were called nobody can say whether"
                f" they were so; the first: {hide(str(unknown[0]))}."
            )
        if count:
            raise CommandError(f"{count} violation(s).")
        self.stdout.write(self.style.SUCCESS("The desk is in order."))

    def _name_hider(self) -> Callable[[str], str]:
        """What takes protected names out of a line; where sources cannot be read, what is broken is said as it is."""
        try:
            return name_hider()
        except DatabaseError:
            return str
