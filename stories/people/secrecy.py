"""What of a second factor lies in the database: hidden under the desk's key, so that a copy of it signs nobody in.

The keys are derived from SECRET_KEY; what an earlier one (SECRET_KEY_FALLBACKS) hid is still read.
Rules: second-factor.
"""

from base64 import b32encode
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.crypto import salted_hmac

SALT = "stories.people.secrecy"
DIGEST_BYTES = 10
"""Of a code's digest: 16 signs of base32, which is what the library's column holds."""


def hide_secret(secret: bytes, *, of: User) -> str:
    """`secret` as the database may hold it, in hex: encrypted for this person alone (AES-SIV, RFC 5297)."""
    return AESSIV(_key(settings.SECRET_KEY)).encrypt(secret, [_owner(of)]).hex()


def read_secret(hidden: str, *, of: User) -> bytes | None:
    """The secret that was hidden; None when no key of the desk, or another person's row, hid it."""
    for key in _keys():
        try:
            return AESSIV(_key(key)).decrypt(bytes.fromhex(hidden), [_owner(of)])
        except (InvalidTag, ValueError):
            continue
    return None


def digest_code(code: str, *, of: User) -> str:
    """The keyed digest under which a code of this person's is kept."""
    return _digest(code, of, settings.SECRET_KEY)


def digests_of(code: str, *, of: User) -> list[str]:
    """Under which digests `code` may be kept, the newest key first."""
    return [_digest(code, of, key) for key in _keys()]


def _digest(code: str, person: User, key: str) -> str:
    digest = salted_hmac(f"{SALT}/code/{person.pk}", code, secret=key, algorithm="sha256").digest()
    return b32encode(digest[:DIGEST_BYTES]).decode().lower()


def _keys() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from map(str, settings.SECRET_KEY_FALLBACKS)


def _key(key: str) -> bytes:
    return salted_hmac(f"{SALT}/key", "", secret=key, algorithm="sha256").digest()


def _owner(person: User) -> bytes:
    return f"person {person.pk}".encode()
