"""Story version: a numbered cut of the story; a draft until somebody else cuts it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from stories.choices import ChangeKind, Role
from stories.models.fields import NaturalKeyManager, NaturalKeyModel, check_choices
from stories.models.publication import Publication
from stories.models.story import Story
from stories.models.withheld import WITHHELD, now_withheld


class StoryVersionQuerySet(models.QuerySet["StoryVersion"]):
    """Vocabulary of versions."""

    def cut(self) -> "StoryVersionQuerySet":
        """Published versions."""
        return self.filter(publication__isnull=False)

    def drafts(self) -> "StoryVersionQuerySet":
        """Versions that nobody has cut yet; at most one a story."""
        return self.filter(publication__isnull=True)


class StoryVersion(NaturalKeyModel):
    """A draft while it has no publication; once cut it never changes (trigger)."""

    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    headline = models.CharField(max_length=300)
    standfirst = models.TextField(blank=True)
    blocks = models.JSONField(
        default=list, help_text="In order: {text, facts: [fact id]}; connecting words have no facts."
    )
    change_kind = models.CharField(max_length=14, choices=ChangeKind.choices, default=ChangeKind.NEW)
    change_note = models.TextField(blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_by_username = models.CharField(max_length=150)
    drafted_by_role = models.CharField(max_length=10, choices=Role.choices)
    drafted_at = models.DateTimeField()
    cut_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cut_by_username = models.CharField(max_length=150, blank=True)
    cut_by_role = models.CharField(max_length=10, choices=Role.choices, blank=True)
    cut_at = models.DateTimeField(null=True, blank=True)
    publication = models.OneToOneField(
        Publication, null=True, blank=True, on_delete=models.PROTECT, related_name="story_version"
    )

    natural_key_fields = ("story__slug", "number")
    objects = NaturalKeyManager.from_queryset(StoryVersionQuerySet)()

    class Meta:
        ordering = ["story", "number"]
        constraints = [
            models.UniqueConstraint(fields=["story", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["story"], condition=Q(publication__isnull=True), name="version_one_draft_per_story"
            ),
            models.CheckConstraint(name="version_numbers_begin_at_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="version_has_a_headline", condition=~Q(headline="")),
            check_choices("change_kind", ChangeKind, model="version"),
            check_choices("drafted_by_role", Role, model="version"),
            check_choices("cut_by_role", Role, model="version", blank=True),
            models.CheckConstraint(
                name="version_correction_is_explained",
                condition=Q(change_kind=ChangeKind.NEW) | ~Q(change_note=""),
            ),
            models.CheckConstraint(
                name="version_cut_by_somebody",
                condition=Q(publication__isnull=True, cut_by__isnull=True, cut_at__isnull=True, cut_by_role="")
                | Q(
                    publication__isnull=False,
                    cut_by__isnull=False,
                    cut_at__isnull=False,
                    cut_by_role=Role.EDITOR,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.story} v{self.number}"

    @property
    def is_withheld(self) -> bool:
        """Whether its text is withheld from who reads the page (rule: suppression)."""
        return self.publication_id in now_withheld().texts

    @property
    def shown_headline(self) -> str:
        """The headline for who reads the page."""
        return WITHHELD if self.is_withheld else self.headline

    @property
    def shown_standfirst(self) -> str:
        """The standfirst for who reads the page."""
        return WITHHELD if self.standfirst and self.is_withheld else self.standfirst

    @property
    def shown_blocks(self) -> list[dict[str, Any]]:
        """The blocks for who reads the page: none of a version that was taken down, of a draft no sentence that was."""
        facts = {str(fact) for fact in now_withheld().facts} if self.publication_id is None else set()
        return [
            {**block, "text": WITHHELD} if self.is_withheld or not facts.isdisjoint(block["facts"]) else block
            for block in self.blocks
        ]

    @property
    def shown_note(self) -> str:
        """The change note for who reads the page; one that was taken down is withheld."""
        return WITHHELD if self.publication_id in now_withheld().notes else self.change_note
