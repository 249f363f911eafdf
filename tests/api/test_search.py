"""q: plain words, every one of them, in published statements only."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from stories.models import Publication, PublicationText
from stories.search import drop_search, install_search, split_words, write_sqlite_match
from tests.api.conftest import Read
from tests.published import Desk
from tests.rows import drop_each


def found(read: Read, words: str) -> list[int]:
    return [fact["revision"] for fact in read(f"facts/?q={words}")["results"]]


def test_every_word_must_occur_whatever_its_case(desk: Desk, read: Read) -> None:
    desk.confirm_fact("The North Quay is closed")
    desk.confirm_fact("The south quay is open")
    assert found(read, "quay") == [2, 1]
    assert found(read, "QUAY+north") == [1]
    assert found(read, "quay+west") == []
    assert found(read, "qua") == []


@pytest.mark.parametrize(
    "words",
    ["quay+OR+west", "quay+NOT+closed", "qua*", "statement:quay", "NEAR(quay)", "-quay", "%22the+quay%22+AND+x"],
)
def test_no_operator_reaches_the_index(desk: Desk, read: Read, words: str) -> None:
    desk.confirm_fact("The quay is closed")
    expected = {"-quay": [1]}
    assert found(read, words) == expected.get(words, [])


def test_letters_of_every_script_are_words(desk: Desk, read: Read) -> None:
    desk.confirm_fact("Зеленський met Erdoğan at 28-point talks")
    for words in ("зеленський", "erdoğan", "28-point", "28+point", "talks."):
        assert found(read, words) == [1]


def test_only_statements_are_searched(desk: Desk, read: Read) -> None:
    claim = desk.claim("A secret plan.")
    desk.proposal(claim, desk.passage(claim, "courier", "wire", quote="secret"))
    desk.confirm_fact("The quay is closed")
    desk.cut_version("Headline")
    for words in ("secret", "courier", "headline", "harbour", "attributed"):
        assert found(read, words) == []


def test_a_story_narrows_the_search(desk: Desk, read: Read) -> None:
    desk.confirm_fact("The quay is closed")
    assert [fact["revision"] for fact in read("facts/?q=quay&story=harbour")["results"]] == [1]
    assert read("facts/?q=quay&story=elsewhere")["results"] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL filters the rows, not the index")
def test_the_index_passes_over_other_languages(desk: Desk) -> None:
    desk.confirm_fact("The quay is closed")
    for language, due in {"en": [(1,)], "uk": []}.items():
        match = write_sqlite_match(["quay"], {"language": language})
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid FROM stories_search WHERE stories_search MATCH %s", [match])
            assert cursor.fetchall() == due


def test_thirty_two_words_and_no_more(desk: Desk, client: Client) -> None:
    words = [f"word{number}" for number in range(33)]
    assert client.get(f"/api/v1/facts/?q={'+'.join(words[:32])}").status_code == 200
    response = client.get(f"/api/v1/facts/?q={'+'.join(words)}")
    assert (response.status_code, response.json()["parameter"]) == (400, "q")


def test_words_are_split_at_everything_else() -> None:
    assert split_words("The “28-point” plan_b, the plan") == ["The", "28", "point", "plan_b", "the", "plan"]
    assert split_words("_ - *") == []


def test_a_suppressed_statement_leaves_the_index(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("The quay is closed")
    desk.withdraw_fact(fact)
    assert [fact["revision"] for fact in read("facts/?q=quay&at=1")["results"]] == [1]
    desk.suppress(fact)
    assert read("facts/?q=quay&at=1")["results"] == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM stories_search WHERE stories_search MATCH 'quay'")
            assert cursor.fetchone() == (0,)


def test_installing_again_indexes_what_is_missing(desk: Desk, read: Read) -> None:
    desk.confirm_fact("The quay is closed")
    connection.check_constraints()  # PostgreSQL indexes no table that deferred checks still wait on
    if connection.vendor == "sqlite":
        drop_each("stories_search_insert")
    drop_search(connection)
    desk.confirm_fact("The quay is open")
    connection.check_constraints()
    for _ in range(2):
        install_search(connection)
        assert found(read, "quay") == [2, 1]
    assert PublicationText.objects.count() == Publication.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL the index needs no triggers")
def test_migrate_puts_dropped_triggers_up_again(desk: Desk, read: Read) -> None:
    drop_each("stories_search_insert")
    desk.confirm_fact("The quay is closed")
    assert found(read, "quay") == []
    call_command("migrate", verbosity=0)
    assert found(read, "quay") == [1]
