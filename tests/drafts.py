"""Drafting and cutting in tests: blocks, drafts, and what a refusal says."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from stories.models import Claim, Publication, StoryVersion
from stories.record.decisions import Refused
from stories.record.publications import text_of
from stories.verification import confirm, dispute, newest_decision
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.world import World

EXPLAINED = {"correction_kind": "update", "public_note": "We know more."}
CORRECTED = {"change_kind": "correction", "change_note": "One sentence was wrong."}


def block(claim: Claim) -> dict[str, Any]:
    """A block with the wording of `claim`'s fact."""
    text = text_of(Publication.objects.filter(fact_id=claim.uuid).facts().order_by("-position")[0])
    return {"text": text["statement"], "facts": [str(claim.uuid)]}


def words(text: str) -> dict[str, Any]:
    return {"text": text, "facts": []}


def fact(world: World, wording: str, kind: str = "fact", **fields: Any) -> Claim:
    claim = world.claim(f"Statement of {wording}", kind=kind, **fields)
    world.passage(claim, "courier", "wire", quote=wording)
    return world.fact(claim, wording=f"{wording}, Wire said.")


def drafted(world: World, *blocks: dict[str, Any], **fields: Any) -> StoryVersion:
    values = {"by": world.editor, "headline": "Harbour", "blocks": list(blocks), "stamps": world.stamps} | fields
    return save_draft(world.story, **values)


def cut_by(world: World, draft: StoryVersion, by: User | None = None) -> StoryVersion:
    return cut(draft, by=by or world.second_editor, follows=draft.drafted_at, stamps=world.stamps)


def refusal(call: Any, *args: Any, **kwargs: Any) -> list[str]:
    """Why `call` is refused; nothing is written."""
    before = list(StoryVersion.objects.values()), Publication.objects.count()
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    assert (list(StoryVersion.objects.values()), Publication.objects.count()) == before
    return refused.value.reasons


def doubted(world: World, claim: Claim) -> None:
    seen = newest_decision(claim).seq
    dispute(claim, by=world.editor, rationale="Doubts.", follows=seen, **EXPLAINED, stamps=world.stamps)


def reworded(world: World, claim: Claim, wording: str) -> None:
    confirm(
        world.proposal(claim, claim.evidence.get(), wording=wording, **EXPLAINED), by=world.editor, stamps=world.stamps
    )
