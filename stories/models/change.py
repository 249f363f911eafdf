"""Change: who changed what decides what may be printed. Written by `stories.changes`; only ever added to."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from stories.models.fields import NaturalKeyModel


class Change(NaturalKeyModel):
    """One column of one row, from what it `was` to what it `became`; the changes of a column are numbered from 1.

    `noun` and `row` name the row by its model and its natural key, as `stories.changes.deciding` writes them.
    """

    noun = models.CharField(max_length=20)
    row = models.CharField(max_length=300)
    field = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    was = models.TextField(blank=True)
    became = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_username = models.CharField(max_length=150)
    by_name = models.CharField(max_length=301, blank=True)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    natural_key_fields = ("noun", "row", "field", "number")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            # Also the index of the guards (the newest change of a column) and of what happened to a row.
            models.UniqueConstraint(fields=["noun", "row", "field", "number"], name="change_numbered_once"),
            models.CheckConstraint(name="change_changes_something", condition=~Q(was=F("became"))),
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.row}: {self.field}, by {self.by_username}"
