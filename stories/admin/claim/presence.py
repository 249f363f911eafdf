"""Who else has a claim open: a courtesy between colleagues. No decision looks at it, and nothing else keeps it."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import get_text_list

from stories.models import Claim, Presence
from stories.roles import role_of
from stories.stamps import LIVE, Stamps

LATELY = timedelta(seconds=75)
"""A page says every 30 seconds that it is open; one that has missed two is closed or out of sight."""


def note_open(claim: Claim, *, by: User, stamps: Stamps = LIVE) -> None:
    """Keep that `by` has `claim` open now, and forget what is no longer so. Who only reads writes nothing."""
    if role_of(by) is None:
        return
    now = stamps.now()
    with transaction.atomic():
        Presence.objects.filter(seen_at__lt=now - LATELY).delete()
        Presence.objects.update_or_create(claim=claim, person=by, defaults={"seen_at": now})


def others_with(claim: Claim, *, but: User, stamps: Stamps = LIVE) -> list[str]:
    """The names of those, `but` one, who have `claim` open now, in order."""
    rows = Presence.objects.filter(claim=claim, seen_at__gte=stamps.now() - LATELY).exclude(person=but)
    return sorted(row.person.get_full_name() or row.person.get_username() for row in rows.select_related("person"))


def describe_others(names: list[str]) -> str:
    """In words who else has it open; empty when nobody has."""
    return f"{get_text_list(names, 'and')} {'has' if len(names) == 1 else 'have'} this open, too." if names else ""
