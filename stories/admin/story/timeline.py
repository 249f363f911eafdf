"""The course of a story: what came in, what we told the world of it, and its versions."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from stories.admin.base import words_of
from stories.choices import Event, Part
from stories.models import Article, Publication, Story
from stories.record.sealing import shown_notes

MOST_EVENTS = 60
"""So many events of a story, the newest, are listed."""


@dataclass(frozen=True)
class StoryEvent:
    """Something that happened to a story at the desk: when, its kind (article, decision, version), its words, its page.

    `fact` is the fact id of a published decision; None for articles and versions.
    """

    at: datetime
    kind: str
    label: str
    address: str
    fact: str | None = None


def timeline_of(story: Story) -> list[StoryEvent]:
    """The newest events of `story`, oldest first; at most `MOST_EVENTS`."""
    articles = Article.objects.filter(story=story).select_related("outlet").defer("text").order_by("-received_at")
    published = Publication.objects.filter(story=story.slug).select_related("body").order_by("-position")
    newest = list(published[:MOST_EVENTS])
    notes = shown_notes(one.pk for one in newest)
    events = [*map(_receive, articles[:MOST_EVENTS]), *(_publish(one, notes.get(one.pk, "")) for one in newest)]
    # Articles first among what happened at once: a decision follows what it rests on.
    return sorted(events, key=lambda event: (event.at, event.kind != "article"))[-MOST_EVENTS:]


def _receive(article: Article) -> StoryEvent:
    outlet = f"{article.outlet}: " if article.outlet else ""
    address = reverse("admin:stories_article_read", args=[article.pk])
    return StoryEvent(article.received_at, "article", f"{outlet}{article}", address)


def _publish(publication: Publication, note: str) -> StoryEvent:
    printed = words_of(publication) or "(taken down)"
    part = Part(publication.part or Part.TEXT).label  # format 1 names none
    words = {
        Event.CONFIRMED: f"Published: {printed}",
        Event.REWORDED: f"Reworded: {printed}",
        Event.WITHDRAWN: f"Withdrawn: {note}",
        Event.VERSION: f"Version {publication.version}: {printed}",
        Event.SUPPRESSED: f"Suppressed: the {part} of position {publication.suppresses_id}",
        Event.RESTORED: f"Restored: the {part} of position {publication.restores_id}",
    }[Event(publication.event)]
    kind = "version" if publication.event == Event.VERSION else "decision"
    address = reverse("admin:stories_publication_change", args=[publication.pk])
    fact = str(publication.fact_id) if publication.fact_id else None
    return StoryEvent(publication.at, kind, words, address, fact)
