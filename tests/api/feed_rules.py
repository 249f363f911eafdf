"""The rules by which the W3C feed validator judges an Atom feed, errors and warnings, under the names it gives them.

What it says of a feed of ours, offline. Names and conditions are those of its documentation, and RFC 4287's.
"""

import re
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

NAMESPACE = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
MIME = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOOKS_LIKE_HTML = re.compile(r"</?[A-Za-z][^<>]*>|&(#\d+|#x[0-9a-fA-F]+|[A-Za-z]+);")
HARMLESS_HTML = re.compile(r"<br>|[^<>]")
RELATIONS = {"self", "alternate", "next", "previous", "first", "last"}

FEED = {"id": 1, "title": 1, "updated": 1, "author": None, "link": None, "entry": None}
ENTRY = {"id": 1, "title": 1, "updated": 1, "published": 1, "link": None, "category": None, "content": 1}
"""Element → how often it may stand there at most (None: as often as it likes)."""


def faults_of(content: bytes, *, location: str, content_type: str) -> list[str]:
    """What the validator would say of the feed `content`, read at `location` as `content_type`; empty when nothing."""
    said = [] if content_type.split(";")[0] == "application/atom+xml" else ["UnexpectedContentType"]
    try:
        feed = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        return [*said, "SAXError"]
    if feed.tag != f"{NAMESPACE}feed":
        return [*said, "UndefinedElement"]
    said += _element(feed, FEED, required=("id", "title", "updated"))
    said += _links(feed)
    said += [] if feed.find(f"{NAMESPACE}author/{NAMESPACE}name") is not None else ["MissingElement"]
    names = [child.tag.removeprefix(NAMESPACE) for child in feed]
    if "entry" in names and set(names[names.index("entry") :]) != {"entry"}:
        said.append("MisplacedMetadata")
    own = [link.get("href") for link in feed.findall(f"{NAMESPACE}link") if link.get("rel") == "self"]
    said += [] if own else ["MissingSelf"]
    said += [] if own in ([], [location]) else ["SelfDoesntMatchLocation"]
    entries = feed.findall(f"{NAMESPACE}entry")
    for entry in entries:
        said += _element(entry, ENTRY, required=("id", "title", "updated"))
        said += _links(entry)
        said += [] if entry.find(f"{NAMESPACE}content") is not None else ["MissingTextualContent"]
    for name, fault in (("id", "DuplicateEntries"), ("updated", "DuplicateUpdated")):
        found = [entry.findtext(NAMESPACE + name) for entry in entries]
        said += [fault] if len(found) > len(set(found)) else []
    return said


def _element(parent: ElementTree.Element, known: dict[str, int | None], *, required: tuple[str, ...]) -> list[str]:
    said = []
    counts = Counter(child.tag.removeprefix(NAMESPACE) for child in parent)
    said += ["UndefinedElement" for name in counts if name not in known]
    said += ["DuplicateElement" for name, most in known.items() if most and counts[name] > most]
    said += ["MissingElement" for name in required if not counts[name]]
    for child in parent:
        name, text = child.tag.removeprefix(NAMESPACE), child.text or ""
        if name in ("updated", "published"):
            said += _date(text)
        elif name == "id":
            said += [] if URN.fullmatch(text) else ["InvalidFullLink"]
        elif name in ("title", "content"):
            said += _words(child, text)
        elif name == "category":
            said += [] if child.get("term") else ["MissingAttribute"]
    return said


def _date(text: str) -> list[str]:
    if not RFC_3339.fullmatch(text):
        return ["InvalidRFC3339Date"]
    moment = datetime.fromisoformat(text)
    return [] if moment.year >= 1970 and moment <= datetime.now(UTC) else ["ImplausibleDate"]


def _words(element: ElementTree.Element, text: str) -> list[str]:
    if not text.strip():
        return ["NotBlank"]
    kind = element.get("type", "text")
    if kind == "text":
        return ["ContainsUndeclaredHTML"] if LOOKS_LIKE_HTML.search(text) else []
    if kind != "html":
        return ["InvalidTextType"]
    return [] if HARMLESS_HTML.sub("", text) == "" else ["SecurityRisk"]


def _links(parent: ElementTree.Element) -> list[str]:
    said, alternates = [], []
    for link in parent.findall(f"{NAMESPACE}link"):
        relation, kind, address = link.get("rel", "alternate"), link.get("type"), link.get("href")
        said += [] if relation in RELATIONS else ["UnregisteredAtomLinkRel"]
        said += [] if kind is None or MIME.fullmatch(kind) else ["InvalidMIMEType"]
        said += [] if address and urlsplit(address).scheme in ("http", "https") else ["MissingHref"]
        said += ["AtomLinkNotEmpty"] if link.text or len(link) else []
        if relation == "alternate":
            alternates.append((kind, link.get("hreflang")))
    said += ["DuplicateAtomLink"] if len(alternates) > len(set(alternates)) else []
    return said
