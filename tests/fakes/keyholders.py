"""People with real keys made from a seed: they sign, release shares and sign notes, without any file or PIN."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.fakes.randomness import SeededRandomness
from vault.box import Holder
from vault.ed25519 import keyid_of
from vault.hybrid import HybridPrivateKey


class SeededPerson:
    """One person: an Ed25519 key and a sealing key that depend on the name alone."""

    def __init__(self, name: str) -> None:
        randomness = SeededRandomness("person " + name)
        self.name = name
        self._signing = Ed25519PrivateKey.from_private_bytes(randomness.take(32))
        self.sealing = HybridPrivateKey.generate(randomness)
        self.public_key = self._signing.public_key().public_bytes_raw()

    @property
    def keyid(self) -> str:
        return keyid_of(self.public_key)

    def sign(self, message: bytes) -> bytes:
        return self._signing.sign(message)

    def open_sealed(self, info: bytes, sealed: bytes) -> bytes:
        return self.sealing.open_sealed(info, sealed)

    def holds(self, role: str) -> Holder:
        """Return this person as the holder of `role`."""
        return Holder(role, self.name, self.keyid, self.sealing.public)
