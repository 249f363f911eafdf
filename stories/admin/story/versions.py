"""Story versions: a list and pages to read. Drafting and cutting are on the page of the story."""

from django.contrib import admin

from stories.admin.base import RecordAdmin
from stories.admin.clock import clock_of
from stories.models import StoryVersion


@admin.register(StoryVersion)
class StoryVersionAdmin(RecordAdmin):
    """Every cut of every story, and the open drafts."""

    list_display = [
        "shown_headline",
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
    readonly_fields = ["shown_headline", "shown_standfirst", "shown_note", "words"]
    exclude = ["headline", "standfirst", "change_note", "blocks", "drafted_by", "cut_by"]
    words_in = {"texts": ("publication",)}

    @admin.display(description="text")
    def words(self, version: StoryVersion) -> str:
        """The blocks, one a paragraph."""
        return "\n\n".join(block["text"] for block in version.shown_blocks)

    @admin.display(description="headline", ordering="headline")
    def shown_headline(self, version: StoryVersion) -> str:
        """What it is headed with."""
        return version.shown_headline

    @admin.display(description="standfirst")
    def shown_standfirst(self, version: StoryVersion) -> str:
        """What stands below the headline."""
        return version.shown_standfirst

    @admin.display(description="change note")
    def shown_note(self, version: StoryVersion) -> str:
        """What readers were told of the change."""
        return version.shown_note
