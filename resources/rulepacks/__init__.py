"""The rule packs that come with the program, as bytes: works, government procurement, others, and the sample centre's.

Their form is `docs/formats/rulepack.md`; a centre may hand in a pack of its own instead.
"""

from importlib.resources import files

TRADES = ("works", "procurement", "others")
SAMPLE = "sample"


def rule_pack(name: str) -> bytes:
    """Return the bytes of the pack of one trade, or of the sample centre's pack of works.

    Raises:
        ValueError: for a trade that has no pack.
    """
    if name not in (*TRADES, SAMPLE):
        raise ValueError("no rule pack for this trade")
    return files(__name__).joinpath(f"{name}.json").read_bytes()
