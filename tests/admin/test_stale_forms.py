"""A stale form undoes nothing: a save on another state than the form was made from is refused with 409.

Every form of every `ModelAdmin` and every page of ours that changes a row is walked: one that is added later without
the check fails here.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from stories.admin.base import DeskAdmin, StatedPage
from stories.admin.claim.disagreements import ClosePage
from stories.admin.stale import StatedAdmin
from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.models import Alias, Article, Claim, Source, Story, Voice
from stories.provenance.protection import protect, rename
from tests.admin.conftest import HOSTILE, all_rows, page_of, read_of, send
from tests.world import NOON, World, anybody

Login = Callable[[User], Client]

NO_INLINES = {f"{prefix}-{name}": "0" for prefix in ("aliases", "voices") for name in ("TOTAL_FORMS", "INITIAL_FORMS")}


def change(row: Any) -> str:
    """The address of the form of `row`."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def everything() -> dict[str, Any]:
    """Every row of the desk and every person and group, with what they may."""
    people = list(User.objects.order_by("pk").values())
    may = list(Group.permissions.through.objects.order_by("pk").values())
    return {**all_rows(), "people": people, "groups": list(Group.objects.order_by("pk").values()), "may": may}


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


# ---- Every form ---------------------------------------------------------------------------------------------------

FORMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "stories.article": ({"headline": "B", "language": "en", "status": "current"}, {"language": "de"}),
    "stories.claim": ({"statement": "B.", "kind": "fact", "language": "en"}, {"language": "de"}),
    "stories.source": ({"name": "B", "kind": "outlet", "public_name": "", "notes": ""} | NO_INLINES, {"notes": "D"}),
    "stories.story": ({"title": "B"}, {"title": "D"}),
    "auth.user": ({"username": "b"}, {"last_name": "D"}),
    "auth.group": ({"name": "B"}, {"name": "D"}),
}
"""What one person types into the form of each thing, and what another types otherwise and saves meanwhile."""

READ_ONLY = {
    "stories.decision": 403,
    "stories.publication": 403,
    "stories.evidence": 403,
    "stories.storyversion": 403,
    "axes.accessattempt": 409,
    "axes.accesslog": 409,
    "axes.accessfailurelog": 409,
}
"""Things whose form changes nothing: what is answered when something is sent all the same."""

PAGES = {"stories.contradiction": ClosePage, "stories.discrepancy": ClosePage}
"""Things that have a page in the place of Django's form."""

BUTTONS = {"article_retire", "source_retire_voice", "discrepancy_reopen"}
"""Pages beside Django's that change a row."""

OTHERWISE = {
    "article_add": "makes a new row",
    "article_read": "makes a new row",
    "contradiction_add": "makes a new row",
    "source_protection": "names the person or the proposal that was seen; a rename keeps what was",
    "source_sighting": "adds what is said of a text (tests/admin/test_sighting_page.py)",
    "source_naming": "the same",
    "claim_open": "notes who looks at a claim: no record of anything",
    "article_what_if": "each fact is sent with the decision that was seen (tests/admin/test_what_if.py)",
    "source_what_if": "each fact is sent with the decision that was seen (tests/admin/test_what_if.py)",
    "claim_review": "follows the decision that was seen (tests/admin/test_review.py)",
    "claim_bulk": "follows the decisions that were seen (tests/admin/test_bulk.py)",
    "publication_suppression": "follows the decision that was seen (tests/admin/test_suppression_page.py)",
    "publication_suppression_note": "follows the decision that was seen (tests/admin/test_suppression_page.py)",
    "story_draft": "follows the draft that was seen (tests/admin/test_story_page.py)",
    "story_cut": "cuts the draft that was seen (tests/admin/test_story_page.py)",
    "story_correction": "refused where there is a draft (tests/versions/test_draft_correction.py)",
}
"""Pages that take a POST and change no row, or state in another way what they were made from."""


def label(model: Any) -> str:
    return str(model._meta.label_lower)


def test_every_thing_has_a_form_that_states_what_it_read() -> None:
    assert sorted(map(label, admin.site._registry)) == sorted([*FORMS, *READ_ONLY, *PAGES])
    assert [one for one in admin.site._registry.values() if not isinstance(one, StatedAdmin)] == []
    assert [one for one in admin.site._registry.values() if one.list_editable] == []


def test_whatever_is_registered_on_the_site_states_it() -> None:
    """The check belongs to the site: nobody who adds an admin has to think of it."""
    site = type(admin.site._registry[Story].admin_site)("other")
    site.register(Permission)
    assert isinstance(site._registry[Permission], StatedAdmin)


def test_every_page_that_changes_a_row_states_what_it_read() -> None:
    pages = {
        f"{one.opts.model_name}_{page.name}": page
        for one in admin.site._registry.values()
        if isinstance(one, DeskAdmin)
        for page in one.pages
        if hasattr(page, "post") and "post" in page.http_method_names
    }
    stated = {name for name, page in pages.items() if issubclass(page, StatedPage)}
    assert (stated, pages.keys() - stated) == (BUTTONS, OTHERWISE.keys())


def make_row(world: World, name: str) -> Any:
    """A row of the thing `name`, that any form can change."""
    if name.startswith("auth"):
        return User.objects.create(username="b") if name == "auth.user" else Group.objects.create(name="A")
    rows = {
        "stories.article": lambda: world.article("courier", "Words.", headline="A"),
        "stories.claim": lambda: world.claim("A."),
        "stories.source": lambda: world.source("a", "A"),
        "stories.story": lambda: world.story,
    }
    return rows[name]()


def typed_for(world: World, name: str) -> dict[str, Any]:
    return FORMS[name][0] | ({"story": world.story.pk} if name == "stories.claim" else {})


@pytest.mark.parametrize("name", FORMS)
def test_a_stale_form_writes_nothing_and_a_fresh_one_is_saved(world: World, login: Login, name: str) -> None:
    row, form = make_row(world, name), typed_for(world, name)
    client = login(User.objects.create_superuser("root"))
    opened = read_of(client, change(row))
    assert send(client, change(row), form | FORMS[name][1]).status_code == 302
    before = everything()
    stale = client.post(change(row), opened | form)
    assert (stale.status_code, everything()) == (409, before)
    assert "Nothing of yours was saved" in page_of(stale)
    fresh = client.post(change(row), form | {"_read": stale.context["read"]})
    assert (fresh.status_code, everything() == before) == (302, False)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_without_what_it_read_writes_nothing(world: World, login: Login, name: str) -> None:
    row, client = make_row(world, name), login(User.objects.create_superuser("root"))
    before = everything()
    assert client.post(change(row), typed_for(world, name)).status_code == 409
    assert everything() == before


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_is_only_read_takes_no_form(world: World, login: Login, name: str) -> None:
    world.fact()
    model = next(model for model in admin.site._registry if label(model) == name)
    if name.startswith("axes"):
        seen = {"username": "x", "ip_address": "127.0.0.1", "user_agent": "x", "path_info": "/"}
        more = {"failures_since_start": 1} if name == "axes.accessattempt" else {}
        model._default_manager.create(**seen, **more)
    row = model._default_manager.first()
    address = change(row) if row else reverse(f"admin:{name.replace('.', '_')}_change", args=[1])
    if row:
        answer = login(User.objects.create_superuser("root")).post(address, {})
        assert answer.status_code == READ_ONLY[name]


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
