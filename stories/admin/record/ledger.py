"""The ledger of decisions: a list and pages to read."""

import json

from django.contrib import admin

from stories.admin.base import RecordAdmin
from stories.admin.clock import clock_of
from stories.chain import canonical
from stories.models import Decision, Source
from stories.models.withheld import WITHHELD
from stories.provenance.protected import hide_slugs


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    """Every decision, newest first. The verbs alone write here."""

    list_display = ["seq", clock_of("at"), "verdict", "claim", "actor_username", "actor_role", "basis", "publication"]
    list_filter = ["verdict", "actor_role", "basis"]
    list_select_related = ["claim", "publication"]
    search_fields = ["rationale", "wording", "actor_username", "claim__statement"]
    ordering = ["-seq"]
    exclude = ["wording", "public_note", "evidence", "payload", "actor"]
    readonly_fields = ["shown_wording", "shown_note", "hashed"]
    words_in = {"claims": ("claim",), "notes": ("publication",)}
    search_help_text = "Reasons, wordings, user names and statements."

    @admin.display(description="wording")
    def shown_wording(self, decision: Decision) -> str:
        """The sentence that it proposed or confirmed."""
        return decision.shown_wording

    @admin.display(description="public note")
    def shown_note(self, decision: Decision) -> str:
        """What it tells readers."""
        return decision.shown_note

    @admin.display(description="payload")
    def hashed(self, decision: Decision) -> str:
        """What its hash covers; of a source that is protected now, what everybody sees instead of its names."""
        if WITHHELD in (str(decision.claim), decision.shown_note):
            return WITHHELD
        payload = json.loads(decision.payload)
        weighed = (payload.get("evidence") or {}).get("sources", {})
        for source in Source.objects.filter(confidential=True, slug__in=weighed):
            weighed[source.slug] |= {"name": str(source), "names": ["(protected)"]}
        return hide_slugs(canonical(payload))
