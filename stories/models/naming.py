"""Naming: where the public log names a protected source, and how far it was looked through for each. Derived.

Any row may be lost: whoever looks the log through next finds it again (`stories.insight.named`).
"""

from django.db import models

from stories.choices import Part
from stories.models.publication import Publication
from stories.models.source import Source


class LookedThrough(models.Model):
    """Up to which position the log was looked through for the names that a protected source has.

    With it nothing is looked through twice. Under other names the source is begun anew.
    """

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="+")
    names_sha256 = models.CharField(max_length=64, help_text="Of all the names that were looked for.")
    since = models.PositiveBigIntegerField(help_text="The head of the log when they were first looked for.")
    through = models.PositiveBigIntegerField(help_text="Every publication up to here was looked through.")

    def __str__(self) -> str:
        return f"looked through to {self.through}"


class Naming(models.Model):
    """That a part of a publication names a protected source, in full or, with `surname`, by that alone.

    It holds no more of the text than the name, so that taking the text down takes it all.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    # What is derived constrains nothing: the log's own guards and its chain say what may go.
    publication = models.ForeignKey(
        Publication, db_column="position", on_delete=models.CASCADE, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    part = models.CharField(max_length=4, choices=Part.choices, blank=True, help_text="Empty: the event itself.")
    surname = models.CharField(max_length=200, blank=True, help_text="Folded, when it is the surname alone.")
    words = models.CharField(max_length=400, help_text="The words that were found.")
    places = models.TextField(help_text="What of the publication holds them, e.g. wording, block.")

    class Meta:
        constraints = [
            # Also the index of the front page: what names a source, newest first.
            models.UniqueConstraint(fields=["source", "publication", "part", "surname"], name="naming_once"),
        ]

    def __str__(self) -> str:
        return f"{self.places} at {self.publication_id}"
