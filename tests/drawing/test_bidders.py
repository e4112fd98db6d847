"""Bidders of a recheck: read from a file, set beside employers, committed to in one form."""

from dataclasses import replace

import pytest

from drawing.bidders import (
    BidderNameError,
    BiddersRefusedError,
    barred_by,
    employers_alike,
    is_in_conflict,
    read_bidders,
    recheck_of,
)
from drawing.custody import Confirmed, Recheck, bidders_bytes, parse_bidders
from drawing.errors import DrawingError
from tests.drawing.desk.station import experts
from tests.fakes.randomness import SeededRandomness
from vault.errors import MalformedRecordError
from vault.jsontext import dumps, loads


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_names_are_read_in_either_encoding_and_merged(encoding: str, end: str) -> None:
    text = end.join(
        ["  凤栖路桥有限公司 ", "", "临江建工（集团）有限公司", "临江建工(集团)有限责任公司", "ABC Ltd", "\t"]
    )
    assert read_bidders(text.encode(encoding)) == ("ABC Ltd", "临江建工(集团)有限责任公司", "凤栖路桥有限公司")


def test_the_order_of_the_lines_changes_nothing() -> None:
    lines = ["乙公司甲", "甲建设有限公司", "甲建设股份有限公司"]
    assert read_bidders("\n".join(lines).encode()) == read_bidders("\n".join(reversed(lines)).encode())


REFUSED: list[tuple[str, bytes, type[DrawingError]]] = [
    ("empty", b"", BiddersRefusedError),
    ("blank lines", " \n\t\r\n　\n".encode(), BiddersRefusedError),
    ("a thousand and one", "\n".join(f"第{n}公司" for n in range(1001)).encode(), BiddersRefusedError),
    ("over a mebibyte", b"a" * (1024 * 1024 + 1), BiddersRefusedError),
    ("neither encoding", b"\xff\xff\xff", BiddersRefusedError),
    ("a name of 201", ("路" * 201).encode(), BidderNameError),
    ("a null byte", b"abc\x00", BidderNameError),
    ("UTF-16", "凤栖路桥".encode("utf-16"), BiddersRefusedError),
    ("an invisible character", "凤栖\u200b路桥".encode(), BidderNameError),
    ("marks alone", "甲公司\n（——）".encode(), BidderNameError),
    ("two names in a line", "甲公司；乙公司".encode(), BidderNameError),
    ("two names with a pause mark", "甲公司、乙公司".encode(), BidderNameError),
]


@pytest.mark.parametrize(("name", "data", "kind"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_is_no_list_of_names_is_refused_without_saying_one(
    name: str, data: bytes, kind: type[DrawingError]
) -> None:
    with pytest.raises(kind) as refusal:
        read_bidders(data)
    assert not set("凤栖路") & set(str(refusal.value))


def test_a_thousand_bidders_are_taken() -> None:
    assert len(read_bidders("\n".join(f"第{n}公司" for n in range(1000)).encode())) == 1000


def test_look_alikes_are_those_that_are_not_equal() -> None:
    pool = [replace(experts(1)[0], employer="临江市政设计院", former_employers=("临江市政设计所",))]
    found = employers_alike(["临江市政设计院有限公司"], pool)
    assert [(match.recused, match.employer) for match in found] == [("临江市政设计院有限公司", "临江市政设计所")]


def test_present_and_former_employers_and_confirmed_ones_are_in_conflict() -> None:
    one = experts(1)[0]
    made = recheck_of(["凤栖路桥有限公司"], [Confirmed("凤栖路桥有限公司", "凤栖交建")], SeededRandomness("n"))
    barred = barred_by([made])
    conflicts = [
        replace(one, employer="凤栖路桥（有限责任公司）"),
        replace(one, employer="无", former_employers=("别的", "凤栖路桥")),
        replace(one, employer="凤栖交建有限公司"),
    ]
    assert all(is_in_conflict(expert, barred) for expert in conflicts)
    free = [replace(one, employer=""), replace(one, employer="凤栖路桥二处"), one]
    assert not any(is_in_conflict(expert, barred) for expert in free)
    assert barred_by([]) == frozenset()


def test_a_recheck_is_written_in_one_form_and_read_back() -> None:
    pairs = [Confirmed("乙", "丙"), Confirmed("甲", "丁"), Confirmed("乙", "丙")]
    made = recheck_of(["乙", "甲"], pairs, SeededRandomness("n"))
    assert made.matches == (Confirmed("乙", "丙"), Confirmed("甲", "丁"))
    matches = '[{"employer":"丙","recused":"乙"},{"employer":"丁","recused":"甲"}]'
    assert made.committed().decode() == f'{{"bidders":["乙","甲"],"matches":{matches}}}'
    assert parse_bidders(bidders_bytes(made)) == made
    assert len(made.nonce) == 32


def test_a_bidders_box_of_another_form_is_refused() -> None:
    value = loads(bidders_bytes(Recheck(bytes(32), ("甲",), ())))
    assert isinstance(value, dict)
    for broken in ({**value, "more": 1}, {key: value[key] for key in ("nonce", "bidders")}, {**value, "nonce": "00"}):
        with pytest.raises(MalformedRecordError):
            parse_bidders(dumps(broken))
