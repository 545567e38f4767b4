"""Sealing of sensitive values: AES-256-GCM (NIST SP 800-38D) under a key that the database never sees."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class CannotOpen(Exception):
    """No key opens it: the key was taken away, or the sealed text belongs elsewhere or was changed."""


@dataclass(frozen=True)
class Sealer:
    """The keys, the newest first; the newest seals, every one opens. Without any, nothing can be sealed."""

    keys: Sequence[str]

    @property
    def is_ready(self) -> bool:
        """Tell whether there is a key to seal with."""
        return bool(self.keys)

    @property
    def key_id(self) -> str:
        """Return the id of the key that seals now."""
        return _key_id(self.keys[0])

    def seal(self, values: Mapping[str, str], about: str) -> str:
        """Return the values sealed, as `key id.base64`; they open only for the same `about`, never in another row."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = json.dumps(dict(values), ensure_ascii=False).encode()
        sealed = nonce + AESGCM(_key(self.keys[0])).encrypt(nonce, plain, about.encode())
        return f"{self.key_id}.{base64.b64encode(sealed).decode()}"

    def open(self, sealed: str, about: str) -> dict[str, str]:
        """Return the values. Raises `CannotOpen`."""
        key_id, _dot, text = sealed.partition(".")
        key = next((each for each in self.keys if _key_id(each) == key_id), None)
        if key is None:
            raise CannotOpen(f"no key {key_id!r} among DATA_KEYS")
        data = base64.b64decode(text)
        try:
            plain = AESGCM(_key(key)).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], about.encode())
        except InvalidTag:
            raise CannotOpen("sealed for something else, or changed since") from None
        return {str(name): str(value) for name, value in json.loads(plain).items()}


def sealed_with(sealed: str) -> str:
    """Return the id of the key that sealed it."""
    return sealed.partition(".")[0]


def _key(text: str) -> bytes:
    return hashlib.sha256(f"eventapp data key\x1f{text}".encode()).digest()


def _key_id(text: str) -> str:
    return hashlib.sha256(f"eventapp key id\x1f{text}".encode()).hexdigest()[:8]
