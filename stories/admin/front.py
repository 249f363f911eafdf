"""The front page of the desk: what needs whom, in the order of a bad day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import reverse

from stories.admin.base import words_of
from stories.admin.claim.changelist import MOST_LISTED, say_count
from stories.choices import BLOCKING_DISCREPANCIES, UNVERIFIED, DisagreementState, DiscrepancyKind, Part, Role, Verdict
from stories.insight.named import Named, namings_shown_to
from stories.insight.namings import EVENT
from stories.insight.standing import Trouble, facts_to_weigh, weakened_facts
from stories.insight.unheld import sources_not_held
from stories.models import Claim, Decision, Discrepancy, Publication, QueueItem, Story, StoryVersion
from stories.provenance.sightings import open_sightings, unread_sources
from stories.record.sealing import seals_to_settle, shown_notes
from stories.roles import role_of
from stories.stamps import LIVE
from stories.versions.compose import find_stale

SHOWN = 5
"""So many rows of a block are shown; the rest is behind its link."""

WEIGHED = 1_000
"""At most so many doubted facts are weighed whenever the page opens."""

RESTING = 100
"""So many claims of a story, the newest, are asked what they rest on whenever the page opens."""

CUTS, COMPARED = 1_000, 50
"""Among so many versions, those cut last, the current ones are looked for, and so many of them held against the log
whenever the page opens."""

MOST_SHOWN = 200
"""So many characters of a text that was stopped; all of it is on its page."""

LOOKED_THROUGH = 200
"""So many publications, the newest that nobody looked through yet, are looked through whenever the page opens."""

LOOK_ALL = "a change of the desk looks some of them through, and whoever runs it all: manage.py weigh_facts."

LATELY = timedelta(minutes=30)


@dataclass(frozen=True)
class Entry:
    """One thing to look at: what it says, where it leads, what else is to be known, since when."""

    words: str
    address: str
    detail: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class WorkBlock:
    """One kind of work: how much there is of it, the first rows, where the rest is, what to do when empty.

    `note` says of how much it speaks, where that is not all there is.
    """

    key: str
    title: str
    count: str
    rows: Sequence[Entry]
    empty: str
    address: str = ""
    is_urgent: bool = False
    note: str = ""


def list_blocks(person: User) -> list[WorkBlock]:
    """The blocks of the front page, for `person`."""
    current, is_every = _current_versions()
    return [
        _trouble(current, is_every=is_every),
        *_named(person),
        *_sightings(person),
        _published_lately(),
        _waiting_for_signature(person),
        *_sealed(person),
        _returned(person),
        _claims_in(UNVERIFIED, "Unverified", "Every claim has been decided on."),
        _claims_in(Verdict.DISPUTED, "Disputed", "Nothing is disputed."),
        _discrepancies(),
        _unheld(),
    ]


def _say_count(*kinds: QuerySet[Any]) -> str:
    return say_count(sum(rows.order_by()[: MOST_LISTED + 1].count() for rows in kinds))


def _review(claim: int | Claim | None, *, work: str = "") -> str:
    """The review page of `claim`, as one comes to it from the queue `work`: a decision leads to the next one there."""
    address = reverse("admin:stories_claim_review", args=[claim.pk if isinstance(claim, Model) else claim])
    return f"{address}?{urlencode({'queue': f'work={work}'})}" if work else address


def _queue(work: str) -> str:
    return f"{reverse('admin:stories_claim_changelist')}?work={work}"


def _trouble(current: Sequence[StoryVersion], *, is_every: bool) -> WorkBlock:
    """Facts in force that are in trouble, and current versions that print an ended fact.

    Below them, and not counted with them, the facts that hold and have lost a route.
    """
    doubted = facts_to_weigh(most=WEIGHED + 1)
    weakened = weakened_facts(among=Claim.objects.filter(pk__in=doubted[:WEIGHED]))
    rows = [_tell(one, " ".join(one.reasons)) for one in weakened if one.reasons]
    lessened = [
        _tell(
            one, f"It holds, on less: independent sources were {one.before} when it was confirmed, and are {one.now}."
        )
        for one in weakened
        if one.has_lost_a_route
    ]
    stale = find_stale(current)
    for version in current:
        if version.pk in stale:
            address = reverse("admin:stories_story_versions", args=[version.story_id])
            rows.append(
                Entry(f"{version.story}, version {version.number}", address, "It prints a fact that has ended.")
            )
    note = []
    if len(doubted) > WEIGHED:
        note.append(
            f"Changes may have touched more than {WEIGHED:,} facts, of which the newest {WEIGHED:,} were weighed here. "
            "Whoever runs the desk weighs all: manage.py weigh_facts."
        )
    if not is_every:
        note.append(f"Of the current versions the {len(current)} cut last.")
    empty = "Every fact in force stands as it did when it was confirmed, and no current version is stale."
    if note:
        empty = "None of those is in trouble."
    if lessened:
        note.append(f"Not counted, and last: {len(lessened)} that hold{'s' * (len(lessened) == 1)}, and lost a route.")
    shown = [*rows, *lessened[:SHOWN]][:MOST_LISTED]
    return WorkBlock("trouble", "In trouble", str(len(rows)), shown, empty, is_urgent=bool(rows), note=" ".join(note))


def _tell(trouble: Trouble, what: str) -> Entry:
    return Entry(trouble.decision.shown_wording, _review(trouble.claim), what, trouble.decision.at)


def _named(person: User) -> list[WorkBlock]:
    """What is printed and names a source that was protected since; no block where there is nothing.

    Its readers see it, and where nobody who still works here is on the list, every editor: to anybody else a sentence
    that is said to name somebody would tell who it is.
    """
    named, waiting = namings_shown_to(person, most=MOST_LISTED, fresh=LOOKED_THROUGH)
    current = [_tell_naming(one) for one in named if one.is_current]
    past = [_tell_naming(one) for one in named if not one.is_current]
    blocks = []
    if current or waiting:
        note = f"{waiting:,} older publications were not looked through yet: {LOOK_ALL}" if waiting else ""
        title, empty = "In trouble: names a protected source", "Nothing was found so far."
        count = say_count(len(current))
        blocks += [WorkBlock("named", title, count, current[:MOST_LISTED], empty, is_urgent=bool(current), note=note)]
    if past:
        title, note = "Past, and still read: names a protected source", ""
        if len(past) > SHOWN:
            note = f"The newest {SHOWN}; the others come up as these are taken down."
        blocks += [WorkBlock("named-past", title, say_count(len(past)), past[:SHOWN], "", note=note)]
    return blocks


def _tell_naming(named: Named) -> Entry:
    naming = named.naming
    position = naming.publication_id
    says = "name" if ", " in naming.places else "names"
    what = f"Its {naming.places} {says} {naming.source}."
    address = reverse("admin:stories_publication_change", args=[position])
    if naming.surname:
        what = f"Its {naming.places} {says} {naming.source} by the surname alone, or another person."
        address = reverse("admin:stories_source_naming", args=[naming.pk]) if naming.pk else address
        return Entry(named.words or f"position {position}", address, f"{what} Say whom the words mean.")
    if naming.part == EVENT:
        out = "It is a note of the first format, hashed into the log: nothing takes it down."
    elif naming.part == Part.NOTE:
        address = reverse("admin:stories_publication_suppression_note", args=[position])
        out = "Take the note down, with another in its place."
    elif named.claim is not None:
        address = _review(named.claim)
        out = "Withdraw it, or reword it; then suppress the text that named it, if its readers must not find it."
    elif named.version is not None:
        address = reverse("admin:stories_story_versions", args=[named.version.story_id])
        out = "Cut a version without it; then suppress the text of this one, if its readers must not find it."
        return Entry(f"{named.version.story}, version {named.version.number}", address, f"{what} {out}")
    else:
        address = reverse("admin:stories_publication_suppression", args=[position])
        out = "It is over, and still read in what we said before: take its text down."
    return Entry(named.words or f"position {position}", address, f"{what} {out}")


def _sightings(person: User) -> list[WorkBlock]:
    """What was stopped and `person` is to look at, as one who reads protected names; no block where there is nothing.

    Where nobody who still works here reads a name, the editors are asked to take the source on.
    """
    mine = open_sightings(person=person)
    rows = [
        Entry(
            one.text if len(one.text) <= MOST_SHOWN else f"{one.text[:MOST_SHOWN]}…",
            reverse("admin:stories_source_sighting", args=[one.pk]),
            f"{one.place} in {one.story}, by {one.by_username}; may name {one.source}",
            one.at,
        )
        for one in mine[:SHOWN]
    ]
    unread = list(unread_sources()[:SHOWN]) if role_of(person) == Role.EDITOR else []
    for source in unread:
        address = reverse("admin:stories_source_protection", args=[source.pk])
        rows.append(
            Entry(str(source), address, "A text was stopped that may name it, and nobody is on its list: take it on.")
        )
    if not rows:
        return []
    count = _say_count(mine) if not unread else str(len(rows))
    return [WorkBlock("sightings", "Names to look at", count, rows, "", is_urgent=True)]


def _current_versions() -> tuple[list[StoryVersion], bool]:
    """The current versions that were cut last, and whether there are no others."""
    cuts = list(StoryVersion.objects.cut().order_by("-publication_id").values_list("story", "pk")[:CUTS])
    newest: dict[int, int] = {}
    for story, pk in cuts:
        newest.setdefault(story, pk)
    current = list(newest.values())[:COMPARED]
    found = StoryVersion.objects.select_related("story").in_bulk(current)
    return [found[pk] for pk in current], len(cuts) < CUTS and len(current) == len(newest)


def _published_lately() -> WorkBlock:
    rows = Publication.objects.filter(at__gte=LIVE.now() - LATELY).order_by("-position")
    newest = list(rows.select_related("body")[:SHOWN])
    notes = shown_notes(one.pk for one in newest)
    shown = [
        Entry(
            words_of(one) or notes.get(one.pk) or f"position {one.pk}",
            reverse("admin:stories_publication_change", args=[one.pk]),
            one.event,
            one.at,
        )
        for one in newest
    ]
    address = reverse("admin:stories_publication_changelist")
    empty = "Nothing in the last half hour."
    return WorkBlock("published", "Published in the last half hour", _say_count(rows), shown, empty, address)


def _waiting_for_signature(person: User) -> WorkBlock:
    role = role_of(person)
    facts = QueueItem.objects.to_sign(person=person.pk, role=role)
    texts = _suppressions_to_sign(person, role)
    waiting = [*_oldest(facts), *texts.order_by("seq")[:SHOWN]]
    shown = [
        Entry(_name_proposal(one), _decide_on(one, work="sign"), f"proposed by {one.actor_username}", one.at)
        for one in sorted(waiting, key=lambda one: one.seq)[:SHOWN]
    ]
    empty = "Nothing waits for your signature."
    count = _say_count(facts, texts)
    return WorkBlock("sign", "Waiting for my signature", count, shown, empty, _queue("sign"), bool(shown))


def _sealed(person: User) -> list[WorkBlock]:
    """What others sealed, for an editor to destroy or to propose to put back; no block where there is nothing."""
    seals = seals_to_settle(but=person.pk)
    oldest = list(seals.order_by("seq").defer("evidence", "payload")[:SHOWN])
    if not oldest or role_of(person) != Role.EDITOR:
        return []
    rows = [
        Entry(
            f"The {Part(one.part).label} of position {one.suppresses_id}",
            _decide_on(one, work=""),
            f"sealed by {one.actor_username}, because of {one.because}: destroy it, or put it back",
            one.at,
        )
        for one in oldest
    ]
    return [WorkBlock("sealed", "Sealed, to be destroyed or put back", _say_count(seals), rows, "", is_urgent=True)]


def _suppressions_to_sign(person: User, role: Role | None) -> QuerySet[Decision]:
    """The open proposals to restore a part of a publication that `person`, in `role`, may be the second to sign."""
    waiting = Decision.objects.awaiting_second_signature().on_publications()
    return waiting.exclude(actor=person) if role == Role.EDITOR else waiting.none()


def _returned_suppressions(person: User) -> QuerySet[Decision]:
    """The newest decisions by which somebody else sent back what `person` proposed to restore."""
    returned = Decision.objects.newest().on_publications().filter(verdict=Verdict.RETURNED).exclude(actor=person)
    # Not a join: that would begin with all that the person ever decided.
    return returned.filter(Exists(Decision.objects.filter(pk=OuterRef("previous"), actor=person).order_by()))


def _returned(person: User) -> WorkBlock:
    facts, texts = QueueItem.objects.returned_to(person=person.pk), _returned_suppressions(person)
    back = [*_oldest(facts), *texts.order_by("seq")[:SHOWN]]
    shown = [
        Entry(
            _name_proposal(one.previous or one),
            _decide_on(one, work="returned"),
            f"{one.actor_username}: {one.rationale}",
            one.at,
        )
        for one in sorted(back, key=lambda one: one.seq)[:SHOWN]
    ]
    empty = "None of your proposals came back."
    return WorkBlock("returned", "My returned proposals", _say_count(facts, texts), shown, empty, _queue("returned"))


def _oldest(items: QuerySet[QueueItem]) -> list[Decision]:
    """The oldest of the newest decisions on the claims of `items`."""
    seqs = list(items.order_by("newest").values_list("newest", flat=True)[:SHOWN])
    return list(Decision.objects.filter(pk__in=seqs).select_related("previous").defer("evidence", "payload"))


def _name_proposal(proposal: Decision) -> str:
    # Format 1 names no part, and proposed to suppress the text.
    verb, part = "Restore" if proposal.part else "Suppress", Part(proposal.part or Part.TEXT)
    return proposal.shown_wording or f"{verb} the {part.label} of position {proposal.suppresses_id}"


def _decide_on(decision: Decision, *, work: str) -> str:
    """Where one decides on what `decision` is about, and then on the next claim of the queue `work`."""
    if decision.suppresses_id is not None:
        page = "suppression_note" if decision.part == Part.NOTE else "suppression"
        return reverse(f"admin:stories_publication_{page}", args=[decision.suppresses_id])
    return _review(decision.claim_id, work=work)


def _claims_in(state: str, title: str, empty: str) -> WorkBlock:
    rows = QueueItem.objects.in_state(state)
    claims = [item.claim for item in rows.order_by("-claim_id").select_related("claim")[:SHOWN]]
    shown = [Entry(str(one), _review(one, work=state), one.get_kind_display()) for one in claims]
    return WorkBlock(state, title, _say_count(rows), shown, empty, _queue(state))


def _discrepancies() -> WorkBlock:
    """Those that block a basis first."""
    harmless = [kind for kind in DiscrepancyKind if kind not in BLOCKING_DISCREPANCIES]
    oldest = [*_oldest_discrepancies(BLOCKING_DISCREPANCIES), *_oldest_discrepancies(harmless)][:SHOWN]
    found = Discrepancy.objects.select_related("claim").in_bulk(oldest)
    shown = [
        Entry(_describe(one), reverse("admin:stories_discrepancy_change", args=[one.pk]), str(one.claim))
        for one in map(found.__getitem__, oldest)
    ]
    address = f"{reverse('admin:stories_discrepancy_changelist')}?state__exact={DisagreementState.OPEN}"
    return WorkBlock(
        "discrepancies", "Open discrepancies", _say_count(Discrepancy.objects.open()), shown, "None is open.", address
    )


def _oldest_discrepancies(kinds: Sequence[str]) -> list[int]:
    """The open discrepancies of `kinds` (primary keys) that were found first."""
    # Kind by kind, so that each comes from the index in order, however many are open.
    parts = [Discrepancy.objects.open().filter(kind=kind).order_by("found_at", "pk") for kind in kinds]
    return [pk for _, pk in sorted(one for part in parts for one in part.values_list("found_at", "pk")[:SHOWN])]


def _describe(discrepancy: Discrepancy) -> str:
    return (
        str(discrepancy) if discrepancy.second_id else f"{discrepancy.get_kind_display()}: “{discrepancy.first_words}”"
    )


def _unheld() -> WorkBlock:
    """Whose words most of the newest story rests on without our having them, as far as its newest claims tell."""
    key, title, story = "unheld", "Sources whose own words we do not hold", Story.objects.first()
    if story is None:
        return WorkBlock(key, title, "0", [], "No claim of a story rests on anybody whose own words we do not hold.")
    items = QueueItem.objects.filter(story=story).order_by("-claim").values_list("claim", flat=True)
    newest = list(items[: RESTING + 1])
    found = [one for one in sources_not_held(story, among=newest[:RESTING]) if one.claims]
    shown = [
        Entry(
            str(one.source),
            reverse("admin:stories_source_change", args=[one.source.pk]),
            f"{one.claims} claims rest on it, {one.facts} of them facts in force",
        )
        for one in found  # all of them: there is no list behind this block
    ]
    empty, note = f"No claim of the newest story, {story}, rests on anybody whose own words we do not hold.", ""
    if len(newest) > RESTING:
        note = f"Counted among the newest {RESTING:,} claims of {story}."
        empty = f"None of the newest {RESTING:,} claims of {story} rests on anybody whose own words we do not hold."
    return WorkBlock(key, title, str(len(found)), shown, empty, note=note)
