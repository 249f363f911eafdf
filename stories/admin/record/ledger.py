"""The ledger of decisions: a list and pages to read."""

from django.contrib import admin

from stories.admin.base import RecordAdmin
from stories.admin.clock import clock_of
from stories.models import Decision


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    """Every decision, newest first. The verbs alone write here."""

    list_display = ["seq", clock_of("at"), "verdict", "claim", "actor_username", "actor_role", "basis", "publication"]
    list_filter = ["verdict", "actor_role", "basis"]
    list_select_related = ["claim", "publication"]
    search_fields = ["rationale", "wording", "actor_username", "claim__statement"]
    ordering = ["-seq"]
    exclude = ["evidence", "actor"]
    search_help_text = "Reasons, wordings, user names and statements."
