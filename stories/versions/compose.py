"""What a version is made of: the facts in force under their headings, and what changed since the last one."""

import json
from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db.models import Max

from stories.choices import ClaimKind, Heading
from stories.models import FactInForce, Publication, PublicationText, Story, StoryVersion
from stories.models.publication import PublicationQuerySet

DraftBlock = dict[str, Any]

MAX_BLOCKS = 1_000
"""More than this is no story version but a mistake."""


MOST_COMPOSED = 200
"""So many facts in force, the newest, are put into a draft or offered for it, beside those of the last version."""


def wordings_in_force(story: Story, *, among: Collection[str]) -> dict[str, str]:
    """The frozen wording of each fact of `story` in force now whose id is `among` these, by fact id, oldest first."""
    known = [fact for fact in among if is_fact_id(fact)]
    rows = Publication.objects.filter(story=story.slug, fact_id__in=known).in_force(at=None)
    return _wordings(rows.order_by("position"))


def newest_wordings(story: Story, *, most: int) -> dict[str, str]:
    """The frozen wordings of the newest `most` facts of `story` in force now, by fact id, oldest first."""
    newest = FactInForce.objects.filter(story=story.slug).order_by("-position_id").values_list("position_id", flat=True)
    return _wordings(Publication.objects.filter(position__in=list(newest[:most])).order_by("position"))


def _wordings(rows: PublicationQuerySet) -> dict[str, str]:
    texts = (json.loads(text) for text in rows.values_list("body__text", flat=True) if text is not None)
    return {text["id"]: text["statement"] for text in texts}


def is_fact_id(text: object) -> bool:
    """Whether `text` is written as a fact id is."""
    try:
        return str(UUID(str(text))) == str(text)
    except ValueError:
        return False


def facts_of(blocks: Sequence[DraftBlock]) -> list[str]:
    """The ids of all facts that `blocks` stand on, in order, each once."""
    return list(dict.fromkeys(fact for block in blocks for fact in block["facts"]))


def last_cut(story: Story) -> StoryVersion | None:
    """The newest version of `story` that was published; None before the first one."""
    last: StoryVersion | None = StoryVersion.objects.filter(story=story).cut().order_by("-number").first()
    return last


def compose_blocks(story: Story) -> list[DraftBlock]:
    """A draft without any typing: what the last version carries and still stands, then, under headings, what is new.

    Of what is not in the last version the newest `MOST_COMPOSED` facts.
    """
    last = last_cut(story)
    carried = last.blocks if last else []
    blocks = _still_standing(carried, wordings_in_force(story, among=facts_of(carried)))
    newest = newest_wordings(story, most=MOST_COMPOSED)
    missing = {fact: words for fact, words in newest.items() if fact not in facts_of(blocks)}
    kinds = dict(
        Publication.objects.filter(fact_id__in=missing).facts().order_by("position").values_list("fact_id", "kind")
    )
    standing = [block["text"] for block in blocks if not block["facts"]]
    for heading in map(str, Heading):
        below: list[DraftBlock] = [
            {"text": words, "facts": [fact]}
            for fact, words in missing.items()
            if ClaimKind(kinds[UUID(fact)]).heading == heading
        ]
        if below and heading in standing:
            after = next(i for i, block in enumerate(blocks) if block["text"] == heading and not block["facts"]) + 1
            while after < len(blocks) and blocks[after]["facts"]:
                after += 1
            blocks[after:after] = below
        elif below:
            blocks += [{"text": heading, "facts": []}, *below]
    return blocks


def _still_standing(blocks: Sequence[DraftBlock], wordings: Mapping[str, str]) -> list[DraftBlock]:
    """`blocks` as of now: facts in their present wording, without those that ended and a heading left with nothing."""
    standing: list[DraftBlock] = []
    for number, block in enumerate(blocks):
        facts = [fact for fact in block["facts"] if fact in wordings]
        if facts:
            standing.append({"text": " ".join(wordings[fact] for fact in facts), "facts": facts})
        elif not block["facts"]:
            below = list(takewhile(lambda one: one["facts"], blocks[number + 1 :]))
            if not below or any(fact in wordings for fact in facts_of(below)):
                standing.append({"text": block["text"], "facts": []})
    return standing


def changes_since_last(story: Story, blocks: Sequence[DraftBlock]) -> dict[str, list[str]]:
    """Fact ids that `blocks` reword or drop against the last version: {"reworded": […], "dropped": […]}."""
    last = last_cut(story)
    if last is None:
        return {"reworded": [], "dropped": []}
    before, after = facts_of(last.blocks), set(facts_of(blocks))
    since = Publication.objects.filter(story=story.slug, position__gt=last.publication_id, fact_id__in=before)
    changed = {str(fact) for fact in since.facts().values_list("fact_id", flat=True)}
    return {
        "reworded": [fact for fact in before if fact in after and fact in changed],
        "dropped": [fact for fact in before if fact not in after],
    }


def is_stale(version: StoryVersion) -> bool:
    """Whether a fact that `version` prints has ended since it was cut, or its text was taken down. From the log."""
    return version.pk in find_stale([version])


def find_stale(versions: Sequence[StoryVersion]) -> set[int]:
    """The primary keys of those of `versions` that print a fact which has ended since, or whose text was taken down.

    Two queries for all of them.
    """
    printed = {fact for version in versions if version.publication_id for fact in facts_of(version.blocks)}
    ends = Publication.objects.filter(ends__isnull=False, fact_id__in=printed).order_by()
    last_end = {str(row["fact_id"]): row["last"] for row in ends.values("fact_id").annotate(last=Max("position"))}
    cuts = [version.publication_id for version in versions if version.publication_id]
    shown = set(PublicationText.objects.filter(position__in=cuts).values_list("position", flat=True))
    return {
        version.pk
        for version in versions
        if version.publication_id
        and (
            version.publication_id not in shown
            or any(last_end.get(fact, 0) > version.publication_id for fact in facts_of(version.blocks))
        )
    }
