"""The label table: as the page says, in whatever order people come, and hostile tables refused."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.pool import (
    Judged,
    Line,
    TableRefusedError,
    build_pool,
    eligible_lines,
    label_of,
    parse_line,
    parse_table,
    split_table,
    table_root,
)
from tests.drawing.vectors import vectors

CASES = vectors("pool")["cases"]
SALT = bytes(range(32))
LABEL, EMPLOYER = "ab" * 32, "cd" * 16


Person = tuple[str, tuple[int, ...], str]


def judged(*people: Person) -> Judged:
    """Join people, each an id, a mask and an employer, to columns."""
    return Judged([one[0] for one in people], [one[1] for one in people], [one[2] for one in people])


@pytest.mark.parametrize("case", CASES)
def test_vectors(case: dict[str, Any]) -> None:
    people = [(person["id"], tuple(person["mask"]), person["employer"]) for person in case["people"]]
    pool = build_pool(judged(*people), bytes.fromhex(case["salt"]))
    assert (pool.table, pool.root.hex(), list(pool.ids)) == (case["table"], case["root"], case["ids"])
    assert table_root(split_table(case["table"])).hex() == case["root"]


_PEOPLE = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=6),
        st.lists(st.integers(0, 31), unique=True, max_size=4).map(lambda mask: tuple(sorted(mask))),
        st.sampled_from(["", "甲", "乙", "丙"]),
    ),
    unique_by=lambda person: person[0],
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(_PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter_and_every_line_leads_back(people: list[Person], chance: Random) -> None:
    pool = build_pool(judged(*people), SALT)
    shuffled = list(people)
    chance.shuffle(shuffled)
    again = build_pool(judged(*shuffled), SALT)
    assert (again.table, again.root, again.ids) == (pool.table, pool.root, pool.ids)
    lines = parse_table(pool.table)
    masks = {id_: mask for id_, mask, _ in people}
    assert len(lines) == len(people)
    for line, person in zip(lines, pool.ids, strict=True):
        assert line.label == label_of(SALT, person)
        assert line.mask == masks[person]
    assert list(eligible_lines(pool.table)) == [line.label for line in lines if line.mask]


def test_pseudonyms_join_one_employer_s_people_and_part_everybody_else() -> None:
    people = judged(("1", (0,), "甲"), ("2", (1,), "甲"), ("3", (0,), ""), ("4", (0,), ""))
    lines = {line.label: line.employer for line in parse_table(build_pool(people, SALT).table)}
    employers = [lines[label_of(SALT, person)] for person in people.ids]
    assert employers[0] == employers[1]
    assert len(set(employers)) == 3
    other = build_pool(people, bytes(32))
    assert not set(employers) & {line.employer for line in parse_table(other.table)}


def test_an_excluded_person_s_employer_and_reason_do_not_show() -> None:
    assert parse_table(build_pool(judged(("1", (), "甲")), SALT).table) == [Line(label_of(SALT, "1"), (), "-")]


def test_a_pool_does_not_show_its_ids() -> None:
    people = judged(("E77", (0,), "甲"))
    assert "E77" not in repr(people) + repr(build_pool(people, SALT))


def test_one_id_twice_is_refused() -> None:
    with pytest.raises(TableRefusedError):
        build_pool(judged(("1", (0,), "甲"), ("1", (), "乙")), SALT)


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        f"{LABEL} e 0",
        f"{LABEL} e  {EMPLOYER}",
        f"{LABEL} e - {EMPLOYER}",
        f"{LABEL} e 0 -",
        f"{LABEL} x 0 {EMPLOYER}",
        f"{LABEL} y - -",
        f"{LABEL.upper()} x - -",
        f"{LABEL[:-1]} x - -",
        f"{LABEL} x - - ",
        f"{LABEL} x - -\r",
        f"{LABEL} e 1,0 {EMPLOYER}",
        f"{LABEL} e 0,0 {EMPLOYER}",
        f"{LABEL} e 2,1 {EMPLOYER}",
        f"{LABEL} e 1,1 {EMPLOYER}",
        f"{LABEL} e 01 {EMPLOYER}",
        f"{LABEL} e 1, {EMPLOYER}",
        f"{LABEL} e 1٣ {EMPLOYER}",
        f"{LABEL} e 100 {EMPLOYER}",
        f"{LABEL} e {'9' * 5000} {EMPLOYER}",
        f"{LABEL} e 0 {EMPLOYER[:-1]}",
    ],
)
def test_a_line_of_another_form_is_refused(line: str) -> None:
    with pytest.raises(TableRefusedError):
        parse_line(line)


def test_tables_out_of_order_doubled_or_with_an_empty_line_are_refused() -> None:
    low, high = f"{'0' * 64} x - -", f"{'f' * 64} e 0 {EMPLOYER}"
    assert len(parse_table(f"{low}\n{high}")) == 2
    assert parse_table("") == []
    for broken in (f"{high}\n{low}", f"{low}\n{low}", f"{low}\n", f"\n{low}", f"{low}\n\n{high}"):
        with pytest.raises(TableRefusedError):
            parse_table(broken)
