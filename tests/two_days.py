"""One public day, and the unpublished work that may go on between any two of its acts."""

import hashlib
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from stories.choices import DisagreementState, Event, Part
from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.models import (
    Claim,
    Decision,
    Discrepancy,
    Evidence,
    Publication,
    Sighting,
    Source,
    Story,
    StoryVersion,
    Voice,
)
from stories.provenance.protection import propose_lift
from stories.provenance.sightings import rule_on
from stories.stamps import LiveStamps
from stories.verification.suppression import (
    destroy,
    newest_on,
    propose_restoration,
    restore,
    return_suppression,
    suppress,
)
from stories.verification.verbs import (
    confirm,
    dispute,
    newest_decision,
    propose,
    refute,
    return_proposal,
    withdraw,
)
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.states import state_of
from tests.world import NOON, World, anybody, on_record

NAMESPACE = uuid.UUID(int=7)
REASON = "Because."


class StagedStamps(LiveStamps):
    """The clock stands still until the public day goes on; ids and salts come from names."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def salt(self, name: str) -> str:
        return hashlib.sha256(name.encode()).hexdigest()[:32]


class Day:
    """A public day, and beside it, when `noise` is given, work that nobody publishes."""

    def __init__(self, noise: random.Random | None) -> None:
        self.world = World()
        self.world.stamps = self.stamps = StagedStamps()  # type: ignore[assignment]
        self.noise = Noise(self.world, noise) if noise else None
        self.claims: dict[str, Claim] = {}
        self.listed: dict[str, list[Evidence]] = {}

    def live(self) -> "Day":
        """Every event that the public log knows, each after something else that is not published."""
        people = {"confidential": True, "public_name": "a harbour official"}
        self.world.source("mole", "Name Never Printed", "anonymous-person", **people)
        for act in (
            lambda: self.publish("tide", "The tide is high", ("courier", "wire")),
            lambda: self.publish("quay", "The quay is shut", ("courier", "wire"), ("mirror", "minister")),
            lambda: self.publish("ferry", "The ferry is late", ("mirror", "wire", "mole"), kind="quote"),
            lambda: self.publish("fleet", "The fleet has 28 ships", ("courier", "wire"), kind="figure"),
            lambda: self.publish_version("Shut"),
            lambda: self.reword("tide", "The tide is very high"),
            lambda: self.withdraw("fleet", replaced_by="quay"),
            lambda: self.publish_version("Still shut", kind="correction", note="The fleet was miscounted."),
            lambda: self.withdraw("ferry", verb=dispute),
            lambda: self.publish("ferry", "The ferry sails again"),
            lambda: self.suppress("fleet"),
            lambda: self.suppress_note("fleet"),
            lambda: self.restore("fleet"),
            lambda: self.suppress("quay"),
            lambda: self.publish("bridge", "The bridge is up", ("mirror", "wire")),
        ):
            if self.noise:
                self.noise.stir()
            self.stamps.time += timedelta(minutes=1)
            act()
        if self.noise:
            self.noise.stir()
        return self

    def publish(self, name: str, words: str, *chains: tuple[str, ...], kind: str = "fact", **fields: Any) -> None:
        if name not in self.claims:
            claim = self.world.claim(f"{words}.", kind=kind, uuid=uuid.uuid5(NAMESPACE, name))
            self.claims[name] = claim
            self.listed[name] = [self.passage(claim, number, words, chain) for number, chain in enumerate(chains)]
        proposal = self.propose(name, words, **fields)
        confirm(proposal, by=self.world.editor, stamps=self.stamps)

    def passage(self, claim: Claim, number: int, words: str, chain: tuple[str, ...]) -> Evidence:
        text = f"{words}, they say."
        slug = f"public-{claim.uuid.hex[:6]}-{number}"
        return self.world.passage(
            claim, *chain, quote=words, article=self.world.article(chain[0], text, slug=slug, headline=words)
        )

    def propose(self, name: str, words: str, **fields: Any) -> Decision:
        passages = self.listed[name]
        names = " and ".join(sorted({self.credit(one) for one in passages}))
        newest = newest_decision(self.claims[name])
        return propose(
            self.claims[name],
            by=self.world.reporter,
            wording=f"{words}, {names} report.",
            basis="corroborated" if len(passages) > 1 else "attributed",
            rationale=REASON,
            passages=passages,
            follows=newest.seq if newest else None,
            stamps=self.stamps,
            **fields,
        )

    def credit(self, passage: Evidence) -> str:
        chain = set(passage.chain_links.values_list("source__slug", flat=True))
        return "Wire" if "wire" in chain else "Minister of Harbours"

    def reword(self, name: str, words: str) -> None:
        proposal = self.propose(name, words, correction_kind="clarification", public_note="It is worse.")
        confirm(proposal, by=self.world.second_editor, stamps=self.stamps)

    def withdraw(self, name: str, *, verb: Callable[..., object] | None = None, replaced_by: str = "") -> None:
        claim = self.claims[name]
        newest = newest_decision(claim)
        assert newest is not None
        said = {"rationale": REASON, "correction_kind": "correction", "public_note": "This was wrong."}
        if verb:
            verb(claim, by=self.world.editor, follows=newest.seq, stamps=self.stamps, **said)
        else:
            follows, instead = {claim.pk: newest.seq}, self.claims.get(replaced_by)
            withdraw([claim], by=self.world.editor, follows=follows, replaced_by=instead, stamps=self.stamps, **said)

    def publish_version(self, headline: str, *, kind: str = "new", note: str = "") -> None:
        draft = StoryVersion.objects.filter(story=self.world.story).drafts().first()
        draft = save_draft(
            self.world.story,
            by=self.world.editor,
            headline=headline,
            blocks=compose_blocks(self.world.story),
            change_kind=kind,
            change_note=note,
            follows=draft.drafted_at if draft else None,
            stamps=self.stamps,
        )
        cut(draft, by=self.world.second_editor, follows=draft.drafted_at, stamps=self.stamps)

    def suppress(self, name: str) -> None:
        self.take_down(Publication.objects.filter(fact_id=self.claims[name].uuid).facts()[0], Part.TEXT)

    def suppress_note(self, name: str) -> None:
        self.take_down(Publication.objects.get(fact_id=self.claims[name].uuid, event=Event.WITHDRAWN), Part.NOTE)

    def take_down(self, target: Publication, part: Part) -> None:
        newest = newest_on(target, part)
        said = {"rationale": "Court order.", "follows": newest.seq if newest else None, "stamps": self.stamps}
        note = f"Taken down: the {part.label}."
        suppress(target, part=part, because="court", by=self.world.editor, public_note=note, **said)

    def restore(self, name: str) -> None:
        """Two put back what was taken down."""
        target = Publication.objects.filter(fact_id=self.claims[name].uuid).facts()[0]
        newest = newest_on(target)
        said = {"rationale": "The order was lifted.", "stamps": self.stamps}
        follows = newest.seq if newest else None
        proposal, *_ = propose_restoration(target, part=Part.TEXT, by=self.world.editor, follows=follows, **said)
        restore(proposal, by=self.world.second_editor, **said)


# ---- Work that nobody publishes -------------------------------------------------------------------------------

SECRET = "Sealed"
"""A word of every unpublished claim; the requests search for it."""


def secret_id(number: int) -> uuid.UUID:
    """The id of the `number`th unpublished claim."""
    return uuid.uuid5(NAMESPACE, f"secret/{number}")


class Noise:
    """Random unpublished acts in `world`."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance, self.count = world, chance, 0
        self.secrets: list[Claim] = []
        self.other_story = Story.objects.create(slug="sealed", title="A sealed story", created_at=NOON)
        self.acts: list[Callable[[], object]] = [
            self.add_claim,
            self.add_passage_to_what_is_public,
            self.propose_and_leave_open,
            self.propose_and_return,
            self.decide_against,
            self.save_drafts,
            self.contradict,
            self.find_discrepancy,
            self.link_voice,
            self.decide_on_what_is_sealed,
            self.write_notes,
            self.come_and_go,
            self.change_on_record,
            self.stop_and_rule,
        ]

    def stir(self) -> None:
        """Half of the acts, in random order."""
        for act in self.chance.sample(self.acts, len(self.acts) // 2):
            self.count += 1
            act()

    def public(self) -> list[Claim]:
        """Claims that have been published, in force or not."""
        return list(Claim.objects.filter(decisions__publication__isnull=False).distinct().order_by("pk"))

    def article(self, words: str, outlet: str = "courier") -> Any:
        return self.world.article(outlet, words, slug=f"secret-{self.count}-{self.chance.random()}"[:100])

    def add_claim(self) -> Claim:
        story = self.chance.choice([self.world.story, self.other_story])
        number = len(self.secrets)
        claim = Claim.objects.create(
            story=story,
            uuid=secret_id(number),
            statement=f"{SECRET} {number}.",
            kind=self.chance.choice(["fact", "prediction", "question"]),
            created_at=self.world.stamps.now(),
        )
        self.world.source(f"secret-source-{number}", f"{SECRET} source", "person")
        quote = f"{SECRET} {number}"
        for place in range(self.chance.randrange(1, 3)):
            chain = ("courier", "wire", f"secret-source-{number}")[: place + 2]
            self.world.passage(claim, *chain, quote=quote, article=self.article(f"{quote}."))
        self.secrets.append(claim)
        return claim

    def a_secret(self, *kinds: str) -> Claim:
        found = [one for one in self.secrets if not kinds or one.kind in kinds]
        while not found:
            found = [one for one in [self.add_claim()] if not kinds or one.kind in kinds]
        return self.chance.choice(found)

    def propose(self, claim: Claim) -> Decision:
        """A proposal to print something about `claim`; what is in force stays."""
        newest, in_force = newest_decision(claim), state_of(claim).in_force
        words = claim.evidence.order_by("pk")[0].quote
        return propose(
            claim,
            by=self.chance.choice([self.world.reporter, self.world.editor]),
            wording=f"{words}, as Wire reported ({self.count}).",
            basis="attributed",
            rationale=f"{SECRET} rationale {self.count}",
            passages=list(claim.evidence.filter(chain_links__source__slug="wire"))[:1],
            follows=newest.seq if newest else None,
            correction_kind="update" if in_force else "",
            public_note=f"{SECRET} note {self.count}" if in_force else "",
            stamps=self.world.stamps,
        )

    def propose_and_leave_open(self) -> None:
        for claim in [self.a_secret("fact"), *self.public()[-1:]]:
            self.propose(claim)

    def propose_and_return(self) -> None:
        for claim in [self.a_secret("fact"), *self.public()[:1]]:
            return_proposal(
                self.propose(claim), by=self.world.second_editor, rationale=REASON, stamps=self.world.stamps
            )

    def decide_against(self) -> None:
        ended = [claim for claim in self.public() if not state_of(claim).in_force]
        for claim in [self.a_secret(), *ended]:
            newest = newest_decision(claim)
            verb = refute if newest and newest.verdict == "disputed" else dispute
            follows = newest.seq if newest else None
            verb(claim, by=self.world.editor, rationale=SECRET, follows=follows, stamps=self.world.stamps)

    def add_passage_to_what_is_public(self) -> None:
        for claim in self.public():
            self.world.passage(claim, "mirror", "wire", quote=SECRET, article=self.article(f"{SECRET}.", "mirror"))

    def save_drafts(self) -> None:
        for story in (self.world.story, self.other_story):
            draft = StoryVersion.objects.filter(story=story).drafts().first()
            save_draft(
                story,
                by=self.world.second_editor,
                headline=f"{SECRET} headline {self.count}",
                blocks=[{"text": SECRET, "facts": []}],
                follows=draft.drafted_at if draft else None,
                stamps=self.world.stamps,
            )

    def contradict(self) -> None:
        for other in [self.a_secret(), *self.public()[:1]]:
            pair = (self.add_claim(), other)
            row = open_contradiction(*pair, by=self.world.editor, note=SECRET, stamps=self.world.stamps)
            state = DisagreementState.DISMISSED
            close_contradiction(row, by=self.world.editor, state=state, reason=REASON, stamps=self.world.stamps)

    def find_discrepancy(self) -> None:
        for claim in [self.a_secret(), *self.public()[:1]]:
            self.find_one(claim)

    def find_one(self, claim: Claim) -> None:
        Discrepancy.objects.create(
            claim=claim,
            kind="name",
            first=claim.evidence.order_by("pk")[0],
            first_words=f"{SECRET} {self.count}",
            found_at=self.world.stamps.now(),
        )

    def link_voice(self) -> None:
        number = self.count
        first, second = (self.world.source(f"voice-{number}-{side}", SECRET, "person") for side in "ab")
        Voice.objects.create(source=first, same_as=second, reason=SECRET, created_at=NOON, recorded_by=anybody())

    def decide_on_what_is_sealed(self) -> None:
        """Proposed and sent back, or, of what the public day does not put back, destroyed."""
        for event in Publication.objects.down().order_by("position"):
            sealed, part = event.suppresses, Part(event.part)
            newest = newest_on(sealed, part)
            said = {"rationale": f"{SECRET} {self.count}", "stamps": self.world.stamps}
            if newest is None or newest.verdict == "destroyed":
                continue
            if part == Part.NOTE:
                destroy(sealed, part=part, by=self.world.second_editor, follows=newest.seq, **said)
                continue
            for one in propose_restoration(sealed, part=part, by=self.world.editor, follows=newest.seq, **said):
                return_suppression(one, by=self.world.second_editor, **said)

    def change_on_record(self) -> None:
        """An article that nobody cites, and a source on no public route, are described anew."""
        source = self.world.source(f"renamed-{self.count}", SECRET, "person")
        on_record(self.article(f"{SECRET}."), headline=f"{SECRET} {self.count}")
        on_record(source, name=f"{SECRET} {self.count}")

    def stop_and_rule(self) -> None:
        """A text is stopped for a protected name, somebody says whom it means, and lifting is proposed."""
        editor, name = self.world.editor, f"{SECRET} Person"
        source = self.world.protected(f"stopped-{self.count}", name, f"clerk {self.count}", editor)
        told = {"place": "wording", "story": "sealed", "text": f"{SECRET} {self.count}", "text_sha256": "0" * 64}
        by = {"by": self.world.reporter, "by_username": "reporter", "at": self.world.stamps.now()}
        sighting = Sighting.objects.create(source=source, words="Person", surname="person", **told, **by)
        said = {"is_another": True, "reason": REASON, "follows": None, "stamps": self.world.stamps}
        rule_on(sighting, by=editor, **said)
        propose_lift(source, by=editor, ground="consent", record=SECRET, stamps=self.world.stamps)

    def write_notes(self) -> None:
        Claim.objects.update(note=f"{SECRET} {self.count}")
        Source.objects.update(notes=f"{SECRET} {self.count}")

    def come_and_go(self) -> None:
        self.world.person(f"secret-{self.count}")
        User.objects.filter(username="reporter").update(last_name=f"{SECRET} {self.count}", last_login=NOON)
        Session.objects.create(session_key=f"secret-{self.count}", session_data="", expire_date=NOON)
        Client().post("/admin/login/", {"username": "editor", "password": "guess"})
