"""The known trick against AES-GCM: one ciphertext and one tag that two keys accept (it doesn't commit to its key)."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_R = 0xE1 << 120


def _multiply(x: int, y: int) -> int:
    product = 0
    for i in range(127, -1, -1):
        if x >> i & 1:
            product ^= y
        y = y >> 1 ^ (_R if y & 1 else 0)
    return product


def _inverse(x: int) -> int:
    result, power = 1 << 127, x
    for _ in range(127):
        power = _multiply(power, power)
        result = _multiply(result, power)
    return result


def _block(key: bytes, block: bytes) -> int:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return int.from_bytes(encryptor.update(block), "big")


def _ghash(h: int, blocks: list[int]) -> int:
    state = 0
    for block in blocks:
        state = _multiply(state ^ block, h)
    return state


def _blocks(data: bytes) -> list[int]:
    padded = data + bytes(-len(data) % 16)
    return [int.from_bytes(padded[i : i + 16], "big") for i in range(0, len(padded), 16)]


def two_key_ciphertext(first: bytes, second: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt `plaintext` (whole blocks) under `first`, the last block replaced so that `second` accepts the tag."""
    counter = nonce + b"\0\0\0\2"
    body = Cipher(algorithms.AES(first), modes.CTR(counter)).encryptor().update(plaintext)[:-16]
    lengths = (len(aad) * 8) << 64 | (len(body) + 16) * 8
    difference, factor = 0, 0
    for key in (first, second):
        h = _block(key, bytes(16))
        mask = _block(key, nonce + b"\0\0\0\1")
        difference ^= mask ^ _ghash(h, [*_blocks(aad), *_blocks(body), 0, lengths])
        factor ^= _multiply(h, h)
    last = _multiply(difference, _inverse(factor))
    h = _block(first, bytes(16))
    tag = _block(first, nonce + b"\0\0\0\1") ^ _ghash(h, [*_blocks(aad), *_blocks(body), last, lengths])
    return body + last.to_bytes(16, "big") + tag.to_bytes(16, "big")
