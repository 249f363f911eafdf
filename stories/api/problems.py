"""What the API says when it cannot answer: application/problem+json (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any

from stories.api.answers import Answer

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that gets no 200. `detail` tells the client what to do; `members` are added to the document."""

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.members = members

    def answer(self) -> Answer:
        """The problem document, which no cache keeps."""
        document = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **self.headers}
        return Answer(self.status, headers, json.dumps(document, ensure_ascii=True).encode())


class BadParameter(Problem):
    """400: one parameter of the query is at fault, and `parameter` names it."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(400, detail, parameter=parameter[:100])


class NotFound(Problem):
    """404: nothing published has this address, and nothing more is said."""

    def __init__(self) -> None:
        super().__init__(404, "Nothing published has this address.")
