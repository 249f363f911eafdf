"""The seeds' newsroom day, run through the desk's own code: reading.yaml and decisions.yaml → rows.

Nothing is written around the verbs: articles come in by intake, facts go out by two people. Times, ids and salts
come from a scripted stamps, so that two runs give the same bytes.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet

from stories.changes.writing import save_on_record
from stories.choices import AUDITORS, EDITORS, REPORTERS, DisagreementState
from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.disagreements.discrepancies import close_discrepancy
from stories.intake.articles import register_article
from stories.intake.passages import add_evidence
from stories.intake.plain_text import UnreadableSeed, read_seed
from stories.models import Alias, Article, Claim, Contradiction, Decision, Evidence, Source, Story, StoryVersion
from stories.provenance.voices import record_voice
from stories.verification import confirm, dispute, newest_decision, propose, return_proposal
from stories.versions.compose import wordings_in_force
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft

NAMESPACE = uuid.UUID("5d1c6b1e-2f0b-5c52-9a57-0f6d3e8a4b11")

UNUSABLE_PASSWORD = "!"  # noqa: S105

DEMO_ACCOUNTS = {"reporter": REPORTERS, "editor": EDITORS, "second-editor": EDITORS, "auditor": AUDITORS}
"""User name → group; people are named by role."""

STATES = {"resolve": DisagreementState.RESOLVED, "dismiss": DisagreementState.DISMISSED}


class ScriptedStamps:
    """The time of the present step, a millisecond later at every look; ids and salts made from names."""

    def __init__(self, time: datetime) -> None:
        self.time = time

    def now(self) -> datetime:
        """The scripted time."""
        now = self.time
        self.time += timedelta(milliseconds=1)
        return now

    def uuid(self, name: str) -> uuid.UUID:
        """Always the same id for the same name."""
        return uuid.uuid5(NAMESPACE, name)

    def salt(self, name: str) -> str:
        """Always the same salt for the same name."""
        return hashlib.sha256(f"salt/{name}".encode()).hexdigest()[:32]


class ScriptError(Exception):
    """A step of the script that cannot be run; the message names it."""


def read_script(path: Path, *, part: str) -> dict[str, Any]:
    """The YAML at `path`, which says `part` among others; `UnreadableSeed`, in one line that names the file, if not."""
    try:
        script = yaml.load(read_seed(path), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise UnreadableSeed(f"cannot read the seed {path}: {' '.join(str(error).split())}") from error
    if not isinstance(script, dict) or part not in script:
        raise UnreadableSeed(f"cannot read the seed {path}: it has no “{part}”")
    return script


class Newsday:
    """One run of the script into an empty, migrated database."""

    def __init__(self, seeds: Path) -> None:
        self.seeds = seeds
        self.reading = read_script(seeds / "reading.yaml", part="articles")
        self.steps: list[dict[str, Any]] = read_script(seeds / "decisions.yaml", part="steps")["steps"]
        self.articles = {article["slug"]: article for article in self.reading["articles"]}
        self.stamps = ScriptedStamps(self.steps[0]["at"].astimezone(UTC) - timedelta(minutes=1))
        self.claims: dict[str, Claim] = {}
        self.passages: dict[str, Evidence] = {}
        self.verbs: dict[str, Callable[[dict[str, Any], User], object]] = {
            "receive": self._receive,
            "propose": self._propose,
            "confirm": self._confirm,
            "return": self._return,
            "dispute": self._dispute,
            "resolve": self._close,
            "dismiss": self._close,
            "draft": self._draft,
            "cut": self._cut,
        }

    def run(self) -> None:
        """Run all steps in order; `ScriptError` names the one that fails."""
        self._create_people()
        self._create_sources()
        for step in self.steps:
            verb = next(iter(self.verbs.keys() & step.keys()), None)
            where = f"decisions.yaml, {step.get('at')}: {verb} {step.get(verb or '')}"
            if verb is None:
                raise ScriptError(f"{where}: a step has one of {', '.join(self.verbs)}")
            self.stamps.time = step["at"].astimezone(UTC)
            try:
                self.verbs[verb](step, User.objects.get(username=step["by"]))
            except Exception as error:
                raise ScriptError(f"{where}: {error}") from error

    def _create_people(self) -> None:
        for username, group in DEMO_ACCOUNTS.items():
            account = {"password": UNUSABLE_PASSWORD, "is_staff": True, "date_joined": self.stamps.time}
            user = User.objects.create(username=username, **account)
            user.groups.add(Group.objects.get(name=group))

    def _create_sources(self) -> None:
        self.story = Story.objects.create(**self.reading["story"], created_at=self.stamps.time)
        reader = User.objects.get(username=self.steps[0]["by"])
        for one in sorted(self.reading["sources"], key=lambda one: "institution" in one):
            fields = {name: one[name] for name in ("slug", "name", "kind", "public_name", "notes") if name in one}
            if "institution" in one:
                fields["institution"] = Source.objects.get(slug=one["institution"])
            source = Source.objects.create(**fields)
            for kind, spellings in one.get("aliases", {}).items():
                for text in spellings:
                    alias = Alias(source=source, text=text, printable=kind == "printable")
                    save_on_record(alias, by=reader, stamps=self.stamps)

    def _receive(self, step: dict[str, Any], by: User) -> None:
        described = self.articles[step["receive"]]
        article = register_article(
            read_seed(self.seeds / described["file"]),
            slug=described["slug"],
            story=self.story,
            outlet=Source.objects.get(slug=described["outlet"]),
            **{name: described[name] for name in ("kind", "language", "url")},
            received_at=self.stamps.now(),
        )
        for voice in self.reading["voices"]:
            if voice["with"] == described["key"]:
                sources = (Source.objects.get(slug=voice[name]) for name in ("source", "same_as"))
                record_voice(*sources, by=by, reason=voice["reason"], stamps=self.stamps)
        for claim in self.reading["claims"]:
            passages = [one for one in claim["passages"] if one["id"].startswith(f"{described['key']}#")]
            if passages:
                self._read_claim(claim, passages, article, by)
        for one in self.reading["contradictions"]:
            if one["with"] == described["key"]:
                first, second = (self.claims[name] for name in one["between"])
                open_contradiction(first, second, by=by, note=one["note"], stamps=self.stamps)

    def _read_claim(
        self, described: dict[str, Any], passages: list[dict[str, Any]], article: Article, by: User
    ) -> None:
        name = described["id"]
        if name not in self.claims:
            says = described.get("says")
            self.claims[name] = Claim.objects.create(
                uuid=self.stamps.uuid(f"claim/{name}"),
                story=self.story,
                **{field: described[field] for field in ("statement", "kind", "note") if field in described},
                says=Source.objects.get(slug=says) if says else None,
                created_at=self.stamps.now(),
            )
        claim = self.claims[name]
        for passage in passages:
            evidence = add_evidence(
                claim,
                article,
                by=by,
                start=passage["start"],
                end=passage["end"],
                chain=[Source.objects.get(slug=slug) for slug in passage["chain"]],
                attribution=passage.get("attribution", ""),
                inferred=passage.get("inferred", False),
                stamps=self.stamps,
            )
            if evidence.quote != passage["quote"]:
                raise ScriptError(f"reading.yaml, {name} {passage['id']}: the article says “{evidence.quote}” there")
            self.passages[f"{name} {passage['id']}"] = evidence

    def _propose(self, step: dict[str, Any], by: User) -> None:
        propose(
            self.claims[step["propose"]],
            by=by,
            wording=step["wording"],
            basis=step["basis"],
            passages=[self.passages[f"{step['propose']} {name}"] for name in step["passages"]],
            accepts_inferred=step.get("accepts_inferred", False),
            **self._follow(step, step["propose"]),
        )

    def _follow(self, step: dict[str, Any], name: str) -> dict[str, Any]:
        """What `step` says like every decision on the claim `name`, and the decision that it follows."""
        newest = newest_decision(self.claims[name])
        return {
            "rationale": step["rationale"],
            "follows": newest.seq if newest else None,
            "correction_kind": step.get("correction_kind", ""),
            "public_note": step.get("public_note", ""),
            "stamps": self.stamps,
        }

    def _newest(self, name: str) -> Decision:
        newest = newest_decision(self.claims[name])
        if newest is None:
            raise ScriptError("nothing was proposed")
        return newest

    def _confirm(self, step: dict[str, Any], by: User) -> None:
        confirm(self._newest(step["confirm"]), by=by, rationale=step.get("rationale", ""), stamps=self.stamps)

    def _return(self, step: dict[str, Any], by: User) -> None:
        return_proposal(self._newest(step["return"]), by=by, rationale=step["reason"], stamps=self.stamps)

    def _dispute(self, step: dict[str, Any], by: User) -> None:
        dispute(self.claims[step["dispute"]], by=by, **self._follow(step, step["dispute"]))

    def _close(self, step: dict[str, Any], by: User) -> None:
        verb = "resolve" if "resolve" in step else "dismiss"
        target, how = step[verb], {"by": by, "state": STATES[verb], "reason": step["reason"], "stamps": self.stamps}
        close: Callable[..., object]
        rows: QuerySet[Any]
        if "contradiction" in target:
            first, second = sorted((self.claims[name] for name in target["contradiction"]), key=lambda one: one.pk)
            close, rows = close_contradiction, Contradiction.objects.open().filter(first=first, second=second)
        else:
            close, rows = close_discrepancy, self.claims[target["discrepancy"]].discrepancies.open()
            rows = rows.filter(kind=target["kind"])
        for row in (opened := list(rows)):
            close(row, **how)
        if not opened:
            raise ScriptError(f"there is nothing open to {verb}")

    def _draft(self, step: dict[str, Any], by: User) -> None:
        facts = {block["fact"]: str(self.claims[block["fact"]].uuid) for block in step["blocks"] if "fact" in block}
        wordings = wordings_in_force(self.story, among=list(facts.values()))
        for name, fact in facts.items():
            if fact not in wordings:
                raise ScriptError(f"no fact of {name} is in force")
        blocks = [
            {"text": wordings[facts[block["fact"]]], "facts": [facts[block["fact"]]]}
            if "fact" in block
            else {"text": block["text"], "facts": []}
            for block in step["blocks"]
        ]
        save_draft(
            self.story,
            by=by,
            headline=step["headline"],
            standfirst=step.get("standfirst", ""),
            blocks=blocks,
            change_kind=step.get("change_kind", "new"),
            change_note=step.get("change_note", ""),
            stamps=self.stamps,
        )

    def _cut(self, step: dict[str, Any], by: User) -> None:
        draft = StoryVersion.objects.drafts().get(story=self.story, number=step["cut"])
        cut(draft, by=by, follows=draft.drafted_at, stamps=self.stamps)
