"""A desk process of its own, for the proofs of races and faults: `python -m tests.writer COMMAND`, on DATABASE_URL.

    prepare             people, sources, and claims to write on
    race SECONDS SEED   decide at random for so long; prints what was acknowledged, refused, and went wrong
    kill VERB           do VERB again and again, killed with SIGKILL after its first, second, … statement; prints faults
    verify              both chains, times and guards; prints the number of decisions and publications

With `broken` as the last word the lock is left out, so that the proofs can show that they fail.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings_test")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from stories.chain import verify_rows  # noqa: E402
from stories.choices import Part  # noqa: E402
from stories.database import missing_triggers  # noqa: E402
from stories.models import Claim, Decision, Publication, PublicationText, Story, StoryVersion  # noqa: E402
from stories.record.decisions import Refused, payload_of  # noqa: E402
from stories.record.publications import event_of, fact_in_force  # noqa: E402
from stories.stamps import LiveStamps, to_milliseconds  # noqa: E402
from stories.verification import (  # noqa: E402
    confirm,
    dispute,
    newest_decision,
    propose,
    refute,
    return_proposal,
    suppression,
    withdraw,
)
from stories.verification import verbs as verification  # noqa: E402
from stories.versions import cuts, drafts  # noqa: E402
from stories.versions.compose import compose_blocks  # noqa: E402
from tests.world import NOON, World  # noqa: E402

CLAIMS = 6
EXPLAINED = {"correction_kind": "withheld", "public_note": "We are checking."}


class SkewedStamps(LiveStamps):
    """The clock of a machine that is up to two seconds off, differently at every look."""

    def now(self) -> datetime:
        return to_milliseconds(super().now() + timedelta(seconds=random.uniform(-2, 2)))


class Resumed(World):
    """The world that `prepare` has made."""

    def __init__(self) -> None:
        self.stamps = SkewedStamps()
        people = {user.username: user for user in User.objects.all()}
        self.reporter, self.editor = people["reporter"], people["editor"]
        self.second_editor = people["second-editor"]
        self.story = Story.objects.get(slug="harbour")


def prepare() -> None:
    world = World()
    for number in range(CLAIMS):
        claim = world.claim(f"The harbour is closed, part {number}.")
        world.passage(claim, "courier", "wire")


# ---- Eight at once --------------------------------------------------------------------------------------------


def decide_something(world: World) -> int:
    """One random verb on a random claim by a random person; gives back the place in the ledger."""
    claim = random.choice(list(Claim.objects.filter(story=world.story)))
    newest, fact = newest_decision(claim), fact_in_force(claim)
    by = random.choice([world.reporter, world.editor, world.second_editor])
    common = {"by": by, "rationale": f"{os.getpid()} {random.random()}", "stamps": world.stamps}
    follows, explained = newest.seq if newest else None, EXPLAINED if fact else {}
    if newest is not None and newest.verdict == "proposed":
        return random.choice([confirm, confirm, confirm, return_proposal])(newest, **common).seq
    verb = random.choice(["propose", "propose", "propose", "withdraw", "dispute", "refute"])
    if verb == "propose":
        passage = claim.evidence.get()
        wording = f"Wire reports ({random.randrange(10**9)}) that it is closed."
        about = {"wording": wording, "basis": "attributed", "passages": [passage]}
        return propose(claim, follows=follows, **about, **explained, **common).seq
    if verb == "withdraw":
        return withdraw([claim], follows={claim.pk: follows}, **EXPLAINED, **common)[0].seq
    return {"dispute": dispute, "refute": refute}[verb](claim, follows=follows, **explained, **common).seq


def race(seconds: float, seed: int, *, broken: bool) -> dict[str, Any]:
    random.seed(seed)
    world = Resumed()
    if broken:  # only now: what is counted are the faults of deciding, not of getting ready
        break_lock("race")
    done: dict[str, Any] = {"acknowledged": [], "refused": 0, "errors": []}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            done["acknowledged"].append(decide_something(world))
        except Refused:
            done["refused"] += 1
        except Exception as error:
            done["errors"].append(repr(error))
    return done


def verify() -> dict[str, Any]:
    """Both chains as they are now; raises where one is broken (a gap, a forged row, a time that goes back)."""
    connection.check_constraints()
    ledger = verify_rows(Decision.objects.order_by("seq"), payload_of, name="seq")
    log = verify_rows(Publication.objects.order_by("position"), event_of, name="position")
    return {"decisions": ledger.place, "publications": log.place, "missing_triggers": missing_triggers(connection)}


# ---- Killed in the middle -------------------------------------------------------------------------------------

Counts = tuple[int, ...]

# What each verb adds: decisions, publications, texts, drafts and versions, of these cut.
ADDS: dict[str, Counts] = {
    "propose": (1, 0, 0, 0, 0),
    "confirm": (1, 1, 1, 0, 0),
    "reword": (1, 1, 1, 0, 0),
    "return": (1, 0, 0, 0, 0),
    "dispute": (1, 1, 0, 0, 0),
    "refute": (1, 1, 0, 0, 0),
    "withdraw": (2, 2, 0, 0, 0),
    "suppress": (3, 3, -2, 0, 0),
    "destroy": (2, 0, 0, 0, 0),
    "propose_restoration": (2, 0, 0, 0, 0),
    "restore": (2, 2, 2, 0, 0),
    "save_draft": (0, 0, 0, 1, 0),
    "cut": (0, 1, 1, 0, 1),
}
ON_PARTS = ("suppress", "destroy", "propose_restoration", "restore")
"""What is done to a part of a publication, in the order in which it can be done."""
STATEMENTS = 120
"""More than any of them takes."""


def count_rows() -> Counts:
    tables = (Decision, Publication, PublicationText, StoryVersion)
    return (*(table.objects.count() for table in tables), StoryVersion.objects.cut().count())


def stage(verb: str) -> list[int]:
    """A story of its own with all that `verb` needs before it; gives back the keys of its two claims."""
    world = Resumed()
    number = Story.objects.count()
    world.story = Story.objects.create(slug=f"story-{number}", title="A story", created_at=NOON)
    claims = [world.claim(f"It is closed, {number}."), world.claim(f"It is shut, {number}.")]
    for claim in claims:
        world.passage(claim, "courier", "wire")
        if verb not in ("propose", "confirm", "return"):
            world.fact(claim)
    passage = claims[0].evidence.get()
    if verb in ("confirm", "return", "reword"):
        explained = EXPLAINED if verb == "reword" else {}
        world.proposal(claims[0], passage, wording="It is closed, Wire says.", **explained)
    if verb in (*ON_PARTS, "cut"):
        draft_version(world)
    if verb in ON_PARTS:
        draft = StoryVersion.objects.get(story=world.story)
        cuts.cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)
    if verb in ON_PARTS[1:]:
        act("suppress", [claim.pk for claim in claims], [None])
    if verb == "restore":
        act("propose_restoration", [claim.pk for claim in claims], [None])
    return [claim.pk for claim in claims]


def draft_version(world: World) -> StoryVersion:
    blocks = compose_blocks(world.story)
    return drafts.save_draft(world.story, by=world.editor, headline="Closed", blocks=blocks, stamps=world.stamps)


def old_wording(claim: Claim) -> Publication:
    return Publication.objects.filter(fact_id=claim.uuid).facts().get()


def act(verb: str, keys: list[int], follows: list[int | None]) -> bool:
    """`verb` on the scene of `keys`, as its page was sent that saw `follows`. True once it has answered."""
    world = Resumed()
    claims = [Claim.objects.get(pk=key) for key in keys]
    claim, world.story = claims[0], claims[0].story
    common = {"by": world.editor, "rationale": "Read.", "stamps": world.stamps}
    if verb == "propose":
        about = {"wording": "It is closed, Wire says.", "basis": "attributed", "passages": [claim.evidence.get()]}
        propose(claim, follows=follows[0], **about, **common)
    elif verb in ("confirm", "reword", "return"):
        proposal = Decision.objects.get(seq=follows[0])
        (return_proposal if verb == "return" else confirm)(proposal, **common)
    elif verb == "withdraw":
        withdraw(claims, follows=dict(zip(keys, follows, strict=True)), **EXPLAINED, **common)
    elif verb in ("dispute", "refute"):
        {"dispute": dispute, "refute": refute}[verb](claim, follows=follows[0], **EXPLAINED, **common)
    elif verb == "suppress":
        suppression.suppress(old_wording(claim), part=Part.TEXT, because="court", public_note="Taken down.", **common)
    elif verb in ON_PARTS:
        ledger = Decision.objects.filter(suppresses=old_wording(claim)).order_by("seq")
        sealed, common = ledger[0].suppresses, common | {"by": world.second_editor}
        if verb == "restore":
            suppression.restore(ledger.get(verdict="proposed"), **common)
        else:
            deed = {"destroy": suppression.destroy, "propose_restoration": suppression.propose_restoration}[verb]
            by = world.editor if verb == "propose_restoration" else world.second_editor
            deed(sealed, part=Part.TEXT, follows=ledger[0].seq, **common | {"by": by})
    elif verb == "save_draft":
        draft_version(world)
    else:
        draft = StoryVersion.objects.get(story=world.story)
        cuts.cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)
    return True


def act_and_die(verb: str, keys: list[int], follows: list[int | None], statement: int, broken: bool) -> bool:
    """Do `verb` and be killed after its `statement`-th statement, or, for 0, as soon as it is committed."""
    if broken:
        break_lock("kill")
    done = 0

    def die_in_time(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal done
        result = execute(*args)
        done += 1
        if done == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    connection.ensure_connection()
    with connection.execute_wrapper(die_in_time):
        if statement > 0:
            return act(verb, keys, follows)
        with transaction.atomic():
            transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
            return act(verb, keys, follows)


def in_child(function: Callable[..., Any], *args: Any) -> Any:
    """What `function` gives back in a process of its own with its own connection; None when it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = {"value": function(*args)}
        except BaseException:
            answer = {"error": traceback.format_exc()}
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = json.loads(pipe.read() or "{}")
    os.waitpid(child, 0)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer.get("value")


def open_page(verb: str) -> tuple[list[int], list[int | None], Counts]:
    keys = stage(verb)
    newest = [newest_decision(Claim.objects.get(pk=key)) for key in keys]
    return keys, [one.seq if one else None for one in newest], count_rows()


def look() -> Counts:
    verify()
    return count_rows()


def retry(verb: str, keys: list[int], follows: list[int | None]) -> Counts:
    act(verb, keys, follows)
    return look()


def statements_to_die_at(verb: str) -> list[int]:
    """0 for the commit, then each; where the longest proofs are sampled (conftest.py), one in three of these."""
    if seed := os.environ.get("PROOF_SEED"):
        return [0, *range(random.Random(f"{seed} {verb}").randint(1, 3), STATEMENTS + 1, 3)]
    return list(range(STATEMENTS + 1))


def kill(verb: str, *, broken: bool) -> dict[str, Any]:
    """The faults found when `verb` dies at its statements, up to the first that it outlives, being through by then."""
    faults = []
    for statement in statements_to_die_at(verb):
        keys, follows, before = in_child(open_page, verb)
        complete = [old + new for old, new in zip(before, ADDS[verb], strict=True)]
        try:
            acknowledged = in_child(act_and_die, verb, keys, follows, statement, broken)
            left = in_child(look)
            if acknowledged or statement == 0:
                if left != complete:
                    faults.append(f"{verb} died at {statement}: acknowledged or committed, yet {left}, not {complete}")
            elif left != before:
                faults.append(f"{verb} died at {statement}: half done, {left} after {before}")
            after = in_child(retry, verb, keys, follows)
            if after != complete:
                faults.append(f"{verb} died at {statement}: the retry left {after}, not {complete}")
        except RuntimeError as error:
            faults.append(f"{verb} died at {statement}: {error}")
            break
        if acknowledged:
            break
    else:
        faults.append(f"{verb} was not through after {STATEMENTS} statements")
    return {"faults": faults}


# ---- Without the lock -----------------------------------------------------------------------------------------


def break_lock(command: str) -> None:
    """Leave out what the proof of `command` is about: the transaction, or the queue at the lock."""

    @contextmanager
    def no_lock() -> Iterator[None]:
        if command == "kill":
            yield
        else:
            with transaction.atomic():
                yield

    for module in (verification, suppression, drafts, cuts):
        module.append_lock = no_lock
    if connection.vendor == "sqlite" and command == "race":
        connection.close()
        connection.settings_dict["OPTIONS"] |= {"transaction_mode": "DEFERRED", "timeout": 0.05}


def main(command: str, *words: str) -> None:
    broken = words[-1:] == ("broken",)
    if command == "prepare":
        answer = prepare()
    elif command == "race":
        answer = race(float(words[0]), int(words[1]), broken=broken)
    elif command == "kill":
        answer = kill(words[0], broken=broken)
    else:
        answer = verify()
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
