"""Looking the public log through for protected names (rule: protection-that-comes-later).

The check at writing lets nothing through that names whoever is protected by then. What was there before is looked
through here, once for every protected source and the names that it has, by the same matching.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from stories.chain import digest
from stories.choices import FACT_EVENTS, Part
from stories.models import LookedThrough, Naming, Publication, PublicationNote, PublicationText
from stories.provenance.printed import Printed, Spot, look_for, read_published
from stories.provenance.protected import Protected, protected_sources
from stories.record.publications import head_position

BATCH = 500
"""So many publications are looked through at a time."""

AT_ONCE = 1_000
"""So many publications are looked through with a change of the desk; the rest with the next, or by weigh_facts."""

EVENT = ""
"""The part of a publication that is the event itself: hashed, and there for good."""


@dataclass(frozen=True)
class Search:
    """A protected source, and how far the log was looked through for the names that it has now."""

    protected: Protected
    names_sha256: str
    since: int
    through: int
    is_new: bool


def look_through(*, most: int | None = AT_ONCE) -> int:
    """Look up to `most` publications (None: all) through for the names of protected sources, and keep what is found.

    Call it after whatever may protect a name. Returns how many publications are still to be looked through.
    """
    head, looked = head_position(), 0
    searches = searches_of(head)
    _begin([one for one in searches if one.is_new])
    while (start := min((one.through for one in searches), default=head)) < head and (most is None or looked < most):
        end = min(start + (BATCH if most is None else min(BATCH, most - looked)), head)
        due = [one for one in searches if one.through < end]
        found = list(find_namings(due, range(start + 1, end + 1)))
        with transaction.atomic():
            for one in due:
                # Under other names meanwhile it is begun anew, by whoever gave them.
                rows = LookedThrough.objects.filter(source=one.protected.source, names_sha256=one.names_sha256)
                rows.filter(through__lt=end).update(through=end)
            Naming.objects.bulk_create(found, ignore_conflicts=True)  # somebody else may look at the same time
        searches, looked = [replace(one, through=max(one.through, end)) for one in searches], looked + end - start
    return head - min((one.through for one in searches), default=head)


def _begin(searches: Sequence[Search]) -> None:
    """Begin at the first publication for the names that were not looked for yet."""
    for one in searches:
        with transaction.atomic():
            Naming.objects.filter(source=one.protected.source).delete()
            begun = {"names_sha256": one.names_sha256, "since": one.since, "through": 0}
            LookedThrough.objects.update_or_create(source=one.protected.source, defaults=begun)


def searches_of(head: int) -> list[Search]:
    """Every protected source with how far it was looked for; one whose names are others now is begun at the first."""
    protected = protected_sources()
    kept = LookedThrough.objects.in_bulk([one.source.pk for one in protected]) if protected else {}
    searches = []
    for one in protected:
        names, row = digest("\n".join([str(one.is_person), *one.names, "", *one.surnames])), kept.get(one.source.pk)
        is_same = row is not None and row.names_sha256 == names
        since, through = (row.since, row.through) if row is not None and is_same else (head, 0)
        searches.append(Search(one, names, since, through, is_new=not is_same))
    return searches


def find_namings(due: Sequence[Search], positions: Iterable[int]) -> Iterator[Naming]:
    """What in the publications at `positions` names a source of `due` that was not looked for there yet; not kept."""
    for place, publication, printed in published_texts(positions):
        among = [one.protected for one in due if one.through < place]
        for part, texts in printed.items():
            rows: dict[tuple[int, str], Naming] = {}
            for one in look_for(among, texts):
                new = Naming(source=one.source, publication=publication, part=part, surname=one.surname)
                row = rows.setdefault((one.source.pk, one.surname), new)
                row.words = row.words or one.words[:400]
                places = row.places.split(", ") if row.places else []
                row.places = ", ".join(dict.fromkeys([*places, one.printed.spot]))
            yield from rows.values()


def published_texts(positions: Iterable[int]) -> Iterator[tuple[int, Publication, dict[str, list[Printed]]]]:
    """At each of `positions` what the public reads of which publication, by part; what was put back there as well."""
    rows = list(Publication.objects.filter(pk__in=list(positions)).order_by("-position"))
    again = {row.restores_id: row.pk for row in rows if row.restores_id is not None}
    places = [(row.pk, row) for row in rows]
    places += [(again[row.pk], row) for row in Publication.objects.filter(pk__in=again).order_by("-position")]
    keys = {row.pk for _, row in places}
    texts, notes = (
        dict(model._default_manager.filter(position__in=keys).values_list("position", "text"))
        for model in (PublicationText, PublicationNote)
    )
    for place, row in places:
        event = read_published("event", row.payload)
        # The slug stands in the text as well; in the event it is hashed, and nothing can be done about it.
        printed = {EVENT: [one for one in event if one.spot != Spot.STORY_SLUG]}
        if row.pk in texts:
            kind = "fact" if row.event in FACT_EVENTS else "version"
            printed[Part.TEXT] = read_published(kind, texts[row.pk])
        if row.pk in notes:
            printed[Part.NOTE] = [Printed(Spot.PUBLIC_NOTE, notes[row.pk])]
        yield place, row, printed
