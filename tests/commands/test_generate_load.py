"""`generate_load`: a desk full of made-up facts that nothing tells from one that people filled, but its words."""

import gc
import tracemalloc
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from bench import load
from bench.load import Invention, Mix, generate
from bench.load.batch import Batch
from bench.load.invention import ENDS_AFTER
from stories.audit import find_violations, verify_ledger, verify_log
from stories.chain import Place, canonical
from stories.choices import EDITORS, Event, Verdict
from stories.models import Claim, Decision, Evidence, Publication, PublicationText, Story, StoryVersion
from stories.provenance.snapshots import take_snapshot
from stories.record.publications import fact_in_force, head_position, render_fact
from stories.verification import withdraw
from tests.world import World

FACTS = 230
STORIES = 12

pytestmark = pytest.mark.django_db


def fill(*stops: int, seed: int = 1, stories: int = STORIES, mix: Mix | None = None) -> None:
    """Generate up to each of `stops` in turn, each time from where the database stands."""
    for facts in stops:
        for _ in generate(Invention(seed=seed, stories=stories), facts=facts, mix=mix or Mix()):
            pass


def heads() -> tuple[str, str]:
    """The hashes of both heads."""
    return verify_ledger().hash, verify_log().hash


def run(**options: Any) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("generate_load", stdout=out, **{"facts": FACTS, "stories": STORIES, "verbosity": 0, **options})
    return out.getvalue()


def test_the_desk_is_in_order() -> None:
    fill(FACTS)
    assert list(find_violations()) == []
    assert Claim.objects.count() == FACTS
    assert verify_ledger().place == Decision.objects.count()
    assert verify_log().place == Publication.objects.count()


def test_it_has_all_that_happens_to_facts() -> None:
    fill(FACTS)
    assert set(Publication.objects.values_list("event", flat=True)) == set(Event.values) - {
        Event.SUPPRESSED,
        Event.RESTORED,
    }
    assert set(Publication.objects.facts().values_list("basis", flat=True)) == {
        "attributed",
        "corroborated",
        "documented",
    }
    withdrawn = Decision.objects.filter(verdict=Verdict.WITHDRAWN).count()
    assert Publication.objects.in_force(at=head_position()).count() == FACTS - withdrawn
    assert StoryVersion.objects.count() == FACTS // 100


def test_few_stories_have_most_facts() -> None:
    fill(FACTS)
    counts = sorted((Claim.objects.filter(story=story).count() for story in Story.objects.all()), reverse=True)
    assert len(counts) == STORIES
    assert counts[0] > 5 * counts[-1]


def test_interrupted_anywhere_it_gives_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of an article, and between a fact and its end."""
    with transaction.atomic():
        fill(FACTS)
        whole = heads()
        transaction.set_rollback(True)
    monkeypatch.setattr(load, "BATCH", 37)
    fill(5, 6, 123, FACTS)
    assert heads() == whole


def test_done_it_writes_nothing_more() -> None:
    fill(FACTS)
    before = heads()
    fill(FACTS, 10)
    assert heads() == before


def test_snapshots_and_texts_are_those_the_verbs_would_write() -> None:
    fill(120)
    rows = Decision.objects.filter(verdict=Verdict.CONFIRMED).select_related("claim__story", "publication")
    previous_hash = ""
    for decision in rows:
        claim, publication = decision.claim, decision.publication
        assert claim is not None
        assert publication is not None
        snapshot = take_snapshot(claim, list(Evidence.objects.filter(claim=claim)))
        assert decision.evidence == snapshot
        text = render_fact(decision, snapshot, Place(publication.position, previous_hash, publication.at))
        assert PublicationText.objects.get(position=publication).text == canonical(text)


def test_people_can_go_on_deciding() -> None:
    fill(60)
    claim = Claim.objects.latest("pk")
    newest = Decision.objects.latest("seq")
    world = World()
    added = world.fact(world.claim())
    withdraw(
        [claim],
        by=world.editor,
        rationale="It does not hold.",
        correction_kind="correction",
        public_note="This was wrong.",
        follows={claim.pk: newest.seq},
    )
    assert fact_in_force(added) is not None
    assert fact_in_force(claim) is None
    assert list(find_violations()) == []


def test_every_fact_of_a_mix_can_end() -> None:
    fill(120, mix=Mix(reworded=0, withdrawn=100))
    assert Publication.objects.in_force(at=head_position()).count() == ENDS_AFTER
    assert list(find_violations()) == []


def test_a_desk_with_a_story_of_its_own_is_refused() -> None:
    World().fact()
    with pytest.raises(CommandError, match=r"holds the story “harbour”: load goes into an empty database or its own\."):
        run()
    assert Claim.objects.count() == 1


def test_a_load_in_which_somebody_decided_is_refused() -> None:
    fill(60)
    claim = Claim.objects.latest("pk")
    editor = User.objects.create_user("editor")
    editor.groups.add(Group.objects.get(name=EDITORS))
    withdraw(
        [claim],
        by=editor,
        rationale="It does not hold.",
        correction_kind="correction",
        public_note="This was wrong.",
        follows={claim.pk: Decision.objects.latest("seq").pk},
    )
    with pytest.raises(CommandError, match=r"editor has decided in this database"):
        run()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"seed": 2}, r"made with another --seed, or somebody added claims"),
        ({"stories": STORIES + 1}, rf"has {STORIES} stories: go on with --stories {STORIES}\."),
        ({"facts": 0}, r"Give at least one fact"),
        ({"withdrawn": 101}, r"a percentage from 0 to 100"),
    ],
)
def test_what_would_not_fit_is_refused(options: dict[str, int], reason: str) -> None:
    run(facts=20)
    with pytest.raises(CommandError, match=reason):
        run(**{"facts": 40, **options})
    assert Claim.objects.count() == 20


def test_it_says_how_fast_it_was() -> None:
    words = run(facts=20).split()
    assert words[1:3] == ["rows", "in"]
    assert words[-3:] == ["rows", "per", "second."]


def test_on_a_terminal_it_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    err = StringIO()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr(load, "BATCH", 10)
    run(facts=20, stderr=err)
    first, second = err.getvalue().strip().split("\r")
    assert first.startswith("█" * 15 + "·" * 15 + " 10 of 20 facts, ")
    assert second.startswith("█" * 30 + " 20 of 20 facts, ")


def test_memory_stays_flat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight batches take no more of it than two, once all that happens to facts has begun to happen."""
    monkeypatch.setattr(load, "BATCH", 50)
    tracemalloc.start()
    try:
        fill(200)
        two, eight = peak_of_filling_up_to(300), peak_of_filling_up_to(700)
    finally:
        tracemalloc.stop()
    assert eight < 1.2 * two


@pytest.mark.prove
def test_memory_that_grows_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof above can fail: a generator that keeps its batches takes more and more."""
    kept = []
    write = Batch.write
    monkeypatch.setattr(Batch, "write", lambda self: kept.append(self) or write(self))
    with pytest.raises(AssertionError):
        test_memory_stays_flat(monkeypatch)


def peak_of_filling_up_to(facts: int) -> int:
    """The most memory in use meanwhile, in bytes; what only waits to be collected is no growth."""
    gc.collect()
    tracemalloc.reset_peak()
    fill(facts)
    return tracemalloc.get_traced_memory()[1]


def test_words_are_common_and_rare() -> None:
    statements = [Invention(seed=1, stories=STORIES).fact(number).statement for number in range(200)]
    assert all(statement.startswith("The ") for statement in statements)
    assert len({statement.rsplit(" ", 1)[1] for statement in statements}) > 190
