"""Decision: one row of the private ledger. Written by `stories.verification` alone; never changed, never deleted."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from stories.choices import ON_PARTS, Basis, Because, CorrectionKind, Part, Role, Verdict
from stories.models.claim import Claim
from stories.models.fields import check_choices
from stories.models.publication import Publication
from stories.models.withheld import WITHHELD, now_withheld


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Vocabulary of the ledger."""

    def newest(self) -> "DecisionQuerySet":
        """Decisions that no later one follows: the state of their claims."""
        return self.filter(~Exists(Decision.objects.filter(previous=OuterRef("pk")).order_by()))

    def awaiting_second_signature(self) -> "DecisionQuerySet":
        """Open proposals: proposed, and nothing decided since."""
        return self.newest().filter(verdict=Verdict.PROPOSED)

    def in_columns(self) -> "models.QuerySet[Decision, Any]":
        """Rows with a decision's columns and the natural keys of its claims: a third of the work of whole objects."""
        keys = {"claim_uuid": F("claim__uuid"), "replaced_by_uuid": F("replaced_by__uuid")}
        columns = [field.attname for field in Decision._meta.concrete_fields]
        return self.annotate(**keys).values_list("pk", *columns, *keys, named=True)

    def on_publications(self) -> "DecisionQuerySet":
        """Decisions on taking down a part of a publication, or putting it back."""
        # Positions begin at 1; a range is found by its index where "is not null" reads the whole ledger.
        return self.filter(suppresses__gt=0)


class Decision(models.Model):
    """One person's verdict on one claim, or on a part of one publication. Its key is its place in the ledger."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    format = models.PositiveSmallIntegerField(
        default=1, help_text="The form of its payload. A row that does not say it is of the first one."
    )
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    suppresses = models.ForeignKey(
        Publication, null=True, on_delete=models.PROTECT, related_name="suppression_decisions"
    )
    part = models.CharField(max_length=4, choices=Part.choices, blank=True, help_text="Empty in format 1: the text.")
    because = models.CharField(max_length=7, choices=Because.choices, blank=True)
    previous = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="following",
        help_text="The decision it follows.",
    )
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    wording = models.TextField(blank=True)
    basis = models.CharField(max_length=12, choices=Basis.choices, blank=True)
    rationale = models.TextField(blank=True)
    correction_kind = models.CharField(max_length=14, choices=CorrectionKind.choices, blank=True)
    public_note = models.TextField(blank=True)
    replaced_by = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="+")
    accepts_inferred = models.BooleanField(default=False)
    evidence = models.JSONField(null=True, help_text="The listed passages and all that was weighed, as they stood.")
    evidence_digest = models.CharField(max_length=64, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    actor_username = models.CharField(max_length=150)
    actor_name = models.CharField(max_length=301, blank=True)
    actor_role = models.CharField(max_length=10, choices=Role.choices)
    at = models.DateTimeField()
    publication = models.OneToOneField(
        Publication,
        null=True,
        on_delete=models.PROTECT,
        related_name="decision",
        help_text="What it made public.",
    )
    payload = models.TextField(help_text="Canonical text of this decision: what the hash covers.")
    hash = models.CharField(max_length=64)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        indexes = [
            # The state and the timeline of a claim: its newest decision first.
            models.Index(fields=["claim", "-seq"], name="decision_claim_newest"),
            # The desk's front page: proposals by one person, newest first.
            models.Index(fields=["actor", "-seq"], name="decision_actor_newest"),
        ]
        constraints = [
            check_choices("verdict", Verdict, model="decision"),
            check_choices("basis", Basis, model="decision", blank=True),
            check_choices("correction_kind", CorrectionKind, model="decision", blank=True),
            check_choices("actor_role", Role, model="decision"),
            check_choices("part", Part, model="decision", blank=True),
            check_choices("because", Because, model="decision", blank=True),
            models.CheckConstraint(
                name="decision_on_a_part_says_which",
                condition=Q(format=1, part="", because="")
                | Q(~Q(verdict__in=ON_PARTS), format=2, claim__isnull=False, part="", because="")
                | Q(~Q(part=""), ~Q(because=""), ~Q(public_note=""), format=2, verdict=Verdict.SUPPRESSED)
                | Q(~Q(part=""), ~Q(verdict=Verdict.SUPPRESSED), format=2, claim__isnull=True, because=""),
            ),
            models.CheckConstraint(
                name="decision_on_one_claim_or_publication",
                condition=Q(claim__isnull=False, suppresses__isnull=True)
                | Q(claim__isnull=True, suppresses__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(previous__isnull=True), name="decision_one_first_per_claim"
            ),
            models.UniqueConstraint(
                fields=["suppresses", "part"],
                condition=Q(previous__isnull=True),
                name="decision_one_first_per_publication",
            ),
            models.CheckConstraint(
                name="decision_publishes_what_its_verdict_says",
                condition=Q(
                    verdict__in=[Verdict.CONFIRMED, Verdict.WITHDRAWN, Verdict.SUPPRESSED, Verdict.RESTORED],
                    publication__isnull=False,
                )
                | Q(verdict__in=[Verdict.PROPOSED, Verdict.RETURNED, Verdict.DESTROYED], publication__isnull=True)
                | Q(verdict__in=[Verdict.DISPUTED, Verdict.REFUTED]),
            ),
            models.CheckConstraint(
                name="decision_wording_with_a_basis",
                condition=~Q(verdict__in=[Verdict.PROPOSED, Verdict.CONFIRMED])
                | Q(claim__isnull=True)
                | (~Q(wording="") & ~Q(basis="") & ~Q(evidence_digest="") & Q(evidence__isnull=False)),
            ),
            models.CheckConstraint(
                name="decision_has_a_rationale",
                condition=Q(verdict=Verdict.CONFIRMED) | ~Q(rationale=""),
            ),
            models.CheckConstraint(
                name="decision_ending_a_fact_is_explained",
                condition=~Q(verdict__in=[Verdict.WITHDRAWN, Verdict.DISPUTED, Verdict.REFUTED])
                | Q(publication__isnull=True)
                | (~Q(correction_kind="") & ~Q(public_note="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.verdict} by {self.actor_username}"

    @property
    def leaves_a_fact(self) -> bool | None:
        """Whether a fact of its claim is in force after it; None when it made nothing public, and left that as it was.

        Where a trigger asks the same of the newest decision: `stories.database.ledger.fact_is_in_force`.
        """
        return None if self.publication_id is None else self.verdict == Verdict.CONFIRMED

    @property
    def shown_wording(self) -> str:
        """The wording for who reads the page; what was taken down is withheld, and every wording of its claim."""
        return WITHHELD if self.wording and self.claim_id in now_withheld().claims else self.wording

    @property
    def shown_note(self) -> str:
        """The public note for who reads the page; one that was taken down is withheld."""
        return WITHHELD if self.publication_id in now_withheld().notes else self.public_note

    @property
    def claim_uuid(self) -> UUID | None:
        """The natural key of the claim that was decided on; `in_columns` reads it without the claim."""
        return self.claim.uuid if self.claim else None

    @property
    def replaced_by_uuid(self) -> UUID | None:
        """The natural key of the claim that takes the place of a withdrawn one."""
        return self.replaced_by.uuid if self.replaced_by else None
