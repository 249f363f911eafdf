"""The public log: every publication was made by one decision or cut, and says what that says."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q

from stories.audit.violations import Violation, go_on, in_chunks, violation_of
from stories.choices import FACT_EVENTS, ChangeKind, Event, Verdict
from stories.models import Decision, Publication, PublicationNote, PublicationText, StoryVersion
from stories.versions.compose import facts_of
from stories.versions.drafts import reasons_against_shape


def check_log() -> Iterator[Violation]:
    """Every publication was made by one decision or cut, ends what it should, and has its sources beside it."""
    in_force: dict[Any, int] = {}
    for some in in_chunks(Publication.objects.order_by("position")):
        span = Q(publication__gte=some[0].pk, publication__lte=some[-1].pk)
        makers = Decision.objects.filter(span).select_related("claim__story", "replaced_by", "suppresses")
        makers = makers.defer("payload", "evidence", "suppresses__payload")
        decisions = {row.publication_id: row for row in makers}
        versions = {row.publication_id: row for row in StoryVersion.objects.filter(span).select_related("story")}
        texts = PublicationText.objects.filter(position__gte=some[0].pk, position__lte=some[-1].pk)
        bodies = dict(texts.values_list("position", "text"))
        beside = PublicationNote.objects.filter(position__gte=some[0].pk, position__lte=some[-1].pk)
        notes = dict(beside.values_list("position", "text"))
        for row in some:
            decision, version = decisions.get(row.pk), versions.get(row.pk)
            if (decision is None) == (version is None):
                yield violation_of(row, "no decision, version cut or suppression made it, or two did")
            noted = version.change_note if version else decision.public_note if decision else ""
            if row.format > 1 and (notes.get(row.pk, noted) != noted or bool(row.note_sha256) != bool(noted)):
                yield violation_of(row, "its note is not that of what made it")
            if decision is not None:
                yield from go_on(row, _check_event(row, decision))
            if row.event in FACT_EVENTS:
                if row.ends_id != in_force.get(row.fact_id):
                    yield violation_of(row, f"it ends {row.ends_id}, and {in_force.get(row.fact_id)} was in force")
                in_force[row.fact_id] = row.pk
                yield from go_on(row, _check_fact(row, bodies.get(row.pk), decision))
            elif row.event == Event.WITHDRAWN:
                if row.ends_id is None or row.ends_id != in_force.pop(row.fact_id, None):
                    yield violation_of(row, f"it ends {row.ends_id}, which was not in force")
            elif row.event == Event.VERSION and version is not None:
                yield from go_on(version, _check_version(row, version))
    there = Publication.objects.filter(pk=OuterRef("publication"))
    for model in (Decision, StoryVersion):
        for made in model._default_manager.filter(~Exists(there), publication__isnull=False):
            yield violation_of(made, "it names a publication that does not exist")


def _check_event(row: Publication, decision: Decision) -> Iterator[Violation]:
    """What an event says of a decision: of which fact, why it was corrected, what took its place; or what it took."""
    due: dict[str, Any] = {"correction_kind": decision.correction_kind, "part": decision.part}
    due |= {"because": decision.because, "replaced_by": decision.replaced_by and decision.replaced_by.uuid}
    if decision.claim is not None:
        due |= {"story": decision.claim.story.slug, "fact_id": decision.claim.uuid, "version": None}
    if decision.suppresses is not None:
        link = "suppresses" if row.event == Event.SUPPRESSED else "restores"
        about = {name: getattr(decision.suppresses, name) for name in ("story", "fact_id", "version")}
        due |= {f"{link}_id": decision.suppresses_id, **about}
    if wrong := [name for name, value in due.items() if getattr(row, name) != value]:
        yield violation_of(row, f"its {', '.join(wrong)} is not what decision {decision.seq} says")


def _check_fact(row: Publication, body: str | None, decision: Decision | None) -> Iterator[Violation]:
    if decision is not None and decision.verdict != Verdict.CONFIRMED:
        yield violation_of(row, f"a decision with the verdict {decision.verdict} publishes no fact")
    if body is not None and decision is not None and json.loads(body).get("statement") != decision.wording:
        yield violation_of(row, "its wording is not the decision's")


def _check_version(row: Publication, version: StoryVersion) -> Iterator[Violation]:
    if version.drafted_by_id == version.cut_by_id:
        yield violation_of(version, "it was drafted and cut by the same person")
    if version.cut_at != row.at:
        yield violation_of(version, "it was not cut when it was published")
    if (row.story, row.version) != (version.story.slug, version.number):
        yield violation_of(row, "it is not the version that was cut")
    if row.correction_kind != ("" if version.change_kind == ChangeKind.NEW else version.change_kind):
        yield violation_of(row, "its correction_kind is not that of the version that was cut")
    if misshapen := reasons_against_shape(version.blocks):
        yield from (violation_of(version, reason) for reason in misshapen)
        return
    in_force = Publication.objects.in_force(at=row.position)
    try:
        stated = in_force.filter(fact_id__in=facts_of(version.blocks)).values("fact_id").distinct().count()
    except ValidationError:  # one of them is no id at all
        stated = 0
    if stated != len(facts_of(version.blocks)):
        yield violation_of(version, "it stands on facts that were not in force when it was cut")
