"""Asking the API everything: requests over every public address and parameter, and answers to compare byte by byte."""

import itertools
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from stories.choices import Basis, ClaimKind
from stories.models import Publication, PublicationSource

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]
"""Status, headers but Date, body."""


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join([self.method, self.path, *(f"{name}: {value}" for name, value in self.headers)])


def answer(ask: Ask, client: Client) -> Answer:
    """What the desk answers to `ask`."""
    response: Any = client.generic(ask.method, ask.path, headers=dict(ask.headers))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = sorted((name, value) for name, value in response.headers.items() if name != "Date")
    return response.status_code, tuple(headers), body


def answers_to(asks: Iterable[Ask]) -> dict[Ask, Answer]:
    """The answer to each of `asks`."""
    client = Client(raise_request_exception=False)
    return {ask: answer(ask, client) for ask in asks}


def differences(before: dict[Ask, Answer], after: dict[Ask, Answer]) -> list[str]:
    """The requests that are answered differently, each with both answers."""
    return [f"{ask}\n  {before[ask]}\n  {after[ask]}" for ask in before if before[ask] != after[ask]]


# ---- Every public address -------------------------------------------------------------------------------------

API = "api/"
SLOW = ("api/schema/", "api/docs/")
"""Nothing of the desk's data is in them; asked once, without variations."""


@dataclass(frozen=True)
class Address:
    """A public address: its path with `{name}` for what varies, the kinds of these, parameters and media types."""

    path: str
    converters: dict[str, str]
    parameters: tuple[str, ...]
    media_types: tuple[str, ...]


def public_addresses() -> list[Address]:
    """Every address of the API, as the URL configuration has them."""
    return [one for one in _walk(get_resolver().url_patterns, "") if one.path.startswith(API)]


def _walk(patterns: Iterable[Any], prefix: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not route.endswith("^"):  # ^ catches what has no other address
            view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
            known = getattr(getattr(view, "parameters", None), "base_filters", {})
            converters = {name: type(one).__name__ for name, one in pattern.pattern.converters.items()}
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
            media_types = tuple(renderer.media_type for renderer in getattr(view, "renderer_classes", ()))
            yield Address(path, converters, tuple(known), media_types)


# ---- What to fill in ------------------------------------------------------------------------------------------

BAD = ("", "0", "-1", "1.5", "zzz", "9" * 30, "%00", "'", "é")
TIMES = ("2025-11-21T12:00:30Z", "2025-11-21", "1999-01-01T00:00:00Z", "2030-01-01", "yesterday")


@dataclass
class Words:
    """What to fill in: names that were published, names that were not (and may or may not exist), and nonsense."""

    uuids: list[str]
    slugs: list[str]
    sources: list[str]
    words: list[str]
    head: int
    numbers: list[str] = field(default_factory=lambda: ["1", "2", "1", "2", "0", "3", "99"])

    def of_path(self, converter: str) -> list[str]:
        """Values for a part of a path."""
        known = {"FactIdConverter": self.uuids, "SlugConverter": self.slugs, "IntConverter": self.numbers}
        return known.get(converter, [*self.slugs, *self.numbers, "now"])

    def of_parameter(self, name: str) -> list[str]:
        """Values for a parameter, good and bad."""
        positions = [str(number) for number in range(self.head + 2)]
        good = {
            "story": self.slugs,
            "source": self.sources,
            "basis": Basis.values,
            "kind": ClaimKind.values,
            "language": ["en", "uk"],
            "min_sources": ["0", "1", "2", "3"],
            "page_size": ["1", "2", "3", "100"],
            "at": positions,
            "after": positions,
            "q": self.words,
            "cursor": ["zzz"],
        }.get(name, list(TIMES))
        return [*(good * (1 + 60 // len(good))), *BAD]  # most are answered: a refusal proves little


def words_of_log() -> Words:
    """Everything that the public log of this database names."""
    rows = Publication.objects.order_by("position")
    return Words(
        uuids=[str(one) for one in rows.facts().values_list("fact_id", flat=True)],
        slugs=list(rows.values_list("story", flat=True)),
        sources=list(PublicationSource.objects.order_by("pk").values_list("slug", flat=True)),
        words=["the", "a", "nowhere"],
        numbers=[str(one) for one in rows.filter(version__isnull=False).values_list("version", flat=True)] + ["99"],
        head=rows.count(),
    )


ACCEPTS = ("*/*", "application/json", "text/csv", "application/x-ndjson", "text/html", "application/xml", "x")
METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")


def make_asks(words: Words, *, seed: int, times: int) -> list[Ask]:
    """Requests over every public address: plain for every name, with each parameter, and `times` random variations."""
    chance = random.Random(seed)
    asks: list[Ask] = []
    for address in public_addresses():
        if address.path in SLOW:
            asks.append(Ask(f"/{address.path}"))
            continue
        asks += _plain_asks(address, words, chance)
        for name in [*address.parameters, "unknown"]:
            asks.append(_ask(address, words, chance, [name]))
        for _ in range(times):
            names = chance.sample(address.parameters, min(len(address.parameters), chance.randrange(4)))
            asks.append(_ask(address, words, chance, names, varied=True))
    asks += [Ask(f"/api/{path}") for path in ("", "v1/", "v2/facts/", "v1/facts", "v1/facts/no-id/", "v1/decisions/")]
    return list(dict.fromkeys(asks))


MOST_PLAIN = 60


def _plain_asks(address: Address, words: Words, chance: random.Random) -> list[Ask]:
    """The address with every combination of names (of very many, some), without parameters."""
    names = [dict.fromkeys(words.of_path(converter)) for converter in address.converters.values()]
    combined = list(itertools.product(*names))
    chosen = chance.sample(combined, min(len(combined), MOST_PLAIN))
    paths = [address.path.format(**dict(zip(address.converters, values, strict=True))) for values in chosen]
    return [Ask(f"/{path}") for path in paths]


def _ask(address: Address, words: Words, chance: random.Random, names: list[str], *, varied: bool = False) -> Ask:
    parts = {name: chance.choice(words.of_path(converter)) for name, converter in address.converters.items()}
    query = [(name, chance.choice(words.of_parameter(name))) for name in names]
    if varied and query and chance.random() < 0.05:
        query.append(query[0])
    path = "/" + address.path.format(**parts) + (f"?{urlencode(query)}" if query else "")
    headers = []
    if varied and chance.random() < 0.15:
        headers.append(("accept", chance.choice([*address.media_types, *ACCEPTS])))
    if varied and chance.random() < 0.1:
        headers.append(("if-none-match", chance.choice(['"x"', "*"])))
    method = chance.choice(METHODS) if varied and chance.random() < 0.1 else "GET"
    return Ask(path, method, tuple(headers))


CURSOR = re.compile(rb'"(?:next|previous)":"([^"]+)"')
ETAG = re.compile(r'"[0-9a-f]{32}"')


def follow_up(answers: dict[Ask, Answer]) -> list[Ask]:
    """What a reader asks next: the pages beside each page, and each answer again with its entity tag."""
    asks = []
    for ask, (status, headers, body) in answers.items():
        if status == 200 and ask.method == "GET":
            asks += [Ask(path.decode(), "GET", ask.headers) for path in CURSOR.findall(body)]
            etag = dict(headers).get("ETag")
            if etag and ETAG.fullmatch(etag):
                asks.append(Ask(ask.path, "GET", (*ask.headers, ("if-none-match", etag))))
    return list(dict.fromkeys(asks))
