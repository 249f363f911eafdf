"""Story versions: composed from the facts in force, drafted by one editor, cut by another, immutable since."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, takewhile
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Max

from stories.chain import append_lock
from stories.choices import ChangeKind, ClaimKind, Role, Verdict
from stories.ledger import Refused, as_stored, current_user, require
from stories.mint import LIVE, Mint
from stories.models import Claim, Decision, FactInForce, Publication, Story, StoryVersion
from stories.models.publication import PublicationQuerySet
from stories.policy import quoted_words, reasons_against_names, stands_verbatim
from stories.provenance import confidential_names
from stories.publishing import head_position, next_position, publish_version
from stories.roles import role_of
from stories.texts import (
    CHANGE_NOTE,
    CONNECTING_WORDS,
    HEADLINE,
    STANDFIRST,
    fold,
    is_blank,
    reasons_against_text,
)

Block = dict[str, Any]

MAX_BLOCKS = 1_000
"""More than this is no story version but a mistake."""


MOST_COMPOSED = 200
"""So many facts in force, the newest, are put into a draft or offered for it, beside those of the last version."""


def wordings_in_force(story: Story, *, among: Collection[str]) -> dict[str, str]:
    """The frozen wording of each fact of `story` in force now whose id is `among` these, by fact id, oldest first."""
    known = [fact for fact in among if is_fact_id(fact)]
    rows = Publication.objects.filter(story=story.slug, fact_id__in=known).in_force(at=head_position())
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


def facts_of(blocks: Sequence[Block]) -> list[str]:
    """The ids of all facts that `blocks` stand on, in order, each once."""
    return list(dict.fromkeys(fact for block in blocks for fact in block["facts"]))


HEADINGS: dict[str, tuple[str, ...]] = {
    "What is established": (ClaimKind.FACT, ClaimKind.DATE, ClaimKind.FIGURE, ClaimKind.CHARACTERISATION),
    "What the documents say": (ClaimKind.PLAN_TERM, ClaimKind.QUOTE),
    "What is being said": (ClaimKind.POSITION,),
}


def last_cut(story: Story) -> StoryVersion | None:
    """The newest version of `story` that was published; None before the first one."""
    last: StoryVersion | None = StoryVersion.objects.filter(story=story).cut().order_by("-number").first()
    return last


def compose_blocks(story: Story) -> list[Block]:
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
    for heading, members in HEADINGS.items():
        below: list[Block] = [
            {"text": words, "facts": [fact]} for fact, words in missing.items() if kinds[UUID(fact)] in members
        ]
        if below and heading in standing:
            after = next(i for i, block in enumerate(blocks) if block["text"] == heading and not block["facts"]) + 1
            while after < len(blocks) and blocks[after]["facts"]:
                after += 1
            blocks[after:after] = below
        elif below:
            blocks += [{"text": heading, "facts": []}, *below]
    return blocks


def _still_standing(blocks: Sequence[Block], wordings: Mapping[str, str]) -> list[Block]:
    """`blocks` as of now: facts in their present wording, without those that ended and a heading left with nothing."""
    standing: list[Block] = []
    for number, block in enumerate(blocks):
        facts = [fact for fact in block["facts"] if fact in wordings]
        if facts:
            standing.append({"text": " ".join(wordings[fact] for fact in facts), "facts": facts})
        elif not block["facts"]:
            below = list(takewhile(lambda one: one["facts"], blocks[number + 1 :]))
            if not below or any(fact in wordings for fact in facts_of(below)):
                standing.append({"text": block["text"], "facts": []})
    return standing


def changes_since_last(story: Story, blocks: Sequence[Block]) -> dict[str, list[str]]:
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
    """Whether a fact that `version` prints has ended since it was cut. Read from the public log alone."""
    return version.pk in find_stale([version])


def find_stale(versions: Sequence[StoryVersion]) -> set[int]:
    """The primary keys of those of `versions` that print a fact which has ended since; one query for all of them."""
    printed = {fact for version in versions if version.publication_id for fact in facts_of(version.blocks)}
    ends = Publication.objects.filter(ends__isnull=False, fact_id__in=printed).order_by()
    last_end = {str(row["fact_id"]): row["last"] for row in ends.values("fact_id").annotate(last=Max("position"))}
    return {
        version.pk
        for version in versions
        if version.publication_id
        and any(last_end.get(fact, 0) > version.publication_id for fact in facts_of(version.blocks))
    }


def reasons_against_draft(draft: StoryVersion) -> list[str]:
    """Why `draft` cannot be cut as it stands; empty when it can."""
    malformed = reasons_against_shape(draft.blocks)
    if malformed:
        return malformed
    wordings = wordings_in_force(draft.story, among=facts_of(draft.blocks))
    reasons = [] if facts_of(draft.blocks) else ["A version stands on at least one fact."]
    for number, block in enumerate(draft.blocks, 1):
        reasons += [f"Block {number}: {reason}" for reason in _against_block(block, wordings)]
    reasons += _against_unfounded_words(draft, wordings)
    changes = changes_since_last(draft.story, draft.blocks)
    if draft.change_kind == ChangeKind.NEW and (changes["reworded"] or changes["dropped"]):
        reasons.append(
            f"It rewords {len(changes['reworded'])} and drops {len(changes['dropped'])} published facts: choose a "
            "correction kind and write a note."
        )
    if draft.change_kind != ChangeKind.NEW and is_blank(draft.change_note):
        reasons.append("A correction carries a note that readers will see.")
    last = last_cut(draft.story)
    if last and all(getattr(draft, name) == getattr(last, name) for name in ("headline", "standfirst", "blocks")):
        reasons.append(f"Nothing differs from version {last.number}.")
    return reasons


def _against_block(block: Block, wordings: Mapping[str, str]) -> list[str]:
    """Why one block cannot be printed: with facts it holds their frozen wordings and nothing else."""
    if not block["facts"]:
        reasons = reasons_against_text(CONNECTING_WORDS, block["text"])
        return ["it is empty."] if is_blank(block["text"]) else reasons
    ended = [fact for fact in block["facts"] if fact not in wordings]
    if ended:
        return [f"fact {', '.join(ended)} is not in force. Compose the draft again."]
    if len(set(block["facts"])) < len(block["facts"]):
        return ["it lists a fact twice."]
    if block["text"] != " ".join(wordings[fact] for fact in block["facts"]):
        return ["its text is not the wording of its facts. Compose the draft again."]
    return []


def _against_unfounded_words(draft: StoryVersion, wordings: Mapping[str, str]) -> list[str]:
    """Whether words that stand on no fact (headline, standfirst, connecting words) state one or quote somebody.

    A machine cannot judge a paraphrase, which is what the second editor is for; it can see a claim's own words, a
    wording that was printed, and quotation marks. And a text that is later suppressed must not live on here.
    """
    carried = [wordings[fact] for fact in facts_of(draft.blocks) if fact in wordings]
    founded = sorted(map(_bare, carried), key=len, reverse=True)
    free = {"headline": draft.headline, "standfirst": draft.standfirst, "change note": draft.change_note}
    free |= {f"block {n}": block["text"] for n, block in enumerate(draft.blocks, 1) if not block["facts"]}
    reasons = reasons_against_names(free, confidential_names())
    del free["change note"]  # it says what was wrong, and may quote it
    unfounded = {what: _without(fold(text), founded) for what, text in free.items()}
    statements = _stated_in(draft.story, unfounded.values())
    for what, text in free.items():
        reasons += [
            f"The {what} states “{words}”, which stands on no fact of this version: use the wording of one."
            for words in statements
            if words in unfounded[what]
        ]
        reasons += [
            f"The {what} quotes “{words}”, which stands in no wording of this version."
            for words in quoted_words(text)
            if not any(stands_verbatim(words, wording) for wording in carried)
        ]
    return reasons


def _without(text: str, founded: Sequence[str]) -> str:
    for wording in founded:
        text = text.replace(wording, " ")
    return text


def _stated_in(story: Story, texts: Iterable[str]) -> list[str]:
    """What the claims and the confirmed wordings of `story` say, of three words or more, as far as it is in `texts`.

    They are read one by one and forgotten: a story may have hundreds of thousands.
    """
    asked = "\n".join(texts)
    inner_words = set(asked.split())
    if not inner_words:
        return []
    statements = Claim.objects.filter(story=story).order_by().values_list("statement", flat=True)
    confirmed = Decision.objects.filter(claim__story=story, verdict=Verdict.CONFIRMED).order_by()
    found = set()
    for words in map(_bare, chain(statements.iterator(), confirmed.values_list("wording", flat=True).iterator())):
        _, second, rest = [*words.split(" ", 2), "", ""][:3]
        # Looked for first: unlike the first and the last word, the second cannot be a part of a longer one.
        if rest and second in inner_words and words in asked:
            found.add(words)
    return sorted(found)


def _bare(words: str) -> str:
    """`words` as they are looked for in other words: folded, without the full stop."""
    return fold(words).rstrip(".!?")


def reasons_against_shape(blocks: object) -> list[str]:
    """What in `blocks` is not a list of {text, facts: [fact id]}."""
    if not isinstance(blocks, list | tuple) or len(blocks) > MAX_BLOCKS:
        return [f"The blocks must be a list of at most {MAX_BLOCKS}."]
    reasons = []
    for number, block in enumerate(blocks, 1):
        right = isinstance(block, dict) and set(block) == {"text", "facts"} and isinstance(block["text"], str)
        if (
            not right
            or not isinstance(block["facts"], list)
            or not all(isinstance(fact, str | UUID) for fact in block["facts"])
        ):
            reasons.append(f"Block {number} must be an object with “text” (words) and “facts” (a list of fact ids).")
        elif not block["facts"]:
            reasons += [f"Block {number}: {reason}" for reason in reasons_against_text(CONNECTING_WORDS, block["text"])]
    return reasons


def save_draft(
    story: Story,
    *,
    by: User,
    headline: str,
    blocks: Sequence[Block],
    standfirst: str = "",
    change_kind: str = ChangeKind.NEW,
    change_note: str = "",
    follows: datetime | None = None,
    mint: Mint = LIVE,
) -> StoryVersion:
    """Write the one open draft of `story`. Whoever saves it last has drafted it and cannot cut it.

    `follows` is the `drafted_at` of the draft that was being edited; None when there was none.
    """
    typed = [(HEADLINE, headline), (STANDFIRST, standfirst), (CHANGE_NOTE, change_note)]
    require(
        [reason for rule, text in typed for reason in reasons_against_text(rule, text)] + reasons_against_shape(blocks)
    )
    with append_lock():
        story, by = as_stored(Story, story), current_user(by)
        require([] if role_of(by) == Role.EDITOR else ["Only an editor drafts a version."])
        require(["A version has a headline."] if is_blank(headline) else [])
        require([] if change_kind in ChangeKind.values else [f"“{change_kind}” is no kind of change."])
        draft = StoryVersion.objects.filter(story=story).drafts().first()
        content = {
            "headline": headline,
            "standfirst": standfirst,
            "blocks": [{"text": block["text"], "facts": [str(fact) for fact in block["facts"]]} for block in blocks],
            "change_kind": change_kind,
            "change_note": change_note,
        }
        if draft and draft.drafted_by_id == by.pk and all(getattr(draft, k) == v for k, v in content.items()):
            return draft
        if (draft.drafted_at if draft else None) != follows:
            raise Refused([f"{draft.drafted_by_username} saved this draft meanwhile." if draft else "It was cut."])
        if draft is None:
            last = StoryVersion.objects.filter(story=story).order_by("-number").first()
            draft = StoryVersion(story=story, number=last.number + 1 if last else 1)
        for name, value in content.items():
            setattr(draft, name, value)
        draft.drafted_by, draft.drafted_by_username, draft.drafted_by_role = by, by.get_username(), Role.EDITOR
        # Later than the draft it replaces, whatever the clock says: its time is how the second editor knows it.
        now = mint.now()
        draft.drafted_at = max(now, follows + timedelta(milliseconds=1)) if follows else now
        draft.save()
        return draft


def cut(draft: StoryVersion, *, by: User, follows: datetime, mint: Mint = LIVE) -> StoryVersion:
    """Publish `draft` as the next version. `follows` is the `drafted_at` of the draft that the second editor read."""
    with append_lock():
        by, draft = current_user(by), as_stored(StoryVersion, draft)
        if draft.publication_id is not None:
            if draft.cut_by_id == by.pk and draft.drafted_at == follows:
                return draft
            raise Refused([f"{draft.cut_by_username} cut this version meanwhile."])
        if draft.drafted_at != follows:
            raise Refused([f"{draft.drafted_by_username} changed the draft meanwhile: read it again."])
        reasons = [] if role_of(by) == Role.EDITOR else ["Only an editor cuts a version."]
        if draft.drafted_by_id == by.pk or draft.drafted_by_username == by.get_username():
            reasons.append("You drafted this yourself: another editor has to cut it.")
        require(reasons + reasons_against_draft(draft))
        place = next_position(now=mint.now())
        draft.publication_id = place.number
        draft.cut_by, draft.cut_by_username = by, by.get_username()
        draft.cut_by_role, draft.cut_at = Role.EDITOR, place.at
        draft.save()
        publish_version(draft, place, mint=mint)
        return draft
