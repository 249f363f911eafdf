"""Claim and contradiction: checkable statements, and which of them cannot both be true."""

import uuid
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from stories.choices import ClaimKind, DisagreementState
from stories.models.fields import NaturalKeyManager, NaturalKeyModel, check_choices, current_rows
from stories.models.source import Source
from stories.models.story import Story
from stories.models.withheld import WITHHELD, now_withheld


class Claim(NaturalKeyModel):
    """One checkable statement in the desk's own neutral words. It has no status: its decisions are its state."""

    uuid = models.UUIDField(
        "fact id",
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="One id for good, public once confirmed.",
    )
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="claims")
    statement = models.TextField(
        help_text="One statement that can be checked. Good: Axios obtained the draft on November 21. "
        "Bad: Reports say that talks are going badly."
    )
    kind = models.CharField(max_length=20, choices=ClaimKind.choices)
    language = models.CharField(max_length=12, default="en")
    says = models.ForeignKey(
        Source,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="said_claims",
        help_text="The person or document whose words this claim reports, if it reports any.",
    )
    note = models.TextField(blank=True, help_text="For colleagues: what to look out for. Never public.")
    created_at = models.DateTimeField()

    natural_key_fields = ("uuid",)

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            check_choices("kind", ClaimKind, model="claim"),
            models.CheckConstraint(name="claim_has_a_statement", condition=~Q(statement="")),
            models.CheckConstraint(
                name="claim_position_says_whose_it_is",
                condition=~reduce(or_, (Q(kind=kind) for kind in ClaimKind if kind.is_said)) | Q(says__isnull=False),
                violation_error_message="A statement of position says whose it is.",
            ),
        ]

    def __str__(self) -> str:
        return WITHHELD if self.is_withheld else self.statement

    @property
    def is_withheld(self) -> bool:
        """Whether its words are withheld from who reads the page (rule: suppression)."""
        return self.pk in now_withheld().claims


class DisagreementQuerySet(models.QuerySet[Any]):
    """Vocabulary that contradictions and discrepancies share."""

    def open(self, *, at: datetime | None = None) -> "DisagreementQuerySet":
        """Those that nobody had resolved or dismissed at `at` (now when None)."""
        if at is None:
            return self.filter(state=DisagreementState.OPEN)
        return current_rows(self, self.model.opening, "closed_at", at=at)


def closed_has_reason_and_time(model: str) -> models.CheckConstraint:
    """A CHECK: open has neither closing time nor reason; closed has both."""
    return models.CheckConstraint(
        name=f"{model}_closed_with_a_reason",
        condition=Q(state=DisagreementState.OPEN, closed_at__isnull=True, reason="")
        | (~Q(state=DisagreementState.OPEN) & Q(closed_at__isnull=False) & ~Q(reason="")),
        violation_error_message="Resolving or dismissing needs a reason; what is open has none.",
    )


class Contradiction(NaturalKeyModel):
    """Two claims that cannot both be true: one row an opening, closed once.

    While one is open, neither claim can be corroborated or documented.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="contradictions_as_first")
    second = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="contradictions_as_second")
    note = models.TextField(help_text="In what they contradict each other.")
    state = models.CharField(max_length=10, choices=DisagreementState.choices, default=DisagreementState.OPEN)
    reason = models.TextField(blank=True, help_text="Why it is resolved or no contradiction at all.")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    opening = "opened_at"
    natural_key_fields = ("uuid",)
    objects = NaturalKeyManager.from_queryset(DisagreementQuerySet)()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            check_choices("state", DisagreementState, model="contradiction"),
            models.CheckConstraint(
                name="contradiction_has_two_claims",
                condition=~Q(first=F("second")),
                violation_error_message="A claim cannot contradict itself.",
            ),
            models.CheckConstraint(name="contradiction_has_a_note", condition=~Q(note="")),
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(state=DisagreementState.OPEN),
                name="contradiction_open_once",
                violation_error_message="This contradiction is open already.",
            ),
            closed_has_reason_and_time("contradiction"),
        ]

    def __str__(self) -> str:
        return self.note
