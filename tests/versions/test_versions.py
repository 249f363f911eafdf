"""Story versions: drafted by one editor, cut by another, standing on facts in force and on nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from stories.choices import REPORTERS
from stories.models import Claim, NameReader, Publication, Story, StoryVersion
from stories.record.publications import text_of
from stories.stamps import LiveStamps
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.drafts import block, cut_by, doubted, drafted, fact, refusal, reworded, words
from tests.world import NOON, World, on_record

pytestmark = pytest.mark.django_db

# ---- Two people -----------------------------------------------------------------------------------------------


def test_one_editor_drafts_and_another_cuts() -> None:
    world = World()
    claim = fact(world, "It is closed")
    draft = drafted(world, block(claim), standfirst="What we know.")
    assert (draft.number, draft.publication_id, Publication.objects.count()) == (1, None, 1)
    assert refusal(cut_by, world, draft, by=world.editor) == [
        "You drafted this yourself: another editor has to cut it."
    ]
    version = cut_by(world, draft)
    publication = Publication.objects.get(position=2)
    assert version.publication == publication
    assert (version.cut_at, version.drafted_by, version.cut_by) == (publication.at, world.editor, world.second_editor)
    assert text_of(publication) == {
        "story": {"slug": "harbour", "title": "The harbour"},
        "number": 1,
        "headline": "Harbour",
        "standfirst": "What we know.",
        "blocks": [{"text": "It is closed, Wire said.", "facts": [str(claim.uuid)]}],
        "change_kind": "new",
        "published_at": publication.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "url": "/api/v1/stories/harbour/versions/1/",
    }


def test_whoever_saves_last_has_drafted_it() -> None:
    world = World()
    first = drafted(world, block(fact(world, "It is closed")))
    second = drafted(world, *first.blocks, headline="Closed", by=world.second_editor, follows=first.drafted_at)
    assert (second.pk, second.drafted_by) == (first.pk, world.second_editor)
    assert refusal(cut_by, world, second) == ["You drafted this yourself: another editor has to cut it."]
    assert cut_by(world, second, by=world.editor).cut_by == world.editor


def test_only_editors_draft_and_cut() -> None:
    world = World()
    blocks = [block(fact(world, "It is closed"))]
    root, inactive = world.person("root", is_superuser=True), world.person("gone", "Editors", is_active=False)
    for nobody in (world.reporter, root, inactive):
        assert refusal(drafted, world, *blocks, by=nobody) == ["Only an editor drafts a version."]
    draft = drafted(world, *blocks)
    for nobody in (world.reporter, root, inactive):
        assert refusal(cut_by, world, draft, by=nobody) == ["Only an editor cuts a version."]
    world.second_editor.groups.set([Group.objects.get(name=REPORTERS)])
    assert refusal(cut_by, world, draft) == ["Only an editor cuts a version."]


def test_nobody_cuts_under_the_user_name_that_drafted() -> None:
    world = World()
    draft = drafted(world, block(fact(world, "It is closed")))
    User.objects.filter(pk=world.editor.pk).update(username="former")
    User.objects.filter(pk=world.second_editor.pk).update(username="editor")
    assert refusal(cut_by, world, draft) == ["You drafted this yourself: another editor has to cut it."]


# ---- Meanwhile ------------------------------------------------------------------------------------------------


def test_a_draft_follows_the_one_that_was_opened() -> None:
    world = World()
    blocks = [block(fact(world, "It is closed"))]
    first = drafted(world, *blocks)
    meanwhile = ["editor saved this draft meanwhile."]
    assert refusal(drafted, world, *blocks, headline="Mine", by=world.second_editor) == meanwhile
    assert refusal(drafted, world, *blocks, headline="Mine", follows=NOON) == meanwhile
    cut_by(world, first)
    assert refusal(drafted, world, *blocks, headline="Late", follows=first.drafted_at) == ["It was cut."]


def test_a_cut_follows_the_draft_that_was_read() -> None:
    world = World()
    blocks = [block(fact(world, "It is closed"))]
    read = drafted(world, *blocks)
    drafted(world, *blocks, headline="Other words", follows=read.drafted_at)
    assert refusal(cut_by, world, read) == ["editor changed the draft meanwhile: read it again."]


def test_two_saves_within_one_tick_of_the_clock_are_told_apart() -> None:
    world = World()
    blocks = [block(fact(world, "It is closed"))]

    class StoppedStamps(LiveStamps):
        def now(self) -> Any:
            return NOON

    read = drafted(world, *blocks, stamps=StoppedStamps())
    saved = drafted(world, *blocks, headline="Other words", follows=read.drafted_at, stamps=StoppedStamps())
    assert saved.drafted_at == NOON + timedelta(milliseconds=1)
    assert refusal(cut_by, world, read) == ["editor changed the draft meanwhile: read it again."]


def test_a_version_is_cut_once() -> None:
    world = World()
    draft = drafted(world, block(fact(world, "It is closed")))
    third = world.person("third-editor", "Editors")
    version = cut_by(world, draft)
    assert cut_by(world, draft) == version  # a double click
    assert refusal(cut_by, world, draft, by=third) == ["second-editor cut this version meanwhile."]
    assert Publication.objects.filter(event="version").count() == 1


def test_saving_twice_makes_one_draft() -> None:
    world = World()
    blocks = [block(fact(world, "It is closed"))]
    first = drafted(world, *blocks)
    assert drafted(world, *blocks).drafted_at == first.drafted_at


def test_what_is_not_in_the_database_cannot_be_cut() -> None:
    world = World()
    gone = ["There is no such story version in the database: reload the page."]
    assert refusal(cut, StoryVersion(story=world.story), by=world.editor, follows=NOON) == gone
    assert refusal(save_draft, Story(slug="x"), by=world.editor, headline="X", blocks=[]) == [
        "There is no such story in the database: reload the page."
    ]


# ---- What a version may carry ---------------------------------------------------------------------------------


def test_versions_are_numbered_without_gaps_story_by_story() -> None:
    world = World()
    blocks = [block(fact(world, "It is closed"))]
    for number in (1, 2, 3):
        assert cut_by(world, drafted(world, *blocks, headline=f"Take {number}")).number == number
    other = Story.objects.create(slug="bridge", title="The bridge", created_at=NOON)
    assert save_draft(other, by=world.editor, headline="Bridge", blocks=[], stamps=world.stamps).number == 1
    assert list(Publication.objects.filter(event="version").values_list("version", flat=True)) == [1, 2, 3]


def test_a_block_carries_the_frozen_wording_and_nothing_else() -> None:
    world = World()
    claim, other = fact(world, "It is closed"), fact(world, "Nobody gets in")
    not_its_wording = ["Block 1: its text is not the wording of its facts. Compose the draft again."]
    one = block(claim)
    for text in ("It is closed.", one["text"] + " ", "", one["text"] + " So it is.", block(other)["text"]):
        assert refusal(cut_by, world, drafted(world, one | {"text": text}, follows=following(world))) == not_its_wording
    both = {"text": f"{one['text']} {block(other)['text']}", "facts": [*one["facts"], *block(other)["facts"]]}
    assert cut_by(world, drafted(world, both, follows=following(world))).number == 1


def following(world: World) -> Any:
    return StoryVersion.objects.drafts().values_list("drafted_at", flat=True).first()


def test_only_facts_of_the_story_in_force_at_the_cut() -> None:
    world = World()
    claim, ended = fact(world, "It is closed"), fact(world, "Nobody gets in")
    blocks = [block(claim), block(ended)]
    draft = drafted(world, *blocks)
    doubted(world, ended)
    gone = f"fact {ended.uuid} is not in force. Compose the draft again."
    assert refusal(cut_by, world, draft) == [f"Block 2: {gone}"]
    proposed = world.claim("Proposed.")
    world.proposal(proposed, world.passage(proposed, "courier", "wire"))
    elsewhere = Claim.objects.create(
        story=Story.objects.create(slug="bridge", title="The bridge", created_at=NOON),
        statement="Elsewhere.",
        kind="fact",
        created_at=NOON,
    )
    world.fact(elsewhere)
    for unpublished in (str(proposed.uuid), str(elsewhere.uuid), str(claim.uuid).upper(), "x", ""):
        bad = drafted(world, {"text": "X", "facts": [unpublished]}, follows=following(world))
        assert refusal(cut_by, world, bad) == [f"Block 1: fact {unpublished} is not in force. Compose the draft again."]


def test_a_wording_that_changed_after_the_draft_is_not_cut() -> None:
    world = World()
    claim = fact(world, "It is closed")
    draft = drafted(world, block(claim))
    reworded(world, claim, "It is closed to ships, Wire said.")
    assert refusal(cut_by, world, draft) == [
        "Block 1: its text is not the wording of its facts. Compose the draft again."
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Statement of nobody gets in", "states “statement of nobody gets in”, which stands on no fact"),
        ("NOBODY gets in, Wire said", "states “nobody gets in, wire said”, which stands on no fact"),
        ("Once it was shut, Wire said.", "states “once it was shut, wire said”, which stands on no fact"),
        ("Wire called it “a disgrace”", "quotes “a disgrace”, which stands in no wording of this version."),
    ],
)
@pytest.mark.parametrize("place", ["block 1", "headline", "standfirst"])
def test_words_without_facts_carry_no_fact(place: str, text: str, reason: str) -> None:
    world = World()
    claim = fact(world, "It is closed")
    fact(world, "Nobody gets in")
    doubted(world, fact(world, "Once it was shut"))
    lead, fields = ([words(text)], {}) if place == "block 1" else ([], {place: text})
    draft = drafted(world, *lead, block(claim), **fields)
    reasons = refusal(cut_by, world, draft)
    assert [one.removesuffix(" of this version: use the wording of one.") for one in reasons] == [
        f"The {place} {reason}"
    ]


def test_a_headline_may_be_the_wording_of_a_fact_below_it_and_quote_it() -> None:
    world = World()
    claim = world.claim("It is shut.")
    passages = [world.passage(claim, slug, quote="It is shut") for slug in ("courier", "mirror")]
    world.fact(claim, wording="It is shut.", basis="corroborated", passages=passages)
    assert cut_by(world, drafted(world, words("Now"), block(claim), headline="It is shut: why “shut”?")).number == 1


@pytest.mark.parametrize("name", ["headline", "standfirst", "change_note", "block"])
def test_a_version_names_no_confidential_source(name: str) -> None:
    world = World()
    claim = fact(world, "It is closed")
    clerk = world.source("clerk", "Jane Roe", "person")
    lead, fields = ([words("jane roe")], {}) if name == "block" else ([], {name: "jane roe"})
    draft = drafted(world, *lead, block(claim), **fields)
    clerk.confidential, clerk.public_name = True, "a clerk"
    on_record(clerk)
    for person in (world.editor, world.second_editor):
        NameReader.objects.create(source=clerk, person=person, added_by=person, added_at=NOON)
    reasons = refusal(cut_by, world, draft)
    assert reasons == refusal(
        drafted, world, *lead, block(claim), **fields, by=world.second_editor, follows=draft.drafted_at
    )
    what = name.replace("_", " ")
    assert reasons == [f"The {what} names a confidential source. Call it “a clerk”."]


@pytest.mark.parametrize(
    "blocks",
    [
        *(None, "text", {"text": "x"}, [None], [{"text": "x"}]),
        *([{"text": 1, "facts": []}], [{"text": "x", "facts": "abc"}], [{"text": "x", "facts": [{}]}]),
        [{"text": "x", "facts": [], "more": 1}],
    ],
)
def test_malformed_blocks_are_refused(blocks: Any) -> None:
    world = World()
    (reason,) = refusal(save_draft, world.story, by=world.editor, headline="X", blocks=blocks, stamps=world.stamps)
    assert reason in (
        "The blocks must be a list of at most 1000.",
        "Block 1 must be an object with “text” (words) and “facts” (a list of fact ids).",
    )
    raw = drafted(world)
    StoryVersion.objects.filter(pk=raw.pk).update(blocks=blocks if blocks is not None else "none")
    assert refusal(cut_by, world, StoryVersion.objects.get()) == [reason]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"headline": "\u3000"}, "The headline begins or ends with a space: remove it."),
        ({"headline": ""}, "A version has a headline."),
        ({"headline": "x" * 301}, "The headline has 301 characters; at most 300 fit."),
        (
            {"standfirst": "\x00"},
            "The standfirst holds the character U+0000 at place 1, which cannot be printed: remove it.",
        ),
        ({"change_note": None}, "The change note must be text."),
        ({"change_kind": "other"}, "“other” is no kind of change."),
        ({"change_kind": []}, "“[]” is no kind of change."),
    ],
)
def test_what_a_draft_cannot_hold(fields: dict[str, Any], reason: str) -> None:
    world = World()
    assert refusal(drafted, world, **fields) == [reason]


def test_empty_things_are_not_cut() -> None:
    world = World()
    assert refusal(cut_by, world, drafted(world, words("Now"))) == ["A version stands on at least one fact."]
    claim = fact(world, "It is closed")
    twice = {"text": "x", "facts": [str(claim.uuid)] * 2}
    draft = drafted(world, words(" "[:0]), block(claim), twice, follows=following(world))
    assert refusal(cut_by, world, draft) == ["Block 1: it is empty.", "Block 3: it lists a fact twice."]
