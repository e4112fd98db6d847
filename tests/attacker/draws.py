"""Sealed draws at the desk for an attacker to look at: sixty people whom nothing but the draw sets apart.

Thirty employers have one person of each of two specialties, so that within a specialty all are alike: whoever looks
at the bank and the request alone hits each with the same chance.  Twenty more have other specialties.  Time really
passes, so that what takes longer for one person than for another would show.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from drawing.bank import Bank
from drawing.bankstore import MIGRATIONS, Acceptance, BankStore
from drawing.desk.station import LiveDraw
from drawing.expert import Expert
from drawing.steps import Step
from tests.attacker.pages import raw_pages, rows
from tests.drawing.desk.station import BANK, KEY, Answers, SmallStation, go_on
from tests.fakes.clock import START
from vault.database import migrate, open_engine

EMPLOYERS = 30
SPECIALTIES = ("A0803", "A0602")
SEATS = (4, 3)
QUOTAS = [
    {"specialty": "A0803", "region": None, "site": "main", "count": 3, "reserves": 1},
    {"specialty": "A06", "region": None, "site": "main", "count": 2, "reserves": 1},
]
_SURNAMES, _FIRST, _LAST = "郗蔺郤鄢鄯郓", "岫崟嵩岷岌屿岵峤峣崿", "翀翊翂翚翛翥"
Leak = Callable[[LiveDraw, str, dict[str, Any]], dict[str, Any]]


class ElapsedClock:
    """Begins at a steady time and goes on as time does; it can be held for one reading."""

    def __init__(self) -> None:
        self.moment = START
        self.held: list[datetime] = []
        self._begin = time.monotonic()

    def now(self) -> datetime:
        """Return the time."""
        return self.held.pop() if self.held else self.moment + timedelta(seconds=time.monotonic() - self._begin)


def experts() -> list[Expert]:
    """Sixty who may be drawn and twenty who may not, in no order that means anything."""
    found = [_expert(number, SPECIALTIES[number // EMPLOYERS], number % EMPLOYERS) for number in range(2 * EMPLOYERS)]
    found += [_expert(number, "B01", number % 10) for number in range(2 * EMPLOYERS, 2 * EMPLOYERS + 20)]
    return sorted(found, key=lambda expert: expert.name)


def _expert(number: int, specialty: str, employer: int) -> Expert:
    name = _SURNAMES[number % 6] + _FIRST[number * 7 % 10] + _LAST[number * 5 // 7 % 6] + _FIRST[number // 10]
    return Expert(
        id=f"ZJ{(number * 7919 + 104729) % 1_000_000_007:010d}",
        name=name,
        phone=f"160{(number * 60_662_077 + 31_415_926) % 100_000_000:08d}",
        employer=f"{_FIRST[employer % 10]}{_LAST[employer // 10]}第{employer}工程咨询院",
        specialties=(specialty,),
        region="临州市",
    )


@dataclass(frozen=True)
class Scene:
    """A station's folder between sealing and opening, what lay there before the draw, and who was drawn."""

    folder: Path
    before: tuple[bytes, ...]
    tables_before: dict[str, list[tuple[Any, ...]]]
    live: LiveDraw
    drawn: frozenset[str]
    labels: frozenset[str]
    salt: str


@cache
def _bank() -> Bank:
    return Bank.of(experts())


@cache
def _template() -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "station.db"
        engine = open_engine(path, KEY)
        with engine.connect() as connection:
            migrate(connection, [MIGRATIONS])
        accepted = Acceptance(START - timedelta(days=20), bytes(32), ("keeper", "supervisor"))
        BankStore(engine).import_version(_bank(), BANK, accepted, over=None)
        engine.dispose()
        return path.read_bytes()


@contextmanager
def sealed_draw(folder: Path, seed: str, leak: Leak | None = None) -> Iterator[Scene]:
    """Draw, with a decline and so two rounds, and seal; with a leak every journal body passes through it first."""
    (folder / "draws").mkdir(parents=True)
    (folder / "station.db").write_bytes(_template())
    station = SmallStation.open(folder, seed=seed, clock=ElapsedClock())  # type: ignore[arg-type]
    before, tables = tuple(raw_pages(folder / "station.db", KEY)), rows(folder / "station.db", KEY)
    try:
        live = station.load(station.prepare(quotas=QUOTAS, recusals=[]))
        go_on(live, station.cast, until=Step.FROZEN)
        salt, table = live.secret.salt.hex(), live.secret.table
        labels = frozenset(line[:64] for line in table.split("\n"))
        if leak is not None:
            _spring(live, leak)
        go_on(live, station.cast, Answers({"2": ["declined"]}))
        drawn = frozenset(member.id for member in live.open_list().members)
        yield Scene(folder, before, tables, live, drawn, labels, salt)
    finally:
        station.close()


def _spring(live: LiveDraw, leak: Leak) -> None:
    """Let a leak at what is journaled from now on."""
    write = live.write

    def leaky(kind: str, body: Any, *by: str, **more: Any) -> Any:
        return write(kind, leak(live, kind, dict(body)), *by, **more)

    object.__setattr__(live, "write", leaky)
