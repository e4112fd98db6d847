"""An attacker with the disk and the database key, and no holder's key: ranks everybody who may have been drawn.

Each strategy gives every eligible expert a score; the highest of each specialty are its guess.  What it knows besides
is what the bank and the request say.  Equal scores are ordered by a hash, so that no order of the bank decides.
"""

import re
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from math import exp, log
from pathlib import Path
from typing import Any

from drawing.expert import Expert
from drawing.order import Order, prk
from drawing.pool import Judged, build_pool, label_of, parse_table
from drawing.selection import Candidate, Quota, mask_of, select
from drawing.signedstep import step_of
from tests.attacker.draws import SEATS, SPECIALTIES, Scene, experts
from tests.attacker.pages import cells, log_pages, raw_pages, rows
from tests.attacker.search import unpacked
from tests.drawing.desk.station import KEY
from vault.journalentry import parse_entry
from vault.jsontext import loads

Scores = Mapping[str, float]
_HEX = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
ELIGIBLE = {
    specialty: tuple(expert for expert in experts() if specialty in expert.specialties) for specialty in SPECIALTIES
}
PEOPLE = tuple(expert for group in ELIGIBLE.values() for expert in group)


@dataclass(frozen=True)
class Loot:
    """What the attacker holds: files, tables, every page that the draw changed, and the bank."""

    folder: Path
    files: tuple[tuple[str, int, int, bytes], ...]
    tables: Mapping[str, list[tuple[Any, ...]]]
    changed: tuple[bytes, ...]
    logged: tuple[int, ...]

    @classmethod
    def of(cls, scene: Scene) -> "Loot":
        """Take everything from a scene; what lay there before the draw is known and left out."""
        files = []
        for path in sorted(scene.folder.rglob("*")):
            if path.is_file():
                found = path.stat()
                data = b"" if path.name.startswith("station.db") else path.read_bytes()
                files.append((path.name, found.st_size, found.st_mtime_ns, data))
        database, known = scene.folder / "station.db", set(scene.before)
        changed = tuple(page for page in raw_pages(database, KEY) if page not in known)
        logged = tuple(number for number, _ in log_pages(scene.folder / "station.db-wal", KEY))
        return cls(scene.folder, tuple(files), rows(database, KEY), changed, logged)

    def entries(self) -> list[Any]:
        """The journal's entries."""
        found = [parse_entry(row[3]) for row in self.tables["vault_journal_entry"]]
        return [step_of(entry)[0] if entry.kind.startswith("draw.") else entry for entry in found]

    @cached_property
    def pieces(self) -> tuple[bytes, ...]:
        """Everything as bytes, unpacked."""
        found = [name.encode("utf-8") for name, _, _, _ in self.files]
        for _, _, _, data in self.files:
            found += unpacked(data)
        for _, value in cells(dict(self.tables)):
            found += unpacked(value)
        return (*found, *self.changed)

    @cached_property
    def secrets(self) -> tuple[bytes, ...]:
        """Everything of 32 bytes that could be a salt or a label."""
        found = {match: None for piece in self.pieces for match in _HEX.findall(piece)}
        return (KEY, bytes(32), *(bytes.fromhex(match.decode("ascii")) for match in found))


ORDERS: Mapping[str, Sequence[Expert]] = {
    "name": experts(),
    "key": sorted(experts(), key=lambda expert: expert.specialties[0]),
    "id": sorted(experts(), key=lambda expert: expert.id),
    "phone": sorted(experts(), key=lambda expert: expert.phone),
    "employer": sorted(experts(), key=lambda expert: (expert.employer, expert.id)),
}


def _pointed_at(numbers: Iterable[int], order: Sequence[Expert], start: int) -> Scores:
    """Each number points at the person at that place in an order of the bank, counted from 0 or from 1."""
    told = Counter(numbers)
    return {expert.id: told[place] for place, expert in enumerate(order, start)}


class _Finder:
    """Finds people by id, name and number, in three encodings, in one reading."""

    def __init__(self, people: Iterable[Expert]) -> None:
        self._whose: dict[bytes, str] = {}
        for expert in people:
            for text in (expert.id, expert.name, expert.phone):
                self._whose |= {text.encode(code): expert.id for code in ("utf-8", "utf-16-le", "gb18030")}
        self._lengths = sorted({len(form) for form in self._whose})
        beginnings = sorted({re.escape(form[:4]) for form in self._whose})
        self._begins = re.compile(b"(?=" + b"|".join(beginnings) + b")")

    def count(self, pieces: Iterable[bytes]) -> Scores:
        """How often each is found."""
        votes: Counter[str] = Counter()
        for piece in pieces:
            for match in self._begins.finditer(piece):
                for length in self._lengths:
                    person = self._whose.get(piece[match.start() : match.start() + length])
                    votes.update([person] if person else [])
        return votes


_FINDER = _Finder(PEOPLE)


def _mentioned(loot: Loot) -> Scores:
    return _FINDER.count(loot.pieces)


def _labels(loot: Loot) -> Scores:
    """Take each value for the salt: look for the labels that it gives, and draw again where they give the table."""
    known, votes = {value.hex() for value in loot.secrets}, Counter[str]()
    frozen = next(entry.body for entry in loot.entries() if entry.kind == "draw.frozen")
    root = str(_payload(frozen["certificate"])["table_root"])
    for value in loot.secrets:
        for expert in PEOPLE:
            votes[expert.id] += label_of(value, expert.id) in known
            votes[expert.id] += sha256(value + expert.id.encode()).hexdigest() in known
        votes.update(_drawn_again(loot, value, root))
    return votes


def _payload(envelope: Any) -> Any:
    return loads(b64decode(envelope["payload"]))


def _drawn_again(loot: Loot, salt: bytes, root: str) -> Counter[str]:
    masks: dict[str, tuple[int, ...]] = {specialty: (place,) for place, specialty in enumerate(SPECIALTIES)}
    ids = [expert.id for expert in PEOPLE]
    judged = Judged(ids, [masks[expert.specialties[0]] for expert in PEOPLE], [expert.employer for expert in PEOPLE])
    pool = build_pool(judged, salt)
    if pool.root.hex() != root:
        return Counter()
    people = dict(zip((line.label for line in parse_table(pool.table)), pool.ids, strict=True))
    lines = {line.label: Candidate(line.label, mask_of(line.mask), line.employer) for line in parse_table(pool.table)}
    randomness = next(str(entry.body["randomness"]) for entry in loot.entries() if entry.kind == "draw.seeded")
    votes: Counter[str] = Counter()
    for entry in loot.entries():
        if entry.kind == "draw.round_opened" and entry.body["round"] == 1:
            order = Order(prk(bytes.fromhex(str(entry.body["code"])), randomness), lines)
            taken = select((lines[label] for label in order.labels()), [Quota(3, 1), Quota(2, 1)], 1)
            votes.update({people[label]: 100 for label, _ in (*taken.accepted, *taken.reserves)})
    return votes


def _whole_numbers(value: Any) -> Iterator[int]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, int):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _whole_numbers(item)


def milliseconds(moment: datetime) -> int:
    """A time as whole milliseconds."""
    return round(moment.timestamp() * 1000)


def _stamps(loot: Loot, *kinds: str) -> list[int]:
    return [milliseconds(entry.at) for entry in loot.entries() if not kinds or entry.kind in kinds]


def _gaps(stamps: Iterable[int]) -> list[int]:
    return [later - earlier for earlier, later in pairwise(stamps)]


def _sizes(loot: Loot) -> list[int]:
    return [size for _, size, _, _ in loot.files] + [len(row[3]) for row in loot.tables["vault_journal_entry"]]


def _written(loot: Loot) -> list[int]:
    return sorted(stamp // 1_000_000 for _, _, stamp, _ in loot.files)


def _figures(loot: Loot) -> list[int]:
    return [*(value for row in loot.tables["figures"] for value in row), *loot.logged]


NUMBERS: Mapping[str, Callable[[Loot], Iterable[int]]] = {
    "numbers in the journal": lambda loot: _whole_numbers([entry.body for entry in loot.entries()]),
    "times of entries": lambda loot: [stamp % len(experts()) for stamp in _stamps(loot)],
    "times of answers": lambda loot: [stamp % len(experts()) for stamp in _stamps(loot, "draw.answered")],
    "times between entries": lambda loot: _gaps(_stamps(loot)),
    "times of files": lambda loot: [stamp % len(experts()) for stamp in _written(loot)],
    "times between files": lambda loot: _gaps(_written(loot)),
    "sizes of files, boxes and entries": _sizes,
    "what is left of sizes": lambda loot: [size % len(experts()) for size in _sizes(loot)],
    "figures of the database and its log": _figures,
}


def _pages(loot: Loot) -> Scores:
    """Who is mentioned on pages that the draw wrote, free ones and old ones too."""
    return _FINDER.count(loot.changed)


def _table_order(loot: Loot) -> Scores:
    """Who stands early in the bank's tables as they are read now."""
    votes: dict[str, float] = {}
    for place, row in enumerate(loot.tables["drawing_bank_row"]):
        votes |= {expert.id: -place for expert in PEOPLE if expert.id.encode("utf-8") in row[3]}
    return votes


def _marked(loot: Loot) -> Scores:
    """Whose row differs in anything but itself: versions, or a table that names them by their key."""
    keys = {row[0]: row for row in loot.tables["drawing_bank_row"]}
    usual = Counter((row[1], row[2]) for row in keys.values()).most_common(1)[0][0]
    votes: Counter[str] = Counter()
    for person, key in loot.tables["drawing_bank_id"]:
        votes[person] += (keys[key][1], keys[key][2]) != usual
    for row in loot.tables["drawing_closed_seat"]:
        votes[row[1]] += 1
    return votes


def _profiles(loot: Loot) -> Scores:
    """Who has colleagues in the pool, weighed by how often the journal speaks of an answer."""
    colleagues = Counter(expert.employer for expert in experts())
    answers = sum(entry.kind == "draw.answered" for entry in loot.entries())
    return {expert.id: colleagues[expert.employer] * answers for expert in PEOPLE}


def _digests(loot: Loot) -> Scores:
    """Whose hash is near one of the values that stand open: no more than a wish."""
    values = [int.from_bytes(value, "big") for value in loot.secrets]
    hashes = {expert.id: int.from_bytes(sha256(expert.id.encode()).digest(), "big") for expert in PEOPLE}
    return {person: -float(min(abs(hash_ - value) for value in values)) for person, hash_ in hashes.items()}


STRATEGIES: Mapping[str, Callable[[Loot], Scores]] = {
    "mentioned anywhere": _mentioned,
    "labels and salts": _labels,
    "pages that were written": _pages,
    "order of the tables": _table_order,
    "marks in the bank": _marked,
    "profiles of employers": _profiles,
    "nearest digests": _digests,
}


@dataclass(frozen=True)
class Tally:
    """What one way of guessing reached in one specialty over many draws."""

    strategy: str
    specialty: str
    trials: int
    chance: float
    hits: int


def attack(scenes: Iterable[tuple[Loot, frozenset[str]]]) -> list[Tally]:
    """Let every strategy guess at every draw: by its scores, by how these differ from their mean, and backwards."""
    scores: dict[str, list[Scores]] = {name: [] for name in STRATEGIES}
    drawn = []
    for loot, people in scenes:
        drawn.append(people)
        for name, strategy in STRATEGIES.items():
            scores[name].append(strategy(loot))
        for source, numbers in NUMBERS.items():
            told = list(numbers(loot))
            for order, known in ORDERS.items():
                for start in (0, 1):
                    way = f"{source}, by {order} from {start}"
                    scores.setdefault(way, []).append(_pointed_at(told, known, start))
    tallies = []
    for name, found in scores.items():
        for way, ranked in {"": found, ", against the mean": _against_mean(found)}.items():
            for sign, direction in ((1, ""), (-1, ", backwards")):
                tallies += _tallied(name + way + direction, ranked, drawn, sign)
    return tallies


def _against_mean(found: Sequence[Scores]) -> list[Scores]:
    means = {expert.id: sum(scores.get(expert.id, 0) for scores in found) / len(found) for expert in PEOPLE}
    return [{person: scores.get(person, 0) - mean for person, mean in means.items()} for scores in found]


def _tallied(name: str, ranked: Sequence[Scores], drawn: Sequence[frozenset[str]], sign: int) -> list[Tally]:
    tallies = []
    for (specialty, group), seats in zip(ELIGIBLE.items(), SEATS, strict=True):
        hits = 0
        for draw, (scores, people) in enumerate(zip(ranked, drawn, strict=True)):
            hits += len(people & _guess(f"{name}/{draw}", group, scores, sign, seats))
        tallies.append(Tally(name, specialty, len(drawn) * seats, seats / len(group), hits))
    return tallies


def _guess(salt: str, group: Iterable[Expert], scores: Scores, sign: int, seats: int) -> set[str]:
    """As many as there are seats, the highest scores first, equal ones by a hash."""

    def rank(expert: Expert) -> tuple[float, bytes]:
        return (-sign * float(scores.get(expert.id, 0)), sha256(f"{salt}/{expert.id}".encode()).digest())

    return {expert.id for expert in sorted(group, key=rank)[:seats]}


def bound(trials: int, chance: float, risk: float) -> int:
    """The least number of hits that chance reaches with a probability of at most `risk` (Chernoff, Hoeffding 1963)."""
    for hits in range(int(trials * chance) + 1, trials + 1):
        share = hits / trials
        rest = 0.0 if share == 1 else (1 - share) * log((1 - share) / (1 - chance))
        if exp(-trials * (share * log(share / chance) + rest)) <= risk:
            return hits
    return trials + 1
