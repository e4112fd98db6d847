"""A request as it is typed on a form: plain texts, what is wrong with them, and the request that they make.

`Draft` holds what stands in fields and rows, whatever it is worth; `faults` names each place that lacks something or
can't be read; `value_of` turns a draft without faults into the JSON of docs/formats/request.md, and `draft_of` turns a
request into a draft.  Times are typed and shown in the zone of the meeting (UTC+8), amounts in yuan.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from app.wording import shown_time
from drawing.request import BEIJING, Request
from drawing.specialty import is_code
from vault.errors import MalformedRecordError
from vault.jsontext import JsonValue, dumps, loads
from vault.times import to_text

Rows = tuple[tuple[str, ...], ...]
LONGEST_DRAFT: Final = 16 * 1024 * 1024
_SEPARATOR: Final = "；"
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_TIME: Final = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D+(\d{1,2})(?:\D+(\d{1,2}))?\D*")
_HOURS: Final = re.compile(r"[1-9][0-9]?(\.5)?|0\.5")
_NUMBER: Final = re.compile(r"[0-9]{1,4}")
_LARGEST: Final = Decimal(10) ** 13

# how each field and each column is read, and whether it must be there
FIELDS: Final[Mapping[str, tuple[str, bool]]] = {
    "name": ("text", True),
    "lot": ("text", True),
    "trade": ("text", True),
    "method": ("text", True),
    "budget": ("amount", True),
    "technically_complex": ("text", False),
    "high_social_impact": ("text", False),
    "start": ("time", True),
    "hours": ("hours", True),
    "opening": ("time", False),
    "level": ("text", True),
    "employer_cap": ("number", False),
    "cap_draws": ("number", False),
    "cap_days": ("number", False),
    "witnesses": ("text", True),
    "template": ("text", False),
}
COLUMNS: Final[Mapping[str, tuple[tuple[str, str, bool], ...]]] = {
    "sites": (("place", "text", True), ("arrive", "time", False), ("region", "text", False), ("id", "text", False)),
    "quotas": (
        ("specialty", "code", True),
        ("region", "text", False),
        ("site", "site", False),
        ("count", "number", True),
        ("reserves", "number", False),
    ),
    "owner_members": (("name", "text", True), ("authority", "text", True), ("employer", "text", True)),
    "recommended": (
        ("name", "text", True),
        ("phone", "text", True),
        ("employer", "text", True),
        ("article", "text", False),
        ("reason", "text", True),
    ),
    "bidders": (("name", "text", True), ("aliases", "text", False)),
    "recusals": (("kind", "text", True), ("value", "text", True), ("ground", "text", True)),
}
NEEDED: Final = ("sites", "quotas")
_TOGETHER: Final = {"cap_draws": "cap_days", "cap_days": "cap_draws"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands on the form: texts by field, and rows of texts by sheet; bidders and recusals are in it."""

    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    rows: Mapping[str, Rows] = field(default_factory=dict, repr=False)

    def said(self, key: str) -> str:
        """Return a field's text."""
        return self.fields.get(key, "")

    def sheet(self, key: str) -> Rows:
        """Return the rows of a sheet."""
        return self.rows.get(key, ())

    def to_bytes(self) -> bytes:
        """Write it, to be kept."""
        sheets: dict[str, JsonValue] = {key: [list(row) for row in rows] for key, rows in self.rows.items()}
        return dumps({"fields": dict(self.fields), "rows": sheets})

    @classmethod
    def of(cls, content: bytes) -> "Draft":
        """Read what was kept; what isn't a draft gives an empty one."""
        try:
            value: Any = loads(content, limit=LONGEST_DRAFT)
            fields = {key: str(value["fields"][key]) for key in FIELDS if key in value["fields"]}
            rows = {
                key: tuple(tuple(map(str, row)) for row in value["rows"][key] if len(row) == len(columns))
                for key, columns in COLUMNS.items()
                if key in value["rows"]
            }
        except (MalformedRecordError, KeyError, TypeError):
            return EMPTY
        return cls(fields, rows)


EMPTY: Final = Draft(
    {"trade": "works", "method": "tender", "level": "C", "employer_cap": "1", "witnesses": "supervisor, owner"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A place of the form that can't stand: a field, or a sheet's cell (row and column from 0; row −1: no row at all).

    `kind`: `empty`, `time`, `amount`, `number`, `hours`, `code` or `site`.
    """

    place: str
    kind: str
    row: int = -1
    column: int = 0


def clean(text: str) -> str:
    """Return a text as a request takes it: NFC, no control or invisible signs, no space at its ends."""
    spaced = "".join(" " if sign in "\t\r\n\u2028\u2029" else sign for sign in unicodedata.normalize("NFC", text))
    seen = (sign for sign in spaced if unicodedata.category(sign) not in _INVISIBLE)
    return " ".join("".join(seen).split(" ")).strip()


def typed_time(text: str) -> datetime | None:
    """Return the moment that `2026-11-26 09:00`, `2026年11月26日 9:00` or the like stands for; None: none."""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=BEIJING).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def typed_amount(text: str) -> str | None:
    """Return an amount in yuan with two places: `86,400,000`, `8640 万元`; None for anything else."""
    plain = re.sub(r"[,，\s元¥]", "", unicodedata.normalize("NFKC", text))
    times = Decimal(10_000) if plain.endswith("万") else Decimal(1)
    try:
        amount = Decimal(plain.removesuffix("万")) * times
        if not amount.is_finite() or not 0 <= amount < _LARGEST or amount != amount.quantize(Decimal("0.01")):
            return None
    except ArithmeticError:  # no number, or one beyond what Decimal holds
        return None
    return f"{amount:.2f}"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _reads(kind: str, text: str, draft: Draft) -> bool:
    match kind:
        case "time":
            return typed_time(text) is not None
        case "amount":
            return typed_amount(text) is not None
        case "number":
            return _NUMBER.fullmatch(_plain(text)) is not None
        case "hours":
            return _HOURS.fullmatch(_plain(text)) is not None
        case "code":
            return is_code(_plain(text))
        case "site":
            return text in {row[0] for row in draft.sheet("sites")}
        case _:
            return True


def faults(draft: Draft) -> tuple[Fault, ...]:
    """Return every place that lacks something or can't be read, from the top of the form to its end."""
    found = []
    for key, (kind, needed) in FIELDS.items():
        text, other = draft.said(key), draft.said(_TOGETHER.get(key, ""))
        if not text and (needed or other):
            found.append(Fault(key, "empty"))
        elif text and not _reads(kind, text, draft):
            found.append(Fault(key, kind))
    for sheet, columns in COLUMNS.items():
        rows = draft.sheet(sheet)
        if not rows and sheet in NEEDED:
            found.append(Fault(sheet, "empty"))
        several = len(draft.sheet("sites")) > 1
        for number, row in enumerate(rows):
            for at, ((key, kind, needed), text) in enumerate(zip(columns, row, strict=True)):
                if not text and (needed or (key == "site" and several)):
                    found.append(Fault(sheet, "empty", number, at))
                elif text and not _reads(kind, text, draft):
                    found.append(Fault(sheet, kind, number, at))
    return tuple(found)


def _sites(draft: Draft, start: datetime) -> list[tuple[str, dict[str, JsonValue]]]:
    """Return each site's place with its JSON; one without a key gets one that no other has."""
    rows, made = draft.sheet("sites"), list[tuple[str, dict[str, JsonValue]]]()
    taken = {row[3] for row in rows}
    for number, (place, arrive, region, key) in enumerate(rows, 1):
        own = key
        while not own:
            own = next(name for at in range(number, number + len(rows) + 1) if (name := f"site-{at}") not in taken)
        taken.add(own)
        at = typed_time(arrive) or start
        made.append((place, {"id": own, "place": place, "arrive": to_text(at), "region": region or None}))
    return made


def value_of(draft: Draft) -> dict[str, JsonValue]:
    """Return the request's JSON of a draft without faults; `parse_request` has the last word on it."""
    said = draft.said
    start = typed_time(said("start")) or datetime(2000, 1, 1, tzinfo=UTC)
    sites = _sites(draft, start)
    ids = {place: site["id"] for place, site in reversed(sites)}
    cap = {"draws": int(_plain(said("cap_draws"))), "days": int(_plain(said("cap_days")))} if said("cap_days") else None
    quotas: list[JsonValue] = [
        {
            "specialty": _plain(code),
            "region": region or None,
            "site": ids[site] if site else sites[0][1]["id"],
            "count": int(_plain(count)),
            "reserves": int(_plain(reserves) or 0),
        }
        for code, region, site, count, reserves in draft.sheet("quotas")
    ]
    bidders: list[JsonValue] = [
        {"name": name, "aliases": [one for part in re.split("[;；]", aliases) if (one := clean(part))]}
        for name, aliases in draft.sheet("bidders")
    ]
    return {
        "v": 1,
        "project": {
            "name": said("name"),
            "lot": said("lot"),
            "trade": said("trade"),
            "method": said("method"),
            "budget": typed_amount(said("budget")) or "",
            "technically_complex": bool(said("technically_complex")),
            "high_social_impact": bool(said("high_social_impact")),
            "bidders_known": bool(bidders),
        },
        "meeting": {"start": to_text(start), "hours": _plain(said("hours")), "sites": [site for _, site in sites]},
        "quotas": quotas,
        "employer_cap": int(_plain(said("employer_cap"))) if said("employer_cap") else None,
        "frequency_cap": cap,
        "owner_members": _named(draft, "owner_members"),
        "recommended": _named(draft, "recommended"),
        "bidders": bidders,
        "recusals": _named(draft, "recusals"),
        "level": said("level"),
        "witnesses": [one.strip() for one in said("witnesses").split(",")],
        "opening": to_text(typed_time(said("opening")) or start),
        "template": said("template") or None,
    }


def _named(draft: Draft, sheet: str) -> list[JsonValue]:
    keys = [key for key, _, _ in COLUMNS[sheet]]
    return [dict(zip(keys, row, strict=True)) for row in draft.sheet(sheet)]


def draft_of(request: Request) -> Draft:
    """Return the form of a request; what is typed nowhere, a site's key or the call's words, goes along."""
    project, meeting, cap = request.project, request.meeting, request.frequency_cap
    places = {site.id: site.place for site in meeting.sites}
    return Draft(
        {
            "name": project.name,
            "lot": project.lot,
            "trade": project.trade,
            "method": project.method,
            "budget": f"{project.budget:,.2f}",
            "technically_complex": "yes" if project.technically_complex else "",
            "high_social_impact": "yes" if project.high_social_impact else "",
            "start": shown_time(meeting.start),
            "hours": str(meeting.hours),
            "opening": shown_time(request.opening),
            "witnesses": ", ".join(request.witnesses),
            "template": request.template or "",
            **_term_fields(request.level, request.employer_cap, None if cap is None else (cap.draws, cap.days)),
        },
        {
            "sites": tuple((one.place, shown_time(one.arrive), one.region or "", one.id) for one in meeting.sites),
            "quotas": tuple(
                (one.specialty, one.region or "", places[one.site], str(one.count), str(one.reserves))
                for one in request.quotas
            ),
            "owner_members": tuple((one.name, one.authority, one.employer) for one in request.owner_members),
            "recommended": tuple(
                (one.name, one.phone, one.employer, one.article, one.reason) for one in request.recommended
            ),
            "bidders": tuple((one.name, _SEPARATOR.join(one.aliases)) for one in request.bidders),
            "recusals": tuple((one.kind, one.value, one.ground) for one in request.recusals),
        },
    )


def _term_fields(level: str, employer_cap: int | None, cap: tuple[int, int] | None) -> dict[str, str]:
    draws, days = cap or ("", "")
    return {
        "level": level,
        "employer_cap": "" if employer_cap is None else str(employer_cap),
        "cap_draws": str(draws),
        "cap_days": str(days),
    }


def with_terms(
    draft: Draft,
    quotas: Sequence[tuple[str, str | None, int, int]],
    level: str,
    employer_cap: int | None,
    cap: tuple[int, int] | None,
) -> Draft:
    """Return a draft with the public terms of an earlier draw: quotas as (code, region, count, reserves), and caps."""
    rows = tuple((code, region or "", "", str(count), str(reserves)) for code, region, count, reserves in quotas)
    return Draft({**draft.fields, **_term_fields(level, employer_cap, cap)}, {**draft.rows, "quotas": rows})
