"""Roles: what a person may decide, read from the groups that migrate creates."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import ValidationError

from stories.choices import AUDITORS, EDITORS, REPORTERS, Role

COLLECTED = (
    "story",
    "source",
    "alias",
    "voice",
    "article",
    "claim",
    "evidence",
    "chainlink",
    "contradiction",
    "discrepancy",
)
"""What reporters and editors add and change. Ledger and log are written by the verbs alone; nobody deletes."""

WRITES: dict[str, tuple[str, ...]] = {
    REPORTERS: COLLECTED,
    EDITORS: (*COLLECTED, "storyversion"),
    AUDITORS: (),
}


def create_roles(**signal: Any) -> None:
    """Make the three groups with their permissions, as the rule book has them (rule: roles). Safe to run again."""
    for name, models in WRITES.items():
        group, _ = Group.objects.get_or_create(name=name)
        codenames = [f"{action}_{model}" for model in models for action in ("add", "change")]
        own = Permission.objects.filter(content_type__app_label="stories")
        group.permissions.set(own.filter(codename__startswith="view_") | own.filter(codename__in=codenames))


def require_role(by: User, what: str) -> None:
    """Raise `ValidationError` unless `by` has a role; `what` is what only members do."""
    if role_of(by) is None:
        raise ValidationError(f"Only members of the groups Reporters and Editors {what}.")


def role_of(user: User | AnonymousUser) -> Role | None:
    """The role of `user` as the database has it now; None for nobody's member, superusers included.

    Read afresh on every call: a demotion in mid-session counts at once.
    """
    if user.pk is None or not User.objects.filter(pk=user.pk, is_active=True).exists():
        return None
    groups = set(Group.objects.filter(user=user.pk, name__in=[EDITORS, REPORTERS]).values_list("name", flat=True))
    if EDITORS in groups:
        return Role.EDITOR
    return Role.REPORTER if REPORTERS in groups else None


def still_here(people: Iterable[int], *, groups: Collection[str] = (EDITORS, REPORTERS)) -> set[int]:
    """Those of `people` (primary keys) whose account is on and in one of `groups` now; one query at most."""
    asked = set(people)
    if not asked:
        return set()
    here = User.objects.filter(pk__in=asked, is_active=True, groups__name__in=groups)
    return set(here.values_list("pk", flat=True))
