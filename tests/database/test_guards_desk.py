"""What the database refuses in the desk's working tables (rules: two-people, exact-evidence, never-deleted).

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from stories.database import Guard, guards_of
from stories.models import (
    Alias,
    Article,
    ChainLink,
    Claim,
    Contradiction,
    Decision,
    Discrepancy,
    Evidence,
    Publication,
    Source,
    Story,
    StoryVersion,
    Voice,
)
from tests.database.test_guards_beside_log import FORGERIES as BESIDE_LOG
from tests.database.test_guards_changes import FORGERIES as CHANGES
from tests.database.test_guards_ledger import FORGERIES as LEDGER
from tests.database.test_guards_log import FORGERIES as LOG
from tests.database.test_guards_protection import FORGERIES as PROTECTION
from tests.database.test_guards_sightings import FORGERIES as SIGHTINGS
from tests.database.test_guards_verdicts import FORGERIES as VERDICTS
from tests.rows import Desk, Forgeries, append, deleted, place_after, take_away, undone
from tests.world import NOON, anybody, on_record, retire

FORGERIES = Forgeries()
breaking = FORGERIES.breaking
OTHER = UUID("11111111-1111-4111-8111-111111111111")


def changed(model: type, column: str, value: object):
    """A forger who gives the oldest row of `model` another `column`."""

    def forge(desk: Desk) -> None:
        oldest = model._default_manager.order_by("pk")[0].pk
        model._default_manager.filter(pk=oldest).update(**{column: value})

    forge.__name__ = f"change_{column}_of_{model._meta.model_name}"
    return forge


for noun in (Story, Source, Alias, Voice, Article, Claim, Evidence, ChainLink, Contradiction, StoryVersion):
    breaking(f"{noun._meta.model_name}_no_delete")(deleted(noun))


def closed(model: type, **columns: object):
    """A forger who rewrites how a row of `model` was closed."""

    def forge(desk: Desk) -> None:
        model._default_manager.filter(pk=close(desk, model)).update(**columns)

    forge.__name__ = f"change_{'_'.join(columns)}_of_closed_{model._meta.model_name}"
    return forge


def close(desk: Desk, model: type) -> int:
    """A row of `model`, closed; its key."""
    if model is Discrepancy:
        Discrepancy.objects.create(claim=desk.passage.claim, kind="name", first=desk.passage, found_at=NOON)
    row = model._default_manager.filter(state="open").order_by("pk")[0]
    closed = {"state": "resolved", "reason": "Both say so.", "closed_at": NOON, "closed_by": anybody()}
    model._default_manager.filter(pk=row.pk).update(**closed)
    return row.pk


for noun in (Contradiction, Discrepancy):
    breaking(f"{noun._meta.model_name}_stays_closed")(closed(noun, reason="Another one."))
    breaking(f"{noun._meta.model_name}_stays_closed")(closed(noun, state="open", reason="", closed_at=None))


@breaking("discrepancy_closed_no_delete")
def delete_a_closed_discrepancy(desk: Desk) -> None:
    Discrepancy.objects.filter(pk=close(desk, Discrepancy)).delete()


for noun in (Story, Source):
    breaking(f"{noun._meta.model_name}_keeps_its_slug")(changed(noun, "slug", "another"))
    breaking(f"{noun._meta.model_name}_keeps_its_slug")(changed(noun, "id", 1000))

for column, value in {
    "id": 1000,
    "slug": "another",
    "outlet_id": 1000,
    "kind": "wire",
    "received_at": NOON - timedelta(days=1),
    "text": "Something else.",
    "sha256": "0" * 64,
    "body_start": 1,
    "body_end": 2,
}.items():
    breaking("article_keeps_its_text")(changed(Article, column, value))

for column, value in {
    "story_id": 1000,
    "statement": "The quay is open.",
    "kind": "figure",
    "language": "uk",
    "says_id": 1,
}.items():
    breaking("claim_keeps_its_statement", beside=["claim_changes_on_record"])(changed(Claim, column, value))


@breaking("claim_keeps_its_id")
def change_the_fact_id_of_an_undecided_claim(desk: Desk) -> None:
    Claim.objects.filter(pk=desk.unverified.pk).update(uuid=OTHER)


@breaking("article_hash_is_of_its_text")
def take_in_a_text_under_another_hash(desk: Desk) -> None:
    desk.world.article("courier", "The harbour is open.", sha256="0" * 64)


@breaking("article_hash_is_of_its_text")
def take_in_a_body_longer_than_its_text(desk: Desk) -> None:
    desk.world.article("courier", "The harbour is open.", body_end=1000)


for name, impossible in {"a_day": "2025-02-30", "an_hour": "2025-11-21T25:61", "wide_digits": "２０２５-11-21"}.items():

    def take_in_a_text_of(desk: Desk, published: str = impossible) -> None:
        desk.world.article("courier", "The harbour is open.", published=published)

    take_in_a_text_of.__name__ = f"take_in_a_text_of_{name}_that_does_not_exist"
    breaking("article_time_exists_on_insert")(take_in_a_text_of)

breaking("article_time_exists_on_update", beside=["article_changes_on_record"])(
    changed(Article, "published", "2025-02-30")
)


# ---- Voices and evidence --------------------------------------------------------------------------------------

for column, value in {
    "reason": "No reason.",
    "same_as_id": 1,
    "uuid": OTHER,
    "created_at": NOON.replace(year=2020),
}.items():
    breaking("voice_only_retired")(changed(Voice, column, value))

for column, value in {
    "uuid": OTHER,
    "claim_id": 2,
    "article_id": 2,
    "stance": "contradicts",
    "prefix": "Not: ",
    "suffix": "?",
    "attribution": "nobody says",
    "inferred": True,
    "own_reporting": True,
    "created_at": NOON.replace(year=2020),
}.items():
    breaking("evidence_only_retired")(changed(Evidence, column, value))


@breaking("evidence_only_retired")
def move_a_passage(desk: Desk) -> None:
    Evidence.objects.filter(pk=desk.unused.pk).update(start=F("start") + 1, end=F("end") + 1)


@breaking("evidence_only_retired")
def change_a_quote(desk: Desk) -> None:
    Evidence.objects.filter(pk=desk.unused.pk).update(quote="The harbour is OPEN!!")


@breaking("evidence_only_retired")
def bring_a_retired_passage_back(desk: Desk) -> None:
    retire(Evidence.objects.filter(pk=desk.unused.pk), at=NOON)
    retire(Evidence.objects.filter(pk=desk.unused.pk), at=None)


@breaking("evidence_only_retired")
def retire_a_passage_twice(desk: Desk) -> None:
    retire(Evidence.objects.filter(pk=desk.unused.pk), at=NOON)
    retire(Evidence.objects.filter(pk=desk.unused.pk), at=NOON + timedelta(days=1))


@breaking("voice_only_retired")
def bring_a_retired_voice_back(desk: Desk) -> None:
    retire(Voice.objects.filter(pk=desk.voice.pk), at=NOON)
    retire(Voice.objects.filter(pk=desk.voice.pk), at=None)


@breaking("evidence_is_exact")
def quote_words_one_character_off(desk: Desk) -> None:
    desk.world.passage(desk.unverified, "mirror", start=1, end=1 + len("The harbour is closed"))


@breaking("evidence_is_exact")
def quote_other_words(desk: Desk) -> None:
    article = desk.world.article("mirror", "The harbour is closed.")
    words = "The harbour is opened"
    append(
        Evidence(
            claim=desk.unverified,
            article=article,
            quote=words,
            start=0,
            end=len(words),
            created_at=NOON,
            uuid=OTHER,
            recorded_by=anybody(),
        )
    )


@breaking("chainlink_no_update")
def change_a_chain(desk: Desk) -> None:
    ChainLink.objects.filter(evidence=desk.passage, place=1).update(source=desk.world.source("minister"))


@breaking("chainlink_not_after_decision")
def lengthen_a_chain_that_a_proposal_used(desk: Desk) -> None:
    append(ChainLink(evidence=desk.passage, place=2, source=desk.world.source("minister")))


# ---- Versions -------------------------------------------------------------------------------------------------


@breaking("storyversion_next_number")
def skip_a_version_number(desk: Desk) -> None:
    draft = StoryVersion.objects.get(pk=desk.draft.pk)
    draft.pk, draft.number, draft.story = None, 2, Story.objects.get(slug="empty")
    append(draft)


for column, value in {"story_id": 2, "number": 9, "id": 1000}.items():

    @breaking("storyversion_keeps_its_number")
    def renumber_the_draft(desk: Desk, column: str = column, value: int = value) -> None:
        StoryVersion.objects.filter(pk=desk.draft.pk).update(**{column: value})


for column, value in {
    "headline": "Open",
    "standfirst": "All is well.",
    "blocks": [],
    "change_note": "Nothing.",
    "cut_by_username": "somebody",
    "drafted_at": NOON.replace(year=2020),
}.items():
    breaking("storyversion_never_changes_once_cut")(changed(StoryVersion, column, value))


def cut_columns(desk: Desk, **columns: object) -> dict[str, object]:
    """What a cut by another editor writes, with other `columns`."""
    place = place_after(Publication)
    return {
        "publication_id": place.number,
        "cut_by": desk.world.second_editor,
        "cut_by_username": "second-editor",
        "cut_by_role": "editor",
        "cut_at": place.at,
    } | columns


FORGED_CUTS = {
    "oneself": {"cut_by": "editor"},
    "oneself_under_another_name": {"cut_by": "editor", "cut_by_username": "somebody"},
    "somebody_under_the_drafters_name": {"cut_by_username": "editor"},
    "a_reporter_drafted": {"drafted_by_role": "reporter"},
}


def cut_as(columns: dict[str, str], *, on: str):
    """A forger who cuts the draft (`on` update) or inserts a version that is cut already (`on` insert)."""

    def forge(desk: Desk) -> None:
        made = {name: getattr(desk.world, value) if name == "cut_by" else value for name, value in columns.items()}
        values = cut_columns(desk, **made)
        if on == "update":
            StoryVersion.objects.filter(pk=desk.draft.pk).update(**values)
            return
        version = StoryVersion.objects.get(pk=desk.draft.pk)
        version.pk, version.number = None, version.number + 1
        for name, value in values.items():
            setattr(version, name, value)
        append(version)

    return forge


for on in ("insert", "update"):
    for label, columns in FORGED_CUTS.items():
        forger = cut_as(columns, on=on)
        forger.__name__ = f"cut_by_{label}"
        breaking(f"storyversion_cut_by_second_editor_on_{on}")(forger)

    @breaking(f"storyversion_own_publication_on_{on}")
    def cut_at_the_position_of_a_decision(desk: Desk, on: str = on) -> None:
        position = Decision.objects.filter(publication__isnull=False)[0].publication_id
        cut_as({"publication_id": position}, on=on)(desk)


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)


def test_what_may_change_passes(desk: Desk) -> None:
    with undone():
        on_record(Claim.objects.filter(pk=desk.unverified.pk), statement="The lighthouse is out.", kind="figure")
        on_record(
            Article.objects, headline="Another", authentication="By phone.", status="retracted", retracted_at=NOON
        )
        retire(Evidence.objects, at=NOON)
        retire(Voice.objects, at=NOON)
        Source.objects.update(notes="Call first.")
        Contradiction.objects.update(state="dismissed", reason="Two ferries.", closed_at=NOON, closed_by=anybody())
        append(ChainLink(evidence=desk.unused, place=2, source=desk.world.source("minister")))
        StoryVersion.objects.filter(pk=desk.draft.pk).update(headline="Wide open")
        StoryVersion.objects.filter(pk=desk.draft.pk).update(**cut_columns(desk))


def test_every_row_saved_again_as_it_is_passes(desk: Desk) -> None:
    for model in (Story, Source, Alias, Voice, Article, Claim, Evidence, ChainLink, Contradiction, StoryVersion):
        for row in model._default_manager.all():
            row.save()


# ---- Whole tables ---------------------------------------------------------------------------------------------


def those_on(event: str, *, named: str = "") -> list[Guard]:
    """The guards on `event` whose name ends with `named`."""
    return [guard for guard in guards_of(connection) if guard.on == event and guard.name.endswith(named)]


POSITIONED = ("stories_publication", "stories_publicationtext", "stories_publicationnote", "stories_factinforce")
"""Tables whose key is a position of the log."""


def assert_one_guard_refuses(guard: Guard, statement: str, *, besides: list[Guard]) -> None:
    """`statement` is refused in the words of `guard` with all `besides` away, and passes without it."""
    with undone():
        take_away(*(other.name for other in besides if other != guard))
        with (
            pytest.raises(IntegrityError) as error,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert str(error.value).splitlines()[0] == guard.refusal
        take_away(guard.name)
        with connection.cursor() as cursor:
            cursor.execute(statement)


def test_no_table_is_truncated(desk: Desk) -> None:
    """SQLite has no TRUNCATE, and so no such guard."""
    guards = those_on("TRUNCATE")
    assert len(guards) == {"sqlite": 0, "postgresql": 24}[connection.vendor]
    for guard in guards:
        assert_one_guard_refuses(guard, f"TRUNCATE {guard.table} CASCADE", besides=guards)


def test_no_row_is_replaced_by_an_insert(desk: Desk) -> None:
    """PostgreSQL has no OR REPLACE, and so no such guard."""
    guards = those_on("INSERT", named="_replaces_nothing_on_insert")
    assert len(guards) == {"sqlite": 24, "postgresql": 0}[connection.vendor]
    for guard in guards:
        # A publication lists its fact: what stands in the way of that list stands in its way too.
        beside = [other for other in those_on("INSERT") if other.table in (guard.table, "stories_factinforce")]
        statement = f"INSERT OR REPLACE INTO {guard.table} SELECT * FROM {guard.table} LIMIT 1"
        assert_one_guard_refuses(guard, statement, besides=beside)


def test_no_row_is_replaced_by_an_update(desk: Desk) -> None:
    """PostgreSQL has no OR REPLACE, and so no such guard."""
    desk.world.fact(desk.world.claim("The tide is high."))  # a second row in every table, for the first to run into
    guards = those_on("UPDATE", named="_replaces_nothing_on_update")
    assert len(guards) == {"sqlite": 24, "postgresql": 0}[connection.vendor]
    keys = {"stories_decision": "seq"} | dict.fromkeys(POSITIONED, "position")
    for guard in guards:
        beside = [other for other in those_on("UPDATE") if other.table == guard.table]
        table, key = guard.table, keys.get(guard.table, "id")
        statement = (
            f"UPDATE OR REPLACE {table} SET {key} = (SELECT max({key}) FROM {table})"
            f" WHERE {key} = (SELECT min({key}) FROM {table})"
        )
        assert_one_guard_refuses(guard, statement, besides=beside)


def test_every_guard_has_a_forgery_that_breaks_it(db: None) -> None:
    others = (LEDGER, VERDICTS, LOG, BESIDE_LOG, CHANGES, PROTECTION, SIGHTINGS)
    proven = {forgery.guard for some in (*others, FORGERIES) for forgery in some}
    whole = {
        guard.name for guard in guards_of(connection) if guard.on == "TRUNCATE" or "_replaces_nothing_" in guard.name
    }
    assert proven | whole == {guard.name for guard in guards_of(connection)}
