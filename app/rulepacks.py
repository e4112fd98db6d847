"""The rule packs that the house ships, by trade."""

from dataclasses import dataclass

from drawing.rulepack import RulePack, parse_rule_pack
from resources import rulepacks
from vault.suite import sha256


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack and the SHA-256 of its bytes, in hex."""

    rules: RulePack
    digest: str


def pack_for(trade: str) -> Pack:
    """Return the pack of a trade: works, procurement or others."""
    raw = rulepacks.rule_pack(trade)
    return Pack(parse_rule_pack(raw), sha256(raw).hex())
