"""Story versions: a list and pages to read. Drafting and cutting are on the page of the story."""

from django.contrib import admin

from stories.admin.base import RecordAdmin
from stories.admin.clock import clock_of
from stories.models import StoryVersion


@admin.register(StoryVersion)
class StoryVersionAdmin(RecordAdmin):
    """Every cut of every story, and the open drafts."""

    list_display = [
        "headline",
        "story",
        "number",
        "change_kind",
        "drafted_by_username",
        "cut_by_username",
        clock_of("cut_at"),
    ]
    list_filter = ["change_kind", ("publication", admin.EmptyFieldListFilter)]
    list_select_related = ["story"]
    search_fields = ["headline", "story__title"]
    ordering = ["-drafted_at"]
    readonly_fields = ["words"]
    exclude = ["blocks", "drafted_by", "cut_by"]

    @admin.display(description="text")
    def words(self, version: StoryVersion) -> str:
        """The blocks, one a paragraph."""
        return "\n\n".join(block["text"] for block in version.blocks)
