"""The ledger of decisions: a list and pages to read."""

import json

from django.contrib import admin

from stories.admin.base import RecordAdmin
from stories.admin.clock import clock_of
from stories.chain import canonical
from stories.models import Decision, Source


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    """Every decision, newest first. The verbs alone write here."""

    list_display = ["seq", clock_of("at"), "verdict", "claim", "actor_username", "actor_role", "basis", "publication"]
    list_filter = ["verdict", "actor_role", "basis"]
    list_select_related = ["claim", "publication"]
    search_fields = ["rationale", "wording", "actor_username", "claim__statement"]
    ordering = ["-seq"]
    exclude = ["evidence", "payload", "actor"]
    readonly_fields = ["hashed"]
    search_help_text = "Reasons, wordings, user names and statements."

    @admin.display(description="payload")
    def hashed(self, decision: Decision) -> str:
        """What its hash covers; of a source that is protected now, what everybody sees instead of its names."""
        payload = json.loads(decision.payload)
        weighed = (payload.get("evidence") or {}).get("sources", {})
        for source in Source.objects.filter(confidential=True, slug__in=weighed):
            weighed[source.slug] |= {"name": str(source), "names": ["(protected)"]}
        return canonical(payload)
