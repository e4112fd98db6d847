"""The rule packs that the house ships, by trade."""

from functools import cache

from drawing.rulepack import HeldPack
from resources import rulepacks


def pack_for(trade: str, *, sample: bool = False) -> HeldPack:
    """Return the pack of a trade; the sample centre has its own for works."""
    return _held(rulepacks.SAMPLE if sample and trade == "works" else trade)


def packs(*, sample: bool) -> tuple[HeldPack, ...]:
    """Return every pack that a certificate of this station may name; the sample centre's is for no other."""
    return tuple(_held(name) for name in (*rulepacks.TRADES, *((rulepacks.SAMPLE,) if sample else ())))


@cache
def _held(name: str) -> HeldPack:
    return HeldPack.of(rulepacks.rule_pack(name))
