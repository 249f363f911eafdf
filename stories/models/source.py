"""Source, alias and voice: who can be quoted, how they are spelt, and who may be whom."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import Coalesce, NullIf

from stories.choices import SourceKind
from stories.models.fields import NaturalKeyManager, NaturalKeyModel, check_choices, current_rows


def desk_name(of: str = "") -> Case:
    """SQL: what everybody sees of the source at the path `of`; lists sort and search by nothing else.

    So neither an order nor a search tells a protected name.
    """
    is_protected = ExpressionWrapper(F(f"{of}confidential"), output_field=models.BooleanField())
    instead = Coalesce(NullIf(F(f"{of}code"), Value("")), F(f"{of}public_name"))
    return Case(When(is_protected, then=instead), default=F(f"{of}name"))


class Source(NaturalKeyModel):
    """Anyone or anything that can be quoted: outlet, agency, document, person, institution, anonymous person."""

    slug = models.SlugField(max_length=80, unique=True, db_index=False)
    name = models.CharField(max_length=200, help_text="As we print it. Good: Deutsche Welle. Bad: the publication.")
    kind = models.CharField(max_length=20, choices=SourceKind.choices)
    confidential = models.BooleanField(
        "protected",
        default=False,
        help_text="Its name never leaves the desk, and only those on its reader list read it. Give a public name.",
    )
    code = models.CharField(
        max_length=40,
        blank=True,
        help_text="What the desk calls a protected source instead, to tell two of one public name apart. Good: K-17. "
        "It may be the name as well: then the real one is not on the desk at all.",
    )
    public_name = models.CharField(
        max_length=200,
        blank=True,
        help_text="The only name that leaves the desk for a confidential source. Good: a senior official.",
    )
    institution = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        help_text="Where an unnamed person works. Unnamed people of one institution count as one voice.",
    )
    separate_because = models.TextField(
        blank=True, help_text="Why this unnamed person is certainly not another one of the same institution."
    )
    notes = models.TextField(blank=True)
    lift = models.ForeignKey(
        "Lift",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="By what its protection was taken off, the last time.",
    )

    natural_key_fields = ("slug",)

    class Meta:
        ordering = [desk_name(), "pk"]
        constraints = [
            check_choices("kind", SourceKind, model="source"),
            models.CheckConstraint(
                name="source_confidential_has_a_public_name",
                condition=Q(confidential=False) | ~Q(public_name=""),
                violation_error_message="A confidential source needs a public name.",
            ),
            models.CheckConstraint(
                name="source_is_not_its_own_institution",
                condition=Q(institution__isnull=True) | ~Q(institution=F("pk")),
                violation_error_message="A source cannot be its own institution.",
            ),
        ]

    def __str__(self) -> str:
        """What everybody on the desk sees: of a protected source its code, or its public name, and never its name."""
        return (self.code or self.public_name) if self.confidential else self.name

    @property
    def printed_name(self) -> str:
        """The name that may leave the desk."""
        return self.public_name if self.confidential else self.name


class Alias(NaturalKeyModel):
    """One spelling seen for a source: printable ("Dan Driskell") or only anaphoric ("he", "the report")."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="aliases")
    text = models.CharField(max_length=200)
    printable = models.BooleanField(
        help_text="May a wording name the source so? Yes for AFP; no for “he” or “the report”."
    )

    natural_key_fields = ("source__slug", "text")

    class Meta:
        ordering = ["source", "text"]
        verbose_name_plural = "aliases"
        constraints = [
            models.UniqueConstraint(fields=["source", "text"], name="alias_once_per_source"),
            models.CheckConstraint(name="alias_has_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text


class VoiceQuerySet(models.QuerySet["Voice"]):
    """Vocabulary of voices."""

    def current(self, *, at: datetime | None = None) -> "VoiceQuerySet":
        """Those that were there and that nobody had retired, at `at` (now when None)."""
        return current_rows(self, "created_at", "retired_at", at=at)


class Voice(NaturalKeyModel):
    """A source that may be another one. It only ever lowers counts and is never printed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="voices")
    same_as = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="may_be", verbose_name="may be")
    reason = models.TextField(help_text="Why they may be one and the same.")
    created_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    natural_key_fields = ("uuid",)
    objects = NaturalKeyManager.from_queryset(VoiceQuerySet)()

    class Meta:
        ordering = ["source", "same_as"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "same_as"],
                condition=Q(retired_at__isnull=True),
                name="voice_once_at_a_time",
                violation_error_message="This is recorded already.",
            ),
            models.CheckConstraint(
                name="voice_is_somebody_else",
                condition=~Q(source=F("same_as")),
                violation_error_message="A source is not its own voice.",
            ),
            models.CheckConstraint(name="voice_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.source} may be {self.same_as}"
