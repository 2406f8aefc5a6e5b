"""Personal data under a key of the patient's own, which can be destroyed; that key under the key of the registry.

AES-256 in Galois/Counter Mode with a random 96-bit nonce before each text, and the place it belongs to as associated data,
so that a text moved to another place does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assuage.errors import Problem, RegistryError

NONCE, KEY = 12, 32


def new_key() -> bytes:
    """A key of 256 random bits."""
    return AESGCM.generate_key(bit_length=KEY * 8)


def closed(key: bytes, content: bytes, *, place: str) -> bytes:
    """The content encrypted: nonce, then text with its tag."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def opened(key: bytes, content: bytes, *, place: str) -> bytes:
    """The content behind the encryption. Errors: `RegistryError` where key, place or content are not those it was closed with."""
    try:
        return AESGCM(key).decrypt(content[:NONCE], content[NONCE:], place.encode())
    except (InvalidTag, ValueError):
        # What is shorter than a nonce is a ValueError.
        raise RegistryError(Problem(f"content of {place} that its key does not open", "the registry", "content as it was written",
                                    "check that the key file belongs to this registry; verify it, and restore from a backup")) from None  # fmt: skip


def mark(key: bytes, text: str, *, of: str) -> str:
    """A keyed hash to search by: the same for texts that read alike (case, accents, spaces), nothing without the key."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(letter for letter in plain if letter.isalnum())
    return hmac.new(key, f"{of}\x00{kept}".encode(), hashlib.sha256).hexdigest()


def hashed(secret: str) -> str:
    """The hash under which a random secret (a cookie, a link) is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()
