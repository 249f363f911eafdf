"""Which names are protected, whether a public name hides one, and where one stands in a text."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from stories.choices import SourceKind
from stories.models import Alias, Source
from stories.reading.disguises import find_name, key_of, surname_of
from stories.texts import PUBLIC_NAME, is_blank, reasons_against_text

PEOPLE = (SourceKind.PERSON, SourceKind.ANONYMOUS)


@dataclass(frozen=True)
class Protected:
    """A protected source with what it is called: whole names, and the last word of a person's name."""

    source: Source
    names: tuple[str, ...]
    surname: str

    @property
    def is_person(self) -> bool:
        """Whether it is called by initials and surname, too."""
        return self.source.kind in PEOPLE

    def find_in(self, text: str) -> str | None:
        """The words of `text` that name it in full; None when none do."""
        found = (find_name(text, name, is_person=self.is_person) for name in self.names)
        return next((words for words in found if words is not None), None)

    def find_surname_in(self, text: str) -> str | None:
        """The words of `text` that are its surname alone; None when none are."""
        return find_name(text, self.surname, is_person=True) if self.surname else None


def names_somebody(text: str) -> bool:
    """Whether the spelling `text` is a name at all: "he" and "the official" are none; scripts without capitals may."""
    return not any(map(str.islower, text)) or any(map(str.isupper, text))


def describe_protected(source: Source, spellings: Iterable[str]) -> Protected:
    """`source` with its name and those of its `spellings`, former ones too, that name it."""
    names = [source.name, *(text for text in spellings if names_somebody(text))]
    surname = surname_of(source.name) if source.kind in PEOPLE else ""
    return Protected(source, tuple(dict.fromkeys(names)), surname)


def protected_sources() -> list[Protected]:
    """Every protected source. What its public name is called, word for word, is no secret and is not looked for."""
    sources = Source.objects.filter(confidential=True).order_by("slug")
    spellings = _spellings_of_protected()
    found = []
    for one in sources:
        made = describe_protected(one, spellings[one.pk])
        public = key_of(one.public_name)
        secret = tuple(name for name in made.names if key_of(name) != public)
        found.append(Protected(one, secret, made.surname if secret else ""))
    return found


def _spellings_of_protected() -> dict[int, list[str]]:
    spellings: dict[int, list[str]] = defaultdict(list)
    rows = Alias.objects.filter(source__confidential=True).order_by("pk")
    for source, text in rows.values_list("source", "text"):
        spellings[source].append(text)
    return spellings


# ---- A public name hides --------------------------------------------------------------------------------------


def reasons_against_public_name(source: Source, *, spellings: Iterable[str]) -> list[str]:
    """Why the public name of `source`, which may be about to be saved, hides nobody (rule: public-name-hides).

    It is blank, holds the name, one of the `spellings` or a person's surname, or is what another source is called.
    """
    public = source.public_name
    if is_blank(public):
        return ["The public name is blank: give one that readers can be shown, e.g. a senior official."]
    if unfit := reasons_against_text(PUBLIC_NAME, public):
        return unfit
    own = describe_protected(source, spellings)
    words = own.find_in(public) or own.find_surname_in(public)
    if words is not None:
        return [f"The public name holds “{words}”, which is the name or a spelling of the source: it hides nobody."]
    if _is_anothers(public, but=source):
        return ["The public name is what another source is called: readers would take the one for the other."]
    return []


def _is_anothers(public: str, *, but: Source) -> bool:
    """Whether `public` is the name or a spelling of another source in the open. Protected ones are `find_names`'s."""
    key = key_of(public)
    names = Source.objects.filter(confidential=False).exclude(pk=but.pk).values_list("name", flat=True)
    aliases = Alias.objects.filter(source__confidential=False).exclude(source=but.pk).values_list("text", flat=True)
    return any(key_of(text) == key for rows in (names, aliases) for text in rows.iterator() if names_somebody(text))
