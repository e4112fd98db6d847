"""A draw's rounds, answers and promotions played again (`docs/formats/rounds.md`), from the table and the journal.

Every entry is taken in its order: a round must be one that can be opened, and come out as its result says; nobody is
promoted, and nothing ends, while a round is due.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from drawing.verify.certificate import Certificate, Quota
from drawing.verify.document import KEYID, Document, Entry, some_text
from drawing.verify.positions import Ascending, round_key
from drawing.verify.report import CheckFailedError
from drawing.verify.rule import Outcome, Pool, Seats, can_open, select_round, shortage
from drawing.verify.seed import RoundSeed
from drawing.verify.table import Table
from vault.errors import MalformedRecordError
from vault.jsontext import Reader, dumps, loads
from vault.suite import digest

_OPEN, _PENDING, _CONFIRMED = "open", "pending", "confirmed"
_REASONS = ("conflict", "withdrawn", "absent")


@dataclass(slots=True)
class Slot:
    """A slot, and who sits in it: their place among the eligible, and the round and place in which they came."""

    name: str
    quota: int
    reserve: bool
    state: str = _OPEN
    person: int = -1
    came: tuple[int, int] = (0, 0)
    attempts: int = 0

    def seat(self, person: int, came: tuple[int, int], state: str, attempts: int) -> None:
        """Put somebody in."""
        self.person, self.came, self.state, self.attempts = person, came, state, attempts

    def empty(self) -> None:
        """Open the slot."""
        self.seat(-1, (0, 0), _OPEN, 0)


@dataclass(slots=True)
class Look:
    """Whose conflicts were looked for at a recheck, or behind a round after one: who they were, and who fell free."""

    entry: Entry
    rechecks: int
    people: frozenset[int]
    freed: set[int] = field(default_factory=set)


def slots_of(quotas: Sequence[Quota]) -> dict[str, Slot]:
    """Return all slots open: `1`, `2`, … and then `R1`, `R2`, …, by quota."""
    principal = [quota for quota, asked in enumerate(quotas) for _ in range(asked.count)]
    reserve = [quota for quota, asked in enumerate(quotas) for _ in range(asked.reserves)]
    slots = [Slot(str(number), quota, False) for number, quota in enumerate(principal, 1)]
    slots += [Slot(f"R{number}", quota, True) for number, quota in enumerate(reserve, 1)]
    return {slot.name: slot for slot in slots}


def result_bytes(number: int, outcome: Outcome, label: Callable[[int], str]) -> bytes:
    """Write a round's result."""
    return dumps(
        {
            "round": number,
            "accepted": [{"label": label(person), "quota": quota} for person, quota in outcome.accepted],
            "reserves": [{"label": label(person), "quota": quota} for person, quota in outcome.reserves],
            "skipped": [{"label": label(person), "reason": reason} for person, reason in outcome.skipped],
            "short": outcome.short(),
        }
    )


class Replay:
    """The state of a draw while its entries are taken."""

    def __init__(self, document: Document, certificate: Certificate, table: Table, seeds: Sequence[RoundSeed]) -> None:
        self._document, self._certificate, self._table, self._seeds = document, certificate, table, seeds
        self.slots = slots_of(certificate.quotas)
        self.contacted: set[int] = set()
        self.rounds = 0
        self.ended = False
        self.by_hand = 0
        self.rechecks = 0
        self.looks: list[Look] = []
        self._behind: str = ""
        self._owed: Entry | None = None

    def run(self) -> None:
        """Take every entry.

        Raises:
            CheckFailedError: naming the entry or round that isn't as it should be.
        """
        for entry in self._document.entries:
            take = _TAKES.get(entry.kind)
            if take is not None:
                take(self, entry, entry.reader())
            if entry.kind == "draw.vacated":
                self._owed = None
                continue
            if self._owed is not None:
                raise CheckFailedError(self._owed.place, "no slot fell free behind it")
            self._behind, self._owed = entry.kind, entry if entry.kind == "draw.reentered" else None
        if len(self._document.results) != self.rounds:
            raise CheckFailedError("results", "there is not one a round")
        for look in self.looks:
            if look.entry.body.get("box") is not None and not look.freed:
                raise CheckFailedError(look.entry.place, "it has a new pool's box, and nobody fell free")

    def committee(self) -> tuple[tuple[str, str], ...]:
        """Return who sits: slot and label, principal slots first."""
        return tuple((s.name, self._table.eligible[s.person]) for s in self.slots.values() if s.state != _OPEN)

    def open_counts(self, *, reserve: bool) -> tuple[int, ...]:
        """Return how many principal or reserve slots of each quota are open."""
        counts = Counter(slot.quota for slot in self.slots.values() if slot.reserve is reserve and slot.state == _OPEN)
        return tuple(counts[quota] for quota in range(len(self._certificate.quotas)))

    def _seats(self) -> Seats:
        principal, reserve = self.open_counts(reserve=False), self.open_counts(reserve=True)
        if self.ended:
            reserve = (0,) * len(reserve)
        seated = [slot.person for slot in self.slots.values() if slot.state != _OPEN]
        employed = Counter(self._table.employers[person] for person in seated)
        return Seats(principal, reserve, employed, self._certificate.employer_cap)

    def _pool(self) -> Pool:
        return Pool(self._table.masks, self._table.employers, frozenset(self.contacted))

    def _can_open(self) -> bool:
        return can_open(self._pool(), self._seats())

    def _reserve_for(self, quota: int) -> Slot | None:
        seated = [s for s in self.slots.values() if s.reserve and s.quota == quota and s.state != _OPEN]
        return min(seated, key=lambda slot: slot.came, default=None)

    def _is_promotion_due(self) -> bool:
        open_quotas = {slot.quota for slot in self.slots.values() if not slot.reserve and slot.state == _OPEN}
        return any(self._reserve_for(quota) is not None for quota in open_quotas)

    def _slot(self, entry: Entry, name: str) -> Slot:
        if name not in self.slots:
            raise CheckFailedError(entry.place, "there is no slot {slot}", slot=name)
        return self.slots[name]

    def _round_opened(self, entry: Entry, body: Reader) -> None:
        number = self.rounds + 1
        if body.integer("round", 1) != number:
            raise CheckFailedError(entry.place, "rounds do not go up by one")
        if self.ended and self._is_promotion_due():
            raise CheckFailedError(entry.place, "a reserve was due for the vacancy before a round")
        if not self._can_open():
            raise CheckFailedError(entry.place, "a round was opened where nobody can be accepted")
        seed = self._seeds[number - 1]
        order = Ascending(round_key(seed.code, seed.randomness), self._table.messages, self.contacted)
        outcome = select_round(order.__getitem__, self._pool(), self._seats())
        content = result_bytes(number, outcome, self._table.eligible.__getitem__)
        self._compare_result(number, content)
        if body.hex_bytes("result", 32) != digest("round", content):
            raise CheckFailedError("round {round}", "the journal's digest is not that of the result", round=number)
        stated = [_seat(item) for item in body.readers("slots")]
        if stated != self._fill(number, outcome):
            raise CheckFailedError("round {round}", "the slots filled are not those that the rule gives", round=number)
        self.rounds = number
        if self.rechecks:
            self._look(entry, (slot.person for slot in self.slots.values() if slot.came[0] == number))

    def _look(self, entry: Entry, people: Iterable[int]) -> None:
        self.looks.append(Look(entry, self.rechecks, frozenset(people)))

    def _compare_result(self, number: int, content: bytes) -> None:
        if len(self._document.results) < number:
            raise CheckFailedError("round {round}", "its result is missing", round=number)
        stated = self._document.results[number - 1]
        if stated != content:
            raise CheckFailedError(
                "round {round}",
                "its result is not what the rule gives: {part} differs",
                round=number,
                part=_differing(stated, content),
            )

    def _fill(self, number: int, outcome: Outcome) -> list[tuple[str, int]]:
        filled: list[tuple[str, int]] = []
        for reserve, people in ((False, outcome.accepted), (True, outcome.reserves)):
            for person, quota in people:
                slot = next(
                    s for s in self.slots.values() if s.reserve is reserve and s.quota == quota and s.state == _OPEN
                )
                slot.seat(person, (number, len(filled)), _PENDING, 0)
                filled.append((slot.name, quota))
                self.contacted.add(person)
        return filled

    def _awaited(self, entry: Entry, body: Reader) -> Slot:
        slot = self._slot(entry, body.text("slot"))
        if slot.state != _PENDING or slot.came[0] != body.integer("round", 1):
            raise CheckFailedError(entry.place, "nobody of that round is awaited in slot {slot}", slot=slot.name)
        return slot

    def _called(self, entry: Entry, body: Reader) -> None:
        slot = self._awaited(entry, body)
        attempt = body.integer("attempt", 1)
        if attempt != slot.attempts + 1:
            raise CheckFailedError(entry.place, "its attempt does not follow the one before")
        slot.attempts = attempt
        self.by_hand += body.boolean("by_hand")

    def _answered(self, entry: Entry, body: Reader) -> None:
        slot = self._awaited(entry, body)
        body.boolean("by_hand")
        body.text("keys")
        body.time("answered_at")
        if body.integer("attempts") != slot.attempts:
            raise CheckFailedError(entry.place, "its number of attempts is not that of the calls before it")
        if some_text(body, "outcome") == _CONFIRMED:
            slot.state = _CONFIRMED
        else:
            slot.empty()

    def _promoted(self, entry: Entry, body: Reader) -> None:
        reserve, principal = self._slot(entry, body.text("from")), self._slot(entry, body.text("to"))
        if principal.reserve or principal.state != _OPEN:
            raise CheckFailedError(entry.place, "slot {slot} is no open principal slot", slot=principal.name)
        if reserve is not self._reserve_for(principal.quota):
            raise CheckFailedError(entry.place, "{slot} is not the quota's earliest reserve", slot=reserve.name)
        if not self.ended and self._can_open():
            raise CheckFailedError(entry.place, "a round was due before a promotion")
        principal.seat(reserve.person, reserve.came, reserve.state, reserve.attempts)
        reserve.empty()

    def _vacated(self, entry: Entry, body: Reader) -> None:
        slot = self._slot(entry, body.text("slot"))
        reason = body.choice("reason", _REASONS)
        if slot.state == _OPEN:
            raise CheckFailedError(entry.place, "nobody sits in slot {slot}", slot=slot.name)
        if self._behind != "draw.reentered":
            if not self.rechecks or self._behind not in ("draw.rechecked", "draw.round_opened"):
                raise CheckFailedError(entry.place, "nothing gave a reason for it")
            look = self.looks[-1]
            if reason != "conflict" or slot.person not in look.people:
                raise CheckFailedError(entry.place, "it is no conflict with a bidder that was found there")
            look.freed.add(slot.person)
        slot.empty()

    def _completed(self, entry: Entry, body: Reader) -> None:
        self._end(entry, body)
        if any(self.open_counts(reserve=False)):
            raise CheckFailedError(entry.place, "a principal slot is open")

    def _short(self, entry: Entry, body: Reader) -> None:
        self._end(entry, body)
        if not any(self.open_counts(reserve=False)):
            raise CheckFailedError(entry.place, "no principal slot is open")

    def _end(self, entry: Entry, body: Reader) -> None:
        if any(slot.state == _PENDING for slot in self.slots.values()):
            raise CheckFailedError(entry.place, "somebody has not answered yet")
        if self._can_open():
            raise CheckFailedError(entry.place, "a round was due")
        if self._is_promotion_due():
            raise CheckFailedError(entry.place, "a promotion was due")
        lacks = shortage(self.open_counts(reserve=False), self.open_counts(reserve=True))
        if dumps(body.items("lacks")) != dumps(lacks):
            raise CheckFailedError(entry.place, "what it says is lacking is not what is")
        self.ended = True

    def _reentered(self, entry: Entry, body: Reader) -> None:
        body.text("box", pattern=KEYID)
        if not body.text("reason").strip():
            raise CheckFailedError(entry.place, "no reason is given")

    def _rechecked(self, entry: Entry, _body: Reader) -> None:
        self.rechecks += 1
        self._look(entry, (slot.person for slot in self.slots.values() if slot.state != _OPEN))


_TAKES: Mapping[str, Callable[[Replay, Entry, Reader], None]] = {
    "draw.round_opened": Replay._round_opened,
    "draw.called": Replay._called,
    "draw.answered": Replay._answered,
    "draw.promoted": Replay._promoted,
    "draw.vacated": Replay._vacated,
    "draw.completed": Replay._completed,
    "draw.short": Replay._short,
    "draw.reentered": Replay._reentered,
    "draw.rechecked": Replay._rechecked,
}


def _seat(item: Reader) -> tuple[str, int]:
    seat = item.text("slot"), item.integer("quota")
    item.end()
    return seat


def _differing(stated: bytes, content: bytes) -> str:
    """Name the first part in which two results differ."""
    ours = loads(content)
    try:
        theirs = loads(stated)
    except MalformedRecordError:
        return "JSON"
    if not isinstance(theirs, Mapping) or not isinstance(ours, Mapping):
        return "JSON"
    return next((name for name in ours if theirs.get(name) != ours[name]), "spelling")


def check_committee(document: Document, replay: Replay) -> None:
    """Compare the committee that the transcript states with the one at the end of the replay.

    Raises:
        CheckFailedError: naming the first slot that differs.
    """
    found = replay.committee()
    if document.committee == found:
        return
    seats = dict(found)
    wrong = next((slot for slot, label in document.committee if seats.get(slot) != label), None)
    missing = next((slot for slot in seats if slot not in dict(document.committee)), None)
    raise CheckFailedError(
        "committee", "slot {slot} is stated otherwise than the rounds give it", slot=wrong or missing or "?"
    )
