"""A cut: one editor's draft becomes a version by another's hand, immutable since."""

from datetime import datetime

from django.contrib.auth.models import User

from stories.chain import append_lock
from stories.choices import EDITORS, Role
from stories.models import StoryVersion
from stories.record.decisions import Refused, as_stored, current_user, require
from stories.record.publications import next_position, publish_version
from stories.roles import role_of, still_here
from stories.stamps import LIVE, Stamps
from stories.versions.drafts import reasons_against_draft, require_nobody_named_in


def reasons_not_to_cut(draft: StoryVersion, *, by: User) -> list[str]:
    """Why `by` may not cut `draft`, whatever it says (rule: two-people); empty when they may."""
    reasons = [] if role_of(by) == Role.EDITOR else ["Only an editor cuts a version."]
    if draft.drafted_by_id == by.pk or draft.drafted_by_username == by.get_username():
        reasons.append("You drafted this yourself: another editor has to cut it.")
    elif not still_here([draft.drafted_by_id], groups=[EDITORS]):
        reasons.append(
            f"{draft.drafted_by_username}, who drafted this, is no editor any more. Save the draft in your own name; "
            "another editor cuts it."
        )
    return reasons


def cut(draft: StoryVersion, *, by: User, follows: datetime, stamps: Stamps = LIVE) -> StoryVersion:
    """Publish `draft` as the next version. `follows` is the `drafted_at` of the draft that the second editor read."""
    with append_lock():
        by, draft = current_user(by), as_stored(StoryVersion, draft)
        if draft.publication_id is not None:
            if draft.cut_by_id == by.pk and draft.drafted_at == follows:
                return draft
            raise Refused([f"{draft.cut_by_username} cut this version meanwhile."])
        if draft.drafted_at != follows:
            raise Refused([f"{draft.drafted_by_username} changed the draft meanwhile: read it again."])
        require(reasons_not_to_cut(draft, by=by) + reasons_against_draft(draft))
        require_nobody_named_in(draft, by=by, stamps=stamps)
        place = next_position(now=stamps.now())
        draft.publication_id = place.number
        draft.cut_by, draft.cut_by_username = by, by.get_username()
        draft.cut_by_role, draft.cut_at = Role.EDITOR, place.at
        draft.save()
        publish_version(draft, place, stamps=stamps)
        return draft
