"""What every test in this tree needs, wherever it stands: emptying a test database, which the guards forbid."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase

from stories.database import drop_guards, install_triggers


@pytest.fixture(scope="session", autouse=True)
def flush_without_guards() -> Iterator[None]:
    """Let a transactional test flush its database: guards down, flush, guards up again."""
    with pytest.MonkeyPatch.context() as patch:
        flush = TransactionTestCase._fixture_teardown

        def teardown(self: TransactionTestCase) -> None:
            drop_guards(connection)
            try:
                flush(self)
            finally:
                install_triggers(connection)

        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield
