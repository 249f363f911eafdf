"""The facts in force now: what the API's lists walk, so that what has ended costs them nothing."""

from django.db import models

from stories.models.publication import Publication


class FactInForce(models.Model):
    """A publication that began a fact and that none has ended, with what facts/ filters by.

    Derived from the public log: the database adds and removes rows as it takes publications in
    (`stories.database.log`), its guards let no other row in or out, `check_desk` holds it against the log.
    """

    # What is derived constrains nothing: the log's own guards and its chain say what may go.
    position = models.OneToOneField(
        Publication,
        primary_key=True,
        db_column="position",
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    story = models.CharField(max_length=80)
    fact_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    basis = models.CharField(max_length=12)
    language = models.CharField(max_length=12)
    independent_sources = models.PositiveIntegerField()

    class Meta:
        indexes = [
            # API facts/?story=…: one story, newest first, filtered within the index.
            models.Index(
                fields=["story", "-position", "kind", "basis", "language", "independent_sources", "fact_id"],
                name="fact_in_force_story",
            ),
            # API facts/ of all stories: the same.
            models.Index(
                fields=["-position", "kind", "basis", "language", "independent_sources", "fact_id"],
                name="fact_in_force_newest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position_id}: in force"
