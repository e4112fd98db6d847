#!/usr/bin/env python3
"""Check the public transcript of a Fengqian draw with nothing but Python (3.9 or later).

    python3 verify_fengqian.py TRANSCRIPT [--keys FILE] [--anchor FILE] [--fingerprint F] [--lang zh|en]

This file is a second verifier: written from the pages in docs/formats alone, it imports nothing of Fengqian and
nothing that isn't in Python's standard library. It takes the ten steps of transcript.md in their order, prints a line
for each and stops at the first that fails.

Exit: 0 consistent and authentic against everything that was given; 3 consistent, authenticity not checked;
1 wrong, and where; 2 usage.

It leaves out: the auditor's form and the bank (who the labels are, whether the verdicts are right), cosignatures of
other logs' witnesses, and whether entries that change nothing (previews) were left out of the transcript.

Sources: DSSE v1 (PAE); RFC 8032 (Ed25519); RFC 6962 and RFC 9162 (Merkle trees); RFC 5869 (HKDF); C2SP signed-note and
tlog-checkpoint; draft-thomson-elegy-vrs (codes and order).
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import math
import os
import re
import sys
import unicodedata
from collections import Counter, deque
from datetime import datetime
from typing import Any, Iterable, Iterator, NamedTuple, NoReturn, Sequence  # noqa: UP035

MOST_BYTES = 1 << 30
ENTRY_BYTES = 4 << 20
CHAIN_LENGTH = 256
SUITE = "FQ1"

# ------------------------------------------------------------------------------------------------ words and refusals


class Wrong(Exception):
    """Something in the files contradicts a format page; `check` is the step of transcript.md where it does."""

    def __init__(self, zh: str, en: str, check: int | None = None) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.check = check


class Usage(Exception):
    """The command can't be carried out as given."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def shown(text: object, most: int = 160) -> str:
    """Text from a file made harmless for a terminal: nothing invisible, and not endless."""
    plain = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in str(text)[: most + 1])
    return plain if len(plain) <= most else plain[:most] + "…"


# ------------------------------------------------------------------------------------------------------- strict JSON


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is no whole number")


def _whole_number(text: str) -> int:
    if len(text) > 19 or text.startswith("-0"):
        raise ValueError("a number out of bounds")
    return int(text)


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 0)]
    while waiting:
        here, depth = waiting.pop()
        deepest = max(deepest, depth if isinstance(here, (dict, list)) else 0)
        if isinstance(here, dict):
            waiting.extend((each, depth + 1) for each in here.values())
        elif isinstance(here, list):
            waiting.extend((each, depth + 1) for each in here)
    return deepest


def read_json(data: bytes, where: str, spelling: bool = True) -> Any:
    """JSON in UTF-8; duplicate keys, fractions, NaN, byte order marks and lone surrogates are refused.

    With `spelling`, so is every spelling but that of the house (suite.md).
    """
    try:
        made = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_whole_number,
        )
        again = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
        if spelling and again != data:
            raise ValueError("another spelling than suite.md's")
        if _depth(made) > 32:
            raise ValueError("too deep")
    except (ValueError, RecursionError) as why:
        reason = shown(f"{type(why).__name__}: {why}", 100)
        raise Wrong(f"{where}: 不是合规的 JSON ({reason})", f"{where}: not strict JSON ({reason})") from why
    return made


def house_spelling(value: Any) -> bytes:
    """The one spelling of the house: keys sorted, no white space, UTF-8, characters beyond ASCII as they are."""
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
    except (ValueError, RecursionError) as why:
        raise Wrong("JSON 无法写出", "JSON that can't be written") from why


def field(holder: Any, name: str, where: str) -> Any:
    """One field of an object."""
    if not isinstance(holder, dict):
        raise Wrong(f"{where}: 应为对象", f"{where}: must be an object")
    if name not in holder:
        raise Wrong(f"{where}: 缺少 {name}", f"{where}: lacks {name}")
    return holder[name]


def exactly(holder: Any, names: str, where: str) -> dict[str, Any]:
    """An object that has these fields and no other."""
    if not isinstance(holder, dict):
        raise Wrong(f"{where}: 应为对象", f"{where}: must be an object")
    wanted = set(names.split())
    if set(holder) != wanted:
        odd = shown(" ".join(sorted(wanted.symmetric_difference(holder))))
        raise Wrong(f"{where}: 字段不符 ({odd})", f"{where}: lacks a field or has one too many ({odd})")
    return holder


def as_text(value: Any, where: str, most: int = 1 << 16) -> str:
    """A text of at least one character."""
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise Wrong(f"{where}: 应为至多 {most} 字的文本", f"{where}: must be a text of at most {most} characters")
    return value


def as_any_text(value: Any, where: str) -> str:
    """A text, which may be empty."""
    return value if value == "" else as_text(value, where)


def as_any_texts(value: Any, where: str) -> list[str]:
    """A list of texts, any of which may be empty."""
    return [as_any_text(each, where) for each in as_list(value, where)]


def as_text_or_null(value: Any, where: str) -> str | None:
    """A text of at least one character, or null."""
    return None if value is None else as_text(value, where)


def as_copy(value: Any, where: str) -> int:
    """The number of a copy, from 1."""
    return as_whole(value, where, 1)


def as_reason(value: Any, where: str, most: int = 1 << 16) -> str:
    """A text that isn't blank."""
    if not as_text(value, where, most).strip():
        raise Wrong(f"{where}: 未写明缘由", f"{where}: gives no reason")
    return str(value)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; true isn't 1."""
    return house_spelling(one) == house_spelling(other)


def as_whole(value: Any, where: str, least: int = 0, most: int = (1 << 53) - 1) -> int:
    """A whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Wrong(f"{where}: 应为 {least} 至 {most} 的整数", f"{where}: must be a whole number {least} to {most}")
    return value


def as_list(value: Any, where: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise Wrong(f"{where}: 应为列表", f"{where}: must be a list")
    return value


def as_bool(value: Any, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong(f"{where}: 应为 true 或 false", f"{where}: must be true or false")
    return value


_HEX = re.compile(r"[0-9a-f]+")


def as_hex(value: Any, where: str, size: int = 32) -> bytes:
    """So many bytes as lower-case hex."""
    if not isinstance(value, str) or len(value) != 2 * size or not _HEX.fullmatch(value):
        raise Wrong(f"{where}: 应为 {2 * size} 位小写十六进制", f"{where}: must be {2 * size} lower-case hex digits")
    return bytes.fromhex(value)


def as_base64(value: Any, where: str) -> bytes:
    """Standard base64 with padding, in its one spelling."""
    if isinstance(value, str) and value.isascii():
        try:
            raw = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if base64.b64encode(raw).decode("ascii") == value:
            return raw
    raise Wrong(f"{where}: 不是合规的 base64", f"{where}: not base64 in its one spelling")


def as_hashes(value: Any, where: str) -> list[bytes]:
    """A Merkle proof: at most 64 hashes in hex."""
    found = as_list(value, where)
    if len(found) > 64:
        raise Wrong(f"{where}: 证明过长", f"{where}: a proof too long")
    return [as_hex(each, where) for each in found]


_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(?!000)(\d{3}))?Z", re.ASCII)


def as_time(value: Any, where: str) -> datetime:
    """An RFC 3339 time in UTC with Z, with three places of a second where they aren't .000."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match:
        year, month, day, hour, minute, second, thousandths = (int(part or 0) for part in match.groups())
        try:
            return datetime(year, month, day, hour, minute, second, thousandths * 1000)
        except ValueError:
            pass
    raise Wrong(f"{where}: 不是带 Z 的 UTC 时间", f"{where}: not an RFC 3339 time in UTC with Z")


# ------------------------------------------------------------------------------------------------------------ suite


def netstrings(*parts: bytes) -> bytes:
    """Each part as LENGTH:BYTES, with a comma after it, joined."""
    return b"".join(b"%d:%s," % (len(part), part) for part in parts)


def digest(name: str, *parts: bytes) -> bytes:
    """SHA-256 over the netstrings of the label `fengqian/NAME/v1` and of the parts (suite FQ1)."""
    return hashlib.sha256(netstrings(f"fengqian/{name}/v1".encode("ascii"), *parts)).digest()


def commitment(name: str, nonce: bytes, value: bytes) -> bytes:
    """The digest of a 32-byte nonce and a value."""
    return digest(name, nonce, value)


def hkdf_extract(salt: bytes, ikm: bytes) -> bytes:
    """RFC 5869 §2.2 with SHA-256."""
    return hmac.new(salt or bytes(32), ikm, hashlib.sha256).digest()


def hkdf_expand(prk: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 §2.3 with SHA-256."""
    made = block = b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.new(prk, block + info + bytes([number]), hashlib.sha256).digest()
        made += block
    return made[:length]


def by_hand(digested: bytes) -> str:
    """The first 26 base32 characters: what people read and compare."""
    return base64.b32encode(digested).decode("ascii")[:26]


# ---------------------------------------------------------------------------------------- Ed25519 (RFC 8032 §5.1)

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def point_add(p: Point, q: Point) -> Point:
    """Add two points in extended coordinates."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_double(p: Point) -> Point:
    """Double a point."""
    a = p[0] * p[0] % P
    b = p[1] * p[1] % P
    c = 2 * p[2] * p[2] % P
    h = a + b
    e = h - (p[0] + p[1]) * (p[0] + p[1]) % P
    g = a - b
    f = c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_decode(data: bytes) -> Point | None:
    """The point whose one spelling these 32 bytes are, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if len(data) != 32 or y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == P - u if u else False:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def point_encode(p: Point) -> bytes:
    """Write a point as 32 bytes."""
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def is_small_order(p: Point) -> bool:
    """Whether eight times the point is the neutral one."""
    eight = point_double(point_double(point_double(p)))
    return eight[0] % P == 0 and (eight[1] - eight[2]) % P == 0


def _odd_multiples(p: Point) -> list[Point]:
    twice = point_double(p)
    made = [p]
    for _ in range(7):
        made.append(point_add(made[-1], twice))
    return made


def _signed_windows(number: int) -> list[int]:
    """Odd digits between -15 and 15, lowest first, most of them zero (width-5 non-adjacent form)."""
    digits = []
    while number:
        window = 0
        if number & 1:
            window = number & 31
            window -= 32 if window > 16 else 0
            number -= window
        digits.append(window)
        number >>= 1
    return digits


_BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
if _BASE is None:
    raise SystemExit("arithmetic is broken here")
_BASE_MULTIPLES = _odd_multiples(_BASE)


def _negative(p: Point) -> Point:
    return P - p[0], p[1], p[2], P - p[3]


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature is true; S and the points must be in their one spelling, the key not small."""
    public = point_decode(key)
    if public is None or len(signature) != 64 or is_small_order(public):
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    public_multiples = _odd_multiples(_negative(public))
    left, right = _signed_windows(s), _signed_windows(k)
    result = NEUTRAL
    for place in reversed(range(max(len(left), len(right)))):
        result = point_double(result)
        for digits, multiples in ((left, _BASE_MULTIPLES), (right, public_multiples)):
            digit = digits[place] if place < len(digits) else 0
            if digit > 0:
                result = point_add(result, multiples[digit >> 1])
            elif digit < 0:
                result = point_add(result, _negative(multiples[-digit >> 1]))
    return point_encode(result) == signature[:32]


# ------------------------------------------------------------------------------------------------- DSSE envelopes


class Envelope(NamedTuple):
    """A DSSE envelope taken apart; nothing in it is checked yet."""

    kind: str
    payload: bytes
    signatures: dict[str, bytes]


def take_envelope(holder: Any, where: str) -> Envelope:
    """Take an envelope's JSON object apart."""
    exactly(holder, "payload payloadType signatures", where)
    signatures: dict[str, bytes] = {}
    for each in as_list(holder["signatures"], f"{where}.signatures"):
        exactly(each, "keyid sig", f"{where}.signatures")
        as_hex(each["keyid"], f"{where}.signatures.keyid")
        if each["keyid"] in signatures:
            raise Wrong(f"{where}: 同一密钥签了两次", f"{where}: one key signs twice")
        signatures[each["keyid"]] = as_base64(each["sig"], f"{where}.signatures.sig")
        if len(signatures[each["keyid"]]) != 64 or len(signatures) > 1024:
            raise Wrong(f"{where}: 签名长度或数目不对", f"{where}: a signature of another length, or too many")
    kind = as_text(holder["payloadType"], f"{where}.payloadType")
    return Envelope(kind, as_base64(holder["payload"], f"{where}.payload"), signatures)


def pae(kind: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the bytes that are signed."""
    named = kind.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(named), named, len(payload), payload)


def check_envelope(
    envelope: Envelope, record: str, keys: dict[str, bytes], required: Iterable[str], where: str
) -> bytes:
    """Check payload type, every signature by a key that is known, and that the required ones are there; the payload."""
    if envelope.kind != f"application/vnd.fengqian.{record}.v1+json":
        raise Wrong(
            f"{where}: 载荷类型不对 ({shown(envelope.kind)})", f"{where}: wrong payload type ({shown(envelope.kind)})"
        )
    message = pae(envelope.kind, envelope.payload)
    for keyid, signature in envelope.signatures.items():
        if keyid in keys and not is_signed(keys[keyid], message, signature):
            raise Wrong(f"{where}: 密钥 {keyid[:16]}… 的签名是假的", f"{where}: false signature of key {keyid[:16]}…")
    for keyid in required:
        if keyid not in keys:
            raise Wrong(f"{where}: people 中没有签名者 {keyid[:16]}…", f"{where}: signer {keyid[:16]}… isn't in people")
        if keyid not in envelope.signatures:
            raise Wrong(f"{where}: 缺少 {keyid[:16]}… 的签名", f"{where}: lacks the signature of {keyid[:16]}…")
    return envelope.payload


# ----------------------------------------------------------------------------------------------------- identities


class Person(NamedTuple):
    """Who somebody says they are, and which key is theirs."""

    keyid: str
    key: bytes
    person: str
    name: str
    organisation: str
    role: str
    issuer: str
    sealing: str
    valid_from: datetime
    valid_until: datetime
    fingerprint: str
    envelope: Envelope

    def line(self) -> str:
        """One line for people to compare."""
        return f"{self.role:<10} {shown(self.name)} · {shown(self.organisation)} · {self.fingerprint}"


ROLES = ("operator", "supervisor", "keeper", "admin", "site_desk", "expert", "auditor", "station")
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_IDENTITY = "v suite person name organisation role signing_key sealing_key valid_from valid_until issuer"


def _is_name(text: str) -> bool:
    return (
        0 < len(text) <= 100
        and unicodedata.normalize("NFC", text) == text
        and text == " ".join(text.split(" "))
        and text == text.strip(" ")
        and "  " not in text
        and all(c == " " or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Zs", "Zl", "Zp") for c in text)
    )


def _is_encapsulation_key(data: bytes) -> bool:
    """ML-KEM-768's own check (FIPS 203 §7.2): every 12-bit number of the first 1,152 bytes is below 3,329."""
    for at in range(0, 1152, 3):
        pair = int.from_bytes(data[at : at + 3], "little")
        if pair & 0xFFF >= 3329 or pair >> 12 >= 3329:
            return False
    return len(data) == 1184 + 32


def take_person(holder: Any, where: str) -> Person:
    """One identity statement; its form and its own signature are checked, its issuer's isn't."""
    envelope = take_envelope(holder, where)
    said = exactly(read_json(envelope.payload, where), _IDENTITY, where)
    _version(said, where)
    if not _UUID7.fullmatch(as_text(said["person"], f"{where}.person")):
        raise Wrong(f"{where}.person: 不是 UUIDv7", f"{where}.person: no UUIDv7")
    for name in ("name", "organisation"):
        if not _is_name(as_text(said[name], f"{where}.{name}")):
            raise Wrong(f"{where}.{name}: 名称不合规", f"{where}.{name}: not a name in the form asked")
    if said["role"] not in ROLES:
        raise Wrong(f"{where}.role: 未知角色", f"{where}.role: unknown role")
    key = as_hex(said["signing_key"], f"{where}.signing_key")
    point = point_decode(key)
    if point is None or is_small_order(point):
        raise Wrong(f"{where}.signing_key: 不是有效公钥", f"{where}.signing_key: no proper Ed25519 key")
    if not _is_encapsulation_key(as_base64(said["sealing_key"], f"{where}.sealing_key")):
        raise Wrong(f"{where}.sealing_key: 不是有效公钥", f"{where}.sealing_key: no proper sealing key")
    as_hex(said["issuer"], f"{where}.issuer")
    keyid = hashlib.sha256(key).hexdigest()
    check_envelope(envelope, "identity", {keyid: key}, [keyid], where)
    return Person(
        keyid,
        key,
        said["person"],
        said["name"],
        said["organisation"],
        said["role"],
        said["issuer"],
        said["sealing_key"],
        as_time(said["valid_from"], f"{where}.valid_from"),
        as_time(said["valid_until"], f"{where}.valid_until"),
        by_hand(digest("identity", envelope.payload)),
        envelope,
    )


def take_people(holders: Sequence[Any], where: str) -> dict[str, Person]:
    """Identity statements by key id; no two share an id, a signing key or a sealing key."""
    people: dict[str, Person] = {}
    for place, holder in enumerate(holders):
        person = take_person(holder, f"{where}[{place}]")
        for other in people.values():
            if other.keyid == person.keyid or other.person == person.person or other.sealing == person.sealing:
                raise Wrong(
                    f"{where}[{place}]: 与另一身份共用编号或密钥",
                    f"{where}[{place}]: shares an id or a key with another identity",
                )
        people[person.keyid] = person
    return people


def take_keys(data: bytes) -> dict[str, Person]:
    """Statements that the reader got: `{"v": 1, "identities": [...]}`, a list of them or a single one; any spelling."""
    said = read_json(data, "--keys", spelling=False)
    if isinstance(said, dict) and "identities" in said:
        as_whole(exactly(said, "v identities", "--keys")["v"], "--keys.v", 1, 1)
        said = as_list(said["identities"], "--keys")
    known = take_people(said if isinstance(said, list) else [said], "--keys")
    if not known:
        raise Wrong("--keys 中没有身份声明", "--keys holds no statement")
    check_issuers(known, {}, "--keys")
    return known


def check_issuers(people: dict[str, Person], known: dict[str, Person], where: str) -> None:
    """Each statement's issuer is its own key, or a known one that signed it too."""
    keys = {keyid: each.key for keyid, each in known.items()}
    waiting = list(people.values())
    while waiting:  # whoever vouches for somebody must be vouched for before
        ready = [each for each in waiting if each.issuer in keys or each.issuer == each.keyid]
        if not ready:
            name = shown(waiting[0].name)
            raise Wrong(f"{where}: {name} 的签发者未知", f"{where}: who vouches for {name} isn't known")
        for each in ready:
            own = {**keys, each.keyid: each.key}
            check_envelope(each.envelope, "identity", own, [each.keyid, each.issuer], f"{where} {shown(each.name)}")
        keys.update((each.keyid, each.key) for each in ready)
        waiting = [each for each in waiting if each not in ready]


def bare_organisation(name: str) -> str:
    """An organisation's name by its letters, digits and marks alone, after NFKC and case folding."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LNM")


def _version(holder: Any, where: str) -> None:
    if as_whole(field(holder, "v", where), f"{where}.v") != 1 or field(holder, "suite", where) != SUITE:
        raise Wrong(f"{where}: 版本或算法套件未知", f"{where}: unknown version or suite")


# -------------------------------------------------------------------------------- Merkle trees and signed notes


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 §2.1: the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 §2.1: the hash of a node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_hash(leaves: Iterable[bytes]) -> bytes:
    """RFC 6962 §2.1: the root over leaves' bytes."""
    sha256 = hashlib.sha256
    row = [sha256(b"\x00" + each).digest() for each in leaves]
    if not row:
        return sha256(b"").digest()
    while len(row) > 1:
        above = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
        if len(row) & 1:
            above.append(row[-1])
        row = above
    return row[0]


class Placed(NamedTuple):
    """What an inclusion proof shows: the whole tree's root, and the roots just before and just after the leaf."""

    root: bytes
    before: bytes
    after: bytes


def follow_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> Placed | None:
    """RFC 9162 §2.1.3.2; the nodes on the left of the path also give the roots of the first `index` (+ 1) leaves."""
    if not 0 <= index < size:
        return None
    here, last = index, size - 1
    root = after = leaf
    before: bytes | None = None
    for node in proof:
        if last == 0:
            return None
        if here & 1 or here == last:
            root, after = node_hash(node, root), node_hash(node, after)
            before = node if before is None else node_hash(node, before)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            root = node_hash(root, node)
        here, last = here >> 1, last >> 1
    if last != 0:
        return None
    return Placed(root, hashlib.sha256(b"").digest() if before is None else before, after)


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162 §2.1.4.2: whether the tree of `old` leaves is the beginning of the tree of `new` leaves."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == hashlib.sha256(b"").digest()
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not 0 < old < new or not path:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, node)
        here, last = here >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


class Head(NamedTuple):
    """A journal's head: what a checkpoint says, and the signature lines below it."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: list[tuple[str, bytes]]

    def name(self) -> str:
        """The log's name without its incarnation: the name under which the station signs."""
        return re.sub(r"/incarnation/(?!1\Z)[1-9][0-9]{0,8}\Z", "", self.origin)

    def incarnation(self) -> int:
        """Which incarnation of the journal it is of."""
        found = re.search(r"/incarnation/(?!1\Z)([1-9][0-9]{0,8})\Z", self.origin)
        return int(found.group(1)) if found else 1


_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


def take_head(note: str, where: str) -> Head:
    """A C2SP checkpoint in a signed note."""
    bad = Wrong(f"{where}: 不是合规的检查点", f"{where}: not a checkpoint in a signed note")
    text, gap, below = note.rpartition("\n\n")
    text += "\n"
    lines = text.split("\n")
    if not gap or any(c < " " and c != "\n" for c in note) or len(lines) < 4 or "" in lines[:-1]:
        raise bad
    if not _SIZE.fullmatch(lines[1]) or not below.endswith("\n") or len(note) > 1 << 20:
        raise bad
    root = as_base64(lines[2], where)
    if len(root) != 32 or int(lines[1]) >= 1 << 63:
        raise bad
    signatures: list[tuple[str, bytes]] = []
    for line in below.split("\n")[:-1]:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:
            raise bad
        if any(c.isspace() for c in parts[1]) or len(signatures) >= 100:
            raise bad
        signatures.append((parts[1], as_base64(parts[2], where)))
        if len(signatures[-1][1]) < 5:
            raise bad
    return Head(lines[0], int(lines[1]), root, text, signatures)


def note_key_hash(name: str, key: bytes) -> bytes:
    """The four bytes by which a signed note names an Ed25519 key."""
    return hashlib.sha256(name.encode("utf-8") + b"\n\x01" + key).digest()[:4]


def check_head_signed(head: Head, key: bytes, where: str) -> None:
    """The station's key signed this head under the log's name."""
    marked = note_key_hash(head.name(), key)
    ours = [raw[4:] for name, raw in head.signatures if name == head.name() and raw[:4] == marked]
    if not ours:
        raise Wrong(f"{where}: 没有终端密钥的签名", f"{where}: not signed by the station's key")
    if not all(is_signed(key, head.text.encode("utf-8"), each) for each in ours):
        raise Wrong(f"{where}: 终端签名是假的", f"{where}: false signature of the station")


# ------------------------------------------------------------------------------------------ one round's selection

Mask = tuple[int, ...]
Kind = tuple[Mask, str]
Node = tuple[str, Any]
SOURCE: Node = ("source", None)
SINK: Node = ("sink", None)


class Candidate(NamedTuple):
    """An eligible line of the label table."""

    label: str
    mask: Mask
    employer: str


class Seat(NamedTuple):
    """Somebody who holds a slot as a round opens."""

    label: str
    mask: Mask
    employer: str
    quota: int
    reserve: bool


class Choice:
    """A largest choice of one pass, kept as a flow: employers → kinds (mask and employer) → quotas.

    `held` counts the people accepted of each kind: the flow through a kind never falls below it. Another one of a kind
    can be accepted exactly if the flow passes more than `held` there already, or a cycle of the residual network leads
    through the kind: a path from the kind back to its employer.
    """

    def __init__(self, kinds: dict[Kind, int], room: dict[str, int], spare: int, slots: Sequence[int]) -> None:
        self.slots = slots
        self.room = room
        self.spare = spare
        self.count = {kind: n for kind, n in kinds.items() if kind[0] and self.room_of(kind[1]) > 0}
        self.of_mask: dict[Mask, list[Kind]] = {}
        self.of_employer: dict[str, list[Kind]] = {}
        for kind in self.count:
            self.of_mask.setdefault(kind[0], []).append(kind)
            self.of_employer.setdefault(kind[1], []).append(kind)
        self.total: Counter[Kind] = Counter()
        self.held: Counter[Kind] = Counter()
        self.used: Counter[str] = Counter()
        self.at: list[Counter[Kind]] = [Counter() for _ in slots]
        self.filled = [0] * len(slots)
        self.size = 0
        while self.size < sum(slots) and self._route(SOURCE, SINK):
            self.size += 1

    def room_of(self, employer: str) -> int:
        """How many of an employer the pass may choose."""
        return self.room.get(employer, self.spare)

    def accept(self, kind: Kind) -> bool:
        """Accept one more of a kind if some choice of full size holds them and all accepted before."""
        if kind not in self.count:
            return False
        if self.total[kind] <= self.held[kind]:
            if not self._route(("kind", kind), ("employer", kind[1])):
                return False
            self.total[kind] += 1
        self.held[kind] += 1
        return True

    def _route(self, start: Node, goal: Node) -> bool:
        """Find a path in the residual network, shortest first, and push one unit along it."""
        came: dict[Node, Node | None] = {start: None}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for there in self._next(here, goal):
                if there in came:
                    continue
                came[there] = here
                if there == goal:
                    self._push(came, there)
                    return True
                queue.append(there)
        return False

    def _next(self, here: Node, goal: Node) -> Iterator[Node]:
        sort, what = here
        if sort == "source":
            yield from self._from_source(goal)
        elif sort == "sink":
            yield from (("quota", q) for q, n in enumerate(self.filled) if n)
        elif sort == "employer":
            yield SOURCE
            yield from (("kind", k) for k in self.of_employer[what] if self.total[k] < self.count[k])
        elif sort == "quota":
            if self.filled[what] < self.slots[what]:
                yield SINK
            yield from (("kind", k) for k in list(self.at[what]))
        else:
            yield from (("quota", q) for q in what[0])
            if self.total[what] > self.held[what]:
                yield ("employer", what[1])

    def _from_source(self, goal: Node) -> Iterator[Node]:
        """One kind of each mask does for all of them: where it leads depends on the mask alone."""
        if goal[0] == "employer" and self.used[goal[1]] < self.room_of(goal[1]):
            yield goal
        reached: set[int] = set()
        for mask, kinds in self.of_mask.items():
            if reached.issuperset(mask):
                continue
            for kind in kinds:
                if self.total[kind] < self.count[kind] and self.used[kind[1]] < self.room_of(kind[1]):
                    reached.update(mask)
                    yield ("kind", kind)
                    break

    def _push(self, came: dict[Node, Node | None], there: Node) -> None:
        before = came[there]
        while before is not None:
            self._step(before, there)
            there, before = before, came[before]

    def _step(self, a: Node, b: Node) -> None:
        if a[0] == "source":
            self.used[b[1][1] if b[0] == "kind" else b[1]] += 1
        if b[0] == "source":
            self.used[a[1]] -= 1
        if b[0] == "kind" and a[0] in ("source", "employer"):
            self.total[b[1]] += 1
        if a[0] == "kind" and b[0] == "employer":
            self.total[a[1]] -= 1
        if a[0] == "kind" and b[0] == "quota":
            self.at[b[1]][a[1]] += 1
        if a[0] == "quota" and b[0] == "kind":
            self.at[a[1]][b[1]] -= 1
            if not self.at[a[1]][b[1]]:
                del self.at[a[1]][b[1]]
        if b[0] == "sink":
            self.filled[a[1]] += 1
        if a[0] == "sink":
            self.filled[b[1]] -= 1


class Seating:
    """People given open slots within their masks, employers disregarded (augmenting paths)."""

    def __init__(self, slots: Sequence[int]) -> None:
        self.left = list(slots)
        self.masks: list[Mask] = []
        self.place: list[int] = []

    def _free(self, starts: Iterable[int], first: int, take: bool) -> int | None:
        """Whether a slot in one of the starts can be got free by moving people from `first` on; the quota it's in."""
        came: dict[int, tuple[int, int] | None] = dict.fromkeys(starts)
        queue = deque(came)
        while queue:
            quota = queue.popleft()
            if self.left[quota] > 0:
                end, step = quota, came[quota]
                moves = []
                while step is not None:
                    moves.append((step[0], quota))
                    quota = step[1]
                    step = came[quota]
                if take:
                    self.left[end] -= 1
                    for person, to in moves:
                        self.place[person] = to
                return quota
            for person in range(first, len(self.place)):
                if self.place[person] == quota:
                    for other in self.masks[person]:
                        if other not in came:
                            came[other] = (person, quota)
                            queue.append(other)
        return None

    def fits(self, mask: Mask) -> bool:
        """Whether one more can be seated."""
        return self._free(mask, 0, take=False) is not None

    def add(self, mask: Mask) -> None:
        """Seat one more, who fits."""
        quota = self._free(mask, 0, take=True)
        self.masks.append(mask)
        self.place.append(-1 if quota is None else quota)

    def settle(self) -> list[int]:
        """Going up: each takes the first quota with which all after them can still be seated."""
        for person, mask in enumerate(self.masks):
            now = self.place[person]
            for quota in sorted(mask):
                if quota == now:
                    break
                self.left[now] += 1
                self.place[person] = -1
                if self._free([quota], person + 1, take=True) is not None:
                    self.place[person] = quota
                    break
                self.left[now] -= 1
                self.place[person] = now
        return list(self.place)


class PassResult(NamedTuple):
    """What one pass gives: people accepted with their quotas and people skipped with reasons, both by place."""

    accepted: list[tuple[int, int]]
    skipped: list[tuple[int, str]]


def kinds_of(people: Iterable[Candidate], capped: bool) -> dict[Kind, int]:
    """Count people by mask and employer; without a cap the employer doesn't matter."""
    if capped:
        return dict(Counter((each.mask, each.employer) for each in people))
    return dict(Counter((each.mask, "") for each in people))


def run_pass(
    people: Sequence[tuple[int, Candidate]], cap: int | None, used: dict[str, int], slots: Sequence[int]
) -> PassResult:
    """One pass of selection.md over people with their places; `used` counts each employer's people before it."""
    every = sum(slots)
    room = {employer: cap - n for employer, n in used.items()} if cap is not None else {}
    spare = every if cap is None else cap
    choice = Choice(kinds_of((each for _, each in people), cap is not None), room, spare, slots)
    seating = Seating(slots)
    accepted: list[int] = []
    skipped: list[tuple[int, str]] = []
    taken: Counter[str] = Counter()
    dead: set[Kind] = set()
    shut: set[Mask] = set()
    fits: dict[Mask, bool] = {}
    for place, each in people:
        if len(accepted) == choice.size:
            break
        kind = (each.mask, each.employer if cap is not None else "")
        unused = choice.used[kind[1]] == 0
        if kind not in dead and not (unused and each.mask in shut):
            if choice.accept(kind):
                accepted.append(place)
                seating.add(each.mask)
                taken[each.employer] += 1
                shut.clear()
                fits.clear()
                continue
            dead.add(kind)
            if unused and choice.room_of(kind[1]) > 0:
                shut.add(each.mask)
        skipped.append((place, _reason(each, choice, cap, taken, seating, fits)))
    quotas = seating.settle()
    return PassResult([(place, quotas[i]) for i, place in enumerate(accepted)], skipped)


def _reason(
    each: Candidate,
    choice: Choice,
    cap: int | None,
    taken: dict[str, int],
    seating: Seating,
    fits: dict[Mask, bool],
) -> str:
    if cap is not None and choice.room_of(each.employer) - taken.get(each.employer, 0) <= 0:
        return "employer_full"
    if each.mask not in fits:
        fits[each.mask] = seating.fits(each.mask)
    return "blocks_other_slot" if fits[each.mask] else "no_open_slot"


Quotas = Sequence[tuple[int, int]]


def open_slots(quotas: Quotas, seated: Sequence[Seat]) -> tuple[list[int], list[int]]:
    """How many principal and reserve slots of each quota nobody holds."""
    principal = [count for count, _ in quotas]
    reserve = [reserves for _, reserves in quotas]
    for seat in seated:
        (reserve if seat.reserve else principal)[seat.quota] -= 1
    return principal, reserve


def check_selection_input(order: Sequence[Candidate], quotas: Quotas, cap: int | None, seated: Sequence[Seat]) -> None:
    """Refuse what selection.md refuses."""
    labels = [each.label for each in order] + [each.label for each in seated]
    if len(set(labels)) != len(labels):
        raise Wrong("标签重复", "a label stands twice")
    if not all(labels) or not all(e.employer for e in order) or not all(e.employer for e in seated):
        raise Wrong("标签或单位为空", "an empty label or employer")
    for mask in {each.mask for each in order} | {each.mask for each in seated}:
        if len(set(mask)) != len(mask) or any(not 0 <= q < len(quotas) for q in mask):
            raise Wrong("名额不存在", "a mask names a quota that doesn't exist, or one twice")
    if any(count < 0 or reserves < 0 for count, reserves in quotas) or (cap is not None and cap < 1):
        raise Wrong("数目为负或单位上限小于 1", "a negative number or a cap below 1")
    for seat in seated:
        if not 0 <= seat.quota < len(quotas) or seat.quota not in seat.mask:
            raise Wrong("在位者不在其名额内", "someone is seated outside their mask")
    if any(n < 0 for row in open_slots(quotas, seated) for n in row):
        raise Wrong("在位者多于席位", "more are seated than there are slots")
    if cap is not None and any(n > cap for n in Counter(seat.employer for seat in seated).values()):
        raise Wrong("在位者超过单位上限", "more are seated of one employer than the cap")


def select(order: Sequence[Candidate], quotas: Quotas, cap: int | None, seated: Sequence[Seat]) -> dict[str, Any]:
    """One round by selection.md."""
    check_selection_input(order, quotas, cap, seated)
    principal, reserve = open_slots(quotas, seated)
    used = Counter(seat.employer for seat in seated)
    one = run_pass(list(enumerate(order)), cap, used, principal)
    gone = {place for place, _ in one.accepted}
    for place in gone:
        used[order[place].employer] += 1
    two = run_pass([(i, each) for i, each in enumerate(order) if i not in gone], cap, used, reserve)
    reasons = dict(two.skipped)
    reasons.update(one.skipped)
    for _, quota in one.accepted:
        principal[quota] -= 1
    for _, quota in two.accepted:
        reserve[quota] -= 1
    return {
        "accepted": [{"label": order[place].label, "quota": quota} for place, quota in one.accepted],
        "reserves": [{"label": order[place].label, "quota": quota} for place, quota in two.accepted],
        "skipped": [{"label": order[place].label, "reason": reasons[place]} for place in sorted(reasons)],
        "short": lacking(principal, reserve),
    }


def lacking(principal: Sequence[int], reserve: Sequence[int]) -> list[dict[str, Any]]:
    """What stays open: by quota, principal before reserve."""
    return [
        {"quota": quota, "lacks": row[quota], "reserve": row is reserve}
        for quota in range(len(principal))
        for row in (principal, reserve)
        if row[quota]
    ]


def is_openable(kinds: dict[Kind, int], quotas: Quotas, cap: int | None, seated: Sequence[Seat]) -> bool:
    """Whether a round would accept anybody, in either pass; that depends on no order."""
    used = Counter(seat.employer for seat in seated)
    room = {employer: cap - n for employer, n in used.items()} if cap is not None else {}
    for slots in open_slots(quotas, seated):
        if sum(slots) and Choice(kinds, room, sum(slots) if cap is None else cap, slots).size:
            return True
    return False


def in_order(code: bytes, randomness: bytes, people: Iterable[Candidate]) -> list[Candidate]:
    """People ascending by position: HKDF of code, randomness and label (order.md)."""
    prk = hkdf_extract(code, randomness)
    placed = [(hmac.digest(prk, each.label.encode("utf-8") + b"\x01", "sha256"), each) for each in people]
    placed.sort(key=lambda pair: pair[0])
    return [each for _, each in placed]


def result_bytes(outcome: dict[str, Any], number: int) -> bytes:
    """A round's result as rounds.md writes it."""
    return house_spelling({**outcome, "round": number})


# ------------------------------------------------------------------------------------------------------------ dice


def dice_fault(digits: str) -> str | None:
    """Why an entry is no dice throw, or None."""
    if not re.fullmatch(r"[1-6]{20}", digits):
        return "not 20 digits from 1 to 6"
    counts = Counter(digits)
    if max(counts.values()) >= 15:
        return "15 or more of one face"
    if len(counts) <= 2:
        return "only one or two faces"
    if any(face * 10 in digits for face in "123456"):
        return "the same face 10 times running"
    if any(digits[period:] == digits[:-period] for period in range(1, 13)):
        return "a repeating pattern"
    if digits == digits[::-1]:
        return "the same forwards and backwards"
    ascending = "".join(sorted(digits))
    if digits in (ascending, ascending[::-1]):
        return "in ascending or descending order"
    stairs = "123456" * 3
    for start in range(6):
        run = stairs[start : start + 12]
        if run in digits or run[::-1] in digits:
            return "a run of 12 steps"
    return None


# ------------------------------------------------------------------------------------------------ what a transcript is


class Entry(NamedTuple):
    """One entry of the journal; `body` is what the signed step in it says."""

    number: int
    at: datetime
    kind: str
    by: list[str]
    body: dict[str, Any]
    data: bytes
    incarnation: int
    step: Envelope
    previous: str | None

    def where(self) -> str:
        """How a report names it."""
        return f"entry {self.number} {shown(self.kind, 60)}"


FIELDS = {  # kind → the fields of its step, and no other
    "prepared": "serial lot name start request",
    "previewed": "eligible",
    "narrowed": "report basis signature approved_by reason at",
    "frozen": "certificate box",
    "fixed": "ceremony fingerprint",
    "dice_entered": "witness commitment",
    "compared": "generation witness agrees",
    "seeded": "generation values nonces randomness",
    "lost": "replacement approved_by",
    "round_opened": "round generation code_number code result slots",
    "called": "slot round attempt by_hand",
    "answered": "slot round outcome attempts by_hand keys answered_at",
    "promoted": "from to",
    "vacated": "slot reason",
    "completed": "lacks",
    "short": "lacks",
    "sealed": "sealing serial box opening holders findings",
    "rechecked": "recheck names bidders box kept",
    "opened": "sealing box early reason approved_by",
    "reentered": "reason box approved_by",
    "transcribed": "transcript",
    "printed": "document copy reason",
    "closed": "reason",
    "aborted": "reason",
}
TRANSCRIPT = (
    "v suite draw serial sample people entries checkpoint inclusion consistency table results openings committee "
    "fairness made_at"
)
CERTIFICATE = (
    "v suite draw serial station level rulepack quotas employer_cap frequency_cap owner_members recommended witnesses "
    "opening table_root commitments bank_changes ceremonies head frozen_at operator supervisor station_key"
)
CEREMONY = "v suite draw generation certificate level sources chain fixed_at"
REPLACEMENT = "v suite draw generation ceremony lost known_to reason box at"


class Ceremony(NamedTuple):
    """One generation of sources and codes."""

    generation: int
    fingerprint: bytes
    end: bytes
    randomness: bytes
    seeded: int


class Draw:
    """A transcript under check: what the steps so far have read."""

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope
        self.said: dict[str, Any] = exactly(read_json(envelope.payload, "transcript"), TRANSCRIPT, "transcript")
        _version(self.said, "transcript")
        self.id = as_text(self.said["draw"], "draw")
        as_text(self.said["serial"], "serial", 64)
        if not _UUID7.fullmatch(self.id):
            raise Wrong("draw: 不是 UUIDv7", "draw: no UUIDv7")
        self.made_at = as_time(self.said["made_at"], "made_at")
        self.entries: list[Entry] = []
        self.people: dict[str, Person] = {}
        self.keys: dict[str, bytes] = {}
        self.certificate: dict[str, Any] = {}
        self.certificate_envelope = envelope
        self.signers: list[str] = []
        self.others: list[str] = []
        self.quotas: list[tuple[int, int]] = []
        self.cap: int | None = None
        self.eligible: list[Candidate] = []
        self.ceremonies: list[Ceremony] = []
        self.fixed: list[tuple[bytes, list[tuple[str, str]]]] = []  # each fingerprint; the dice, once revealed
        self.roots: dict[int, bytes] = {}
        self.checkpoint: Head = Head("", 0, b"", "", [])
        self.sealings: list[Entry] = []

    def of_kind(self, *kinds: str) -> list[Entry]:
        """The draw's entries of some kinds, in order."""
        return [each for each in self.entries if each.kind in kinds]

    def take_certificate(self) -> None:
        """Find the freeze certificate and take it apart; nothing in it is believed yet."""
        frozen = self.of_kind("draw.frozen")
        if len(frozen) != 1:
            raise Wrong("应恰有一次冻结", "there must be exactly one draw.frozen", 3)
        where = frozen[0].where()
        self.certificate_envelope = take_envelope(field(frozen[0].body, "certificate", where), f"{where} certificate")
        said = read_json(self.certificate_envelope.payload, "certificate")
        self.certificate = exactly(said, CERTIFICATE, "certificate")
        _version(self.certificate, "certificate")
        self.signers = [as_text(self.certificate[role], role) for role in ("operator", "supervisor", "station_key")]

    def trusted(self) -> list[str]:
        """Everybody whose signature counted: the certificate's three, then who opened the list or replaced a source."""
        return list(dict.fromkeys([*self.signers, *self.others]))

    def certificate_digest(self) -> bytes:
        """SHA-256 of the certificate's payload bytes."""
        return hashlib.sha256(self.certificate_envelope.payload).digest()


_KIND = re.compile(r"[a-z_]+(?:\.[a-z_]+)*")


def take_entry(holder: Any, where: str) -> Entry:
    """One entry of a transcript; its form is journal.md's."""
    exactly(holder, "index payload", where)
    data = as_base64(holder["payload"], where)
    said = exactly(read_json(data, where), "v index at incarnation kind subject by body", where)
    number = as_whole(holder["index"], f"{where}.index")
    if as_whole(said["v"], f"{where}.v") != 1 or as_whole(said["index"], f"{where}.index") != number:
        raise Wrong(f"{where}: 序号或版本不符", f"{where}: its index or version is another")
    kind = as_text(said["kind"], f"{where}.kind")
    as_any_text(said["subject"], f"{where}.subject")
    if not _KIND.fullmatch(kind) or len(kind) > 200 or len(data) > ENTRY_BYTES or not isinstance(said["body"], dict):
        raise Wrong(f"{where}: 条目不合规", f"{where}: not an entry in the form asked")
    by = as_list(said["by"], f"{where}.by")
    for each in by:
        as_hex(each, f"{where}.by")
    incarnation = as_whole(said["incarnation"], f"{where}.incarnation", 1)
    at = as_time(said["at"], f"{where}.at")
    step = take_envelope(exactly(said["body"], "step", where)["step"], where)
    inner = exactly(read_json(step.payload, f"{where} step"), "v suite draw kind previous body", f"{where} step")
    _version(inner, f"{where} step")
    if (inner["draw"], inner["kind"]) != (said["subject"], kind) or not isinstance(inner["body"], dict):
        raise Wrong(f"{where}: 所签的是另一步", f"{where}: what was signed is another step")
    if inner["previous"] is not None:
        as_hex(inner["previous"], f"{where}.previous")
    body = dict(inner["body"], **{"": said["subject"]})
    return Entry(said["index"], at, kind, by, body, data, incarnation, step, inner["previous"])


# ------------------------------------------------------------------------------------- 1 envelope, people, signatures


def open_transcript(data: bytes) -> Draw:
    """Parse a transcript file."""
    draw = Draw(take_envelope(read_json(data, "transcript"), "transcript"))
    if draw.envelope.kind != "application/vnd.fengqian.transcript.v1+json":
        raise Wrong("载荷类型不是抽取记录", "its payload type isn't that of a transcript")
    return draw


def check_signers(draw: Draw, known: dict[str, Person]) -> None:
    """Step 1: identities, and the three signatures on the transcript."""
    draw.people = take_people(as_list(draw.said["people"], "people"), "people")
    check_issuers(draw.people, known, "people")
    draw.keys = {keyid: each.key for keyid, each in draw.people.items()}
    for place, holder in enumerate(as_list(draw.said["entries"], "entries")):
        try:
            draw.entries.append(take_entry(holder, f"entries[{place}]"))
        except Wrong as why:
            why.check = 2
            raise
    draw.take_certificate()
    closers = list_holders(draw)
    check_envelope(draw.envelope, "transcript", draw.keys, [*closers, draw.signers[2]], "transcript")
    check_valid(draw, draw.made_at, "transcript", draw.envelope)
    draw.others += closers


def list_holders(draw: Draw) -> list[str]:
    """An operator and a supervisor among those who signed the transcript and hold the list that was sealed last."""
    sealings = draw.of_kind("draw.sealed")
    if not sealings:
        raise Wrong("名单未封存", "no list was sealed", 10)
    where = sealings[-1].where()
    held = [field(each, "keyid", where) for each in as_list(field(sealings[-1].body, "holders", where), where)]
    found: dict[str, list[Person]] = {"operator": [], "supervisor": []}
    for keyid in draw.envelope.signatures:
        if keyid in held and keyid in draw.people:
            found.setdefault(draw.people[keyid].role, []).append(draw.people[keyid])
    pairs = [(one, other) for one in found["operator"] for other in found["supervisor"]]
    if not pairs:
        raise Wrong(
            "记录没有名单保管人（操作员与监督员）的签名",
            "isn't signed by an operator and a supervisor who hold the list",
        )
    operator, supervisor = next((pair for pair in pairs if are_apart(*pair)), pairs[0])
    check_apart(operator, supervisor, "transcript")
    return [operator.keyid, supervisor.keyid]


def are_apart(operator: Person, supervisor: Person) -> bool:
    """Whether two people are of two organisations."""
    return bare_organisation(operator.organisation) != bare_organisation(supervisor.organisation)


def check_apart(operator: Person, supervisor: Person, where: str) -> None:
    """A supervisor comes from another organisation than the operator."""
    if not are_apart(operator, supervisor):
        raise Wrong(f"{where}: 操作员与监督员同属一个单位", f"{where}: operator and supervisor are of one organisation")


def check_valid(draw: Draw, at: datetime, where: str, envelope: Envelope) -> None:
    """Everybody who signed is in people, with a statement that holds then: one that has run out signs nothing."""
    for keyid in envelope.signatures:
        person = draw.people.get(keyid)
        if person is None:
            raise Wrong(f"{where}: 有 people 之外的签名", f"{where}: somebody signed who isn't in people")
        if not person.valid_from <= at < person.valid_until:
            raise Wrong(
                f"{where}: 签署时 {shown(person.name)} 的身份不在有效期内",
                f"{where}: the identity of {shown(person.name)} didn't hold when it was signed",
            )


# -------------------------------------------------------------------------------------------------------- 2 journal


def check_journal(draw: Draw) -> None:
    """Step 2: the checkpoint, every entry's place in it, and the certificate's head."""
    head = take_head(as_text(draw.said["checkpoint"], "checkpoint", 1 << 20), "checkpoint")
    draw.checkpoint = head
    check_head_signed(head, draw.keys[draw.signers[2]], "checkpoint")
    draw.roots = {head.size: head.root}
    proofs = as_list(draw.said["inclusion"], "inclusion")
    if len(proofs) != len(draw.entries):
        raise Wrong("包含证明数目不符", "there isn't one inclusion proof an entry")
    before: Entry | None = None
    for place, entry in enumerate(draw.entries):
        check_entry(draw, entry, before, as_hashes(proofs[place], f"inclusion[{place}]"))
        check_step(draw, entry, before)
        before = entry
    check_pairs(draw)
    if before is None:
        raise Wrong("没有任何日志条目", "no entries at all")
    check_order(draw)
    if draw.made_at < before.at:
        raise Wrong("记录早于其最后一条", "it was made before its last entry", 1)
    check_certificate_head(draw)


_FILLING = ("round_opened", "called", "answered", "promoted", "vacated")
NEXT: dict[str, dict[str, str]] = {  # state → kind that may follow → state after it
    "not begun": {"prepared": "prepared"},
    "prepared": {"previewed": "prepared", "narrowed": "narrowed"},
    "narrowed": {"previewed": "narrowed", "narrowed": "narrowed", "frozen": "frozen"},
    "frozen": {"fixed": "fixed"},
    "fixed": {"dice_entered": "fixed", "compared": "fixed", "seeded": "filling", "lost": "frozen"},
    "filling": {**dict.fromkeys(_FILLING, "filling"), "completed": "ended", "short": "ended", "lost": "frozen"},
    "ended": {"vacated": "filling", "sealed": "sealed"},
    "sealed": {"rechecked": "sealed", "opened": "opened"},
    "opened": {"reentered": "filling", "closed": "closed"},
    "closed": {},
}


def check_order(draw: Draw) -> None:
    """Each entry's kind may follow the one before, and the draw ends opened."""
    state = "not begun"
    for entry in draw.entries:
        kind = entry.kind[5:]
        if kind in ("printed", "transcribed") and state != "not begun":
            continue
        if kind not in NEXT[state]:
            raise Wrong(f"{entry.where()}: 次序有误", f"{entry.where()}: out of its turn: the draw is {state}")
        state = NEXT[state][kind]
        if kind == "rechecked" and entry.body.get("box") is not None:
            state = "filling"
    if state not in ("opened", "closed"):
        raise Wrong("名单尚未开启", "the list isn't open: a transcript is made after an opening")


def check_entry(draw: Draw, entry: Entry, before: Entry | None, proof: list[bytes]) -> None:
    """One entry: of this draw, after the one before, and a leaf of the checkpoint's tree."""
    where = entry.where()
    if entry.body.pop("") != draw.id:
        raise Wrong(f"{where}: 不属于本次抽取", f"{where}: isn't of this draw")
    if before and (entry.number <= before.number or entry.at < before.at or entry.incarnation < before.incarnation):
        raise Wrong(f"{where}: 顺序颠倒", f"{where}: index, time or incarnation goes back")
    if entry.incarnation > draw.checkpoint.incarnation():
        raise Wrong(f"{where}: 日志代次不符", f"{where}: of a later incarnation than the checkpoint")
    if entry.kind[:5] != "draw." or entry.kind[5:] not in FIELDS:
        raise Wrong(f"{where}: 未知种类", f"{where}: an unknown kind")
    check_body(entry)
    found = follow_inclusion(entry.number, draw.checkpoint.size, leaf_hash(entry.data), proof)
    if found is None or found.root != draw.checkpoint.root:
        raise Wrong(f"{where}: 不在检查点的树中", f"{where}: isn't in the checkpoint's tree")
    for size, root in ((entry.number, found.before), (entry.number + 1, found.after)):
        if draw.roots.setdefault(size, root) != root:
            raise Wrong(f"{where}: 包含证明互相矛盾", f"{where}: inclusion proofs contradict one another")


def check_step(draw: Draw, entry: Entry, before: Entry | None) -> None:
    """A step names the entry before it, and is signed by exactly those in `by`, in the roles that it asks for."""
    where = entry.where()
    if entry.previous != (hashlib.sha256(before.data).hexdigest() if before else None):
        raise Wrong(f"{where}: 前一条目缺失或被换", f"{where}: the entry before it is missing or another")
    if list(entry.step.signatures) != entry.by or not entry.by:
        raise Wrong(f"{where}: 签署人与经手人不符", f"{where}: signed by others than stand behind it")
    check_envelope(entry.step, "step", draw.keys, entry.by, where)
    check_valid(draw, entry.at, where, entry.step)
    operator, *supervisors = (draw.people[keyid] for keyid in entry.by)
    approved: list[Any] = []
    opened_early = entry.kind == "draw.opened" and field(entry.body, "early", where) is True
    if opened_early or entry.kind in ("draw.lost", "draw.reentered"):
        approved = [each for each in [field(entry.body, "approved_by", where)] if each is not None]
    elif entry.kind == "draw.narrowed":
        approved = as_list(field(entry.body, "approved_by", where), where)[1:]
    enough = len(supervisors) == (entry.kind != "draw.prepared") + len(approved) and entry.by[2:] == approved
    if not enough or operator.role != "operator" or any(each.role != "supervisor" for each in supervisors):
        raise Wrong(f"{where}: 经手人不是应有之人", f"{where}: isn't by the people whom such an entry asks for")
    for supervisor in supervisors:
        check_apart(operator, supervisor, where)
    if len({each.person for each in supervisors}) != len(supervisors):
        raise Wrong(f"{where}: 未经另一名监督员批准", f"{where}: without another supervisor's approval")


def check_pairs(draw: Draw) -> None:
    """From each making of the pool's box to the next sealing, the two who hold that box stand behind every entry."""
    pair: list[str] | None = None
    for entry in draw.entries:
        if entry.kind in ("draw.frozen", "draw.lost", "draw.reentered") or (
            entry.kind == "draw.rechecked" and field(entry.body, "box", entry.where()) is not None
        ):
            pair = entry.by[:2]
        elif pair and entry.by[:2] != pair:
            raise Wrong(
                f"{entry.where()}: 经手人并不保管候选盒", f"{entry.where()}: isn't by the two who hold the pool's box"
            )
        if entry.kind == "draw.sealed":
            pair = None


def check_body(entry: Entry) -> None:
    """Exactly its kind's fields; what decides nothing has its form too, the rest is checked where it counts."""
    exactly(entry.body, FIELDS[entry.kind[5:]], entry.where())
    for kind, name, form in (
        ("draw.previewed", "eligible", as_any_texts),
        ("draw.printed", "document", as_text),
        ("draw.printed", "copy", as_copy),
        ("draw.printed", "reason", as_text_or_null),
        ("draw.transcribed", "transcript", as_hex),
        ("draw.closed", "reason", as_any_text),
        ("draw.prepared", "request", as_hex),
        ("draw.prepared", "lot", as_text),
        ("draw.prepared", "name", as_text),
        ("draw.prepared", "start", as_time),
        ("draw.narrowed", "report", as_hex),
        ("draw.narrowed", "basis", as_hex),
        ("draw.narrowed", "at", as_time),
        ("draw.frozen", "box", as_hex),
        ("draw.called", "by_hand", as_bool),
        ("draw.answered", "by_hand", as_bool),
        ("draw.answered", "keys", as_any_text),
        ("draw.answered", "answered_at", as_time),
        ("draw.reentered", "reason", as_reason),
        ("draw.reentered", "box", as_hex),
        ("draw.rechecked", "bidders", as_hex),
    ):
        if kind == entry.kind:
            form(field(entry.body, name, entry.where()), f"{entry.where()}.{name}")
    reasons = ("conflict", "withdrawn", "absent")
    if entry.kind == "draw.vacated" and field(entry.body, "reason", entry.where()) not in reasons:
        raise Wrong(f"{entry.where()}: 空出原因未知", f"{entry.where()}: an unknown reason")


def check_certificate_head(draw: Draw) -> None:
    """The head in the certificate is that of the journal just before it, and the checkpoint continues it."""
    said = exactly(draw.certificate["head"], "origin size root", "certificate.head")
    size, root = as_whole(said["size"], "certificate.head.size"), as_hex(said["root"], "certificate.head.root")
    origin = Head(as_text(said["origin"], "certificate.head.origin", 200), 0, b"", "", [])
    for place, each in enumerate(as_list(draw.said["consistency"], "consistency")):
        where = f"consistency[{place}]"
        exactly(each, "size root proof", where)
        old = as_whole(each["size"], where)
        proof = as_hashes(each["proof"], where)
        old_root = as_hex(each["root"], where)
        if not is_consistent(old, old_root, draw.checkpoint.size, draw.checkpoint.root, proof):
            raise Wrong(f"{where}: 检查点不是其延续", f"{where}: the checkpoint doesn't continue it")
        if draw.roots.setdefault(old, old_root) != old_root:
            raise Wrong(f"{where}: 与其他证明矛盾", f"{where}: contradicts another proof")
    frozen = draw.of_kind("draw.frozen")[0]
    if size != frozen.number or draw.roots[size] != root:
        raise Wrong("证书所载日志头与日志不符", "the certificate's head isn't that of the journal just before it")
    if not any(each["size"] == size for each in draw.said["consistency"]):
        raise Wrong("缺少证书日志头的一致性证明", "no consistency proof from the certificate's head")
    if origin.name() != draw.checkpoint.name() or origin.incarnation() > draw.checkpoint.incarnation():
        raise Wrong("证书所载日志名与检查点不同", "the certificate's head is of another log than the checkpoint")


# --------------------------------------------------------------------------------------------------- 3 certificate


def check_certificate(draw: Draw) -> None:
    """Step 3: who signed the certificate, and that draw, serial, suite and level agree everywhere."""
    said = draw.certificate
    check_envelope(draw.certificate_envelope, "certificate", draw.keys, draw.signers, "certificate")
    frozen_at = as_time(said["frozen_at"], "certificate.frozen_at")
    check_valid(draw, frozen_at, "certificate", draw.certificate_envelope)
    operator, supervisor, station = (draw.people[keyid] for keyid in draw.signers)
    roles = (operator.role, supervisor.role, station.role)
    if roles != ("operator", "supervisor", "station"):
        raise Wrong("签署人的角色不对", f"the signers' roles are {', '.join(roles)}")
    check_apart(operator, supervisor, "certificate")
    if (said["draw"], said["serial"]) != (draw.said["draw"], draw.said["serial"]):
        raise Wrong("抽取编号不一致", "draw or serial differs between certificate and transcript")
    place = exactly(said["station"], "id centre sample", "certificate.station")
    as_text(place["centre"], "certificate.station.centre", 200)
    if as_bool(place["sample"], "certificate.station.sample") is not as_bool(draw.said["sample"], "sample"):
        raise Wrong("演示标记不一致", "sample differs between certificate and transcript")
    as_text(said["serial"], "certificate.serial", 64)
    if place["id"] != station.person:
        raise Wrong("终端编号与其身份不符", "the station's id isn't that of its identity")
    if draw.checkpoint.name() != f"fengqian/{place['id']}":
        raise Wrong("日志不属于该终端", "the journal isn't this station's")
    prepared, frozen = draw.of_kind("draw.prepared"), draw.of_kind("draw.frozen")[0]
    if not draw.entries[draw.entries.index(frozen) - 1].at <= frozen_at <= frozen.at:
        raise Wrong("证书时间不在前后条目之间", "the certificate's time isn't between the entries around it")
    if field(prepared[0].body, "serial", prepared[0].where()) != said["serial"]:
        raise Wrong("抽取编号与准备条目不一致", "the serial differs from draw.prepared")
    check_terms(draw)
    check_narrowed(draw)


def check_terms(draw: Draw) -> None:
    """What the certificate fixes is in the form asked, within the bounds of request.md."""
    said = draw.certificate
    if said["level"] not in ("A", "B", "C"):
        raise Wrong("级别未知", "unknown level")
    for place, quota in enumerate(as_list(said["quotas"], "certificate.quotas")):
        where = f"certificate.quotas[{place}]"
        exactly(quota, "specialty region site count reserves", where)
        count = as_whole(quota["count"], f"{where}.count", 1, 99)
        as_text(quota["specialty"], f"{where}.specialty", 32)
        as_text(quota["site"], f"{where}.site", 64)
        if quota["region"] is not None:
            as_text(quota["region"], f"{where}.region", 64)
        draw.quotas.append((count, as_whole(quota["reserves"], f"{where}.reserves", 0, 99)))
    if not 0 < len(draw.quotas) <= 32 or sum(count + reserves for count, reserves in draw.quotas) > 200:
        raise Wrong("名额数目越界", "too many quotas or slots, or none")
    if said["employer_cap"] is not None:
        draw.cap = as_whole(said["employer_cap"], "certificate.employer_cap", 1, 99)
    witnesses = [
        as_text(each, "certificate.witnesses", 64) for each in as_list(said["witnesses"], "certificate.witnesses")
    ]
    if not 0 < len(witnesses) <= 8 or len(set(witnesses)) != len(witnesses):
        raise Wrong("见证人缺失或重复", "no witnesses, too many, or one twice")
    pack = exactly(said["rulepack"], "id digest", "certificate.rulepack")
    as_text(pack["id"], "certificate.rulepack.id", 64)
    as_hex(pack["digest"], "certificate.rulepack.digest")
    changes = exactly(said["bank_changes"], "days count", "certificate.bank_changes")
    as_whole(changes["days"], "certificate.bank_changes.days", 7, 7)
    as_whole(changes["count"], "certificate.bank_changes.count")
    if said["frequency_cap"] is not None:
        often = exactly(said["frequency_cap"], "draws days", "certificate.frequency_cap")
        as_whole(often["draws"], "certificate.frequency_cap.draws", 1, 100)
        as_whole(often["days"], "certificate.frequency_cap.days", 1, 3660)
    as_whole(said["owner_members"], "certificate.owner_members", 0, 20)
    if len(as_list(said["recommended"], "certificate.recommended")) > 20:
        raise Wrong("推荐专家过多", "too many recommended experts")
    for article in said["recommended"]:
        if len(as_any_text(article, "certificate.recommended")) > 200:
            raise Wrong("推荐依据过长", "certificate.recommended: too long")
    for other in as_list(said["ceremonies"], "certificate.ceremonies"):
        exactly(other, "serial state relation", "certificate.ceremonies")
        as_text(other["serial"], "certificate.ceremonies.serial", 64)
        for name, known in (("state", STATES), ("relation", RELATIONS)):
            if as_text(other[name], f"certificate.ceremonies.{name}") not in known:
                raise Wrong("相关抽取的状态或关系未知", "an unknown state of, or relation to, another ceremony")
    as_time(said["opening"], "certificate.opening")
    as_hex(said["table_root"], "certificate.table_root")
    exactly(said["commitments"], "bank project sealed narrowing", "certificate.commitments")
    for name, value in said["commitments"].items():
        as_hex(value, f"certificate.commitments.{name}")


def check_narrowed(draw: Draw) -> None:
    """Approvals of the narrowing report are signed by those whom they name."""
    for entry in draw.of_kind("draw.narrowed"):
        where = entry.where()
        envelope = take_envelope(field(entry.body, "signature", where), f"{where} signature")
        named = [as_text(each, where) for each in as_list(field(entry.body, "approved_by", where), where)]
        payload = check_envelope(envelope, "narrowing-approval", draw.keys, named, f"{where} signature")
        check_valid(draw, entry.at, where, envelope)
        said = exactly(read_json(payload, f"{where} signature"), "draw report", f"{where} signature")
        if not named or (said["draw"], said["report"]) != (draw.id, entry.body["report"]):
            raise Wrong(f"{where}: 批准的不是这份报告", f"{where}: approves another report")
        if len(set(named)) != len(named) or any(draw.people[each].role != "supervisor" for each in named):
            raise Wrong(f"{where}: 须由不同的监督员批准", f"{where}: not approved by supervisors, or by one twice")
        reason = field(entry.body, "reason", where)
        if reason is not None or len(named) > 1:
            (as_reason if len(named) > 1 else as_text)(reason, f"{where}.reason")


# ------------------------------------------------------------------------------------------------------- 4 label table

_LINE = re.compile(r"([0-9a-f]{64}) (?:e ([0-9]{1,2}(?:,[0-9]{1,2})*) ([0-9a-f]{32})|x - -)")


def read_table(text: str, quotas: int) -> list[Candidate]:
    """The eligible lines of a label table, whose form pool.md gives."""
    eligible: list[Candidate] = []
    masks: dict[str, Mask] = {}
    before = ""
    for number, line in enumerate(text.split("\n") if text else [], 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise Wrong(f"标签表第 {number} 行不合规", f"line {number} of the table isn't in the form asked")
        label, written, employer = match.groups()
        if label <= before[:64]:
            raise Wrong(f"标签表第 {number} 行未升序或重复", f"line {number} of the table isn't above the one before")
        before = line
        if written is None:
            continue
        mask = masks.get(written)
        if mask is None:
            mask = masks[written] = tuple(int(each) for each in written.split(","))
            spelled = ",".join(str(each) for each in sorted(set(mask)))
            if spelled != written or mask[-1] >= quotas:
                raise Wrong(f"标签表第 {number} 行名额有误", f"line {number} of the table has a wrong mask")
        eligible.append(Candidate(label, mask, employer))
    return eligible


def check_table(draw: Draw) -> None:
    """Step 4: the table is well formed and its root is the certificate's."""
    table = draw.said["table"]
    if not isinstance(table, str):
        raise Wrong("标签表应为文本", "the table must be a text")
    draw.eligible = read_table(table, len(draw.quotas))
    lines = table.encode("utf-8").split(b"\n") if table else []
    if tree_hash(lines).hex() != draw.certificate["table_root"]:
        raise Wrong("标签表的根与证书不符", "the table's root isn't the certificate's")


# ------------------------------------------------------------------------------------------------------- 5 ceremony


class Fixed(NamedTuple):
    """A ceremony whose sources and commitments are fixed but not yet revealed."""

    generation: int
    fingerprint: bytes
    station: str
    end: bytes
    dice: dict[str, str]
    agreed: dict[str, bool]
    at: datetime


class Turn:
    """Where step 5 stands: what is fixed but not revealed, who signs the next statement, which chains were lost."""

    def __init__(self, signers: list[str], since: datetime) -> None:
        self.signers = signers
        self.generation = 1
        self.since = since
        self.fixed: Fixed | None = None
        self.seeded = False
        self.lost_ends: set[bytes] = set()


def check_ceremonies(draw: Draw) -> None:
    """Step 5: each generation's statement, its dice and its randomness, and what was lost, in their order."""
    turn = Turn(draw.signers, as_time(draw.certificate["frozen_at"], "certificate.frozen_at"))
    for entry in draw.entries:
        where = entry.where()
        if entry.kind == "draw.fixed":
            turn.fixed = check_fixed(draw, entry, turn)
            draw.fixed.append((turn.fixed.fingerprint, []))
        elif entry.kind == "draw.dice_entered":
            enter_dice(draw, entry, turn)
        elif entry.kind == "draw.compared":
            compare_dice(draw, entry, turn)
        elif entry.kind == "draw.seeded":
            if turn.fixed is None or turn.seeded:
                raise Wrong(f"{where}: 没有对应的仪式", f"{where}: no ceremony stands open for it")
            draw.ceremonies.append(check_seeded(draw, entry, turn.fixed))
            values = entry.body["values"][2:]
            draw.fixed[-1][1].extend((name, values[n]) for n, name in enumerate(draw.certificate["witnesses"]))
            turn.seeded = True
        elif entry.kind == "draw.lost":
            check_lost(draw, entry, turn)
    if not draw.ceremonies or not turn.seeded:
        raise Wrong("没有随机种子", "no draw.seeded")


def check_lost(draw: Draw, entry: Entry, turn: Turn) -> None:
    """A lost source or chain: what may be lost then, signed by operator, supervisor and a second supervisor."""
    where = entry.where()
    if turn.fixed is None:
        raise Wrong(f"{where}: 没有可更换的仪式", f"{where}: no ceremony that could be replaced")
    body = exactly(entry.body, "replacement approved_by", where)
    envelope = take_envelope(body["replacement"], f"{where} replacement")
    if len(entry.by) != 3 or entry.by[2] != body["approved_by"]:
        raise Wrong(
            f"{where}: 须由三人作出", f"{where}: isn't by an operator, a supervisor and the second who approved"
        )
    payload = check_envelope(envelope, "replacement", draw.keys, entry.by, where)
    said = exactly(read_json(payload, where), REPLACEMENT, where)
    _version(said, where)
    at = as_time(said["at"], f"{where}.at")
    check_valid(draw, at, where, envelope)
    operator, supervisor, second = (draw.people[keyid] for keyid in entry.by)
    if (operator.role, supervisor.role, second.role) != ("operator", "supervisor", "supervisor"):
        raise Wrong(f"{where}: 签署人的角色不对", f"{where}: the signers' roles aren't those needed")
    check_apart(operator, supervisor, where)
    check_apart(operator, second, where)
    if second.keyid == supervisor.keyid or second.person == supervisor.person:
        raise Wrong(f"{where}: 未经另一名监督员批准", f"{where}: without another supervisor's approval")
    ends = (said["draw"], said["ceremony"], said["generation"])
    as_whole(said["generation"], f"{where}.generation")
    if ends != (draw.id, turn.fixed.fingerprint.hex(), turn.generation + 1) or not turn.fixed.at <= at <= entry.at:
        raise Wrong(f"{where}: 更换的不是这次仪式", f"{where}: replaces another ceremony")
    lost = [as_text(each, f"{where}.lost") for each in as_list(said["lost"], f"{where}.lost")]
    possible = set() if draw.certificate["level"] == "C" else {"chain"}
    if not turn.seeded:
        possible |= {f"witness:{name}" for name in draw.certificate["witnesses"]}
    if not lost or len(set(lost)) != len(lost) or not set(lost) <= possible:
        raise Wrong(f"{where}: 所称遗失之物此时不可能遗失", f"{where}: what it says was lost can't be lost then")
    for name in ("known_to", "reason"):
        as_reason(said[name], f"{where}.{name}", 500)
    as_hex(said["box"], f"{where}.box")
    if "chain" in lost:
        turn.lost_ends.add(turn.fixed.end)
    turn.signers = [operator.keyid, supervisor.keyid, draw.signers[2]]
    turn.generation, turn.fixed, turn.seeded, turn.since = turn.generation + 1, None, False, at
    draw.others += entry.by


def check_fixed(draw: Draw, entry: Entry, turn: Turn) -> Fixed:
    """A ceremony statement: signed by the three, of this certificate, with the sources the certificate asks for."""
    where = entry.where()
    envelope = take_envelope(field(entry.body, "ceremony", where), f"{where} ceremony")
    payload = check_envelope(envelope, "ceremony", draw.keys, turn.signers, f"{where} ceremony")
    said = exactly(read_json(payload, f"{where} ceremony"), CEREMONY, f"{where} ceremony")
    _version(said, f"{where} ceremony")
    at = as_time(said["fixed_at"], f"{where}.fixed_at")
    check_valid(draw, at, where, envelope)
    if not turn.since <= at <= entry.at:
        raise Wrong(f"{where}: 时间不在前后条目之间", f"{where}: its time isn't between what stands around it")
    if said["draw"] != draw.id or said["certificate"] != draw.certificate_digest().hex():
        raise Wrong(f"{where}: 不是这份证书的仪式", f"{where}: is of another draw or certificate")
    if as_whole(said["generation"], f"{where}.generation") != turn.generation:
        raise Wrong(f"{where}: 代次不连续", f"{where}: its generation isn't {turn.generation}")
    level = draw.certificate["level"]
    if said["level"] != level:
        raise Wrong(f"{where}: 级别与证书不同", f"{where}: its level isn't the certificate's")
    sources = as_list(said["sources"], f"{where}.sources")
    station = exactly(sources[1] if len(sources) > 1 else None, "name kind commitment", f"{where}.sources")
    as_hex(station["commitment"], f"{where}.sources")
    wanted: list[dict[str, Any]] = [
        {"name": "fingerprint", "kind": "fingerprint"},
        {"name": "station", "kind": "committed", "commitment": station["commitment"]},
    ]
    wanted += [{"name": f"witness:{name}", "kind": "dice"} for name in draw.certificate["witnesses"]]
    if sources != wanted:
        raise Wrong(f"{where}: 来源与证书不符", f"{where}: its sources aren't those of the certificate")
    chain = exactly(said["chain"], "end length made", f"{where}.chain")
    made = {"B": "elsewhere", "C": "station"}.get(level)
    if as_whole(chain["length"], f"{where}.chain") != CHAIN_LENGTH or made is None or chain["made"] != made:
        raise Wrong(f"{where}: 码链与级别不符", f"{where}: its chain isn't one of this level")
    fingerprint = digest("ceremony", payload)
    if field(entry.body, "fingerprint", where) != by_hand(fingerprint):
        raise Wrong(f"{where}: 仪式指纹不符", f"{where}: the ceremony fingerprint is another")
    end = as_hex(chain["end"], f"{where}.chain.end")
    if end in turn.lost_ends:
        raise Wrong(f"{where}: 用了已遗失的码链", f"{where}: its chain is one that was lost")
    return Fixed(turn.generation, fingerprint, station["commitment"], end, {}, {}, at)


def enter_dice(draw: Draw, entry: Entry, turn: Turn) -> None:
    """A witness's dice are committed to, once, while the ceremony is open."""
    where = entry.where()
    witness = as_text(field(entry.body, "witness", where), where)
    fixed = turn.fixed
    if fixed is None or turn.seeded or witness in fixed.dice or witness not in draw.certificate["witnesses"]:
        raise Wrong(f"{where}: 骰子录入次序有误", f"{where}: no dice of this witness are awaited here")
    as_hex(field(entry.body, "commitment", where), where)
    fixed.dice[witness] = entry.body["commitment"]


def compare_dice(draw: Draw, entry: Entry, turn: Turn) -> None:
    """A witness says whether the row shown is theirs: all dice are in, and nothing is revealed."""
    where = entry.where()
    body = exactly(entry.body, "generation witness agrees", where)
    witness, agrees = as_text(body["witness"], where), as_bool(body["agrees"], where)
    fixed, witnesses = turn.fixed, draw.certificate["witnesses"]
    if fixed is None or turn.seeded or set(fixed.dice) != set(witnesses) or witness not in witnesses:
        raise Wrong(f"{where}: 骰子核对次序有误", f"{where}: no answer of this witness is awaited here")
    if as_whole(body["generation"], where) != fixed.generation:
        raise Wrong(f"{where}: 代次不符", f"{where}: of another generation")
    fixed.agreed[witness] = agrees


def check_seeded(draw: Draw, entry: Entry, fixed: Fixed) -> Ceremony:
    """The revealed values meet fingerprint and commitments; the randomness is their netstrings."""
    where = entry.where()
    witnesses = draw.certificate["witnesses"]
    for witness in witnesses:
        if not fixed.agreed.get(witness):
            raise Wrong(
                f"{where}: {shown(witness)} 未确认自己的骰子",
                f"{where}: {shown(witness)} hasn't confirmed the row of dice shown",
            )
    values = [as_text(each, f"{where}.values") for each in as_list(field(entry.body, "values", where), where)]
    if as_whole(field(entry.body, "generation", where), where) != fixed.generation or len(values) != 2 + len(witnesses):
        raise Wrong(f"{where}: 来源数目或代次不符", f"{where}: not one value a source, or another generation")
    if values[0] != by_hand(fixed.fingerprint):
        raise Wrong(f"{where}: 首个来源不是仪式指纹", f"{where}: the first source isn't the ceremony fingerprint")
    as_hex(values[1], f"{where}.values[1]")
    committed = digest("source", draw.id.encode("utf-8"), b"station", values[1].encode("ascii"))
    if committed.hex() != fixed.station:
        raise Wrong(f"{where}: 终端来源与承诺不符", f"{where}: the station's value doesn't meet its commitment")
    nonces = exactly(field(entry.body, "nonces", where), " ".join(witnesses), f"{where}.nonces")
    for place, witness in enumerate(witnesses):
        digits = values[2 + place]
        fault = dice_fault(digits)
        if fault:
            raise Wrong(f"{where}: {shown(witness)} 的骰子不像真骰子", f"{where}: dice of {shown(witness)}: {fault}")
        nonce = as_hex(nonces[witness], f"{where}.nonces")
        if fixed.dice.get(witness) != commitment("dice", nonce, digits.encode("ascii")).hex():
            raise Wrong(
                f"{where}: {shown(witness)} 的骰子与承诺不符",
                f"{where}: dice of {shown(witness)}: not those committed to",
            )
    if len(set(values[2:])) != len(witnesses):
        raise Wrong(f"{where}: 两位见证人的骰子相同", f"{where}: two witnesses with the same dice")
    randomness = netstrings(*(each.encode("utf-8") for each in values))
    if as_text(field(entry.body, "randomness", where), where).encode("utf-8") != randomness:
        raise Wrong(f"{where}: 随机串不是各来源的连接", f"{where}: the randomness isn't the netstrings of the values")
    return Ceremony(fixed.generation, fixed.fingerprint, fixed.end, randomness, entry.number)


# ------------------------------------------------------------------------------------------------------------ 6 codes


def check_codes(draw: Draw) -> None:
    """Step 6: code i hashed i times is its generation's end; numbers ascend by one from 1 without a gap."""
    used: Counter[int] = Counter()
    for entry in draw.of_kind("draw.round_opened"):
        where = entry.where()
        ceremony = ceremony_of(draw, entry)
        number = as_whole(field(entry.body, "code_number", where), f"{where}.code_number", 1, CHAIN_LENGTH - 1)
        used[ceremony.generation] += 1
        if number != used[ceremony.generation]:
            raise Wrong(f"{where}: 轮次码编号不连续", f"{where}: its code's number isn't {used[ceremony.generation]}")
        value = as_hex(field(entry.body, "code", where), f"{where}.code")
        for _ in range(number):
            value = hashlib.sha256(value).digest()
        if value != ceremony.end:
            raise Wrong(f"{where}: 轮次码不在链上", f"{where}: its code isn't on the chain")


def ceremony_of(draw: Draw, entry: Entry) -> Ceremony:
    """The ceremony whose code a round uses: the one that no loss ended before it, and it was seeded by then."""
    now = 1 + sum(1 for each in draw.of_kind("draw.lost") if each.number < entry.number)
    said = as_whole(field(entry.body, "generation", entry.where()), entry.where())
    found = [each for each in draw.ceremonies if each.generation == said and each.seeded < entry.number]
    if not found or said != now:
        raise Wrong(f"{entry.where()}: 没有对应的随机种子", f"{entry.where()}: no seeded ceremony for it")
    return found[0]


# ------------------------------------------------------------------------------------------------ 7 and 8 the replay


class Slot:
    """A place on the committee or among the reserves, and who holds it."""

    def __init__(self, name: str, quota: int, reserve: bool) -> None:
        self.name = name
        self.quota = quota
        self.reserve = reserve
        self.clear()

    def clear(self) -> None:
        """Nobody holds it any more."""
        self.holder: Candidate | None = None
        self.confirmed = False
        self.calls = 0
        self.place = (0, 0)

    def take(self, holder: Candidate, place: tuple[int, int]) -> None:
        """Somebody accepted takes it; `place` is their round and their place in its order."""
        self.holder, self.confirmed, self.place, self.calls = holder, False, place, 0


class Replay:
    """The draw's state, entry by entry (rounds.md)."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.slots: dict[str, Slot] = {}
        for reserve, sign in ((False, ""), (True, "R")):
            number = 0
            for quota, counts in enumerate(draw.quotas):
                for _ in range(counts[reserve]):
                    number += 1
                    self.slots[f"{sign}{number}"] = Slot(f"{sign}{number}", quota, reserve)
        self.gone: set[str] = set()
        self.round = 0
        self.complete = False
        self.by_hand = 0
        self.rechecks = 0
        self.behind = ""
        self.owed: Entry | None = None
        self.results = as_list(draw.said["results"], "results")
        self.capped = draw.cap is not None

    def run(self) -> None:
        """Walk every entry."""
        steps = {
            "draw.round_opened": self.open_round,
            "draw.called": self.call,
            "draw.answered": self.answer,
            "draw.promoted": self.promote,
            "draw.vacated": self.vacate,
            "draw.completed": self.state,
            "draw.short": self.state,
        }
        for entry in self.draw.entries:
            if self.owed and entry.kind != "draw.vacated":
                self.fail(self.owed, "列出新的候选盒，却无席位空出", "makes a new pool's box, and no slot fell free", 8)
            if entry.kind in steps:
                steps[entry.kind](entry)
            elif entry.kind == "draw.reentered":
                self.owed = entry
            elif entry.kind == "draw.rechecked":
                self.rechecks += 1
                self.owed = None if field(entry.body, "box", entry.where()) is None else entry
            if entry.kind != "draw.vacated":
                self.behind = entry.kind
        if self.round != len(self.results):
            raise Wrong("结果数目与轮次不符", "there isn't one result a round", 7)
        if not self.round:
            raise Wrong("没有任何轮次", "no round at all", 7)

    def fail(self, entry: Entry, zh: str, en: str, check: int) -> NoReturn:
        """Refuse an entry."""
        raise Wrong(f"{entry.where()}: {zh}", f"{entry.where()}: {en}", check)

    def seated(self) -> list[Seat]:
        """Everyone who holds a slot."""
        return [
            Seat(slot.holder.label, slot.holder.mask, slot.holder.employer, slot.quota, slot.reserve)
            for slot in self.slots.values()
            if slot.holder
        ]

    def quotas_now(self) -> list[tuple[int, int]]:
        """The quotas as a round sees them: after completion principals only."""
        if not self.complete:
            return self.draw.quotas
        held = Counter(slot.quota for slot in self.slots.values() if slot.reserve and slot.holder)
        return [(count, held[quota]) for quota, (count, _) in enumerate(self.draw.quotas)]

    def openable(self) -> bool:
        """Whether a round opened now would accept anybody."""
        people = (each for each in self.draw.eligible if each.label not in self.gone)
        return is_openable(kinds_of(people, self.capped), self.quotas_now(), self.draw.cap, self.seated())

    def earliest_reserve(self, quota: int) -> Slot | None:
        """The quota's earliest reserve by round, then position."""
        held = [slot for slot in self.slots.values() if slot.reserve and slot.quota == quota and slot.holder]
        return min(held, key=lambda slot: slot.place) if held else None

    def open_principals(self) -> list[Slot]:
        """Principal slots that nobody holds."""
        return [slot for slot in self.slots.values() if not slot.reserve and not slot.holder]

    def overdue(self) -> Slot | None:
        """A principal slot that a reserve of its quota could take."""
        return next((slot for slot in self.open_principals() if self.earliest_reserve(slot.quota)), None)

    def open_round(self, entry: Entry) -> None:
        """Replay one round."""
        draw, where = self.draw, entry.where()
        overdue = self.overdue()
        if overdue and self.complete:
            self.fail(
                entry, f"席位 {overdue.name} 应先递补", f"slot {overdue.name} should have taken a reserve first", 8
            )
        self.round += 1
        if as_whole(field(entry.body, "round", where), f"{where}.round") != self.round:
            self.fail(entry, "轮次编号不连续", f"isn't numbered {self.round}", 7)
        ceremony = ceremony_of(draw, entry)
        people = (each for each in draw.eligible if each.label not in self.gone)
        order = in_order(bytes.fromhex(entry.body["code"]), ceremony.randomness, people)
        outcome = select(order, self.quotas_now(), draw.cap, self.seated())
        if not outcome["accepted"] and not outcome["reserves"]:
            self.fail(entry, "此时无人可入选，不应开轮", "opened although nobody could be accepted", 7)
        written = result_bytes(outcome, self.round)
        self.compare_result(entry, written)
        filled = self.fill(order, outcome)
        if not same(field(entry.body, "slots", where), filled):
            self.fail(entry, "席位与重放不符", "its slots aren't those of the replay", 7)

    def compare_result(self, entry: Entry, written: bytes) -> None:
        """The stated result bytes and digest are those of the replay."""
        stated = self.results[self.round - 1] if self.round <= len(self.results) else None
        if not isinstance(stated, str) or stated.encode("utf-8") != written:
            detail = first_difference(stated, written)
            self.fail(entry, f"结果与重放不符 ({detail})", f"its result isn't that of the replay ({detail})", 7)
        if field(entry.body, "result", entry.where()) != digest("round", written).hex():
            self.fail(entry, "结果摘要不符", "its result's digest is another", 7)

    def fill(self, order: list[Candidate], outcome: dict[str, Any]) -> list[dict[str, Any]]:
        """Seat those accepted: lowest open slot of their quota first, in ascending position."""
        places = {each.label: place for place, each in enumerate(order)}
        filled = []
        for name, reserve in (("accepted", False), ("reserves", True)):
            for each in outcome[name]:
                place = places[each["label"]]
                slot = next(
                    slot
                    for slot in self.slots.values()
                    if slot.quota == each["quota"] and slot.reserve is reserve and not slot.holder
                )
                slot.take(order[place], (self.round, place))
                self.gone.add(each["label"])
                filled.append({"slot": slot.name, "quota": slot.quota})
        return filled

    def slot_of(self, entry: Entry, name: str) -> Slot:
        """The slot that an entry names."""
        found = self.slots.get(as_text(field(entry.body, name, entry.where()), f"{entry.where()}.{name}"))
        if found is None:
            self.fail(entry, "席位不存在", "no such slot", 8)
        return found

    def awaited(self, entry: Entry) -> Slot:
        """The slot that an entry names, in which somebody is pending."""
        slot, number = self.slot_of(entry, "slot"), as_whole(field(entry.body, "round", entry.where()), entry.where())
        if not slot.holder or slot.confirmed or number != slot.place[0]:
            self.fail(entry, "该席位此时无人待通知", "nobody of that round is pending in this slot", 8)
        return slot

    def call(self, entry: Entry) -> None:
        """A call goes to somebody who is pending; calls of a person are counted from 1."""
        slot = self.awaited(entry)
        slot.calls += 1
        if as_whole(field(entry.body, "attempt", entry.where()), entry.where()) != slot.calls:
            self.fail(entry, "呼叫次序不连续", f"isn't numbered {slot.calls}", 8)
        self.by_hand += entry.body["by_hand"]

    def answer(self, entry: Entry) -> None:
        """An answer confirms somebody who is pending, or opens the slot again."""
        slot = self.awaited(entry)
        if as_whole(field(entry.body, "attempts", entry.where()), entry.where()) != slot.calls:
            self.fail(entry, "呼叫次数与此前呼叫不符", "its number of attempts isn't that of the calls before it", 8)
        if as_text(field(entry.body, "outcome", entry.where()), entry.where()) == "confirmed":
            slot.confirmed = True
        else:
            slot.clear()

    def vacate(self, entry: Entry) -> None:
        """Somebody leaves a slot."""
        slot = self.slot_of(entry, "slot")
        if not slot.holder:
            self.fail(entry, "空席位不能再空出", "an open slot is vacated", 8)
        fresh = self.behind == "draw.round_opened"
        found = entry.body["reason"] == "conflict" and (not fresh or slot.place[0] == self.round)
        looked = bool(self.rechecks) and (fresh or self.behind == "draw.rechecked")
        if not looked and self.behind != "draw.reentered":
            self.fail(entry, "席位空出没有缘由", "a slot falls free, and nothing gave a reason for it", 8)
        if looked and not found:
            self.fail(entry, "不是核对出的利害冲突", "isn't a conflict with a bidder that was found there", 8)
        self.owed = None
        slot.clear()

    def promote(self, entry: Entry) -> None:
        """A reserve takes a principal slot: the right one, and when it is due."""
        source, target = self.slot_of(entry, "from"), self.slot_of(entry, "to")
        if target.reserve or target.holder or not source.reserve or target.quota != source.quota:
            self.fail(entry, "递补席位不对", "isn't from a reserve slot to an open principal slot of its quota", 8)
        if not source.holder or self.earliest_reserve(source.quota) is not source:
            self.fail(entry, "不是最早的候补", "isn't the quota's earliest reserve", 8)
        if not self.complete and self.openable():
            self.fail(entry, "应先开补抽轮次", "a round should have been opened first", 8)
        target.holder, target.confirmed, target.place = source.holder, source.confirmed, source.place
        target.calls = source.calls
        source.clear()

    def settled(self, entry: Entry) -> list[dict[str, Any]]:
        """Nothing is due any more; what stays open."""
        if any(slot.holder and not slot.confirmed for slot in self.slots.values()):
            self.fail(entry, "仍有人未答复", "somebody hasn't answered yet", 8)
        overdue = self.overdue()
        if overdue:
            self.fail(entry, f"席位 {overdue.name} 应已递补", f"slot {overdue.name} should have taken a reserve", 8)
        if self.openable():
            self.fail(entry, "应再开一轮", "a round was due and left out", 7)
        return lacking(*open_slots(self.draw.quotas, self.seated()))

    def state(self, entry: Entry) -> None:
        """Completion or shortage is stated as it is."""
        lacks = self.settled(entry)
        if (entry.kind == "draw.completed") is not (not self.open_principals()):
            self.fail(
                entry, "成员并未满额或并非缺额", "complete is stated where principals lack, or short where none do", 8
            )
        if not same(field(entry.body, "lacks", entry.where()), lacks):
            self.fail(entry, "缺额与重放不符", "what it says is lacking isn't what the replay gives", 8)
        self.complete = True


def first_difference(stated: Any, written: bytes) -> str:
    """Where two results begin to differ, shortly."""
    try:
        said, made = json.loads(stated), json.loads(written)
        for name in ("accepted", "reserves", "skipped", "short", "round"):
            if said.get(name) != made[name]:
                return name
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    return "spelling" if isinstance(stated, str) else "missing"


def check_committee(draw: Draw, replay: Replay) -> None:
    """Step 8's end: the stated committee is the one that the replay leaves."""
    sitting = [
        {"slot": slot.name, "label": slot.holder.label} for slot in replay.slots.values() if slot.holder is not None
    ]
    if not same(draw.said["committee"], sitting):
        raise Wrong("所列成员与重放不符", "the committee stated isn't the one that the replay leaves")


# ------------------------------------------------------------------------------------------ 9 openings and fairness


def check_openings(draw: Draw) -> None:
    """Step 9: what is opened meets its commitment; the project is the one that was prepared."""
    for name, opened in exactly(draw.said["openings"], "project", "openings").items():
        where = f"openings.{name}"
        exactly(opened, "nonce value", where)
        value = as_text(opened["value"], f"{where}.value", 1 << 24).encode("utf-8")
        if commitment(name, as_hex(opened["nonce"], where), value).hex() != draw.certificate["commitments"][name]:
            raise Wrong(f"{where}: 与证书的承诺不符", f"{where}: doesn't meet the certificate's commitment")
    part = read_json(value, "openings.project.value")
    project, meeting = field(part, "project", "project"), field(part, "meeting", "project")
    prepared = draw.of_kind("draw.prepared")[0]
    for name, holder in (("lot", project), ("name", project), ("start", meeting)):
        if field(prepared.body, name, prepared.where()) != field(holder, name, "project"):
            raise Wrong(f"公开的项目信息与准备条目不符 ({name})", f"the project opened isn't the one prepared ({name})")


def check_fairness(draw: Draw) -> None:
    """The fairness page is of the right method, its figures follow from the table, and its sample is repeated."""
    page = exactly(draw.said["fairness"], "v method size classes sample", "fairness")
    sizes = Counter(each.employer for each in draw.eligible)
    alone = all(len(each.mask) == 1 for each in draw.eligible)
    exact = alone and (draw.cap is None or all(n <= draw.cap for n in sizes.values()))
    size = as_whole(page["size"], "fairness.size", 0, 10**6)
    if (
        as_whole(page["v"], "fairness.v") != 1
        or page["method"] != ("exact" if exact else "simulated")
        or (size == 0) is not exact
    ):
        raise Wrong("公平页的方法或规模不对", "fairness: not the method or size that the table asks for")
    groups: Counter[tuple[Mask, int | None]] = Counter()
    for each in draw.eligible:
        groups[(each.mask, None if exact else min(5, sizes[each.employer]))] += 1
    stated = as_list(page["classes"], "fairness.classes")
    if len(stated) != len(groups):
        raise Wrong("公平页的类别不全", "fairness: its classes aren't those of the table")
    total = 0
    for place, group in enumerate(sorted(groups, key=lambda each: (each[0], each[1] or 0))):
        total += check_class(draw, stated[place], group, groups[group], 0 if exact else size)
    check_sample(draw, as_list(page["sample"], "fairness.sample"), 0 if exact else size, total)


def check_class(draw: Draw, stated: Any, group: tuple[Mask, int | None], people: int, size: int) -> int:
    """One class of the fairness page; how many of it the simulation accepted."""
    exactly(stated, "mask employer_size people accepted chance error", "fairness.classes")
    wanted: dict[str, Any] = {"mask": list(group[0]), "employer_size": group[1], "people": people}
    accepted = 0
    if size:
        trials = people * size
        accepted = as_whole(stated["accepted"], "fairness.classes.accepted", 0, trials)
        millionths = (2 * 10**6 * accepted + trials) // (2 * trials)
        error = math.isqrt(10**12 * accepted * (trials - accepted) // trials**3)
        wanted.update(accepted=accepted, chance=_six_places(millionths), error=_six_places(error))
    else:
        count = min(people, draw.quotas[group[0][0]][0])
        part = math.gcd(count, people)
        wanted.update(accepted=None, chance=f"{count // part}/{people // part}", error=None)
    if not same(stated, wanted):
        raise Wrong("公平页的数字不符", f"fairness: a class's figures are wrong (mask {list(group[0])})")
    return accepted


def _six_places(millionths: int) -> str:
    return f"{millionths // 10**6}.{millionths % 10**6:06d}"


def check_sample(draw: Draw, sample: list[Any], size: int, total: int) -> None:
    """Repeat the stated trials; each trial accepts the same number, whatever its order."""
    if len(sample) != min(3, size):
        raise Wrong("公平页的样本数目不对", "fairness: not the first trials of the simulation")
    taken = 0
    for i, each in enumerate(sample):
        exactly(each, "i accepted", "fairness.sample")
        code = digest("fairness", draw.certificate_digest(), i.to_bytes(8, "big"))
        outcome = select(in_order(code, b"fairness", draw.eligible), draw.quotas, draw.cap, [])
        taken = len(outcome["accepted"])
        if not same(each, {"i": i, "accepted": digest("round", result_bytes(outcome, 1)).hex()}):
            raise Wrong(f"公平页样本 {i} 与重放不符", f"fairness: trial {i} of the sample isn't that of the replay")
    if sample and total != taken * size:
        raise Wrong("公平页的合计不符", "fairness: its classes don't add up to all trials")


# ---------------------------------------------------------------------------------------------- 10 sealing, opening


def check_sealings(draw: Draw) -> None:
    """Step 10: sealings are numbered, openings name theirs and are in time, or early by a second supervisor."""
    sealed: Entry | None = None
    boxes: list[str] = []
    rechecks = 0
    for number, entry in enumerate(draw.of_kind("draw.reentered")):
        if (entry.body["approved_by"] is not None) is not (number > 0):
            raise Wrong(
                f"{entry.where()}: 再次更换成员未经另一名监督员批准",
                f"{entry.where()}: members are replaced again without a second supervisor",
            )
    for entry in draw.of_kind("draw.sealed", "draw.rechecked", "draw.opened"):
        where = entry.where()
        if entry.kind == "draw.sealed":
            number = 1 if sealed is None else sealed.body["sealing"] + 1
            if as_whole(field(entry.body, "sealing", where), where) != number:
                raise Wrong(f"{where}: 封存编号有误", f"{where}: its sealing isn't numbered {number}")
            check_sealing(draw, entry, number)
            if as_time(field(entry.body, "opening", where), where) < as_time(draw.certificate["opening"], "opening"):
                raise Wrong(f"{where}: 开启时间早于证书", f"{where}: its opening time is before the certificate's")
            sealed = entry
            boxes.append(entry.body["box"])
        elif entry.kind == "draw.rechecked" and sealed is not None:
            rechecks += 1
            boxes.append(check_recheck(draw, entry, rechecks, sealed))
        elif entry.kind == "draw.opened" and sealed is not None:
            check_opened(draw, entry, sealed)
        if len(set(boxes)) != len(boxes):
            raise Wrong(f"{where}: 所列的盒另有所属", f"{where}: names another entry's box")


_RULE = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*")


def check_sealing(draw: Draw, entry: Entry, number: int) -> None:
    """One sealing: its serial is the draw's, numbered from the second on; operator and supervisor hold its box."""
    where = entry.where()
    as_hex(field(entry.body, "box", where), f"{where}.box")
    serial = draw.said["serial"] + (f"-{number}" if number > 1 else "")
    if field(entry.body, "serial", where) != serial:
        raise Wrong(f"{where}: 封存编号不符", f"{where}: its serial isn't {shown(serial)}")
    roles: dict[str, str] = {}
    for holder in as_list(field(entry.body, "holders", where), f"{where}.holders"):
        exactly(holder, "keyid name role", f"{where}.holders")
        as_hex(holder["keyid"], f"{where}.holders.keyid")
        as_text(holder["name"], f"{where}.holders.name")
        role = as_text(holder["role"], f"{where}.holders.role")
        person = draw.people.get(holder["keyid"])
        if holder["keyid"] in roles or (person and person.role != role):
            raise Wrong(f"{where}: 保管人重复或角色不符", f"{where}: a holder twice, or in another role than theirs")
        roles[holder["keyid"]] = role
    if not {"operator", "supervisor"} <= set(roles.values()):
        raise Wrong(f"{where}: 并非操作员与监督员共同保管", f"{where}: not held by operator and supervisor")
    broken = as_list(field(entry.body, "findings", where), f"{where}.findings")
    if not all(isinstance(rule, str) and len(rule) <= 64 and _RULE.fullmatch(rule) for rule in broken):
        raise Wrong(f"{where}: 规则编号不合规", f"{where}: findings that aren't ids of rules")
    if len(set(broken)) != len(broken):
        raise Wrong(f"{where}: 同一规则列出两次", f"{where}: one rule stands twice in its findings")


def check_recheck(draw: Draw, entry: Entry, number: int, sealed: Entry) -> str:
    """One recheck of a sealed list: numbered, by two of its holders, and with one box, whose digest is returned."""
    where = entry.where()
    if as_whole(field(entry.body, "recheck", where), where, 1) != number:
        raise Wrong(f"{where}: 核对编号有误", f"{where}: isn't recheck {number}")
    as_whole(field(entry.body, "names", where), f"{where}.names", 1)
    boxes = [each for each in (field(entry.body, name, where) for name in ("box", "kept")) if each is not None]
    if len(boxes) != 1:
        raise Wrong(f"{where}: 应恰列一盒", f"{where}: names not exactly one box")
    as_hex(boxes[0], where)
    holders = {(each["role"], each["keyid"]) for each in sealed.body["holders"]}
    people = [draw.people[keyid] for keyid in entry.by if keyid in draw.people]
    made = [(person.role, person.keyid) for person in people]
    if [role for role, _ in made] != ["operator", "supervisor"] or len(entry.by) != 2 or not holders.issuperset(made):
        raise Wrong(f"{where}: 并非由保管名单的两人核对", f"{where}: not by two who hold the list")
    if bare_organisation(people[0].organisation) == bare_organisation(people[1].organisation):
        raise Wrong(f"{where}: 核对的两人同属一个单位", f"{where}: its two people are of one organisation")
    return str(boxes[0])


def check_opened(draw: Draw, entry: Entry, sealed: Entry) -> None:
    """One opening: of the newest sealing's box, and not before its time unless it says why and who approved."""
    where = entry.where()
    holders = {(each["role"], each["keyid"]) for each in sealed.body["holders"]}
    if not holders.issuperset(zip(("operator", "supervisor"), entry.by[:2], strict=False)):
        raise Wrong(f"{where}: 并非由保管名单的两人开启", f"{where}: not by two who hold the list")
    for name in ("sealing", "box"):
        if not same(field(entry.body, name, where), sealed.body[name]):
            raise Wrong(f"{where}: 开启的不是最新的封存", f"{where}: opens something else than the newest sealing")
    reason, approver = field(entry.body, "reason", where), field(entry.body, "approved_by", where)
    if not as_bool(field(entry.body, "early", where), f"{where}.early"):
        if reason is not None or approver is not None:
            raise Wrong(f"{where}: 未提前却有理由或批准", f"{where}: says why it was early, and that it wasn't")
        if entry.at < as_time(sealed.body["opening"], where):
            raise Wrong(f"{where}: 早于开启时间而未说明", f"{where}: before its time, and doesn't say so")
        return
    as_reason(reason, f"{where}.reason")
    as_hex(approver, f"{where}.approved_by")
    openers = [draw.people.get(keyid) for keyid in (entry.by[:-1] if entry.by[-1:] == [approver] else entry.by)]
    supervisors = [each.person for each in openers if each and each.role == "supervisor"]
    second = draw.people.get(approver)
    if None in openers or not supervisors or not second or second.role != "supervisor" or second.person in supervisors:
        raise Wrong(f"{where}: 提前开启未经另一名监督员批准", f"{where}: early without another supervisor's approval")


# -------------------------------------------------------------------------------------------------------- authenticity


def check_keys(draw: Draw, known: dict[str, Person]) -> None:
    """Everybody in people is known to the reader in another way; for its station the certificate may vouch."""
    keys = {person.person: keyid for keyid, person in known.items()}
    for keyid, person in draw.people.items():
        other = known.get(keyid)
        if other is None and person.person in keys:
            name = shown(person.name)
            raise Wrong(f"{name} 的密钥与 --keys 所载不同", f"--keys has another key of {name}")
        if other is not None:
            stated = (other.person, other.name, other.organisation, other.role)
            if stated != (person.person, person.name, person.organisation, person.role):
                raise Wrong(
                    f"{shown(person.name)} 的身份与 --keys 所载不同",
                    f"the statement of {shown(person.name)} isn't what --keys says of this key",
                )
        elif keyid != draw.signers[2] or person.role != "station":
            raise Wrong(
                f"签署人 {shown(person.name)} 不在 --keys 中",
                f"signer {shown(person.name)} ({person.role}) isn't in --keys",
            )


def check_anchor(draw: Draw, note: bytes) -> None:
    """The journal continues a head that was taken away, and the transcript shows it."""
    try:
        anchor = take_head(note.decode("utf-8"), "--anchor")
    except UnicodeDecodeError as why:
        raise Wrong("--anchor 不是日志头", "--anchor isn't a journal's head") from why
    check_head_signed(anchor, draw.keys[draw.signers[2]], "--anchor")
    if anchor.name() != draw.checkpoint.name() or anchor.incarnation() > draw.checkpoint.incarnation():
        raise Wrong("锚点是另一本日志的", "the anchor is of another journal, or of a later incarnation")
    if anchor.size not in draw.roots:
        raise Wrong("记录不含由该锚点出发的证明", f"the transcript holds no proof from a head of {anchor.size} entries")
    if draw.roots[anchor.size] != anchor.root:
        raise Wrong("日志不是锚点的延续", "this journal doesn't continue the anchor")


def check_fingerprint(draw: Draw, text: str) -> int:
    """The generation of the ceremony that a receipt's fingerprint names, as typed: 26 characters, or the QR's 52."""
    plain = re.sub(r"[\s-]", "", text).upper().replace("0", "O").replace("1", "I")
    if not re.fullmatch(r"[A-Z2-7]{26}(?:[A-Z2-7]{26})?", plain):
        raise Wrong("--fingerprint 应为 26 或 52 个字符", "--fingerprint must have 26 or 52 characters")
    for generation, (fingerprint, _) in enumerate(draw.fixed, 1):
        if base64.b32encode(fingerprint).decode("ascii").startswith(plain):
            return generation
    raise Wrong("仪式指纹与回执不符", "no ceremony here has the receipt's fingerprint")


# -------------------------------------------------------------------------------------------------------- the report


class Voice:
    """Prints the report in the language asked for, or in both."""

    def __init__(self, language: str | None) -> None:
        self.language = language

    def words(self, zh: str, en: str) -> str:
        """A sentence in the language asked for, or both."""
        if self.language == "zh" or zh == en:
            return zh
        return en if self.language == "en" else f"{zh} | {en}"

    def say(self, zh: str, en: str) -> None:
        """Print a line."""
        print(self.words(zh, en))

    def step(self, number: str, good: bool, zh: str, en: str) -> None:
        """Print a check's line."""
        word = self.words("通过", "ok") if good else self.words("错误", "WRONG")
        print(f"[{number:>2}] {word}: {self.words(zh, en)}")


class Given(NamedTuple):
    """What the reader brought besides the transcript."""

    keys: bytes | None
    anchor: bytes | None
    fingerprint: str | None


TITLES = {
    1: ("信封、身份与签名", "envelope, identities, signatures"),
    2: ("日志：检查点、条目、证书所载日志头", "journal: checkpoint, entries, the certificate's head"),
    3: ("冻结证书：三方签名、两个单位、编号一致", "freeze certificate: three signers, two organisations, one draw"),
    4: ("标签表及其根", "label table and its root"),
    5: ("仪式：来源、承诺、骰子、随机串", "ceremony: sources, commitments, dice, randomness"),
    6: ("轮次码都在链上", "codes on their chain"),
    7: ("每一轮均重放一致", "every round replayed"),
    8: ("答复、递补、满额或缺额、最终成员", "answers, promotions, completion, committee"),
    9: ("公开项符合承诺，公平页样本重算一致", "openings meet commitments; fairness sample repeated"),
    10: ("封存与开启", "sealings and openings"),
}


def verify(data: bytes, given: Given, voice: Voice) -> int:
    """Take all steps over a transcript's bytes; the exit status."""
    step = 1
    replay: Replay | None = None
    known: dict[str, Person] = {}
    try:
        if given.keys is not None:
            known = take_keys(given.keys)
        draw = open_transcript(data)
        for step in TITLES:
            if step == 1:
                check_signers(draw, known)
            elif step == 7:
                replay = Replay(draw)
                replay.run()
            elif step == 8 and replay:
                check_committee(draw, replay)
            elif step == 9:
                check_openings(draw)
                check_fairness(draw)
            else:
                steps = {2: check_journal, 3: check_certificate, 4: check_table, 5: check_ceremonies, 6: check_codes}
                steps.get(step, check_sealings)(draw)
            voice.step(str(step), True, *TITLES[step])
            if step == 3:
                describe(draw, voice)
        step = 11
        describe_sealed(draw, voice)
        if replay:
            describe_counts(draw, replay, voice)
        return conclude(draw, given, known, voice)
    except Wrong as why:
        voice.step(str(why.check or step) if step < 11 else "*", False, why.zh, why.en)
    except (RecursionError, MemoryError, OverflowError, ValueError, TypeError, LookupError, AttributeError) as bug:
        name = type(bug).__name__
        voice.step(str(step), False, f"无法读取 ({name})", f"can't be read ({name})")
    voice.say("结论：有误，不可采信", "Verdict: wrong; don't rely on it")
    return 1


RELATIONS = {
    "lot": ("同一标段", "same lot"),
    "project": ("同一项目", "same project"),
    "time": ("同一半天开会", "meeting in the same half-day"),
    "pool": ("候选范围大部分相同", "most of the same pool"),
    "unknown": ("无法判断是否相关", "not known whether related"),
}
VACATED = {"conflict": "利害冲突", "withdrawn": "退出", "absent": "缺席"}
STATES = {
    "prepared": "已登记",
    "narrowed": "已签认收窄报告",
    "frozen": "已冻结",
    "fixed": "随机源已固定",
    "seeded": "随机源已公开",
    "filling": "补抽与通知中",
    "complete": "名额已满",
    "short": "名额未满",
    "sealed": "已密封",
    "opened": "已拆封",
    "closed": "已结束",
    "aborted": "已中止",
    "unreadable": "记录无法读取",
}


def describe(draw: Draw, voice: Voice) -> None:
    """Say which draw this is."""
    said = draw.certificate
    if draw.said["sample"]:
        voice.say("     ※ 演示数据，不是真实抽取", "     * SAMPLE DATA, not a real draw")
    centre, serial = shown(said["station"]["centre"]), shown(said["serial"])
    quotas = ", ".join(f"{shown(each['specialty'], 20)} {each['count']}+{each['reserves']}" for each in said["quotas"])
    voice.say(
        f"     {serial} · {centre} · 级别 {said['level']} · 名额 {quotas}",
        f"     {serial} · {centre} · level {said['level']} · quotas {quotas}",
    )
    for entry in draw.of_kind("draw.rechecked"):
        names = shown(entry.body.get("names"), 20)
        fell = entry.body.get("box") is not None
        voice.say(
            f"     封存后与 {names} 家投标人核对：{'有席位空出' if fell else '无人冲突'}",
            f"     rechecked against {names} bidders after a sealing: {'slots fell free' if fell else 'no conflict'}",
        )
    others = said["ceremonies"]
    changed = said["bank_changes"]["count"]
    if changed:
        voice.say(
            f"     此前七日专家库变动 {changed} 项", f"     changes of the bank in the seven days before: {changed}"
        )
    if others:
        voice.say(
            f"     证书列出 {len(others)} 次较早或相关的抽取",
            f"     the certificate lists {len(others)} earlier or related ceremonies",
        )
        for each in others[:10]:
            (zh, en), state = RELATIONS[each["relation"]], shown(each["state"], 32)
            line = "       " + shown(each["serial"], 64) + " · "
            voice.say(f"{line}{STATES.get(state, state)} · {zh}", f"{line}{state} · {en}")


def describe_sealed(draw: Draw, voice: Voice) -> None:
    """Say what people should read in calls and sealings though nothing in it is wrong."""
    hasty = 0
    for entry in draw.of_kind("draw.answered"):
        hasty += entry.body["outcome"] not in ("confirmed", "declined", "wrong_number") and entry.body["attempts"] < 3
    if hasty:
        voice.say(
            f"     未满三次呼叫即按未接通处理的有 {hasty} 人",
            f"     given up as not reached after fewer than 3 calls: {hasty}",
        )
    for entry in draw.of_kind("draw.sealed"):
        if entry.body["findings"]:
            rules = ", ".join(entry.body["findings"])
            voice.say(
                f"     封存时成员组成不符合的规则: {rules}", f"     rules that the sealed committee broke: {rules}"
            )


def describe_counts(draw: Draw, replay: Replay, voice: Voice) -> None:
    """Say how often something happened that honest draws need too, and what each witness threw."""
    for zh, en, count in (
        ("预览候选人数", "previews of live counts", len(draw.of_kind("draw.previewed"))),
        ("手工拨打", "calls dialled by hand", replay.by_hand),
        ("席位空出", "vacated", len(draw.of_kind("draw.vacated"))),
        ("提前开启", "opened early", sum(entry.body["early"] for entry in draw.of_kind("draw.opened"))),
        ("重新补抽", "put back to filling", len(draw.of_kind("draw.reentered"))),
    ):
        voice.say(f"     {zh}: {count}", f"     {en}: {count}")
    for entry in draw.of_kind("draw.vacated"):
        slot, reason = entry.body["slot"], entry.body["reason"]
        voice.say(f"     席位 {slot} 空出: {VACATED[reason]}", f"     slot {slot} vacated: {reason}")
    for entry in draw.of_kind("draw.opened", "draw.reentered"):
        if entry.body["reason"] is not None:
            words = shown(entry.body["reason"])
            again = entry.kind == "draw.reentered"
            zh, en = ("重新补抽", "put back to filling") if again else ("提前开启", "opened early")
            voice.say(f"     {zh}: {words}", f"     {en}: {words}")
    for entry in draw.of_kind("draw.lost"):
        said = read_json(take_envelope(entry.body["replacement"], entry.where()).payload, entry.where())
        words = f"{shown('、'.join(said['lost']))} · {shown(said['reason'])} · {shown(said['known_to'])}"
        voice.say(f"     ※ 来源遗失后更换：{words}", f"     * lost and replaced: {words}")
    for entry in draw.of_kind("draw.compared"):
        if not entry.body["agrees"]:
            who, number = shown(entry.body["witness"]), entry.body["generation"]
            voice.say(
                f"     ※ 见证人 {who} 否认所示骰子（第 {number} 代）",
                f"     * witness {who} said no to the row of dice shown (generation {number})",
            )
    for place, (fingerprint, dice) in enumerate(draw.fixed, 1):
        zh, en = ("", "") if place == len(draw.fixed) else ("（后已更换）", " (replaced later)")
        voice.say(f"     仪式指纹 {by_hand(fingerprint)}{zh}", f"     ceremony fingerprint {by_hand(fingerprint)}{en}")
        for witness, digits in dice:
            said = f"{shown(witness)}: {' '.join(digits[at : at + 5] for at in range(0, 20, 5))}"
            voice.say(f"       骰子 {said}", f"       dice of {said}")


def conclude(draw: Draw, given: Given, known: dict[str, Person], voice: Voice) -> int:
    """Check authenticity against what was given."""
    asked = False
    if given.keys is not None:
        asked = True
        check_keys(draw, known)
        voice.step("K", True, "签署人正是 --keys 所载之人", "the signers are the people of --keys")
    if given.anchor is not None:
        asked = True
        check_anchor(draw, given.anchor)
        voice.step("A", True, "日志是所给锚点的延续", "the journal continues the anchor given")
    if given.fingerprint is not None:
        asked = True
        generation = check_fingerprint(draw, given.fingerprint)
        zh, en = ("", "") if generation == len(draw.fixed) else ("，后已更换", ", replaced later")
        voice.step(
            "F",
            True,
            f"与回执上的仪式指纹一致（第 {generation} 代{zh}）",
            f"this is the ceremony of the receipt (generation {generation}{en}), fixed before any source was revealed",
        )
    if asked:
        voice.say("结论：前后一致，且真实", "Verdict: consistent and authentic")
        return 0
    voice.say("     签署人（请另行核对指纹）：", "     signers (compare the fingerprints by another way):")
    for keyid in draw.trusted():
        print(f"       {draw.people[keyid].line()}")
    voice.say(
        "结论：前后一致；真实性未查。用新密钥伪造的记录同样会前后一致",
        "Verdict: consistent; authenticity not checked. A perfect forgery with fresh keys is consistent too",
    )
    return 3


# ------------------------------------------------------------------------------------------------------- command line


def read_file(path: str, most: int = MOST_BYTES) -> bytes:
    """A file's bytes; too large or unreadable is a matter of usage."""
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as why:
        raise Usage(f"无法读取 {shown(path)}", f"can't read {shown(path)}") from why
    if len(data) > most:
        raise Usage(f"{shown(path)} 过大", f"{shown(path)} is too large")
    return data


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(
        description="Checks a Fengqian transcript / 核验封签抽取记录",
        epilog="exit: 0 consistent and authentic, 3 consistent but authenticity not checked, 1 wrong, 2 usage",
    )
    parser.add_argument("transcript", metavar="TRANSCRIPT")
    parser.add_argument("--keys", metavar="FILE", help="identity statements got by another way")
    parser.add_argument("--anchor", metavar="FILE", help="a journal's head that a witness took home")
    parser.add_argument("--fingerprint", metavar="F", help="the ceremony fingerprint on a receipt")
    parser.add_argument("--lang", choices=("zh", "en"))
    asked = parser.parse_args(arguments)
    voice = Voice(asked.lang)
    try:
        given = Given(
            None if asked.keys is None else read_file(asked.keys),
            None if asked.anchor is None else read_file(asked.anchor),
            asked.fingerprint,
        )
        data = read_file(asked.transcript)
    except Usage as why:
        print(voice.words(why.zh, why.en), file=sys.stderr)
        return 2
    return verify(data, given, voice)


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    raise SystemExit(status)
