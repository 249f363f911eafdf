"""`manage.py weigh_facts`: weigh every fact in force anew, print those in trouble; look all through for names."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from stories.database.derived.facts_to_weigh import list_all_facts
from stories.insight.namings import look_through
from stories.insight.standing import weigh_facts


class Command(BaseCommand):
    """For after an update of the desk, or a change of a source that very many facts run through."""

    help = "Weigh every fact in force anew and print those in trouble; the front page weighs only what changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Weigh and print."""
        list_all_facts(connection)
        troubles = weigh_facts(most=None)
        for trouble in troubles:
            self.stdout.write(f"{trouble.claim.uuid}: {' '.join(trouble.reasons)}")
        self.stdout.write(f"{len(troubles)} fact(s) in force are in trouble.")
        look_through(most=None)
        self.stdout.write(
            "All publications were looked through for protected names; the front page tells their readers."
        )
