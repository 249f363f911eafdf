"""Filters that pages of the desk share. Whatever they return is escaped."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings

from stories.admin.article.evidence import describe_chain
from stories.admin.article.marking import Excerpt
from stories.admin.clock import clock
from stories.admin.front import is_newcomer, list_blocks
from stories.intake.passages import CONTEXT
from stories.models import Evidence, Publication
from stories.roles import role_of

register = template.Library()
register.filter(clock)


@register.simple_tag(takes_context=True)
def desk_blocks(context: template.Context) -> dict[str, Any]:
    """What the front page shows the person who looks: its blocks, their role, whether they are new here."""
    person = context["request"].user
    if not person.has_perm("stories.view_claim"):
        return {}
    return {"blocks": list_blocks(person), "role": role_of(person), "is_newcomer": is_newcomer(person)}


@register.simple_tag
def desk_version() -> str:
    """The version of the desk."""
    return str(settings.VERSION)


@register.filter
def as_given(published: str) -> str:
    """A time as an article gives it, for people: no hour and no zone that it does not give."""
    return published.replace("T", " ") if published else "time not given"


@register.filter
def printed(fact: Publication) -> str:
    """The wording that `fact`, read with its text, prints."""
    return str(json.loads(fact.body.text)["statement"]) if hasattr(fact, "body") else "(taken down)"


@register.filter
def chain(passage: Evidence) -> str:
    """The attribution chain of `passage` in words."""
    return describe_chain(passage)


@register.filter
def surrounded(passage: Evidence) -> Excerpt:
    """`passage` between the words that are recorded with it; those cut in two at the far ends are left out."""
    before, after = passage.prefix, passage.suffix
    is_cut = passage.start > len(before), len(after) == CONTEXT
    before = re.sub(r"^\S*\s*", "", before) if is_cut[0] else before
    after = re.sub(r"\s*\S*$", "", after) if is_cut[1] else after
    return Excerpt(before, passage.quote, after, *is_cut)


@register.filter
def item(mapping: Mapping[Any, Any], key: object) -> Any:
    """What `mapping` holds under `key`."""
    return mapping[key]
