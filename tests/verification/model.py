"""What anybody may do on a small desk, and what follows: the rules said once more in a few lines.

The model knows no queryset and no snapshot. Whatever is asked of it answers with the events that are published by it,
or None where the desk must refuse; then the model is as it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

PEOPLE = {"anna": "reporter", "ben": "reporter", "cleo": "editor", "dora": "editor", "root": None, "zoe": None}
"""Who, in which role; `root` is a superuser, and `zoe` was a reporter whose account is switched off."""

KINDS = ["fact", "fact", "prediction"]
WORDINGS = [
    "Wire reports that it is shut.",
    "It is shut, Wire says.",
    "The Courier says so.",
    "Nobody is named here.",
]
STATEMENTS = [f"The harbour is shut, part {n}." for n in range(len(KINDS))]
TITLES = ["The harbour", "The harbour, shut"]
KNOWN, CHECKING, TAKEN_DOWN, REMOVED = "We know more.", "We are checking.", "Taken down.", "Removed."
PUBLIC_NAME = "a port agency"
RETRACTED = "2025-11-21T12:00:00.000Z"
"""When an article is retracted, whenever it is."""

Events = list[str] | None


@dataclass
class Lying:
    """A text or note beside the log: its words, whether it is shown, sealed or gone, by whom, who would restore it.

    Those of the same `words` go together: a fact's with the number of its claim, a note alone.
    """

    words: tuple[int | None, str]
    names_wire: bool = False
    where: str = "shown"
    sealer: str = ""
    proposer: str = ""


@dataclass(frozen=True)
class Fact:
    """What is printed of a claim, under which title, and whether the agency was protected then."""

    wording: str
    title: str
    protected: bool


@dataclass
class Model:
    """Where each claim stands, what lies beside the log, what is on record, and whether the agency is protected."""

    state: list[str] = field(default_factory=lambda: ["unverified" for _ in KINDS])
    proposed: list[tuple[str, str]] = field(default_factory=lambda: [("", "") for _ in KINDS])
    in_force: list[Fact | None] = field(default_factory=lambda: [None for _ in KINDS])
    beside: dict[tuple[int, str], Lying] = field(default_factory=dict)
    statements: list[str] = field(default_factory=lambda: list(STATEMENTS))
    statuses: list[str] = field(default_factory=lambda: ["current" for _ in KINDS])
    title: str = TITLES[0]
    protected: bool = False
    reader: str = ""
    lifts: list[list[str]] = field(default_factory=list)
    """Each lifting: who proposed it, and whether it is open, signed or returned."""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    """The record of changes: the column, what it became, who changed it."""

    # ---- Claims -----------------------------------------------------------------------------------------------

    def is_printable(self, claim: int, wording: str) -> bool:
        named = ("Wire" in wording and not self.protected) or "Courier" in wording
        return KINDS[claim] != "prediction" and named and self.statuses[claim] != "retracted"

    def propose(self, claim: int, who: str, wording: str) -> Events:
        differs = Fact(wording, self.title, self.protected) != self.in_force[claim]
        if PEOPLE[who] is None or not self.is_printable(claim, wording) or not differs:
            return None
        self.state[claim], self.proposed[claim] = "proposed", (who, wording)
        return []

    def confirm(self, claim: int, who: str) -> Events:
        proposer, wording = self.proposed[claim]
        if self.state[claim] != "proposed" or PEOPLE[who] is None or who == proposer:
            return None
        if "editor" not in (PEOPLE[who], PEOPLE[proposer]) or not self.is_printable(claim, wording):
            return None
        event = "reworded" if self.in_force[claim] else "confirmed"
        self.state[claim], self.in_force[claim] = "confirmed", Fact(wording, self.title, self.protected)
        return [event]

    def send_back(self, claim: int, who: str) -> Events:
        if self.state[claim] != "proposed" or (PEOPLE[who] != "editor" and who != self.proposed[claim][0]):
            return None
        self.state[claim] = "returned"
        return []

    def end(self, claim: int, who: str, verdict: str) -> Events:
        possible = self.in_force[claim] is not None if verdict == "withdrawn" else self.state[claim] != verdict
        if PEOPLE[who] != "editor" or not possible:
            return None
        events = ["withdrawn"] if self.in_force[claim] else []
        self.state[claim], self.in_force[claim] = verdict, None
        return events

    # ---- Beside the log ---------------------------------------------------------------------------------------

    def lay(self, position: int, fact: int | None, note: str) -> None:
        """What was published lies beside the log: the text of the fact now in force of that claim, and its note."""
        printed = self.in_force[fact] if fact is not None else None
        if printed is not None:
            names_wire = "Wire" in printed.wording or not printed.protected
            self.beside[position, "text"] = Lying((fact, printed.wording), names_wire)
        if note:
            self.beside[position, "note"] = Lying((None, note))

    def same_as(self, one: Lying, where: str) -> list[Lying]:
        """What says the same words and is where `one` should be; nothing when it is elsewhere."""
        same = (other for other in self.beside.values() if other.words == one.words and other.where == where)
        return list(same) if one.where == where else []

    def suppress(self, one: Lying, who: str, note: str) -> Events:
        taken, (claim, words) = self.same_as(one, "shown"), one.words
        if PEOPLE[who] != "editor" or not taken or note == words:
            return None
        for other in taken:
            other.where, other.sealer, other.proposer = "sealed", who, ""
        events = ["suppressed"] * len(taken)
        fact = self.in_force[claim] if claim is not None else None
        if claim is not None and fact is not None and fact.wording == words:
            self.state[claim], self.in_force[claim] = "withdrawn", None
            events.insert(0, "withdrawn")
        return events

    def destroy(self, one: Lying, who: str) -> Events:
        sealed = self.same_as(one, "sealed")
        if PEOPLE[who] != "editor" or not sealed or any(other.sealer == who or other.proposer for other in sealed):
            return None
        for other in sealed:
            other.where = "gone"
        return []

    def propose_restoration(self, one: Lying, who: str) -> Events:
        sealed = self.same_as(one, "sealed")
        if PEOPLE[who] != "editor" or not sealed or one.proposer:
            return None
        for other in sealed:
            other.proposer = other.proposer or who
        return []

    def restore(self, one: Lying, who: str) -> Events:
        sealed = self.same_as(one, "sealed")
        if PEOPLE[who] != "editor" or not sealed or any(other.proposer in ("", who) for other in sealed):
            return None
        if self.protected and any(other.names_wire for other in sealed):
            return None
        for other in sealed:
            other.where, other.sealer, other.proposer = "shown", "", ""
        return ["restored"] * len(sealed)

    def return_restoration(self, one: Lying, who: str) -> Events:
        if PEOPLE[who] != "editor" or one.where != "sealed" or not one.proposer:
            return None
        one.proposer = ""
        return []

    # ---- On record --------------------------------------------------------------------------------------------

    def change_title(self, who: str, title: str) -> Events:
        if title == self.title:
            return []
        if who == "zoe":
            return None
        self.title = title
        return self.put_on_record(who, [("title", title)])

    def change_statement(self, claim: int, who: str, statement: str) -> Events:
        if statement == self.statements[claim]:
            return []
        if who == "zoe" or self.state[claim] != "unverified":
            return None
        self.statements[claim] = statement
        return self.put_on_record(who, [("statement", statement)])

    def change_status(self, claim: int, who: str, status: str, reason: str) -> Events:
        was = self.statuses[claim]
        if status == was:
            return []
        if who == "zoe" or not reason:
            return None
        self.statuses[claim] = status
        lines = [("status", status)]
        if "retracted" in (was, status):
            lines.append(("retracted_at", RETRACTED if status == "retracted" else ""))
        return self.put_on_record(who, lines)

    def put_on_record(self, who: str, lines: Iterable[tuple[str, str]]) -> Events:
        self.changes += [(column, became, who) for column, became in lines]
        return []

    # ---- Protection -------------------------------------------------------------------------------------------

    def protect(self, who: str) -> Events:
        if PEOPLE[who] is None or self.protected:
            return None
        self.protected, self.reader = True, self.reader or who
        lines = [("confidential", "true")]
        if ("public_name", PUBLIC_NAME) not in [(column, became) for column, became, _ in self.changes]:
            lines.append(("public_name", PUBLIC_NAME))
        return self.put_on_record(who, lines)

    def propose_lift(self, who: str) -> Events:
        open_one = any(state == "open" for _, state in self.lifts)
        if PEOPLE[who] != "editor" or not self.protected or who != self.reader or open_one:
            return None
        self.lifts.append([who, "open"])
        return []

    def sign_lift(self, who: str) -> Events:
        if PEOPLE[who] != "editor" or self.lifts[-1][1] != "open" or self.lifts[-1][0] == who:
            return None
        self.lifts[-1][1], self.protected = "signed", False
        return self.put_on_record(who, [("confidential", "false")])

    def return_lift(self, who: str) -> Events:
        if PEOPLE[who] != "editor" or self.lifts[-1][1] != "open":
            return None
        self.lifts[-1][1] = "returned"
        return []
