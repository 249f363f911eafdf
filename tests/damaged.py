"""Damaging fixtures: by hand, at random, and what loading them says."""

import copy
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command

from stories.audit import find_violations
from stories.chain import canonical, digest
from stories.management.commands.build_fixtures import FIXTURES
from tests.rows import undone

COMMITTED = {name: (settings.BASE_DIR / "fixtures" / f"{name}.json").read_text() for name in FIXTURES}
TOGETHER = ("decisions", "versions", "publications")
"""These name each other by place, so they load in one go."""

Rows = list[dict[str, Any]]

# ---- Loading --------------------------------------------------------------------------------------------------


def load(names: list[str], folder: Path) -> str:
    """Load the fixtures `names` from `folder`; returns what is said when they are refused, "" when they are not."""
    out = io.StringIO()
    try:
        call_command("loaddata", *(str(folder / f"{name}.json") for name in names), stdout=out, stderr=out)
    except CommandError as error:
        return str(error)
    return ""


def contents() -> dict[str, list[Any]]:
    """Every row of every table that fixtures fill."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values_list())
        for models in FIXTURES.values()
        for model in models
    }


@contextmanager
def loaded_before(name: str, folder: Path) -> Iterator[list[str]]:
    """A desk that holds all fixtures before `name`; yields the names of those that are still to come."""
    order = list(FIXTURES)
    first = order.index(TOGETHER[0] if name in TOGETHER else name)
    for one, text in COMMITTED.items():
        (folder / f"{one}.json").write_text(text)
    with undone():
        assert not order[:first] or load(order[:first], folder) == ""
        yield order[first:]


@contextmanager
def damaged(name: str, text: str, folder: Path) -> Iterator[None]:
    """The file of the fixture `name` holds `text` for a while."""
    file = folder / f"{name}.json"
    file.write_text(text)
    yield
    file.write_text(COMMITTED[name])


Refusal = Callable[..., str]


def refusal_in(names: list[str], folder: Path, texts: dict[str, str]) -> str:
    """What loading `names` says when these fixtures hold these texts; nothing of it is left behind."""
    with ExitStack() as stack:
        for name, text in texts.items():
            stack.enter_context(damaged(name, text, folder))
        before = contents()
        with undone():
            said = load(names, folder)
        assert contents() == before
        return said


# ---- By hand --------------------------------------------------------------------------------------------------


def rows_of(name: str) -> Rows:
    rows: Rows = json.loads(COMMITTED[name])
    return rows


def text_of(rows: Any) -> str:
    return json.dumps(rows, indent=1, ensure_ascii=False)


def a_passage(rows: Rows) -> dict[str, Any]:
    return next(row["fields"] for row in rows if row["model"] == "stories.evidence")


def reseal(rows: Rows) -> None:
    """Payload and hash of every decision, made anew from its columns."""
    before = ""
    for row in rows:
        fields = row["fields"]
        payload = json.loads(fields["payload"])
        payload |= {name: fields[name] for name in payload if name in fields and name not in LINKED}
        payload["actor"] = {name: fields[f"actor_{name}"] for name in ("username", "name", "role")}
        fields["payload"] = canonical(payload)
        fields["hash"] = before = digest(before + fields["payload"])


LINKED = ("claim", "replaced_by", "actor", "at")
"""Of these the payload says something else than the fixture's field."""


# ---- At random -------------------------------------------------------------------------------------------------

Mutation = Callable[[random.Random, Rows], Rows | str]


def drop_a_row(chance: random.Random, rows: Rows) -> Rows:
    del rows[chance.randrange(len(rows))]
    return rows


def repeat_a_row(chance: random.Random, rows: Rows) -> Rows:
    rows.insert(chance.randrange(len(rows)), copy.deepcopy(chance.choice(rows)))
    return rows


def swap_two_rows(chance: random.Random, rows: Rows) -> Rows:
    first, second = chance.sample(range(len(rows)), 2)
    rows[first], rows[second] = rows[second], rows[first]
    return rows


def swap_two_keys(chance: random.Random, rows: Rows) -> Rows:
    first, second = chance.sample([row for row in rows if "pk" in row] or rows, 2)
    key = "pk" if "pk" in first else "fields"
    first[key], second[key] = second[key], first[key]
    return rows


def change_a_field(chance: random.Random, rows: Rows) -> Rows:
    fields = chance.choice(rows)["fields"]
    name = chance.choice(list(fields))
    fields[name] = damage(chance, fields[name])
    return rows


def exchange_a_field(chance: random.Random, rows: Rows) -> Rows:
    """A value that is right elsewhere."""
    first = chance.choice(rows)
    second = chance.choice([row for row in rows if row["model"] == first["model"]])
    name = chance.choice(list(first["fields"]))
    first["fields"][name] = copy.deepcopy(second["fields"][name])
    return rows


def lose_a_field(chance: random.Random, rows: Rows) -> Rows:
    fields = chance.choice(rows)["fields"]
    del fields[chance.choice(list(fields))]
    return rows


def invent_a_field(chance: random.Random, rows: Rows) -> Rows:
    chance.choice(rows)["fields"]["invented"] = chance.choice(["", 1, None, []])
    return rows


def mistake_the_type(chance: random.Random, rows: Rows) -> Rows:
    fields = chance.choice(rows)["fields"]
    name = chance.choice(list(fields))
    of_another = {str: [5, {"a": 1}], bool: ["yes", 1], int: ["5", True], list: ["nobody", {}], dict: ["", []]}
    fields[name] = chance.choice(of_another.get(type(fields[name]), [["nobody"], {}]))
    return rows


def mistake_the_model(chance: random.Random, rows: Rows) -> Rows:
    chance.choice(rows)["model"] = chance.choice(["stories.claim", "stories.nothing", "auth.user", "x", 5])
    return rows


def point_nowhere(chance: random.Random, rows: Rows) -> Rows:
    fields = chance.choice(rows)["fields"]
    links = [name for name, value in fields.items() if isinstance(value, list) or name in PLACES]
    name = chance.choice(links or list(fields))
    fields[name] = 9999 if name in PLACES else ["nobody"]
    return rows


PLACES = ("previous", "publication", "suppresses", "ends", "position")


def cut_the_text(chance: random.Random, rows: Rows) -> str:
    text = text_of(rows)
    return text[: chance.randrange(1, len(text) - 3)]


def flip_a_character(chance: random.Random, rows: Rows) -> str:
    text = text_of(rows)
    place = chance.randrange(len(text))
    return text[:place] + chance.choice('x0"{}[],: ä\\') + text[place + 1 :]


MUTATIONS: tuple[Mutation, ...] = (
    drop_a_row,
    repeat_a_row,
    swap_two_rows,
    swap_two_keys,
    change_a_field,
    change_a_field,
    change_a_field,
    exchange_a_field,
    exchange_a_field,
    lose_a_field,
    invent_a_field,
    mistake_the_type,
    mistake_the_model,
    point_nowhere,
    cut_the_text,
    flip_a_character,
)


def damage(chance: random.Random, value: Any) -> Any:
    """Another value: near by, of another type, or none."""
    if chance.random() < 0.15:
        return chance.choice([None, "", 0, -1, 10**30, [], {}, "nobody", True, "\x00"])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice([-1, 1])
    if isinstance(value, str) and value:
        place = chance.randrange(len(value))
        return value[:place] + chance.choice("ax9 ") + value[place + 1 :]
    if isinstance(value, list) and value:
        damaged = copy.deepcopy(value)
        place = chance.randrange(len(damaged))
        damaged[place] = damage(chance, damaged[place])
        return damaged
    if isinstance(value, dict) and value:
        key = chance.choice(sorted(value))
        return {**value, key: damage(chance, value[key])}
    return chance.choice(["nobody", 1, ["nobody"]])


def mutate(chance: random.Random, name: str) -> tuple[str, str]:
    """A damaged text of the fixture `name`, and by what."""
    while True:
        mutation = chance.choice(MUTATIONS)
        result = mutation(chance, rows_of(name))
        text = result if isinstance(result, str) else text_of(result)
        if text not in (COMMITTED[name], text_of(rows_of(name))):
            return text, mutation.__name__


LINE = r"\w+\.json: (?:(?:stories|auth)\.\w+ \S.*?|row \d+): \S.*"
REFUSAL = re.compile(
    rf"Nothing was loaded\. (?:{LINE}(?:\n{LINE})*(?:\n… and \d+ more\.)?|\w+\.json: this is no JSON: .+)"
)


def withstand(mutated: list[str], names: list[str], chance: random.Random, folder: Path) -> list[bool]:
    """Load `names` once for each of `mutated`, in which that fixture is damaged at random.

    Each is refused as it should be, the database unchanged (False), or loads and breaks nothing (True).
    """
    before = contents()
    loaded = []
    for name in mutated:
        text, what = mutate(chance, name)
        with damaged(name, text, folder), undone():
            said = load(names, folder)
            where = f"{name}: {what}: {said}"
            if said:
                assert REFUSAL.fullmatch(said), where
                assert contents() == before, where
            else:
                assert list(find_violations()) == [], where
            loaded.append(not said)
    return loaded
