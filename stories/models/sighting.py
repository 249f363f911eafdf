"""Sighting and ruling: where a protected name was stopped, and what a reader of its list says of it."""

from django.conf import settings
from django.db import models

from stories.models.claim import Claim
from stories.models.source import Source


class Sighting(models.Model):
    """A text that somebody wanted to print and that may name a protected source. Never changed."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="sightings")
    place = models.CharField(max_length=60, help_text="What of the text it was, e.g. wording.")
    story = models.CharField(max_length=80, help_text="The slug of the story that it was for; one to be, too.")
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    words = models.CharField(max_length=400, help_text="The words in it that were found.")
    surname = models.CharField(max_length=200, blank=True, help_text="Folded, when it is the surname alone.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_username = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            # Also the index by which the readers of a source find what was stopped.
            models.UniqueConstraint(
                fields=["source", "story", "by", "text_sha256"], name="sighting_once_a_person_and_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} in {self.story} by {self.by_username}"


class Ruling(models.Model):
    """What a reader says of a sighting. That it is another person lets the surname alone pass in that story.

    The newest on a source, surname and story counts. Never changed.
    """

    sighting = models.ForeignKey(Sighting, on_delete=models.PROTECT, related_name="rulings")
    is_another = models.BooleanField(help_text="The words mean another person than the source.")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_username = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(name="ruling_has_a_reason", condition=~models.Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.by_username}: {'another person' if self.is_another else 'the source'}"
