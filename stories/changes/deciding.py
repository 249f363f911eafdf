"""Which columns decide what may be printed, how it counts or how it reads in public (rule: changes-have-names).

The one list: the guards refuse a change of such a column that is not on record, the writer puts it there, and a test
finds a column that stands neither here nor among those that are exempt. Passages, voices, contradictions and
discrepancies are not here, since their rows say themselves who recorded and who retired or closed them.
"""

from datetime import datetime
from typing import Any

from django.db.models import Model

from stories.chain import format_time
from stories.models import Alias, Article, Claim, Source, Story

DECIDING: dict[type[Model], tuple[str, ...]] = {
    Story: ("title",),
    Source: ("name", "kind", "confidential", "public_name", "institution", "separate_because"),
    Alias: ("printable",),
    Article: ("headline", "url", "language", "published", "status", "retracted_at", "copy_of", "authentication"),
    Claim: ("story", "statement", "kind", "language", "says"),
}
"""Model → the fields of which every change is on record."""

EXEMPT: dict[type[Model], tuple[str, ...]] = {
    Story: ("id", "slug", "created_at"),
    Source: ("id", "slug", "code", "lift", "notes"),
    Alias: ("id", "source", "text"),
    Article: ("id", "slug", "story", "outlet", "kind", "received_at", "text", "sha256", "body_start", "body_end"),
    Claim: ("id", "uuid", "note", "created_at"),
}
"""The other fields: what a guard lets nobody change, what never leaves the desk, and where an article is filed."""

ADDED: dict[type[Model], str] = {Alias: "printable"}
"""Model → the field whose change, from nothing, puts on record that a row was added: a spelling is a name to print."""

GRAVE = {(Article, "status"), (Article, "copy_of"), (Source, "confidential"), (Source, "public_name")}
"""What nobody changes without a reason: it may take what is published its ground, or a person their protection."""


def noun_of(model: type[Model]) -> str:
    """How the record calls `model`."""
    return str(model._meta.model_name)


def key_of(row: Any) -> str:
    """How the record names `row` for good: its natural key; a spelling is named by its source and its words."""
    return "/".join(map(str, row.natural_key()))


def write_value(row: Any, field: str) -> str:
    """The value of `field` of `row` as the record writes it: text; a link by natural key; nothing as an empty text."""
    value = getattr(row, field)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, Model):
        return key_of(value)
    return "" if value is None else str(value)
