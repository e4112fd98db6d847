"""Hypothesis: cases of one round, small enough for tests.drawing.brute."""

from collections import Counter
from typing import Any

from hypothesis import strategies as st


@st.composite
def small_cases(draw: st.DrawFn, most_people: int = 8) -> dict[str, Any]:
    """At most eight people, up to four quotas; masks, employers, cap and seated at random, but never refused."""
    quota_count = draw(st.integers(1, 4))
    quotas = [{"count": draw(st.integers(0, 2)), "reserves": draw(st.integers(0, 2))} for _ in range(quota_count)]
    cap = draw(st.sampled_from([1, 1, 2, None]))
    employer = st.integers(0, draw(st.integers(0, 5))).map(lambda number: f"e{number}")
    mask = st.lists(st.integers(0, quota_count - 1), unique=True, max_size=quota_count)
    order = [
        {"label": f"p{number}", "mask": draw(mask), "employer": draw(employer)}
        for number in range(draw(st.integers(0, most_people)))
    ]
    return {"order": order, "quotas": quotas, "employer_cap": cap, "seated": _seated(draw, quotas, cap, employer)}


def _seated(
    draw: st.DrawFn, quotas: list[dict[str, int]], cap: int | None, employer: st.SearchStrategy[str]
) -> list[dict[str, Any]]:
    taken: Counter[object] = Counter()
    seated = []
    for number in range(draw(st.integers(0, 3))):
        quota, reserve, where = draw(st.integers(0, len(quotas) - 1)), draw(st.booleans()), draw(employer)
        slots = quotas[quota]["reserves" if reserve else "count"]
        if taken[quota, reserve] < slots and (cap is None or taken[where] < cap):
            taken.update([(quota, reserve), where])
            others = draw(st.lists(st.integers(0, len(quotas) - 1), max_size=2))
            state = draw(st.sampled_from(["confirmed", "pending"]))
            person = {"label": f"s{number}", "mask": sorted({quota, *others}), "employer": where}
            seated.append({**person, "quota": quota, "reserve": reserve, "state": state})
    return seated
