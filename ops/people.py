"""People at a desk that `ops.stack` has set up, over HTTP: they log in, open a review page, type, press a button."""

import http.client
import re
import threading
import time
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

from ops.stack import Stack, wait_until

PASSWORD = "a-long-password-of-its-own"  # noqa: S105 - of a desk on loopback that lives as long as its folder
EDITORS = [f"editor-{number}" for number in range(8)]
REPORTER = "reporter"
REDIRECT = 302

MAKE_PEOPLE = f"""
from django.contrib.auth.models import Group, User
for name in {[REPORTER, *EDITORS]}:
    user = User.objects.filter(username=name).first() or User(username=name, is_staff=True)
    user.set_password("{PASSWORD}")
    user.save()
    user.groups.add(Group.objects.get(name="Reporters" if name == "{REPORTER}" else "Editors"))
"""


def let_people_in(stack: Stack) -> None:
    """Give the desk of `stack` a reporter and eight editors who can log in."""
    stack.manage("shell", "-c", MAKE_PEOPLE)


def open_desk(stack: Stack) -> None:
    """Start the desk's process alone, without standby and APIs, for people who can log in; the primary runs already."""
    let_people_in(stack)
    stack.start_desk(stack.primary)
    wait_until(lambda: stack.answers(f"{stack.desk_url}/readyz"), what="desk ready")


class FormReader(HTMLParser):
    """The fields of the forms of a page, as a browser would send them, without the buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.area = ""
        self.choice = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio", "submit", "button", "search") or "checked" in given:
                self.fields.append((name, value))
        elif tag == "textarea":
            self.area = name
            self.fields.append((name, ""))
        elif tag == "select":
            self.choice = name
        elif tag == "option" and "selected" in given:
            self.fields.append((self.choice, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[-1] = (self.area, (self.fields[-1][1] + data).lstrip("\n"))


class Person:
    """Somebody with a browser of their own, who fills in what a page suggests."""

    def __init__(self, stack: Stack, name: str, *, timeout: float = 60) -> None:
        self.place, self.name, self.timeout = urlsplit(stack.desk_url), name, timeout
        self.cookies: dict[str, str] = {}
        self.log_in()

    def ask(self, method: str, path: str, fields: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
        """(status, location, page). Raises what http.client raises when nobody answers."""
        connection = http.client.HTTPConnection(self.place.hostname or "", self.place.port, timeout=self.timeout)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page

    def log_in(self) -> None:
        _, _, page = self.ask("GET", "/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        if token is None:
            raise RuntimeError(f"{self.place.geturl()} shows no log-in form.")
        fields = [("csrfmiddlewaretoken", token[1]), ("username", self.name), ("password", PASSWORD)]
        status, _, _ = self.ask("POST", "/admin/login/?next=/admin/", fields)
        if status != REDIRECT:
            raise RuntimeError(f"{self.name} cannot log in at {self.place.geturl()}.")

    def decide(self, claim: int, verb: str, **typed: str) -> tuple[int, str]:
        """Open the claim, type, press `verb`: the status and the page (302, recorded: where it leads)."""
        path = f"/admin/stories/claim/{claim}/review/"
        status, _, page = self.ask("GET", path)
        if status != http.client.OK:
            return status, page
        reader = FormReader()
        reader.feed(page)
        fields = [(name, value) for name, value in reader.fields if name not in typed]
        status, location, page = self.ask("POST", path, [*fields, *typed.items(), ("verb", verb)])
        return status, location or page

    def withdraw(self, claim: int, reason: str = "It does not hold.") -> tuple[int, str]:
        """Withdraw the fact of `claim`, and read the page after it."""
        typed = {"rationale": reason, "correction_kind": "withheld", "public_note": "We check it."}
        status, page = self.decide(claim, "withdraw", **typed)
        return status, self.ask("GET", page)[2] if status == REDIRECT else page

    def propose(self, claim: int, reason: str = "As before.") -> tuple[int, str]:
        """Propose what the page suggests: the last wording, on the passages it stood on."""
        return self.decide(claim, "propose", rationale=reason)

    def confirm(self, claim: int, reason: str = "I have read it.") -> tuple[int, str]:
        """Sign the open proposal."""
        return self.decide(claim, "confirm", rationale=reason)


def keep_deciding(
    person: Person, claim: int, fault: str, over: threading.Event, tell: Callable[[str, bool], None]
) -> None:
    """Dispute and refute in turn, each with a reason of its own; `tell` which were tried and which acknowledged."""
    number = 0
    while not over.is_set():
        number += 1
        reason = f"{person.name}, {fault}, {number}"
        tell(reason, False)
        try:
            verb = "dispute" if number % 2 else "refute"  # each is allowed after the other
            status, _ = person.decide(claim, verb, rationale=reason, correction_kind="", public_note="")
        except (OSError, http.client.HTTPException):
            status = 0  # nobody answered: nobody said that it was recorded
        if status == REDIRECT:
            tell(reason, True)
        elif status in (0, 503):
            time.sleep(0.1)


def work_at_once(stack: Stack, fault: str, disturb: Callable[[set[str]], None]) -> tuple[set[str], set[str]]:
    """Eight editors decide while `disturb` runs, given what was acknowledged: (all tried, all acknowledged)."""
    unpublished = stack.primary.execute(
        """SELECT c.id FROM stories_claim c JOIN stories_workitem w ON w.claim_id = c.id AND NOT w.in_force
        WHERE c.kind IN ('fact', 'plan-term', 'quote')
        AND EXISTS (SELECT 1 FROM stories_evidence e WHERE e.claim_id = c.id AND e.stance = 'supports')
        ORDER BY c.id LIMIT 8""",
        database="desk",
    )
    people = [Person(stack, name, timeout=30) for name in EDITORS]
    tried: set[str] = set()
    acknowledged: set[str] = set()
    over = threading.Event()

    def tell(reason: str, is_acknowledged: bool) -> None:
        (acknowledged if is_acknowledged else tried).add(reason)

    pairs = [(person, unpublished[number % len(unpublished)][0]) for number, person in enumerate(people)]
    threads = [threading.Thread(target=keep_deciding, args=[*pair, fault, over, tell]) for pair in pairs]
    for thread in threads:
        thread.start()
    try:
        disturb(acknowledged)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return tried, acknowledged
