"""`make bench`: every figure as a ratio to a baseline of the same run, as tables.

Give the names of pages to run some of them: order, selection, draw, verify, import, desktop.  Medians of five; the
import of a million rows takes some minutes.
"""

import sys

from tests.bench import bench_desktop, bench_draw, bench_import, bench_order, bench_selection, bench_verify

PAGES = {
    "order": bench_order.main,
    "selection": bench_selection.main,
    "draw": bench_draw.main,
    "verify": bench_verify.main,
    "import": bench_import.main,
    "desktop": bench_desktop.main,
}


def main() -> None:
    """Run the pages that are named, or all."""
    for name in sys.argv[1:] or PAGES:
        print(f"\n== {name}")
        PAGES[name]()


if __name__ == "__main__":
    main()
