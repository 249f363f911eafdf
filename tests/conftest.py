"""What the tests in this folder share."""

import pytest

from tests.rows import Desk, settle


@pytest.fixture
def desk(db: None) -> Desk:
    """A desk with a past, made through the one door."""
    made = Desk()
    settle()
    return made
