"""Run every check of the project; exit 1 where one finds something."""

import sys

from installer.checks import documents, locks, sizes, wording


def main() -> int:
    """Run the checks and print what they find."""
    found = [line for check in (wording, locks, sizes, documents) for line in check.findings()]
    for line in found:
        print(line)
    print(f"checks: {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
