"""The fairness page: exact where it can be, otherwise the stated simulation."""

from typing import Any

import pytest

from drawing.fairness import Terms, class_of, fairness_page, simulation_code
from drawing.pool import parse_table
from drawing.rounds import result_bytes, result_digest
from drawing.selection import Quota
from tests.drawing.vectors import vectors
from vault.jsontext import loads

VECTOR = vectors("fairness")
CERTIFICATE = bytes.fromhex(VECTOR["certificate_digest"])


def page(case: dict[str, Any], size: int = 0, cap: int | None = 1) -> dict[str, Any]:
    terms = Terms(tuple(Quota(*counts) for counts in case["quotas"]), cap)
    return dict(fairness_page(parse_table(case["table"]), terms, CERTIFICATE, size))


def test_the_simulation_is_the_written_one() -> None:
    """The vector's classes come from an enumeration of the rule, without any code of the house."""
    case = VECTOR["simulated"]
    found = page(case, case["size"])
    assert (found["v"], found["method"], found["size"]) == (1, "simulated", 40)
    assert found["classes"] == case["classes"]
    assert [item["i"] for item in found["sample"]] == [0, 1, 2]
    for number, code in VECTOR["codes"].items():
        assert simulation_code(CERTIFICATE, int(number)).hex() == code


def test_the_sample_names_the_results_of_the_first_three() -> None:
    from drawing.fairness import candidates_of, simulated_round

    case = VECTOR["simulated"]
    lines = [line for line in parse_table(case["table"]) if line.mask]
    terms = Terms((Quota(2), Quota(1)), 1)
    for index, (item, labels) in enumerate(zip(page(case, 3)["sample"], case["accepted"], strict=True)):
        outcome = simulated_round(candidates_of(lines), terms, simulation_code(CERTIFICATE, index))
        assert [label for label, _ in outcome.accepted] == labels
        content = result_bytes(1, outcome)
        assert item["accepted"] == result_digest(content).hex()
        assert isinstance(loads(content), dict)


@pytest.mark.parametrize("cap", [1, 2, None])
def test_disjoint_quotas_without_a_binding_cap_are_exact(cap: int | None) -> None:
    case = VECTOR["exact"]
    found = page(case, 10, cap)
    assert (found["method"], found["size"], found["sample"]) == ("exact", 0, [])
    assert found["classes"] == case["classes"]


def test_a_mask_of_two_or_a_full_employer_is_simulated() -> None:
    case = VECTOR["exact"]
    lines = case["table"].split("\n")
    two = [lines[0].replace(" e 0 ", " e 0,1 ").replace(" e 1 ", " e 0,1 "), *lines[1:]]
    assert page({**case, "table": "\n".join(two)}, 3)["method"] == "simulated"
    together = [line[: line.rindex(" ")] + " " + "ab" * 16 for line in lines]
    assert page({**case, "table": "\n".join(together)}, 3, cap=6)["method"] == "simulated"
    assert page({**case, "table": "\n".join(together)}, 3, cap=7)["method"] == "exact"


def test_crowded_employers_share_a_class() -> None:
    lines = VECTOR["exact"]["table"].split("\n")
    together = "\n".join(line[: line.rindex(" ")] + " " + "ab" * 16 for line in lines)
    assert {size for _, size in class_of(parse_table(together)).values()} == {5}


def test_progress_is_told_and_an_empty_pool_has_an_empty_page() -> None:
    told: list[int] = []
    case = VECTOR["simulated"]
    terms = Terms((Quota(2), Quota(1)), 1)
    fairness_page(parse_table(case["table"]), terms, CERTIFICATE, 4, told.append)
    assert told == [1, 2, 3, 4]
    assert fairness_page([], terms, CERTIFICATE, 4)["classes"] == []


def test_chances_add_up_to_the_slots() -> None:
    """On average as many are accepted as there are slots that can be filled."""
    case = VECTOR["simulated"]
    found = page(case, 200)
    accepted = sum(item["accepted"] for item in found["classes"])
    assert accepted == 3 * 200
    assert sum(item["people"] for item in found["classes"]) == 6
