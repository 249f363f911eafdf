"""Article: one text, stored as received."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from stories.choices import ArticleKind, ArticleStatus
from stories.models.fields import NaturalKeyModel, check_choices
from stories.models.source import Source
from stories.models.story import Story
from stories.reading.times import is_time_as_given


def validate_time_as_given(published: str) -> None:
    """Refuse what is no ISO time or a day or hour that does not exist."""
    if not is_time_as_given(published):
        raise ValidationError(
            "Give the time as precisely as the article does and no more: 2025, 2025-11, 2025-11-21, 2025-11-21T12:21. "
            "The day and the hour must exist."
        )


class TimeAsGivenField(models.CharField):
    """A time as an article gives it. To migrations it is a CharField: they import nothing that may move."""

    default_validators = [validate_time_as_given]

    def deconstruct(self) -> Any:
        """Django's, of the plain field."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options


class Article(NaturalKeyModel):
    """One text, exactly as it came: it is never edited. What is boilerplate is marked, not cut."""

    slug = models.SlugField(max_length=120, unique=True, db_index=False)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="articles")
    outlet = models.ForeignKey(
        Source,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles",
        help_text="Who put it out. For a document that we hold, the document itself; empty for a note of our own.",
    )
    kind = models.CharField(max_length=20, choices=ArticleKind.choices, default=ArticleKind.PUBLISHED)
    headline = models.CharField(max_length=300, blank=True, help_text="Empty when the text came without one.")
    url = models.URLField(max_length=500, blank=True)
    language = models.CharField(max_length=12, default="en")
    published = TimeAsGivenField(
        max_length=30,
        blank=True,
        help_text="As precise as the article gives it, e.g. 2025-11-21 or 2025-11-21T12:21. No invented hour or zone.",
    )
    received_at = models.DateTimeField()
    text = models.TextField(help_text="Stored as received; set by intake or a file upload only.")
    sha256 = models.CharField(max_length=64, help_text="Of the text in UTF-8.")
    body_start = models.PositiveIntegerField(help_text="Where the article proper begins (code points).")
    body_end = models.PositiveIntegerField(help_text="Where the article proper ends (code points, exclusive).")
    status = models.CharField(max_length=12, choices=ArticleStatus.choices, default=ArticleStatus.CURRENT)
    retracted_at = models.DateTimeField(null=True, blank=True)
    copy_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="copies",
        help_text="The text that this one is syndicated copy of. A copy gives the original's route.",
    )
    authentication = models.TextField(
        blank=True, help_text="For a document that we hold: how we know that it is genuine."
    )

    natural_key_fields = ("slug",)

    class Meta:
        ordering = ["-received_at", "slug"]
        # `held_sources`: the documents of an outlet, however much it has published.
        indexes = [models.Index(fields=["outlet", "kind"], name="article_outlet_kind")]
        constraints = [
            check_choices("kind", ArticleKind, model="article"),
            check_choices("status", ArticleStatus, model="article"),
            models.CheckConstraint(
                name="article_body_lies_in_its_text",
                condition=Q(body_start__lte=F("body_end")),
                violation_error_message="The body must begin before it ends.",
            ),
            models.CheckConstraint(
                name="article_retraction_is_dated",
                condition=Q(status=ArticleStatus.RETRACTED, retracted_at__isnull=False)
                | (~Q(status=ArticleStatus.RETRACTED) & Q(retracted_at__isnull=True)),
                violation_error_message="A retracted article carries the time of its retraction, others none.",
            ),
            models.CheckConstraint(
                name="article_only_own_notes_have_no_outlet",
                condition=Q(outlet__isnull=False) | Q(kind=ArticleKind.OWN_NOTE),
                violation_error_message="Only a note of our own has no outlet.",
            ),
            models.CheckConstraint(
                name="article_is_no_copy_of_itself",
                condition=Q(copy_of__isnull=True) | ~Q(copy_of=F("pk")),
                violation_error_message="An article is no copy of itself.",
            ),
        ]

    def __str__(self) -> str:
        return self.headline or self.slug
