"""How far a request narrows the bank down: what the supervisor signs before anything is frozen.

From verdicts come, for each quota, a *ladder* (people sought, those that each clause takes away in a fixed order,
people eligible), the ratio of eligible to needed, the highest chance of one expert, and the warnings of the rule
pack's limits.  No exact count under ten stands in a report, nor follows from one by subtraction: a clause that takes
fewer than ten is joined to the next, a start or an end is left out where the rest would give it away.
`Report.to_bytes` are the bytes that are signed.  Quotas that nobody can fill refuse the draw (`require_fillable`); how
many they lack is said then: exactly where ten or more are eligible, otherwise as the least that fits any count under
ten, because what is needed less what is lacking is a count like any other.  What follows from comparing two quotas, one
of which holds the other, or two previews, isn't hidden here: previews are journaled.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import islice

from drawing.eligibility import Reason, Verdict
from drawing.errors import DrawingError
from drawing.flow import ANY_EMPLOYER, Filling, Kind, People, Room, mask_of
from drawing.narrowing_ladder import FEW, Ladder, is_few, ladder
from drawing.request import Request, public_terms
from drawing.rule_checks import Facts
from drawing.rulepack import RulePack, Wording
from drawing.rules import Finding, review_pool
from vault.jsontext import JsonValue, dumps
from vault.times import to_text

CLAUSES: tuple[tuple[str, frozenset[Reason]], ...] = (
    ("region", frozenset({Reason.NOT_IN_REGION})),
    (
        "standing",
        frozenset({Reason.STANDING_SUSPENDED, Reason.STANDING_REMOVED, Reason.STANDING_BLACKLISTED}),
    ),
    ("recused_person", frozenset({Reason.RECUSED_PERSON})),
    ("recused_employer", frozenset({Reason.RECUSED_EMPLOYER})),
    ("bidder", frozenset({Reason.EMPLOYER_OF_BIDDER})),
    ("already_member", frozenset({Reason.ALREADY_MEMBER})),
    ("frequency", frozenset({Reason.FREQUENCY_CAP})),
)
"""The clauses in the order in which they take people away; each person goes with the first that applies."""

CLAUSE_NAMES: dict[str, str] = {
    "region": "not from the region",
    "standing": "suspended, removed or blacklisted",
    "recused_person": "recused as persons",
    "recused_employer": "recused by employer",
    "bidder": "with a bidder",
    "already_member": "already a member",
    "frequency": "drawn too often lately",
}
_RECUSALS = ("recused_person", "recused_employer")


class QuotasUnfillableError(DrawingError):
    """The bank can't fill the quotas, whoever is drawn; each of `shortages` has a sentence of its own."""

    code = "drawing.narrowing.unfillable"
    what = "Quotas can't be filled from this bank, within the employer cap: {quotas}."
    kept = "The request stays registered; nothing was frozen and nobody was drawn."
    todo = (
        "Look whether each specialty's code is right. End this draw with fengqian abort; then take a wider specialty "
        "or region, ask for fewer, or draw the rest from another lawful bank."
    )

    def __init__(self, shortages: Sequence["Lack"]) -> None:
        self.shortages = tuple(shortages)
        super().__init__(quotas=tuple(str(lack.quota + 1) for lack in shortages))


@dataclass(frozen=True, slots=True)
class BankVersion:
    """The version of the bank that was judged: its id, its Merkle root in hex, and how many people are in it."""

    id: str
    root: str
    size: int


@dataclass(frozen=True, slots=True)
class Lack:
    """A quota (from 0) that can't be filled: so many principals, so many reserves of `needed` are lacking at best.

    `is_few`: fewer than ten are eligible for it, so that the two numbers must not be shown.
    """

    quota: int
    specialty: str
    needed: int
    is_few: bool
    lacks: int = field(repr=False)
    reserves: int = field(repr=False)

    def text(self, wording: Wording) -> str:
        """Return one sentence, from which no count under ten follows."""
        place = {"quota": self.quota + 1, "specialty": self.specialty}
        if self.is_few:
            template = wording(
                "quota {quota} ({specialty}) lacks at least {least} of {needed}: fewer than {few} are eligible"
            )
            return template.format(**place, least=max(1, self.needed - FEW + 1), needed=self.needed, few=FEW)
        template = wording("quota {quota} ({specialty}) lacks {lacks} expert(s) and {reserves} reserve(s)")
        return template.format(**place, lacks=self.lacks, reserves=self.reserves)


class _Seen:
    """A verdict, how often it was given, and the employers of those it was given to where they are eligible."""

    __slots__ = ("employers", "number", "verdict")

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.number = 0
        self.employers: dict[str, int] = {}


class Tally:
    """Counts verdicts, and eligible people by quotas and employer; holds no person."""

    def __init__(self, request: Request) -> None:
        self.request = request
        # By identity: a judge gives all who are alike the same verdict, and a verdict's own hash is slow.
        self._seen: dict[int, _Seen] = {}

    def add(self, verdict: Verdict, employer: str) -> None:
        """Count one person; `employer` is the key under which the cap counts, empty for none."""
        seen = self._seen.get(id(verdict))
        if seen is None:
            seen = self._seen[id(verdict)] = _Seen(verdict)
        seen.number += 1
        if verdict.eligible:
            seen.employers[employer] = seen.employers.get(employer, 0) + 1

    def verdicts(self) -> Counter[Verdict]:
        """Count the people of each verdict."""
        found: Counter[Verdict] = Counter()
        for seen in self._seen.values():
            found[seen.verdict] += seen.number
        return found

    def eligible(self, quota: int) -> int:
        """Count those who can serve a quota."""
        return sum(seen.number for seen in self._seen.values() if quota in seen.verdict.mask)

    def sought(self, quota: int) -> int:
        """Count those whose specialty a quota seeks."""
        return sum(seen.number for seen in self._seen.values() if quota in seen.verdict.sought)

    def masks(self) -> Counter[tuple[int, ...]]:
        """Count the eligible by the quotas they can serve."""
        found: Counter[tuple[int, ...]] = Counter()
        for seen in self._seen.values():
            if seen.verdict.eligible:
                found[seen.verdict.mask] += seen.number
        return found

    def removed(self, quota: int) -> dict[str, int]:
        """Count those whom each clause takes from a quota, each person with the first clause that applies."""
        found = dict.fromkeys((clause for clause, _ in CLAUSES), 0)
        for seen in self._seen.values():
            if quota in seen.verdict.sought and quota not in seen.verdict.mask:
                found[_clause(seen.verdict, quota)] += seen.number
        return found

    def people(self) -> People:
        """Return as many of the eligible, as `drawing.flow` counts them, as can matter to what can be filled.

        Those without an employer stand each alone.  Of each verdict as many employers count as people are needed:
        whoever is of another employer can give way to one of these, since the others who sit leave one of them free.
        """
        quotas, cap = self.request.quotas, self.request.employer_cap
        people, most = People(len(quotas)), sum(quota.needed for quota in quotas)
        for place, seen in enumerate(self._seen.values()):
            mask = mask_of(seen.verdict.mask)
            for employer, number in islice(seen.employers.items(), most):
                if cap is None or employer:
                    _more(people, mask, ANY_EMPLOYER if cap is None else employer, number)
                else:
                    for index in range(min(number, most)):
                        _more(people, mask, f"\0{place} {index}", 1)
        return people


def _more(people: People, mask: int, employer: str, number: int) -> None:
    kind = people.employers(mask).setdefault(employer, Kind(mask, employer))
    kind.number += number


def tally_of(request: Request, judged: Iterable[tuple[Verdict, str]]) -> Tally:
    """Count judged people, given as verdict and the employer's `group_key`."""
    tally = Tally(request)
    for verdict, employer in judged:
        tally.add(verdict, employer)
    return tally


def _clause(verdict: Verdict, quota: int) -> str:
    if quota not in verdict.regional:
        return "region"
    return next(clause for clause, reasons in CLAUSES if not reasons.isdisjoint(verdict.reasons))


def lacks(tally: Tally) -> tuple[Lack, ...]:
    """Return the quotas that can't be filled whoever is drawn: earlier quotas and principals are filled first.

    By max-flow over specialties, regions and the employer cap: the sum of what is lacking is the least possible.
    """
    quotas, people = tally.request.quotas, tally.people()
    slots, filled, short = [0] * len(quotas), 0, []
    for asked in ([quota.count for quota in quotas], [quota.reserves for quota in quotas]):
        for index, number in enumerate(asked):
            slots[index] += number
            filling = Filling(slots, people, Room(tally.request.employer_cap))
            filling.fill()
            short.append(number - (filling.count - filled))
            filled = filling.count
    pairs = zip(short[: len(quotas)], short[len(quotas) :], strict=True)
    return tuple(
        Lack(index, quotas[index].specialty, quotas[index].needed, is_few(tally.eligible(index)), lacking, reserves)
        for index, (lacking, reserves) in enumerate(pairs)
        if lacking or reserves
    )


def require_fillable(found: Sequence[Lack]) -> None:
    """Pass where nothing is lacking: every quota, reserves included, can be filled.

    Raises:
        QuotasUnfillableError: naming each quota and how many it lacks, as far as that may be said.
    """
    if found:
        raise QuotasUnfillableError(found)


@dataclass(frozen=True, slots=True)
class QuotaReport:
    """What the report shows of one quota (from 0).

    `ratio` is eligible ÷ needed in tenths, rounded down; where the eligible are few it is the whole number that the
    ratio stays under.  `one_in` is n of the highest chance '1 in n'; where they are few the chance is higher than that.
    """

    quota: int
    specialty: str
    needed: int
    ladder: Ladder
    ratio: int
    one_in: int

    @property
    def is_few(self) -> bool:
        """Say whether fewer than ten are eligible."""
        return self.ladder.end is None

    def value(self) -> dict[str, JsonValue]:
        """Return the JSON of the report's format."""
        ratio = f"{self.ratio // 10}.{self.ratio % 10}"
        return {
            "quota": self.quota,
            "specialty": self.specialty,
            "needed": self.needed,
            "ladder": self.ladder.value(),
            "ratio": {"under": self.ratio} if self.is_few else ratio,
            "one_in": {"under": self.one_in} if self.is_few else self.one_in,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The narrowing report of one draw, which holds nothing that may not be shown."""

    draw: str
    at: datetime
    request: Request
    bank: BankVersion
    quotas: tuple[QuotaReport, ...]
    findings: tuple[Finding, ...] = field(hash=False)

    @property
    def needs_approval(self) -> bool:
        """Say whether a limit is passed that only a second approval with a published reason lifts."""
        return any(finding.approval and not finding.met for finding in self.findings)

    def value(self) -> dict[str, JsonValue]:
        """Return the report as JSON (docs/formats/request.md, narrowing report)."""
        return {
            "v": 1,
            "draw": self.draw,
            "at": to_text(self.at),
            "bank": {"id": self.bank.id, "root": self.bank.root, "size": self.bank.size},
            "terms": public_terms(self.request),
            "quotas": [quota.value() for quota in self.quotas],
            "findings": [finding.value() for finding in self.findings if not finding.met],
            "needs_approval": self.needs_approval,
        }

    def to_bytes(self) -> bytes:
        """Return the bytes that the supervisor signs."""
        return dumps(self.value())

    def lines(self, wording: Wording) -> tuple[str, ...]:
        """Return the report as lines of text, for a terminal or paper."""
        head = wording("Bank: {size} experts, root {root}.").format(size=self.bank.size, root=self.bank.root[:16])
        found = [head]
        for quota in self.quotas:
            found += _quota_lines(quota, wording)
        found += [finding.text(wording) for finding in self.findings if not finding.met]
        if self.needs_approval:
            found.append(wording("A second supervisor's approval and a published reason are needed."))
        return tuple(found)


def narrowing_report(tally: Tally, pack: RulePack, bank: BankVersion, draw: str, now: datetime) -> Report:
    """Make the report of a tallied pool, with the findings of the pack's rules for pools, broken ones and met."""
    request, masks = tally.request, tally.masks()
    shares = [_share(tally, index) for index in range(len(request.quotas))]
    quotas: list[QuotaReport] = []
    findings: list[Finding] = []
    for index in range(len(request.quotas)):
        quotas.append(_quota_report(tally, index, masks, shares))
        findings += review_pool(pack, _facts(tally, index, now))
    return Report(draw, now, request, bank, tuple(quotas), tuple(findings))


def _facts(tally: Tally, quota: int, now: datetime) -> Facts:
    removed = tally.removed(quota)
    recused = sum(removed[clause] for clause in _RECUSALS)
    return Facts(tally.request, now, quota, tally.sought(quota), tally.eligible(quota), recused)


def _share(tally: Tally, quota: int) -> Fraction:
    """Return needed ÷ eligible, as if at least ten were eligible: nothing here may hang on an exact small count."""
    return Fraction(tally.request.quotas[quota].needed, max(tally.eligible(quota), FEW))


def _quota_report(tally: Tally, index: int, masks: Counter[tuple[int, ...]], shares: Sequence[Fraction]) -> QuotaReport:
    quota, eligible = tally.request.quotas[index], tally.eligible(index)
    removed = tally.removed(index)
    steps = [(clause, removed[clause]) for clause, _ in CLAUSES]
    if is_few(eligible):
        ratio = -(-FEW // quota.needed)
        one_in = max(1, -(-FEW // quota.needed))
    else:
        ratio = eligible * 10 // quota.needed
        chance = max([shares[index], *(_chance(mask, shares) for mask in _plentiful(masks, index))])
        one_in = int(1 / min(chance, Fraction(1)))
    return QuotaReport(index, quota.specialty, quota.needed, ladder(tally.sought(index), steps), ratio, one_in)


def _plentiful(masks: Counter[tuple[int, ...]], quota: int) -> Iterable[tuple[int, ...]]:
    """Return the masks with a quota that ten people or more share; rarer ones must not show through the chance."""
    return (mask for mask, number in masks.items() if quota in mask and not is_few(number))


def _chance(mask: tuple[int, ...], shares: Sequence[Fraction]) -> Fraction:
    """Return at most how probable it is that somebody of this mask is drawn or held in reserve: the quotas' sum."""
    return sum((shares[quota] for quota in mask), Fraction(0))


def _number(count: int | None, wording: Wording) -> str:
    return wording("fewer than {few}").format(few=FEW) if count is None else str(count)


def _quota_lines(report: QuotaReport, wording: Wording) -> list[str]:
    head = wording("Quota {quota} ({specialty}): {needed} needed, reserves included.")
    lines = [head.format(quota=report.quota + 1, specialty=report.specialty, needed=report.needed)]
    shown = report.ladder
    if shown.start is not None:
        lines.append(wording("  sought: {count}").format(count=shown.start))
    for step in shown.steps:
        clauses = wording("; ").join(wording(CLAUSE_NAMES[clause]) for clause in step.clauses)
        template = wording("  less {count}: {clauses}") if step.count is not None else _open_step(shown, wording)
        lines.append(template.format(count=step.count, clauses=clauses, few=FEW))
    lines.append(wording("  eligible: {count}").format(count=_number(shown.end, wording)))
    lines.append(_ratio_line(report, wording))
    return lines


def _open_step(shown: Ladder, wording: Wording) -> str:
    if shown.end is not None:
        return wording("  less fewer than {few}: {clauses}")
    return wording("  less a number not shown: {clauses}")


def _ratio_line(report: QuotaReport, wording: Wording) -> str:
    if report.is_few:
        template = wording("  fewer than {ratio} times those needed; the highest chance is over 1 in {one_in}")
        return template.format(ratio=report.ratio, one_in=report.one_in)
    template = wording("  {ratio} times those needed; the highest chance is about 1 in {one_in}")
    return template.format(ratio=f"{report.ratio // 10}.{report.ratio % 10}", one_in=report.one_in)
