"""A draft of a version: what may stand in it (rule: story-versions), and how it is kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from django.contrib.auth.models import User

from stories.chain import append_lock
from stories.choices import ChangeKind, Role, Verdict
from stories.models import Claim, Decision, Story, StoryVersion
from stories.policy.quoting import quoted_words, stands_verbatim
from stories.provenance.printed import Printed, Spot, read_document, require_nobody_named
from stories.record.decisions import Refused, as_stored, current_user, require
from stories.record.publications import NOWHERE, render_version
from stories.roles import role_of
from stories.stamps import LIVE, Stamps
from stories.texts import CHANGE_NOTE, CONNECTING_WORDS, HEADLINE, STANDFIRST, fold, is_blank, reasons_against_text
from stories.versions.compose import MAX_BLOCKS, DraftBlock, changes_since_last, facts_of, last_cut, wordings_in_force


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


def _against_block(block: DraftBlock, wordings: Mapping[str, str]) -> list[str]:
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
    free = {"headline": draft.headline, "standfirst": draft.standfirst}
    free |= {f"block {n}": block["text"] for n, block in enumerate(draft.blocks, 1) if not block["facts"]}
    reasons = []
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


def require_nobody_named_in(draft: StoryVersion, *, by: User, stamps: Stamps) -> None:
    """Refuse to keep or cut `draft` where it names a protected source (rule: everything-printed)."""
    texts = read_document("version", render_version(draft, NOWHERE))
    if draft.change_note:
        texts.append(Printed(Spot.CHANGE_NOTE, draft.change_note))
    require_nobody_named(texts, by=by, story=draft.story.slug, stamps=stamps)


def save_draft(
    story: Story,
    *,
    by: User,
    headline: str,
    blocks: Sequence[DraftBlock],
    standfirst: str = "",
    change_kind: str = ChangeKind.NEW,
    change_note: str = "",
    follows: datetime | None = None,
    stamps: Stamps = LIVE,
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
        require_nobody_named_in(draft, by=by, stamps=stamps)
        draft.drafted_by, draft.drafted_by_username, draft.drafted_by_role = by, by.get_username(), Role.EDITOR
        # Later than the draft it replaces, whatever the clock says: its time is how the second editor knows it.
        now = stamps.now()
        draft.drafted_at = max(now, follows + timedelta(milliseconds=1)) if follows else now
        draft.save()
        return draft
