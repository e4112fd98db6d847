"""What was sealed and opened, when and by whom (`docs/formats/rounds.md`, `docs/formats/transcript.md`, check 10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drawing.verify.certificate import Certificate
from drawing.verify.document import KEYID, Document, Entry, key_or_null, some_text, some_text_or_null
from drawing.verify.people import People, require_apart
from drawing.verify.report import CheckFailedError
from vault.jsontext import Reader
from vault.roles import Role

_RULE: Final = r"[a-z0-9_]+(\.[a-z0-9_]+)*"


@dataclass(frozen=True, slots=True)
class _Sealing:
    number: int
    box: str
    opening: datetime
    holders: tuple[tuple[str, str], ...]


def check_custody(document: Document, certificate: Certificate, people: People) -> None:
    """Check every sealing, recheck and opening; that they follow one another is a matter of `check_steps`.

    Raises:
        CheckFailedError: naming the entry.
    """
    sealings: list[_Sealing] = []
    boxes: set[str] = set()
    rechecks = reentries = 0
    for entry in document.entries:
        if entry.kind == "draw.sealed":
            sealings.append(_sealed(entry, certificate, len(sealings) + 1, people))
            if sealings[-1].box in boxes:
                raise CheckFailedError(entry.place, "its box is that of another sealing")
            boxes.add(sealings[-1].box)
        elif entry.kind == "draw.rechecked":
            rechecks += 1
            box = _rechecked(entry, rechecks, sealings[-1].holders, people)
            if box in boxes:
                raise CheckFailedError(entry.place, "its box is that of another entry")
            boxes.add(box)
        elif entry.kind == "draw.opened":
            _opened(entry, sealings, people)
        elif entry.kind == "draw.reentered":
            reentries += 1
            if (entry.body.get("approved_by") is not None) is not (reentries > 1):
                raise CheckFailedError(entry.place, "members are replaced again without a second supervisor")


def _sealed(entry: Entry, certificate: Certificate, number: int, people: People) -> _Sealing:
    body = entry.reader()
    sealing = _Sealing(
        body.integer("sealing", 1), body.text("box", pattern=KEYID), body.time("opening"), _holders(body)
    )
    serial = certificate.serial if number == 1 else f"{certificate.serial}-{number}"
    if sealing.number != number or body.text("serial") != serial:
        raise CheckFailedError(entry.place, "its number or serial is not the next")
    if sealing.opening < certificate.opening:
        raise CheckFailedError(entry.place, "it may be opened before the time in the certificate")
    if not {"operator", "supervisor"} <= {role for role, _ in sealing.holders}:
        raise CheckFailedError(entry.place, "its box is not held by operator and supervisor")
    for role, keyid in sealing.holders:
        if keyid in people and people.identity(keyid, entry.place).role.value != role:
            raise CheckFailedError(entry.place, "a holder has another role than their identity")
    if len({keyid for _, keyid in sealing.holders}) != len(sealing.holders):
        raise CheckFailedError(entry.place, "a holder stands there twice")
    broken_rules(entry)
    return sealing


def broken_rules(entry: Entry) -> tuple[str, ...]:
    """Return the ids of the rules that the committee broke at a sealing.

    Raises:
        CheckFailedError, VaultError: where they aren't a list of rules' ids, each once.
    """
    body = entry.reader()
    found = tuple(
        Reader({"rule": rule}, body.where).text("rule", pattern=_RULE, longest=64) for rule in body.items("findings")
    )
    if len(set(found)) != len(found):
        raise CheckFailedError(entry.place, "a broken rule stands there twice")
    return found


def _holders(body: Reader) -> tuple[tuple[str, str], ...]:
    return tuple(_holder(item) for item in body.readers("holders"))


def _holder(item: Reader) -> tuple[str, str]:
    holder = some_text(item, "role"), item.text("keyid", pattern=KEYID)
    some_text(item, "name")
    item.end()
    return holder


def _rechecked(entry: Entry, number: int, holders: Sequence[tuple[str, str]], people: People) -> str:
    """Check a recheck of the sealing that these hold (role and key id); return the digest of the box that it names."""
    body = entry.reader()
    body.integer("names", 1)
    body.text("bidders", pattern=KEYID)
    boxes = [key_or_null(body, name) for name in ("box", "kept")]
    if body.integer("recheck", 1) != number:
        raise CheckFailedError(entry.place, "rechecks do not go up by one")
    named = [box for box in boxes if box is not None]
    if len(named) != 1:
        raise CheckFailedError(entry.place, "it names not one box, of the pool or of the bidders")
    if len(entry.by) != 2 or {("operator", entry.by[0]), ("supervisor", entry.by[1])} - set(holders):
        raise CheckFailedError(entry.place, "it was not made by an operator and a supervisor who hold the list")
    operator = people.identity(entry.by[0], entry.place, Role.OPERATOR)
    require_apart(operator, people.identity(entry.by[1], entry.place, Role.SUPERVISOR), entry.place)
    return named[0]


def _opened(entry: Entry, sealings: Sequence[_Sealing], people: People) -> None:
    body, sealing = entry.reader(), sealings[-1]
    if {("operator", entry.by[0]), ("supervisor", entry.by[1])} - set(sealing.holders):
        raise CheckFailedError(entry.place, "it was not opened by an operator and a supervisor who hold the list")
    if body.text("box") != sealing.box or body.integer("sealing") != sealing.number:
        raise CheckFailedError(entry.place, "it is not the last sealed box")
    reason, approver = some_text_or_null(body, "reason"), key_or_null(body, "approved_by")
    if not body.boolean("early"):
        if (reason, approver) != (None, None):
            raise CheckFailedError(entry.place, "it says why it was early, and that it was not")
        if entry.at < sealing.opening:
            raise CheckFailedError(entry.place, "it was opened before its time and does not say so")
        return
    if not (reason or "").strip():
        raise CheckFailedError(entry.place, "it was opened early without a reason")
    if approver is None:
        raise CheckFailedError(entry.place, "it was opened early without an approval")
    _check_approver(entry, approver, people)


def _check_approver(entry: Entry, approver: str, people: People) -> None:
    """Check that a supervisor approved who isn't the one that opened; `by` are those who opened, then the approver."""
    identity = people.identity(approver, entry.place, Role.SUPERVISOR)
    openers = entry.by[:-1] if entry.by[-1:] == (approver,) else entry.by
    supervisors = [
        other for other in (people.identity(keyid, entry.place) for keyid in openers) if other.role is Role.SUPERVISOR
    ]
    if not supervisors or any(other.person == identity.person for other in supervisors):
        raise CheckFailedError(entry.place, "the early opening was not approved by a second supervisor")
