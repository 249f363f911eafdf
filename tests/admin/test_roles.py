"""Roles are groups that migrate creates; being a superuser is no role."""

import pytest
from django.contrib.auth.models import Group, User

from stories.choices import AUDITORS, EDITORS, REPORTERS, Role
from stories.roles import role_of

pytestmark = pytest.mark.django_db


def member(*groups: str, **fields: object) -> User:
    user = User.objects.create_user("somebody", **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def codenames(group: str, action: str) -> set[str]:
    names = Group.objects.get(name=group).permissions.values_list("codename", flat=True)
    return {name.removeprefix(f"{action}_") for name in names if name.startswith(f"{action}_")}


@pytest.mark.parametrize(
    ("groups", "fields", "role"),
    [
        ([REPORTERS], {}, Role.REPORTER),
        ([EDITORS], {}, Role.EDITOR),
        ([REPORTERS, EDITORS], {}, Role.EDITOR),
        ([AUDITORS], {}, None),
        ([], {"is_superuser": True}, None),
        ([EDITORS], {"is_active": False}, None),
    ],
)
def test_the_role_comes_from_the_groups_alone(groups, fields, role) -> None:
    assert role_of(member(*groups, **fields)) == role


def test_a_demotion_counts_at_once() -> None:
    user = member(EDITORS)
    user.groups.clear()
    assert role_of(user) is None


def test_only_editors_write_versions_and_nobody_deletes() -> None:
    assert codenames(EDITORS, "change") - codenames(REPORTERS, "change") == {"storyversion"}
    assert codenames(AUDITORS, "change") | codenames(AUDITORS, "add") == set()
    assert {group: codenames(group, "delete") for group in (REPORTERS, EDITORS, AUDITORS)} == {
        REPORTERS: set(),
        EDITORS: set(),
        AUDITORS: set(),
    }


def test_everybody_reads_everything_and_nobody_writes_ledger_or_log() -> None:
    for group in (REPORTERS, EDITORS, AUDITORS):
        assert codenames(group, "view") >= {"decision", "publication", "claim", "storyversion"}
        written = codenames(group, "add") | codenames(group, "change")
        assert written & {"decision", "publication", "publicationtext", "publicationsource"} == set()
