"""Cursors: opaque places in a list, pinned to a position and to the filters they were made for."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from stories.api.problems import BadParameter

MAC_BYTES = 12


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: rows beyond `key`, onwards or (with `back`) the other way, read at `position`."""

    position: int
    key: str
    back: bool = False


@cache
def signing_key() -> bytes:
    """What cursors are signed with: derived from SECRET_KEY, which the processes behind one address share."""
    return hashlib.sha256(b"facts api cursor" + settings.SECRET_KEY.encode()).digest()


def sign(text: str, scope: str) -> bytes:
    """The signature of a cursor for one `scope` (path and filters)."""
    return hmac.digest(signing_key(), f"{text}\n{scope}".encode(), "sha256")[:MAC_BYTES]


def encode(raw: bytes) -> str:
    """`raw` in letters, digits, - and _."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def write_cursor(cursor: Cursor, *, scope: str) -> str:
    """`cursor` as text that is safe in a query, good for `scope` only."""
    text = f"{cursor.position}{'<' if cursor.back else '>'}{cursor.key}"
    return encode(sign(text, scope) + text.encode())


def read_cursor(text: str, *, scope: str) -> Cursor:
    """The cursor that `write_cursor` wrote as `text` for the same `scope`; anything else raises `BadParameter`."""
    refusal = BadParameter("cursor", "Take the cursor from next or previous of a page, with its other parameters.")
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        inner = raw[MAC_BYTES:].decode()
    except ValueError:
        raise refusal from None
    # One cursor has one spelling: base64 would let padding bits and stray characters pass.
    if encode(raw) != text or not hmac.compare_digest(raw[:MAC_BYTES], sign(inner, scope)):
        raise refusal
    mark = "<" if "<" in inner else ">"
    position, _, key = inner.partition(mark)
    return Cursor(int(position), key, back=mark == "<")
