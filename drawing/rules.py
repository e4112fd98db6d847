"""A request against its rule pack: every rule that concerns it, met or broken, with the article it comes from.

`review_request` judges the request alone, `review_pool` one quota's pool (whose counts the caller keeps to itself),
`review_sitting` the committee as it sits at a sealing; `require_allowed` refuses
what a rule forbids and, without a second approval, what a rule leaves to one.  The time it is now comes as a parameter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from drawing.errors import DrawingError
from drawing.request import Request
from drawing.rule_checks import CHECKS, Details, Facts, Parameter
from drawing.rulepack import Rule, RulePack, Severity, Wording
from vault.jsontext import JsonValue


class RequestRefusedError(DrawingError):
    """The request breaks rules that block it; `findings` holds them all."""

    code = "drawing.request.refused"
    what = "The request breaks {count} rule(s): {rules}."
    todo = "Change the request so that each rule named is met, and hand it in again."

    def __init__(self, findings: Sequence["Finding"]) -> None:
        self.findings = tuple(findings)
        super().__init__(count=len(findings), rules=tuple(finding.source for finding in findings))


class ApprovalNeededError(DrawingError):
    """The request goes past limits that only a second approval with a published reason lifts."""

    code = "drawing.request.approval_needed"
    what = "The request goes past {count} limit(s): {rules}."
    todo = "Widen the request, or let a second supervisor approve it and write the reason that will be published."

    def __init__(self, findings: Sequence["Finding"]) -> None:
        self.findings = tuple(findings)
        super().__init__(count=len(findings), rules=tuple(finding.source for finding in findings))


class WrongPackError(DrawingError):
    """The rule pack is another trade's."""

    code = "drawing.rules.wrong_pack"
    what = "The request is for the trade {trade}, the rule pack for {pack}."
    todo = "Choose the rule pack of the request's trade."


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of a request; `message` is an English template, `details` fill it."""

    rule: str
    met: bool
    severity: Severity
    approval: bool
    article: str | None
    message: str
    details: Details = field(hash=False)

    @property
    def forbids(self) -> bool:
        """Say whether it is broken and blocks, unless somebody may lift it and does."""
        return not self.met and (self.severity == "refuse" or self.approval)

    @property
    def source(self) -> str:
        """Return the rule's id with its article, or with the word local."""
        return f"{self.rule} ({self.article or 'local'})"

    def text(self, wording: Wording) -> str:
        """Return the sentence in the wording's language, with its source."""
        sentence = wording(self.message).format_map(self.details)
        source = self.article or wording("Local policy, not law")
        return wording("{sentence} [{source}]").format(sentence=sentence, source=source)

    def value(self) -> dict[str, JsonValue]:
        """Return the finding as JSON for records."""
        return {
            "rule": self.rule,
            "met": self.met,
            "severity": self.severity,
            "approval": self.approval,
            "article": self.article,
            "message": self.message,
            "details": {name: _json(value) for name, value in sorted(self.details.items())},
        }


def _json(value: object) -> JsonValue:
    return value if isinstance(value, int) else str(value)


def review_request(request: Request, pack: RulePack, now: datetime) -> tuple[Finding, ...]:
    """Judge a request by every rule of the pack that is on and concerns it, in the pack's order.

    Raises:
        WrongPackError: where the pack is for another trade.
    """
    _require_trade(request, pack)
    return _review(pack, Facts(request, now), pool=False)


def review_sitting(request: Request, pack: RulePack, seated: Sequence[int], now: datetime) -> tuple[Finding, ...]:
    """Judge who really sits, `seated` principals of each quota, by the pack's rules on that.

    Raises:
        WrongPackError: where the pack is for another trade.
    """
    _require_trade(request, pack)
    sitting = tuple(replace(quota, count=count) for quota, count in zip(request.quotas, seated, strict=True))
    facts = Facts(replace(request, quotas=sitting), now)
    judged = (_judge(rule, facts) for rule in pack.rules if rule.is_on and CHECKS[rule.check].sitting)
    return tuple(finding for finding in judged if finding is not None)


def recall(
    pack: RulePack, broken: Sequence[str], drawn: int, recommended: Sequence[str], owner: int
) -> tuple[Finding, ...]:
    """Return the findings of a sealing again from what the record keeps of them: ids, and how many sit.

    Args:
        pack: the pack by which they were judged.
        broken: ids of its rules; others are left out.
        drawn: how many principals sit.
        recommended: for each recommended expert the article.
        owner: how many members the owner sends.
    """
    experts = drawn + len(recommended)
    details: Details = {
        "members": experts + owner,
        "experts": experts,
        "owner": owner,
        "recommended": len(recommended),
        "lacking": sum(not article for article in recommended),
        "places": "…",
    }
    return tuple(
        Finding(
            rule.id,
            False,
            rule.severity,
            rule.approval,
            rule.article,
            rule.broken.en,
            {**details, **{name: _shown(value) for name, value in rule.parameters.items()}},
        )
        for rule in pack.rules
        if rule.id in broken
    )


def _shown(value: Parameter) -> object:
    return f"{value:,.2f}" if isinstance(value, Decimal) else value


def _require_trade(request: Request, pack: RulePack) -> None:
    if pack.trade != request.project.trade:
        raise WrongPackError(trade=request.project.trade, pack=pack.trade)


def review_pool(pack: RulePack, facts: Facts) -> tuple[Finding, ...]:
    """Judge the pool of one quota by the pack's rules for pools."""
    return _review(pack, facts, pool=True)


def _review(pack: RulePack, facts: Facts, *, pool: bool) -> tuple[Finding, ...]:
    judged = (_judge(rule, facts) for rule in pack.rules if rule.is_on and CHECKS[rule.check].pool == pool)
    return tuple(finding for finding in judged if finding is not None)


def _judge(rule: Rule, facts: Facts) -> Finding | None:
    result = CHECKS[rule.check].judge(facts, rule.parameters)
    if result is None:
        return None
    met, details = result
    sentence = rule.met if met else rule.broken
    return Finding(rule.id, met, rule.severity, rule.approval, rule.article, sentence.en, details)


def require_allowed(findings: Iterable[Finding], *, approved: bool = False) -> None:
    """Pass where nothing broken blocks; `approved` says that a second approval with a reason is at hand.

    Raises:
        RequestRefusedError: where a broken rule refuses and no approval can lift it.
        ApprovalNeededError: where only approvals are missing.
    """
    broken = [finding for finding in findings if not finding.met]
    refused = [finding for finding in broken if finding.severity == "refuse" and not finding.approval]
    if refused:
        raise RequestRefusedError(refused)
    waiting = [finding for finding in broken if finding.approval]
    if waiting and not approved:
        raise ApprovalNeededError(waiting)
