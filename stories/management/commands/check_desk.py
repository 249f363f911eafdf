"""`manage.py check_desk`: every rule that data could break, each violation on a line of its own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stories.audit import Unknown, examine_desk, mend_printed, mend_public_names


class Command(BaseCommand):
    """Prints the violations; exit 1 when there are any."""

    help = "Check every rule that spans rows; each violation on its own line, exit 1 when there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and print."""
        count, unknown = 0, list[Unknown]()
        for found in examine_desk():
            if isinstance(found, Unknown):
                unknown.append(found)
            else:
                count += 1
                self.stdout.write(str(found))
        for one in mend_public_names():
            self.stdout.write(f"To mend, from before the rule: {one}")
        for said in mend_printed():
            self.stdout.write(f"To mend: {said}.")
        if unknown:
            self.stdout.write(
                f"Of {len(unknown)} row(s) from before decisions kept how things were called nobody can say whether"
                f" they were so; the first: {unknown[0]}."
            )
        if count:
            raise CommandError(f"{count} violation(s).")
        self.stdout.write(self.style.SUCCESS("The desk is in order."))
