"""The desk as a newcomer loads it, once for all the tests of a module that only look, or write what is rolled back."""

import uuid
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from stories.management.commands.build_fixtures import FIXTURES
from stories.models import Claim
from stories.sample.seeding import NAMESPACE

NAMES = {uuid.uuid5(NAMESPACE, f"claim/C{number:02}"): f"C{number:02}" for number in range(1, 45)}
"""Fact id → the name that seeds/reading.yaml gives the claim."""


@pytest.fixture(scope="module")
def loaded_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The fixtures, in a transaction around the module's tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *FIXTURES, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def seeds(loaded_once: None, db: None) -> None:
    """The two seed articles and the day that followed; what a test writes is gone after it."""


def claim_named(name: str) -> Claim:
    """The claim that seeds/reading.yaml calls `name`."""
    return Claim.objects.get(uuid=uuid.uuid5(NAMESPACE, f"claim/{name}"))


def names_of(claims: object) -> list[str]:
    """How seeds/reading.yaml calls `claims` (claims, or what has a `claim`), in order."""
    return sorted(NAMES[getattr(one, "claim", one).uuid] for one in claims)  # type: ignore[attr-defined]
