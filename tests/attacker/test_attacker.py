"""Between sealing and opening: disk and database key alone tell nobody who was drawn.

Every strategy guesses as many people of a specialty as were drawn; its hits over all draws must stay under what chance
reaches once in ten million.  The leaks show that the same strategies find what is let slip in as few as eight draws.
"""

import shutil
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from drawing.desk.filling import expert_in
from drawing.desk.station import LiveDraw
from tests.attacker.attack import ELIGIBLE, NUMBERS, ORDERS, STRATEGIES, Loot, Tally, attack, bound, milliseconds
from tests.attacker.draws import SEATS, ElapsedClock, Leak, experts, sealed_draw
from vault.database import writing

RISK = 1e-7
DRAWS, SOAKED, LEAKING = 60, 400, 8


def looted(folder: Path, count: int, leak: Leak | None = None) -> Iterator[tuple[Loot, frozenset[str]]]:
    """Take the loot of so many draws, one after the other; each station is taken away behind it."""
    for number in range(count):
        with sealed_draw(folder / str(number), f"draw {number}", leak) as scene:
            found = Loot.of(scene)
        shutil.rmtree(folder / str(number))
        yield found, scene.drawn


def too_good(tallies: list[Tally]) -> list[Tally]:
    """The ways of guessing that are better than chance."""
    return [tally for tally in tallies if tally.hits >= bound(tally.trials, tally.chance, RISK)]


def require_chance(folder: Path, count: int) -> None:
    """No way of guessing is better than chance, and nobody is drawn more often than chance has it."""
    often: Counter[str] = Counter()

    def noted() -> Iterator[tuple[Loot, frozenset[str]]]:
        for loot, drawn in looted(folder, count):
            assert len(drawn) == sum(SEATS)
            often.update(drawn)
            yield loot, drawn

    tallies = attack(noted())
    assert len(tallies) == (len(STRATEGIES) + len(NUMBERS) * len(ORDERS) * 2) * 4 * len(ELIGIBLE)
    assert too_good(tallies) == []
    for group, seats in zip(ELIGIBLE.values(), SEATS, strict=True):
        most = bound(count, seats / len(group), RISK)
        assert all(often[expert.id] < most for expert in group)


def test_no_strategy_beats_chance(tmp_path: Path) -> None:
    require_chance(tmp_path, DRAWS)


@pytest.mark.soak
def test_no_strategy_beats_chance_over_many_draws(tmp_path: Path) -> None:
    require_chance(tmp_path, SOAKED)


# ---- what the same strategies find where something is let slip


def _person(live: LiveDraw, body: dict[str, Any]) -> str:
    return expert_in(live, live.record.slots[str(body["slot"])]).id


def _place(live: LiveDraw, body: dict[str, Any]) -> int:
    return sorted(expert.id for expert in experts()).index(_person(live, body))


def names_in_journal(live: LiveDraw, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "expert": _person(live, body)} if kind == "draw.answered" else body


def places_in_journal(live: LiveDraw, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "row": _place(live, body)} if kind == "draw.answered" else body


def salt_in_journal(live: LiveDraw, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "salt": live.secret.salt.hex()} if kind == "draw.sealed" else body


def labels_in_journal(live: LiveDraw, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    if kind != "draw.sealed":
        return body
    labels = [live.rounds.label_of(slot.occupant) for slot in live.record.committee() if slot.occupant]
    return {**body, "salt": live.secret.salt.hex(), "labels": list(labels)}


def scratch_table(live: LiveDraw, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Names in a table that is dropped again."""
    if kind == "draw.completed":
        _execute(live.station.engine, "CREATE TABLE scratch (name TEXT)")
        for slot in live.record.committee():
            _execute(live.station.engine, "INSERT INTO scratch VALUES (?)", expert_in(live, slot).name)
        _execute(live.station.engine, "DROP TABLE scratch")
    return body


def marked_rows(live: LiveDraw, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    if kind == "draw.sealed":
        query = "UPDATE drawing_bank_row SET since = 2 WHERE key = (SELECT key FROM drawing_bank_id WHERE id = ?)"
        for slot in live.record.committee():
            _execute(live.station.engine, query, expert_in(live, slot).id)
    return body


def telling_times(live: LiveDraw, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Entries whose last digits of time are the person's place."""
    if kind == "draw.answered":
        clock, place = live.station.clock, _place(live, body)
        assert isinstance(clock, ElapsedClock)
        now = clock.now().replace(microsecond=0)
        told = now + timedelta(milliseconds=(place - milliseconds(now)) % len(experts()))
        while told < clock.now():
            told += timedelta(milliseconds=len(experts()))
        while clock.now() < told:
            time.sleep(0.01)
        clock.held += [told, told]  # asked for whether identities hold, and for the entry
    return body


def telling_sizes(live: LiveDraw, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    if kind == "draw.answered":
        (live.folder.root / f"{body['slot']}-{body['round']}.tmp").write_bytes(bytes(_place(live, body)))
    return body


def _execute(engine: Engine, query: str, *values: object) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(query, values)


@pytest.mark.parametrize(
    ("leak", "strategy"),
    [
        (names_in_journal, "mentioned anywhere"),
        (places_in_journal, "numbers in the journal"),
        (salt_in_journal, "labels and salts"),
        (labels_in_journal, "labels and salts"),
        (scratch_table, "pages that were written"),
        (marked_rows, "marks in the bank"),
        (telling_times, "times of answers"),
        (telling_sizes, "sizes of files, boxes and entries"),
    ],
)
def test_what_is_let_slip_is_found(tmp_path: Path, leak: Leak, strategy: str) -> None:
    found = {tally.strategy for tally in too_good(attack(looted(tmp_path, LEAKING, leak)))}
    assert any(tally.startswith(strategy) for tally in found)


def test_bound_is_what_chance_rarely_reaches() -> None:
    assert bound(240, 4 / 30, 1e-6) > 240 * 4 / 30
    assert bound(1, 0.5, 1e-6) == 2
    assert bound(100, 0.1, 1e-12) > bound(100, 0.1, 1e-6) > bound(100, 0.1, 0.5)
