"""The ledger of decisions: a list and pages to read."""

from django.contrib import admin

from stories.admin.base import RecordAdmin
from stories.admin.clock import clock_of
from stories.models import Decision

AT = clock_of("at")


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    """Every decision, newest first. The verbs alone write here."""

    list_display = ["seq", AT, "verdict", "claim", "actor_username", "actor_role", "basis", "publication"]
    list_filter = ["verdict", "actor_role", "basis"]
    list_select_related = ["claim", "publication"]
    search_fields = ["rationale", "wording", "actor_username", "claim__statement"]
    ordering = ["-seq"]
    readonly_fields = [AT]
    fields = [
        "seq",
        AT,
        "verdict",
        "claim",
        "suppresses",
        "previous",
        "wording",
        "basis",
        "accepts_inferred",
        "rationale",
        "correction_kind",
        "public_note",
        "replaced_by",
        "actor_username",
        "actor_name",
        "actor_role",
        "publication",
        "evidence_digest",
        "payload",
        "hash",
    ]
    search_help_text = "Reasons, wordings, user names and statements."
