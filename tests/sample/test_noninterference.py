"""The API cannot see what is not published (rule: only-published).

One public day is lived twice: once with nothing else happening, and once with unpublished work between any two of
its acts (claims, passages, proposals, returns, disputes, drafts, notes, people). Every answer is the same to the
byte, headers but Date included.
"""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from stories.api import facts
from stories.api.http import problems, views
from stories.models import Claim, Decision, Publication
from tests.asking import Answer, Ask, Words, answers_to, differences, follow_up, make_asks
from tests.two_days import NAMESPACE, SECRET, Day, secret_id

# ---- The proof ------------------------------------------------------------------------------------------------


def words_of_both() -> Words:
    """What to ask for: public names and ids, secret ones, and some that nobody has."""
    names = ("tide", "quay", "ferry", "fleet", "bridge")
    public, secret = [str(uuid.uuid5(NAMESPACE, name)) for name in names], [str(secret_id(n)) for n in range(4)]
    return Words(
        uuids=[*public, *public, *public, *secret, str(uuid.UUID(int=0))],
        slugs=[*["harbour"] * 6, "sealed", "nowhere"],
        sources=["wire", "courier", "mirror", "minister", "mole", "secret-source-0", "nobody"],
        words=["tide", "the", "shut", SECRET, f"{SECRET} 1", "Never Printed", "Court"],
        head=21,
    )


@contextmanager
def lived(noise: random.Random | None) -> Iterator[list[tuple[str, str]]]:
    """A desk that has lived the day; yields its public log. It leaves nothing behind."""
    with transaction.atomic():
        Day(noise).live()
        yield list(Publication.objects.order_by("position").values_list("payload", "hash"))
        transaction.set_rollback(True)


def ask_all(*, seed: int, times: int) -> dict[Ask, Answer]:
    """The answers to many requests, and to those that follow from the answers."""
    answers = answers_to(make_asks(words_of_both(), seed=seed, times=times))
    return answers | answers_to(follow_up(answers))


def prove(*, seed: int, times: int) -> None:
    with lived(None) as quiet_log:
        quiet = ask_all(seed=seed, times=times)
        assert_not_empty(quiet)
        decisions = Decision.objects.count()
    with lived(random.Random(seed)) as noisy_log:
        assert noisy_log == quiet_log
        assert Decision.objects.count() > 2 * decisions
        assert differences(quiet, answers_to(quiet)) == []


def assert_not_empty(answers: dict[Ask, Answer]) -> None:
    """The requests reach every kind of event and of answer: the proof would be empty if they were all refused."""
    told = set(Publication.objects.values_list("event", flat=True))
    assert told == {"confirmed", "reworded", "withdrawn", "version", "suppressed", "restored"}
    statuses = [status for status, _, _ in answers.values()]
    assert set(statuses) >= {200, 204, 304, 400, 404, 405, 406, 410}
    assert statuses.count(200) + statuses.count(304) > len(statuses) / 4


@pytest.mark.django_db
def test_unpublished_work_does_not_show() -> None:
    prove(seed=1, times=12)


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.sampled
@pytest.mark.parametrize("seed", range(2, 8))
def test_unpublished_work_does_not_show_at_length(seed: int) -> None:
    prove(seed=seed, times=150)


# ---- It can fail ----------------------------------------------------------------------------------------------


def leak_a_count(patch: pytest.MonkeyPatch) -> None:
    """A header says how long the queue is."""
    get = views.Endpoint.get

    def leaking(self: Any, request: Any, **path: Any) -> Any:
        response = get(self, request, **path)
        response.headers["X-Queue"] = str(Decision.objects.count())
        return response

    patch.setattr(views.Endpoint, "get", leaking)


def leak_through_the_etag(patch: pytest.MonkeyPatch) -> None:
    """The entity tag changes with the ledger."""
    write = views.write_etag
    patch.setattr(views, "write_etag", lambda *, head, **rest: write(head=head + Decision.objects.count(), **rest))


def leak_that_a_claim_exists(patch: pytest.MonkeyPatch) -> None:
    """“Not yet” instead of “not”."""
    answer = facts.FactDetail.answer

    def leaking(self: Any, query: Any, fact_id: uuid.UUID) -> Any:
        published = Publication.objects.filter(fact_id=fact_id).exists()
        if not published and Claim.objects.filter(uuid=fact_id).exists():
            raise problems.Problem(404, "Not yet published.")
        return answer(self, query, fact_id)

    patch.setattr(facts.FactDetail, "answer", leaking)


LEAKS = (leak_a_count, leak_through_the_etag, leak_that_a_claim_exists)


@pytest.mark.django_db
def test_every_leak_is_found() -> None:
    """The proof can fail: each of these small indiscretions makes it red."""
    asks = [Ask("/api/v1/facts/"), Ask(f"/api/v1/facts/{secret_id(0)}/")]
    leaked: dict[str, dict[bool, dict[Ask, Answer]]] = {leak.__name__: {} for leak in LEAKS}
    for noisy in (False, True):
        with lived(random.Random(1) if noisy else None):
            for leak in LEAKS:
                with pytest.MonkeyPatch.context() as patch:
                    leak(patch)
                    leaked[leak.__name__][noisy] = answers_to(asks)
    assert [name for name, both in leaked.items() if not differences(both[False], both[True])] == []
