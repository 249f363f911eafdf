"""Verification policy (design, section 5): which verbs are allowed from where, and which bases hold.

Pure functions over a snapshot and a wording; the database is not asked.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stories.choices import UNVERIFIED, Basis, ClaimKind, Role, SourceKind, Stance, Verdict
from stories.provenance import DESK, DESK_NAME, Snapshot, count_sources, rests_on, routes_of
from stories.texts import WORDING, holds_words, is_blank, reasons_against_text

# ---- The transition table -------------------------------------------------------------------------------------


NOT_A_MEMBER = "Only members of the groups Reporters and Editors decide; being a superuser is not enough."


class Verb(StrEnum):
    """What a person can do to a claim."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    RETURN = "return"
    DISPUTE = "dispute"
    REFUTE = "refute"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class State:
    """The state of a claim: its newest verdict (or UNVERIFIED), and whether a fact of it is in force."""

    newest: str
    in_force: bool


@dataclass(frozen=True)
class Transition:
    """From which newest verdicts a verb is allowed, whether it needs a fact in force, and for whom."""

    allowed_from: frozenset[str]
    needs_fact: bool
    roles: frozenset[Role]


ANY_STATE = frozenset({UNVERIFIED, *(verdict.value for verdict in Verdict if verdict != Verdict.SUPPRESSED)})
ANYBODY = frozenset({Role.REPORTER, Role.EDITOR})
EDITORS_ONLY = frozenset({Role.EDITOR})

TRANSITIONS: dict[Verb, Transition] = {
    Verb.PROPOSE: Transition(ANY_STATE, needs_fact=False, roles=ANYBODY),
    Verb.CONFIRM: Transition(frozenset({Verdict.PROPOSED}), needs_fact=False, roles=ANYBODY),
    Verb.RETURN: Transition(frozenset({Verdict.PROPOSED}), needs_fact=False, roles=ANYBODY),
    Verb.DISPUTE: Transition(ANY_STATE - {Verdict.DISPUTED}, needs_fact=False, roles=EDITORS_ONLY),
    Verb.REFUTE: Transition(ANY_STATE - {Verdict.REFUTED}, needs_fact=False, roles=EDITORS_ONLY),
    Verb.WITHDRAW: Transition(ANY_STATE, needs_fact=True, roles=EDITORS_ONLY),
}


@dataclass(frozen=True)
class Proposer:
    """Who made the open proposal: whether it is the one who acts now, and in which role."""

    is_actor: bool
    role: str


def reasons_not_to(verb: Verb, *, state: State, role: Role | None, proposer: Proposer | None) -> list[str]:
    """Why somebody in `role` may not `verb` a claim in `state`; empty when they may.

    `proposer` describes the open proposal, None when there is none.
    """
    if role is None:
        return [NOT_A_MEMBER]
    rule = TRANSITIONS[verb]
    reasons = []
    if role not in rule.roles:
        reasons.append(f"Only an editor can {verb} a claim.")
    if state.newest not in rule.allowed_from:
        if rule.allowed_from == {Verdict.PROPOSED}:
            reasons.append(f"There is no open proposal to {verb}: the claim is {state.newest}.")
        else:
            reasons.append(f"The claim is {state.newest} already.")
    elif rule.needs_fact and not state.in_force:
        reasons.append("No fact of this claim is in force, so there is nothing to withdraw.")
    if verb == Verb.CONFIRM and proposer is not None:
        if proposer.is_actor:
            reasons.append("You proposed this yourself: somebody else has to sign.")
        elif Role.EDITOR not in (role, proposer.role):
            reasons.append("One of the two who sign must be an editor; the proposer is a reporter.")
    if verb == Verb.RETURN and proposer is not None and role != Role.EDITOR and not proposer.is_actor:
        reasons.append("Only an editor, or the proposer taking it back, can return a proposal.")
    return reasons


# ---- The bases ------------------------------------------------------------------------------------------------

NEVER_CONFIRMED = frozenset({ClaimKind.PREDICTION, ClaimKind.ANALYSIS, ClaimKind.QUESTION})

QUOTATION_MARKS = '"“”„‟«»＂'
QUOTED = re.compile(rf"[{QUOTATION_MARKS}]([^{QUOTATION_MARKS}]*)[{QUOTATION_MARKS}]")
SINGLE_QUOTED = re.compile(r"(?<!\w)[‘'‹‚]([^‘'’‹›]+(?:['’]\w[^‘'’‹›]*)*)['’›](?!\w)")
REPORTED_AS_SAID = re.compile(
    r"\b(said|says?|saying|stated?|states|stating|told|tells|according to|views?|viewed|called|calls|described|"
    r"describes|denied|denies|announced|announces|insisted|insists|argued|argues|maintains?|maintained|"
    r"reports?|reported|wrote|writes)\b",
    re.IGNORECASE,
)
PLURAL_SOURCES = re.compile(  # "Wire reports" is no plural, "reports say" is
    r"\b(sources|officials|outlets|media|reports(?= (?:say|suggest|claim|indicate|speak|that)\b)|(?<=to )reports)\b",
    re.IGNORECASE,
)
RELATIVE_DATE = re.compile(
    r"\b(today|yesterday|tomorrow|tonight|(?:this|last|next) (?:week|month|year|weekend|night|morning|evening)|"
    r"recently|now|earlier|(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?!,? [A-Z][a-z]+ \d))\b",
    re.IGNORECASE,
)


def place_of(name: str, wording: str) -> int | None:
    """Where `name` first stands in `wording` as whole words; None when it does not, or is no name at all."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", wording) if re.search(r"\w", name) else None
    return found.start() if found else None


def names_in(wording: str, names: Sequence[str]) -> list[str]:
    """Those of `names` that stand in `wording` as whole words."""
    return [name for name in names if place_of(name, wording) is not None]


def _plain(text: str) -> str:
    """`text` with straight quotes, plain dashes and single spaces: what counts as the same words."""
    marks = str.maketrans({**dict.fromkeys("“”„‟«»＂", '"'), **dict.fromkeys("‘’‚‹›", "'"), **dict.fromkeys("–—", "-")})
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).translate(marks)).strip()


def quoted_words(wording: str) -> list[str]:
    """What stands in quotation marks in `wording`, without the comma or full stop that print puts inside them."""
    quoted = [*QUOTED.findall(wording), *SINGLE_QUOTED.findall(QUOTED.sub(" ", wording))]
    return [re.sub(r"[.,]$", "", _plain(words)).strip() for words in quoted]


def stands_verbatim(words: str, text: str) -> bool:
    """Whether the quoted `words` stand in `text` as whole words; how quotation marks and dashes look is no matter."""
    start = r"(?<!\w)" if words[:1].isalnum() else ""
    end = r"(?!\w)" if words[-1:].isalnum() else ""
    return re.search(start + re.escape(_plain(words)) + end, _plain(text)) is not None


def reasons_against_names(texts: Mapping[str, str], confidential: Mapping[str, Sequence[str]]) -> list[str]:
    """Which of `texts` (by what they are) name a confidential source; `confidential` as `confidential_names` gives."""
    return [
        f"The {what} names a confidential source. Call it “{public_name}”."
        for what, text in texts.items()
        for public_name, names in confidential.items()
        if any(holds_words(text, name) for name in names)
    ]


def can_name(source: dict[str, object]) -> bool:
    """Whether a wording may be attributed to `source`: named, in the open, and no document that we do not hold."""
    if source["confidential"] or source["kind"] == SourceKind.ANONYMOUS:
        return False
    return source["kind"] != SourceKind.DOCUMENT or bool(source["held"])


def name_of(snapshot: Snapshot, slug: str) -> str:
    """What people call the source or voice `slug`: a voice may be a source on no chain of `snapshot`, and keeps it."""
    if slug == DESK:
        return DESK_NAME
    return str(snapshot["sources"][slug]["name"]) if slug in snapshot["sources"] else slug


def named_sources(snapshot: Snapshot, wording: str) -> list[str]:
    """The sources on the routes that `wording` names, in the order in which it names them: who it is attributed to."""
    found = {}
    for route in routes_of(snapshot):
        for slug in route.sources:
            source = snapshot["sources"][slug]
            places = [place_of(name, wording) for name in source["names"]] if can_name(source) else []
            known = [place for place in places if place is not None]
            if known:
                found[slug] = min(known)
    return sorted(found, key=lambda slug: (found[slug], slug))


def _against_passages(snapshot: Snapshot, wording: str) -> list[str]:
    """What speaks against any basis at all: the kind of claim, the passages, the words."""
    claim, passages = snapshot["claim"], snapshot["passages"]
    reasons = []
    if claim["kind"] in NEVER_CONFIRMED:
        reasons.append(f"A claim of the kind “{claim['kind']}” can never be confirmed.")
    reasons += ["The wording is empty."] if is_blank(wording) else reasons_against_text(WORDING, wording)
    if not passages:
        reasons.append("No passage is listed: choose the passages that the wording stands on.")
    for passage in passages:
        where = f"The passage “{passage['quote'][:60]}” in {passage['article']}"
        if passage["claim"] != claim["uuid"]:
            reasons.append(f"{where} is evidence for another claim.")
        if passage["stance"] != Stance.SUPPORTS:
            reasons.append(f"{where} contradicts the claim.")
        if passage["retired"]:
            reasons.append(f"{where} has been retired.")
        if passage["retracted"]:
            reasons.append(f"{where} stands in a retracted article.")
    for one in snapshot["discrepancies"]:
        reasons.append(
            f"An open discrepancy of {one['kind']} (“{one['first_words']}” / “{one['second_words']}”) among the listed "
            "passages: resolve or dismiss it with a reason, or list fewer passages."
        )
    if re.search(rf"[{QUOTATION_MARKS}]", QUOTED.sub("", wording)):
        reasons.append("A quotation mark is left open: close it, so that it is clear which words are quoted.")
    for words in quoted_words(wording):
        for passage in passages:
            if not stands_verbatim(words, passage["quote"]):
                reasons.append(f"“{words}” does not stand verbatim in the passage in {passage['article']}.")
    for source in snapshot["sources"].values():
        if source["confidential"]:
            secret = [name for name in source["names"] if not holds_words(source["name"], name)]
            reasons += reasons_against_names({"wording": wording}, {source["name"]: secret})
    if claim["kind"] == ClaimKind.POSITION:
        speaker = snapshot["sources"][claim["says"]]
        if not names_in(wording, [*speaker["names"], speaker["name"]]):
            reasons.append(f"A position must say whose it is: name {speaker['name']}.")
        if not REPORTED_AS_SAID.search(wording):
            reasons.append("A position must be reported as said (“… said”, “according to …”), not stated as so.")
    return reasons


def _against_open_contradictions(snapshot: Snapshot) -> list[str]:
    return [f"Open contradiction: {one['note']}" for one in snapshot["contradictions"]]


def _against_corroborated(snapshot: Snapshot, wording: str, *, accepts_inferred: bool) -> list[str]:
    reasons = _against_open_contradictions(snapshot)
    if snapshot["claim"]["kind"] == ClaimKind.CHARACTERISATION:
        reasons.append("A characterisation can only be attributed.")
    count = count_sources(snapshot, accepts_inferred=accepts_inferred)
    if count < 2:
        shared = ", ".join(name_of(snapshot, slug) for slug in sorted(rests_on(snapshot))) or "nothing on record"
        reason = f"Only {count} independent source among the listed passages; everything rests on {shared}."
        if not accepts_inferred and count_sources(snapshot, accepts_inferred=True) >= 2:
            reason = "It takes an inferred attribution to reach two independent sources: accept it expressly or not."
        reasons.append(reason)
    return reasons


def _against_documented(snapshot: Snapshot, wording: str, *, accepts_inferred: bool) -> list[str]:
    reasons = _against_open_contradictions(snapshot)
    claim = snapshot["claim"]
    if claim["kind"] == ClaimKind.CHARACTERISATION:
        reasons.append("A characterisation can only be attributed.")
    if claim["says"] is None or snapshot["sources"][claim["says"]]["kind"] != SourceKind.DOCUMENT:
        reasons.append("The claim does not report the words of a document.")
    elif not snapshot["sources"][claim["says"]]["held"]:
        reasons.append("We do not hold the document, with a note on how it was authenticated.")
    elif not any(passage["held"] and passage["chain"] == [claim["says"]] for passage in snapshot["passages"]):
        reasons.append("None of the listed passages stands in the document itself, as we hold it.")
    return reasons


def _against_attributed(snapshot: Snapshot, wording: str, *, accepts_inferred: bool) -> list[str]:
    routes = routes_of(snapshot)
    if not routes:
        return ["No listed passage has a recorded chain, so there is nobody to attribute it to."]
    named = set(named_sources(snapshot, wording))
    reasons = []
    for route in routes:
        if not named & set(route.sources):
            able = [slug for slug in route.sources if can_name(snapshot["sources"][slug])]
            who = " or ".join(name_of(snapshot, slug) for slug in able) or "nobody on it can be named"
            way = " → ".join(name_of(snapshot, slug) for slug in route.sources) or "own reporting"
            reason = f"The wording names nobody on the route {way}: name {who}."
            if reason not in reasons:
                reasons.append(reason)
    return reasons


_AGAINST: dict[Basis, Callable[..., list[str]]] = {
    Basis.CORROBORATED: _against_corroborated,
    Basis.DOCUMENTED: _against_documented,
    Basis.ATTRIBUTED: _against_attributed,
}


def reasons_against(basis: str, snapshot: Snapshot, *, wording: str, accepts_inferred: bool = False) -> list[str]:
    """Why `wording` may not be printed on `basis` with the passages of `snapshot`; empty when the basis holds."""
    if basis not in Basis.values:
        return [f"“{basis}” is no basis. Choose one of: {', '.join(Basis.values)}."]
    common = _against_passages(snapshot, wording)
    return common + _AGAINST[Basis(basis)](snapshot, wording, accepts_inferred=accepts_inferred)


def warnings_about(snapshot: Snapshot, *, wording: str) -> list[str]:
    """What an editor should look at once more before signing; none of it blocks."""
    warnings = []
    plural = PLURAL_SOURCES.search(wording)
    if plural and count_sources(snapshot, accepts_inferred=True) < 2:
        warnings.append(f"“{plural.group()}” is a plural, but all of it is one voice.")
    relative = RELATIVE_DATE.search(wording)
    if relative:
        warnings.append(f"“{relative.group()}” will be wrong tomorrow: give the date.")
    if snapshot["contradicted_by"]:
        warnings.append(f"{len(snapshot['contradicted_by'])} passage(s) contradict this claim.")
    return warnings


def _describe_passage_change(was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """In words, what is different between a listed passage as it was and as it is."""
    where = f"The passage “{was['quote'][:60]}” in {was['article']}"
    changes = []
    for key in sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key)):
        before, after = was.get(key), now.get(key)
        if key == "chain":
            route = " → ".join(before or ()) or "nobody", " → ".join(after or ()) or "nobody"
            changes.append(f"{where}: its chain was {route[0]}, and is {route[1]}.")
        elif key in ("retired", "retracted", "held", "inferred", "own_reporting"):
            what = {
                "retired": ("has been retired", "is no longer retired"),
                "retracted": ("stands in a retracted article", "stands in an article that is no longer retracted"),
                "held": ("stands in a document that we hold", "no longer stands in a document that we hold"),
                "inferred": ("has an inferred attribution", "no longer has an inferred attribution"),
                "own_reporting": ("is our own reporting", "is no longer our own reporting"),
            }[key]
            changes.append(f"{where} {what[0] if after else what[1]}.")
        else:
            changes.append(f"{where}: its {key} was “{before}”, and is “{after}”.")
    return changes


def _describe_list_change(before: Snapshot, after: Snapshot, quotes: Mapping[str, str]) -> list[str]:
    """In words, which contradictions, contradicting passages and discrepancies came or went."""
    told: dict[str, Callable[[Any], str]] = {
        "contradictions": lambda one: f"contradiction: {one['note']}",
        "contradicted_by": lambda one: f"contradicting passage: {quotes.get(one, one)}",
        "discrepancies": lambda one: f"discrepancy of {one['kind']}: “{one['first_words']}” / “{one['second_words']}”",
    }
    changes = []
    for key, tell in told.items():
        changes += [f"New {tell(one)}" for one in after[key] if one not in before[key]]
        changes += [f"No longer open: {tell(one)}" for one in before[key] if one not in after[key]]
    return changes


def contradicted_since(before: Snapshot, after: Snapshot) -> list[str]:
    """What contradicts the claim in `after` and was not known in `before`; its basis may hold all the same."""
    opened = [one for one in after["contradictions"] if one not in before["contradictions"]]
    reasons = _against_open_contradictions({"contradictions": opened})
    if set(after["contradicted_by"]) - set(before["contradicted_by"]):
        reasons.append("A passage recorded since it was confirmed speaks against it.")
    return reasons


def describe_change(before: Snapshot, after: Snapshot, *, quotes: Mapping[str, str]) -> list[str]:
    """In words, what is different between the snapshot that was proposed and the present one; empty when nothing.

    `quotes` gives the words of contradicting passages by id: a snapshot knows only that there are some.
    """
    changes = []
    old = {passage["uuid"]: passage for passage in before["passages"]}
    new = {passage["uuid"]: passage for passage in after["passages"]}
    for uuid in sorted(old.keys() | new.keys()):
        was, now = old.get(uuid), new.get(uuid)
        if was is not None and now is not None:
            changes += _describe_passage_change(was, now)
        else:
            changes.append(f"The passage “{(was or now or {})['quote'][:60]}” is listed on one side only.")
    for slug in sorted(before["voices"].keys() | after["voices"].keys()):
        was, now = before["voices"].get(slug), after["voices"].get(slug)
        if was is not None and now is not None and was != now:
            changes.append(f"{slug} could be {', '.join(was)}, and now could be {', '.join(now)}.")
    for key in sorted(before["claim"]):
        if before["claim"][key] != after["claim"].get(key):
            changes.append(f"The claim's {key} was “{before['claim'][key]}”, and is “{after['claim'].get(key)}”.")
    return changes + _describe_list_change(before, after, quotes)
