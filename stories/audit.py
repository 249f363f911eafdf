"""What data could break, checked: both chains, and every rule that spans rows. Nothing here writes.

Each decision is judged by its own snapshot, so that later evidence is no violation.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Count, Model, Q

from stories.chain import BrokenChain, Head, digest, verify_rows
from stories.choices import FACT_EVENTS, UNVERIFIED, Event, Role, Verdict
from stories.discrepancies import unrecorded_discrepancies
from stories.in_force import find_stray_facts
from stories.ledger import payload_of
from stories.models import (
    Article,
    Claim,
    Decision,
    Doubt,
    Evidence,
    Publication,
    PublicationSource,
    PublicationText,
    StoryVersion,
    Voice,
)
from stories.policy import Proposer, State, Verb, reasons_against, reasons_not_to
from stories.provenance import chain_problems, digest_of
from stories.publishing import event_of
from stories.standing import facts_in_trouble
from stories.versions import facts_of, reasons_against_shape
from stories.worklist import find_stray_items

VERB_OF = {
    Verdict.PROPOSED: Verb.PROPOSE,
    Verdict.CONFIRMED: Verb.CONFIRM,
    Verdict.RETURNED: Verb.RETURN,
    Verdict.DISPUTED: Verb.DISPUTE,
    Verdict.REFUTED: Verb.REFUTE,
    Verdict.WITHDRAWN: Verb.WITHDRAW,
}


@dataclass(frozen=True)
class Violation:
    """One broken rule: the model and key of the row, and what is wrong with it."""

    model: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.model} {self.key}: {self.reason}"


def _violation(row: Model, reason: str) -> Violation:
    natural = getattr(row, "natural_key", None)
    key = ", ".join(str(part) for part in natural()) if natural else str(row.pk)
    return Violation(row._meta.label_lower, key, reason)


UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, ObjectDoesNotExist, ValidationError)
"""What a check stumbles over when a row was damaged behind the desk's back: a dangling link, JSON of another shape."""


def _about(row: Model, violations: Iterator[Violation]) -> Iterator[Violation]:
    """`violations` of `row`; that it cannot be read is one, and the rows after it are checked all the same."""
    try:
        yield from violations
    except UNREADABLE as error:
        yield _violation(row, f"it cannot be read ({type(error).__name__}: {error})")


# ---- The two chains -------------------------------------------------------------------------------------------


Progress = Callable[[int], None]


def verify_ledger(*, expect: dict[int, str] | None = None, progress: Progress = lambda _: None) -> Head:
    """Re-compute the ledger's chain and return its head; `BrokenChain` names the first bad row."""
    rows = Decision.objects.order_by("seq").in_columns()
    return verify_rows(rows.iterator(chunk_size=2000), payload_of, name="decision", expect=expect, progress=progress)


def verify_publications(*, expect: dict[int, str] | None = None, progress: Progress = lambda _: None) -> Head:
    """Re-compute the log's chain, without its texts, and return its head; `BrokenChain` names the first bad row."""
    rows = Publication.objects.order_by("position")
    return verify_rows(rows.iterator(chunk_size=2000), event_of, name="publication", expect=expect, progress=progress)


def verify_log(*, expect: dict[int, str] | None = None, progress: Progress = lambda _: None) -> Head:
    """Re-compute the log's chain and its texts, and return its head; `BrokenChain` names the first bad row."""
    head = verify_publications(expect=expect, progress=progress)
    for violation in check_texts():
        raise BrokenChain(str(violation), place=int(violation.key))
    return head


FILTERS = ("kind", "basis", "language", "independent_sources")


def check_texts() -> Iterator[Violation]:
    """Every published text is the one that its hash covers, and the API's filter columns say what it says.

    Only suppressed texts are gone.
    """
    sources: dict[int, set[str]] = defaultdict(set)
    for position, slug in PublicationSource.objects.values_list("publication", "slug"):
        sources[position].add(slug)
    without = Publication.objects.exclude(event__in=FACT_EVENTS)
    for row in without.exclude(kind="", basis="", language="", independent_sources=None):
        yield _violation(row, "it begins no fact, and its filter columns are not empty")
    suppressed = set(Publication.objects.filter(suppresses__isnull=False).values_list("suppresses", flat=True))
    rows = Publication.objects.exclude(text_sha256="").select_related("body").order_by("position")
    for row in rows.iterator(chunk_size=2000):
        body = getattr(row, "body", None)
        if body is None and row.position not in suppressed:
            yield _violation(row, "its text is gone, and no publication suppresses it")
        elif body is not None and row.position in suppressed:
            yield _violation(row, "it is suppressed, and its text is still there")
        elif body is not None and digest(body.salt + body.text) != row.text_sha256:
            yield _violation(row, "its text is not the one that was published")
        elif body is not None:
            yield from _about(row, _check_filters(row, body.text, sources[row.position]))


def _check_filters(row: Publication, body: str, sources: set[str]) -> Iterator[Violation]:
    """What `facts/` filters by: these columns stand in no hash, so they must be what the hashed text says."""
    text = json.loads(body)
    if row.event in FACT_EVENTS:
        shown = [text.get(name) for name in ("id", "revision", *FILTERS)]
        if shown != [str(row.fact_id), row.position, row.kind, row.basis, row.language, row.independent_sources]:
            yield _violation(row, "its filter columns are not what its text says")
    slugs = {source["slug"] for route in text.get("routes", []) for source in route if source["slug"]}
    if slugs != sources:
        yield _violation(row, "the sources beside it are not those on its routes")


# ---- Rules across rows ----------------------------------------------------------------------------------------


def check_articles() -> Iterator[Violation]:
    """Texts are as received (their hash), bodies lie within them, and no text is a copy of itself in a circle."""
    copies = dict(Article.objects.filter(copy_of__isnull=False).values_list("pk", "copy_of"))
    for article in Article.objects.iterator(chunk_size=500):
        if digest(article.text) != article.sha256:
            yield _violation(article, "its text does not match its SHA-256")
        if article.body_end > len(article.text):
            yield _violation(article, f"its body ends at {article.body_end}, its text at {len(article.text)}")
        seen, one = {article.pk}, copies.get(article.pk)
        while one is not None and one not in seen:
            seen.add(one)
            one = copies.get(one)
        if one is not None:
            yield _violation(article, "it is syndicated copy of itself, in a circle")


def check_evidence() -> Iterator[Violation]:
    """Every passage stands at its offsets (invariant 7), and its chain begins with the outlet."""
    rows = Evidence.objects.select_related("article__outlet").prefetch_related("chain_links__source")
    for evidence in rows.iterator(chunk_size=500):
        yield from _about(evidence, _check_passage(evidence))


def _check_passage(evidence: Evidence) -> Iterator[Violation]:
    text, start, end = evidence.article.text, evidence.start, evidence.end
    if text[start:end] != evidence.quote:
        yield _violation(evidence, f"“{evidence.quote[:60]}” is not what {evidence.article.slug} says at {start}–{end}")
    elif text[max(0, start - 32) : start] != evidence.prefix or text[end : end + 32] != evidence.suffix:
        yield _violation(evidence, "its prefix or suffix is not what stands around the quote")
    links = list(evidence.chain_links.all())
    if [link.place for link in links] != list(range(len(links))):
        yield _violation(evidence, "the places of its chain are not 0, 1, 2, …")
    sources = [link.source for link in links]
    for problem in chain_problems(evidence.article, sources, own_reporting=evidence.own_reporting):
        yield _violation(evidence, problem)


def check_discrepancies() -> Iterator[Violation]:
    """What the passages of a claim disagree on is on record, so that it blocks until somebody closes it."""
    several = Claim.objects.annotate(passages=Count("evidence", filter=Q(evidence__retired_at__isnull=True)))
    for claim, reason in unrecorded_discrepancies(several.filter(passages__gte=2).order_by("pk").iterator(500)):
        yield _violation(claim, reason)


def check_voices() -> Iterator[Violation]:
    """Nobody may be somebody who may be them: voices run in no circle."""
    current = defaultdict(set)
    for source, same_as in Voice.objects.current().values_list("source", "same_as"):
        current[source].add(same_as)
    for voice in Voice.objects.current().select_related("source"):
        reached: set[int] = set()
        waiting = [voice.same_as_id]
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting.extend(current[one])
        if voice.source_id in reached:
            yield _violation(voice, f"the voices of {voice.source.slug} run in a circle")


def check_decisions() -> Iterator[Violation]:
    """Every decision was allowed when it was made: transition, people, snapshot, basis (policy, section 5)."""
    newest: dict[Any, Decision] = {}
    in_force: dict[Any, bool] = defaultdict(bool)
    rows = Decision.objects.select_related("claim").order_by("seq")
    for decision in rows.iterator(chunk_size=2000):
        target = decision.claim_id or ("publication", decision.suppresses_id)
        previous = newest.get(target)
        if decision.previous_id != (previous.seq if previous else None):
            yield _violation(decision, f"it does not follow the newest decision before it ({previous})")
        if decision.claim is None:
            yield from _about(decision, _check_suppression(decision, previous))
        else:
            state = State(previous.verdict if previous else UNVERIFIED, in_force[target])
            yield from _about(decision, _check_transition(decision, previous, state))
            yield from _about(decision, _check_snapshot(decision, previous))
            if decision.publication_id is not None:
                in_force[target] = decision.verdict == Verdict.CONFIRMED
            elif in_force[target] and decision.verdict in (Verdict.DISPUTED, Verdict.REFUTED):
                yield _violation(decision, "a fact was in force, and it did not withdraw it")
        newest[target] = decision


def _check_transition(decision: Decision, previous: Decision | None, state: State) -> Iterator[Violation]:
    verb = VERB_OF.get(Verdict(decision.verdict))
    if verb is None:
        yield _violation(decision, f"“{decision.verdict}” is no verdict on a claim")
        return
    proposer = None
    if previous is not None and previous.verdict == Verdict.PROPOSED:
        proposer = Proposer(is_actor=previous.actor_id == decision.actor_id, role=previous.actor_role)
    for reason in reasons_not_to(verb, state=state, role=Role(decision.actor_role), proposer=proposer):
        yield _violation(decision, reason)


def _check_snapshot(decision: Decision, previous: Decision | None) -> Iterator[Violation]:
    if decision.verdict not in (Verdict.PROPOSED, Verdict.CONFIRMED):
        return
    snapshot = decision.evidence or {}
    if digest_of(snapshot) != decision.evidence_digest:
        yield _violation(decision, "its evidence is not what its digest says")
        return
    if decision.claim and snapshot["claim"]["uuid"] != str(decision.claim.uuid):
        yield _violation(decision, "its evidence is about another claim")
    reasons = reasons_against(
        decision.basis, snapshot, wording=decision.wording, accepts_inferred=decision.accepts_inferred
    )
    for reason in reasons:
        yield _violation(decision, f"the basis {decision.basis} did not hold: {reason}")
    if decision.verdict == Verdict.CONFIRMED and previous is not None:
        for name in ("wording", "basis", "correction_kind", "public_note", "accepts_inferred", "evidence_digest"):
            if getattr(decision, name) != getattr(previous, name):
                yield _violation(decision, f"its {name} is not the one proposed")
    listed = {passage["uuid"]: passage for passage in snapshot["passages"]}
    rows = Evidence.objects.filter(uuid__in=listed).select_related("claim", "article__outlet")
    rows = rows.prefetch_related("chain_links__source")
    found = {str(row.uuid): row for row in rows}
    for uuid, passage in listed.items():
        row = found.get(uuid)
        if row is None:
            yield _violation(decision, f"it stands on the passage {uuid}, which is gone")
        elif not _is_as_listed(row, passage):
            yield _violation(decision, f"the passage {uuid} is not what it was when it was listed")


def _is_as_listed(row: Evidence, passage: dict[str, Any]) -> bool:
    kept = ("quote", "start", "end", "stance", "attribution", "inferred", "own_reporting")
    now = {name: getattr(row, name) for name in kept} | {"claim": str(row.claim.uuid), "article": row.article.slug}
    if now != {name: passage[name] for name in now}:
        return False
    # The listed chain begins with the outlet of the original, which may have become known only since.
    links, chain = [link.source.slug for link in row.chain_links.all()], passage["chain"]
    outlets = {row.article.outlet.slug if row.article.outlet else None, *chain[:1]}
    further = [[slug for slug in slugs if slug not in outlets] for slugs in (links, chain)]
    return bool(links) == bool(chain) and further[0] == further[1]


def _check_suppression(decision: Decision, previous: Decision | None) -> Iterator[Violation]:
    if decision.verdict == Verdict.SUPPRESSED:
        if previous is None or previous.verdict != Verdict.PROPOSED or previous.actor_id == decision.actor_id:
            yield _violation(decision, "it signs no proposal by another editor")
        elif {previous.actor_role, decision.actor_role} != {Role.EDITOR}:
            yield _violation(decision, "a suppression takes two editors")


def check_log() -> Iterator[Violation]:
    """Every publication was made by one decision or cut, ends what it should, and has its sources beside it."""
    decisions = {row.publication_id: row for row in Decision.objects.filter(publication__isnull=False)}
    cuts = {row.publication_id: row for row in StoryVersion.objects.cut().select_related("story")}
    in_force: dict[Any, int] = {}
    bodies = dict(PublicationText.objects.values_list("position", "text"))
    for row in Publication.objects.order_by("position").iterator(chunk_size=2000):
        decision, version = decisions.pop(row.position, None), cuts.pop(row.position, None)
        if (decision is None) == (version is None):
            yield _violation(row, "no decision, version cut or suppression made it, or two did")
        body = bodies.get(row.position)
        if row.event in FACT_EVENTS:
            if row.ends_id != in_force.get(row.fact_id):
                yield _violation(row, f"it ends {row.ends_id}, and {in_force.get(row.fact_id)} was in force")
            in_force[row.fact_id] = row.position
            yield from _about(row, _check_fact(row, body, decision))
        elif row.event == Event.WITHDRAWN:
            if row.ends_id is None or row.ends_id != in_force.pop(row.fact_id, None):
                yield _violation(row, f"it ends {row.ends_id}, which was not in force")
        elif row.event == Event.VERSION and version is not None:
            yield from _about(version, _check_version(row, body, version))
    for made in [*decisions.values(), *cuts.values()]:
        yield _violation(made, "it names a publication that does not exist")


def _check_fact(row: Publication, body: str | None, decision: Decision | None) -> Iterator[Violation]:
    if decision is not None and decision.verdict != Verdict.CONFIRMED:
        yield _violation(row, f"a decision with the verdict {decision.verdict} publishes no fact")
    if body is None:
        return
    if decision is not None and json.loads(body).get("statement") != decision.wording:
        yield _violation(row, "its wording is not the decision's")


def _check_version(row: Publication, body: str | None, version: StoryVersion) -> Iterator[Violation]:
    if version.drafted_by_id == version.cut_by_id:
        yield _violation(version, "it was drafted and cut by the same person")
    if version.cut_at != row.at:
        yield _violation(version, "it was not cut when it was published")
    if (row.story, row.version) != (version.story.slug, version.number):
        yield _violation(row, "it is not the version that was cut")
    misshapen = reasons_against_shape(version.blocks)
    for reason in misshapen:
        yield _violation(version, reason)
    if misshapen:
        return
    printed = {name: getattr(version, name) for name in ("headline", "standfirst", "blocks", "change_kind")}
    printed["change_note"] = version.change_note or None
    text = json.loads(body) if body is not None else None
    if text is not None and {name: text.get(name) for name in printed} != printed:
        yield _violation(row, "its text is not that of the version that was cut")
    in_force = Publication.objects.in_force(at=row.position)
    try:
        stated = in_force.filter(fact_id__in=facts_of(version.blocks)).values("fact_id").distinct().count()
    except ValidationError:  # one of them is no id at all
        stated = 0
    if stated != len(facts_of(version.blocks)):
        yield _violation(version, "it stands on facts that were not in force when it was cut")


def check_versions() -> Iterator[Violation]:
    """Versions of a story are numbered from 1 without gaps."""
    numbers: dict[int, int] = defaultdict(int)
    for version in StoryVersion.objects.order_by("story", "number").select_related("story"):
        numbers[version.story_id] += 1
        if version.number != numbers[version.story_id]:
            yield _violation(version, f"its number should be {numbers[version.story_id]}")


def check_worklist() -> Iterator[Violation]:
    """What the queue is found by is what claims and ledger say."""
    for claim, reason in find_stray_items():
        yield _violation(claim, reason)


def check_doubts() -> Iterator[Violation]:
    """Every fact in trouble is doubted, so that the front page finds it."""
    troubled = {trouble.claim.pk: trouble.claim for trouble in facts_in_trouble()}
    doubted = set(Doubt.objects.values_list("claim", flat=True))
    for key in sorted(troubled.keys() - doubted):
        yield _violation(troubled[key], "its fact is in trouble, and nothing doubts it: run manage.py weigh_facts")


def check_facts_in_force() -> Iterator[Violation]:
    """What the API lists as in force is what the log says."""
    for row, reason in find_stray_facts():
        yield _violation(row, reason)


def check_chains() -> Iterator[Violation]:
    """Both hash chains hold; what is wrong after the first bad row nobody can say."""
    for model, verify in ((Decision, verify_ledger), (Publication, verify_publications)):
        try:
            verify()
        except BrokenChain as broken:
            yield Violation(model._meta.label_lower, str(broken.place), str(broken))


CHECKS = (
    check_articles,
    check_evidence,
    check_discrepancies,
    check_voices,
    check_chains,
    check_texts,
    check_decisions,
    check_log,
    check_versions,
    check_worklist,
    check_doubts,
    check_facts_in_force,
)


def find_violations() -> Iterator[Violation]:
    """Every rule that data could break, each violation once."""
    for check in CHECKS:
        try:
            yield from check()
        except UNREADABLE as error:
            reason = f"a row cannot be read, and the rest was not checked ({type(error).__name__}: {error})"
            yield Violation("stories.audit", check.__name__, reason)
