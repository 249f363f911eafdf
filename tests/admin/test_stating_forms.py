"""Every form of every `ModelAdmin` and every page of ours that changes a row states what it was made from.

One that is added later without the check fails here. What who was slower is shown: tests/admin/test_stale_forms.py.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from stories.admin.base import DeskAdmin, StatedPage
from stories.admin.claim.disagreements import ClosePage
from stories.admin.stale import StatedAdmin
from stories.models import Story
from tests.admin.conftest import NO_INLINES, all_rows, change, page_of, read_of, send
from tests.world import World

Login = Callable[[User], Client]


def everything() -> dict[str, Any]:
    """Every row of the desk and every person and group, with what they may."""
    people = list(User.objects.order_by("pk").values())
    may = list(Group.permissions.through.objects.order_by("pk").values())
    return {**all_rows(), "people": people, "groups": list(Group.objects.order_by("pk").values()), "may": may}


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
