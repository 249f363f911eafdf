"""A stale form undoes nothing: a save on another state than the form was made from is refused with 409.

Who was slower is shown who changed what, and keeps what was typed. That every form asks: test_stating_forms.py.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.models import Alias, Article, Claim, Source, Story, Voice
from stories.provenance.protection import protect, rename
from tests.admin.conftest import HOSTILE, NO_INLINES, all_rows, change, page_of, read_of, send
from tests.world import NOON, World, anybody

Login = Callable[[User], Client]


# ---- The three faults that were seen ------------------------------------------------------------------------------


def test_a_retracted_article_does_not_become_current_again(world: World, login: Login) -> None:
    article = world.article("courier", "Words.", headline="The harbour")
    slower, faster, page = login(world.reporter), login(world.editor), change(article)
    form = {"headline": "The harbour", "language": "en", "published": "", "status": "current", "change_reason": "Seen."}
    opened = read_of(slower, page)
    assert send(faster, page, form | {"status": "retracted"}).status_code == 302
    before = all_rows()
    assert slower.post(page, opened | form | {"headline": "The harbour today"}).status_code == 409
    assert all_rows() == before
    assert Article.objects.get().status == "retracted"


def test_a_protected_source_does_not_become_public_under_its_name(world: World, login: Login) -> None:
    source = world.source("deep", "Jane Roe", "person")
    slower, faster, page = login(world.reporter), login(world.editor), change(source)
    form = {"name": "Jane Roe", "kind": "person", "public_name": "", "notes": ""} | NO_INLINES
    opened = read_of(slower, page)
    protected = {"confidential": "on", "public_name": "a senior official", "change_reason": "Seen."}
    assert send(faster, page, form | protected).status_code == 302
    before = all_rows()
    assert slower.post(page, opened | form | {"notes": "Called at noon."}).status_code == 409
    assert all_rows() == before
    assert Source.objects.get(slug="deep").printed_name == "a senior official"


def test_a_source_that_was_protected_and_renamed_meanwhile_tells_who_was_slower_no_name(
    world: World, login: Login
) -> None:
    source = world.source("deep", "Jane Roe", "person")
    world.alias("deep", "the insider")
    slower, page = login(world.reporter), change(source)
    form = {"name": "Jane R.", "kind": "person", "public_name": "", "notes": "", "confidential": ""} | NO_INLINES
    opened = read_of(slower, page)
    protect(source, by=world.editor, public_name="a senior official", code="K-17")
    rename(source, by=world.editor, name="Mary Major")
    answer = slower.post(page, opened | form)
    shown = page_of(answer)
    assert (answer.status_code, [one for one in ("Jane Roe", "Mary Major", "insider") if one in shown]) == (409, [])
    assert ("Name", "no longer to be changed here", "Jane R.") in [
        (one.label, one.now, one.typed) for one in answer.context["both"]
    ]


def test_a_claim_s_statement_does_not_return(world: World, login: Login) -> None:
    claim = world.claim("The harbour is closed.")
    slower, faster, page = login(world.reporter), login(world.editor), change(claim)
    form = {"story": world.story.pk, "statement": "The harbour is closed.", "kind": "fact", "language": "en"}
    opened = read_of(slower, page)
    assert send(faster, page, form | {"statement": "The north basin is closed."}).status_code == 302
    before = all_rows()
    assert slower.post(page, opened | form | {"language": "de"}).status_code == 409
    assert all_rows() == before
    assert Claim.objects.get().statement == "The north basin is closed."


# ---- What who was slower is shown ---------------------------------------------------------------------------------


def stale_article(world: World, login: Login) -> tuple[Client, str, dict[str, Any], Any]:
    """The form of an article on which the reporter has typed a headline while the editor retracted the article."""
    article = world.article("courier", "Words.", headline="The harbour")
    slower, page = login(world.reporter), change(article)
    form = {"headline": "My headline", "language": "en", "published": "", "status": "current", "change_reason": "Seen."}
    opened = read_of(slower, page)
    send(login(world.editor), page, form | {"headline": "The harbour", "status": "retracted"})
    return slower, page, form, slower.post(page, opened | form)


def test_who_was_slower_reads_who_changed_what_and_keeps_what_was_typed(world: World, login: Login) -> None:
    _, _, _, answer = stale_article(world, login)
    assert [(one.who, one.what) for one in answer.context["changes"]] == [
        ("editor", "changed retracted at"),
        ("editor", "changed status"),
    ]
    both = {one.label: (str(one.now), str(one.typed), one.is_kept) for one in answer.context["both"]}
    assert both.keys() == {"Status", "Retracted at"}
    assert both["Status"] == ("retracted by its outlet", "current", True)
    assert 'value="My headline"' in page_of(answer)


def test_who_was_slower_reads_of_what_no_form_changed(world: World, login: Login) -> None:
    source = world.source("deep", "Jane Roe", "person")
    slower, page = login(world.reporter), change(source)
    opened = read_of(slower, page)
    protect(source, by=world.editor, public_name="a senior official")
    answer = slower.post(page, opened | {"name": "Jane R.", "kind": "person", "public_name": "x"} | NO_INLINES)
    told = [(one.who, one.what) for one in answer.context["changes"]]
    assert told == [("editor", "changed public name"), ("editor", "changed protected")]


def test_who_was_slower_reads_of_what_decides_nothing_as_well(world: World, login: Login) -> None:
    source = world.source("wire")
    slower, page = login(world.reporter), change(source)
    form = {"name": "Wire", "kind": "agency", "public_name": "", "notes": ""} | NO_INLINES
    opened = read_of(slower, page)
    assert send(login(world.editor), page, form | {"notes": "Ask first.", "kind": "outlet"}).status_code == 302
    answer = slower.post(page, opened | form | {"notes": "Call first."})
    told = [(one.who, one.what) for one in answer.context["changes"]]
    assert told == [("editor", "changed Notes"), ("editor", "changed kind")]


def test_a_second_save_keeps_what_is_ticked_and_takes_what_was_typed(world: World, login: Login) -> None:
    slower, page, form, answer = stale_article(world, login)
    ticked = [one.box for one in answer.context["both"] if one.is_kept]
    again = {"_read": answer.context["read"], "_now": ticked}
    assert slower.post(page, form | again).status_code == 302
    article = Article.objects.get()
    assert (article.headline, article.status, article.retracted_at is None) == ("My headline", "retracted", False)
    assert str(LogEntry.objects.order_by("-pk")[0].get_change_message()) == "Changed Headline."


def test_a_second_save_on_purpose_takes_everything_that_was_typed(world: World, login: Login) -> None:
    slower, page, form, answer = stale_article(world, login)
    assert slower.post(page, form | {"_read": answer.context["read"]}).status_code == 302
    article = Article.objects.get()
    assert (article.headline, article.status, article.retracted_at) == ("My headline", "current", None)


def test_what_both_typed_is_not_kept_unless_it_is_ticked(world: World, login: Login) -> None:
    story, slower = world.story, login(world.reporter)
    opened = read_of(slower, change(story))
    send(login(world.editor), change(story), {"title": "The port"})
    answer = slower.post(change(story), opened | {"title": "The docks"})
    assert [(one.now, one.typed, one.is_kept) for one in answer.context["both"]] == [("The port", "The docks", False)]


def test_what_is_kept_is_still_kept_when_something_else_will_not_do(world: World, login: Login) -> None:
    slower, page, form, answer = stale_article(world, login)
    again = {"_read": answer.context["read"], "_now": ["status", "retracted_at"]}
    refused = slower.post(page, form | again | {"language": ""})
    assert refused.status_code == 200
    assert {one.box: one.is_kept for one in refused.context["both"]} == {"status": True, "retracted_at": True}
    assert Article.objects.get().status == "retracted"


@pytest.mark.parametrize("read", ["", "{}", "[]", "null", "x", "[" * 10_000, '{"title": "0"}', '{"title": 1}'])
def test_a_form_that_does_not_state_what_it_read_is_refused(world: World, login: Login, read: str) -> None:
    before = all_rows()
    answer = login(world.editor).post(change(world.story), {"title": "Forged", "_read": read})
    assert (answer.status_code, all_rows()) == (409, before)
    assert [(one.now, one.typed) for one in answer.context["both"]] == [("The harbour", "Forged")]
    missing = login(world.editor).post(change(world.story), {"title": "Forged"})
    assert (missing.status_code, all_rows()) == (409, before)


def test_a_decided_claim_s_form_without_a_state_is_refused_too(world: World, login: Login) -> None:
    claim = world.fact()
    assert login(world.editor).post(change(claim), {"statement": "Forged."}).status_code == 409


def test_saving_what_was_read_is_no_conflict_however_its_lines_end(world: World, login: Login) -> None:
    source = world.source("wire", notes="")
    Source.objects.filter(pk=source.pk).update(notes="One.\nTwo.")
    form = {"name": "Wire", "kind": "agency", "public_name": "", "notes": "One.\r\nTwo."} | NO_INLINES
    assert send(login(world.editor), change(source), form).status_code == 302


def test_the_state_gives_away_nothing_that_is_not_shown(world: World, login: Login) -> None:
    """Two who read the same words of two rows are given different digests, and nobody can make one without the key."""
    twin = Story.objects.create(slug="twin", title=world.story.title, created_at=NOON)
    client = login(world.editor)
    one, other = (json.loads(read_of(client, change(row))["_read"])["title"] for row in (world.story, twin))
    assert (one == other, len(one), world.story.title in one) == (False, 32, False)


def test_hostile_words_arrive_as_text(world: World, login: Login) -> None:
    slower = login(world.reporter)
    opened = read_of(slower, change(world.story))
    send(login(world.editor), change(world.story), {"title": HOSTILE})
    shown = page_of(slower.post(change(world.story), opened | {"title": HOSTILE.upper()}))
    assert [words for words in ("<script>alert", "<img src=x", "<SCRIPT>", "1414") if words in shown] == []


@pytest.mark.parametrize("rows", [1, 4])
def test_a_form_takes_the_same_queries_however_many_rows_stand_in_it(
    world: World, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        world.alias("wire", f"Wire {number}")
        same = world.source(f"other-{number}")
        Voice.objects.create(
            source=world.source("wire"),
            same_as=same,
            reason="Maybe.",
            created_at=NOON,
            recorded_by=anybody(),
        )
    client = login(world.editor)
    with django_assert_num_queries(16):
        client.get(change(world.source("wire")))


# ---- Rows inside a form -------------------------------------------------------------------------------------------


def aliases(*rows: tuple[Any, str], source: Source, printable: str = "on") -> dict[str, Any]:
    """The spellings as the form sends them: key (empty for a new one) and text; whether they are names to print."""
    form = {"aliases-TOTAL_FORMS": len(rows), "aliases-INITIAL_FORMS": sum(bool(key) for key, _ in rows)}
    for number, (key, text) in enumerate(rows):
        form |= {f"aliases-{number}-id": key, f"aliases-{number}-text": text, f"aliases-{number}-printable": printable}
        form[f"aliases-{number}-source"] = source.pk
    return form


def test_a_row_inside_the_form_is_not_put_back(world: World, login: Login) -> None:
    source, alias = world.source("wire"), world.alias("wire", "the wire")
    form = {"name": "Wire", "kind": "agency", "public_name": "", "notes": ""} | NO_INLINES
    slower, page = login(world.reporter), change(source)
    opened = read_of(slower, page)
    faster = send(login(world.editor), page, form | aliases((alias.pk, "the wire"), source=source, printable=""))
    typed = form | aliases((alias.pk, "the wire"), ("", "WN"), source=source)
    answer = slower.post(page, opened | typed)
    assert (faster.status_code, answer.status_code) == (302, 409)
    assert [(one.box, one.is_kept) for one in answer.context["both"]] == [(f"aliases-{alias.pk}", True)]
    again = {"_read": answer.context["read"], "_now": f"aliases-{alias.pk}"}
    assert slower.post(page, typed | again).status_code == 302
    said = Alias.objects.order_by("pk").values_list("text", "printable")
    assert list(said) == [("the wire", False), ("WN", True)]


def test_a_row_that_somebody_added_inside_is_told_of(world: World, login: Login) -> None:
    source, slower = world.source("wire"), login(world.reporter)
    form = {"name": "Wire", "kind": "agency", "public_name": "", "notes": "Called."} | NO_INLINES
    opened = read_of(slower, change(source))
    same = world.source("official")
    Voice.objects.create(source=source, same_as=same, reason="Maybe.", created_at=NOON, recorded_by=anybody())
    answer = slower.post(change(source), opened | form)
    assert (answer.status_code, answer.context["both"]) == (409, [])
    assert answer.context["also"] == ["Voice: Wire may be a harbour official"]
    assert slower.post(change(source), form | {"_read": answer.context["read"]}).status_code == 302


# ---- People, contradictions, passages -----------------------------------------------------------------------------


def test_a_person_s_groups_are_not_put_back(world: World, login: Login) -> None:
    client, page = login(User.objects.create_superuser("root")), change(world.reporter)
    opened = read_of(client, page)
    world.reporter.groups.clear()
    old = Group.objects.get(name="Reporters")
    answer = client.post(page, opened | {"username": "reporter", "is_active": "on", "is_staff": "on", "groups": old.pk})
    assert (answer.status_code, world.reporter.groups.count()) == (409, 0)
    assert [(one.label, one.now, one.typed, one.is_kept) for one in answer.context["both"]] == [
        ("Groups", "—", "Reporters", True)
    ]


def test_of_two_new_passwords_the_later_one_is_refused(world: World, login: Login) -> None:
    client, page = login(User.objects.create_superuser("root")), f"/admin/auth/user/{world.reporter.pk}/password/"
    opened = read_of(client, page)
    new = {"usable_password": "true"}
    first, second = ({"password1": words, "password2": words} for words in ("harbour-light-1", "harbour-light-2"))
    assert [client.post(page, opened | new | one).status_code for one in (first, second)] == [302, 409]
    assert client.post(page, new | second).status_code == 409
    world.reporter.refresh_from_db()
    assert world.reporter.check_password("harbour-light-1")


def test_somebody_logging_in_meanwhile_is_no_conflict(world: World, login: Login) -> None:
    client, page = login(User.objects.create_superuser("root")), change(world.reporter)
    opened = read_of(client, page)
    login(world.reporter)
    seen = User.objects.get(pk=world.reporter.pk).last_login
    form = {"username": "reporter", "is_active": "on", "is_staff": "on", "groups": world.reporter.groups.get().pk}
    assert client.post(page, opened | form).status_code == 302
    assert (seen is None, User.objects.get(pk=world.reporter.pk).last_login) == (False, seen)


def test_a_contradiction_that_was_closed_meanwhile_is_not_closed_again(world: World, login: Login) -> None:
    row = open_contradiction(world.claim("Open."), world.claim("Closed."), by=world.editor, note="Which?")
    client = login(world.reporter)
    opened = read_of(client, change(row))
    close_contradiction(row, by=world.editor, state="resolved", reason="It is open.")
    before = all_rows()
    answer = client.post(change(row), opened | {"state": "dismissed", "reason": "Two harbours."})
    shown = page_of(answer)
    assert (answer.status_code, all_rows()) == (409, before)
    assert ["It is open." in shown, "Two harbours." in shown, "by editor" in shown] == [True, True, True]


def test_a_passage_is_retired_once_and_the_slower_one_reads_so(world: World, login: Login) -> None:
    passage = world.passage(world.claim(), "courier")
    page = f"/admin/stories/article/{passage.article_id}/read/"
    retire = f"/admin/stories/article/{passage.article_id}/passages/{passage.pk}/retire/"
    client = login(world.reporter)
    opened = read_of(client, page)
    assert client.post(retire, opened).status_code == 302
    before = all_rows()
    late, without = client.post(retire, opened), client.post(retire)
    assert (late.status_code, without.status_code, all_rows()) == (409, 409, before)
    assert (f'href="{page}"' in page_of(late), "Nothing of yours was done" in page_of(late)) == (True, True)
    assert [one.what for one in late.context["changes"]] == ["retired"]
