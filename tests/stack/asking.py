"""What the tests ask of a whole desk, and the one round that every fact can go: withdrawn and published again."""

import http.client
import json

from ops.people import REDIRECT, Person
from ops.stack import Stack


def facts_of(stack: Stack) -> list[tuple[int, str]]:
    """(claim, fact id) of the facts in force that were attributed, oldest first."""
    return stack.primary.execute(
        """SELECT c.id, c.uuid::text FROM stories_claim c JOIN stories_publication p ON p.fact_id = c.uuid
        WHERE p.event IN ('confirmed', 'reworded') AND p.basis = 'attributed'
          AND NOT EXISTS (SELECT 1 FROM stories_publication e WHERE e.ends_id = p.position) ORDER BY p.position""",
        database="desk",
    )


def count(stack: Stack, what: str = "stories_decision") -> int:
    return stack.primary.execute(f"SELECT count(*) FROM {what}", database="desk")[0][0]


def ask(url: str) -> tuple[int, bytes]:
    """(status, body) of one GET."""
    host, _, path = url.removeprefix("http://").partition("/")
    place = http.client.HTTPConnection(*host.split(":"), timeout=10)
    try:
        place.request("GET", f"/{path}")
        answer = place.getresponse()
        return answer.status, answer.read()
    finally:
        place.close()


def status_of(url: str) -> int:
    """The status of one GET."""
    return ask(url)[0]


def why_not(url: str) -> str:
    """Why `url` answers 503; empty when it answers anything else."""
    status, body = ask(url)
    return json.loads(body)["detail"] if status == http.client.SERVICE_UNAVAILABLE else ""


def everywhere(stack: Stack, fact: str, status: int) -> bool:
    """Whether every API process answers `status` for `fact`."""
    return {status_of(f"{stack.api_url(name)}/api/v1/facts/{fact}/") for name in stack.apis} == {status}


def revive(reporter: Person, editor: Person, claim: int) -> None:
    """Publish the withdrawn fact of `claim` again, as it was."""
    assert reporter.propose(claim)[0] == REDIRECT
    assert editor.confirm(claim)[0] == REDIRECT
