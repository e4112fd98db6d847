import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.eligibility import Reason, Verdict
from drawing.narrowing import (
    BankVersion,
    Lack,
    QuotasUnfillableError,
    Report,
    Tally,
    lacks,
    narrowing_report,
    require_fillable,
    tally_of,
)
from drawing.narrowing_ladder import FEW, Ladder, Step, ladder
from drawing.request import Request
from drawing.rulepack import parse_rule_pack
from resources.rulepacks import rule_pack
from tests.drawing.requests import NOW, request_with

BANK = BankVersion("bank", "ab" * 32, 5000)


def yes(*mask: int) -> Verdict:
    return Verdict(True, (), mask, mask, mask)


def no(reason: Reason, *sought: int) -> Verdict:
    regional = () if reason is Reason.NOT_IN_REGION else sought
    return Verdict(False, (reason,), (), sought, regional)


def quotas(*numbers: tuple[int, int], cap: int | None = 1) -> Request:
    def change(value: dict[str, Any]) -> None:
        value["employer_cap"] = cap
        value["quotas"] = [
            {"specialty": f"A{index + 10}", "region": None, "site": "main", "count": count, "reserves": reserves}
            for index, (count, reserves) in enumerate(numbers)
        ]

    return request_with(change)


def pool(request: Request, *groups: tuple[int, Verdict]) -> Tally:
    """Tally so many people of each verdict, each at an employer of their own."""
    return tally_of(
        request, ((verdict, f"{place}-{n}") for place, (count, verdict) in enumerate(groups) for n in range(count))
    )


def report_of(tally: Tally) -> Report:
    return narrowing_report(tally, parse_rule_pack(rule_pack("works")), BANK, "draw-1", NOW)


class TestLadder:
    @pytest.mark.parametrize(
        ("start", "removed", "shown"),
        [
            (200, [("a", 20), ("b", 30)], Ladder(200, (Step(("a",), 20), Step(("b",), 30)), 150)),
            (200, [("a", 9), ("b", 30)], Ladder(200, (Step(("a", "b"), 39),), 161)),
            (200, [("a", 30), ("b", 9)], Ladder(200, (Step(("a", "b"), 39),), 161)),
            (200, [("a", 5), ("b", 5), ("c", 0)], Ladder(200, (Step(("a", "b", "c"), 10),), 190)),
            (200, [("a", 4), ("b", 5)], Ladder(None, (Step(("a", "b"), None),), 191)),
            (200, [("a", 0), ("b", 0)], Ladder(None, (Step(("a", "b"), None),), 200)),
            (60, [("a", 30), ("b", 21)], Ladder(60, (Step(("a",), 30), Step(("b",), None)), None)),
            (20, [("a", 10), ("b", 10)], Ladder(20, (Step(("a", "b"), None),), None)),
            (35, [("a", 10), ("b", 10), ("c", 10)], Ladder(35, (Step(("a",), 10), Step(("b", "c"), None)), None)),
            (12, [("a", 3), ("b", 0)], Ladder(12, (Step(("a", "b"), None),), None)),
            (9, [("a", 0), ("b", 9)], Ladder(None, (Step(("a", "b"), None),), None)),
        ],
    )
    def test_what_is_shown(self, start: int, removed: list[tuple[str, int]], shown: Ladder) -> None:
        assert ladder(start, removed) == shown

    @pytest.mark.parametrize("clauses", ["a", "ab", "abc"])
    def test_no_small_count_can_be_worked_out(self, clauses: str) -> None:
        """Whoever knows the rule and sees a ladder can't pin any count under ten down to one value."""
        most = 42
        seen: dict[Ladder, list[set[int]]] = defaultdict(lambda: [set() for _ in range(len(clauses) + 2)])
        for parts in _all_sums(most, len(clauses) + 1):
            removed = parts[:-1]
            possible = seen[ladder(sum(parts), list(zip(clauses, removed, strict=True)))]
            for values, value in zip(possible, (sum(parts), *parts), strict=True):
                values.add(value)
        for shown, possible in seen.items():
            # Without a start, larger starts than `most` would show the same.
            if shown.start is not None or (shown.end or 0) + FEW <= most:
                assert all(len(values) > 1 or min(values) >= FEW for values in possible), shown

    @settings(max_examples=200, deadline=None)
    @given(st.integers(0, 60), st.lists(st.integers(0, 40), min_size=1, max_size=7))
    def test_every_number_shown_is_ten_or_more_and_adds_up(self, end: int, removed: list[int]) -> None:
        clauses = [(f"c{index}", count) for index, count in enumerate(removed)]
        shown = ladder(end + sum(removed), clauses)
        numbers = [shown.start, *(step.count for step in shown.steps), shown.end]
        assert all(number is None or number >= FEW for number in numbers)
        assert tuple(clause for step in shown.steps for clause in step.clauses) == tuple(name for name, _ in clauses)
        if None not in numbers:
            assert shown.start == sum(step.count or 0 for step in shown.steps) + (shown.end or 0)


def _all_sums(most: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Give every sequence of so many counts that add up to `most` or less."""
    if parts == 0:
        yield ()
        return
    for first in range(most + 1):
        for rest in _all_sums(most - first, parts - 1):
            yield (first, *rest)


class TestFilling:
    def test_enough_people_lack_nothing(self) -> None:
        found = lacks(pool(quotas((3, 1), (2, 0)), (4, yes(0)), (2, yes(1))))
        assert found == ()
        require_fillable(found)

    def test_each_quota_says_how_many_it_lacks(self) -> None:
        tally = pool(quotas((3, 1), (2, 2), (1, 0)), (2, yes(0)), (3, yes(1)), (5, yes(2)))
        assert lacks(tally) == (Lack(0, "A10", 4, True, 1, 1), Lack(1, "A11", 4, True, 0, 1))
        with pytest.raises(QuotasUnfillableError) as caught:
            require_fillable(lacks(tally))
        assert caught.value.shortages == lacks(tally)
        assert str(caught.value).endswith("within the employer cap: 1, 2.")

    def test_a_lack_is_exact_where_ten_or_more_are_eligible(self) -> None:
        many = pool(quotas((12, 2), (9, 5)), (11, yes(0)), (10, yes(1)))
        assert [lack.text(str) for lack in lacks(many)] == [
            "quota 1 (A10) lacks 1 expert(s) and 2 reserve(s)",
            "quota 2 (A11) lacks 0 expert(s) and 4 reserve(s)",
        ]
        crowded = tally_of(quotas((3, 1)), [(yes(0), employer) for employer in ("x", "y") * 5])
        assert [lack.text(str) for lack in lacks(crowded)] == ["quota 1 (A10) lacks 1 expert(s) and 1 reserve(s)"]

    @pytest.mark.parametrize(("count", "reserves"), [(3, 1), (9, 0), (2, 12), (25, 6), (1, 0)])
    def test_no_count_under_ten_follows_from_a_lack(self, count: int, reserves: int) -> None:
        """Whoever asks for so many learns that there are fewer, and that there are fewer than ten; nothing else."""
        few = range(min(FEW, count + reserves))
        said = {
            lack.text(str) + repr(lack) for n in few for lack in lacks(pool(quotas((count, reserves)), (n, yes(0))))
        }
        assert len(said) == 1
        least = max(1, count + reserves - 9)
        assert f"lacks at least {least} of {count + reserves}: fewer than 10 are eligible" in said.pop()

    def test_one_person_serves_one_quota(self) -> None:
        assert lacks(pool(quotas((1, 0), (1, 0)), (1, yes(0, 1)))) == (Lack(1, "A11", 1, True, 1, 0),)

    def test_earlier_quotas_and_principals_come_first(self) -> None:
        assert lacks(pool(quotas((1, 1), (1, 1)), (2, yes(0, 1)))) == (
            Lack(0, "A10", 2, True, 0, 1),
            Lack(1, "A11", 2, True, 0, 1),
        )

    def test_the_employer_cap_counts(self) -> None:
        request = quotas((2, 0), (1, 0))
        people = [(yes(0), "x"), (yes(0), "x"), (yes(0), "y"), (yes(1), "y")]
        assert lacks(tally_of(request, people)) == (Lack(1, "A11", 1, True, 1, 0),)
        assert not lacks(tally_of(quotas((2, 0), (1, 0), cap=2), people))
        assert not lacks(tally_of(quotas((2, 0), (1, 0), cap=None), people))

    def test_people_without_an_employer_share_no_cap(self) -> None:
        other = Verdict(True, (), (0,), (0, 1), (0,))
        assert not lacks(tally_of(quotas((3, 0)), [(yes(0), ""), (yes(0), ""), (other, "")]))
        assert not lacks(tally_of(quotas((3, 0), cap=None), [(yes(0), ""), (yes(0), ""), (other, "")]))

    def test_the_excluded_fill_nothing(self) -> None:
        assert lacks(pool(quotas((1, 0)), (5, no(Reason.RECUSED_PERSON, 0)))) == (Lack(0, "A10", 1, True, 1, 0),)

    @settings(max_examples=120, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=3),
        st.lists(st.tuples(st.integers(1, 7), st.sampled_from("stuvwxyz")), max_size=6),
        st.sampled_from([None, 1, 2]),
    )
    def test_the_sum_lacking_is_the_least_possible(
        self, numbers: list[tuple[int, int]], people: list[tuple[int, str]], cap: int | None
    ) -> None:
        numbers = [(count + 1, reserves) for count, reserves in numbers]
        masks = [(tuple(q for q in range(len(numbers)) if bits >> q & 1), employer) for bits, employer in people]
        masks = [(mask, employer) for mask, employer in masks if mask]
        tally = tally_of(quotas(*numbers, cap=cap), ((yes(*mask), employer) for mask, employer in masks))
        principal = [quota for quota, (count, _) in enumerate(numbers) for _ in range(count)]
        everything = principal + [quota for quota, (_, reserves) in enumerate(numbers) for _ in range(reserves)]
        assert sum(lack.lacks for lack in lacks(tally)) == len(principal) - _most(principal, masks, cap)
        total = sum(lack.lacks + lack.reserves for lack in lacks(tally))
        assert total == len(everything) - _most(everything, masks, cap)


def _most(slots: Sequence[int], people: Sequence[tuple[tuple[int, ...], str]], cap: int | None) -> int:
    """Return by trying every choice of people how many slots can be filled."""
    return max(
        size
        for size in range(len(people) + 1)
        for chosen in combinations(people, size)
        if _is_seated(list(slots), chosen, cap)
    )


def _is_seated(slots: list[int], chosen: Sequence[tuple[tuple[int, ...], str]], cap: int | None) -> bool:
    employers = [employer for _, employer in chosen]
    if cap is not None and any(employers.count(employer) > cap for employer in employers):
        return False
    if not chosen:
        return True
    (mask, _), *others = chosen
    return any(
        _is_seated([*slots[:at], *slots[at + 1 :]], others, None) for at, quota in enumerate(slots) if quota in mask
    )


class TestReport:
    def test_a_plentiful_pool(self) -> None:
        tally = pool(
            quotas((3, 1)),
            (200, yes(0)),
            (20, no(Reason.NOT_IN_REGION, 0)),
            (4, no(Reason.STANDING_REMOVED, 0)),
            (12, no(Reason.EMPLOYER_OF_BIDDER, 0)),
        )
        report = report_of(tally)
        (quota,) = report.quotas
        assert quota.ladder.start == 236
        assert [(step.clauses, step.count) for step in quota.ladder.steps] == [
            (("region",), 20),
            (("standing", "recused_person", "recused_employer", "bidder", "already_member", "frequency"), 16),
        ]
        assert (quota.ladder.end, quota.ratio, quota.one_in) == (200, 500, 50)
        assert not report.needs_approval
        assert report.value()["findings"] == []

    def test_a_thin_pool_shows_no_number_and_needs_an_approval(self) -> None:
        report = report_of(pool(quotas((3, 1)), (7, yes(0)), (30, no(Reason.RECUSED_EMPLOYER, 0))))
        (quota,) = report.quotas
        assert (quota.is_few, quota.ratio, quota.one_in) == (True, 3, 3)
        assert report.needs_approval
        value = json.loads(report.to_bytes())
        assert value["quotas"][0]["ratio"] == {"under": 3}
        assert value["quotas"][0]["ladder"]["eligible"] == {"fewer_than": 10}
        assert {finding["rule"] for finding in value["findings"]} == {"pool.least", "pool.ratio", "recusals.share"}
        text = "\n".join(report.lines(lambda text: text))
        assert "eligible: fewer than 10" in text
        assert "fewer than 3 times" in text
        assert "second supervisor's approval" in text

    def test_reports_of_pools_under_ten_are_the_same(self) -> None:
        seen = {report_of(pool(quotas((1, 0)), (count, yes(0)))).to_bytes() for count in range(10)}
        assert len(seen) == 1

    def test_a_few_removed_are_said_without_a_number(self) -> None:
        report = report_of(pool(quotas((1, 0)), (100, yes(0)), (3, no(Reason.RECUSED_PERSON, 0))))
        lines = report.lines(lambda text: text)
        assert any(line.startswith("  less fewer than 10: ") for line in lines)
        assert not any("103" in line for line in lines)

    def test_whoever_serves_two_quotas_has_the_higher_chance(self) -> None:
        request = quotas((1, 0), (2, 0))
        many = report_of(pool(request, (80, yes(0)), (180, yes(1)), (20, yes(0, 1))))
        assert [quota.one_in for quota in many.quotas] == [50, 50]
        few = report_of(pool(request, (80, yes(0)), (180, yes(1)), (9, yes(0, 1))))
        assert [quota.one_in for quota in few.quotas] == [89, 94]

    def test_a_chance_is_never_more_than_certain(self) -> None:
        assert report_of(pool(quotas((9, 9)), (12, yes(0)))).quotas[0].one_in == 1

    def test_a_quota_loses_by_region_whom_another_keeps(self) -> None:
        verdict = Verdict(True, (), (0,), (0, 1), (0,))
        report = report_of(pool(quotas((1, 0), (1, 0)), (50, verdict), (30, yes(1))))
        assert [quota.ladder.end for quota in report.quotas] == [50, 30]
        assert report.quotas[1].ladder.start == 80
        assert report.quotas[1].ladder.steps[0].count == 50

    def test_the_bytes_are_canonical_and_bind_bank_and_terms(self) -> None:
        report = report_of(pool(quotas((3, 1)), (200, yes(0))))
        value = json.loads(report.to_bytes())
        assert (
            json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == report.to_bytes()
        )
        assert value["bank"] == {"id": "bank", "root": "ab" * 32, "size": 5000}
        assert value["draw"] == "draw-1"
        assert value["at"] == "2026-11-30T02:00:00Z"
        assert value["terms"]["quotas"][0]["count"] == 3
        assert "bidders" not in value["terms"]

    def test_the_order_of_people_changes_nothing(self) -> None:
        groups = [(60, yes(0)), (30, no(Reason.NOT_IN_REGION, 0)), (11, no(Reason.FREQUENCY_CAP, 0))]
        request = quotas((3, 1))
        assert report_of(pool(request, *groups)).to_bytes() == report_of(pool(request, *reversed(groups))).to_bytes()

    def test_wording_reaches_every_line(self) -> None:
        report = report_of(pool(quotas((3, 1)), (7, yes(0)), (30, no(Reason.RECUSED_EMPLOYER, 0))))
        assert all("■" in line for line in report.lines(lambda text: "■" + text))

    def test_equal_verdicts_of_two_judges_are_counted_together(self) -> None:
        tally = pool(quotas((1, 0)), *((1, yes(0)) for _ in range(3)))
        assert tally.verdicts() == {yes(0): 3}
        assert tally.masks() == {(0,): 3}


def test_every_reason_has_a_clause() -> None:
    request = quotas((1, 0))
    for reason in _removing():
        assert sum(pool(request, (10, no(reason, 0))).removed(0).values()) == 10


def _removing() -> Iterator[Reason]:
    return (reason for reason in Reason if reason is not Reason.NO_SOUGHT_SPECIALTY)
