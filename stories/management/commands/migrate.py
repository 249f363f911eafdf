"""`migrate`, and the database's triggers with it: no migration leaves the desk without them."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from stories.database import drop_triggers, install_triggers, missing_triggers
from stories.database.derived.facts_in_force import mend_facts_in_force
from stories.database.derived.facts_to_weigh import mend_facts_to_weigh
from stories.database.derived.queue import mend_queue
from stories.database.derived.words import PUBLISHED_WORDS


class Command(migrate.Command):
    """Django's `migrate`; afterwards every trigger stands, also when a migration fails halfway."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate the database `options["database"]`, put its triggers up and make up for what came past them.

        On SQLite a migration that rebuilds a table silently drops its triggers, and fails while another
        table's trigger names it: so they are dropped first. On PostgreSQL they stand all the while.
        """
        connection = connections[options["database"]]
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        missed = missing_triggers(connection)
        if connection.vendor == "sqlite":
            drop_triggers(connection)
        try:
            super().handle(*args, **options)
        finally:
            install_triggers(connection)
            mend_facts_in_force(connection)
            PUBLISHED_WORDS.mend(connection)
            mend_queue(connection)
            mend_facts_to_weigh(connection, missed=missed)
