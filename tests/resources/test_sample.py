import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.sample.line import parse_answers
from drawing.bank import check_rows
from drawing.bankfile import read_table
from drawing.eligibility import Context, Judge, Reason, confirmation, names_to_confirm, sought_prefixes
from drawing.employer import group_key, normal_form
from drawing.expert import Expert
from drawing.narrowing import BankVersion, lacks, narrowing_report, require_fillable, tally_of
from drawing.request_form import parse_request
from drawing.rulepack import parse_rule_pack
from drawing.rules import require_allowed, review_request
from drawing.specialty import SpecialtyTree, covers
from resources.rulepacks import rule_pack
from resources.sample import (
    DEFAULT_SIZE,
    HEADERS,
    Row,
    generate,
    sample_request,
    sample_script,
    specialties,
    specialties_bytes,
    write_csv,
    write_xlsx,
)
from resources.sample.employers import BIDDER_ALIKE, FIXED, employers, most_employers
from resources.sample.people import RARE
from resources.sample.stream import Stream
from vault.jsontext import loads

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(generate())


@pytest.fixture
def few() -> list[Row]:
    return list(generate(size=600))


@pytest.fixture(scope="module")
def experts(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> list[Expert]:
    path = tmp_path_factory.mktemp("sample") / "bank.csv"
    write_csv(path, rows)
    return list(check_rows(read_table(path), tree=_tree()).bank.experts())


def _tree() -> SpecialtyTree:
    return SpecialtyTree.of(loads(specialties_bytes()))


def request_text(**arguments: Any) -> bytes:
    return json.dumps(sample_request(NOW, **arguments), ensure_ascii=False).encode("utf-8")


class TestStream:
    def test_a_known_answer(self) -> None:
        assert Stream("seed", "name").words(0)[:4] == (39571, 13575, 30101, 63536)

    def test_seeds_names_and_places_differ(self) -> None:
        streams = [Stream("a", "x"), Stream("b", "x"), Stream("a", "y")]
        assert len({stream.words(n) for stream in streams for n in range(3)}) == 9

    def test_numbers_are_spread_and_bounded(self) -> None:
        stream = Stream("a", "x")
        found = Counter(stream.below(7) for _ in range(7000))
        assert set(found) == set(range(7))
        assert min(found.values()) > 850


class TestRows:
    def test_a_seed_gives_the_same_rows(self, rows: list[Row]) -> None:
        assert list(generate()) == rows
        assert len(rows) == DEFAULT_SIZE
        assert list(generate("another", 50)) != list(generate("other", 50))

    def test_ids_and_numbers_are_each_one_persons(self, rows: list[Row]) -> None:
        assert len({row.id for row in rows}) == len({row.phone for row in rows}) == len(rows)
        assert all(row.phone.startswith("160") and len(row.phone) == 11 for row in rows)

    def test_rare_characters_stand_in_some_names(self, rows: list[Row]) -> None:
        used = {character for row in rows for character in row.name if character in RARE}
        assert {"㛃", "𬀩", "喆", "堃", "珺", "玥"} <= used
        assert sum(any(character in RARE for character in row.name) for row in rows) < len(rows) / 10

    def test_names_that_papers_stumble_over_are_among_them(self, rows: list[Row]) -> None:
        dotted = [row.name for row in rows if "·" in row.name]
        assert len(rows) / 20 < len(dotted) < len(rows) / 8
        assert max(map(len, dotted)) >= 13
        assert len(rows) / 12 < sum(len(row.employer) >= 20 for row in rows) < len(rows) / 3

    def test_employers_stand_in_several_spellings(self, rows: list[Row]) -> None:
        spellings: dict[str, set[str]] = {}
        for row in rows:
            spellings.setdefault(normal_form(row.employer), set()).add(row.employer)
        several = [found for found in spellings.values() if len(found) > 1]
        assert len(several) > 50
        written = {name for found in several for name in found}
        assert any("(" in name for name in written)
        assert any("（" in name for name in written)
        assert any(name.endswith("有限责任公司") for name in written)
        assert any(row.former_employers for row in rows)

    def test_standings_and_languages(self, rows: list[Row]) -> None:
        standings = Counter(row.standing for row in rows)
        assert set(standings) == {"正常", "关注", "暂停", "清退", "黑名单"}
        assert standings["正常"] > 0.9 * len(rows)
        suspended = [row for row in rows if row.standing == "暂停"]
        assert any(row.suspended_until < "2026" for row in suspended if row.suspended_until)
        assert any(row.suspended_until > "2027" for row in suspended)
        assert any(not row.suspended_until for row in suspended)
        assert all(not row.suspended_until for row in rows if row.standing != "暂停")
        assert {row.language for row in rows} == {"中文", "英文"}

    def test_every_specialty_is_a_leaf_of_the_tree(self, rows: list[Row]) -> None:
        tree = _tree()
        for row in rows:
            codes = row.specialties.split("、")
            assert codes == sorted(set(codes))
            assert all(tree.below(code) == (code,) for code in codes)

    @pytest.mark.parametrize("size", [0, -1, 10_000_000])
    def test_a_size_that_cannot_be(self, size: int) -> None:
        with pytest.raises(ValueError, match="a sample has"):
            generate(size=size)

    def test_one_expert_is_a_sample_too(self) -> None:
        assert len(list(generate(size=1))) == 1

    def test_rows_stream(self) -> None:
        stream = generate(size=9_999_999)
        assert next(stream).id == "YL0000001"

    def test_there_are_employers_for_any_size(self) -> None:
        found = employers("seed", most_employers())
        assert len({employer.spellings[0] for employer in found}) == most_employers() == len(found)
        assert [employer.spellings[0] for employer in found[: len(FIXED)]] == list(FIXED)


def test_the_tree_has_the_national_shape() -> None:
    assert 180 <= len(specialties()) <= 250
    assert {code for code in specialties() if len(code) == 1} == {"A", "B", "C"}
    assert {len(code) for code in specialties()} == {1, 3, 5, 7}
    assert specialties()["A0803"] == "市政公用施工"


class TestFiles:
    def test_a_workbook_holds_the_rows_as_text(self, few: list[Row], tmp_path: Path) -> None:
        assert write_xlsx(tmp_path / "bank.xlsx", few) == 600
        book = load_workbook(tmp_path / "bank.xlsx", read_only=True)
        lines = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
        assert lines[0] == HEADERS
        assert [tuple(cell or "" for cell in line) for line in lines[1:]] == [tuple(row) for row in few]

    @pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
    def test_a_text_holds_the_rows(self, few: list[Row], tmp_path: Path, encoding: str) -> None:
        assert write_csv(tmp_path / "bank.csv", iter(few), encoding) == 600
        with (tmp_path / "bank.csv").open(encoding=encoding, newline="") as file:
            lines = list(csv.reader(file))
        assert lines == [list(HEADERS), *map(list, few)]

    def test_another_encoding_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="encoding"):
            write_csv(tmp_path / "bank.csv", [], "gbk")

    def test_both_files_are_one_clean_bank(self, few: list[Row], tmp_path: Path) -> None:
        write_xlsx(tmp_path / "bank.xlsx", few)
        write_csv(tmp_path / "bank.csv", few)
        roots = {check_rows(read_table(tmp_path / f"bank.{kind}"), tree=_tree()).bank.root for kind in ("xlsx", "csv")}
        assert len(roots) == 1


class TestProject:
    @pytest.mark.parametrize("hour", range(0, 24, 3))
    def test_the_request_breaks_no_rule_at_any_hour(self, hour: int) -> None:
        now = NOW.replace(hour=hour)
        request = parse_request(json.dumps(sample_request(now)).encode())
        assert all(finding.met for finding in review_request(request, parse_rule_pack(rule_pack("works")), now))

    def test_quotas_reserves_and_members(self) -> None:
        request = parse_request(request_text(level="B"))
        assert [(quota.count, quota.reserves) for quota in request.quotas] == [(3, 1), (2, 1), (2, 0)]
        assert (request.members, len(request.owner_members), request.level) == (9, 2, "B")
        tree = _tree()
        assert all(quota.specialty in tree for quota in request.quotas)

    def test_the_default_bank_fills_it_and_every_recusal_bites(self, experts: list[Expert]) -> None:
        request = parse_request(request_text())
        prefixes = sought_prefixes(request)
        sought = [e for e in experts if any(covers(code, prefix) for code in e.specialties for prefix in prefixes)]
        matches = names_to_confirm(request, sought)
        assert {normal_form(match.employer) for match in matches} == {normal_form(BIDDER_ALIKE)}
        judge = Judge(request, Context(frozenset(confirmation(match.employer, match.recused) for match in matches)))
        verdicts = dict(zip((expert.id for expert in sought), judge.verdicts(sought), strict=True))
        barred = {}
        for expert in sought:
            if Reason.EMPLOYER_OF_BIDDER in verdicts[expert.id].reasons:
                barred[normal_form(expert.employer)] = True
        assert {normal_form(name) for name in FIXED[:3]} <= set(barred)
        found = Counter(reason for verdict in verdicts.values() for reason in verdict.reasons)
        assert found[Reason.RECUSED_PERSON] == 2
        expected = {Reason.RECUSED_EMPLOYER, Reason.NOT_IN_REGION, Reason.STANDING_SUSPENDED}
        assert expected <= set(found)
        former = [e for e in sought if e.former_employers and Reason.EMPLOYER_OF_BIDDER in verdicts[e.id].reasons]
        assert former
        tally = tally_of(request, ((verdicts[expert.id], group_key(expert.employer)) for expert in sought))
        require_fillable(lacks(tally))
        pack, version = parse_rule_pack(rule_pack("works")), BankVersion("bank", "00" * 32, len(experts))
        report = narrowing_report(tally, pack, version, "draw", NOW)
        require_allowed(report.findings)
        assert not report.needs_approval

    def test_the_script_speaks_the_lines_language(self) -> None:
        script = sample_script()
        answers = parse_answers(json.dumps(script["answers"]).encode())
        words = {attempt.value for attempts in answers for attempt in attempts}
        assert {"attends", "declines", "silent", "wrong_key", "no_answer", "replays"} <= words
        assert script["conflicts"]
