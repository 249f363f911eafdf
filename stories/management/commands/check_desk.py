"""`manage.py check_desk`: every rule that data could break, each violation on a line of its own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stories.audit import find_violations, mend_public_names


class Command(BaseCommand):
    """Prints the violations; exit 1 when there are any."""

    help = "Check every rule that spans rows; each violation on its own line, exit 1 when there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and print."""
        count = 0
        for violation in find_violations():
            count += 1
            self.stdout.write(str(violation))
        for one in mend_public_names():
            self.stdout.write(f"To mend, from before the rule: {one}")
        if count:
            raise CommandError(f"{count} violation(s).")
        self.stdout.write(self.style.SUCCESS("The desk is in order."))
