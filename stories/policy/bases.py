"""Which bases hold (rule: bases): pure functions over a snapshot and a wording."""

import re
from collections.abc import Callable
from typing import Any

from stories.choices import Basis, ClaimKind, SourceKind, Stance
from stories.policy.quoting import QUOTATION_MARKS, QUOTED, quoted_words, stands_verbatim
from stories.provenance.names import can_name, name_of, named_sources, names_in
from stories.provenance.protected import PEOPLE, names_somebody
from stories.provenance.routes import count_sources, rests_on, routes_of
from stories.provenance.snapshots import Snapshot, rules_of
from stories.reading.disguises import find_any
from stories.texts import WORDING, holds_words, is_blank, reasons_against_text

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

WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


NAMES_SOMEBODY = "The wording names a confidential source: somebody who protects one must look at this."


def reasons_against_named(snapshot: Snapshot, wording: str) -> list[str]:
    """Which confidential sources of `snapshot` the `wording` names in full, as far as the snapshot tells.

    Whatever is about to be printed is looked through with all protected names, by the same matching
    (rule: everything-printed).
    """
    confidential = [source for source in snapshot["sources"].values() if source["confidential"]]
    named = _holds_name if rules_of(snapshot) >= 2 else _holds_words_of
    # Not which: everybody reads this, and who knows what it is called in public would know who that is.
    return [NAMES_SOMEBODY for source in confidential if named(source, wording)]


def _holds_name(source: dict[str, Any], wording: str) -> bool:
    is_person = source["kind"] in PEOPLE
    named = [name for name in source["names"] if names_somebody(name)]
    secret = [name for name in named if find_any(source["name"], [name], is_person=is_person) is None]
    return find_any(wording, secret, is_person=is_person) is not None


def _holds_words_of(source: dict[str, Any], wording: str) -> bool:
    """What the first rules asked."""
    return any(holds_words(wording, name) for name in source["names"] if not holds_words(source["name"], name))


def reasons_against_passages(snapshot: Snapshot) -> list[str]:
    """Passage by passage, why the claim cannot stand on it."""
    claim, reasons = snapshot["claim"], []
    for passage in snapshot["passages"]:
        where = f"The passage “{passage['quote'][:60]}” in {passage['article']}"
        if passage["claim"] != claim["uuid"]:
            reasons.append(f"{where} is evidence for another claim.")
        if passage["stance"] != Stance.SUPPORTS:
            reasons.append(f"{where} contradicts the claim.")
        if passage["retired"]:
            reasons.append(f"{where} has been retired.")
        if passage["retracted"]:
            reasons.append(f"{where} stands in a retracted article.")
    return reasons


def reasons_against_addresses(snapshot: Snapshot) -> list[str]:
    """Which articles cannot be cited by their address (rule: safe-to-print)."""
    return [
        f"The address of {slug} is cited, and is none of the web (https://…): correct it in the article."
        for slug, article in snapshot["articles"].items()
        if article["url"] is not None and not WEB_ADDRESS.fullmatch(article["url"])
    ]


def _against_any_basis(snapshot: Snapshot, wording: str) -> list[str]:
    """What speaks against any basis at all: the kind of claim, the passages, the words."""
    claim, passages = snapshot["claim"], snapshot["passages"]
    kind, reasons = ClaimKind(claim["kind"]), []
    if not kind.bases:
        reasons.append(f"A claim of the kind “{kind}” can never be confirmed.")
    reasons += ["The wording is empty."] if is_blank(wording) else reasons_against_text(WORDING, wording)
    if not passages:
        reasons.append("No passage is listed: choose the passages that the wording stands on.")
    reasons += reasons_against_passages(snapshot)
    if rules_of(snapshot) >= 2:
        reasons += reasons_against_addresses(snapshot)
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
    if kind.is_said:
        speaker = snapshot["sources"][claim["says"]]
        if not names_in(wording, [*speaker["names"], speaker["name"]]):
            reasons.append(f"A {kind} must say whose it is: name {speaker['name']}.")
        if not REPORTED_AS_SAID.search(wording):
            reasons.append(f"A {kind} must be reported as said (“… said”, “according to …”), not stated as so.")
    return reasons


def reasons_from_contradictions(snapshot: Snapshot) -> list[str]:
    return [f"Open contradiction: {one['note']}" for one in snapshot["contradictions"]]


def _against_corroborated(snapshot: Snapshot, wording: str, *, accepts_inferred: bool) -> list[str]:
    reasons = reasons_from_contradictions(snapshot)
    count = count_sources(snapshot, accepts_inferred=accepts_inferred)
    if count < 2:
        shared = ", ".join(name_of(snapshot, slug) for slug in sorted(rests_on(snapshot))) or "nothing on record"
        reason = f"Only {count} independent source among the listed passages; everything rests on {shared}."
        if not accepts_inferred and count_sources(snapshot, accepts_inferred=True) >= 2:
            reason = "It takes an inferred attribution to reach two independent sources: accept it expressly or not."
        reasons.append(reason)
    return reasons


def _against_documented(snapshot: Snapshot, wording: str, *, accepts_inferred: bool) -> list[str]:
    reasons = reasons_from_contradictions(snapshot)
    claim = snapshot["claim"]
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


def reasons_against(basis: str, snapshot: Snapshot, *, wording: str, accepts_inferred: bool) -> list[str]:
    """Why `wording` may not be printed on `basis` with the passages of `snapshot`; empty when the basis holds."""
    if basis not in Basis.values:
        return [f"“{basis}” is no basis. Choose one of: {', '.join(Basis.values)}."]
    reasons, kind = _against_any_basis(snapshot, wording), ClaimKind(snapshot["claim"]["kind"])
    if kind.bases and basis not in kind.bases:
        reasons.append(f"A {kind} can only be {' or '.join(kind.bases)}.")
    return reasons + _AGAINST[Basis(basis)](snapshot, wording, accepts_inferred=accepts_inferred)


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
