"""Evidence: a verbatim passage with its attribution chain, and what the passages of a claim disagree on."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from stories.choices import DisagreementState, DiscrepancyKind, Stance
from stories.models.article import Article
from stories.models.claim import Claim, DisagreementQuerySet, closed_has_reason_and_time
from stories.models.fields import NaturalKeyManager, NaturalKeyModel, check_choices, current_rows
from stories.models.source import Source


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Vocabulary of evidence."""

    def current(self, *, at: datetime | None = None) -> "EvidenceQuerySet":
        """Passages that were there and that nobody had retired, at `at` (now when None)."""
        return current_rows(self, "created_at", "retired_at", at=at)

    def supporting(self) -> "EvidenceQuerySet":
        """Passages that speak for their claim."""
        return self.filter(stance=Stance.SUPPORTS)

    def contradicting(self) -> "EvidenceQuerySet":
        """Passages that speak against their claim."""
        return self.filter(stance=Stance.CONTRADICTS)


class Evidence(NaturalKeyModel):
    """A verbatim passage (W3C TextQuoteSelector + TextPositionSelector). Never edited: a change adds a row."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="evidence")
    stance = models.CharField(max_length=12, choices=Stance.choices, default=Stance.SUPPORTS)
    quote = models.TextField(help_text="The exact words, as they stand in the article.")
    start = models.PositiveIntegerField(help_text="Where the words begin in the text (code points).")
    end = models.PositiveIntegerField(help_text="Where the words end (code points, exclusive).")
    prefix = models.CharField(max_length=32, blank=True)
    suffix = models.CharField(max_length=32, blank=True)
    attribution = models.TextField(
        blank=True,
        help_text="The words that give the credit. Good: “Axios reports”. Empty when there are none.",
    )
    inferred = models.BooleanField(default=False, help_text="The credit stands elsewhere in the article.")
    own_reporting = models.BooleanField(default=False, help_text="Our own reporting: nobody stands between.")
    created_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    natural_key_fields = ("uuid",)
    objects = NaturalKeyManager.from_queryset(EvidenceQuerySet)()

    class Meta:
        ordering = ["article", "start", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            check_choices("stance", Stance, model="evidence"),
            models.CheckConstraint(
                name="evidence_offsets_match_its_quote",
                condition=Q(start__lt=F("end")) & Q(end=F("start") + Length("quote")),
                violation_error_message="The offsets must span exactly the quoted words.",
            ),
            models.UniqueConstraint(
                fields=["claim", "article", "start", "end"],
                condition=Q(retired_at__isnull=True),
                name="evidence_once_per_claim",
                violation_error_message="This passage is evidence for this claim already.",
            ),
        ]

    def __str__(self) -> str:
        return self.quote


class ChainLink(NaturalKeyModel):
    """One source on the way from the outlet (place 0) to the origin (the last place)."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="chain_links")
    place = models.PositiveSmallIntegerField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="chain_links")

    natural_key_fields = ("evidence__uuid", "place")

    class Meta:
        ordering = ["evidence", "place"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "place"], name="chain_link_one_per_place"),
            models.UniqueConstraint(
                fields=["evidence", "source"],
                name="chain_names_a_source_once",
                violation_error_message="A chain names each source once.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.source}"


class Discrepancy(NaturalKeyModel):
    """What two passages of one claim, or only one of its outlets, disagree on: one row an opening, closed once.

    The desk finds them; `opened_by` says who opened one again.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="discrepancies")
    kind = models.CharField(max_length=12, choices=DiscrepancyKind.choices)
    first = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="discrepancies_as_first")
    second = models.ForeignKey(
        Evidence, null=True, blank=True, on_delete=models.PROTECT, related_name="discrepancies_as_second"
    )
    first_words = models.TextField(blank=True)
    second_words = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=DisagreementState.choices, default=DisagreementState.OPEN)
    reason = models.TextField(blank=True)
    found_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    opening = "found_at"
    natural_key_fields = ("kind", "first__uuid", "second__uuid", "first_words", "second_words", "found_at")
    objects = NaturalKeyManager.from_queryset(DisagreementQuerySet)()

    class Meta:
        ordering = ["claim", "kind", "pk"]
        verbose_name_plural = "discrepancies"
        indexes = [
            # The front page: the oldest open ones of every kind.
            models.Index(fields=["state", "kind", "found_at"], name="discrepancy_open_oldest"),
        ]
        constraints = [
            check_choices("kind", DiscrepancyKind, model="discrepancy"),
            check_choices("state", DisagreementState, model="discrepancy"),
            models.UniqueConstraint(
                fields=["kind", "first", "second", "first_words", "second_words"],
                condition=Q(state=DisagreementState.OPEN),
                name="discrepancy_open_once",
                violation_error_message="This discrepancy is open already.",
            ),
            models.UniqueConstraint(
                fields=["kind", "first", "first_words"],
                condition=Q(second__isnull=True, state=DisagreementState.OPEN),
                name="discrepancy_of_one_passage_open_once",
                violation_error_message="This discrepancy is open already.",
            ),
            closed_has_reason_and_time("discrepancy"),
        ]

    def __str__(self) -> str:
        words = [f"“{words}”" for words in (self.first_words, self.second_words) if words]
        return f"{self.get_kind_display()}: {' / '.join(words)}"
