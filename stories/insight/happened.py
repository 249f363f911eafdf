"""What happened to a claim, a source or an article: all on record that decides what of it may be printed.

One list, the newest first, of decisions, changes, passages, voices, disagreements, and what concerns a protected name.
Nobody reads a protected name in it: its readers do on the page of its protection, where a look is on record.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Model, Q, QuerySet

from stories.changes.deciding import DECIDING, key_of, noun_of
from stories.choices import UNVERIFIED, DisagreementState, Part
from stories.models import (
    Alias,
    Article,
    Change,
    Claim,
    Contradiction,
    Decision,
    Discrepancy,
    Evidence,
    Lift,
    NameReader,
    Publication,
    Ruling,
    Sighting,
    Source,
    Voice,
)
from stories.provenance.protected import Protected, describe_protected

MOST = 50
"""So many happenings stand on one page."""

MOST_PAGES = 40
"""So many pages can be asked for: no one reads further back, and what is read grows with the page."""

HIDDEN = "(protected: its readers see it under Protection)"
"""Stands for words that tell a protected name."""

DESK = "the desk"
"""Who did what no person did."""

LONGEST_QUOTE = 200
"""So much of a passage tells which one it is."""


@dataclass(frozen=True)
class Happening:
    """What was done, when, by whom (empty: on nobody's name), what there was and is, why, and on which `row`."""

    at: datetime
    who: str
    what: str
    was: str = ""
    became: str = ""
    reason: str = ""
    row: Model | None = None


@dataclass(frozen=True)
class Happened:
    """One page of a list of happenings, the newest first, and whether older ones follow."""

    rows: list[Happening]
    has_older: bool


@dataclass(frozen=True)
class Kind:
    """One kind of happening: its rows, the column that dates them, and how one is told."""

    rows: QuerySet[Any]
    dated: str
    tell: Callable[[Any], Happening]


def read_happened(row: Claim | Source | Article, *, shown_to: User, page: int = 1) -> Happened:
    """Page `page` (from 1) of what happened to `row`, as `shown_to` may see it; each kind is asked once."""
    most = min(max(page, 1), MOST_PAGES) * MOST
    found = []
    for kind in _kinds_of(row, shown_to):
        dated = kind.rows.filter(**{f"{kind.dated}__isnull": False}).order_by(f"-{kind.dated}", "-pk")
        found += [kind.tell(one) for one in dated[: most + 1]]
    found.sort(key=lambda one: one.at, reverse=True)
    return Happened(_name_linked(found[most - MOST : most]), len(found) > most and most < MOST_PAGES * MOST)


def _kinds_of(row: Claim | Source | Article, person: User) -> Iterator[Kind]:
    if isinstance(row, Claim):
        return _of_claim(row, person)
    return _of_source(row, person) if isinstance(row, Source) else _of_article(row)


def _of_claim(claim: Claim, person: User) -> Iterator[Kind]:
    decided = Decision.objects.defer("evidence", "payload").annotate(was=F("previous__verdict"))
    published = Publication.objects.filter(fact_id=claim.uuid).values("pk")
    yield Kind(decided.filter(claim=claim), "at", _decided)
    yield Kind(decided.filter(suppresses__in=published), "at", _decided_on_part)
    yield _changes(Claim, [key_of(claim)], lambda change: _changed(change, is_hidden=claim.is_withheld))
    yield from _passages(Evidence.objects.filter(claim=claim))
    yield from _contradictions(claim)
    yield from _discrepancies(claim)
    yield from _sightings(Sighting.objects.filter(claim=claim), person)


def _of_source(source: Source, person: User) -> Iterator[Kind]:
    spelt, former = (list(rows.values_list("text", flat=True)) for rows in (source.aliases, source.former_names))
    veil = Veil(source, describe_protected(source, spellings=spelt, former=former))
    yield _changes(Source, [key_of(source)], veil.change)
    yield _changes(Alias, [f"{source.slug}/{text}" for text in spelt], veil.spelling)
    voices = Voice.objects.filter(Q(source=source) | Q(same_as=source)).select_related("source", "same_as")
    yield Kind(voices.select_related("source", "same_as", "recorded_by"), "created_at", veil.voice_recorded)
    yield Kind(voices.select_related("source", "same_as", "retired_by"), "retired_at", veil.voice_retired)
    lifts = Lift.objects.filter(source=source)
    for verb in ("proposed", "signed", "returned"):
        yield Kind(lifts.select_related(f"{verb}_by"), f"{verb}_at", veil.lift(verb))
    yield from _sightings(Sighting.objects.filter(source=source), person)


def _of_article(article: Article) -> Iterator[Kind]:
    yield _changes(Article, [key_of(article)], _changed)
    yield from _passages(Evidence.objects.filter(article=article))


# ---- Decisions and changes ------------------------------------------------------------------------------------


def _decided(decision: Any) -> Happening:
    who, what = f"{decision.actor_name or decision.actor_username} ({decision.actor_role})", f"decision {decision.seq}"
    was, is_now = decision.was or UNVERIFIED, decision.verdict
    return Happening(decision.at, who, what, was, is_now, decision.rationale, decision)


def _decided_on_part(decision: Any) -> Happening:
    part = Part(decision.part or Part.TEXT).label  # format 1 names none
    who = f"{decision.actor_name or decision.actor_username} ({decision.actor_role})"
    what = f"decision {decision.seq}, on the {part} of position {decision.suppresses_id}"
    return Happening(decision.at, who, what, decision.was or "", decision.verdict, decision.rationale, decision)


def _changes(model: type[Model], keys: list[str], tell: Callable[[Change], Happening]) -> Kind:
    return Kind(Change.objects.filter(noun=noun_of(model), row__in=keys), "at", tell)


@dataclass(frozen=True)
class Linked(Happening):
    """A change of a link: what there was and is are slugs of sources."""


def _changed(change: Change, *, is_hidden: bool = False) -> Happening:
    """`is_hidden` where the words of the row are not for who reads the page."""
    model = next(one for one in DECIDING if noun_of(one) == change.noun)
    field: Any = model._meta.get_field(change.field)
    was, became, reason = change.was, change.became, change.reason
    if is_hidden and change.field == "statement":
        was = became = reason = ""
    kind = Linked if field.related_model is Source else Happening
    words = {"true": "yes", "false": "no"} if field.get_internal_type() == "BooleanField" else {}
    who, what = change.by_name or change.by_username, f"{field.verbose_name} changed"
    return kind(change.at, who, what, words.get(was, was), words.get(became, became), reason)


def _name_linked(rows: list[Happening]) -> list[Happening]:
    """`rows`, in which sources are called what everybody calls them."""
    slugs = {slug for one in rows if isinstance(one, Linked) for slug in (one.was, one.became)}
    names = {one.slug: str(one) for one in Source.objects.filter(slug__in=slugs - {""})}
    return [
        replace(one, was=names.get(one.was, ""), became=names.get(one.became, "")) if isinstance(one, Linked) else one
        for one in rows
    ]


# ---- What rows say themselves ---------------------------------------------------------------------------------


def _name(person: User | None, *, otherwise: str = "") -> str:
    return (person.get_full_name() or person.get_username()) if person else otherwise


def _passages(rows: QuerySet[Evidence]) -> Iterator[Kind]:
    def recorded(one: Evidence) -> Happening:
        what = f"passage recorded: {one.get_stance_display()}"
        return Happening(one.created_at, _name(one.recorded_by), what, became=_short(one.quote), row=one)

    def retired(one: Evidence) -> Happening:
        return Happening(
            _time(one.retired_at), _name(one.retired_by), "passage retired", was=_short(one.quote), row=one
        )

    yield Kind(rows.select_related("recorded_by"), "created_at", recorded)
    yield Kind(rows.select_related("retired_by"), "retired_at", retired)


def _contradictions(claim: Claim) -> Iterator[Kind]:
    def other(one: Contradiction) -> Claim:
        return one.second if one.first_id == claim.pk else one.first

    def opened(one: Contradiction) -> Happening:
        what = f"contradiction opened, with “{other(one)}”"
        return Happening(one.opened_at, _name(one.opened_by), what, "", DisagreementState.OPEN, one.note, one)

    def closed(one: Contradiction) -> Happening:
        what = f"contradiction closed, with “{other(one)}”"
        who = _name(one.closed_by)
        return Happening(_time(one.closed_at), who, what, DisagreementState.OPEN, one.state, one.reason, one)

    rows = Contradiction.objects.filter(Q(first=claim) | Q(second=claim))
    yield Kind(rows.select_related("first", "second", "opened_by"), "opened_at", opened)
    yield Kind(rows.select_related("first", "second", "closed_by"), "closed_at", closed)


def _discrepancies(claim: Claim) -> Iterator[Kind]:
    """Closed ones, and those that a person opened again; what the desk finds decides nothing."""

    def reopened(one: Discrepancy) -> Happening:
        what = f"discrepancy opened again, {one}"
        return Happening(one.found_at, _name(one.opened_by), what, "", DisagreementState.OPEN, row=one)

    def closed(one: Discrepancy) -> Happening:
        who, what = _name(one.closed_by, otherwise=DESK), f"discrepancy closed, {one}"
        return Happening(_time(one.closed_at), who, what, DisagreementState.OPEN, one.state, one.reason, one)

    rows = Discrepancy.objects.filter(claim=claim)
    yield Kind(rows.filter(opened_by__isnull=False).select_related("opened_by"), "found_at", reopened)
    yield Kind(rows.select_related("closed_by"), "closed_at", closed)


def _short(quote: str) -> str:
    return quote if len(quote) <= LONGEST_QUOTE else f"{quote[: LONGEST_QUOTE - 1]}…"


def _time(at: datetime | None) -> datetime:
    assert at is not None  # noqa: S101 - rows without it are not read
    return at


# ---- What concerns a protected name ---------------------------------------------------------------------------


def _sightings(rows: QuerySet[Sighting], person: User) -> Iterator[Kind]:
    """What was stopped and what was said of it, to the readers of the name alone; the words stand on its own page."""
    lists = NameReader.objects.current().filter(person=person.pk, person__is_active=True)
    shown = rows.filter(source__in=lists.values("source"))
    rulings = Ruling.objects.filter(sighting__in=shown.order_by().values("pk"))

    def stopped(one: Sighting) -> Happening:
        return Happening(one.at, one.by_username, f"{one.place} in {one.story} stopped: may name {one.source}", row=one)

    def ruled(one: Ruling) -> Happening:
        whom = "another person" if one.is_another else "the source"
        what = f"said whom the {one.sighting.place} in {one.sighting.story} means"
        return Happening(one.at, one.by_username, what, became=whom, row=one.sighting)

    yield Kind(shown.select_related("source"), "at", stopped)
    yield Kind(rulings.select_related("sighting"), "at", ruled)


@dataclass(frozen=True)
class Veil:
    """How the happenings of a source are told: words that tell a protected name are not."""

    source: Source
    names: Protected

    def hide(self, text: str) -> str:
        """`text`, unless it tells the name of the source while that is protected."""
        is_told = self.source.confidential and (self.names.find_in(text) or self.names.find_surname_in(text))
        return HIDDEN if is_told else text

    def change(self, change: Change) -> Happening:
        """A change of the source itself."""
        return self._told(_changed(change), is_name=change.field == "name")

    def spelling(self, change: Change) -> Happening:
        """A change of what one spelling of it may be used for."""
        name = HIDDEN if self.source.confidential else f"“{change.row.partition('/')[2]}”"
        told = _changed(change)
        return self._told(replace(told, what=f"{told.what}: the spelling {name}"))

    def voice_recorded(self, one: Voice) -> Happening:
        """Whom it may be, or who may be it."""
        who = _name(one.recorded_by)
        return self._told(Happening(one.created_at, who, "voice recorded", "", str(one), one.reason))

    def voice_retired(self, one: Voice) -> Happening:
        """That the two count as two."""
        return self._told(Happening(_time(one.retired_at), _name(one.retired_by), "voice retired", str(one)))

    def lift(self, verb: str) -> Callable[[Lift], Happening]:
        """What was done, `verb`, with lifting its protection."""

        def tell(one: Lift) -> Happening:
            at, who, what = getattr(one, f"{verb}_at"), _name(getattr(one, f"{verb}_by")), f"lifting protection {verb}"
            return self._told(Happening(at, who, what, "", one.get_ground_display(), one.record))

        return tell

    def _told(self, one: Happening, *, is_name: bool = False) -> Happening:
        hide = (lambda text: HIDDEN if self.source.confidential and text else text) if is_name else self.hide
        return replace(one, was=hide(one.was), became=hide(one.became), reason=hide(one.reason))
