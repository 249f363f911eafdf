"""Presence: who has which claim open. No record of anything: rows come and go with the pages."""

from django.conf import settings
from django.db import models

from stories.models.claim import Claim


class Presence(models.Model):
    """A person whose browser said lately that a claim's review page is open in it."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="presences", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Also the index of the review page: who has this claim open.
            models.UniqueConstraint(fields=["claim", "person"], name="presence_once_per_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.person} has claim {self.claim_id} open"
