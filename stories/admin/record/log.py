"""The public log: a list and pages to read."""

from django.contrib import admin

from stories.admin.base import RecordAdmin, words_of
from stories.admin.clock import clock_of
from stories.admin.record.replicas import ReplicasPage
from stories.admin.record.suppression import NoteSuppressionPage, SuppressionPage
from stories.models import Publication
from stories.record.sealing import shown_notes


@admin.register(Publication)
class PublicationAdmin(RecordAdmin):
    """Everything we told the world, newest first."""

    pages = (SuppressionPage, NoteSuppressionPage, ReplicasPage)
    list_display = ["position", clock_of("at"), "event", "story", "fact_id", "version", "correction_kind", "wording"]
    list_filter = ["event", "basis", "correction_kind"]
    list_select_related = ["body"]
    search_fields = ["body__text", "note_beside__text", "note"]
    search_help_text = "Texts and public notes."
    ordering = ["-position"]
    readonly_fields = ["wording", "text", "public_note"]
    change_form_template = "admin/stories/publication/change_form.html"

    @admin.display(description="wording")
    def wording(self, publication: Publication) -> str:
        """The sentence or headline it printed."""
        return words_of(publication) or "—"

    @admin.display(description="public note")
    def public_note(self, publication: Publication) -> str:
        """What readers are told; empty where nothing is."""
        return shown_notes([publication.pk]).get(publication.pk, "—")

    @admin.display(description="text as published")
    def text(self, publication: Publication) -> str:
        """The canonical text; empty for what has none or was suppressed."""
        return publication.body.text if hasattr(publication, "body") else "none, or suppressed"
