"""What runs on one database alone is listed truly."""

from tests.conftest import ONE_DATABASE


def test_all_that_is_listed_is_there() -> None:
    assert [str(place) for place in ONE_DATABASE if not place.exists()] == []


def test_none_of_it_asks_which_database_it_is_on() -> None:
    files = [file for place in ONE_DATABASE for file in ([place] if place.is_file() else place.glob("test_*.py"))]
    assert [str(file) for file in files if "postgresql" in file.read_text()] == []
