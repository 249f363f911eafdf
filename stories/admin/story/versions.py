"""Story versions: a list and pages to read. Drafting and cutting are on the page of the story."""

from django.contrib import admin

from stories.admin.base import RecordAdmin
from stories.admin.clock import clock_of
from stories.models import StoryVersion

DRAFTED_AT, CUT_AT = clock_of("drafted_at"), clock_of("cut_at")


@admin.register(StoryVersion)
class StoryVersionAdmin(RecordAdmin):
    """Every cut of every story, and the open drafts."""

    list_display = ["headline", "story", "number", "change_kind", "drafted_by_username", "cut_by_username", CUT_AT]
    list_filter = ["change_kind", ("publication", admin.EmptyFieldListFilter)]
    list_select_related = ["story"]
    search_fields = ["headline", "story__title"]
    ordering = ["-drafted_at"]
    readonly_fields = ["words", DRAFTED_AT, CUT_AT]
    fields = [
        "story",
        "number",
        "headline",
        "standfirst",
        "words",
        "change_kind",
        "change_note",
        "drafted_by_username",
        "drafted_by_role",
        DRAFTED_AT,
        "cut_by_username",
        "cut_by_role",
        CUT_AT,
        "publication",
    ]

    @admin.display(description="text")
    def words(self, version: StoryVersion) -> str:
        """The blocks, one a paragraph."""
        return "\n\n".join(block["text"] for block in version.blocks)
