import json
from pathlib import Path
from typing import Any

import pytest

from drawing.case import outcome_json, outcome_value, parse_case
from tests.drawing.brute import brute_select
from vault.errors import FengqianError, MalformedRecordError

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "selection.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=lambda vector: vector["name"])
def test_selection_vectors(vector: dict[str, Any]) -> None:
    outcome = parse_case(json.dumps(vector["case"]).encode()).select()
    assert outcome_value(outcome) == vector["outcome"]
    assert brute_select(vector["case"]) == vector["outcome"]


def test_the_vectors_show_every_reason() -> None:
    reasons = {entry["reason"] for vector in VECTORS["cases"] for entry in vector["outcome"]["skipped"]}
    assert reasons == {"employer_full", "no_open_slot", "blocks_other_slot"}


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["name"])
def test_refused_vectors(vector: dict[str, Any]) -> None:
    with pytest.raises(FengqianError) as refused:
        parse_case(json.dumps(vector["case"]).encode()).select()
    assert refused.value.code == vector["code"]


def test_an_outcome_is_one_line_with_sorted_keys() -> None:
    case = {"order": [{"label": "专", "mask": [0], "employer": "e"}], "quotas": [{"count": 1, "reserves": 1}]}
    outcome = parse_case(json.dumps({**case, "employer_cap": None, "seated": []}).encode()).select()
    assert outcome_json(outcome).decode() == (
        '{"accepted":[{"label":"专","quota":0}],"reserves":[],"short":[{"lacks":1,"quota":0,"reserve":true}],"skipped":[]}'
    )


def test_labels_are_checked_beyond_what_the_selection_reads() -> None:
    order = [{"label": f"{n}", "mask": [0], "employer": f"e{n}"} for n in range(500)]
    text = json.dumps(
        {"order": [*order, order[0]], "quotas": [{"count": 1, "reserves": 0}], "employer_cap": 1, "seated": []}
    )
    with pytest.raises(FengqianError) as refused:
        parse_case(text.encode())
    assert refused.value.code == "drawing.selection.duplicate_label"
    assert refused.value.details["where"] == "$.order[500]"


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b'{"order":[],"order":[],"quotas":[],"employer_cap":1,"seated":[]}', b"\xff", b'{"order":{}}'],
)
def test_what_is_no_case_is_refused(text: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        parse_case(text)
