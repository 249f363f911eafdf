"""The heartbeat of the desk: written every second beside the public log, so that a copy knows how old it may be."""

from datetime import datetime

from django.db import connection, transaction

from stories.models import Heartbeat
from stories.stamps import LIVE, Stamps


def beat(*, stamps: Stamps = LIVE) -> datetime:
    """Write that the desk's database is there now; returns the time written."""
    now = stamps.now()
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # While the synchronous standby is away nobody can publish, so that what the API has stays true: it must
            # go on reading, and so a beat waits for no standby.
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = local")
        if not Heartbeat.objects.update(at=now):
            Heartbeat.objects.create(at=now)
    return now
