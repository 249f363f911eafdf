"""Rows against the snapshots that decided them: a decided claim, and the voices and disagreements that were weighed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from stories.audit.called import Called
from stories.audit.violations import Unknown, Violation, go_on, in_chunks, violation_of
from stories.changes.deciding import noun_of
from stories.choices import SourceKind, Stance
from stories.models import Change, Claim, Contradiction, Decision, Discrepancy, Evidence, Source, Voice
from stories.provenance.snapshots import Snapshot, describe_settled


def check_weighed() -> Iterator[Violation]:
    """What decisions weighed is still on record, if only as retired or closed (rule: judged-as-it-was).

    Whatever is not is said once, with the first decision that weighed it.
    """
    told: set[tuple[str, str]] = set()
    may_be, called = MayBe(), Called()
    rows = Decision.objects.filter(claim__isnull=False, evidence__isnull=False).defer("payload").order_by("seq")
    for some in in_chunks(rows.select_related("claim__says", "claim__story", "publication")):
        snapshots = [decision.evidence for decision in some]
        now = Disagreements(snapshots)
        called.read(snapshots)
        for decision in some:
            for violation in go_on(decision, _check(decision, may_be, called, now)):
                about = violation.model + violation.key, violation.reason.partition(" decision ")[0]
                if about not in told:
                    told.add(about)
                    yield violation


def _check(decision: Decision, may_be: "MayBe", called: Called, now: "Disagreements") -> Iterator[Violation]:
    snapshot, claim = decision.evidence, decision.claim
    if snapshot is None or claim is None:
        return
    yield from _check_claim(claim, decision, snapshot)
    yield from may_be.check(decision, snapshot)
    yield from called.check(decision, snapshot)
    yield from now.check(decision, snapshot)


def _check_claim(claim: Claim, decision: Decision, snapshot: Snapshot) -> Iterator[Violation]:
    """A claim that somebody decided on is what they decided on, and the language in which we published it."""
    weighed = {name: snapshot["claim"][name] for name in ("statement", "kind", "says")}
    now: dict[str, Any] = {"statement": claim.statement, "kind": claim.kind, "says": claim.says and claim.says.slug}
    if "language" in snapshot:
        weighed |= {"language": snapshot["language"], "story": snapshot["story"]["slug"]}
        now |= {"language": claim.language, "story": claim.story.slug}
    elif decision.publication is not None and decision.publication.language:
        weighed, now = weighed | {"language": decision.publication.language}, now | {"language": claim.language}
    for name, was in weighed.items():
        if now[name] != was:
            yield violation_of(
                claim, f"its {name} is not what decision {decision.seq} weighed (“{str(was)[:60]}”): put that back"
            )


class MayBe:
    """Who may be whom by every voice that was ever recorded, and by institution as it is, or was on record."""

    def __init__(self) -> None:
        self.edges: dict[str, set[str]] = defaultdict(set)
        for source, same_as in Voice.objects.values_list("source__slug", "same_as__slug"):
            self.edges[source].add(same_as)
        self.kinds = dict(Source.objects.values_list("slug", "kind"))
        institutions = Source.objects.filter(institution__isnull=False)
        for source, institution in institutions.values_list("slug", "institution__slug"):
            self.edges[source].add(institution)
        moved = Change.objects.filter(noun=noun_of(Source), field="institution").exclude(was="")
        for source, institution in moved.values_list("row", "was"):
            self.edges[source].add(institution)

    def check(self, decision: Decision, snapshot: Snapshot) -> Iterator[Violation]:
        """A voice that was weighed has its rows: retired, perhaps, and neither deleted nor turned round."""
        for slug, voices in snapshot["voices"].items():
            for other in sorted({*voices} - self._reach(slug)):
                about = Source(slug=slug)
                if self._may_have_moved(voices, other):
                    yield Unknown.of(about, f"it may have been of {other} when decision {decision.seq} was made")
                    continue
                yield violation_of(
                    about,
                    f"that it may be {other} is recorded nowhere, and decision {decision.seq} weighed it:"
                    " a voice was deleted or turned round; record it again",
                )

    def _reach(self, slug: str) -> set[str]:
        reached, waiting = {slug}, [slug]
        while waiting:
            further = self.edges.get(waiting.pop(), set()) - reached
            waiting.extend(further)
            reached |= further
        return reached

    def _may_have_moved(self, voices: Sequence[str], other: str) -> bool:
        """Whether `other` may be the institution of an unnamed person, which an editor may have changed since."""
        unnamed = any(self.kinds.get(voice) == SourceKind.ANONYMOUS for voice in voices)
        return unnamed and self.kinds.get(other) == SourceKind.INSTITUTION


class Disagreements:
    """Of the disagreements and contradicting passages that some snapshots name, what is on record now."""

    def __init__(self, snapshots: Sequence[Any]) -> None:
        whole = [one for one in snapshots if isinstance(one, dict)]
        named = [one for each in whole for one in (*each.get("contradictions", ()), *_settled(each, "contradictions"))]
        rows = Contradiction.objects.filter(uuid__in=[one["uuid"] for one in named]).select_related("first", "second")
        self.contradictions = {str(row.uuid): row for row in rows}
        against = [uuid for each in whole for uuid in each.get("contradicted_by", ())]
        found = Evidence.objects.filter(uuid__in=against, stance=Stance.CONTRADICTS)
        self.against = {(str(uuid), str(claim)) for uuid, claim in found.values_list("uuid", "claim__uuid")}
        passages = [one["first"] for each in whole for one in _settled(each, "discrepancies")]
        self.settled = []
        for row in Discrepancy.objects.filter(first__uuid__in=passages).select_related("first", "second"):
            uuids = {one.pk: str(one.uuid) for one in (row.first, row.second) if one is not None}
            self.settled.append(describe_settled(row, uuids))

    def check(self, decision: Decision, snapshot: Snapshot) -> Iterator[Violation]:
        """A contradiction that was open is there, what was closed is so still, a contradicting passage contradicts."""
        claim = snapshot["claim"]["uuid"]
        for one in snapshot["contradictions"]:
            row = self.contradictions.get(one["uuid"])
            between = {str(row.first.uuid), str(row.second.uuid)} if row else set()
            if row is None or between != {claim, one["claim"]} or row.note != one["note"]:
                yield self._gone(f"contradiction {one['uuid']} (“{one['note'][:60]}”)", decision)
        for one in _settled(snapshot, "contradictions"):
            row = self.contradictions.get(one["uuid"])
            if row is None or (row.state, row.reason) != (one["state"], one["reason"]):
                yield self._gone(f"contradiction {one['uuid']} ({one['state']}: “{one['reason'][:60]}”)", decision)
        for one in _settled(snapshot, "discrepancies"):
            if one not in self.settled:
                words = f"“{one['first_words'][:60]}” / “{one['second_words'][:60]}”"
                yield self._gone(f"discrepancy of {words} ({one['state']}: “{one['reason'][:60]}”)", decision)
        for uuid in snapshot["contradicted_by"]:
            if (uuid, claim) not in self.against:
                yield self._gone(f"passage {uuid} against the claim", decision)

    def _gone(self, what: str, decision: Decision) -> Violation:
        reason = f"the {what} is not on record as decision {decision.seq} weighed it: restore it from a backup"
        return violation_of(decision.claim or decision, reason)


def _settled(snapshot: Snapshot, what: str) -> list[dict[str, Any]]:
    """What a snapshot names as closed; those of the first format name nothing."""
    named: list[dict[str, Any]] = snapshot.get("settled", {}).get(what, [])
    return named
