"""What the tests in this folder share."""

from pathlib import Path

import pytest

from tests.rows import Desk, settle

HERE = Path(__file__).parent
ONE_DATABASE = [
    HERE / name
    for name in (
        "admin/test_picture.py",
        "api/test_diff_laws.py",
        "api/test_feed_rules.py",
        "api/test_schema.py",
        "commands/test_find_discrepancies.py",
        "disagreements/test_seed_discrepancies.py",
        "newsroom/test_command_line.py",
        "newsroom/test_logs.py",
        "newsroom/test_settings.py",
        "newsroom/test_urls.py",
        "policy",
        "provenance/test_independence.py",
        "reading",
        "record/test_canonical.py",
        "sample/test_decisions_script.py",
        "test_layers.py",
    )
]
"""Whose answers no database could change: what they hold is told of texts, pictures, pages and settings."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them, so that the suite on PostgreSQL leaves them out."""
    for item in items:
        if any(item.path.is_relative_to(place) for place in ONE_DATABASE):
            item.add_marker("one_database")


@pytest.fixture
def desk(db: None) -> Desk:
    """A desk with a past, made through the one door."""
    made = Desk()
    settle()
    return made
