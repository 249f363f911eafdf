"""The front page weighs the facts that a change may have touched, and finds what weighing everything would find."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from stories.audit import check_facts_to_weigh
from stories.database import triggers_of
from stories.database.derived.facts_to_weigh import list_all_facts
from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.disagreements.discrepancies import close_discrepancy, reopen_discrepancy
from stories.insight.standing import (
    Trouble,
    facts_in_trouble,
    facts_to_weigh,
    weakened_facts,
    weigh_facts,
)
from stories.intake.passages import retire_evidence
from stories.models import Alias, Article, Claim, Contradiction, Discrepancy, Evidence, FactToWeigh, Source, Voice
from stories.verification import confirm, dispute, newest_decision
from tests.rows import drop_each, settle
from tests.world import NOON, World, anybody, on_record

pytestmark = pytest.mark.django_db

CHECKED = {"correction_kind": "withheld", "public_note": "We are checking."}


@dataclass
class Busy:
    """A desk with facts of every basis, through every kind of source, and things that happen to it."""

    world: World

    def __post_init__(self) -> None:
        world = self.world
        world.source("ministry", "Ministry", "institution")
        on_record(Source.objects.filter(slug="official"), institution=world.source("ministry"))
        world.source("aide", "an aide", "anonymous-person")
        world.source("secret", "Jane Roe", "person", confidential=True, public_name="a shipping agent")
        original = world.article("wire", "The harbour is closed.")
        self.copy = world.article("courier", "The harbour is closed.", copy_of=original)
        self.document = world.article(
            "report", "The harbour is closed.", kind="document", authentication="Stamped by the ministry."
        )
        self.facts = [
            self.corroborated(("courier", "official"), ("mirror", "aide")),
            self.corroborated(("courier", "wire"), ("mirror", "secret")),
            self.attributed("Wire", "courier", "wire"),
            self.attributed("The Mirror", "mirror", "official"),
            self.copied(),
            self.documented(),
            self.attributed("Harbour report", "courier", "report"),
        ]

    def confirmed(self, claim: Claim, *passages: Evidence, **fields: str) -> Claim:
        """`claim` as a fact that stands on `passages`."""
        confirm(self.world.proposal(claim, *passages, **fields), by=self.world.editor, stamps=self.world.stamps)
        return claim

    def corroborated(self, *chains: tuple[str, ...]) -> Claim:
        claim = self.world.claim(f"Gate {next(NUMBERS)} is shut.")
        passages = [self.world.passage(claim, *chain) for chain in chains]
        return self.confirmed(claim, *passages, basis="corroborated", wording="The harbour is closed.")

    def attributed(self, name: str, *chain: str) -> Claim:
        claim = self.world.claim(f"Gate {next(NUMBERS)} is shut.")
        return self.confirmed(claim, self.world.passage(claim, *chain), wording=f"It is closed, {name} reports.")

    def copied(self) -> Claim:
        claim = self.world.claim("The ferry waits.")
        passages = [
            self.world.passage(claim, "courier", article=self.copy),
            self.world.passage(claim, "mirror"),
        ]
        return self.confirmed(claim, *passages, basis="corroborated", wording="The harbour is closed.")

    def documented(self) -> Claim:
        claim = self.world.claim("The report closes it.", says=self.world.source("report"))
        passage = self.world.passage(claim, "report", article=self.document)
        return self.confirmed(claim, passage, basis="documented", wording="The harbour is closed, the report says.")


NUMBERS = count(1)
Happening = Callable[[Busy, random.Random], object]
HAPPENINGS: dict[str, tuple[str, Happening]] = {}
"""What can trouble a fact, by name, each with the trigger that must notice it."""


def noticed_by(trigger: str) -> Callable[[Happening], Happening]:
    """Register something that happens, and the trigger that notices it."""

    def register(happening: Happening) -> Happening:
        HAPPENINGS[happening.__name__] = trigger, happening
        return happening

    return register


@noticed_by("doubt_evidence_update")
def a_passage_is_retired(busy: Busy, chance: random.Random) -> None:
    retire_evidence(chance.choice(Evidence.objects.current().order_by("pk")), by=anybody())


@noticed_by("doubt_article_update")
def an_original_is_retracted(busy: Busy, chance: random.Random) -> None:
    on_record(Article.objects.filter(pk=busy.copy.copy_of_id), status="retracted", retracted_at=NOON)


@noticed_by("doubt_article_update")
def a_text_turns_out_a_copy(busy: Busy, chance: random.Random) -> None:
    first, second = (Evidence.objects.filter(claim=busy.facts[1]).order_by("pk")[n].article for n in (0, 1))
    on_record(Article.objects.filter(pk=second.pk), copy_of=first)
    on_record(Article.objects.filter(pk=busy.copy.pk), copy_of=busy.facts[4].evidence.order_by("pk")[1].article)


@noticed_by("doubt_article_update")
def a_document_turns_out_forged(busy: Busy, chance: random.Random) -> None:
    on_record(Article.objects.filter(pk=busy.document.pk), authentication="")


def name_too(busy: Busy, slug: str, text: str) -> None:
    """A spelling of the source `slug`, added when it is new."""
    if not Alias.objects.filter(source__slug=slug, text=text).exists():
        busy.world.alias(slug, text)


@noticed_by("doubt_source_update")
def a_source_is_renamed(busy: Busy, chance: random.Random) -> None:
    on_record(Source.objects.filter(slug=chance.choice(["wire", "mirror", "report"])), name=f"Renamed {next(NUMBERS)}")


@noticed_by("doubt_source_update")
def a_source_asks_for_confidence(busy: Busy, chance: random.Random) -> None:
    on_record(Source.objects.filter(slug="wire"), confidential=True, public_name="an agency")


@noticed_by("doubt_source_update")
def two_unnamed_people_work_at_one_place(busy: Busy, chance: random.Random) -> None:
    on_record(Source.objects.filter(slug="aide"), institution=busy.world.source("ministry"))


@noticed_by("doubt_alias_update")
def a_spelling_is_no_longer_printable(busy: Busy, chance: random.Random) -> None:
    on_record(Source.objects.filter(slug="mirror"), name="Mirror Online")
    name_too(busy, "mirror", "The Mirror")
    weigh_facts()
    on_record(Alias.objects.filter(text="The Mirror"), printable=False)


@noticed_by("doubt_voice_insert")
def two_sources_may_be_one(busy: Busy, chance: random.Random) -> None:
    pair = {"source": busy.world.source("aide"), "same_as": busy.world.source("official")}
    Voice.objects.get_or_create(
        **pair, retired_at=None, defaults={"reason": "One phone.", "created_at": NOON, "recorded_by": anybody()}
    )


@noticed_by("doubt_contradiction_insert")
def claims_contradict_each_other(busy: Busy, chance: random.Random) -> None:
    first, second = chance.sample(busy.facts, 2)
    open_contradiction(first, second, by=busy.world.editor, note="Not both.", stamps=busy.world.stamps)


@noticed_by("doubt_evidence_insert")
def a_passage_speaks_against_a_fact(busy: Busy, chance: random.Random) -> None:
    busy.world.passage(chance.choice(busy.facts), "mirror", stance="contradicts")


def disagreement(busy: Busy, chance: random.Random) -> Discrepancy:
    first = chance.choice(Evidence.objects.current().order_by("pk"))
    words = {"first_words": f"{next(NUMBERS)} ships", "second_words": "2 ships"}
    return Discrepancy.objects.create(claim=first.claim, kind="figure", first=first, found_at=NOON, **words)


@noticed_by("doubt_discrepancy_insert")
def passages_disagree(busy: Busy, chance: random.Random) -> None:
    disagreement(busy, chance)


@noticed_by("doubt_discrepancy_insert")
def a_disagreement_opens_again(busy: Busy, chance: random.Random) -> None:
    row = disagreement(busy, chance)
    close_discrepancy(row, by=busy.world.editor, state="dismissed", reason="A slip.", stamps=busy.world.stamps)
    weigh_facts()
    reopen_discrepancy(row, by=busy.world.editor, stamps=busy.world.stamps)


IDLE: dict[str, Happening] = {}
"""What troubles no fact, and must hide none."""


def idly(happening: Happening) -> Happening:
    """Register something that happens and troubles nothing."""
    IDLE[happening.__name__] = happening
    return happening


@idly
def a_passage_is_added(busy: Busy, chance: random.Random) -> None:
    busy.world.passage(chance.choice(busy.facts), "mirror", "official")


@idly
def disagreements_are_closed(busy: Busy, chance: random.Random) -> None:
    for one in Contradiction.objects.open():
        close_contradiction(one, by=busy.world.editor, state="dismissed", reason="Both.", stamps=busy.world.stamps)
    for one in Discrepancy.objects.open():
        close_discrepancy(one, by=busy.world.editor, state="dismissed", reason="A slip.", stamps=busy.world.stamps)


@idly
def a_retracted_text_stands_again(busy: Busy, chance: random.Random) -> None:
    on_record(Article.objects.filter(status="retracted"), status="current", retracted_at=None)


@idly
def a_fact_is_disputed(busy: Busy, chance: random.Random) -> None:
    claim = chance.choice(busy.facts)
    newest = newest_decision(claim)
    if newest and newest.verdict == "confirmed":
        dispute(
            claim, by=busy.world.editor, rationale="Doubt.", follows=newest.seq, stamps=busy.world.stamps, **CHECKED
        )


@idly
def a_new_fact(busy: Busy, chance: random.Random) -> None:
    busy.facts.append(busy.attributed(busy.world.source("courier").name, "courier"))


@idly
def listed_facts_are_weighed(busy: Busy, chance: random.Random) -> None:
    weigh_facts()


@pytest.fixture
def busy(db: None) -> Busy:
    return Busy(World())


def found() -> object:
    """What the front page finds: the listed facts, weighed."""
    weighed = weakened_facts(among=Claim.objects.filter(pk__in=facts_to_weigh(most=1_000)))
    return [one for one in weighed if one.reasons]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_the_listed_facts_in_trouble_are_all_in_trouble(busy: Busy, seed: int) -> None:
    chance = random.Random(seed)
    happenings = [happening for _, happening in HAPPENINGS.values()] + list(IDLE.values())
    for _ in range(25):
        chance.choice(happenings)(busy, chance)
        assert found() == facts_in_trouble()
    assert list(check_facts_to_weigh()) == []


@pytest.mark.parametrize("name", HAPPENINGS)
def test_each_happening_troubles_a_fact_and_its_trigger_notices(busy: Busy, name: str) -> None:
    _, happening = HAPPENINGS[name]
    happening(busy, random.Random(1))
    assert found() == facts_in_trouble() != []


@pytest.mark.parametrize("name", HAPPENINGS)
def test_without_its_trigger_the_trouble_would_be_hidden(busy: Busy, name: str) -> None:
    trigger, happening = HAPPENINGS[name]
    settle()
    drop_each(trigger)
    happening(busy, random.Random(1))
    assert found() != facts_in_trouble()
    assert {one.reason for one in check_facts_to_weigh()} == {
        "its fact is in trouble, and it is not listed to be weighed: run manage.py weigh_facts"
    }


def test_every_trigger_has_something_to_notice(db: None) -> None:
    fewer_voices = {"doubt_voice_update"}  # it only ever helps, but for a count that is cut short
    raising = {one.trigger for one in triggers_of(connection) if one.trigger.startswith("doubt_")}
    assert raising == {trigger for trigger, _ in HAPPENINGS.values()} | fewer_voices


def test_nothing_is_listed_that_nothing_happened_to(busy: Busy) -> None:
    assert FactToWeigh.objects.count() == 0
    Source.objects.update(notes="Seen.")
    on_record(Article.objects, language="de")
    for source in Source.objects.all():
        source.save()
    for article in Article.objects.all():
        article.save()
    assert FactToWeigh.objects.count() == 0


def test_only_the_facts_that_a_change_can_reach_are_listed(busy: Busy) -> None:
    on_record(Source.objects.filter(slug="aide"), name="an adviser")
    assert facts_to_weigh(most=99) == [busy.facts[0].pk]


def test_weighing_forgets_facts_that_stand_and_keeps_those_in_trouble(busy: Busy) -> None:
    on_record(Source.objects, separate_because="Met them both.")
    retire_evidence(busy.facts[2].evidence.get(), by=anybody())
    assert len(facts_to_weigh(most=99)) == len(busy.facts)
    (trouble,) = weigh_facts()
    assert trouble.claim == busy.facts[2]
    assert set(FactToWeigh.objects.values_list("claim", flat=True)) == {busy.facts[2].pk}
    newest = newest_decision(busy.facts[2])
    dispute(
        busy.facts[2], by=busy.world.editor, rationale="Gone.", follows=newest.seq, stamps=busy.world.stamps, **CHECKED
    )
    assert weigh_facts() == []
    assert FactToWeigh.objects.count() == 0


def doubly_attributed(world: World) -> Claim:
    """A fact on two routes that keeps its basis when one is lost: it is attributed to both."""
    claim = world.claim(f"Gate {next(NUMBERS)} is shut.")
    passages = [world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "minister")]
    return world.fact(claim, passages=passages, wording="It is closed, Wire and the Minister of Harbours said.")


def told() -> dict[int, tuple[int, int]]:
    """Which of the listed facts lost a route: independent sources before and now."""
    weighed = weakened_facts(among=Claim.objects.filter(pk__in=facts_to_weigh(most=99)))
    return {one.claim.pk: (one.before, one.now) for one in weighed if one.has_lost_a_route}


@pytest.mark.parametrize("weigh_all", [weigh_facts, partial(weigh_facts, most=None)])
def test_the_newest_facts_that_merely_lost_a_route_stay_listed(
    db: None, monkeypatch: pytest.MonkeyPatch, weigh_all: Callable[[], list[Trouble]]
) -> None:
    world = World()
    facts = [doubly_attributed(world) for _ in range(3)]
    wire, minister = world.source("wire"), world.source("minister")
    Voice.objects.create(
        source=minister, same_as=wire, reason="He is quoted by Wire.", created_at=NOON, recorded_by=anybody()
    )
    assert told() == {claim.pk: (2, 1) for claim in facts}
    monkeypatch.setattr("stories.insight.standing.REMEMBERED", 2)
    assert weigh_all() == weigh_all() == []
    assert told() == {claim.pk: (2, 1) for claim in facts[1:]}
    newest = newest_decision(facts[2])
    dispute(facts[2], by=world.editor, rationale="Gone.", follows=newest.seq, stamps=world.stamps, **CHECKED)
    again = world.proposal(facts[1], facts[1].evidence.first(), wording="It is closed, Wire reports.", **CHECKED)
    confirm(again, by=world.editor, stamps=world.stamps)
    assert told() == {}
    assert (weigh_all(), FactToWeigh.objects.count()) == ([], 0)


def test_what_may_be_signed_stays_listed(world_with_proposal: Claim) -> None:
    on_record(Source.objects.filter(slug="wire"), name="The Wire")
    assert weigh_facts() == []
    assert set(FactToWeigh.objects.values_list("claim", flat=True)) == {world_with_proposal.pk}


@pytest.fixture
def world_with_proposal(db: None) -> Claim:
    world = World()
    claim = world.claim()
    world.proposal(claim, world.passage(claim, "courier", "wire"))
    return claim


def test_weighing_all_finds_what_came_past_the_triggers(busy: Busy, capsys: pytest.CaptureFixture[str]) -> None:
    retire_evidence(busy.facts[2].evidence.get(), by=anybody())
    FactToWeigh.objects.all().delete()
    assert found() == []
    call_command("weigh_facts")
    assert found() == facts_in_trouble() != []
    assert f"{busy.facts[2].uuid}: " in capsys.readouterr().out
    list_all_facts(connection)
    assert len(facts_to_weigh(most=99)) == len(busy.facts)


@pytest.mark.parametrize("facts", [1, 3])
def test_finding_the_listed_takes_one_query(
    busy: Busy, facts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for claim in busy.facts[:facts]:
        retire_evidence(claim.evidence.order_by("pk")[0], by=anybody())
    with django_assert_num_queries(1):
        assert len(facts_to_weigh(most=99)) == facts
