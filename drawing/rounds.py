"""A draw's rounds: what one starts from, what comes out, and what is due next (`docs/formats/rounds.md`).

`Rounds` joins a draw's record (slots, no people) with the open box's table and the earlier rounds' results (labels).
Everything is computed from these, so a round played again after a crash comes out the same.  Left out: codes, which
the caller brings, and names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drawing.case import outcome_value
from drawing.errors import DrawingError
from drawing.order import Order, ordered, prk
from drawing.pool import eligible_lines, parse_line
from drawing.record import DrawRecord
from drawing.selection import Candidate, Outcome, Quota, Seated, mask_of, principals_only, select
from drawing.steps import CONFIRMED, Occupant, OpenedRound, Slot
from vault.jsontext import JsonValue, Reader, dumps
from vault.suite import digest


class ResultDiffersError(DrawingError):
    """A round played again doesn't give what was journaled."""

    code = "drawing.round.differs"
    what = "Round {round} does not come out as it was recorded."
    todo = "Stop here and keep the station as it is: its box or its journal has been altered."


@dataclass(frozen=True, slots=True)
class Result:
    """A round's result as its bytes say it."""

    number: int
    accepted: tuple[tuple[str, int], ...]
    reserves: tuple[tuple[str, int], ...]

    def label(self, place: int) -> str:
        """Return the label of the `place`-th accepted, principals first."""
        return (self.accepted + self.reserves)[place][0]

    def labels(self) -> Iterator[str]:
        """Return everyone accepted."""
        return (label for label, _ in self.accepted + self.reserves)


@dataclass(frozen=True, slots=True)
class Play:
    """A played round: its result's bytes and digest, and the slots that it fills with their quotas, in order."""

    content: bytes
    digest: bytes
    slots: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of a round's order that was considered: its position and what came of it, never its label.

    `place` counts those accepted, principals first; None for one who was skipped for `reason`.
    """

    position: bytes
    place: int | None
    quota: int | None
    reserve: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Sorting:
    """A round's order: every position, ascending, and the entries that were considered, in their order."""

    positions: tuple[bytes, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Promotion:
    """A reserve who takes a principal slot."""

    reserve: str
    principal: str


@dataclass(frozen=True, slots=True)
class Lack:
    """How many principal slots, or reserve slots, of a quota stay open."""

    quota: int
    lacks: int
    reserve: bool

    def value(self) -> JsonValue:
        """Return it as `short` in `docs/formats/selection.md` has it."""
        return {"quota": self.quota, "lacks": self.lacks, "reserve": self.reserve}


def result_bytes(number: int, outcome: Outcome) -> bytes:
    """Write a round's result."""
    return dumps({"round": number, **outcome_value(outcome)})


def result_digest(content: bytes) -> bytes:
    """Return the digest by which the journal names a result: 32 bytes."""
    return digest("round", content)


def parse_result(content: bytes) -> Result:
    """Read a result's bytes.

    Raises:
        MalformedRecordError: where they have another form.
    """
    reader = Reader.of(content)
    result = Result(reader.integer("round", 1), _people(reader, "accepted"), _people(reader, "reserves"))
    reader.items("skipped")
    reader.items("short")
    reader.end()
    return result


def skipped_in(content: bytes) -> Iterator[tuple[str, str]]:
    """Return whom a result skipped, and why.

    Raises:
        MalformedRecordError: where it has another form.
    """
    for item in Reader.of(content).readers("skipped"):
        yield item.text("label", pattern="[0-9a-f]{64}"), item.text("reason")


def _people(reader: Reader, key: str) -> tuple[tuple[str, int], ...]:
    return tuple((item.text("label", pattern="[0-9a-f]{64}"), item.integer("quota")) for item in reader.readers(key))


class Rounds:
    """The rounds of one draw whose box is open."""

    def __init__(self, record: DrawRecord, table: str) -> None:
        self._record = record
        self._lines = eligible_lines(table)
        self.results: list[Result] = []
        self.contents: list[bytes] = []

    def is_due(self) -> bool:
        """Say whether a round opened now would accept anybody; it doesn't depend on the order."""
        if not (self._record.open_slots(reserve=False) or self._seeks_reserves()):
            return False
        outcome = select(self._candidates(self._uncontacted_labels()), self._quotas(), self._cap(), self._seated())
        return bool(outcome.accepted or outcome.reserves)

    def promotion(self) -> Promotion | None:
        """Return the promotion that is due, lowest principal slot first, or None."""
        for slot in self._record.open_slots(reserve=False):
            reserve = self._record.reserve_for(slot.quota)
            if reserve is not None:
                return Promotion(reserve.name, slot.name)
        return None

    def promotes_first(self) -> bool:
        """Say whether a vacancy is a reserve's before it opens a round: so once the draw has been complete."""
        return self._record.completed_once

    def play(self, number: int, code: bytes) -> Play:
        """Play the round `number` with its code, from the record as it stands."""
        order = Order(prk(code, self._record.randomness), self._uncontacted_labels())
        outcome = select(self._candidates(order.labels()), self._quotas(), self._cap(), self._seated())
        content = result_bytes(number, outcome)
        return Play(content, result_digest(content), tuple(self._fill(outcome)))

    def keep(self, content: bytes) -> None:
        """Take a round's result as known: the next round starts from it."""
        self.contents.append(content)
        self.results.append(parse_result(content))

    def check(self, opened: OpenedRound) -> bytes:
        """Play a journaled round again from the record as it stood before it; return its result's bytes.

        Raises:
            ResultDiffersError: where it comes out otherwise.
        """
        play = self.play(opened.number, opened.code)
        if play.digest != opened.result or play.slots != opened.slots:
            raise ResultDiffersError(round=opened.number)
        return play.content

    def sorting(self, number: int) -> Sorting:
        """Return the order of a round that was opened with the randomness that stands, as everybody may see it."""
        opened, result = self._record.rounds[number - 1], self.results[number - 1]
        before = {label for earlier in self.results[: number - 1] for label in earlier.labels()}
        labels = (label for label in self._lines if label not in before)
        found = ordered(prk(opened.code, self._record.randomness), labels)
        skipped = dict(skipped_in(self.contents[number - 1]))
        accepted = {label: at for at, label in enumerate(result.labels())}
        quotas = [quota for _, quota in result.accepted + result.reserves]
        places = []
        for position, label in found:
            at = accepted.get(label)
            if at is not None:
                places.append(Place(position, at, quotas[at], at >= len(result.accepted), ""))
            elif label in skipped:
                places.append(Place(position, None, None, False, skipped[label]))
        return Sorting(tuple(position for position, _ in found), tuple(places))

    def label_of(self, occupant: Occupant) -> str:
        """Return the label of somebody whom the record knows by round and place."""
        return self.results[occupant.round - 1].label(occupant.place)

    def lacks(self) -> list[Lack]:
        """Return what each quota lacks as the record stands."""
        lacking = []
        for quota in range(len(self._record.frozen().quotas)):
            for reserve in (False, True):
                open_here = sum(slot.quota == quota for slot in self._record.open_slots(reserve))
                if open_here:
                    lacking.append(Lack(quota, open_here, reserve))
        return lacking

    def _seeks_reserves(self) -> bool:
        return not self._record.completed_once and bool(self._record.open_slots(reserve=True))

    def _quotas(self) -> list[Quota]:
        quotas = [Quota(quota.count, quota.reserves) for quota in self._record.frozen().quotas]
        return principals_only(quotas, self._seated()) if self._record.completed_once else quotas

    def _cap(self) -> int | None:
        return self._record.frozen().employer_cap

    def _seated(self) -> list[Seated]:
        return [self._seat(slot) for slot in self._record.committee()]

    def _seat(self, slot: Slot) -> Seated:
        assert slot.occupant is not None
        candidate = self._candidate(self.label_of(slot.occupant))
        return Seated(
            candidate.label,
            candidate.mask,
            candidate.employer,
            slot.quota,
            slot.reserve,
            "confirmed" if slot.state == CONFIRMED else "pending",
        )

    def _contacted(self) -> set[str]:
        return {label for result in self.results for label in result.labels()}

    def _uncontacted_labels(self) -> list[str]:
        contacted = self._contacted()
        return [label for label in self._lines if label not in contacted]

    def _candidates(self, labels: Iterable[str]) -> Iterator[Candidate]:
        return (self._candidate(label) for label in labels)

    def _candidate(self, label: str) -> Candidate:
        line = parse_line(self._lines[label])
        return Candidate(label, mask_of(line.mask), line.employer)

    def _fill(self, outcome: Outcome) -> Iterator[tuple[str, int]]:
        for reserve, people in ((False, outcome.accepted), (True, outcome.reserves)):
            free = self._record.open_slots(reserve)
            for _, quota in people:
                slot = next(slot for slot in free if slot.quota == quota)
                free.remove(slot)
                yield slot.name, quota
