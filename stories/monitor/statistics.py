"""The desk in figures: how much there is, what waits, how far the chains and the API databases have come. No words."""

from datetime import datetime
from typing import Any

from stories.chain import format_time
from stories.models import (
    Article,
    Claim,
    Contradiction,
    Decision,
    Discrepancy,
    Evidence,
    Heartbeat,
    Publication,
    Source,
    Story,
)
from stories.record.publications import head_position
from stories.replicas.copies import list_copies, mark_now


def _time_or_none(at: datetime | None) -> str | None:
    return format_time(at) if at else None


def count_desk() -> dict[str, Any]:
    """The figures by name: counts, the heads of both sequences with their times, and each API database's state.

    Counts whole tables: for a person or a monitor that asks now and then, not for a page.
    """
    waiting = Decision.objects.awaiting_second_signature()
    oldest = waiting.order_by("seq").first()
    last_decision = Decision.objects.order_by("-seq").first()
    last_publication = Publication.objects.head()
    heartbeat = Heartbeat.objects.first()
    return {
        "stories": Story.objects.count(),
        "sources": Source.objects.count(),
        "articles": Article.objects.count(),
        "passages": Evidence.objects.current().count(),
        "claims": Claim.objects.count(),
        "open_discrepancies": Discrepancy.objects.open().count(),
        "open_contradictions": Contradiction.objects.open().count(),
        "decisions": last_decision.seq if last_decision else 0,
        "last_decision_at": _time_or_none(last_decision.at if last_decision else None),
        "waiting_for_signature": waiting.count(),
        "oldest_waiting_since": _time_or_none(oldest.at if oldest else None),
        "position": last_publication.position if last_publication else 0,
        "last_publication_at": _time_or_none(last_publication.at if last_publication else None),
        "facts_in_force": Publication.objects.in_force(at=head_position()).count(),
        "heartbeat_at": _time_or_none(heartbeat.at if heartbeat else None),
        "api_databases": [
            {"name": copy.name, "connected": copy.is_connected, "bytes_behind": copy.behind}
            for copy in list_copies(mark_now())
        ],
    }
