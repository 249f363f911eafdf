"""One batch of made-up facts: decisions, publications and versions as the verbs would have made them, in memory."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Max

from bench.load.evidence import describe_evidence
from bench.load.invention import (
    ENDS_AFTER,
    GROUP,
    PREFIX,
    START,
    VERSION_EVERY,
    Invention,
    MadeUpArticle,
    MadeUpFact,
    story_slug,
)
from bench.load.rows import insert_rows, last_key, skip_used_keys
from stories.chain import FORMAT, Place, canonical, digest, next_place, seal
from stories.choices import EDITORS, REPORTERS, CorrectionKind, Event, Role, Verdict
from stories.intake.passages import CONTEXT
from stories.models import (
    Article,
    ChainLink,
    Claim,
    Decision,
    Evidence,
    Publication,
    PublicationNote,
    PublicationSource,
    PublicationText,
    Source,
    Story,
    StoryVersion,
)
from stories.provenance.snapshots import Snapshot, digest_of
from stories.record.decisions import payload_of
from stories.record.fact_text import compose_fact_text
from stories.record.publications import event_of, render_version

REPORTER, EDITOR, SECOND_EDITOR = f"{PREFIX}reporter", f"{PREFIX}editor", f"{PREFIX}second-editor"
ACCOUNTS = {REPORTER: REPORTERS, EDITOR: EDITORS, SECOND_EDITOR: EDITORS}
"""User name → group; nobody can log in as one of them."""

AUTHENTICATION = "Made up for load: there is nothing to authenticate."

WRITTEN: tuple[type[models.Model], ...] = (
    *(Article, Claim, Evidence, ChainLink, Decision, StoryVersion),
    *(Publication, PublicationText, PublicationNote, PublicationSource),
)
"""In the order that the guards ask for: a decision goes in before what it publishes."""
NUMBERED: tuple[type[models.Model], ...] = (Article, Claim, Evidence, ChainLink, StoryVersion, PublicationSource)
"""Those that the database numbers."""


@dataclass(frozen=True)
class Mix:
    """How many of a hundred facts are reworded, and how many withdrawn, once `ENDS_AFTER` others have followed."""

    reworded: int = 4
    withdrawn: int = 2

    def end_of(self, fact: MadeUpFact) -> Event | None:
        """What becomes of `fact`; None when it stays as it is."""
        if fact.chance < self.withdrawn:
            return Event.WITHDRAWN
        return Event.REWORDED if fact.chance < self.withdrawn + self.reworded else None


@dataclass(frozen=True, slots=True)
class InForce:
    """A fact that will end, with the decision and the publication that it stands by."""

    fact: MadeUpFact
    claim: Claim
    decision: Decision
    publication: Publication


class Batch:
    """Facts from number `first` on, made in memory and written together. Runs inside the append lock."""

    def __init__(self, invention: Invention, *, mix: Mix, first: int) -> None:
        self.invention, self.mix, self.first = invention, mix, first
        self.rows: dict[type[models.Model], list[dict[str, Any]]] = {model: [] for model in WRITTEN}
        self.keys = {model: last_key(model) for model in NUMBERED}
        self.people = {person.username: person for person in User.objects.filter(username__in=ACCOUNTS)}
        self.sources = dict(Source.objects.filter(slug__startswith=PREFIX).values_list("slug", "pk"))
        self.stories = {story.slug: story for story in Story.objects.all()}
        self.versions = dict(StoryVersion.objects.values_list("story").annotate(Max("number")))
        self.decided = next_place(Decision.objects.all(), now=START)
        self.published = next_place(Publication.objects.all(), now=START)
        begun = [one.slug for one in invention.group(first // GROUP)[2]] if first % GROUP else []
        self.articles = dict(Article.objects.filter(slug__in=begun).values_list("slug", "pk"))
        self.ending = deque(self._find_ending())

    def _find_ending(self) -> Iterator[InForce]:
        """The facts of earlier batches that are yet to end."""
        for number in range(max(0, self.first - ENDS_AFTER), self.first):
            fact = self.invention.fact(number)
            if self.mix.end_of(fact):
                claim = Claim.objects.get(uuid=fact.uuid)
                newest = Decision.objects.filter(claim=claim).select_related("publication").latest("seq")
                if newest.verdict == Verdict.CONFIRMED and newest.publication is not None:
                    claim.story = self.stories[story_slug(fact.story)]
                    newest.claim = claim
                    yield InForce(fact, claim, newest, newest.publication)

    def write(self) -> int:
        """Insert all rows; returns how many."""
        for model, rows in self.rows.items():
            insert_rows(model, rows)
        skip_used_keys(NUMBERED)
        return sum(len(rows) for rows in self.rows.values())

    def add(self, model: type[models.Model], **values: Any) -> int:
        """Take in a row of a `model` that the database numbers; returns its key."""
        self.keys[model] += 1
        self.rows[model].append({"id": self.keys[model], **values})
        return self.keys[model]

    def add_made(self, row: models.Model) -> None:
        """Take in `row`, which has its key."""
        self.rows[type(row)].append(vars(row))

    def make(self, fact: MadeUpFact) -> None:
        """Make `fact`, what it stands on, and what else happens at its time."""
        story = self.stories[story_slug(fact.story)]
        says = self.sources[fact.chains[0][0].slug] if fact.says_document else None
        values = {"uuid": fact.uuid, "statement": fact.statement, "kind": fact.kind, "language": "en"}
        key = self.add(Claim, **values, story_id=story.pk, says_id=says, created_at=fact.at)
        claim = Claim(pk=key, story=story, **values)
        snapshot = self._collect_evidence(fact, claim)
        standing = self._publish(fact, claim, snapshot, wording=fact.wording, previous=None, ends=None, at=fact.at)
        if (fact.number + 1) % VERSION_EVERY == 0:
            self._cut_version(fact, story, at=fact.at + timedelta(seconds=2))
        if self.mix.end_of(fact):
            self.ending.append(standing)
        if self.ending and self.ending[0].fact.number + ENDS_AFTER <= fact.number:
            self._end(self.ending.popleft(), at=fact.at + timedelta(seconds=3))

    # -- What a fact stands on

    def _collect_evidence(self, fact: MadeUpFact, claim: Claim) -> Snapshot:
        """The passages of `fact` with their chains, as rows; returns the snapshot that decisions on them weigh."""
        place = fact.number % GROUP
        if place == 0:
            self.articles = {}  # those of the group before are not asked for again
        for uuid, made_up, chain in zip(fact.passages, fact.articles, fact.chains, strict=True):
            article = self._receive(made_up, story=claim.story_id)
            start, end = made_up.places[place]
            evidence = self.add(
                Evidence,
                uuid=uuid,
                claim_id=claim.pk,
                article_id=article,
                quote=made_up.text[start:end],
                start=start,
                end=end,
                prefix=made_up.text[max(0, start - CONTEXT) : start],
                suffix=made_up.text[end : end + CONTEXT],
                created_at=fact.at,
                recorded_by_id=self.people[REPORTER].pk,
            )
            for step, source in enumerate(chain):
                self.add(ChainLink, evidence_id=evidence, place=step, source_id=self.sources[source.slug])
        return describe_evidence(fact, story_title=claim.story.title)

    def _receive(self, made_up: MadeUpArticle, *, story: int) -> int:
        """The key of the article `made_up`, taken in for `story` (a key) when it is new."""
        if made_up.slug not in self.articles:
            self.articles[made_up.slug] = self.add(
                Article,
                slug=made_up.slug,
                story_id=story,
                outlet_id=self.sources[made_up.outlet.slug],
                kind=made_up.kind,
                headline=made_up.headline,
                url=made_up.url,
                published=made_up.published,
                received_at=made_up.at,
                text=made_up.text,
                sha256=digest(made_up.text),
                body_start=0,
                body_end=len(made_up.text),
                authentication=AUTHENTICATION if made_up.is_document else "",
            )
        return self.articles[made_up.slug]

    # -- Decisions and what they publish

    def _decide(self, decision: Decision, actor: str, *, at: datetime, publishes: bool) -> Decision:
        """Append `decision` by `actor` to the ledger, with the position of what it `publishes`."""
        place = self.decided
        at = max(at, place.at, self.published.at) if publishes else max(at, place.at)
        person = self.people[actor]
        decision.format, decision.seq, decision.at = FORMAT, place.number, at
        decision.actor, decision.actor_username = person, actor
        decision.actor_role = Role.REPORTER.value if ACCOUNTS[actor] == REPORTERS else Role.EDITOR.value
        if publishes:
            decision.publication_id = self.published.number
        seal(decision, payload_of(decision), place)
        self.decided = Place(place.number + 1, decision.hash, at)
        self.add_made(decision)
        return decision

    def _append(
        self, publication: Publication, text: dict[str, Any] | None, *, note: str = "", at: datetime, salt: str
    ) -> Publication:
        """Append `publication`, with its text, note and sources, to the log."""
        place = self.published
        publication.format, publication.position, publication.at = FORMAT, place.number, at
        body = canonical(text) if text else ""
        if text:
            publication.text_sha256 = digest(salt + body)
        if note:
            publication.note_sha256 = digest(salt + canonical(note))
        seal(publication, event_of(publication), place)
        self.published = Place(place.number + 1, publication.hash, at)
        self.add_made(publication)
        if note:
            self.rows[PublicationNote].append({"position_id": place.number, "salt": salt, "text": note})
        if text:
            self.rows[PublicationText].append({"position_id": place.number, "salt": salt, "text": body})
            slugs = {source["slug"] for route in text.get("routes", ()) for source in route}
            for slug in sorted(slugs):
                self.add(PublicationSource, publication_id=place.number, slug=slug)
        return publication

    def _publish(
        self,
        fact: MadeUpFact,
        claim: Claim,
        snapshot: Snapshot,
        *,
        wording: str,
        previous: int | None,
        ends: InForce | None,
        at: datetime,
    ) -> InForce:
        """Propose, confirm and publish `wording`; a rewording when it `ends` the fact in force."""
        shared: dict[str, Any] = {
            "claim": claim,
            "wording": wording,
            "basis": fact.basis,
            "evidence": snapshot,
            "evidence_digest": digest_of(snapshot),
        }
        if ends:
            shared |= {"correction_kind": CorrectionKind.CLARIFICATION.value, "public_note": "Said more plainly."}
        proposal = self._decide(
            Decision(verdict=Verdict.PROPOSED.value, rationale="Made up for load.", previous_id=previous, **shared),
            REPORTER,
            at=at,
            publishes=False,
        )
        confirmation = self._decide(
            Decision(verdict=Verdict.CONFIRMED.value, previous_id=proposal.seq, **shared),
            EDITOR,
            at=at + timedelta(seconds=1),
            publishes=True,
        )
        place = Place(self.published.number, self.published.previous_hash, confirmation.at)
        text = compose_fact_text(
            confirmation,
            snapshot,
            position=place.number,
            at=place.at,
            first_published_at=ends.publication.at if ends else place.at,
        )
        publication = Publication(
            event=Event.REWORDED.value if ends else Event.CONFIRMED.value,
            story=claim.story.slug,
            fact_id=claim.uuid,
            ends_id=ends.publication.position if ends else None,
            correction_kind=confirmation.correction_kind,
            kind=claim.kind,
            basis=fact.basis,
            language=claim.language,
            independent_sources=text["independent_sources"],
        )
        self._append(
            publication,
            text,
            note=confirmation.public_note,
            at=confirmation.at,
            salt=fact.salts[1 if ends else 0],
        )
        return InForce(fact, claim, confirmation, publication)

    def _end(self, standing: InForce, *, at: datetime) -> None:
        """Reword or withdraw a fact in force."""
        fact, claim, newest = standing.fact, standing.claim, standing.decision
        if self.mix.end_of(fact) == Event.REWORDED:
            snapshot = newest.evidence or {}
            self._publish(fact, claim, snapshot, wording=fact.other_wording, previous=newest.seq, ends=standing, at=at)
            return
        why: dict[str, Any] = {"correction_kind": CorrectionKind.CORRECTION.value, "public_note": "It did not hold."}
        withdrawal = Decision(
            claim=claim, previous_id=newest.seq, verdict=Verdict.WITHDRAWN.value, rationale="Made up for load.", **why
        )
        self._decide(withdrawal, EDITOR, at=at, publishes=True)
        publication = Publication(
            event=Event.WITHDRAWN.value,
            story=claim.story.slug,
            fact_id=claim.uuid,
            ends_id=standing.publication.position,
            correction_kind=withdrawal.correction_kind,
        )
        self._append(publication, None, note=withdrawal.public_note, at=withdrawal.at, salt=fact.salts[1])

    def _cut_version(self, fact: MadeUpFact, story: Story, *, at: datetime) -> None:
        """Cut the next version of `story`: it stands on `fact`, which has just been confirmed."""
        number = self.versions.get(story.pk, 0) + 1
        self.versions[story.pk] = number
        at = max(at, self.published.at)
        version = StoryVersion(
            story=story,
            number=number,
            headline=f"{story.title}, version {number}",
            blocks=[{"text": fact.wording, "facts": [str(fact.uuid)]}],
        )
        self.add(
            StoryVersion,
            story_id=story.pk,
            **{name: getattr(version, name) for name in ("number", "headline", "blocks")},
            drafted_by_id=self.people[EDITOR].pk,
            drafted_by_username=EDITOR,
            drafted_by_role=Role.EDITOR.value,
            drafted_at=fact.at,
            cut_by_id=self.people[SECOND_EDITOR].pk,
            cut_by_username=SECOND_EDITOR,
            cut_by_role=Role.EDITOR.value,
            cut_at=at,
            publication_id=self.published.number,
        )
        place = Place(self.published.number, self.published.previous_hash, at)
        publication = Publication(event=Event.VERSION.value, story=story.slug, version=number)
        self._append(publication, render_version(version, place), at=at, salt=fact.salts[2])
