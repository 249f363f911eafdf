"""What is not printed as it stands and names a protected source to everybody on the desk; told to its readers alone."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from stories.models import Article, Claim, Contradiction, Decision, Discrepancy, Source, StoryVersion, Voice
from stories.provenance.printed import Printed, Spot, look_for
from stories.provenance.protected import protected_sources

LOOKED_AT = 2_000
"""So many texts of each kind, the newest, are looked through: only whoever reads the name asks, and rarely."""

FREE_TEXTS: dict[type[Model], tuple[tuple[str, ...], Callable[[Any], str]]] = {
    Article: (("text", "headline", "url", "slug"), lambda row: f"the text of {row.slug}"),
    Claim: (("statement", "note"), lambda row: f"the claim {row.uuid}"),
    Voice: (("reason",), lambda row: f"why a source may be another one (voice {row.pk})"),
    Contradiction: (("note", "reason"), lambda row: f"the contradiction {row.uuid}"),
    Discrepancy: (("reason",), lambda row: f"why a discrepancy was closed (discrepancy {row.pk})"),
    Decision: (("rationale", "wording"), lambda row: f"the decision {row.pk}"),
    StoryVersion: (("headline", "standfirst", "change_note"), lambda row: f"version {row.number} (row {row.pk})"),
    Source: (("separate_because",), lambda row: f"why source {row.pk} is certainly another person"),
}
"""Model → its columns that people type and the desk shows to everybody, and what a row is called."""


def texts_naming(source: Source) -> list[str]:
    """What on the desk names `source` in full to everybody, as the check at writing finds it."""
    own = [one for one in protected_sources() if one.source == source]
    found = []
    for model, (columns, call) in FREE_TEXTS.items() if own else ():
        for row in model._default_manager.order_by("-pk")[:LOOKED_AT].iterator(chunk_size=100):
            texts = [Printed(Spot.UNLISTED, text) for column in columns if (text := getattr(row, column))]
            if any(not one.surname for one in look_for(own, texts)):
                found.append(call(row))
    return sorted(found)
