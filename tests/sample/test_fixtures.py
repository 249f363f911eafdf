"""The seeds' newsroom day: what the fixtures hold, and that the desk's own code made them."""

import hashlib
import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from stories.audit import find_violations
from stories.choices import DisagreementState, Verdict
from stories.management.commands.build_fixtures import FIXTURES, build
from stories.models import Claim, Contradiction, Decision, Evidence, Publication, StoryVersion
from stories.provenance.routes import count_sources, rests_on
from stories.provenance.snapshots import take_snapshot
from stories.record.publications import head_position, text_of
from stories.sample.seeding import NAMESPACE
from stories.versions.compose import is_stale
from tests.loaded import loaded_once, seeds

__all__ = ["loaded_once", "seeds"]

SEEDS = settings.BASE_DIR / "seeds"
COMMITTED = settings.BASE_DIR / "fixtures"


def rows_of(name: str) -> list[dict]:
    return json.loads((COMMITTED / f"{name}.json").read_text())


@pytest.fixture
def desk(seeds) -> None:
    """The whole desk, loaded as a newcomer loads it."""


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for models in FIXTURES.values() for model in models}


@pytest.mark.django_db
def test_the_committed_fixtures_are_what_the_seeds_give() -> None:
    built = build(SEEDS)
    assert list(built) == list(FIXTURES)
    assert {name: text.encode() for name, text in built.items()} == {
        name: (COMMITTED / f"{name}.json").read_bytes() for name in FIXTURES
    }


def test_a_file_that_differs_fails_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same = {name: (COMMITTED / f"{name}.json").read_text() for name in FIXTURES}
    monkeypatch.setattr("stories.management.commands.build_fixtures.build", lambda seeds: same)
    for name, text in same.items():
        (tmp_path / f"{name}.json").write_text(text)
    call_command("build_fixtures", "--check", fixtures=tmp_path, stdout=io.StringIO())
    (tmp_path / "claims.json").write_text(same["claims"] + " ")
    with pytest.raises(CommandError) as error:
        call_command("build_fixtures", "--check", fixtures=tmp_path)
    assert str(error.value) == "claims.json differ from what seeds/ gives: run manage.py build_fixtures."


@pytest.mark.django_db
def test_a_missing_seed_is_one_line_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        call_command("build_fixtures", seeds=tmp_path, fixtures=tmp_path)
    assert str(error.value) == f"cannot read the seed {tmp_path}/reading.yaml: there is no such file"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "said"),
    [("articles: [", "while parsing a flow node"), ("- one", "it has no “articles”"), ("", "it has no “articles”")],
    ids=["no YAML", "a list", "empty"],
)
def test_an_unreadable_reading_is_one_line_that_names_it(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "reading.yaml").write_text(text)
    with pytest.raises(CommandError) as error:
        call_command("build_fixtures", seeds=tmp_path, fixtures=tmp_path)
    assert str(error.value).startswith(f"cannot read the seed {tmp_path}/reading.yaml: {said}")
    assert "\n" not in str(error.value)


def test_nobody_in_the_fixture_has_a_password() -> None:
    people = {row["fields"]["username"]: row["fields"]["password"] for row in rows_of("editors")}
    assert people == {"reporter": "!", "editor": "!", "second-editor": "!", "auditor": "!"}


def test_the_seed_texts_are_as_received() -> None:
    texts = {row["fields"]["slug"]: row["fields"] for row in rows_of("articles") if "text" in row["fields"]}
    assert {slug: fields["text"].encode() for slug, fields in texts.items()} == {
        "dw-2025-11-21": (SEEDS / "000_160a7556030b033a.txt").read_bytes(),
        "unn-2025-11-21": (SEEDS / "001_14604c2717f28172.txt").read_bytes(),
    }
    assert {slug: fields["published"] for slug, fields in texts.items()} == {
        "dw-2025-11-21": "2025-11-21T12:21",
        "unn-2025-11-21": "2025-11-21",
    }


def test_loaded_twice_nothing_changes(desk) -> None:
    before = counts()
    out = io.StringIO()
    call_command("loaddata", *FIXTURES, stdout=out, stderr=out)
    assert counts() == before
    total = sum(len(rows_of(name)) for name in FIXTURES)
    assert f"Kept {total} row(s) that existed already; 0 differ." in out.getvalue()


def test_the_loaded_desk_is_in_order(desk) -> None:
    assert list(find_violations()) == []


def test_every_passage_stands_where_it_says(desk) -> None:
    passages = Evidence.objects.select_related("article")
    assert [one.article.text[one.start : one.end] for one in passages] == [one.quote for one in passages]
    assert (Claim.objects.count(), passages.count()) == (44, 70)


def test_there_are_facts_and_work_is_left(desk) -> None:
    decided = Decision.objects.filter(claim__isnull=False)
    in_force = Publication.objects.in_force(at=head_position())
    assert in_force.count() >= 20
    assert Claim.objects.exclude(pk__in=decided.values("claim")).count() >= 8
    assert [one.actor_username for one in decided.awaiting_second_signature()] == ["reporter"]
    disputed = decided.newest().get(verdict=Verdict.DISPUTED)
    assert disputed.publication is not None
    assert disputed.publication.event == "withdrawn"


def test_predictions_analyses_and_questions_are_never_confirmed(desk) -> None:
    confirmed = Decision.objects.filter(verdict=Verdict.CONFIRMED).values_list("claim__kind", flat=True)
    assert set(confirmed) & {"prediction", "analysis", "question"} == set()


def claim_named(name: str) -> Claim:
    import uuid

    return Claim.objects.get(uuid=uuid.uuid5(NAMESPACE, f"claim/{name}"))


def test_three_versions_tell_the_story(desk) -> None:
    versions = list(StoryVersion.objects.cut().order_by("number"))
    assert [(one.number, one.change_kind, is_stale(one)) for one in versions[:2]] == [
        (1, "new", True),
        (2, "update", True),
    ]
    assert versions[2].change_kind == "correction"
    plan, signatures = claim_named("C31"), claim_named("C18")

    def told(claim: Claim) -> list[tuple[str, str]]:
        texts = [text_of(row) for row in Publication.objects.filter(fact_id=claim.uuid).facts()]
        return [(text["basis"], text["statement"]) for text in texts if text]

    assert [basis for basis, _ in told(plan)] == ["attributed", "corroborated"]
    assert told(plan)[1][1].startswith("There is a 28-point peace plan for Ukraine")
    first, second = (statement for _, statement in told(signatures))
    assert "will bear the signatures" in first
    assert "contains lines for signatures" in second


def test_the_corroborated_fact_shows_both_routes(desk) -> None:
    row = Publication.objects.in_force(at=head_position()).get(fact_id=claim_named("C31").uuid)
    text = text_of(row)
    assert text is not None
    assert [[source["slug"] for source in route] for route in text["routes"]] == [
        ["dw", "afp"],
        ["dw", "axios"],
        ["unn", "axios"],
    ]
    assert (text["independent_sources"], text["rests_on"], text["attributed_to"]) == (2, [], None)


def test_counts_equal_the_reading_of_an_editor(desk) -> None:
    """Two claims have two independent sources; 20 of the 22 in both articles rest on Axios (rule: rests-on)."""
    two, resting = [], 0
    for claim in Claim.objects.all():
        passages = claim.evidence.supporting().current()
        snapshot = take_snapshot(claim, passages)
        if count_sources(snapshot, accepts_inferred=True) == 2:
            two.append(claim.uuid)
        if len({passage.article_id for passage in passages}) == 2 and "axios" in rests_on(snapshot):
            resting += 1
    assert sorted(two) == sorted([claim_named("C08").uuid, claim_named("C31").uuid])
    assert resting == 20


def test_open_contradictions_stay_open(desk) -> None:
    open_pairs = {
        frozenset((row.first.uuid, row.second.uuid))
        for row in Contradiction.objects.filter(state=DisagreementState.OPEN)
    }
    assert frozenset((claim_named("C08").uuid, claim_named("C09").uuid)) in open_pairs
    assert frozenset((claim_named("C19").uuid, claim_named("C21").uuid)) not in open_pairs


def test_the_log_verifies_with_the_standard_library_alone() -> None:
    """Twenty lines that use nothing of the project: what a suspicious reader would write."""
    previous, texts = "", {}
    rows = [row for row in rows_of("publications") if row["model"] == "stories.publication"]
    bodies = {row["pk"]: row["fields"] for row in rows_of("publications") if row["model"].endswith("text")}
    in_force: dict[str, int] = {}
    for row in rows:
        payload = row["fields"]["payload"]
        assert row["fields"]["hash"] == hashlib.sha256((previous + payload).encode()).hexdigest()
        previous, event = row["fields"]["hash"], json.loads(payload)
        if event["text_sha256"]:
            body = bodies[event["position"]]
            assert hashlib.sha256((body["salt"] + body["text"]).encode()).hexdigest() == event["text_sha256"]
            texts[event["position"]] = json.loads(body["text"])
        if event["event"] in ("confirmed", "reworded"):
            in_force[event["fact_id"]] = event["position"]
        elif event["event"] == "withdrawn":
            assert in_force.pop(event["fact_id"]) == event["ends"]
    assert len(in_force) >= 20
