"""The public log: everything we told the world, and nothing else. The API reads it and what is derived from it."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from stories.choices import FACT_EVENTS, Basis, Because, ClaimKind, CorrectionKind, Event, Part
from stories.models.fields import NaturalKeyModel, check_choices

WITHOUT_TEXT = (Event.WITHDRAWN, Event.SUPPRESSED, Event.RESTORED)
"""The events that print nothing of their own."""


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Vocabulary of the public log. Every read of facts takes a position."""

    def facts(self) -> Self:
        """Publications that began a fact."""
        return self.filter(event__in=FACT_EVENTS)

    def in_force(self, *, at: int | None) -> Self:
        """Facts in force at position `at`: begun by then and ended by no publication up to then (rule: one-sequence).

        None stands for the head of the log. Where a trigger asks the same: `stories.database.log.IS_IN_FORCE`.
        """
        up_to = Q() if at is None else Q(position__lte=at)
        # NOT EXISTS and not `ended_by__isnull`: the anti-join pages a million facts, the outer join reads them all.
        ended = Publication.objects.filter(up_to, ends=OuterRef("pk")).order_by()
        return self.facts().filter(~Exists(ended), up_to)

    def down(self) -> Self:
        """Publications that took a part of another down, which none has restored since (rule: suppression).

        Where a trigger asks the same: `stories.database.log.is_down`.
        """
        later = Publication.objects.filter(
            restores=OuterRef("suppresses"), part=OuterRef("part"), position__gt=OuterRef("position")
        )
        return self.filter(~Exists(later.order_by()), event=Event.SUPPRESSED)

    def head(self) -> "Publication | None":
        """The newest publication; None on an empty log."""
        return self.order_by("-position").first()


class Publication(models.Model):
    """One thing we told the world. Its key is its position; only ever appended (rule: append-only)."""

    position = models.PositiveBigIntegerField(primary_key=True)
    format = models.PositiveSmallIntegerField(
        default=1, help_text="The form of its event. A row that does not say it is of the first one."
    )
    event = models.CharField(max_length=10, choices=Event.choices)
    at = models.DateTimeField()
    story = models.CharField(max_length=80, help_text="The story's slug; no foreign key leaves the public tables.")
    fact_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(null=True)
    correction_kind = models.CharField(max_length=14, choices=CorrectionKind.choices, blank=True)
    note = models.TextField(blank=True, help_text="In format 1 alone; later ones lie beside the log, like the texts.")
    note_sha256 = models.CharField(max_length=64, blank=True)
    replaced_by = models.UUIDField(null=True)
    ends = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="ended_by")
    suppresses = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="suppressed_by", db_index=False
    )
    restores = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="restored_by", db_index=False
    )
    part = models.CharField(max_length=4, choices=Part.choices, blank=True, help_text="Empty in format 1: the text.")
    because = models.CharField(max_length=7, choices=Because.choices, blank=True)
    kind = models.CharField(max_length=20, choices=ClaimKind.choices, blank=True)
    basis = models.CharField(max_length=12, choices=Basis.choices, blank=True)
    language = models.CharField(max_length=12, blank=True)
    independent_sources = models.PositiveIntegerField(null=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    payload = models.TextField(help_text="The public event in canonical form: what the hash covers.")
    hash = models.CharField(max_length=64)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        indexes = [
            # API facts/?story=…, changes/?story=…, stories/: one story, newest first. With all that facts/ asks of a
            # row, so that a filter which few or none match passes over the others within the index.
            models.Index(
                fields=["story", "-position", "event", "kind", "basis", "language", "independent_sources", "fact_id"],
                name="publication_story_newest",
            ),
            # API facts/ of all stories: the same.
            models.Index(
                fields=["-position", "event", "kind", "basis", "language", "independent_sources", "fact_id"],
                name="publication_newest",
            ),
            # API stories/{slug}/corrections/, and how many there are in stories/.
            models.Index(
                fields=["story", "-position"], name="publication_corrections", condition=Q(correction_kind__gt="")
            ),
            # API facts/{id}/ and its history: one fact, newest first.
            models.Index(
                fields=["fact_id", "-position"],
                name="publication_fact_newest",
                condition=Q(fact_id__isnull=False),
            ),
            # Every text and note that the API shows: whether it was taken down, and put back since.
            models.Index(fields=["suppresses"], name="publication_suppresses", condition=Q(suppresses__isnull=False)),
            models.Index(fields=["restores"], name="publication_restores", condition=Q(restores__isnull=False)),
            # API as_of, published_after, published_before: a time to a position.
            models.Index(fields=["at", "position"], name="publication_time"),
        ]
        constraints = [
            check_choices("event", Event, model="publication"),
            check_choices("correction_kind", CorrectionKind, model="publication", blank=True),
            check_choices("kind", ClaimKind, model="publication", blank=True),
            check_choices("basis", Basis, model="publication", blank=True),
            check_choices("part", Part, model="publication", blank=True),
            check_choices("because", Because, model="publication", blank=True),
            models.CheckConstraint(
                name="publication_note_is_where_its_format_keeps_it",
                condition=Q(format=1, note_sha256="", part="", because="") | Q(format=2, note=""),
            ),
            models.UniqueConstraint(
                fields=["story", "version"],
                condition=Q(event=Event.VERSION),
                name="publication_version_once",
            ),
            models.CheckConstraint(
                name="publication_event_has_its_parts",
                condition=Q(
                    event=Event.CONFIRMED,
                    fact_id__isnull=False,
                    version__isnull=True,
                    ends__isnull=True,
                    suppresses__isnull=True,
                    restores__isnull=True,
                    part="",
                    because="",
                )
                | Q(
                    event__in=[Event.REWORDED, Event.WITHDRAWN],
                    fact_id__isnull=False,
                    version__isnull=True,
                    ends__isnull=False,
                    suppresses__isnull=True,
                    restores__isnull=True,
                    part="",
                    because="",
                )
                | Q(
                    event=Event.VERSION,
                    fact_id__isnull=True,
                    version__isnull=False,
                    ends__isnull=True,
                    suppresses__isnull=True,
                    restores__isnull=True,
                    part="",
                    because="",
                )
                | (
                    Q(event=Event.SUPPRESSED, suppresses__isnull=False, restores__isnull=True, ends__isnull=True)
                    & (Q(format=1) | (Q(format=2) & ~Q(part="") & ~Q(because="") & ~Q(note_sha256="")))
                )
                | Q(
                    ~Q(part=""),
                    event=Event.RESTORED,
                    restores__isnull=False,
                    suppresses__isnull=True,
                    ends__isnull=True,
                    because="",
                    note_sha256="",
                ),
            ),
            models.CheckConstraint(
                name="publication_change_is_explained",
                condition=(
                    Q(correction_kind="", note="", replaced_by__isnull=True)
                    | (~Q(correction_kind="") & ~Q(note="", note_sha256=""))
                )
                & (~Q(event__in=[Event.REWORDED, Event.WITHDRAWN]) | ~Q(correction_kind="")),
            ),
            models.CheckConstraint(
                name="publication_text_where_there_is_one",
                condition=Q(event__in=WITHOUT_TEXT, text_sha256="") | (~Q(event__in=WITHOUT_TEXT) & ~Q(text_sha256="")),
            ),
            models.CheckConstraint(
                name="publication_fact_has_its_filters",
                condition=~Q(event__in=FACT_EVENTS)
                | (~Q(kind="") & ~Q(basis="") & ~Q(language="") & Q(independent_sources__isnull=False)),
            ),
            models.CheckConstraint(
                name="publication_ends_an_earlier_one",
                condition=(Q(ends__isnull=True) | Q(ends__lt=F("position")))
                & (Q(suppresses__isnull=True) | Q(suppresses__lt=F("position")))
                & (Q(restores__isnull=True) | Q(restores__lt=F("position"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.event}"


class PublicationText(models.Model):
    """The text of a fact or story version, beside the log so that the law can take it down (rule: suppression)."""

    position = models.OneToOneField(
        Publication, primary_key=True, db_column="position", on_delete=models.PROTECT, related_name="body"
    )
    salt = models.CharField(max_length=64)
    text = models.TextField(help_text="Canonical JSON of the whole fact or version.")

    def __str__(self) -> str:
        return self.text


class PublicationNote(models.Model):
    """The public note of a correction or suppression, beside the log like a text (rule: suppression)."""

    position = models.OneToOneField(
        Publication, primary_key=True, db_column="position", on_delete=models.PROTECT, related_name="note_beside"
    )
    salt = models.CharField(max_length=64)
    text = models.TextField(help_text="The note itself.")

    def __str__(self) -> str:
        return self.text


class SealedText(NaturalKeyModel):
    """A text or note that was taken down and may still come back: where the desk alone can read it."""

    publication = models.ForeignKey(
        Publication, db_column="position", on_delete=models.PROTECT, related_name="sealed", db_index=False
    )
    part = models.CharField(max_length=4, choices=Part.choices)
    salt = models.CharField(max_length=64)
    text = models.TextField(help_text="As it lay beside the log: the canonical JSON of a text, or the note itself.")

    natural_key_fields = ("publication_id", "part")

    class Meta:
        constraints = [
            # Also the index of the page and the verbs that restore or destroy: the parts of one publication.
            models.UniqueConstraint(fields=["publication", "part"], name="sealed_part_once"),
            check_choices("part", Part, model="sealed"),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.publication_id}"


class PublicationSource(NaturalKeyModel):
    """A named source on a fact's routes: what the API's `source` filter looks up."""

    publication = models.ForeignKey(
        Publication, db_column="position", on_delete=models.PROTECT, related_name="sources", db_index=False
    )
    slug = models.CharField(max_length=80)

    natural_key_fields = ("publication_id", "slug")

    class Meta:
        constraints = [
            # Also the index of facts/?source=…: one source, newest first.
            models.UniqueConstraint(fields=["slug", "publication"], name="publication_source_once"),
        ]
        indexes = [
            # Suppression and check_desk: the sources of one publication.
            models.Index(fields=["publication"], name="publication_source_position"),
        ]

    def __str__(self) -> str:
        return self.slug
