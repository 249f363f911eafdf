"""Whoever adds a kind of claim adds one line, and nothing of it is lost: composed, guarded, filtered, judged."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stories.choices import Basis, ChangeKind, ClaimKind, CorrectionKind
from stories.policy import bases
from stories.versions.corrections import GRAVITY

ROOT = Path(__file__).resolve().parent.parent.parent

ADDED = """
    WARNING = "warning", (Basis.ATTRIBUTED,), Heading.SAID, True, "warning"
    HUNCH = "hunch", NO_BASIS, None, False, "hunch"
"""

DESK = """
import json, os, sys, types
from pathlib import Path
import django, stories
from django.conf import settings

# The vocabulary as it would be with two kinds more, and tables made from the models as they are then.
source = Path("stories/choices.py").read_text()
last = next(line for line in source.splitlines() if line.startswith("    QUESTION ="))
module = types.ModuleType("stories.choices")
sys.modules["stories.choices"] = stories.choices = module
exec(source.replace(last, last + sys.argv[1]), module.__dict__)
settings.MIGRATION_MODULES = {"stories": None}
django.setup()

from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from stories.chain import Refused
from stories.versions.compose import compose_blocks
from tests.rows import decide
from tests.world import World

call_command("migrate", run_syncdb=True, verbosity=0)
world = World()
said = {}
warning = world.claim("The harbour may close.", kind="warning", says=world.source("minister"))
world.passage(warning, "wire", "minister")
words = "The Minister of Harbours said that the harbour may close, Wire reports."
plain = {"wording": "Minister of Harbours: no ships. Wire."}
for name, given in {"plain": plain, "basis": {"wording": words, "basis": "corroborated"}}.items():
    try:
        world.fact(warning, **given)
    except Refused as refusal:
        said[name] = refusal.reasons
world.fact(warning, wording=words)
said["composed"] = [block["text"] for block in compose_blocks(world.story)]
answer = Client(headers={"host": "127.0.0.1"}).get("/api/v1/facts/?kind=warning").json()
said["filtered"] = [fact["statement"] for fact in answer["results"]]
try:
    world.fact(world.claim("It is the tide.", kind="hunch"))
except Refused as refusal:
    said["never"] = refusal.reasons
for kind, basis in (("hunch", "attributed"), ("warning", "documented"), ("warning", "attributed")):
    claim, desk = world.claim("Forged.", kind=kind, says=world.source("minister")), types.SimpleNamespace(world=world)
    decide(desk, claim, "proposed", "reporter", basis=basis)
    try:
        with transaction.atomic():
            decide(desk, claim, "confirmed", "editor")
            said[f"forged {kind}, {basis}"] = "let in"
            transaction.set_rollback(True)
    except IntegrityError as error:
        said[f"forged {kind}, {basis}"] = str(error)
try:
    world.claim("Nobody warns.", kind="warning")
except IntegrityError as error:
    said["of nobody"] = str(error)
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, object]:
    """What a desk says that has two kinds more, by what was tried."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
        "DJANGO_DEBUG": "1",
        "DATABASE_URL": "sqlite://:memory:",
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
    }
    run = [sys.executable, "-c", DESK, ADDED]
    done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


WORDS = "The Minister of Harbours said that the harbour may close, Wire reports."


def test_it_is_composed_under_its_heading_and_found_by_its_name(said: dict[str, object]) -> None:
    assert said["composed"] == ["What is being said", WORDS]
    assert said["filtered"] == [WORDS]


def test_its_wording_and_its_basis_are_judged_by_what_it_says_of_itself(said: dict[str, object]) -> None:
    assert said["plain"] == [
        "A warning must be reported as said (“… said”, “according to …”), not stated as so.",
    ]
    assert said["basis"][0] == "A warning can only be attributed."
    assert said["never"] == ["A claim of the kind “hunch” can never be confirmed."]


def test_what_is_said_says_whose_it_is(said: dict[str, object]) -> None:
    assert said["of nobody"] == "CHECK constraint failed: claim_position_says_whose_it_is"


def test_the_database_lets_in_what_it_says_of_itself_and_nothing_else(said: dict[str, object]) -> None:
    refused = "Ledger: a claim is confirmed only on a basis that its kind may have, and some kinds never"
    forged = {name: str(words).partition(refused)[1] for name, words in said.items() if name.startswith("forged")}
    assert forged == {
        "forged hunch, attributed": refused,
        "forged warning, documented": refused,
        "forged warning, attributed": "",
    }
    assert said["forged warning, attributed"] == "let in"


def test_what_other_tables_say_of_a_vocabulary_is_said_of_all_of_it() -> None:
    assert {kind for kind in ClaimKind if bool(kind.bases) != bool(kind.heading)} == set()
    assert set(bases._AGAINST) == set(Basis)
    assert sorted(GRAVITY) == sorted(CorrectionKind)
    assert ChangeKind.values == [ChangeKind.NEW, *CorrectionKind.values]
