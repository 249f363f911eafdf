"""Protection: who reads the name of a confidential source, who looked, what it was called before, how it is lifted."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from stories.choices import LiftGround, Role
from stories.models.fields import check_choices, current_rows
from stories.models.source import Source


class NameReaderQuerySet(models.QuerySet["NameReader"]):
    """Vocabulary of readers."""

    def current(self, *, at: datetime | None = None) -> "NameReaderQuerySet":
        """Those who were on the list, and not taken off, at `at` (now when None)."""
        return current_rows(self, "added_at", "retired_at", at=at)


class NameReader(models.Model):
    """A person on the reader list of a source's name. A row is never edited: it is retired, once."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="name_readers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_responsible = models.BooleanField(default=False, help_text="The one editor who keeps the list.")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(NameReaderQuerySet)()

    class Meta:
        ordering = ["source", "added_at", "pk"]
        constraints = [
            # Also the index of every look: is this person on the list of this source.
            models.UniqueConstraint(
                fields=["source", "person"], condition=Q(retired_at__isnull=True), name="name_reader_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(retired_at__isnull=True, is_responsible=True),
                name="name_reader_one_is_responsible",
            ),
            models.CheckConstraint(
                name="name_reader_retired_by_somebody",
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on the list of {self.source}"


class NameLook(models.Model):
    """A look at a protected name: the first of a person on a day, in UTC."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="name_looks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["source", "-at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "person", "day"], name="name_look_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person} looked at the name of {self.source} on {self.day}"


class FormerName(models.Model):
    """What a confidential source was called before it was renamed; it stays protected. A trigger keeps it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="former_names")
    text = models.CharField(max_length=200)

    class Meta:
        ordering = ["source", "pk"]
        constraints = [models.UniqueConstraint(fields=["source", "text"], name="former_name_once_per_source")]

    def __str__(self) -> str:
        return f"a former name of {self.source}"


class LiftQuerySet(models.QuerySet["Lift"]):
    """Vocabulary of liftings."""

    def proposed(self) -> "LiftQuerySet":
        """Those that wait for a second editor; at most one a source."""
        return self.filter(signed_at__isnull=True, returned_at__isnull=True)


class Lift(models.Model):
    """That the protection of a source is taken off: proposed by one editor, signed by another, or returned."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="lifts")
    ground = models.CharField(max_length=12, choices=LiftGround.choices)
    record = models.TextField(help_text="Where the consent is kept, or where the source published it.")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_by_role = models.CharField(max_length=10, choices=Role.choices)
    proposed_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_by_role = models.CharField(max_length=10, choices=Role.choices, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(LiftQuerySet)()

    class Meta:
        ordering = ["source", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(signed_at__isnull=True, returned_at__isnull=True),
                name="lift_one_proposal_per_source",
            ),
            check_choices("ground", LiftGround, model="lift"),
            models.CheckConstraint(name="lift_has_a_record", condition=~Q(record="")),
            models.CheckConstraint(
                name="lift_signed_or_returned",
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, signed_by_role="")
                | Q(signed_at__isnull=False, signed_by__isnull=False, returned_at__isnull=True),
            ),
            models.CheckConstraint(
                name="lift_returned_by_somebody",
                condition=Q(returned_at__isnull=True, returned_by__isnull=True)
                | Q(returned_at__isnull=False, returned_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"lifting the protection of {self.source}"
