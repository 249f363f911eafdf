"""`manage.py what_if`: what falls and what stands, for people and as JSON; an unknown name is one line."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from stories.insight.standing import NOTHING_LEFT
from stories.models import Publication
from tests.insight.test_what_if import corroborated
from tests.world import World


@pytest.fixture
def world(db: None) -> World:
    return World()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("what_if", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tells_what_falls_and_what_stands(world) -> None:
    corroborated(world)
    world.passage(world.claim("Ships are waiting."), "courier", "wire")
    assert run("wire", "--story", "harbour") == (
        "Suppose Wire is wrong.\n"
        "\n"
        "1 fact(s) in force would lose their basis (independent sources before → after):\n"
        "  2 → 1  corroborated  The harbour is closed.\n"
        "           Only 1 independent source among the listed passages; "
        "everything rests on Minister of Harbours, The Mirror.\n"
        "\n"
        "1 claim(s) that are no fact would have nothing left (independent sources before → after):\n"
        "  1 → 0  no fact       Ships are waiting.\n"
        f"           {NOTHING_LEFT}\n"
        "\n"
        "Nothing was changed. An editor withdraws facts on the page of the source or the article.\n"
    )


def test_the_command_in_json(world) -> None:
    claim = world.fact()
    position = Publication.objects.get().position
    assert json.loads(run("--article", "article-1", "--json")) == {
        "suppose": "“article-1” is retracted",
        "taken_with_it": [],
        "losing_basis": [
            {
                "claim": str(claim.uuid),
                "story": "harbour",
                "statement": "The harbour is closed.",
                "fact": {
                    "position": position,
                    "basis": "attributed",
                    "wording": "The harbour is closed, Wire reports.",
                },
                "independent_sources": {"before": 1, "after": 0},
                "lost_routes": [["courier", "wire"]],
                "reasons": [NOTHING_LEFT],
                "had_no_basis_before": False,
                "wording_names_the_source": False,
            }
        ],
        "losing_route": [],
        "reporting": [],
        "versions": [],
    }


def test_a_source_that_nothing_stands_on(world) -> None:
    assert "Nothing stands on it." in run("wire")


ONE_OF_THEM = "Give the slug of a source, or --article with the slug of an article: one of them."


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["wier"], "There is no source “wier”. Did you mean wire?"),
        (["harbour report"], "There is no source “harbour report”. Did you mean report?"),
        (["zzz"], "There is no source “zzz”."),
        (["--article", "article1"], "There is no article “article1”. Did you mean article-1?"),
        (["wire", "--story", "harbor"], "There is no story “harbor”. Did you mean harbour?"),
        ([], ONE_OF_THEM),
        (["wire", "--article", "x"], ONE_OF_THEM),
    ],
)
def test_an_unknown_name_is_one_line_with_those_that_are_near(world, arguments: list[str], error: str) -> None:
    world.article("courier", "The harbour is closed.")
    with pytest.raises(CommandError) as raised:
        run(*arguments)
    assert str(raised.value) == error
