"""Taking in an article: a file, stored byte for byte; what may change about it afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stories.models import Article
from tests.admin.conftest import all_rows, send
from tests.world import World

Login = Callable[[User], Client]
ADD = "/admin/stories/article/add/"


def typed(world: World, content: bytes, name: str = "Harbour closed.txt", **fields: Any) -> dict[str, Any]:
    """What a browser posts."""
    file = SimpleUploadedFile(name, content, content_type="text/plain")
    values = {"file": file, "story": world.story.pk, "outlet": world.source("courier").pk, "kind": "published"}
    return values | {"language": "en"} | fields


@pytest.mark.parametrize(
    "text", ["Words.", "  \r\n Words\r\nand\rmore \n\n ", "\ufeffWords.", "😀 Wörter. \u2028 ", "<b>Words</b> & more"]
)
def test_a_file_is_stored_exactly_as_it_came(world: World, login: Login, text: str) -> None:
    response = login(world.reporter).post(ADD, typed(world, text.encode()))
    article = Article.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/admin/stories/article/{article.pk}/read/")
    assert (article.text, article.slug) == (text, "harbour-closed")


@pytest.mark.parametrize(
    ("content", "name", "fields", "reason"),
    [
        (b"\xff\xfe", "a.txt", {}, "This is not UTF-8 (byte 0): save it as UTF-8 text."),
        (b" \n ", "a.txt", {}, "a: there is no text in it; nothing can be quoted from it."),
        (b"W\0rds", "a.txt", {}, "a: there is a NUL character at 1; this is no text file, export it as plain text."),
        (
            b"Words.",
            "a.txt",
            {"outlet": ""},
            "a: it has no outlet; say who put it out, or register it as a note of our own.",
        ),
        (b"Words.", "!.txt", {}, "The file's name gives no slug: type one."),
        (b"Words.", "a.txt", {"slug": "taken"}, "There is an article “taken” already: type another slug."),
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_reason(
    world: World, login: Login, content: bytes, name: str, fields: dict[str, Any], reason: str
) -> None:
    world.article("courier", "Here before.", slug="taken")
    before = all_rows()
    response = login(world.reporter).post(ADD, typed(world, content, name, **fields))
    errors = [error for errors in response.context["form"].errors.values() for error in errors]
    assert (response.status_code, errors) == (422, [reason])
    assert all_rows() == before


def test_only_who_may_add_takes_in(world: World, login: Login) -> None:
    client = login(world.person("auditor", "Auditors"))
    assert [client.get(ADD).status_code, client.post(ADD, typed(world, b"Words.")).status_code] == [403, 403]
    assert Article.objects.count() == 0


def test_a_retraction_is_dated_and_the_text_stays(world: World, login: Login) -> None:
    article = world.article("courier", "Words \r\n as received.", headline="Old")
    client, page = login(world.reporter), f"/admin/stories/article/{article.pk}/change/"
    form = {"headline": "New", "language": "en", "published": "", "text": "Forged.", "slug": "forged", "sha256": "0"}
    form |= {"change_reason": "The Courier says so."}
    assert send(client, page, form | {"status": "retracted"}).status_code == 302
    article.refresh_from_db()
    assert (article.headline, article.status, article.retracted_at is None) == ("New", "retracted", False)
    assert (article.text, article.slug) == ("Words \r\n as received.", "article-1")
    assert send(client, page, form | {"status": "current"}).status_code == 302
    article.refresh_from_db()
    assert (article.status, article.retracted_at) == ("current", None)
