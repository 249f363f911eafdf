"""What the database would refuse is said on the form: no unique or check constraint that a form reaches is a fault.

Every constraint of every thing that has a form is listed: one that is added later must be told here.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test import Client

from stories.admin.base import RecordAdmin
from stories.admin.constraints import explain_refusal
from stories.models import ChainLink, Evidence, Source, Story, Voice
from tests.admin.conftest import NO_INLINES, all_rows, page_of, read_of
from tests.world import NOON, World, anybody

Login = Callable[[User], Client]
Form = dict[str, Any]

ADMIN = "/admin/stories"
SOURCE = {"name": "Wire", "slug": "new", "kind": "agency", "public_name": "", "notes": ""} | NO_INLINES
CLAIM = {"statement": "It is shut.", "kind": "fact", "language": "en"}
ARTICLE = {"headline": "A", "language": "en", "status": "current", "published": ""}


def of_source(world: World, **fields: Any) -> tuple[str, Form]:
    return f"{ADMIN}/source/{world.source('wire').pk}/change/", SOURCE | fields


def of_claim(world: World, **fields: Any) -> tuple[str, Form]:
    return f"{ADMIN}/claim/{world.claim().pk}/change/", CLAIM | {"story": world.story.pk} | fields


def of_article(world: World, **fields: Any) -> tuple[str, Form]:
    article = world.article("courier", "The harbour is closed.")
    if fields.get("copy_of") == "itself":
        fields["copy_of"] = article.pk
    return f"{ADMIN}/article/{article.pk}/change/", ARTICLE | fields


def spellings(world: World, *texts: str) -> tuple[str, Form]:
    form: Form = {"aliases-TOTAL_FORMS": len(texts)}
    form |= {f"aliases-{number}-text": text for number, text in enumerate(texts)}
    form |= {f"aliases-{number}-printable": "on" for number, _ in enumerate(texts)}
    return of_source(world, **form)


def voices(world: World, *slugs: str, reason: str = "Maybe.") -> tuple[str, Form]:
    form: Form = {"voices-TOTAL_FORMS": len(slugs)}
    form |= {f"voices-{number}-same_as": world.source(slug).pk for number, slug in enumerate(slugs)}
    form |= {f"voices-{number}-reason": reason for number, _ in enumerate(slugs)}
    return of_source(world, **form)


def passage(world: World, *chain: str, recorded: bool = False, **fields: Any) -> tuple[str, Form]:
    claim, article = world.claim(), world.article("courier", "The harbour is closed.")
    if recorded:
        world.passage(claim, "courier", article=article)
    form: Form = {"claim": claim.pk, "stance": "supports", "start": 0, "end": 21, "kind": ""}
    form |= {f"chain_{place}": slug for place, slug in enumerate(chain)}
    return f"{ADMIN}/article/{article.pk}/read/", form | fields


def contradiction(world: World, **fields: Any) -> tuple[str, Form]:
    first, second = world.claim("Open."), world.claim("Closed.")
    return f"{ADMIN}/contradiction/add/", {"first": first.pk, "second": second.pk, "note": "Which?"} | fields


CHOICE = "Select a valid choice."
CASES: dict[str, tuple[Callable[[World], tuple[str, Form]], str]] = {
    "article_status_is_known": (lambda world: of_article(world, status="x"), CHOICE),
    "article_is_no_copy_of_itself": (
        lambda world: of_article(world, copy_of="itself"),
        "An article is no copy of itself.",
    ),
    "claim_kind_is_known": (lambda world: of_claim(world, kind="x"), CHOICE),
    "claim_has_a_statement": (lambda world: of_claim(world, statement=" "), "This field is required."),
    "claim_position_says_whose_it_is": (
        lambda world: of_claim(world, kind="position"),
        "A statement of position says whose it is.",
    ),
    "contradiction_has_two_claims": (
        lambda world: contradiction(world, second=world.claim("Open.").pk, first=world.claim("x").pk - 1),
        "A claim cannot contradict itself",
    ),
    "contradiction_has_a_note": (lambda world: contradiction(world, note=" "), "This field is required."),
    "source_kind_is_known": (lambda world: of_source(world, kind="x"), CHOICE),
    "source_confidential_has_a_public_name": (
        lambda world: of_source(world, confidential="on"),
        "A confidential source needs a public name.",
    ),
    "source_is_not_its_own_institution": (
        lambda world: of_source(world, institution=world.source("wire").pk),
        "A source cannot be its own institution.",
    ),
    "source.slug": (
        lambda world: (f"{ADMIN}/source/add/", SOURCE | {"slug": "wire"}),
        "Source with this Slug already exists.",
    ),
    "story.slug": (
        lambda world: (f"{ADMIN}/story/add/", {"title": "A", "slug": "harbour"}),
        "Story with this Slug already exists.",
    ),
    "alias_once_per_source": (lambda world: spellings(world, "WN", "WN"), "Please correct the duplicate"),
    "alias_has_text": (lambda world: spellings(world, " "), "This field is required."),
    "voice_once_at_a_time": (lambda world: voices(world, "mirror", "mirror"), "One voice is typed twice"),
    "voice_is_somebody_else": (lambda world: voices(world, "wire"), "A source is not its own voice: choose another"),
    "voice_has_a_reason": (lambda world: voices(world, "mirror", reason=" "), "This field is required."),
    "evidence_stance_is_known": (lambda world: passage(world, "courier", stance="x"), CHOICE),
    "evidence_offsets_match_its_quote": (lambda world: passage(world, "courier", end=99), "no passage lies at 0–99"),
    "evidence_once_per_claim": (
        lambda world: passage(world, "courier", recorded=True),
        "This passage is evidence for this claim already.",
    ),
    "chain_names_a_source_once": (lambda world: passage(world, "courier", "courier"), "once"),
}
"""Constraint → the form that would break it, and what the form says then."""

NO_FORM = {
    "article.slug": "an article is taken in by a file (tests/admin/test_articles.py); its slug never changes",
    "article_kind_is_known": "given once, when it is taken in",
    "article_body_lies_in_its_text": "found by intake",
    "article_retraction_is_dated": "the form dates it (tests/admin/test_articles.py)",
    "article_only_own_notes_have_no_outlet": "given once, when it is taken in (tests/admin/test_articles.py)",
    "claim.uuid": "made by the desk",
    "contradiction.uuid": "made by the desk",
    "contradiction_open_once": "recording it again leads to the open one (tests/disagreements)",
    "contradiction_state_is_known": "one of two buttons; anything else is refused when it is closed",
    "contradiction_closed_with_a_reason": "the form demands it (tests/admin/test_forms.py)",
    "discrepancy_kind_is_known": "found by the desk",
    "discrepancy_state_is_known": "one of two buttons; anything else is refused when it is closed",
    "discrepancy_open_once": "found by the desk",
    "discrepancy_of_one_passage_open_once": "found by the desk",
    "discrepancy_closed_with_a_reason": "the form demands it (tests/admin/test_forms.py)",
    "voice.uuid": "made by the desk",
    "evidence.uuid": "made by the desk",
    "chain_link_one_per_place": "the form has each place once",
}
"""Constraint → why no form reaches it."""


def constraints_of(model: type[Model]) -> set[str]:
    """The names of the rules of the table of `model`; a unique column goes by the model's name and its own."""
    columns = {f"{model._meta.model_name}.{one.name}" for one in model._meta.local_concrete_fields if one.unique}
    return {one.name for one in model._meta.constraints} | columns - {f"{model._meta.model_name}.id"}


def test_every_constraint_that_a_form_may_reach_is_listed() -> None:
    formed = {
        model: one
        for model, one in admin.site._registry.items()
        if model._meta.app_label == "stories" and not isinstance(one, RecordAdmin)
    }
    inside = {inline.model for one in formed.values() for inline in one.inlines}
    models = {*formed, *inside, Evidence, ChainLink}
    assert {name for model in models for name in constraints_of(model)} == CASES.keys() | NO_FORM.keys()


@pytest.mark.parametrize("name", CASES)
def test_what_the_database_would_refuse_is_said_on_the_form(world: World, login: Login, name: str) -> None:
    make, said = CASES[name]
    page, form = make(world)
    client = login(world.editor)
    stated = read_of(client, page) if page.endswith("/change/") else {}
    before = all_rows()
    answer = client.post(page, form | stated)
    assert (answer.status_code in (200, 422), said in page_of(answer)) == (True, True)
    assert all_rows() == before


@pytest.mark.parametrize(("source", "same_as"), [("wire", "mirror"), ("mirror", "wire")])
def test_a_voice_that_is_recorded_already_is_a_message_either_way_round(
    world: World, login: Login, source: str, same_as: str
) -> None:
    recorded = {"source": world.source(source), "same_as": world.source(same_as)}
    Voice.objects.create(**recorded, reason="Maybe.", created_at=NOON, recorded_by=anybody())
    page, form = voices(world, "mirror")
    client = login(world.editor)
    before = all_rows()
    answer = client.post(page, form | read_of(client, page))
    words = f"It is recorded already that {recorded['source']} may be {recorded['same_as']}: there is nothing to add."
    assert (answer.status_code, words in page_of(answer), all_rows()) == (200, True, before)


def test_a_voice_that_was_retired_can_be_recorded_again(world: World, login: Login) -> None:
    both = {"source": world.source("wire"), "same_as": world.source("mirror")}
    Voice.objects.create(
        **both, reason="Maybe.", created_at=NOON, recorded_by=anybody(), retired_at=NOON, retired_by=anybody()
    )
    page, form = voices(world, "mirror")
    client = login(world.editor)
    assert client.post(page, form | read_of(client, page)).status_code == 302
    assert Voice.objects.current().filter(**both).count() == 1


ALREADY = {
    "voice": "Voice: This is recorded already.",
    "source": "Source: There is one with this slug already.",
}
if connection.vendor == "sqlite":  # there a guard comes first, which keeps any row from being replaced
    SAID = "another row has this key or these unique values already, and no row is ever replaced."
    ALREADY = {"voice": f"Voice: {SAID}", "source": f"Source: {SAID}"}


def refusal_of(act: Callable[[], object]) -> str:
    """What is said when the database refuses `act`."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    return explain_refusal(caught.value)


def test_what_the_database_alone_knows_is_said_by_its_rule(world: World) -> None:
    """The row that somebody else recorded a moment ago, a check, a guard: each by its own words, on either engine."""
    wire, mirror = world.source("wire"), world.source("mirror")
    voice = {"source": wire, "same_as": mirror, "reason": "Maybe.", "created_at": NOON, "recorded_by": anybody()}
    Voice.objects.create(**voice)
    assert refusal_of(lambda: Voice.objects.create(**voice)) == ALREADY["voice"]
    assert refusal_of(lambda: Voice.objects.create(**voice | {"same_as": wire})) == (
        "Voice: A source is not its own voice."
    )
    assert refusal_of(lambda: Source.objects.create(slug="wire", name="W", kind="agency")) == ALREADY["source"]
    assert refusal_of(lambda: Story.objects.update(slug="other")) == (
        "Story: the slug of a story is public and never changes."
    )


def test_a_fault_of_ours_stays_one(world: World) -> None:
    with pytest.raises(IntegrityError):
        refusal_of(lambda: Story.objects.create(slug="x", title="x", created_at=None))
