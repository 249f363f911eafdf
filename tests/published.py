"""Shorthand for publishing through the desk's own verbs: a fact, its rewording, its end, a version, a suppression."""

from typing import Any

from stories.choices import Part
from stories.models import Claim, Decision, Publication, StoryVersion
from stories.verification import confirm, newest_decision, suppress, withdraw
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.world import World


class Desk(World):
    """A world whose editors publish without further ado; every verb returns the publication it made."""

    def confirm_fact(self, words: str, *, claim: Claim | None = None, **fields: Any) -> Publication:
        """Publish the fact "`words`, Wire reports." on a passage of its own (courier → wire)."""
        wording = f"{words}, Wire reports."
        claim = claim or self.claim(f"{words}.", **{name: fields.pop(name) for name in ("kind",) if name in fields})
        passage = claim.evidence.first() or self.passage(claim, "courier", "wire", quote=words)
        return self._sign(self.proposal(claim, passage, wording=wording, **fields))

    def reword(self, fact: Publication, words: str, *, kind: str = "clarification", note: str = "") -> Publication:
        """Publish other words for `fact`, which is in force."""
        claim = Claim.objects.get(uuid=fact.fact_id)
        return self._sign(
            self.proposal(
                claim,
                *claim.evidence.all(),
                wording=f"{words}, Wire reports.",
                correction_kind=kind,
                public_note=note or f"We now say: {words}.",
            )
        )

    def withdraw_fact(
        self, fact: Publication, *, kind: str = "correction", note: str = "This was wrong.", by: str = ""
    ) -> Publication:
        """Publish that `fact` is withdrawn; `by` is the id of the fact that replaces it."""
        claim = Claim.objects.get(uuid=fact.fact_id)
        newest = newest_decision(claim)
        assert newest is not None
        (decision,) = withdraw(
            [claim],
            by=self.editor,
            rationale="It does not hold.",
            correction_kind=kind,
            public_note=note,
            follows={claim.pk: newest.seq},
            replaced_by=Claim.objects.get(uuid=by) if by else None,
            stamps=self.stamps,
        )
        return self._made_by(decision)

    def revive(self, fact: Publication, words: str) -> Publication:
        """Publish `fact`, which was withdrawn, again."""
        return self.confirm_fact(words, claim=Claim.objects.get(uuid=fact.fact_id))

    def cut_version(self, headline: str, *, kind: str = "new", note: str = "") -> Publication:
        """Publish a version of all facts in force."""
        draft = save_draft(
            self.story,
            by=self.editor,
            headline=headline,
            blocks=compose_blocks(self.story),
            change_kind=kind,
            change_note=note,
            stamps=self.stamps,
        )
        cut(draft, by=self.second_editor, follows=draft.drafted_at, stamps=self.stamps)
        version = StoryVersion.objects.select_related("publication").get(pk=draft.pk)
        assert version.publication is not None
        return version.publication

    def suppress(
        self, target: Publication, *, part: Part = Part.TEXT, note: str = "Taken down by order of a court."
    ) -> list[Publication]:
        """Take down the `part` of `target` and all that carries its words."""
        decisions = suppress(
            target,
            part=part,
            because="court",
            by=self.editor,
            rationale="Court order.",
            public_note=note,
            stamps=self.stamps,
        )
        return [self._made_by(decision) for decision in decisions]

    def _sign(self, proposal: Decision) -> Publication:
        return self._made_by(confirm(proposal, by=self.editor, stamps=self.stamps))

    def _made_by(self, decision: Decision) -> Publication:
        assert decision.publication_id is not None
        return Publication.objects.get(pk=decision.publication_id)
