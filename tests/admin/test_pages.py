"""The pages beside Django's own or in their place: each has its name and address, and is for who is logged in."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from stories.admin.base import DeskAdmin

pytestmark = pytest.mark.django_db

PAGES = {
    f"{one.opts.model_name}_{page.name}": page.route
    for one in admin.site._registry.values()
    if isinstance(one, DeskAdmin)
    for page in one.pages
}


def test_these_are_the_pages() -> None:
    assert sorted(PAGES) == [
        "article_add",
        "article_happened",
        "article_read",
        "article_retire",
        "article_what_if",
        "claim_bulk",
        "claim_csv",
        "claim_happened",
        "claim_next",
        "claim_open",
        "claim_review",
        "contradiction_add",
        "discrepancy_reopen",
        "publication_replicas",
        "publication_suppression",
        "publication_suppression_note",
        "source_happened",
        "source_naming",
        "source_protection",
        "source_retire_voice",
        "source_sighting",
        "source_what_if",
        "story_as_of",
        "story_correction",
        "story_cut",
        "story_diff",
        "story_draft",
        "story_versions",
    ]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_logged_in_is_asked_to(name: str, method: str) -> None:
    address = reverse(f"admin:stories_{name}", args=[1] * PAGES[name].count("<"))
    answer = getattr(Client(), method)(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/login/?next={address}")
