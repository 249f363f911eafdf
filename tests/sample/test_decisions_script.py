"""The newsroom's day (seeds/decisions.yaml) keeps the verification policy, as far as the data alone can show it.

The desk's own verbs judge it again when the fixtures are built; here it is replayed with none of the desk's code.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tests.readings import READING, STEPS

CLAIMS = {claim["id"]: claim for claim in READING["claims"]}
SOURCES = {source["slug"]: source for source in READING["sources"]}
ARTICLE_KEYS = {article["slug"]: article["key"] for article in READING["articles"]}
VERBS = {"receive", "propose", "confirm", "return", "dispute", "resolve", "dismiss", "draft", "cut"}
ROLES = {"reporter": "reporter", "editor": "editor", "second-editor": "editor"}
PROPOSALS = [step for step in STEPS if "propose" in step]


def verb_of(step):
    (verb,) = VERBS & step.keys()
    return verb


def passages_of(step):
    by_id = {passage["id"]: passage for passage in CLAIMS[step["propose"]]["passages"]}
    return [by_id[name] for name in step["passages"]]


def name_of(step):
    return f"{step['at']:%H:%M} {step['propose']}"


@dataclass
class Day:
    """Where the desk stands: what has arrived, the newest verdict and wording of each claim, open contradictions."""

    arrived: set = field(default_factory=set)
    newest: dict = field(default_factory=dict)
    in_force: dict = field(default_factory=dict)
    open_pairs: set = field(default_factory=set)
    drafts: list = field(default_factory=list)
    versions: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)

    def take(self, step):
        """Take one step, noting under `problems` whatever the policy would refuse."""
        verb = verb_of(step)
        getattr(self, f"_{verb}")(step, step[verb])

    def _need(self, condition, step, problem):
        if not condition:
            self.problems.append(f"{step['at']:%H:%M} {verb_of(step)}: {problem}")

    def _receive(self, step, slug):
        key = ARTICLE_KEYS[slug]
        self.arrived.add(key)
        self.open_pairs |= {tuple(one["between"]) for one in READING["contradictions"] if one["with"] == key}

    def _propose(self, step, claim):
        arrived = {passage.split("#")[0] for passage in step["passages"]}
        self._need(step["passages"] and arrived <= self.arrived, step, "a passage has not arrived yet")
        inferred = any(passage.get("inferred") for passage in passages_of(step))
        self._need(step.get("accepts_inferred", False) == inferred, step, "inferred attribution and its acceptance")
        explained = bool(step.get("correction_kind")) and bool(step.get("public_note"))
        self._need(explained == (claim in self.in_force), step, "a correction is explained, and only a correction")
        if step["basis"] == "corroborated":
            self._need(not any(claim in pair for pair in self.open_pairs), step, "an open contradiction")
        self.newest[claim] = step

    def _confirm(self, step, claim):
        proposal = self.newest.get(claim, {})
        self._need("propose" in proposal, step, "nothing is proposed")
        self._need(proposal["by"] != step["by"], step, "signed by the proposer")
        self._need("editor" in {ROLES[proposal["by"]], ROLES[step["by"]]}, step, "no editor among the two")
        self.in_force[claim] = proposal
        self.newest[claim] = step

    def _return(self, step, claim):
        proposal = self.newest.get(claim, {})
        self._need("propose" in proposal and step["reason"], step, "nothing is proposed")
        self._need(ROLES[step["by"]] == "editor" or proposal["by"] == step["by"], step, "not an editor's or own")
        self.newest[claim] = step

    def _dispute(self, step, claim):
        self._need(ROLES[step["by"]] == "editor" and step["rationale"], step, "by an editor, with a reason")
        explained = bool(step.get("correction_kind")) and bool(step.get("public_note"))
        self._need(explained == (claim in self.in_force), step, "withdrawing is explained")
        self.in_force.pop(claim, None)
        self.newest[claim] = step

    def _resolve(self, step, what):
        self._need(ROLES[step["by"]] == "editor" and step["reason"], step, "by an editor, with a reason")
        if "contradiction" in what:
            pair = tuple(what["contradiction"])
            self._need(pair in self.open_pairs, step, f"{pair} is not open")
            self.open_pairs.discard(pair)
        else:
            self._need(what["discrepancy"] in CLAIMS and what["kind"], step, "no such discrepancy")

    _dismiss = _resolve

    def _draft(self, step, number):
        facts = [block["fact"] for block in step["blocks"] if "fact" in block]
        self._need(
            set(facts) <= set(self.in_force) and len(set(facts)) == len(facts), step, "facts in force, once each"
        )
        self._need(all(len(block) == 1 for block in step["blocks"]), step, "a block is text or a fact")
        self._need(bool(step["change_note"]) or step["change_kind"] == "new", step, "a change is explained")
        self._need(number == len(self.versions) + 1, step, "the next number")
        self.drafts.append(step)

    def _cut(self, step, number):
        draft = self.drafts[-1]
        self._need(draft["draft"] == number and draft["by"] != step["by"], step, "cut by somebody else")
        self._need({ROLES[draft["by"]], ROLES[step["by"]]} == {"editor"}, step, "two editors")
        facts = [block["fact"] for block in draft["blocks"] if "fact" in block]
        self.versions[number] = {fact: self.in_force[fact] for fact in facts}


def replay(until=None):
    day = Day()
    for step in STEPS[:until]:
        day.take(step)
    return day


END = replay()


def test_every_step_is_one_verb_by_somebody_of_the_desk_in_order_of_time():
    assert [step for step in STEPS if len(VERBS & step.keys()) != 1 or step["by"] not in ROLES] == []
    times = [step["at"] for step in STEPS]
    assert times == sorted(set(times))
    assert times[0] > datetime(2025, 11, 21, 12, 21, tzinfo=UTC)
    assert {time.date().isoformat() for time in times} == {"2025-11-21"}


def test_policy_refuses_no_step():
    assert END.problems == []


def test_the_same_script_signed_by_its_proposer_is_refused():
    day = Day()
    for step in STEPS[:3]:
        day.take({**step, "by": "reporter"})
    assert day.problems == [
        "12:44 confirm: signed by the proposer",
        "12:44 confirm: no editor among the two",
    ]


@pytest.mark.parametrize("step", PROPOSALS, ids=name_of)
def test_words_in_quotation_marks_stand_verbatim_in_every_listed_passage(step):
    for quoted in re.findall(r'"([^"]*)"', step["wording"]):
        assert [passage["id"] for passage in passages_of(step) if quoted not in passage["quote"]] == []


@pytest.mark.parametrize("step", [step for step in PROPOSALS if step["basis"] == "attributed"], ids=name_of)
def test_an_attributed_wording_names_somebody_on_every_route(step):
    def names(slug):
        source = SOURCES[slug]
        if source["kind"] in ("anonymous-person", "document"):
            return []
        return [source["name"], *source["aliases"]["printable"]]

    for passage in passages_of(step):
        printable = [name for slug in passage["chain"] for name in names(slug)]
        assert any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", step["wording"]) for name in printable)


@pytest.mark.parametrize("step", PROPOSALS, ids=name_of)
def test_a_wording_has_no_relative_date_and_no_plural_of_voices(step):
    loose = r"\b(today|yesterday|tomorrow|now|recently|earlier|last|weeks?|\w+day|sources|officials|reports|media)\b"
    assert re.findall(loose, step["wording"].replace("last 30 years", "")) == []


def test_what_can_never_be_confirmed_is_never_proposed():
    never = {name for name, claim in CLAIMS.items() if claim["kind"] in ("prediction", "analysis", "question")}
    assert never == {"C20", "C29", "C30"}
    assert never & {step["propose"] for step in PROPOSALS} == set()


def test_a_term_of_a_plan_is_never_worded_as_done():
    terms = [step for step in PROPOSALS if CLAIMS[step["propose"]]["kind"] == "plan-term"]
    assert [name_of(step) for step in terms if " would " not in step["wording"]] == []


def test_a_position_names_whose_it_is_and_is_reported_as_said():
    positions = [step for step in PROPOSALS if CLAIMS[step["propose"]]["kind"] == "position"]
    assert [step["propose"] for step in positions] == ["C21", "C11"]
    for step in positions:
        assert SOURCES[CLAIMS[step["propose"]]["says"]]["name"] in step["wording"]
        assert re.search(r"\b(said|according to)\b", step["wording"])


def test_one_fact_is_corroborated_and_the_rest_are_attributed():
    bases = {claim: step["basis"] for claim, step in END.in_force.items()}
    assert {claim for claim, basis in bases.items() if basis != "attributed"} == {"C31"}
    assert bases["C31"] == "corroborated"


def test_how_the_day_ends():
    verdicts = {claim: verb_of(step) for claim, step in END.newest.items()}
    assert len(END.in_force) == 32
    assert {claim for claim, verb in verdicts.items() if verb != "confirm"} == {"C02", "C09", "C26"}
    assert (verdicts["C02"], verdicts["C09"], verdicts["C26"]) == ("return", "dispute", "propose")
    assert END.newest["C26"]["by"] == "reporter"
    assert sorted(CLAIMS.keys() - verdicts.keys()) == [
        "C05",
        "C06",
        "C10",
        "C13",
        "C15",
        "C20",
        "C22",
        "C29",
        "C30",
    ]


def test_the_disputed_fact_had_been_published():
    dispute = END.newest["C09"]
    before = replay(until=STEPS.index(dispute))
    assert "C09" in before.in_force
    assert "C09" in before.versions[1]
    assert dispute["correction_kind"] == "withheld"


def test_which_document_demands_concessions_stays_open():
    assert {("C08", "C09"), ("C08", "C10"), ("C09", "C10")} <= END.open_pairs
    assert END.in_force["C08"]["basis"] == "attributed"


def test_three_versions_tell_the_story():
    one, two, three = (END.versions[number] for number in (1, 2, 3))
    assert [(draft["draft"], draft["change_kind"]) for draft in END.drafts] == [
        (1, "new"),
        (2, "update"),
        (3, "correction"),
    ]
    assert (one["C31"]["basis"], two["C31"]["basis"]) == ("attributed", "corroborated")
    assert two["C31"]["wording"] == "There is a 28-point peace plan for Ukraine."
    assert "C18" not in one
    assert (two["C18"]["passages"], three["C18"]["passages"]) == (["A2#1"], ["A1#1"])
    assert "will bear the signatures of" in two["C18"]["wording"]
    assert "contains lines for signatures" in three["C18"]["wording"]
    assert three["C18"]["correction_kind"] == "correction"
    assert [claim for claim in two if two[claim] != three[claim]] == ["C18"]


def test_the_last_version_carries_every_fact_in_force():
    assert END.versions[3] == END.in_force


def test_nothing_public_names_anybody_of_the_desk():
    public = [step[name] for step in STEPS for name in ("wording", "public_note", "change_note") if name in step]
    public += [step[name] for step in STEPS if "draft" in step for name in ("headline", "standfirst")]
    public += [block["text"] for step in STEPS if "draft" in step for block in step["blocks"] if "text" in block]
    assert [text for text in public if re.search(r"\b(editors?|reporters?|we decided)\b", text, re.I)] == []
