"""A device that makes passkeys, as a security key does, and a browser that passes its answers on."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, ATTESTED = 0x01, 0x40


def encode(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


class Authenticator:
    """One key (ES256), of whoever was asked for, at `origin`."""

    def __init__(self, origin: str = "http://testserver") -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = sha256(self.key.private_numbers().private_value.to_bytes(32)).digest()
        self.count = 0

    def make(self, options: dict[str, Any]) -> str:
        """The passkey that `options` ask for, as JSON."""
        data = self._data(options["rp"]["id"], PRESENT | ATTESTED)
        data += bytes(16) + len(self.credential).to_bytes(2) + self.credential + self._public_key()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer({"attestationObject": encode(attestation), "clientDataJSON": encode(client)})

    def use(self, options: dict[str, Any]) -> str:
        """What answers `options`, as JSON."""
        self.count += 1
        data, client = self._data(options["rpId"], PRESENT), self._client("webauthn.get", options)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "clientDataJSON": client, "signature": signature}
        return self._answer({name: encode(value) for name, value in parts.items()})

    def _data(self, domain: str, flags: int) -> bytes:
        return sha256(domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _public_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        name = encode(self.credential)
        kept = {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}}
        return json.dumps({**kept, "response": response})
