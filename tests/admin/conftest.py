"""What the tests of the screens share: the small world, logged-in people, and a database that must stay as it was."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.core import serializers
from django.test import Client
from django.urls import reverse

from tests.people.test_codes import NOON
from tests.world import World

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7|add:7 }}"
"""Markup that must arrive on a page as text."""

NO_INLINES = {f"{prefix}-{name}": "0" for prefix in ("aliases", "voices") for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
"""What the form of a source sends of rows inside it when there are none."""


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that stands at a time when codes of an app are made, until it is moved."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def world(db: None) -> World:
    """The small world, its people with the permissions of their groups."""
    return World()


@pytest.fixture
def login() -> Callable[[User], Client]:
    """A browser in which a person is logged in."""

    def log_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return log_in


def all_rows() -> dict[str, str]:
    """Every row of the desk, by model: what must be the same before and after."""
    return {
        model.__name__: serializers.serialize("json", model._default_manager.order_by("pk"))
        for model in apps.get_app_config("stories").get_models()
    }


def grant(person: User, *names: str) -> User:
    """Give `person` the permissions `names`, such as `view_claim`."""
    person.user_permissions.add(*Permission.objects.filter(codename__in=names))
    return person


def change(row: Any) -> str:
    """The address of the form of `row`."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def page_of(response: Any) -> str:
    """The page as text."""
    return response.content.decode()


def read_of(client: Client, page: str, box: str = "_read") -> dict[str, Any]:
    """What the form at `page`, as `client` sees it now, states that it was made from."""
    (first, *_) = re.findall(f'name="{box}" value="([^"]*)"', page_of(client.get(page)))
    return {box: unescape(first)}


def send(client: Client, page: str, form: dict[str, Any]) -> Any:
    """What is answered when the form at `page` is opened, filled in, and sent."""
    return client.post(page, form | read_of(client, page))
