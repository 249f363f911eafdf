"""How what a decision weighed is called is changed on record alone: an owner's edit of a row beside it is found."""

from typing import Any

import pytest
from django.db.models import Model

from stories.audit import find_violations
from stories.models import Article, Decision, Source, Story
from tests.audit.test_behind_the_desk import as_owner
from tests.published import Desk
from tests.world import NOON, on_record

RECEIVED = {"headline": "Pier shut", "url": "https://courier.example/pier", "published": "2025-11-21"}


@pytest.fixture(autouse=True)
def desk(db: None) -> Desk:
    """A fact in force that cites an article of The Courier."""
    desk = Desk()
    claim = desk.claim("The pier is shut.")
    article = desk.article("courier", "The pier is shut.", slug="cited", **RECEIVED)
    desk.passage(claim, "courier", "wire", quote="The pier is shut", article=article)
    desk.confirm_fact("The pier is shut", claim=claim)
    return desk


def found() -> list[str]:
    """What is said of how things are called."""
    return [str(one) for one in find_violations() if "no change of it is on record" in one.reason]


def told(row: str, what: str) -> list[str]:
    weighed = f"its {what} is not what decision 1 weighed, and no change of it is on record"
    return [f"stories.{row}: {weighed}: put back what the decision says"]


CHANGES: list[tuple[type[Model], str, dict[str, Any], str]] = [
    (Source, "wire", {"name": "Fire"}, "printed name"),
    (Source, "wire", {"kind": "outlet"}, "kind"),
    (Source, "wire", {"confidential": True, "public_name": "an agency"}, "protection"),
    (Story, "harbour", {"title": "The canal"}, "title"),
    (Article, "cited", {"headline": "Pier open"}, "headline"),
    (Article, "cited", {"url": ""}, "url"),
    (Article, "cited", {"published": "2025-11-20"}, "published"),
    (Article, "cited", {"status": "retracted", "retracted_at": NOON}, "status"),
]


@pytest.mark.parametrize(("model", "slug", "columns", "what"), CHANGES)
def test_what_the_owner_changes_is_found_until_it_is_put_back(
    model: type[Model], slug: str, columns: dict[str, Any], what: str
) -> None:
    rows = model._default_manager.filter(slug=slug)
    before = rows.values(*columns).get()
    as_owner(lambda: rows.update(**columns))
    assert found() == told(f"{model._meta.model_name} {slug}", what)
    as_owner(lambda: rows.update(**before))
    assert found() == []


@pytest.mark.parametrize(
    ("model", "slug", "columns"),
    [
        (Source, "wire", {"name": "Fire", "kind": "outlet"}),
        (Source, "wire", {"confidential": True, "public_name": "an agency"}),
        (Source, "courier", {"confidential": True, "public_name": "a newspaper"}),
        (Story, "harbour", {"title": "The canal"}),
        (Article, "cited", {"headline": "Pier open", "url": "", "published": ""}),
        (Article, "cited", {"status": "retracted", "retracted_at": NOON}),
    ],
)
def test_what_is_changed_on_record_is_in_order(model: type[Model], slug: str, columns: dict[str, Any]) -> None:
    on_record(model._default_manager.filter(slug=slug), **columns)
    assert found() == []


def test_what_kind_of_text_it_is_nobody_changes(desk: Desk) -> None:
    as_owner(lambda: Article.objects.filter(slug="cited").update(kind="wire"))
    assert found() == told("article cited", "kind")


def test_what_is_cited_of_a_protected_outlet_is_withheld_and_in_order(desk: Desk) -> None:
    on_record(Source.objects.filter(slug="courier"), confidential=True, public_name="a newspaper")
    newest = Decision.objects.get(seq=2)
    assert newest.claim is not None
    passage = newest.claim.evidence.get()
    said = {"wording": "A newspaper reports, citing Wire: the pier is shut.", "correction_kind": "clarification"}
    desk.sign(desk.proposal(newest.claim, passage, public_note="We protect who said so.", **said))
    cited = Decision.objects.latest("seq").evidence["articles"]["cited"]  # type: ignore[index]
    assert (cited["headline"], cited["url"], cited["outlet"]) == (None, None, "a newspaper")
    assert found() == []
