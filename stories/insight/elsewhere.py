"""Where else the words of a text or note are shown, that no step on it takes down with it (rule: suppression)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from stories.choices import Part
from stories.database.derived.words import find_published
from stories.models import Publication, PublicationNote, PublicationText, StoryVersion
from stories.record.sealing import Piece, carries, words_of

MOST_READ = 1_000
"""So many versions and so many notes are read for the words, and so many facts that hold all of them; the newest."""

MOST_LISTED = 25


@dataclass(frozen=True)
class Elsewhere:
    """The `part` of another publication that says the words; whether it is that of a fact in force."""

    publication: Publication
    part: Part
    is_in_force: bool


def find_elsewhere(target: Publication, part: Part, *, but: Collection[Piece]) -> tuple[list[Elsewhere], int]:
    """What is shown and carries the words of the `part` of `target`, `but` what one step takes with it.

    Facts in force first, then the newest, at most `MOST_LISTED`; and how many more there are. Nothing of a version,
    which has no one sentence that goes. Five queries at most.
    """
    words = words_of(target, part)
    if not words:
        return [], 0
    known = {(target.pk, part), *((publication.pk, kind) for publication, kind in but)}
    found = [
        (publication, kind)
        for publication, kind, text in _read_shown(words)
        if (publication.pk, kind) not in known and carries(publication, kind, text, words=words)
    ]
    keys = [publication.pk for publication, _ in found]
    in_force = set(Publication.objects.filter(pk__in=keys).in_force(at=None).values_list("pk", flat=True))
    rows = [Elsewhere(one, kind, is_in_force=kind == Part.TEXT and one.pk in in_force) for one, kind in found]
    rows.sort(key=lambda row: (row.is_in_force, row.publication.pk), reverse=True)
    return rows[:MOST_LISTED], max(0, len(rows) - MOST_LISTED)


def _read_shown(words: str) -> Iterable[tuple[Publication, Part, str]]:
    """What may say `words`, of every story: facts by the index of words, versions and notes by reading them."""
    facts = PublicationText.objects.filter(position__in=find_published(words, most=MOST_READ))
    cut = StoryVersion.objects.cut().order_by("-publication").values_list("publication", flat=True)[:MOST_READ]
    versions = PublicationText.objects.filter(position__in=list(cut))
    for text in (facts, versions):
        for row in text.select_related("position"):
            yield row.position, Part.TEXT, row.text
    for note in PublicationNote.objects.order_by("-position").select_related("position")[:MOST_READ]:
        yield note.position, Part.NOTE, note.text
