"""The rule packs that come with the program, as bytes: works, government procurement, others.

Their form is `docs/formats/rulepack.md`; a centre may hand in a pack of its own instead.
"""

from importlib.resources import files

TRADES = ("works", "procurement", "others")


def rule_pack(trade: str) -> bytes:
    """Return the bytes of the pack of one trade.

    Raises:
        ValueError: for a trade that has no pack.
    """
    if trade not in TRADES:
        raise ValueError("no rule pack for this trade")
    return files(__name__).joinpath(f"{trade}.json").read_bytes()
