"""Rounds computed from a record and an open table, apart from the desk."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from drawing.desk.station import LiveDraw
from drawing.order import CodeMismatchError, Order, position, prk
from drawing.pool import Line, eligible_lines, parse_table
from drawing.record import DrawRecord
from drawing.rounds import (
    Lack,
    ResultDiffersError,
    Rounds,
    parse_result,
    result_bytes,
    result_digest,
)
from drawing.selection import Outcome, Shortage
from drawing.steps import CONFIRMED, RecordBrokenError, Slot, Step
from tests.drawing.brute import brute_select
from tests.drawing.desk.station import Answers, SmallStation, fill
from tests.drawing.said import steps_of
from vault.errors import MalformedRecordError
from vault.jsontext import JsonValue, dumps, loads
from vault.suite import digest

A, B = "a" * 64, "b" * 64


@pytest.fixture
def live(station: SmallStation) -> LiveDraw:
    return station.drawn_to(Step.COMPLETE, Answers({"1": ["declined"], "4": ["declined", "declined"]}))


class TestResultBytes:
    def test_they_are_spelled_as_the_page_says(self) -> None:
        outcome = Outcome(((A, 0),), ((B, 1),), (("c" * 64, "employer_full"),), (Shortage(1, 2, 1),))
        content = result_bytes(3, outcome)
        expected = (
            f'{{"accepted":[{{"label":"{A}","quota":0}}],"reserves":[{{"label":"{B}","quota":1}}],"round":3,'
            '"short":[{"lacks":2,"quota":1,"reserve":false},{"lacks":1,"quota":1,"reserve":true}],'
            f'"skipped":[{{"label":"{"c" * 64}","reason":"employer_full"}}]}}'
        )
        assert content.decode() == expected
        assert result_digest(content) == digest("round", content)
        result = parse_result(content)
        assert (result.number, list(result.labels())) == (3, [A, B])
        assert (result.label(0), result.label(1)) == (A, B)

    @pytest.mark.parametrize(
        "change",
        [
            {"round": 0},
            {"accepted": [{"label": "a", "quota": 0}]},
            {"accepted": {}},
            {"reserves": [{"label": A}]},
            {"short": None},
            {"more": 1},
        ],
    )
    def test_another_form_is_refused(self, change: dict[str, Any]) -> None:
        good: dict[str, Any] = {"accepted": [], "reserves": [], "round": 1, "short": [], "skipped": []}
        assert list(parse_result(dumps(good)).labels()) == []
        with pytest.raises(MalformedRecordError):
            parse_result(dumps(good | change))

    def test_what_a_quota_lacks_reads_as_in_a_selection(self) -> None:
        assert Lack(1, 2, True).value() == {"quota": 1, "lacks": 2, "reserve": True}


def seated(live: LiveDraw, lines: dict[str, Line], slot: Slot) -> dict[str, Any]:
    assert slot.occupant is not None
    line = lines[live.rounds.label_of(slot.occupant)]
    state = "confirmed" if slot.state == CONFIRMED else "pending"
    person = {"label": line.label, "mask": list(line.mask), "employer": line.employer}
    return {**person, "quota": slot.quota, "reserve": slot.reserve, "state": state}


class TestReplay:
    def test_every_round_is_what_the_rule_gives_for_the_state_before_it(self, home: Path) -> None:
        """Against the slow enumeration of the written rule, on a pool small enough for it."""
        station = SmallStation.make(home / "few", size=11, employers=9)
        live = station.drawn_to(Step.COMPLETE, Answers({"1": ["declined"], "4": ["declined"]}), recusals=[])
        lines = {line.label: line for line in parse_table(live.secret.table) if line.mask}
        record, left = DrawRecord(), dict(lines)
        for entry in steps_of(station, subject=live.draw):
            if entry.kind == "draw.round_opened":
                number = len(record.rounds)
                order = Order(prk(live.record.rounds[number].code, record.randomness), left)
                slow = brute_select(
                    {
                        "order": [
                            {"label": one, "mask": list(lines[one].mask), "employer": lines[one].employer}
                            for one in order.labels()
                        ],
                        "quotas": [{"count": 3, "reserves": 1}, {"count": 2, "reserves": 0}],
                        "employer_cap": 1,
                        "seated": [seated(live, lines, slot) for slot in record.committee()],
                    }
                )
                result = loads(live.rounds.contents[number])
                assert result == {"round": number + 1, **slow}
                for label in live.rounds.results[number].labels():
                    del left[label]
            record.apply(entry)
        assert len(record.rounds) >= 2
        station.close()

    def test_positions_ascend_within_a_round_and_nobody_comes_twice(self, live: LiveDraw) -> None:
        seen: Counter[str] = Counter()
        for opened, result in zip(live.record.rounds, live.rounds.results, strict=True):
            key = prk(opened.code, live.record.randomness)
            for people in (result.accepted, result.reserves):
                places = [position(key, label) for label, _ in people]
                assert all(low < high for low, high in pairwise(places))
            seen.update(result.labels())
        assert set(seen.values()) == {1}

    def test_a_result_that_the_journal_does_not_name_is_found(self, station: SmallStation) -> None:
        draw = station.drawn_to(Step.SEEDED)
        before = Rounds(DrawRecord.of(steps_of(station, subject=draw.draw)), draw.secret.table)
        fill(draw, Answers())
        opened = draw.record.rounds[0]
        assert before.check(opened) == draw.rounds.contents[0]
        for other in (
            replace(opened, result=bytes(32)),
            replace(opened, slots=opened.slots[::-1]),
            replace(opened, code=bytes(32)),
            replace(opened, number=2),
        ):
            with pytest.raises(ResultDiffersError):
                before.check(other)

    def test_a_table_changed_in_the_box_is_found_on_loading(
        self, station: SmallStation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A forged box would have to be the one that the journal names; here the reader lies instead."""
        draw = station.drawn_to(Step.FILLING)
        secret = draw.secret
        gone = draw.rounds.results[0].label(0)
        lines = [line for line in secret.table.split("\n") if not line.startswith(gone)]
        forged = replace(secret, table="\n".join(lines))
        monkeypatch.setattr(LiveDraw, "open_pool", lambda _self: forged)
        with pytest.raises(ResultDiffersError):
            station.load(draw.draw)

    def test_a_code_of_another_chain_in_the_journal_is_refused(self, station: SmallStation) -> None:
        draw = station.drawn_to(Step.SEEDED)
        body: dict[str, JsonValue] = {
            "round": 1,
            "generation": 1,
            "code_number": 1,
            "code": "00" * 32,
            "result": "00" * 32,
            "slots": [{"slot": "1", "quota": 0}],
        }
        with pytest.raises(RecordBrokenError) as refusal:
            draw.write("draw.round_opened", body)
        assert isinstance(refusal.value.__cause__, CodeMismatchError)
        assert station.load(draw.draw).record.step is Step.SEEDED, "nothing was written"


class TestSorting:
    """The order as everybody may see it, against positions computed label by label."""

    def test_it_is_the_order_of_that_round(self, live: LiveDraw) -> None:
        contacted: set[str] = set()
        labels = set(eligible_lines(live.secret.table))
        for number, opened in enumerate(live.record.rounds, 1):
            found, result = live.rounds.sorting(number), live.rounds.results[number - 1]
            key = prk(opened.code, live.record.randomness)
            expected = sorted(position(key, label) for label in labels - contacted)
            assert list(found.positions) == expected
            accepted = {one.place: one.position for one in found.places if one.place is not None}
            assert accepted == {at: position(key, label) for at, label in enumerate(result.labels())}
            assert [one.position for one in found.places] == sorted(one.position for one in found.places)
            contacted.update(result.labels())
