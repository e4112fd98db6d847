"""The auditor's form of rechecks against bidders who became known after the draw (`docs/formats/rounds.md`).

With the form: its bidders are the committed ones, and everybody whose pseudonym is a barred employer's fell free.  With
the bank, which knows former employers too: exactly those in conflict did.  No name stands in a refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from drawing.employer import normal_form
from drawing.expert import Expert
from drawing.verify.document import Document
from drawing.verify.replay import Replay
from drawing.verify.report import CheckFailedError
from drawing.verify.table import Table
from vault.jsontext import Reader, dumps
from vault.suite import commitment, hmac_sha256


@dataclass(frozen=True, slots=True)
class OpenedRecheck:
    """What the auditor's form says of one recheck; pairs are (bidder, employer)."""

    nonce: bytes = field(repr=False)
    bidders: tuple[str, ...] = field(repr=False)
    pairs: tuple[tuple[str, str], ...] = field(repr=False)

    def committed(self) -> bytes:
        """Return the bytes that the journal commits to."""
        matches = [{"employer": employer, "recused": bidder} for bidder, employer in self.pairs]
        return dumps({"bidders": list(self.bidders), "matches": matches})

    def barred(self) -> frozenset[str]:
        """Return the normal forms of the employers whose people are in conflict."""
        return frozenset(map(normal_form, (*self.bidders, *(employer for _, employer in self.pairs))))


def read_recheck(item: Reader) -> OpenedRecheck:
    """Read one recheck of the auditor's form.

    Raises:
        MalformedRecordError: where it has another form.
    """
    pairs = []
    nonce, bidders = item.hex_bytes("nonce", 32), item.texts("bidders")
    for match in item.readers("matches"):
        pairs.append((match.text("recused"), match.text("employer")))
        match.end()
    item.end()
    return OpenedRecheck(nonce, bidders, tuple(pairs))


def check_opened(document: Document, opened: Sequence[OpenedRecheck]) -> None:
    """Check that the bidders in the auditor's form are the committed ones, in their one form.

    Raises:
        CheckFailedError: naming the entry whose they aren't.
    """
    entries = document.entries_of("draw.rechecked")
    if len(entries) != len(opened):
        raise CheckFailedError("auditor's form", "it does not open one list of bidders a recheck")
    for entry, one in zip(entries, opened, strict=True):
        body = entry.reader()
        if commitment("bidders", one.nonce, one.committed()) != body.hex_bytes("bidders", 32):
            raise CheckFailedError(entry.place, "what the form opens as its bidders was not committed to")
        if body.integer("names") != len(one.bidders):
            raise CheckFailedError(entry.place, "it was made against another number of names")
        if not _is_canonical(one):
            raise CheckFailedError(entry.place, "its bidders or confirmed employers have another form than they must")


def _is_canonical(one: OpenedRecheck) -> bool:
    forms = {normal_form(name) for name in one.bidders}
    return (
        list(one.bidders) == sorted(one.bidders)
        and len(forms) == len(one.bidders)
        and "" not in forms
        and list(one.pairs) == sorted(set(one.pairs))
        and all(bidder in one.bidders and normal_form(employer) for bidder, employer in one.pairs)
    )


def check_pseudonyms(opened: Sequence[OpenedRecheck], salt: bytes, table: Table, replay: Replay) -> None:
    """Check that nobody kept a seat whose present employer is barred, by the pseudonyms of the table.

    Raises:
        CheckFailedError: naming the entry behind which somebody should have fallen free.
    """
    key = hmac_sha256(salt, b"\x01employer")
    for look in replay.looks:
        barred = {hmac_sha256(key, b"e" + form.encode("utf-8"))[:16].hex() for form in _barred(opened, look.rechecks)}
        if any(table.employers[person] in barred for person in look.people - look.freed):
            raise CheckFailedError(look.entry.place, "somebody in conflict with a bidder did not fall free behind it")


def check_freed(opened: Sequence[OpenedRecheck], experts: Mapping[str, Expert], table: Table, replay: Replay) -> None:
    """Check that exactly those fell free who were in conflict; `experts` maps labels to rows of the bank.

    Raises:
        CheckFailedError: naming the entry behind which somebody did who wasn't, or didn't who was.
    """
    for look in replay.looks:
        barred = _barred(opened, look.rechecks)
        for person in sorted(look.people):
            expert = experts[table.eligible[person]]
            names = (expert.employer, *expert.former_employers)
            if any(normal_form(name) in barred for name in names) is not (person in look.freed):
                problem = "somebody fell free behind it who was not in conflict with a bidder"
                if person not in look.freed:
                    problem = "somebody in conflict with a bidder did not fall free behind it"
                raise CheckFailedError(look.entry.place, problem)


def _barred(opened: Sequence[OpenedRecheck], rechecks: int) -> frozenset[str]:
    return frozenset().union(*(one.barred() for one in opened[:rechecks])) - {""}
