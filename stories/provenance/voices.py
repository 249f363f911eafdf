"""Who may be whom, as people say: a voice is recorded with a reason, and retired, never edited (rule: voices)."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from stories.choices import Role
from stories.models import Source, Voice
from stories.roles import require_role, role_of
from stories.stamps import LIVE, Stamps


def record_voice(source: Source, same_as: Source, *, by: User, reason: str, stamps: Stamps = LIVE) -> Voice:
    """Record that `source` may be `same_as`, and why. Raises `ValidationError` when `by` has no role."""
    require_role(by, "say who may be whom")
    name = f"voice/{source.slug}/{same_as.slug}"
    said = {"source": source, "same_as": same_as, "reason": reason}
    voice: Voice = Voice.objects.create(uuid=stamps.uuid(name), **said, created_at=stamps.now(), recorded_by=by)
    return voice


def retire_voice(voice: Voice, *, by: User, stamps: Stamps = LIVE) -> Voice:
    """Retire `voice`: the two count as two sources from now on. A second time changes nothing.

    Raises `ValidationError` unless `by` is an editor: it raises a count.
    """
    if role_of(by) != Role.EDITOR:
        raise ValidationError("Only an editor says that two sources are certainly not one voice.")
    Voice.objects.current().filter(pk=voice.pk).update(retired_at=stamps.now(), retired_by=by)
    voice.refresh_from_db(fields=["retired_at", "retired_by"])
    return voice
