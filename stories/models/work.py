"""Work item and doubt: what the desk's lists find their work by, among a million claims. Kept by the database.

A work item is derived from claims and ledger; a doubt says that a fact is to be weighed anew
(`stories.database.derived`). No rule reads either; `check_desk` holds them against the ledger and what it rests on.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from stories.choices import ClaimKind, Role, Verdict
from stories.models.claim import Claim
from stories.models.decision import Decision
from stories.models.story import Story


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Vocabulary of the queue."""

    def in_state(self, state: str) -> "WorkItemQuerySet":
        """Claims whose newest verdict is `state`; `unverified` for those without any."""
        return self.filter(state=state)

    def with_fact(self) -> "WorkItemQuerySet":
        """Claims of which a fact is in force."""
        return self.filter(in_force=True)

    def to_sign(self, *, person: int | None, role: Role | None) -> "WorkItemQuerySet":
        """Claims whose open proposal `person`, in `role`, may be the second to sign (rule: two-people)."""
        waiting = self.in_state(Verdict.PROPOSED).exclude(actor=person)
        if role == Role.EDITOR:
            return waiting
        return waiting.filter(actor_role=Role.EDITOR) if role == Role.REPORTER else waiting.none()

    def returned_to(self, *, person: int | None) -> "WorkItemQuerySet":
        """Claims of which somebody else sent a proposal of `person` back."""
        return self.in_state(Verdict.RETURNED).filter(proposer=person).exclude(actor=person)


class WorkItem(models.Model):
    """What the queue asks of a claim. One row a claim, made and changed by triggers alone."""

    claim = models.OneToOneField(Claim, primary_key=True, on_delete=models.CASCADE, related_name="work_item")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=ClaimKind.choices)
    state = models.CharField(max_length=10)
    in_force = models.BooleanField()
    # What is derived constrains nothing: the ledger's own guards and its chain say what may go.
    newest = models.ForeignKey(
        Decision, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=10)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        help_text="Whose proposal it was that the newest decision returned.",
    )

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        indexes = [
            # The queue: one kind of work, newest first; its facets and the front page count it.
            models.Index(fields=["state", "-claim"], name="work_state_newest"),
            # The front page: what waits for a signature or came back, oldest first.
            models.Index(fields=["state", "newest"], name="work_state_oldest"),
            # The queue within a story.
            models.Index(fields=["story", "state", "-claim"], name="work_story_state_newest"),
            models.Index(fields=["story", "-claim"], name="work_story_newest"),
            # The queue of one kind.
            models.Index(fields=["kind", "state", "-claim"], name="work_kind_state_newest"),
            models.Index(fields=["kind", "-claim"], name="work_kind_newest"),
            # The queue of one kind within a story.
            models.Index(fields=["story", "kind", "state", "-claim"], name="work_story_kind_state_newest"),
            # The queue: facts in force.
            models.Index(fields=["-claim"], name="work_fact_newest", condition=Q(in_force=True)),
            # The queue: facts in force of one story, of one kind.
            models.Index(fields=["story", "-claim"], name="work_story_fact_newest", condition=Q(in_force=True)),
            models.Index(fields=["kind", "-claim"], name="work_kind_fact_newest", condition=Q(in_force=True)),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.state}"


class Doubt(models.Model):
    """Something that a claim's fact may stand on has changed since somebody last weighed the fact.

    Rows are only added, one a change, and go once the fact was weighed after it and found to stand as it did: so two
    who change and weigh at once lose nothing, and wait for nobody.
    """

    # Without a constraint a change takes no lock on the claim: a decision on it goes on meanwhile.
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="doubts", db_constraint=False)

    def __str__(self) -> str:
        return f"{self.claim_id} is to be weighed anew"
