"""Everything that is printed, and the one check that it names no protected source (rule: everything-printed).

`PRINTED` lists every member of every public document. What is about to be published is put together as the document
that the public will read, and looked through by this list: a member that is not in it is refused, not overlooked.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User

from stories.chain import Refused, digest
from stories.models import Claim, Ruling, Sighting, Source
from stories.provenance.protected import Protected, protected_sources
from stories.provenance.readers import is_reader
from stories.reading.disguises import key_of
from stories.stamps import Stamps

ONCE = ("source", "story", "by", "text_sha256")
"""A person's text is told once of a source in a story."""

SOMEBODY_MUST_LOOK = "Somebody who protects a source must look at this."


class Spot(StrEnum):
    """What of a public document holds words, as a refusal calls it."""

    WORDING = "wording"
    PUBLIC_NOTE = "public note"
    PASSAGE = "passage that will be cited"
    CITED_HEADLINE = "headline of the cited article"
    CITED_ADDRESS = "address of the cited article"
    OUTLET = "outlet of the cited article"
    SOURCE = "name of a source on the routes"
    SOURCE_SLUG = "slug of a source on the routes"
    STORY_TITLE = "title of the story"
    STORY_SLUG = "slug of the story"
    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    BLOCK = "block"
    CHANGE_NOTE = "change note"
    PUBLIC_NAME = "public name"
    UNLISTED = "member that nothing prints"


WAYS_OUT: dict[str, str] = {
    Spot.STORY_SLUG: "A slug never changes: go on in a story under another slug, and record its claims there.",
    Spot.SOURCE_SLUG: "A slug never changes: record that source under another slug, and credit it there.",
    Spot.PASSAGE: "List a passage that does not name it.",
    **dict.fromkeys((Spot.CITED_HEADLINE, Spot.CITED_ADDRESS), "List a passage of another article."),
}
"""What to do about a whole name in what nobody words anew; elsewhere the public name is written in its place."""

_STORY = {"story.slug": Spot.STORY_SLUG, "story.title": Spot.STORY_TITLE}
_SOURCE = {"slug": Spot.SOURCE_SLUG, "name": Spot.SOURCE, "kind": None}

PRINTED: dict[str, dict[str, Spot | None]] = {
    "fact": {
        **dict.fromkeys(("id", "revision", "kind", "language", "basis", "independent_sources")),
        **dict.fromkeys(("first_published_at", "revised_at", "url", "citations[].published_at")),
        **_STORY,
        "statement": Spot.WORDING,
        **{f"{where}.{name}": place for where in ("attributed_to[]", "rests_on[]", "routes[][]")
           for name, place in _SOURCE.items()},
        "citations[].outlet": Spot.OUTLET,
        "citations[].headline": Spot.CITED_HEADLINE,
        "citations[].url": Spot.CITED_ADDRESS,
        "citations[].quote": Spot.PASSAGE,
    },
    "version": {
        **dict.fromkeys(("number", "change_kind", "published_at", "url", "blocks[].facts[]")),
        **_STORY,
        "headline": Spot.HEADLINE,
        "standfirst": Spot.STANDFIRST,
        "blocks[].text": Spot.BLOCK,
        "change_note": Spot.CHANGE_NOTE,
    },
    "event": {
        **dict.fromkeys(("format", "position", "event", "at", "fact_id", "version", "ends", "suppresses", "hash")),
        **dict.fromkeys(("text_sha256", "salt", "correction.kind", "correction.replaced_by")),
        **dict.fromkeys(("correction.note_sha256", "note_sha256", "note_salt", "part", "because", "restores")),
        "story": Spot.STORY_SLUG,
        "correction.note": Spot.PUBLIC_NOTE,
        "note": Spot.PUBLIC_NOTE,
    },
    "story": {
        **dict.fromkeys(("current_version", "counts.facts", "counts.versions", "counts.corrections", "url")),
        "slug": Spot.STORY_SLUG,
        "title": Spot.STORY_TITLE,
    },
    "correction": {
        **dict.fromkeys(("position", "event", "fact_id", "version", "at", "kind", "replaced_by")),
        **dict.fromkeys(f"{side}.{name}" for side in ("old", "new") for name in ("revision", "published_at")),
        "note": Spot.PUBLIC_NOTE,
        "old.wording": Spot.WORDING,
        "new.wording": Spot.WORDING,
    },
    "source": {
        "public_name": Spot.PUBLIC_NAME,
    },
}  # fmt: skip
"""Document → member → what it is called where it holds words; None where it holds a number, a time, a vocabulary.

`[]` stands for every item of a list. An event's `text` is a fact or a version.
"""


@dataclass(frozen=True)
class Printed:
    """One text that is about to be printed, and what it is."""

    spot: Spot
    text: str


def read_document(kind: str, document: Any) -> list[Printed]:
    """Every text of `document`, a public document of the `kind` in `PRINTED`. KeyError for a member not listed."""
    return list(dict.fromkeys(_walk(PRINTED[kind], document, "")))


def read_published(kind: str, text: str) -> list[Printed]:
    """Every text of a document as it was published, canonical JSON; what is not listed is read as well.

    What somebody wrote behind the desk's back may have any shape, and hides nothing.
    """
    try:
        document = json.loads(text)
    except ValueError:
        return [Printed(Spot.UNLISTED, text)]
    return list(dict.fromkeys(_walk(_Lenient(PRINTED[kind]), document, "")))


class _Lenient(dict[str, Spot | None]):
    """A list of members that knows any."""

    def __missing__(self, path: str) -> Spot:
        return Spot.UNLISTED


def _walk(listed: dict[str, Spot | None], value: Any, path: str) -> Iterator[Printed]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _walk(listed, member, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _walk(listed, item, f"{path}[]")
    elif isinstance(value, str):
        spot = listed[path]
        if spot is not None and value:
            yield Printed(spot, value)


# ---- The check ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A protected source that one of the texts names; `surname` is its key when it is the surname alone."""

    source: Source
    printed: Printed
    words: str
    surname: str = ""


def find_names(texts: Sequence[Printed], *, story: str) -> list[Found]:
    """Which of `texts`, printed in the story of the slug `story`, name a protected source; one query when none is."""
    found = look_for(protected_sources(), texts)
    if not any(one.surname for one in found):
        return found
    others = others_of(story, [one.source.pk for one in found])
    return [one for one in found if not one.surname or (one.source.pk, one.surname) not in others]


def look_for(among: Iterable[Protected], texts: Sequence[Printed]) -> list[Found]:
    """Where `texts` name one of `among`, in full or by the surname alone, whatever was ruled. No query."""
    # Whether a name stands anywhere is asked of all texts at once: a version has very many, and most name nobody.
    whole = Printed(Spot.BLOCK, "\n\n".join(one.text for one in texts))
    suspected = [protected for protected in among if _look(protected, whole)]
    return [one for protected in suspected for text in texts if (one := _look(protected, text))]


def _look(protected: Protected, printed: Printed) -> Found | None:
    words = protected.find_in(printed.text)
    if words is not None:
        return Found(protected.source, printed, words)
    alone = protected.find_surname_in(printed.text)
    return None if alone is None else Found(protected.source, printed, alone[0], key_of(alone[1]))


def others_of(story: str, sources: Sequence[int]) -> set[tuple[int, str]]:
    """(source, surname) of which a reader says that it is another person in `story`: the newest ruling on each."""
    rows = Ruling.objects.filter(sighting__story=story, sighting__source__in=sources).order_by("at", "pk")
    newest = {
        (source, name): is_another
        for source, name, is_another in rows.values_list("sighting__source", "sighting__surname", "is_another")
    }
    return {key for key, is_another in newest.items() if is_another}


class NamesSomebody(Refused):
    """What was to be printed names a protected source; `sightings` are what its readers will be shown."""

    def __init__(self, reasons: Sequence[str], sightings: Sequence[Sighting]) -> None:
        super().__init__(list(dict.fromkeys(reasons)))
        self.sightings = list(sightings)

    def settle(self) -> None:
        """Put the sightings on record, each once a person and text; nothing else of the act was written."""
        for one in self.sightings:
            told = {name: getattr(one, name) for name in ONCE}
            rest = {field.name: getattr(one, field.name) for field in Sighting._meta.concrete_fields}
            Sighting.objects.get_or_create(**told, defaults={k: v for k, v in rest.items() if k not in (*ONCE, "id")})


def require_nobody_named(
    texts: Sequence[Printed], *, by: User, story: str, claim: Claim | None = None, stamps: Stamps
) -> None:
    """Refuse to print `texts` in the story of the slug `story` where one names a protected source.

    Who is on its reader list is told which text, and what to do; anybody else neither word nor source, and the list
    is told (rule: everything-printed). Raises `NamesSomebody`.
    """
    found = find_names(texts, story=story)
    if not found:
        return
    now, reasons, sightings = stamps.now(), [], []
    for one in found:
        knows = is_reader(by, one.source)
        reasons.append(_say(one) if knows else SOMEBODY_MUST_LOOK)
        if not knows or one.surname:
            sightings.append(
                Sighting(
                    source=one.source, place=one.printed.spot, story=story, claim=claim, text=one.printed.text,
                    text_sha256=digest(one.printed.text), words=one.words[:400], surname=one.surname,
                    by=by, by_username=by.get_username(), at=now,
                )
            )  # fmt: skip
    raise NamesSomebody(reasons, sightings)


def way_out(spot: str, called: str) -> str:
    """What to do where the text at `spot` holds the whole name of a source that is `called` so in public."""
    return WAYS_OUT.get(spot, f"Call it “{called}”.")


def _say(found: Found) -> str:
    """What a reader of the name is told."""
    called = found.source.public_name
    if not found.surname:
        return f"The {found.printed.spot} names a confidential source. {way_out(found.printed.spot, called)}"
    return (
        f"The {found.printed.spot} holds “{found.words}”, the surname of a confidential source ({called}). If it is "
        "another person, say so on the front page, under “Names to look at”; then it passes in this story."
    )
