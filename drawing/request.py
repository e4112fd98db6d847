"""What a draw is asked for: the values of a request, and the bytes that a ceremony commits to.

A request falls into three parts whose fields don't overlap: the *project* (name, lot, meeting: known in the room,
committed to by a salted digest), the *sealed* part (bidders, recusals, names of owner's members and of recommended
experts: never shown, never read aloud) and the *terms* (quotas, caps, level, opening: public in the certificate).
`assemble` in `drawing.request_form` puts the three together again.  The form is that of `docs/formats/request.md`.
Nothing here reads bytes from outside, and no value is checked twice: `parse_request` is the one way in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal

from vault.jsontext import JsonValue, dumps
from vault.times import to_text

Trade = Literal["works", "procurement", "others"]
Method = Literal["tender", "negotiation", "inquiry"]
Level = Literal["A", "B", "C"]
RecusalKind = Literal["person", "employer"]

TRADES: tuple[Trade, ...] = ("works", "procurement", "others")
METHODS: tuple[Method, ...] = ("tender", "negotiation", "inquiry")
LEVELS: tuple[Level, ...] = ("A", "B", "C")
RECUSAL_KINDS: tuple[RecusalKind, ...] = ("person", "employer")

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone in which dates of meetings and working days are counted (no summer time since 1992)."""


@dataclass(frozen=True, slots=True)
class Project:
    """The lot that is evaluated; `budget` is in yuan with two places."""

    name: str
    lot: str
    trade: Trade
    method: Method
    budget: Decimal
    technically_complex: bool
    high_social_impact: bool
    bidders_known: bool


@dataclass(frozen=True, slots=True)
class Site:
    """A room where experts sit: its place as it is spoken in the call, and when they have to be there."""

    id: str
    place: str
    arrive: datetime
    region: str | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """The evaluation meeting; `hours` is its expected length."""

    start: datetime
    hours: Decimal
    sites: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class RequestedQuota:
    """So many experts and reserves of a specialty (and all below it), of a region, for a site."""

    specialty: str
    region: str | None
    site: str
    count: int
    reserves: int

    @property
    def needed(self) -> int:
        """Principals and reserves together."""
        return self.count + self.reserves


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """Nobody who was on `draws` committees within `days` days is drawn again."""

    draws: int
    days: int


@dataclass(frozen=True, slots=True)
class OwnerMember:
    """A member whom the owner sends: counted in every committee rule, never drawn."""

    name: str
    authority: str
    employer: str


@dataclass(frozen=True, slots=True)
class RecommendedExpert:
    """An expert whom the law lets somebody name; `article` is that law, empty where none was given."""

    name: str
    phone: str
    employer: str
    article: str
    reason: str


@dataclass(frozen=True, slots=True)
class Bidder:
    """A bidder and the other names it goes by."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recusal:
    """A person (by expert id) or an employer (by name) that must not be drawn, and on what ground."""

    kind: RecusalKind
    value: str
    ground: str


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request, read and checked for form; names and recusals stay out of its repr."""

    project: Project
    meeting: Meeting
    quotas: tuple[RequestedQuota, ...]
    employer_cap: int | None
    frequency_cap: FrequencyCap | None
    level: Level
    witnesses: tuple[str, ...]
    opening: datetime
    template: str | None
    owner_members: tuple[OwnerMember, ...] = field(repr=False)
    recommended: tuple[RecommendedExpert, ...] = field(repr=False)
    bidders: tuple[Bidder, ...] = field(repr=False)
    recusals: tuple[Recusal, ...] = field(repr=False)

    @property
    def drawn(self) -> int:
        """How many principals the draw seats."""
        return sum(quota.count for quota in self.quotas)

    @property
    def members(self) -> int:
        """How many sit on the committee: drawn, recommended and the owner's."""
        return self.drawn + len(self.recommended) + len(self.owner_members)

    def site(self, quota: RequestedQuota) -> Site:
        """Return the site that a quota of this request names."""
        return next(site for site in self.meeting.sites if site.id == quota.site)

    def region(self, quota: RequestedQuota) -> str | None:
        """Return the region an expert of `quota` must come from: the quota's own, else its site's, else any."""
        return quota.region if quota.region is not None else self.site(quota).region


def request_value(request: Request) -> dict[str, JsonValue]:
    """Return the whole request as the JSON object of its format."""
    return {"v": 1, **_project_fields(request), **_sealed_fields(request), **_term_fields(request)}


def request_bytes(request: Request) -> bytes:
    """Write the whole request in its one spelling; `parse_request` reads it back to an equal value."""
    return dumps(request_value(request))


def project_bytes(request: Request) -> bytes:
    """Write the project's part: what is evaluated, when and where, and the call's template."""
    return dumps({"v": 1, **_project_fields(request)})


def sealed_bytes(request: Request) -> bytes:
    """Write the sealed part: bidders, recusals, owner's members, recommended experts."""
    return dumps({"v": 1, **_sealed_fields(request)})


def public_terms(request: Request) -> dict[str, JsonValue]:
    """Return the part that is public in the certificate, with counts and articles of what the sealed part names.

    `counts` is derived: `assemble` compares it with the sealed part.
    """
    return {"v": 1, **_term_fields(request), "counts": public_counts(request)}


def public_counts(request: Request) -> dict[str, JsonValue]:
    """Return what the public may know of the sealed part: how many owner's members, and each exception's article."""
    return {
        "owner_members": len(request.owner_members),
        "recommended_articles": [expert.article for expert in request.recommended],
    }


def _project_fields(request: Request) -> dict[str, JsonValue]:
    project, meeting = request.project, request.meeting
    return {
        "project": {
            "name": project.name,
            "lot": project.lot,
            "trade": project.trade,
            "method": project.method,
            "budget": f"{project.budget:.2f}",
            "technically_complex": project.technically_complex,
            "high_social_impact": project.high_social_impact,
            "bidders_known": project.bidders_known,
        },
        "meeting": {
            "start": to_text(meeting.start),
            "hours": str(meeting.hours),
            "sites": [
                {"id": site.id, "place": site.place, "arrive": to_text(site.arrive), "region": site.region}
                for site in meeting.sites
            ],
        },
        "template": request.template,
    }


def _sealed_fields(request: Request) -> dict[str, JsonValue]:
    return {
        "owner_members": [
            {"name": member.name, "authority": member.authority, "employer": member.employer}
            for member in request.owner_members
        ],
        "recommended": [_recommended_value(expert) for expert in request.recommended],
        "bidders": [{"name": bidder.name, "aliases": list(bidder.aliases)} for bidder in request.bidders],
        "recusals": [
            {"kind": recusal.kind, "value": recusal.value, "ground": recusal.ground} for recusal in request.recusals
        ],
    }


def _recommended_value(expert: RecommendedExpert) -> Mapping[str, JsonValue]:
    return {
        "name": expert.name,
        "phone": expert.phone,
        "employer": expert.employer,
        "article": expert.article,
        "reason": expert.reason,
    }


def _term_fields(request: Request) -> dict[str, JsonValue]:
    cap = request.frequency_cap
    return {
        "quotas": [
            {
                "specialty": quota.specialty,
                "region": quota.region,
                "site": quota.site,
                "count": quota.count,
                "reserves": quota.reserves,
            }
            for quota in request.quotas
        ],
        "employer_cap": request.employer_cap,
        "frequency_cap": None if cap is None else {"draws": cap.draws, "days": cap.days},
        "level": request.level,
        "witnesses": list(request.witnesses),
        "opening": to_text(request.opening),
    }
