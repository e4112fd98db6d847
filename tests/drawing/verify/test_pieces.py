"""Dice, order, table and heads by themselves, each against its format page and not against the draw's own code."""

import hmac
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.dice import DiceRefusedError, parse_dice
from drawing.verify.journal import head_of
from drawing.verify.positions import Ascending, keyed, messages_of, round_key
from drawing.verify.report import CheckFailedError
from drawing.verify.seed import is_no_dice
from drawing.verify.table import check_table, quotas_in
from tests.drawing.verify.build import DICE
from vault.merkle import EMPTY_ROOT, leaf_hash, root_of

REFUSED = (
    "6" * 20,
    "1" * 15 + "23456",
    "12" * 10,
    "123456" * 3 + "12",
    "1" * 10 + "2345623456",
    "11111222223333344444",
    "66665555444433332222",
    "12345654321123456543"[:10] + "12345654321123456543"[:10][::-1],
    "1234561234564636251" + "4",
    "4321654321654636251" + "4",
    "1234567",
    "0" * 20,
)


@pytest.mark.parametrize("digits", REFUSED)
def test_rows_that_no_dice_throw(digits: str) -> None:
    assert is_no_dice(digits)


@pytest.mark.parametrize("digits", DICE)
def test_rows_that_dice_throw(digits: str) -> None:
    assert not is_no_dice(digits)


def _takes(digits: str) -> bool:
    try:
        return parse_dice("owner", digits) == digits
    except DiceRefusedError:
        return False


@settings(max_examples=500, deadline=None)
@given(
    st.text("123456", min_size=20, max_size=20)
    | st.builds(lambda part: (part * 20)[:20], st.text("123456", min_size=1, max_size=14))
    | st.builds(lambda start, run, rest: (start + run + rest)[:20],
                st.text("123456", max_size=6), st.sampled_from(["6" * 10, "5" * 9, "123456123456", "43216543216"]),
                st.text("123456", min_size=20, max_size=20))
)  # fmt: skip
def test_dice_are_judged_as_at_the_desk(digits: str) -> None:
    assert is_no_dice(digits) is not _takes(digits)


@settings(max_examples=50, deadline=None)
@given(st.binary(min_size=1, max_size=64), st.lists(st.binary(max_size=100), max_size=5))
def test_keyed_is_hmac(key: bytes, messages: list[bytes]) -> None:
    assert keyed(key, messages) == [hmac.digest(key, message, "sha256") for message in messages]


@pytest.mark.parametrize("number", [0, 1, 7, 600, 5000, 40_000])
def test_people_ascend_by_position_and_those_left_out_are_left_out(number: int) -> None:
    messages = messages_of(f"{place:064x}" for place in range(number))
    key = round_key(bytes(32), b"1:x,")
    positions = [hmac.digest(key, message, "sha256") for message in messages]
    left_out = set(range(0, number, 7))
    expected = [place for place in sorted(range(number), key=positions.__getitem__) if place not in left_out]
    order = Ascending(key, messages, left_out)
    assert [order[place] for place in range(len(expected))] == expected
    with pytest.raises(IndexError):
        order[len(expected)]


def test_an_empty_table_and_one_without_anybody_eligible() -> None:
    assert check_table("", 1, EMPTY_ROOT).lines == []
    line = "a" * 64 + " x - -"
    table = check_table(line, 1, root_of([leaf_hash(line.encode())]))
    assert (table.labels, table.eligible) == (["a" * 64], [])


@pytest.mark.parametrize(
    "bad", ["a", "\n", "a" * 64 + " x - -\n", "a" * 64 + " e 2,1 " + "b" * 32, "é" * 64 + " x - -"]
)
def test_tables_that_are_none(bad: str) -> None:
    with pytest.raises(CheckFailedError):
        check_table(bad, 3, root_of([leaf_hash(bad.encode())]))


_FORM = re.compile(r"[0-9a-f]{64} (?:e (?:0|[1-9][0-9]?)(?:,(?:0|[1-9][0-9]?))* [0-9a-f]{32}|x - -)")
_LINES = [f"{'1' * 64} x - -", f"{'2' * 64} e 0,2 {'b' * 32}", f"{'3' * 64} e 1 {'c' * 32}", f"{'4' * 64} x - -"]


@settings(max_examples=400, deadline=None)
@given(
    st.integers(0, 3), st.integers(0, 110), st.integers(0, 40), st.sampled_from("0a1,ex -A\r０é") | st.just(" x - -")
)
def test_a_line_that_was_changed_is_refused_by_name_unless_it_still_has_the_form(
    number: int, place: int, cut: int, put: str
) -> None:
    changed = _LINES[number][:place] + put + _LINES[number][place + cut :]
    text = "\n".join([*_LINES[:number], changed, *_LINES[number + 1 :]])
    found = None
    try:
        check_table(text, 3, root_of([leaf_hash(line.encode()) for line in text.split("\n")]))
    except CheckFailedError as error:
        found = (error.place, error.problem, error.details.get("line"))
    expected = ("table line {line}", "has another form than a line of a table", number + 1)
    assert (found == expected) is not bool(_FORM.fullmatch(changed))


def test_masks_are_bits() -> None:
    assert quotas_in(0b10101) == (0, 2, 4)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("log", ("log", 1)),
        ("log/incarnation/2", ("log", 2)),
        ("log/incarnation/1", ("log/incarnation/1", 1)),
        ("log/incarnation/02", ("log/incarnation/02", 1)),
    ],
)
def test_incarnations_are_named_in_origins(origin: str, expected: tuple[str, int]) -> None:
    head = head_of(origin, 0, EMPTY_ROOT)
    assert (head.origin, head.incarnation) == expected
