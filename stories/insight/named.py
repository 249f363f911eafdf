"""What is printed and names a source that was protected since, for who is told (rule: protection-that-comes-later)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from stories.choices import Event, Part
from stories.insight.namings import EVENT, find_namings, searches_of
from stories.models import (
    Claim,
    FactInForce,
    Naming,
    Publication,
    PublicationNote,
    PublicationText,
    Ruling,
    StoryVersion,
)
from stories.provenance.printed import others_of
from stories.provenance.readers import sources_shown_to
from stories.record.publications import head_position


@dataclass(frozen=True)
class Named:
    """A published text that names a protected source, and what it is of: a fact in force, a current version, or past.

    `words` are what it prints first; empty where it prints nothing.
    """

    naming: Naming
    words: str
    claim: Claim | None = None
    version: StoryVersion | None = None

    @property
    def is_current(self) -> bool:
        """Whether readers who ask for what stands today are given it."""
        return self.claim is not None or self.version is not None


def namings_shown_to(person: User, *, most: int, fresh: int) -> tuple[list[Named], int]:
    """What `person` is told of: all that is current, then the newest that can still be read; at most `most` of each.

    The newest `fresh` publications that nobody looked through yet are looked through now, which keeps nothing. The
    number says how many more there are. Three queries where nothing is protected.
    """
    shown = set(sources_shown_to(person).values_list("pk", flat=True))
    if not shown:
        return [], 0
    head = head_position()
    searches = [one for one in searches_of(head) if one.protected.source.pk in shown]
    behind = min((one.through for one in searches), default=head)
    unkept = range(max(behind, head - fresh) + 1, head + 1)
    kept = _unruled(_readable(Naming.objects.filter(source__in=shown))).select_related("publication", "source")
    rows = [*kept.filter(_is_current()).order_by("-publication")[:most], *kept.order_by("-publication")[:most]]
    found = {_key(row): row for row in [*rows, *_passed_over(find_namings(searches, unkept))]}
    named = _describe(list(found.values()))
    named.sort(key=lambda one: (not one.is_current, -one.naming.publication.pk))
    return named, max(0, head - fresh - behind)


def _key(row: Naming) -> tuple[int, int, str, str]:
    return row.source_id, row.publication_id, row.part, row.surname


def _readable(rows: QuerySet[Naming]) -> QuerySet[Naming]:
    """Those of `rows` whose part was not taken down."""
    texts = PublicationText.objects.filter(pk=OuterRef("publication"))
    notes = PublicationNote.objects.filter(pk=OuterRef("publication"))
    return rows.filter(Q(part=EVENT) | Q(Exists(texts), part=Part.TEXT) | Q(Exists(notes), part=Part.NOTE))


def _is_current() -> Q:
    later = Publication.objects.filter(
        event=Event.VERSION, story=OuterRef("publication__story"), version__gt=OuterRef("publication__version")
    )
    in_force = FactInForce.objects.filter(pk=OuterRef("publication"))
    return Q(Exists(in_force)) | Q(~Exists(later.order_by()), publication__event=Event.VERSION)


def _unruled(rows: QuerySet[Naming]) -> QuerySet[Naming]:
    """Those of `rows` of which no reader says that the surname is another person's in that story."""
    same = {f"sighting__{name}": OuterRef(name) for name in ("source", "surname")}
    rulings = Ruling.objects.filter(sighting__story=OuterRef("publication__story"), **same).order_by("-at", "-pk")
    ruled = rows.annotate(is_another=Subquery(rulings.values("is_another")[:1]))
    return ruled.filter(Q(surname="") | Q(is_another=False) | Q(is_another__isnull=True))


def _passed_over(rows: Iterable[Naming]) -> list[Naming]:
    """The same of rows that are not kept."""
    rows = list(rows)
    stories = {row.publication.story for row in rows if row.surname}
    others = {story: others_of(story, [row.source_id for row in rows]) for story in stories}
    return [row for row in rows if (row.source_id, row.surname) not in others.get(row.publication.story, ())]


def _describe(rows: Sequence[Naming]) -> list[Named]:
    keys = {row.publication_id for row in rows}
    texts = dict(PublicationText.objects.filter(pk__in=keys).values_list("position", "text"))
    in_force = dict(FactInForce.objects.filter(pk__in=keys).values_list("position", "fact_id"))
    claims = {one.uuid: one for one in Claim.objects.filter(uuid__in=in_force.values())}
    cut = StoryVersion.objects.filter(publication__in=keys).select_related("story")
    versions = {one.publication_id: one for one in cut}
    newest = dict(
        StoryVersion.objects.cut()
        .filter(story__in={one.story_id for one in versions.values()})
        .order_by("story")
        .values("story")
        .annotate(newest=Max("number"))
        .values_list("story", "newest")
    )
    described = []
    for row in rows:
        version = versions.get(row.publication_id)
        if version is not None and version.number != newest[version.story_id]:
            version = None
        claim = claims.get(in_force.get(row.publication_id))
        described.append(Named(row, _first_words(texts.get(row.publication_id, "")), claim, version))
    return described


def _first_words(text: str) -> str:
    """The wording or headline of a published text."""
    try:
        document = json.loads(text)
        return str(document.get("statement") or document.get("headline") or "")
    except (ValueError, AttributeError):
        return ""  # none, or what somebody wrote behind the desk's back
