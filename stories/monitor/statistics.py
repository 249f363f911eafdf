"""The desk in figures: how much there is, what waits, how far the chains and the API databases have come. No words."""

from typing import Any

from stories import models
from stories.chain import format_time
from stories.record.publications import head_position
from stories.replicas.copies import list_copies, mark_now


def _when(row: Any) -> str | None:
    return format_time(row.at) if row else None


def count_desk() -> dict[str, Any]:
    """The figures by name: counts, the heads of both sequences with their times, and each API database's state.

    Counts whole tables: for a person or a monitor that asks now and then, not for a page.
    """
    waiting = models.Decision.objects.awaiting_second_signature()
    last_decision = models.Decision.objects.order_by("-seq").first()
    last_publication = models.Publication.objects.head()
    return {
        "stories": models.Story.objects.count(),
        "sources": models.Source.objects.count(),
        "articles": models.Article.objects.count(),
        "passages": models.Evidence.objects.current().count(),
        "claims": models.Claim.objects.count(),
        "open_discrepancies": models.Discrepancy.objects.open().count(),
        "open_contradictions": models.Contradiction.objects.open().count(),
        "decisions": last_decision.seq if last_decision else 0,
        "last_decision_at": _when(last_decision),
        "waiting_for_signature": waiting.count(),
        "oldest_waiting_since": _when(waiting.order_by("seq").first()),
        "position": last_publication.position if last_publication else 0,
        "last_publication_at": _when(last_publication),
        "facts_in_force": models.Publication.objects.in_force(at=head_position()).count(),
        "heartbeat_at": _when(models.Heartbeat.objects.first()),
        "api_databases": [
            {"name": copy.name, "connected": copy.is_connected, "bytes_behind": copy.behind}
            for copy in list_copies(mark_now())
        ],
    }
