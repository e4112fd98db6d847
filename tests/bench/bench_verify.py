"""Verify a transcript of about 100,000 labels, as a ratio to freezing and drawing the same people in the same run.

Run: `python -m tests.bench.bench_verify`.  The transcript is a whole draw's, made at the desk; the baseline is the
freeze (verdicts, feasibility, table, root) and the selection of as many rounds as the draw had, without database,
box, paper or fairness page.
"""

from drawing.verify import verify_transcript
from tests.bench.bench_draw import experts, first_selection, freeze
from tests.bench.bench_order import SOUGHT, Row, by_turns, median_of_five, print_table
from tests.drawing.verify.build import Drawn, run_draw


def many_rows(count: int = SOUGHT) -> list[str]:
    """Rows of a bank of sought people, of 20,000 employers."""
    codes = ("A0803", "A06", "A04", "A0803、A06", "A06、A04")
    return [
        f"E{number:07d},某某,138{number:08d},{number * 7919 % 20_000} 号工程咨询有限公司,,{codes[number % 5]},"
        f"{'澜江市' if number % 2 else '临州市'},正常,,"
        for number in range(count)
    ]


def verified(drawn: Drawn) -> None:
    """Verify with the people's keys at hand."""
    report = verify_transcript(drawn.file, keys=drawn.keys)
    assert report.exit_code == 0, report.texts()


def rows() -> list[Row]:
    """The one comparison of this page."""
    drawn = run_draw(rows=many_rows())
    people = experts()
    pool = freeze(people)
    alone = median_of_five(lambda: first_selection(pool))
    own, base = by_turns(lambda: verified(drawn), lambda: first_selection(freeze(people)))
    print(f"transcript: {len(drawn.file) / 1e6:.1f} MB; one round of it selects in {alone * 1000:.0f} ms")
    return [(f"verify {SOUGHT:,} labels", own, "freeze and draw", base)]


def main() -> None:
    """Print the table."""
    print_table(rows())


if __name__ == "__main__":
    main()
