"""A person at the desk, over HTTP: logs in, opens a review page, presses a button. Fills in what the page suggests."""

import http.client
import re
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

REDIRECT = 302


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
    """Somebody with a browser of their own."""

    def __init__(self, url: str, name: str, password: str, *, timeout: float = 60) -> None:
        self.place, self.name, self.password, self.timeout = urlsplit(url), name, password, timeout
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
        assert token, page
        fields = [("csrfmiddlewaretoken", token[1]), ("username", self.name), ("password", self.password)]
        status, _, page = self.ask("POST", "/admin/login/?next=/admin/", fields)
        assert status == REDIRECT, page

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
