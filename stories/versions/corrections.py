"""The correction of a stale version, drafted by the desk: kind and note come from what readers were told already."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from stories.chain import append_lock
from stories.choices import ChangeKind, CorrectionKind, Part
from stories.models import Decision, Publication, Story, StoryVersion
from stories.record.decisions import Refused, as_stored
from stories.record.sealing import shown_notes
from stories.stamps import LIVE, Stamps
from stories.texts import CHANGE_NOTE, holds_words
from stories.versions.compose import DraftBlock, changes_since_last, compose_blocks, is_stale, last_cut
from stories.versions.drafts import save_draft

GRAVITY = (
    CorrectionKind.UPDATE,
    CorrectionKind.CLARIFICATION,
    CorrectionKind.WITHHELD,
    CorrectionKind.CORRECTION,
    CorrectionKind.RETRACTION,
)
"""From the lightest to the gravest: a version that corrects several facts is as grave as the gravest of them."""

MORE = "And {count} more, each with its own note."


@dataclass(frozen=True)
class Explanation:
    """What a version says of itself: the kind of its change, and the note to readers."""

    kind: str
    note: str


def explain_changes(story: Story, blocks: Sequence[DraftBlock]) -> Explanation:
    """How the next version of `story`, made of `blocks`, is explained: by the notes of what ended the facts it changes.

    `new` without a note when it rewords and drops nothing. Read from the public log alone.
    """
    last = last_cut(story)
    changes = changes_since_last(story, blocks)
    changed = [*changes["reworded"], *changes["dropped"]]
    if last is None or not changed:
        return Explanation(ChangeKind.NEW, "")
    ends = Publication.objects.filter(story=story.slug, fact_id__in=changed, position__gt=last.publication_id)
    kinds = dict(ends.exclude(correction_kind="").order_by("position").values_list("position", "correction_kind"))
    if not kinds:  # an editor left out what still stands: only they know why
        return Explanation(ChangeKind.UPDATE, "")
    gravest = max(map(CorrectionKind, kinds.values()), key=GRAVITY.index)
    notes = shown_notes(kinds)
    return Explanation(gravest, _join([notes[place] for place in kinds if place in notes]))


def _join(notes: Sequence[str]) -> str:
    """`notes`, each once, in one; as many as a change note holds."""
    different = list(dict.fromkeys(notes))
    for kept in range(len(different), 0, -1):
        rest = [MORE.format(count=len(different) - kept)] if kept < len(different) else []
        joined = " ".join([*different[:kept], *rest])
        if len(joined) <= CHANGE_NOTE.limit:
            return joined
    return different[0] if different else ""


def wordings_down(story: Story) -> list[str]:
    """The wordings of `story` that were taken down and are not shown again; the ledger knows them."""
    downs = Publication.objects.filter(story=story.slug).down().exclude(part=Part.NOTE)
    decided = Decision.objects.filter(publication__in=downs.values("suppresses"), claim__isnull=False)
    return list(decided.order_by("seq").values_list("wording", flat=True))


def _says_any(text: str, wordings: Sequence[str]) -> bool:
    return any(holds_words(text, wording.rstrip(".!?")) for wording in wordings)


def draft_correction(story: Story, *, by: User, stamps: Stamps = LIVE) -> StoryVersion:
    """Save, as drafted by `by`, the version that corrects the stale one: composed of the facts in force, explained.

    Words that were taken down are in none of it: a headline that says them gives way to the title of the story.

    Refused when the newest version is not stale, and by `save_draft` when somebody's draft is open.
    """
    with append_lock():
        story = as_stored(Story, story)
        last = last_cut(story)
        if last is None or not is_stale(last):
            raise Refused(["The newest version is not stale: there is nothing to correct."])
        down = wordings_down(story)
        blocks = [block for block in compose_blocks(story) if block["facts"] or not _says_any(block["text"], down)]
        explanation = explain_changes(story, blocks)
        return save_draft(
            story,
            by=by,
            headline=story.title if _says_any(last.headline, down) else last.headline,
            standfirst="" if _says_any(last.standfirst, down) else last.standfirst,
            blocks=blocks,
            change_kind=explanation.kind,
            change_note=explanation.note,
            stamps=stamps,
        )
