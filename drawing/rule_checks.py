"""The checks that a rule pack can switch on: pure functions from facts and parameters to met or broken.

A check that doesn't concern a request (another method, no recommended expert) says None and is left out of the review.
Dates of meetings and working days are Chinese ones (UTC+8).  `CHECKS` is the whole list; a pack names checks by its
keys, gives exactly the parameters they declare, and may use only the details they declare in its sentences.  Details
never hold a bidder, a recused person or an expert, only counts and places in lists.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias, cast

from drawing.employer import normal_form
from drawing.narrowing_ladder import FEW, is_few
from drawing.request import BEIJING, Request
from drawing.workdays import workdays_before

ParameterKind: TypeAlias = Literal["count", "decimal", "methods", "levels"]
Parameter: TypeAlias = int | Decimal | tuple[str, ...]
Parameters: TypeAlias = Mapping[str, Parameter]
Details: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a check may look at: the request, the time it is now, and the pool of one quota once it is known.

    `sought`, `eligible` and `recused` count people of quota `quota`; they are zero before the pool is judged.
    """

    request: Request
    now: datetime
    quota: int = 0
    sought: int = 0
    eligible: int = 0
    recused: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """A check with the parameters it takes and the details its sentences may use.

    `pool` ones run once a quota; `sitting` ones look at who sits, and are asked again at each sealing.
    """

    judge: Callable[[Facts, Parameters], tuple[bool, Details] | None]
    parameters: Mapping[str, ParameterKind]
    details: frozenset[str]
    pool: bool = False
    sitting: bool = False


def _count(parameters: Parameters, name: str) -> int:
    return cast(int, parameters[name])


def _decimal(parameters: Parameters, name: str) -> Decimal:
    return cast(Decimal, parameters[name])


def _texts(parameters: Parameters, name: str) -> tuple[str, ...]:
    return cast("tuple[str, ...]", parameters[name])


def _day(moment: datetime) -> str:
    return moment.astimezone(BEIJING).date().isoformat()


def _minute(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def _is_of(facts: Facts, parameters: Parameters) -> bool:
    return facts.request.project.method in _texts(parameters, "methods")


def _make_up(request: Request) -> Details:
    """Return who makes up the committee, for sentences."""
    owner, recommended = len(request.owner_members), len(request.recommended)
    experts = request.drawn + recommended
    return {"members": request.members, "experts": experts, "owner": owner, "recommended": recommended}


def _committee_odd(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    if not _is_of(facts, parameters):
        return None
    return facts.request.members % 2 == 1, _make_up(facts.request)


def _committee_least(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    if not _is_of(facts, parameters):
        return None
    least = _count(parameters, "least")
    return facts.request.members >= least, {**_make_up(facts.request), "least": least}


def _committee_least_large(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    """Ask for more members where the budget reaches a sum, the matter is complex or of high social impact."""
    project, budget = facts.request.project, _decimal(parameters, "budget")
    large = project.budget >= budget or project.technically_complex or project.high_social_impact
    if not large or not _is_of(facts, parameters):
        return None
    least = _count(parameters, "least")
    return facts.request.members >= least, {**_make_up(facts.request), "least": least, "budget": f"{budget:,.2f}"}


def _experts_share(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    if not _is_of(facts, parameters):
        return None
    make_up, part, of = _make_up(facts.request), _count(parameters, "part"), _count(parameters, "of")
    met = cast(int, make_up["experts"]) * of >= facts.request.members * part
    return met, {**make_up, "part": part, "of": of}


def _owner_share(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    owner, part, of = len(facts.request.owner_members), _count(parameters, "part"), _count(parameters, "of")
    if owner == 0:
        return None
    return owner * of <= facts.request.members * part, {**_make_up(facts.request), "part": part, "of": of}


def _owner_most(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    owner, most = len(facts.request.owner_members), _count(parameters, "most")
    return None if owner == 0 else (owner <= most, {"owner": owner, "most": most})


def _members_clear(facts: Facts, _parameters: Parameters) -> tuple[bool, Details] | None:
    """Say whether no member who isn't drawn works for a bidder or a recused employer."""
    request = facts.request
    named = [f"owner_members[{index}]" for index in range(len(request.owner_members))]
    named += [f"recommended[{index}]" for index in range(len(request.recommended))]
    if not named:
        return None
    barred = {normal_form(name) for bidder in request.bidders for name in (bidder.name, *bidder.aliases)}
    barred |= {normal_form(recusal.value) for recusal in request.recusals if recusal.kind == "employer"}
    employers = [member.employer for member in request.owner_members]
    employers += [expert.employer for expert in request.recommended]
    struck = [place for place, employer in zip(named, employers, strict=True) if normal_form(employer) in barred]
    return not struck, {"places": ", ".join(struck)}


def _recommended_article(facts: Facts, _parameters: Parameters) -> tuple[bool, Details] | None:
    recommended = facts.request.recommended
    if not recommended:
        return None
    lacking = sum(not expert.article for expert in recommended)
    return lacking == 0, {"recommended": len(recommended), "lacking": lacking}


def _recommended_none(facts: Facts, _parameters: Parameters) -> tuple[bool, Details]:
    return not facts.request.recommended, {"recommended": len(facts.request.recommended)}


def _meeting_future(facts: Facts, _parameters: Parameters) -> tuple[bool, Details]:
    meeting = facts.request.meeting.start
    return meeting > facts.now, {"meeting": _minute(meeting), "now": _minute(facts.now)}


def _opening_future(facts: Facts, _parameters: Parameters) -> tuple[bool, Details]:
    opening = facts.request.opening
    return opening > facts.now, {"opening": _minute(opening), "now": _minute(facts.now)}


def _early(facts: Facts, parameters: Parameters) -> bool:
    """Say whether the rule on working days concerns this request: its method, one site."""
    return _is_of(facts, parameters) and len(facts.request.meeting.sites) <= _count(parameters, "most_sites")


def _not_before_workdays(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    """Allow the draw from the day that lies `days` working days before the meeting's day, from midnight."""
    if not _early(facts, parameters):
        return None
    meeting, days = facts.request.meeting.start, _count(parameters, "days")
    earliest = workdays_before(meeting.astimezone(BEIJING).date(), days).day
    met = facts.now.astimezone(BEIJING).date() >= earliest
    return met, {"days": days, "earliest": earliest.isoformat(), "meeting": _day(meeting)}


def _workdays_known(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    if not _early(facts, parameters):
        return None
    day = facts.request.meeting.start.astimezone(BEIJING).date()
    return workdays_before(day, _count(parameters, "days")).known, {"year": day.year}


def _within_hours(facts: Facts, parameters: Parameters) -> tuple[bool, Details]:
    meeting, hours = facts.request.meeting.start, _count(parameters, "hours")
    earliest = meeting - timedelta(hours=hours)
    return facts.now >= earliest, {"hours": hours, "earliest": _minute(earliest), "meeting": _minute(meeting)}


def _recusals_most(facts: Facts, parameters: Parameters) -> tuple[bool, Details]:
    kinds = [recusal.kind for recusal in facts.request.recusals]
    persons, employers = kinds.count("person"), kinds.count("employer")
    most_persons, most_employers = _count(parameters, "persons"), _count(parameters, "employers")
    met = persons <= most_persons and employers <= most_employers
    return met, {
        "persons": persons,
        "employers": employers,
        "most_persons": most_persons,
        "most_employers": most_employers,
    }


def _level_allowed(facts: Facts, parameters: Parameters) -> tuple[bool, Details]:
    levels = _texts(parameters, "levels")
    return facts.request.level in levels, {"level": facts.request.level, "levels": ", ".join(levels)}


def _pool_ratio(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    """Compare eligible with needed; not where the answer would tell one count under ten from another."""
    quota, least = facts.request.quotas[facts.quota], _decimal(parameters, "least")
    if is_few(facts.eligible) and least * quota.needed < FEW:
        return None
    return facts.eligible >= least * quota.needed, {
        "quota": facts.quota + 1,
        "specialty": quota.specialty,
        "least": str(least),
    }


def _pool_least(facts: Facts, parameters: Parameters) -> tuple[bool, Details]:
    """Ask for a number of eligible people, ten at least."""
    quota, least = facts.request.quotas[facts.quota], max(_count(parameters, "least"), FEW)
    return facts.eligible >= least, {"quota": facts.quota + 1, "specialty": quota.specialty, "least": least}


def _recused_share(facts: Facts, parameters: Parameters) -> tuple[bool, Details] | None:
    if is_few(facts.sought):
        return None
    quota, percent = facts.request.quotas[facts.quota], _count(parameters, "percent")
    met = facts.recused * 100 <= facts.sought * percent
    return met, {"quota": facts.quota + 1, "specialty": quota.specialty, "percent": percent}


_MEMBERS = frozenset({"members", "experts", "owner", "recommended"})
_POOL = frozenset({"quota", "specialty"})

CHECKS: Mapping[str, Check] = {
    "committee_odd": Check(_committee_odd, {"methods": "methods"}, _MEMBERS, sitting=True),
    "committee_least": Check(
        _committee_least, {"least": "count", "methods": "methods"}, _MEMBERS | {"least"}, sitting=True
    ),
    "committee_least_large": Check(
        _committee_least_large,
        {"least": "count", "budget": "decimal", "methods": "methods"},
        _MEMBERS | {"least", "budget"},
        sitting=True,
    ),
    "experts_share": Check(
        _experts_share,
        {"part": "count", "of": "count", "methods": "methods"},
        _MEMBERS | {"part", "of"},
        sitting=True,
    ),
    "owner_share": Check(_owner_share, {"part": "count", "of": "count"}, _MEMBERS | {"part", "of"}, sitting=True),
    "owner_most": Check(_owner_most, {"most": "count"}, frozenset({"owner", "most"}), sitting=True),
    "members_clear": Check(_members_clear, {}, frozenset({"places"}), sitting=True),
    "recommended_article": Check(_recommended_article, {}, frozenset({"recommended", "lacking"}), sitting=True),
    "recommended_none": Check(_recommended_none, {}, frozenset({"recommended"}), sitting=True),
    "meeting_future": Check(_meeting_future, {}, frozenset({"meeting", "now"})),
    "opening_future": Check(_opening_future, {}, frozenset({"opening", "now"})),
    "not_before_workdays": Check(
        _not_before_workdays,
        {"days": "count", "methods": "methods", "most_sites": "count"},
        frozenset({"days", "earliest", "meeting"}),
    ),
    "workdays_known": Check(
        _workdays_known, {"days": "count", "methods": "methods", "most_sites": "count"}, frozenset({"year"})
    ),
    "within_hours": Check(_within_hours, {"hours": "count"}, frozenset({"hours", "earliest", "meeting"})),
    "recusals_most": Check(
        _recusals_most,
        {"persons": "count", "employers": "count"},
        frozenset({"persons", "employers", "most_persons", "most_employers"}),
    ),
    "level_allowed": Check(_level_allowed, {"levels": "levels"}, frozenset({"level", "levels"})),
    "pool_ratio": Check(_pool_ratio, {"least": "decimal"}, _POOL | {"least"}, pool=True),
    "pool_least": Check(_pool_least, {"least": "count"}, _POOL | {"least"}, pool=True),
    "recused_share": Check(_recused_share, {"percent": "count"}, _POOL | {"percent"}, pool=True),
}
