"""Story: the evolving event we track."""

from django.db import models

from stories.models.fields import NaturalKeyModel


class Story(NaturalKeyModel):
    """An evolving event. Its slug is public and never changes."""

    slug = models.SlugField(
        max_length=80,
        unique=True,
        db_index=False,
        help_text="Its name in addresses, e.g. peace-plan. Never changes.",
    )
    title = models.CharField(max_length=200, help_text="What readers call it.")
    created_at = models.DateTimeField()

    natural_key_fields = ("slug",)

    class Meta:
        ordering = ["-created_at", "slug"]
        verbose_name_plural = "stories"

    def __str__(self) -> str:
        return self.title
