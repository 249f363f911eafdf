"""Cursors: opaque places in a list, pinned to a position and to the filters they were made for."""

from dataclasses import astuple, dataclass

from django.core.signing import BadSignature, Signer

from stories.api.http.problems import BadParameter


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: rows beyond `key`, onwards or (with `back`) the other way, read at `position`."""

    position: int
    key: int | str
    back: bool = False


def signer_of(scope: str) -> Signer:
    """Signs with SECRET_KEY, which the processes behind one address share, for one `scope` (path and filters)."""
    return Signer(sep=".", salt=f"stories.api.cursor {scope}")


def write_cursor(cursor: Cursor, *, scope: str) -> str:
    """`cursor` as text that is safe in a query, good for `scope` only."""
    return signer_of(scope).sign_object(astuple(cursor))


def read_cursor(text: str, *, scope: str) -> Cursor:
    """The cursor that `write_cursor` wrote as `text` for the same `scope`; anything else raises `BadParameter`."""
    try:
        return Cursor(*signer_of(scope).unsign_object(text))
    except BadSignature:
        detail = "Take the cursor from next or previous of a page, with its other parameters."
        raise BadParameter("cursor", detail) from None
