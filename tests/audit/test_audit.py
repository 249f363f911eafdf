"""check_desk and verify_ledger: what was changed behind the desk's back is found and named."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from stories.audit import find_violations
from stories.database import drop_guards
from stories.models import Article, Decision, Evidence, Publication, PublicationNote, PublicationSource, PublicationText
from stories.verification import dispute, newest_decision
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """One fact in force, and the guards out of the way: a forger who owns the database."""
    world = World()
    world.fact()
    drop_guards(connection)
    return world


def test_a_desk_in_order_has_no_violations(world: World) -> None:
    assert list(find_violations()) == []
    out = io.StringIO()
    call_command("check_desk", stdout=out)
    assert "The desk is in order." in out.getvalue()


def update(model: type, **values: object) -> Callable[[], object]:
    return lambda: model.objects.filter(pk=model.objects.order_by("-pk").values("pk")[:1].get()["pk"]).update(**values)


FORGERIES = {
    "a wording in the ledger": (update(Decision, wording="The harbour is open."), "columns are not what its payload"),
    "who decided": (update(Decision, actor_username="nobody"), "columns are not what its payload"),
    "an early hash": (lambda: Decision.objects.filter(pk=1).update(hash="0" * 64), "hash does not follow"),
    "an event": (update(Publication, story="elsewhere"), "columns are not what its payload"),
    "a published text": (
        lambda: PublicationText.objects.update(text='{"statement":"The harbour is open."}'),
        "its text is not the one that was published",
    ),
    "a text taken away": (lambda: PublicationText.objects.all().delete(), "its text is gone"),
    "a source slipped in": (
        lambda: PublicationSource.objects.create(publication=Publication.objects.get(), slug="mirror"),
        "the sources beside it are not those on its routes",
    ),
    "an article's text": (update(Article, text="The harbour is open."), "does not match its SHA-256"),
    "a quote": (update(Evidence, quote="The harbour is sealed"), "is not what article-1 says"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_found(world: World, name: str) -> None:
    forge, said = FORGERIES[name]
    forge()
    assert [one.reason for one in find_violations() if said in one.reason] != []
    with pytest.raises(CommandError):
        call_command("check_desk", stdout=io.StringIO())


def test_a_broken_chain_leaves_no_cursor_open(world: World) -> None:
    update(Decision, wording="The harbour is open.")()
    with pytest.raises(CommandError) as error:
        call_command("verify_ledger", stdout=io.StringIO())
    assert str(error.value) == "decision 2: its columns are not what its payload says"
    assert (error.value.__cause__, error.value.__context__) == (None, None)


def heads(tmp_path: Path) -> Path:
    path = tmp_path / "heads.json"
    call_command("verify_ledger", export=path, stdout=io.StringIO())
    return path


def test_heads_are_exported_and_hold(world: World, tmp_path: Path) -> None:
    path = heads(tmp_path)
    assert {name: head["place"] for name, head in json.loads(path.read_text()).items()} == {"ledger": 2, "log": 1}
    call_command("verify_ledger", head=path, stdout=io.StringIO())


def test_a_cut_tail_is_caught_by_an_exported_head_alone(world: World, tmp_path: Path) -> None:
    claim = Decision.objects.get(pk=2).claim
    newest = newest_decision(claim)
    dispute(
        claim,
        by=world.editor,
        rationale="Doubtful.",
        follows=newest.seq,
        correction_kind="withheld",
        public_note="We check.",
    )
    path = heads(tmp_path)
    Decision.objects.filter(pk=3).delete()
    PublicationNote.objects.filter(pk=2).delete()
    Publication.objects.filter(pk=2).delete()
    call_command("verify_ledger", stdout=io.StringIO())
    with pytest.raises(CommandError) as error:
        call_command("verify_ledger", head=path, stdout=io.StringIO())
    assert str(error.value) == "decision 3 was exported earlier and is gone: the tail was cut at 2"


def test_a_file_that_cannot_be_written_is_named(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        call_command("verify_ledger", export=tmp_path / "absent" / "heads.json", stdout=io.StringIO())
    assert str(error.value) == f"Cannot write {tmp_path}/absent/heads.json: No such file or directory."


def test_a_file_without_heads_says_so(world: World, tmp_path: Path) -> None:
    path = tmp_path / "heads.json"
    path.write_text("{}")
    with pytest.raises(CommandError) as error:
        call_command("verify_ledger", head=path)
    assert str(error.value) == f"{path} holds no heads: write one with `verify_ledger --export FILE`."
