"""The small shared world of the tests: one story, two outlets, an agency, a document, three desk people."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, User
from django.db.models import Model

from stories.changes.writing import save_on_record
from stories.choices import EDITORS, REPORTERS
from stories.models import Alias, Article, ChainLink, Claim, Decision, Evidence, NameReader, Source, Story
from stories.stamps import LiveStamps
from stories.verification import confirm, newest_decision, propose

NOON = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)


class SteadyStamps(LiveStamps):
    """A clock that advances one second at every look."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def anybody() -> User:
    """Somebody with an account, in whose name a test changes what is not its subject."""
    return User.objects.filter(is_active=True).order_by("pk").first() or User.objects.create_user("somebody")


def on_record(rows: Any, **columns: Any) -> None:
    """Give `rows` (a row, a manager or a queryset) other `columns`, as the desk does: on record."""
    for row in [rows] if isinstance(rows, Model) else rows.all():
        for name, value in columns.items():
            setattr(row, name, value)
        save_on_record(row, by=anybody(), reason="A test changes it.")


def retire(rows: Any, *, at: datetime | None) -> None:
    """Retire `rows` of passages or voices at a time of the test's choice."""
    rows.update(retired_at=at, retired_by=anybody())


class World:
    """Everything a test needs, made on demand and found again by name."""

    def __init__(self) -> None:
        self.stamps = SteadyStamps()
        self.reporter = self.person("reporter", REPORTERS)
        self.editor = self.person("editor", EDITORS)
        self.second_editor = self.person("second-editor", EDITORS)
        self.story = Story.objects.create(slug="harbour", title="The harbour", created_at=NOON)
        for slug, name, kind in (
            ("courier", "The Courier", "outlet"),
            ("mirror", "The Mirror", "outlet"),
            ("wire", "Wire", "agency"),
            ("report", "Harbour report", "document"),
            ("minister", "Minister of Harbours", "person"),
            ("official", "a harbour official", "anonymous-person"),
        ):
            self.source(slug, name, kind)

    def person(self, username: str, group: str | None = None, **fields: Any) -> User:
        """A desk member, named by role; found when the desk has them already."""
        found = User.objects.filter(username=username).first()
        user = found or User.objects.create_user(username, is_staff=True, **fields)
        if group:
            user.groups.add(Group.objects.get_or_create(name=group)[0])
        return user

    def source(self, slug: str, name: str = "", kind: str = "outlet", **fields: Any) -> Source:
        """The source `slug`, made when it is new."""
        return Source.objects.get_or_create(slug=slug, defaults={"name": name or slug, "kind": kind, **fields})[0]

    def protected(self, slug: str, name: str, public_name: str, *readers: User, kind: str = "person") -> Source:
        """A protected source, with `readers` on its list."""
        source = self.source(slug, name, kind, confidential=True, public_name=public_name)
        for one in readers:
            NameReader.objects.create(source=source, person=one, added_by=one, added_at=NOON)
        return source

    def alias(self, slug: str, text: str, *, printable: bool = True) -> Alias:
        """A spelling of a source."""
        alias = Alias(source=self.source(slug), text=text, printable=printable)
        save_on_record(alias, by=self.reporter, stamps=self.stamps)
        return alias

    def article(self, outlet: str | None, text: str, **fields: Any) -> Article:
        """An article of `outlet` with exactly `text`."""
        number = Article.objects.count() + 1
        values: dict[str, Any] = {
            "slug": f"article-{number}",
            "story": self.story,
            "outlet": self.source(outlet) if outlet else None,
            "received_at": NOON,
            "text": text,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "body_start": 0,
            "body_end": len(text),
        }
        return Article.objects.create(**values | fields)

    def claim(self, statement: str = "The harbour is closed.", kind: str = "fact", **fields: Any) -> Claim:
        """A claim of the story."""
        return Claim.objects.create(story=self.story, statement=statement, kind=kind, created_at=NOON, **fields)

    def passage(
        self,
        claim: Claim,
        *chain: str,
        quote: str = "The harbour is closed",
        article: Article | None = None,
        **fields: Any,
    ) -> Evidence:
        """A passage for `claim` with the chain `chain`, outlet first, in an article made for it."""
        article = article or self.article(chain[0] if chain else None, f"{quote}.", **self._kind(chain))
        start = article.text.index(quote)
        end = start + len(quote)
        values: dict[str, Any] = {"start": start, "end": end, "quote": quote, "created_at": NOON}
        values["recorded_by"] = self.reporter
        values |= {"retired_by": self.reporter} if fields.get("retired_at") else {}
        values |= {"prefix": article.text[max(0, start - 32) : start], "suffix": article.text[end : end + 32]}
        values["uuid"] = UUID(int=Evidence.objects.count() + 1)  # snapshots and refusals keep the order of making
        evidence = Evidence.objects.create(claim=claim, article=article, **values | fields)
        for place, slug in enumerate(chain):
            ChainLink.objects.create(evidence=evidence, place=place, source=self.source(slug))
        return evidence

    def _kind(self, chain: tuple[str, ...]) -> dict[str, str]:
        return {} if chain else {"kind": "own-note"}

    def proposal(self, claim: Claim, *passages: Evidence, **fields: Any) -> Decision:
        """An open proposal by the reporter to print what Wire reports."""
        newest = newest_decision(claim)
        values: dict[str, Any] = {
            "by": self.reporter,
            "wording": "The harbour is closed, Wire reports.",
            "basis": "attributed",
            "rationale": "Both carry it from Wire.",
            "passages": passages,
            "follows": newest.seq if newest else None,
            "stamps": self.stamps,
        }
        return propose(claim, **values | fields)

    def fact(self, claim: Claim | None = None, **fields: Any) -> Claim:
        """A claim with a fact in force: proposed by the reporter, confirmed by the editor."""
        claim = claim or self.claim()
        passage = claim.evidence.first() or self.passage(claim, "courier", "wire")
        self.sign(self.proposal(claim, passage, **fields))
        return claim

    def sign(self, proposal: Decision) -> Decision:
        """The editor's signature under `proposal`."""
        return confirm(proposal, by=self.editor, stamps=self.stamps)
