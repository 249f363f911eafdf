"""The desk's heartbeat: what tells a copy of the public log how far it may have fallen behind."""

from django.db import models
from django.db.models import Q


class Heartbeat(models.Model):
    """When the desk's database last said that it is there. One row, replicated with the log, in the order of commits:

    whoever has the row has everything that was published before it.
    """

    ONLY = 1
    """The key of the one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="heartbeat_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.at)
