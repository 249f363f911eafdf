"""What the made-up fact number n says, and about what: a pure function of the seed and n.

For load and nothing else: nobody could take these statements for news, and no person occurs in them. Since every
fact follows from its number alone, a load that was interrupted goes on as if it had not been.
"""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from uuid import UUID

from stories.choices import ArticleKind, Basis, ClaimKind, SourceKind

PREFIX = "load-"
"""Every slug of the load begins so."""

START = datetime(2024, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=30)
"""From one fact to the next."""

GROUP = 10
"""So many facts in a row stand in the same article."""

ENDS_AFTER = 50
"""A fact that is reworded or withdrawn is so when this many others have been confirmed after it."""

VERSION_EVERY = 100
"""Every so many facts a version of the story is cut."""

SOURCES = {"Outlet": 120, "Agency": 12, "Report": 40}
"""How many there are of each; the desk holds the reports."""
KINDS = {"Outlet": SourceKind.OUTLET, "Agency": SourceKind.AGENCY, "Report": SourceKind.DOCUMENT}
ENTRIES = 50_000
"""Among so many entry numbers every statement has one: the rare words of the search."""

OFFICES = (
    *("harbour office", "city council", "water board", "school inspectorate", "transport authority", "fire service"),
    *("land registry", "power company", "health department", "rail operator", "parks service", "audit office"),
)
ACTIONS = (
    *("counted", "registered", "approved", "inspected", "closed", "opened", "repaired", "ordered", "tested", "leased"),
    *("surveyed", "sold", "replaced", "listed", "licensed", "funded", "postponed", "cancelled", "moved", "measured"),
)
THINGS = (
    *("berths", "permits", "pumps", "classrooms", "carriages", "hydrants", "parcels", "meters", "beds", "signals"),
    *("benches", "invoices", "cranes", "bridges", "wells", "buses", "engines", "lamps", "sluices", "boilers"),
    *("archives", "gardens", "kitchens", "ferries", "tunnels", "antennas", "tanks", "gates", "ramps", "barges"),
)


@dataclass(frozen=True, slots=True)
class MadeUpSource:
    """One source of the load."""

    slug: str
    name: str
    kind: str

    @property
    def is_document(self) -> bool:
        """Whether it is a document, which the desk then holds."""
        return self.kind == SourceKind.DOCUMENT


@dataclass(frozen=True, slots=True)
class MadeUpArticle:
    """One article: who put it out, when, and its text: a sentence for every fact of its group."""

    slug: str
    outlet: MadeUpSource
    at: datetime
    text: str
    places: tuple[tuple[int, int], ...]
    """Where each fact's statement stands in the text."""

    @property
    def is_document(self) -> bool:
        """Whether it is a document that the desk holds."""
        return self.outlet.is_document

    @property
    def kind(self) -> str:
        """What kind of article it is."""
        return (ArticleKind.DOCUMENT if self.is_document else ArticleKind.PUBLISHED).value

    @property
    def headline(self) -> str:
        """Its headline."""
        return f"{self.outlet.name}: entries of {self.published}"

    @property
    def url(self) -> str:
        """Its address; nobody can ever own it (RFC 2606)."""
        return "" if self.is_document else f"https://{self.outlet.slug}.example/{self.slug}"

    @property
    def published(self) -> str:
        """The day on which it came out."""
        return self.at.date().isoformat()


@dataclass(frozen=True, slots=True)
class MadeUpFact:
    """Fact number `number`: everything about it but its place in ledger and log."""

    number: int
    uuid: UUID
    articles: tuple[MadeUpArticle, ...]
    passages: tuple[UUID, ...]
    """The id of its passage in each of `articles`."""
    salts: tuple[str, str, str]
    """Of its first text, of its second, and of the version that is cut after it."""
    story: int
    basis: str
    kind: str
    statement: str
    wording: str
    other_wording: str
    chains: tuple[tuple[MadeUpSource, ...], ...]
    """Of each passage: outlet first, origin last."""
    chance: int
    """0 to 99, equally likely: who is reworded and who withdrawn."""

    @property
    def at(self) -> datetime:
        """When work on it begins."""
        return START + self.number * STEP

    @property
    def says_document(self) -> bool:
        """Whether it reports the words of the document that its article is."""
        return self.basis == Basis.DOCUMENTED


def list_sources() -> Iterator[MadeUpSource]:
    """All sources of the load."""
    for name, count in SOURCES.items():
        yield from (made_up(name, number) for number in range(count))


def made_up(name: str, number: int) -> MadeUpSource:
    """Source number `number` of those called `name` (one of `SOURCES`)."""
    return MadeUpSource(f"{PREFIX}{name.lower()}-{number}", f"{name} {number}", KINDS[name].value)


def story_slug(story: int) -> str:
    """The slug of story number `story`."""
    return f"{PREFIX}story-{story}"


class Invention:
    """What is made up from one seed over so many stories."""

    def __init__(self, *, seed: int, stories: int) -> None:
        self.seed = seed
        # Zipf: the second story has half the facts of the first, the third a third, and so on.
        self.weights = list(accumulate(1 / rank for rank in range(1, stories + 1)))
        self.group = lru_cache(maxsize=8)(self.draw_group)

    def draw(self, what: str, number: int, size: int = 64) -> bytes:
        """`size` bytes (at most 64) of chance for `what` number `number`."""
        return blake2b(f"{self.seed}/{what}/{number}".encode(), digest_size=size).digest()

    def draw_group(self, group: int) -> tuple[str, tuple[tuple[MadeUpSource, ...], ...], tuple[MadeUpArticle, ...]]:
        """The basis of the facts in `group`, their chains, and the articles that they stand in."""
        chance = self.draw("group", group, 8)
        one = chance[1] % SOURCES["Outlet"]
        other = (one + 1 + chance[2] % (SOURCES["Outlet"] - 1)) % SOURCES["Outlet"]
        outlet, agency = made_up("Outlet", one), made_up("Agency", chance[3] % SOURCES["Agency"])
        chains: tuple[tuple[MadeUpSource, ...], ...]
        if chance[0] < 165:
            basis, chains = Basis.ATTRIBUTED, ((outlet, agency),)
        elif chance[0] < 240:
            basis, chains = Basis.CORROBORATED, ((outlet,), (made_up("Outlet", other),))
        else:
            basis, chains = Basis.DOCUMENTED, ((made_up("Report", chance[3] % SOURCES["Report"]),),)
        first = group * GROUP
        sentences = [self.state(number) for number in range(first, first + GROUP)]
        places, begin = [], 0
        for sentence in sentences:
            places.append((begin, begin + len(sentence)))
            begin += len(sentence) + 2
        text = ". ".join(sentences) + "."
        articles = tuple(
            MadeUpArticle(f"{PREFIX}article-{group}-{place}", chain[0], START + first * STEP, text, tuple(places))
            for place, chain in enumerate(chains)
        )
        return basis.value, chains, articles

    def state(self, number: int) -> str:
        """The statement of fact `number`, without its full stop."""
        chance = self.draw("statement", number, 16)
        office, action = OFFICES[chance[0] % len(OFFICES)], ACTIONS[chance[1] % len(ACTIONS)]
        thing, district = THINGS[chance[2] % len(THINGS)], chance[3] % 40 + 1
        count = int.from_bytes(chance[4:6], "big") + 2
        entry = int.from_bytes(chance[6:10], "big") % ENTRIES
        return f"The {office} {action} {count} {thing} in district {district}, entry n{entry}"

    def fact(self, number: int) -> MadeUpFact:
        """Fact number `number`."""
        group = number // GROUP
        basis, chains, articles = self.group(group)
        chance, more = self.draw("fact", number), self.draw("salt", number)
        share = int.from_bytes(self.draw("story", group, 8), "big") / 2**64
        statement = self.state(number)
        wording, other_wording = f"{statement}.", f"{statement}, in all."
        if basis == Basis.ATTRIBUTED:
            name = chains[0][-1].name
            wording = f"{statement}, {name} reports."
            other_wording = f"{name} reports that the{statement.removeprefix('The')}."
        kinds = (ClaimKind.FACT, ClaimKind.FACT, ClaimKind.FIGURE, ClaimKind.DATE)
        kind = ClaimKind.PLAN_TERM if basis == Basis.DOCUMENTED else kinds[chance[49] % 4]
        return MadeUpFact(
            number=number,
            uuid=UUID(bytes=chance[:16], version=4),
            articles=articles,
            passages=tuple(
                UUID(bytes=chance[begin : begin + 16], version=4) for begin in range(16, 16 + 16 * len(articles), 16)
            ),
            salts=(more[:16].hex(), more[16:32].hex(), more[32:48].hex()),
            story=bisect(self.weights, share * self.weights[-1]),
            basis=basis,
            kind=kind.value,
            statement=f"{statement}.",
            wording=wording,
            other_wording=other_wording,
            chains=chains,
            chance=int.from_bytes(chance[50:54], "big") % 100,
        )
