"""stories/ and their versions: counted, listed, stale once a fact of theirs has ended, empty once suppressed."""

from typing import Any

from django.test import Client

from stories.models import Publication
from tests.api.conftest import Read
from tests.published import Desk


def test_a_story_shows_with_its_first_version(desk: Desk, client: Client, read: Read) -> None:
    desk.confirm_fact("One")
    assert read("stories/")["results"] == []
    unknown = client.get("/api/v1/stories/elsewhere/")
    assert (unknown.status_code, client.get("/api/v1/stories/harbour/").content) == (404, unknown.content)
    desk.cut_version("One")
    story = {
        "slug": "harbour",
        "title": "The harbour",
        "current_version": 1,
        "counts": {"facts": 1, "versions": 1, "corrections": 0},
        "url": "/api/v1/stories/harbour/",
    }
    assert read("stories/") == {"position": 2, "next": None, "previous": None, "results": [story]}
    assert read("stories/harbour/") == {**story, "position": 2}


def test_counts_are_those_of_the_position(desk: Desk, read: Read) -> None:
    first, second = desk.confirm_fact("One"), desk.confirm_fact("Two")
    desk.cut_version("One and two")
    desk.reword(first, "Uno")
    desk.withdraw_fact(second)
    desk.cut_version("Uno", kind="correction", note="Two was wrong.")
    desk.revive(second, "Two")
    for position in range(3, 8):
        counts = read(f"stories/harbour/?at={position}")["counts"]
        assert counts["facts"] == Publication.objects.in_force(at=position).count()
    assert read("stories/harbour/")["counts"] == {"facts": 2, "versions": 2, "corrections": 3}
    assert read("stories/harbour/?at=4")["current_version"] == 1


def test_a_version_is_its_frozen_text(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("One")
    desk.cut_version("First")
    version = {
        "story": {"slug": "harbour", "title": "The harbour"},
        "number": 1,
        "headline": "First",
        "standfirst": "",
        "blocks": [
            {"text": "What is established", "facts": []},
            {"text": "One, Wire reports.", "facts": [str(fact.fact_id)]},
        ],
        "change_kind": "new",
        "change_note": None,
        "published_at": "2025-11-21T12:00:04.000Z",
        "url": "/api/v1/stories/harbour/versions/1/",
        "stale": False,
    }
    assert read(version["url"]) == {**version, "position": 2}
    assert read("stories/harbour/versions/")["results"] == [version]


def test_a_stale_version_keeps_no_word_that_has_ended(desk: Desk, read: Read) -> None:
    first, second = desk.confirm_fact("One"), desk.confirm_fact("Two")
    desk.cut_version("First")
    desk.withdraw_fact(second, kind="retraction", note="Two was wrong.")
    version = read("stories/harbour/versions/1/")
    assert version["stale"] is True
    assert version["blocks"][1:] == [
        {"text": "One, Wire reports.", "facts": [str(first.fact_id)]},
        {"text": None, "facts": [str(second.fact_id)], "note": "Two was wrong.", "correction": "retraction"},
    ]
    before = read("stories/harbour/versions/1/?at=3")
    assert (before["stale"], before["blocks"][2]["text"]) == (False, "Two, Wire reports.")


def test_a_revival_does_not_freshen_a_stale_version(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("One")
    desk.cut_version("First")
    desk.withdraw_fact(fact)
    desk.revive(fact, "One")
    desk.cut_version("Second", kind="update", note="One stands again.")
    assert [version["stale"] for version in read("stories/harbour/versions/")["results"]] == [True, False]


def test_a_suppressed_version_has_no_words(desk: Desk, read: Read) -> None:
    desk.confirm_fact("One")
    desk.suppress(desk.cut_version("First"))
    assert read("stories/harbour/versions/1/") == {
        "story": {"slug": "harbour", "title": "The harbour"},
        "number": 1,
        "headline": None,
        "standfirst": None,
        "blocks": [],
        "change_kind": "new",
        "change_note": None,
        "published_at": "2025-11-21T12:00:04.000Z",
        "url": "/api/v1/stories/harbour/versions/1/",
        "stale": True,
        "note": "suppressed",
        "position": 3,
    }


def test_versions_that_do_not_exist_are_404(desk: Desk, client: Client) -> None:
    desk.confirm_fact("One")
    desk.cut_version("First")
    for path in ("harbour/versions/0/", "harbour/versions/2/", f"harbour/versions/{10**30}/", "elsewhere/versions/"):
        assert client.get(f"/api/v1/stories/{path}").status_code == 404
    assert client.get("/api/v1/stories/harbour/versions/1/?at=1").status_code == 404


def test_query_counts_do_not_grow_with_versions(desk: Desk, read: Read, django_assert_num_queries: Any) -> None:
    fact = desk.confirm_fact("One")
    desk.cut_version("First")
    desk.reword(fact, "Uno")
    desk.cut_version("Second", kind="clarification", note="We now say Uno.")
    for path, queries in (
        ("stories/", 3),
        ("stories/harbour/", 3),
        ("stories/harbour/versions/", 3),
        ("stories/harbour/versions/1/", 3),
    ):
        with django_assert_num_queries(queries):
            read(path)
