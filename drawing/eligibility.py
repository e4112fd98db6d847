"""Who may be drawn: each expert in a sought specialty is eligible, or excluded for reasons that are named.

Pure, and fast enough for a whole province: a `Judge` works out once what the request bars, and once for each list of
specialties, region and employer what it says of them; verdicts are shared values.  An employer is barred where its
normal form (`drawing.employer`) is a bidder's or a recused one's, or where the supervisor has confirmed that the two
are the same (`Context.confirmed`); `names_to_confirm` lists what only looks alike.  An expert's former employers count
like the present one.  A region holds all regions whose full name begins with its own.  Frequency counts come in as a
map; whether somebody sits on another draw's unopened list isn't known here and isn't asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from drawing.employer import EmployerMatch, group_key, match_employers, normal_form
from drawing.expert import Expert, Standing
from drawing.flow import quotas_of
from drawing.request import BEIJING, Request
from drawing.specialty import covers

K = TypeVar("K")
V = TypeVar("V")


class Reason(StrEnum):
    """Why somebody is excluded, in the order in which the narrowing report takes people away."""

    NO_SOUGHT_SPECIALTY = "no_sought_specialty"
    NOT_IN_REGION = "not_in_region"
    STANDING_SUSPENDED = "standing_suspended"
    STANDING_REMOVED = "standing_removed"
    STANDING_BLACKLISTED = "standing_blacklisted"
    RECUSED_PERSON = "recused_person"
    RECUSED_EMPLOYER = "recused_employer"
    EMPLOYER_OF_BIDDER = "employer_of_bidder"
    ALREADY_MEMBER = "already_member"
    FREQUENCY_CAP = "frequency_cap"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the request says of an expert, without saying of whom.

    `sought` are the quotas whose specialty fits, `regional` those whose region fits too, `mask` those the expert can
    serve: `regional` where eligible, else empty.  Quotas count from 0 in request order.
    """

    eligible: bool
    reasons: tuple[Reason, ...]
    mask: tuple[int, ...]
    sought: tuple[int, ...]
    regional: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What a verdict needs beside expert and request.

    `confirmed` holds pairs (normal form of an employer in the bank, normal form of a bidder or recused employer) that
    the supervisor has confirmed to be the same; `frequency` counts each expert's closed draws within the cap's days.
    """

    confirmed: frozenset[tuple[str, str]] = field(default_factory=frozenset, repr=False)
    frequency: Mapping[str, int] = field(default_factory=dict, repr=False, hash=False)


def sought_prefixes(request: Request) -> tuple[str, ...]:
    """Return the specialty codes that the quotas name, ascending, without those that another covers."""
    codes = sorted({quota.specialty for quota in request.quotas})
    return tuple(code for code in codes if not any(code != other and covers(code, other) for other in codes))


def bidder_names(request: Request) -> tuple[str, ...]:
    """Return every name of every bidder, in request order."""
    return tuple(dict.fromkeys(name for bidder in request.bidders for name in (bidder.name, *bidder.aliases)))


def recused_employers(request: Request) -> tuple[str, ...]:
    """Return the recused employers' names, in request order."""
    return tuple(recusal.value for recusal in request.recusals if recusal.kind == "employer")


def names_to_confirm(request: Request, experts: Iterable[Expert]) -> tuple[EmployerMatch, ...]:
    """Set bidders and recused employers beside the employers of `experts` that look alike without being equal.

    For the supervisor, side by side, once for each pair of spellings; pairs of one normal form need no confirmation.
    """
    employers = {name for expert in experts for name in (expert.employer, *expert.former_employers)}
    named = (*bidder_names(request), *recused_employers(request))
    return tuple(match for match in match_employers(named, employers) if not match.is_exact)


def confirmation(employer: str, recused: str) -> tuple[str, str]:
    """Return the pair that `Context.confirmed` holds once the supervisor has said that both are the same."""
    return normal_form(employer), normal_form(recused)


def barred_employers(names: Iterable[str], confirmed: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the normal forms of the employers that these names bar; `confirmed` is as in `Context`."""
    forms = frozenset(form for form in map(normal_form, names) if form)
    return forms | {employer for employer, named in confirmed if named in forms}


def judge(expert: Expert, request: Request, context: Context) -> Verdict:
    """Judge one expert; for many, make one `Judge` and keep it."""
    return Judge(request, context).verdict(expert)


class Judge:
    """Judges experts by one request in one context; holds nothing but what follows from the two and from experts."""

    def __init__(self, request: Request, context: Context) -> None:
        self._quotas = tuple((quota.specialty, request.region(quota)) for quota in request.quotas)
        self._day = request.meeting.start.astimezone(BEIJING).date()
        self._bidders = barred_employers(bidder_names(request), context.confirmed)
        self._recused = barred_employers(recused_employers(request), context.confirmed)
        self._persons = _barred_persons(request, context)
        self._members = frozenset((expert.name, _digits(expert.phone)) for expert in request.recommended)
        self._codes = _Memo(self._of_code)
        self._employers = _Memo(self._of_employer)
        self._known = _Memo(self._of_likes)

    def verdict(self, expert: Expert) -> Verdict:
        """Judge one expert."""
        (verdict,) = self.verdicts((expert,))
        return verdict

    def verdicts(self, experts: Iterable[Expert]) -> Iterator[Verdict]:
        """Judge experts, one verdict each, in their order."""
        codes, employers, known, persons = self._codes, self._employers, self._known, self._persons
        for expert in experts:
            sought = 0
            for code in expert.specialties:
                sought |= codes[code]
            barred = employers[expert.employer] | persons.get(expert.id, 0)
            for former in expert.former_employers:
                barred |= employers[former]
            if expert.standing is not _NORMAL:
                barred |= _of_standing(expert.standing, expert.suspended_until, self._day)
            if self._members and (expert.name, _digits(expert.phone)) in self._members:
                barred |= _BIT[Reason.ALREADY_MEMBER]
            yield known[sought, expert.region, barred]

    def _of_code(self, code: str) -> int:
        """Return the quotas that a specialty fits, bit i for quota i."""
        return sum(1 << index for index, (prefix, _) in enumerate(self._quotas) if covers(code, prefix))

    def _of_employer(self, name: str) -> int:
        """Return the reasons that an employer's name brings, a bit each."""
        form = group_key(name)
        barred = _BIT[Reason.RECUSED_EMPLOYER] if form in self._recused else 0
        return barred | (_BIT[Reason.EMPLOYER_OF_BIDDER] if form in self._bidders else 0)

    def _of_likes(self, alike: tuple[int, str, int]) -> Verdict:
        """Make the verdict that all share who are alike in quotas sought, region and reasons."""
        quotas, region, barred = alike
        sought = quotas_of(quotas)
        regional = tuple(index for index in sought if region.startswith(self._quotas[index][1] or ""))
        if not regional:
            barred |= _BIT[Reason.NOT_IN_REGION if sought else Reason.NO_SOUGHT_SPECIALTY]
        reasons = tuple(reason for reason in Reason if barred & _BIT[reason])
        return Verdict(not reasons, reasons, () if reasons else regional, sought, regional)


class _Memo(dict[K, V]):
    """A map that works out what it lacks, once."""

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        made = self[key] = self._make(key)
        return made


_NORMAL = Standing.NORMAL
_BIT = {reason: 1 << index for index, reason in enumerate(Reason)}


def _of_standing(standing: Standing, until: date | None, day: date) -> int:
    """Say whether a standing bars on `day`, as a reason's bit; whoever is suspended is free after the last day."""
    if standing is Standing.SUSPENDED:
        return _BIT[Reason.STANDING_SUSPENDED] if until is None or until >= day else 0
    if standing is Standing.REMOVED:
        return _BIT[Reason.STANDING_REMOVED]
    return _BIT[Reason.STANDING_BLACKLISTED] if standing is Standing.BLACKLISTED else 0


def _barred_persons(request: Request, context: Context) -> dict[str, int]:
    """Return the reasons that persons bring, a bit each, by expert id."""
    found = {recusal.value: _BIT[Reason.RECUSED_PERSON] for recusal in request.recusals if recusal.kind == "person"}
    cap = request.frequency_cap
    for person, draws in context.frequency.items():
        if cap is not None and draws >= cap.draws:
            found[person] = found.get(person, 0) | _BIT[Reason.FREQUENCY_CAP]
    return found


def _digits(phone: str) -> str:
    """Return a number's last eleven digits, so that +86 and spaces make no difference."""
    return "".join(filter(str.isdigit, phone))[-11:]
