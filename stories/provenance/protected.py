"""Which names are protected, whether a public name hides one, and where one stands in a text."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.text import slugify

from stories.choices import SourceKind
from stories.models import Alias, FormerName, Source
from stories.reading.disguises import find_any, find_name, key_of, surname_of
from stories.texts import PUBLIC_NAME, is_blank, reasons_against_text

SHORTEST_TELLING = 4
"""So many letters has a word by which a slug tells a name."""

HIDDEN = "(protected)"
"""What a command prints in the place of a protected name."""

PEOPLE = (SourceKind.PERSON, SourceKind.ANONYMOUS)


@dataclass(frozen=True)
class Protected:
    """A protected source with what it is and was called: whole names, and the last words of a person's names."""

    source: Source
    names: tuple[str, ...]
    surnames: tuple[str, ...]

    @property
    def is_person(self) -> bool:
        """Whether it is called by initials and surname, too."""
        return self.source.kind in PEOPLE

    def find_in(self, text: str) -> str | None:
        """The words of `text` that name it in full; None when none do."""
        return find_any(text, self.names, is_person=self.is_person)

    def find_surname_in(self, text: str) -> tuple[str, str] | None:
        """The words of `text` that are a surname of it alone, and the surname; None when none are."""
        for surname in self.surnames:
            if (words := find_name(text, surname, is_person=True)) is not None:
                return words, surname
        return None


def names_somebody(text: str) -> bool:
    """Whether the spelling `text` is a name at all: "he" and "the official" are none; scripts without capitals may."""
    return not any(map(str.islower, text)) or any(map(str.isupper, text))


def describe_protected(source: Source, *, spellings: Iterable[str], former: Iterable[str]) -> Protected:
    """`source` as it is called, and was: those of its `spellings` and `former` names that name it."""
    own = [source.name, *filter(names_somebody, former)]
    surnames = dict.fromkeys(map(surname_of, own)) if source.kind in PEOPLE else {}
    names = dict.fromkeys([*own, *filter(names_somebody, spellings)])
    return Protected(source, tuple(names), tuple(filter(None, surnames)))


def protected_sources() -> list[Protected]:
    """Every protected source. What its public name says word for word is no secret, and is not looked for."""
    sources = list(Source.objects.filter(confidential=True).order_by("slug"))
    if not sources:
        return []
    spellings, former = (_texts_of_protected(model) for model in (Alias, FormerName))
    found = []
    for source in sources:
        one = describe_protected(source, spellings=spellings[source.pk], former=former[source.pk])
        public = key_of(source.public_name)
        secret = tuple(name for name in one.names if key_of(name) != public)
        found.append(Protected(source, secret, one.surnames if key_of(source.name) != public else ()))
    return found


def _texts_of_protected(model: type[Alias | FormerName]) -> dict[int, list[str]]:
    texts: dict[int, list[str]] = defaultdict(list)
    rows = model._default_manager.filter(source__confidential=True).order_by("pk")
    for source, text in rows.values_list("source", "text"):
        texts[source].append(text)
    return texts


# ---- A public name hides --------------------------------------------------------------------------------------


def reasons_against_public_name(source: Source, *, spellings: Iterable[str], former: Iterable[str] = ()) -> list[str]:
    """Why the public name of `source`, which may be about to be saved, hides nobody (rule: public-name-hides).

    It is blank, holds the name, a `former` one, one of the `spellings` or a person's surname, or is what another
    source is called.
    """
    public = source.public_name
    if reasons := reasons_against_public_words(source):
        return reasons
    own = describe_protected(source, spellings=spellings, former=former)
    words = own.find_in(public)
    if words is None and (surname := own.find_surname_in(public)):
        words = surname[0]
    if words is None:
        return []
    return [f"The public name holds “{words}”, which the source is called: it hides nobody. Good: a senior official."]


def reasons_against_public_words(source: Source) -> list[str]:
    """Why nobody can be called by the public name of `source`, as far as anybody may know."""
    public = source.public_name
    if is_blank(public):
        return ["The public name is blank: give one that readers can be shown. Good: a senior official."]
    if unfit := reasons_against_text(PUBLIC_NAME, public):
        return unfit
    key = key_of(public)
    names = Source.objects.filter(confidential=False).exclude(pk=source.pk).values_list("name", flat=True)
    aliases = Alias.objects.filter(source__confidential=False).exclude(source=source.pk).values_list("text", flat=True)
    if any(key_of(text) == key for rows in (names, aliases) for text in rows.iterator() if names_somebody(text)):
        return ["The public name is what another source is called: readers would take the one for the other."]
    return []


def reasons_against_slug(source: Source) -> list[str]:
    """Why `source`, which is about to be recorded as protected, cannot have its slug: it tells the name, and stays."""
    own = describe_protected(source, spellings=(), former=())
    if own.find_in(source.slug) is None and own.find_surname_in(source.slug) is None:
        return []
    return ["The slug tells the name, and it never changes: type one that does not. Good: source-17."]


def telling_slugs() -> dict[str, str]:
    """The slugs that hold a word of a protected source's names, from before it was, and what the desk shows instead."""
    return {
        one.source.slug: f"protected-{one.source.pk}"
        for one in protected_sources()
        if _long_words(one.names) & set(one.source.slug.split("-"))
    }


def hide_slugs(text: str) -> str:
    """`text` with what the desk shows instead of each slug in it that tells a protected name."""
    return _write_instead(text, telling_slugs())


def name_hider() -> Callable[[str], str]:
    """What takes slugs that tell a protected name, and whole protected names, out of lines that a command prints."""
    protected, slugs = protected_sources(), telling_slugs()

    def hide(line: str) -> str:
        line = _write_instead(line, slugs)
        for one in protected:
            for _ in one.names:
                line = line.replace(one.find_in(line) or HIDDEN, HIDDEN)
        return line

    return hide


def _write_instead(text: str, slugs: Mapping[str, str]) -> str:
    for slug, instead in slugs.items():
        text = re.sub(rf"(?<![\w-]){re.escape(slug)}(?![\w-])", instead, text)
    return text


def _long_words(names: Iterable[str]) -> set[str]:
    """The words of `names` as a slug spells them, but for short ones, which any name may hold."""
    return {word for name in names for word in slugify(name).split("-") if len(word) >= SHORTEST_TELLING}


def reasons_against_name(source: Source) -> list[str]:
    """Why `source`, which is not protected, cannot be called so: it is what a protected one is called in public."""
    key = key_of(source.name)
    taken = Source.objects.filter(confidential=True).exclude(pk=source.pk).values_list("public_name", flat=True)
    if names_somebody(source.name) and any(key_of(text) == key for text in taken.iterator()):
        return ["This is the public name of a protected source: readers would take the one for the other."]
    return []
