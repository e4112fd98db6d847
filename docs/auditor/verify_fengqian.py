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
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, NoReturn, Optional, Sequence, Tuple  # noqa: UP035

MOST_BYTES = 1 << 30
ENTRY_BYTES = 4 << 20
CHAIN_LENGTH = 256
SUITE = "FQ1"

# ------------------------------------------------------------------------------------------------ words and refusals


class Wrong(Exception):
    """Something in the files contradicts a format page; `check` is the step of transcript.md where it does."""

    def __init__(self, zh: str, en: str, check: Optional[int] = None) -> None:
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


def _pairs(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
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
        deepest = max(deepest, depth)
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
        if _depth(made) > 33:
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


def exactly(holder: Any, names: str, where: str) -> Dict[str, Any]:
    """An object that has these fields and no other."""
    if not isinstance(holder, dict):
        raise Wrong(f"{where}: 应为对象", f"{where}: must be an object")
    wanted = set(names.split())
    if set(holder) != wanted:
        odd = shown(" ".join(sorted(wanted.symmetric_difference(holder))))
        raise Wrong(f"{where}: 字段不符 ({odd})", f"{where}: lacks a field or has one too many ({odd})")
    return holder


def as_text(value: Any, where: str) -> str:
    """A text of at least one character."""
    if not isinstance(value, str) or not value:
        raise Wrong(f"{where}: 应为文本", f"{where}: must be a text")
    return value


def as_whole(value: Any, where: str, least: int = 0, most: int = (1 << 63) - 1) -> int:
    """A whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Wrong(f"{where}: 应为 {least} 至 {most} 的整数", f"{where}: must be a whole number {least} to {most}")
    return value


def as_list(value: Any, where: str) -> List[Any]:
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


def as_hashes(value: Any, where: str) -> List[bytes]:
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
Point = Tuple[int, int, int, int]
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


def point_decode(data: bytes) -> Optional[Point]:
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


def _odd_multiples(p: Point) -> List[Point]:
    twice = point_double(p)
    made = [p]
    for _ in range(7):
        made.append(point_add(made[-1], twice))
    return made


def _signed_windows(number: int) -> List[int]:
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
    signatures: Dict[str, bytes]


def take_envelope(holder: Any, where: str) -> Envelope:
    """Take an envelope's JSON object apart."""
    exactly(holder, "payload payloadType signatures", where)
    signatures: Dict[str, bytes] = {}
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
    envelope: Envelope, record: str, keys: Dict[str, bytes], required: Iterable[str], where: str
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
            raise Wrong(
                f"{where}: people 中没有签名者 {keyid[:16]}…", f"{where}: signer {keyid[:16]}… isn't in people"
            )
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


def take_people(holders: Sequence[Any], where: str) -> Dict[str, Person]:
    """Identity statements by key id; no two share an id, a signing key or a sealing key."""
    people: Dict[str, Person] = {}
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


def check_issuers(people: Dict[str, Person], known: Dict[str, Person], where: str) -> None:
    """Each statement's issuer is its own key, or a known one that signed it too."""
    keys = {keyid: each.key for keyid, each in list(known.items()) + list(people.items())}
    for each in people.values():
        if each.issuer not in keys:
            raise Wrong(
                f"{where}: {shown(each.name)} 的签发者未知", f"{where}: who vouches for {shown(each.name)} isn't known"
            )
        check_envelope(each.envelope, "identity", keys, [each.keyid, each.issuer], f"{where} {shown(each.name)}")


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


def follow_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> Optional[Placed]:
    """RFC 9162 §2.1.3.2; the nodes on the left of the path also give the roots of the first `index` (+ 1) leaves."""
    if not 0 <= index < size:
        return None
    here, last = index, size - 1
    root = after = leaf
    before: Optional[bytes] = None
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
    signatures: List[Tuple[str, bytes]]

    def name(self) -> str:
        """The log's name without its incarnation: the name under which the station signs."""
        return re.sub(r"/incarnation/[1-9][0-9]{0,8}\Z", "", self.origin)

    def incarnation(self) -> int:
        """Which incarnation of the journal it is of."""
        found = re.search(r"/incarnation/([1-9][0-9]{0,8})\Z", self.origin)
        return int(found.group(1)) if found else 1


_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


def take_head(note: str, where: str, bare: bool = False) -> Head:
    """A C2SP checkpoint in a signed note; `bare` lets one without signatures pass."""
    bad = Wrong(f"{where}: 不是合规的检查点", f"{where}: not a checkpoint in a signed note")
    text, gap, below = note.rpartition("\n\n")
    if gap:
        text += "\n"
    elif bare:
        text, below = note if note.endswith("\n") else note + "\n", ""
    lines = text.split("\n")
    if not (gap or bare) or any(c < " " and c != "\n" for c in note) or len(lines) < 4 or "" in lines[:-1]:
        raise bad
    if not _SIZE.fullmatch(lines[1]) or (gap and not below.endswith("\n")) or len(note) > 1 << 20:
        raise bad
    root = as_base64(lines[2], where)
    if len(root) != 32 or int(lines[1]) >= 1 << 63:
        raise bad
    signatures = []
    for line in below.split("\n")[:-1]:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:
            raise bad
        if any(c.isspace() for c in parts[1]) or len(signatures) >= 100:
            raise bad
        signatures.append((parts[1], as_base64(parts[2], where)))
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

Mask = Tuple[int, ...]
Kind = Tuple[Mask, str]
Node = Tuple[str, Any]
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

    def __init__(self, kinds: Dict[Kind, int], room: Dict[str, int], spare: int, slots: Sequence[int]) -> None:
        self.slots = slots
        self.room = room
        self.spare = spare
        self.count = {kind: n for kind, n in kinds.items() if kind[0] and self.room_of(kind[1]) > 0}
        self.of_mask: Dict[Mask, List[Kind]] = {}
        self.of_employer: Dict[str, List[Kind]] = {}
        for kind in self.count:
            self.of_mask.setdefault(kind[0], []).append(kind)
            self.of_employer.setdefault(kind[1], []).append(kind)
        self.total: Counter[Kind] = Counter()
        self.held: Counter[Kind] = Counter()
        self.used: Counter[str] = Counter()
        self.at: List[Counter[Kind]] = [Counter() for _ in slots]
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
        came: Dict[Node, Optional[Node]] = {start: None}
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

    def _push(self, came: Dict[Node, Optional[Node]], there: Node) -> None:
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
        self.masks: List[Mask] = []
        self.place: List[int] = []

    def _free(self, starts: Iterable[int], first: int, take: bool) -> Optional[int]:
        """Whether a slot in one of the starts can be got free by moving people from `first` on; the quota it's in."""
        came: Dict[int, Optional[Tuple[int, int]]] = {q: None for q in starts}
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

    def settle(self) -> List[int]:
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

    accepted: List[Tuple[int, int]]
    skipped: List[Tuple[int, str]]


def kinds_of(people: Iterable[Candidate], capped: bool) -> Dict[Kind, int]:
    """Count people by mask and employer; without a cap the employer doesn't matter."""
    if capped:
        return dict(Counter((each.mask, each.employer) for each in people))
    return dict(Counter((each.mask, "") for each in people))


def run_pass(people: Sequence[Tuple[int, Candidate]], cap: Optional[int], used: Dict[str, int], slots: Sequence[int]) -> PassResult:
    """One pass of selection.md over people with their places; `used` counts each employer's people before it."""
    every = sum(slots)
    room = {employer: cap - n for employer, n in used.items()} if cap is not None else {}
    spare = every if cap is None else cap
    choice = Choice(kinds_of((each for _, each in people), cap is not None), room, spare, slots)
    seating = Seating(slots)
    accepted: List[int] = []
    skipped: List[Tuple[int, str]] = []
    taken: Counter[str] = Counter()
    dead: set[Kind] = set()
    shut: set[Mask] = set()
    fits: Dict[Mask, bool] = {}
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
    cap: Optional[int],
    taken: Dict[str, int],
    seating: Seating,
    fits: Dict[Mask, bool],
) -> str:
    if cap is not None and choice.room_of(each.employer) - taken.get(each.employer, 0) <= 0:
        return "employer_full"
    if each.mask not in fits:
        fits[each.mask] = seating.fits(each.mask)
    return "blocks_other_slot" if fits[each.mask] else "no_open_slot"


Quotas = Sequence[Tuple[int, int]]


def open_slots(quotas: Quotas, seated: Sequence[Seat]) -> Tuple[List[int], List[int]]:
    """How many principal and reserve slots of each quota nobody holds."""
    principal = [count for count, _ in quotas]
    reserve = [reserves for _, reserves in quotas]
    for seat in seated:
        (reserve if seat.reserve else principal)[seat.quota] -= 1
    return principal, reserve


def check_selection_input(
    order: Sequence[Candidate], quotas: Quotas, cap: Optional[int], seated: Sequence[Seat]
) -> None:
    """Refuse what selection.md refuses."""
    labels = [each.label for each in order] + [each.label for each in seated]
    if len(set(labels)) != len(labels):
        raise Wrong("标签重复", "a label stands twice")
    for each in [*order, *seated]:
        if not each.label or not each.employer:
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


def select(order: Sequence[Candidate], quotas: Quotas, cap: Optional[int], seated: Sequence[Seat]) -> Dict[str, Any]:
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


def lacking(principal: Sequence[int], reserve: Sequence[int]) -> List[Dict[str, Any]]:
    """What stays open: by quota, principal before reserve."""
    return [
        {"quota": quota, "lacks": row[quota], "reserve": row is reserve}
        for quota in range(len(principal))
        for row in (principal, reserve)
        if row[quota]
    ]


def is_openable(kinds: Dict[Kind, int], quotas: Quotas, cap: Optional[int], seated: Sequence[Seat]) -> bool:
    """Whether a round would accept anybody, in either pass; that depends on no order."""
    used = Counter(seat.employer for seat in seated)
    room = {employer: cap - n for employer, n in used.items()} if cap is not None else {}
    for slots in open_slots(quotas, seated):
        if sum(slots) and Choice(kinds, room, sum(slots) if cap is None else cap, slots).size:
            return True
    return False


def in_order(code: bytes, randomness: bytes, people: Iterable[Candidate]) -> List[Candidate]:
    """People ascending by position: HKDF of code, randomness and label (order.md)."""
    prk = hkdf_extract(code, randomness)
    placed = [(hmac.digest(prk, each.label.encode("utf-8") + b"\x01", "sha256"), each) for each in people]
    placed.sort(key=lambda pair: pair[0])
    return [each for _, each in placed]


def result_bytes(outcome: Dict[str, Any], number: int) -> bytes:
    """A round's result as rounds.md writes it."""
    return house_spelling({**outcome, "round": number})


# ------------------------------------------------------------------------------------------------------------ dice


def dice_fault(digits: str) -> Optional[str]:
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
