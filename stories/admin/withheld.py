"""Who reads what was taken down, wherever on the desk it still stands: editors alone (rule: suppression)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from stories.choices import Role
from stories.models.withheld import NOTHING, Withheld, withholding
from stories.record.sealing import find_taken_down
from stories.roles import role_of

OF_EDITORS = "stories.change_storyversion"
"""What among the groups Editors alone may do."""


def withhold_words(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware, inside the one that says who asks: whoever is no editor reads nothing that was taken down."""

    def answer(request: HttpRequest) -> Any:
        with withholding(partial(_withheld_from, request)):
            return get_response(request)

    return answer


def _withheld_from(request: HttpRequest) -> Withheld:
    return NOTHING if reads_taken_down(request.user) else find_taken_down()


def reads_taken_down(person: User | AnonymousUser) -> bool:
    """Whether `person` is an editor; of the permissions that every page of the admin has read already."""
    if person.is_superuser:  # has every permission, and is no editor by that
        return role_of(person) == Role.EDITOR
    return OF_EDITORS in person.get_group_permissions()
