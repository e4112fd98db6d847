"""What is typed on the form of a new draw, and the request that it makes."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.drafting import EMPTY, Draft, Fault, clean, draft_of, faults, typed_amount, typed_time, value_of, with_terms
from drawing.request_form import parse_request
from resources.sample import sample_request
from vault.jsontext import dumps

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


@pytest.fixture
def draft() -> Draft:
    return draft_of(parse_request(json.dumps(sample_request(NOW)).encode()))


def test_a_request_comes_back_from_the_form_as_it_was(draft: Draft) -> None:
    request = parse_request(json.dumps(sample_request(NOW)).encode())
    assert not faults(draft)
    assert parse_request(dumps(value_of(draft))) == request
    assert Draft.of(draft.to_bytes()) == draft


@pytest.mark.parametrize(
    "typed", ["2026-11-26 09:05", "2026年11月26日 9:05", "2026/11/26 9时5分", "２０２６－１１－２６　０９：０５"]
)
def test_a_time_is_read_as_people_type_it(typed: str) -> None:
    assert typed_time(typed) == datetime(2026, 11, 26, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "2026-13-01 09:00", "2026-11-26", "tomorrow", "2026-11-26 25:00", "9" * 400])
def test_what_is_no_time_is_none(typed: str) -> None:
    assert typed_time(typed) is None


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("86,400,000", "86400000.00"),
        ("8640万元", "86400000.00"),
        ("８６４.５ 万", "8645000.00"),
        ("0.1", "0.10"),
        ("-1", None),
        ("1e5000000", None),
        ("NaN", None),
        ("0.001", None),
        ("abc", None),
        ("", None),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, amount: str | None) -> None:
    assert typed_amount(typed) == amount


def test_invisible_signs_and_new_lines_go() -> None:
    assert clean("\u202e 临州\n水利‏局\u200b\t ") == "临州 水利局"
    assert clean("评标🙂") == "评标🙂"


def test_an_empty_form_names_what_it_lacks() -> None:
    lacking = {one.place for one in faults(EMPTY)}
    assert {"name", "lot", "budget", "start", "hours", "sites", "quotas"} <= lacking


def test_each_place_that_can_t_be_read_is_named(draft: Draft) -> None:
    rows = {**draft.rows, "quotas": (("桥梁", "", "别处", "三", ""),)}
    found = faults(replace(draft, fields={**draft.fields, "cap_days": "", "budget": "much"}, rows=rows))
    assert found == (
        Fault("budget", "amount"),
        Fault("cap_days", "empty"),
        Fault("quotas", "code", 0, 0),
        Fault("quotas", "site", 0, 2),
        Fault("quotas", "number", 0, 3),
    )


def test_sites_without_a_key_get_one_each(draft: Draft) -> None:
    sites = (("东厅", "", "", ""), ("西厅", "", "", "site-1"), ("南厅", "", "", ""))
    quotas = (("A08", "", "东厅", "3", ""), ("A06", "", "南厅", "2", "1"))
    request = parse_request(dumps(value_of(replace(draft, rows={**draft.rows, "sites": sites, "quotas": quotas}))))
    assert len({one.id for one in request.meeting.sites}) == len(sites)
    assert [request.site(one).place for one in request.quotas] == ["东厅", "南厅"]
    assert all(one.arrive == request.meeting.start for one in request.meeting.sites)


def test_the_terms_of_an_earlier_draw_leave_the_rest(draft: Draft) -> None:
    changed = with_terms(draft, [("B01", None, 5, 2)], "B", None, None)
    assert changed.sheet("quotas") == (("B01", "", "", "5", "2"),)
    assert changed.sheet("bidders") == draft.sheet("bidders")
    assert changed.said("level") == "B"
    assert not changed.said("cap_days")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"fields": 1, "rows": {}}', b"\xff"])
def test_what_is_no_draft_gives_an_empty_one(content: bytes) -> None:
    assert Draft.of(content) == EMPTY
