"""The public log: everything we told the world, and nothing else. The API reads it and what is derived from it."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from stories.choices import FACT_EVENTS, Basis, ClaimKind, CorrectionKind, Event
from stories.models.fields import NaturalKeyModel, check_choices, natural_key_after


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Vocabulary of the public log. Every read of facts takes a position."""

    def facts(self) -> Self:
        """Publications that began a fact."""
        return self.filter(event__in=FACT_EVENTS)

    def in_force(self, *, at: int) -> Self:
        """Facts in force at position `at`: begun by then, ended by none up to then (rule: one-sequence)."""
        # NOT EXISTS and not `ended_by__isnull`: the anti-join pages a million facts, the outer join reads them all.
        ended = Publication.objects.filter(ends=OuterRef("pk"), position__lte=at).order_by()
        return self.facts().filter(~Exists(ended), position__lte=at)

    def head(self) -> "Publication | None":
        """The newest publication; None on an empty log."""
        return self.order_by("-position").first()


class Publication(models.Model):
    """One thing we told the world. Its key is its position; only ever appended (rule: append-only)."""

    position = models.PositiveBigIntegerField(primary_key=True)
    event = models.CharField(max_length=10, choices=Event.choices)
    at = models.DateTimeField()
    story = models.CharField(max_length=80, help_text="The story's slug; no foreign key leaves the public tables.")
    fact_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(null=True)
    correction_kind = models.CharField(max_length=14, choices=CorrectionKind.choices, blank=True)
    note = models.TextField(blank=True)
    replaced_by = models.UUIDField(null=True)
    ends = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="ended_by")
    suppresses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="suppressed_by")
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
            # API as_of, published_after, published_before: a time to a position.
            models.Index(fields=["at", "position"], name="publication_time"),
        ]
        constraints = [
            check_choices("event", Event, model="publication"),
            check_choices("correction_kind", CorrectionKind, model="publication", blank=True),
            check_choices("kind", ClaimKind, model="publication", blank=True),
            check_choices("basis", Basis, model="publication", blank=True),
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
                )
                | Q(
                    event__in=[Event.REWORDED, Event.WITHDRAWN],
                    fact_id__isnull=False,
                    version__isnull=True,
                    ends__isnull=False,
                    suppresses__isnull=True,
                )
                | Q(
                    event=Event.VERSION,
                    fact_id__isnull=True,
                    version__isnull=False,
                    ends__isnull=True,
                    suppresses__isnull=True,
                )
                | Q(event=Event.SUPPRESSED, suppresses__isnull=False, ends__isnull=True),
            ),
            models.CheckConstraint(
                name="publication_change_is_explained",
                condition=(
                    Q(correction_kind="", note="", replaced_by__isnull=True) | (~Q(correction_kind="") & ~Q(note=""))
                )
                & (~Q(event__in=[Event.REWORDED, Event.WITHDRAWN]) | ~Q(correction_kind="")),
            ),
            models.CheckConstraint(
                name="publication_text_where_there_is_one",
                condition=Q(event__in=[Event.WITHDRAWN, Event.SUPPRESSED], text_sha256="")
                | (~Q(event__in=[Event.WITHDRAWN, Event.SUPPRESSED]) & ~Q(text_sha256="")),
            ),
            models.CheckConstraint(
                name="publication_fact_has_its_filters",
                condition=~Q(event__in=FACT_EVENTS)
                | (~Q(kind="") & ~Q(basis="") & ~Q(language="") & Q(independent_sources__isnull=False)),
            ),
            models.CheckConstraint(
                name="publication_ends_an_earlier_one",
                condition=(Q(ends__isnull=True) | Q(ends__lt=F("position")))
                & (Q(suppresses__isnull=True) | Q(suppresses__lt=F("position"))),
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


class PublicationSource(NaturalKeyModel):
    """A named source on a fact's routes: what the API's `source` filter looks up."""

    publication = models.ForeignKey(
        Publication, db_column="position", on_delete=models.PROTECT, related_name="sources", db_index=False
    )
    slug = models.CharField(max_length=80)

    natural_key_fields = ("publication_id", "slug")
    natural_key = natural_key_after("stories.publication")

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
