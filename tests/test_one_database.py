"""What runs on one database alone is listed truly."""

from tests.conftest import ONE_DATABASE


def test_all_that_is_listed_is_there() -> None:
    assert [str(place) for place in ONE_DATABASE if not place.exists()] == []
