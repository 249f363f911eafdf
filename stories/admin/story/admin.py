"""Stories: list and form. Versions are drafted and cut on the story's page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stories.admin.base import DeskAdmin, person_of
from stories.admin.clock import clock_of
from stories.admin.naming import StoryForm
from stories.admin.story.as_of import AsOfPage
from stories.admin.story.diff import DiffPage
from stories.admin.story.page import CorrectionPage, CutPage, DraftPage, StoryPage
from stories.models import Story


@admin.register(Story)
class StoryAdmin(DeskAdmin):
    """The evolving events we track."""

    form = StoryForm
    pages = (StoryPage, DraftPage, CorrectionPage, CutPage, AsOfPage, DiffPage)
    list_display = ["title", "slug", clock_of("created_at"), "versions"]
    search_fields = ["title", "slug"]
    fields = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}

    def get_form(self, request: HttpRequest, obj: Story | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's, for who asks."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"by": person_of(request)})

    @admin.display(description="versions")
    def versions(self, story: Story) -> SafeString:
        """The story's page: versions, draft, cut."""
        address = reverse("admin:stories_story_versions", args=[story.pk])
        return format_html('<a href="{}">Versions and draft</a>', address)
