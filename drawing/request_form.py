"""Reads a request from outside: strict, bounded, and with a refusal that names the field and what to do.

Order of the steps: JSON in UTF-8 without duplicate keys, at most 4 MiB; each field by type, form and limit (texts are
NFC, without control characters or space at their ends); then what one field says of another: sites that quotas name,
duplicates, times in order, bidders known or not.  The first fault found refuses the whole request.  Whether the law
allows the committee is the rule pack's business (`drawing.rules`), not this module's.
"""

import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar, cast

from drawing.errors import DrawingError
from drawing.request import (
    LEVELS,
    METHODS,
    RECUSAL_KINDS,
    TRADES,
    Bidder,
    FrequencyCap,
    Level,
    Meeting,
    Method,
    OwnerMember,
    Project,
    RecommendedExpert,
    Recusal,
    RecusalKind,
    Request,
    RequestedQuota,
    Site,
    Trade,
    public_counts,
)
from drawing.specialty import CODE_PATTERN
from vault.errors import MalformedRecordError
from vault.jsontext import JsonValue, Reader, dumps, loads

LONGEST_REQUEST = 4 * 1024 * 1024
MOST_SITES = 16
MOST_QUOTAS = 32
MOST_SEATS = 99
MOST_MEMBERS = 200
MOST_BIDDERS = 1000
MOST_ALIASES = 20
MOST_RECUSALS = 2000
MOST_NAMED = 20
MOST_WITNESSES = 8

_IDENTIFIER = r"[a-z][a-z0-9_-]{0,31}"
_BUDGET = r"(0|[1-9][0-9]{0,12})\.[0-9][0-9]"
_HOURS = r"[1-9][0-9]?(\.5)?|0\.5"
_PHONE = r"\+?[0-9][0-9 -]{4,24}[0-9]"
_BANNED = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})

T = TypeVar("T")


class RequestMalformedError(DrawingError):
    """A field of the request has not the form it should have."""

    code = "drawing.request.malformed"
    what = "The request can't be read: {field}: {problem}."
    todo = "Correct this field of the request and hand it in again."


class RequestDuplicateError(DrawingError):
    """Two entries of one list say the same."""

    code = "drawing.request.duplicate"
    what = "{field} says the same as {other}."
    todo = "Keep one of the two; quotas that are alike become one with both counts added."


class UnknownSiteError(DrawingError):
    """A quota names a site that the meeting doesn't have."""

    code = "drawing.request.unknown_site"
    what = "{field} names a site that the meeting doesn't list."
    todo = "Add the site with its place and arrival time to meeting.sites, or name one that stands there."


class EmptyRequestError(DrawingError):
    """Nobody is to be drawn."""

    code = "drawing.request.empty"
    what = "The request asks for no expert."
    todo = "Add at least one quota with a count of one or more."


class TooManyMembersError(DrawingError):
    """The committee is larger than any committee."""

    code = "drawing.request.too_many"
    what = "The quotas ask for {asked} experts and reserves; a draw seats at most {most}."
    todo = "Check the counts; split the work into lots where so many are needed."


class TimesOutOfOrderError(DrawingError):
    """Arrival or opening comes after the meeting has begun."""

    code = "drawing.request.times"
    what = "{field} is later than the start of the meeting."
    todo = "Set it to the start of the meeting or earlier."


class BiddersContradictError(DrawingError):
    """`bidders_known` and the list of bidders say different things."""

    code = "drawing.request.bidders"
    what = "The request says that the bidders are known and lists none, or the other way round."
    todo = "List every bidder, or set project.bidders_known to false: then conflicts are checked after bid opening."


class PartsDisagreeError(DrawingError):
    """The three parts of a request don't belong together."""

    code = "drawing.request.parts"
    what = "The parts of the request don't belong together: {field}."
    todo = "Take all three parts from one transcript."


def parse_request(text: bytes) -> Request:
    """Read a request file.

    Raises:
        RequestMalformedError: for a field that is missing, unknown, too long or not of its form.
        DrawingError: one of this module's other refusals, where fields contradict each other.
    """
    try:
        reader = Reader.of(text, limit=LONGEST_REQUEST)
        request = _request(reader)
        reader.end()
    except MalformedRecordError as error:
        raise _refusal(error) from error
    _check_lists(request)
    _check_quotas(request)
    _check_times(request)
    return request


def assemble(project: bytes, sealed: bytes, terms: bytes) -> Request:
    """Put a request together from the bytes of its three parts, as an auditor gets them.

    Raises:
        PartsDisagreeError: where a field stands in two parts, or the counts are not those of the sealed part.
        RequestMalformedError: where the whole is no request.
    """
    whole: dict[str, JsonValue] = {"v": 1}
    for part in (project, sealed, terms):
        for key, value in _part(part).items():
            if key in whole and key != "v":
                raise PartsDisagreeError(field=key)
            whole[key] = value
    counts = whole.pop("counts", None)
    request = parse_request(dumps(whole))
    if counts != public_counts(request):
        raise PartsDisagreeError(field="counts")
    return request


def _part(text: bytes) -> dict[str, JsonValue]:
    try:
        value = loads(text, limit=LONGEST_REQUEST)
    except MalformedRecordError as error:
        raise _refusal(error) from error
    if not isinstance(value, dict):
        raise RequestMalformedError(field="$", problem="not an object")
    return value


def _refusal(error: MalformedRecordError) -> RequestMalformedError:
    return RequestMalformedError(
        field=str(error.details["where"]).removeprefix("$.") or "$", problem=error.details["problem"]
    )


def _fault(where: str, problem: str) -> MalformedRecordError:
    return MalformedRecordError(where=where, problem=problem)


def _request(reader: Reader) -> Request:
    reader.integer("v", 1, 1)
    return Request(
        project=_project(reader.reader("project")),
        meeting=_meeting(reader.reader("meeting")),
        quotas=_list(reader, "quotas", MOST_QUOTAS, _quota),
        employer_cap=reader.optional_integer("employer_cap", 1, MOST_SEATS),
        frequency_cap=_frequency_cap(reader),
        level=cast(Level, reader.choice("level", LEVELS)),
        witnesses=_witnesses(reader),
        opening=reader.time("opening"),
        template=_optional_plain(reader, "template", 4000, lines=True),
        owner_members=_list(reader, "owner_members", MOST_NAMED, _owner_member),
        recommended=_list(reader, "recommended", MOST_NAMED, _recommended),
        bidders=_list(reader, "bidders", MOST_BIDDERS, _bidder),
        recusals=_list(reader, "recusals", MOST_RECUSALS, _recusal),
    )


def _list(reader: Reader, key: str, most: int, read: Callable[[Reader], T]) -> tuple[T, ...]:
    readers = reader.readers(key)
    if len(readers) > most:
        raise _fault(f"{reader.where}.{key}", f"more than {most} entries")
    found = []
    for item in readers:
        found.append(read(item))
        item.end()
    return tuple(found)


def _plain(reader: Reader, key: str, longest: int = 200, *, empty: bool = False, lines: bool = False) -> str:
    text = reader.text(key, longest=longest)
    if not text and empty:
        return text
    where = f"{reader.where}.{key}"
    if not text.strip() or text != text.strip():
        raise _fault(where, "empty, or with space at an end")
    if unicodedata.normalize("NFC", text) != text:
        raise _fault(where, "not in Unicode form NFC")
    if any(unicodedata.category(character) in _BANNED for character in (text.replace("\n", "") if lines else text)):
        raise _fault(where, "with a control or invisible character")
    return text


def _optional_plain(reader: Reader, key: str, longest: int, *, lines: bool = False) -> str | None:
    if not reader.has(key):
        reader.optional_text(key)
        return None
    return _plain(reader, key, longest, lines=lines)


def _flag(reader: Reader, key: str) -> bool:
    if not reader.has(key):
        reader.optional_text(key)
        return False
    return reader.boolean(key)


def _method(reader: Reader) -> Method:
    if not reader.has("method"):
        reader.optional_text("method")
        return "tender"
    return cast(Method, reader.choice("method", METHODS))


def _project(reader: Reader) -> Project:
    project = Project(
        name=_plain(reader, "name"),
        lot=_plain(reader, "lot", 64),
        trade=cast(Trade, reader.choice("trade", TRADES)),
        method=_method(reader),
        budget=Decimal(reader.text("budget", pattern=_BUDGET)),
        technically_complex=reader.boolean("technically_complex"),
        high_social_impact=_flag(reader, "high_social_impact"),
        bidders_known=reader.boolean("bidders_known"),
    )
    reader.end()
    return project


def _meeting(reader: Reader) -> Meeting:
    meeting = Meeting(
        start=reader.time("start"),
        hours=Decimal(reader.text("hours", pattern=_HOURS)),
        sites=_list(reader, "sites", MOST_SITES, _site),
    )
    reader.end()
    return meeting


def _site(reader: Reader) -> Site:
    return Site(
        id=reader.text("id", pattern=_IDENTIFIER),
        place=_plain(reader, "place"),
        arrive=reader.time("arrive"),
        region=_optional_plain(reader, "region", 64),
    )


def _quota(reader: Reader) -> RequestedQuota:
    return RequestedQuota(
        specialty=reader.text("specialty", pattern=CODE_PATTERN),
        region=_optional_plain(reader, "region", 64),
        site=reader.text("site", pattern=_IDENTIFIER),
        count=reader.integer("count", 1, MOST_SEATS),
        reserves=reader.integer("reserves", 0, MOST_SEATS),
    )


def _frequency_cap(reader: Reader) -> FrequencyCap | None:
    if not reader.has("frequency_cap"):
        reader.optional_text("frequency_cap")
        return None
    inner = reader.reader("frequency_cap")
    cap = FrequencyCap(draws=inner.integer("draws", 1, 100), days=inner.integer("days", 1, 3660))
    inner.end()
    return cap


def _witnesses(reader: Reader) -> tuple[str, ...]:
    """Who throws dice: an id each, in the fixed order of the sources."""
    raw = reader.items("witnesses")
    if not 1 <= len(raw) <= MOST_WITNESSES:
        raise _fault(f"{reader.where}.witnesses", f"not from 1 to {MOST_WITNESSES} entries")
    return tuple(
        Reader({"id": item}, f"{reader.where}.witnesses[{index}]").text("id", pattern=_IDENTIFIER)
        for index, item in enumerate(raw)
    )


def _owner_member(reader: Reader) -> OwnerMember:
    return OwnerMember(
        name=_plain(reader, "name", 64), authority=_plain(reader, "authority"), employer=_plain(reader, "employer")
    )


def _recommended(reader: Reader) -> RecommendedExpert:
    return RecommendedExpert(
        name=_plain(reader, "name", 64),
        phone=reader.text("phone", pattern=_PHONE),
        employer=_plain(reader, "employer"),
        article=_plain(reader, "article", empty=True),
        reason=_plain(reader, "reason", 1000),
    )


def _bidder(reader: Reader) -> Bidder:
    name = _plain(reader, "name")
    aliases = reader.items("aliases")
    if len(aliases) > MOST_ALIASES:
        raise _fault(f"{reader.where}.aliases", f"more than {MOST_ALIASES} entries")
    return Bidder(
        name,
        tuple(_plain(Reader({str(i): alias}, f"{reader.where}.aliases"), str(i)) for i, alias in enumerate(aliases)),
    )


def _recusal(reader: Reader) -> Recusal:
    return Recusal(
        kind=cast(RecusalKind, reader.choice("kind", RECUSAL_KINDS)),
        value=_plain(reader, "value"),
        ground=_plain(reader, "ground", 1000),
    )


def _unlike(keys: Sequence[object], name: str) -> None:
    seen: dict[object, int] = {}
    for index, key in enumerate(keys):
        if key in seen:
            raise RequestDuplicateError(field=f"{name}[{index}]", other=f"{name}[{seen[key]}]")
        seen[key] = index


def _check_lists(request: Request) -> None:
    _unlike([site.id for site in request.meeting.sites], "meeting.sites")
    _unlike([(quota.specialty, quota.region, quota.site) for quota in request.quotas], "quotas")
    _unlike(request.witnesses, "witnesses")
    _unlike([bidder.name for bidder in request.bidders], "bidders")
    _unlike([(recusal.kind, recusal.value) for recusal in request.recusals], "recusals")
    _unlike([(member.name, member.employer) for member in request.owner_members], "owner_members")
    _unlike([(expert.name, expert.phone) for expert in request.recommended], "recommended")
    if request.project.bidders_known != bool(request.bidders):
        raise BiddersContradictError()


def _check_quotas(request: Request) -> None:
    sites = {site.id for site in request.meeting.sites}
    if not request.quotas:
        raise EmptyRequestError()
    for index, quota in enumerate(request.quotas):
        if quota.site not in sites:
            raise UnknownSiteError(field=f"quotas[{index}].site")
    asked = sum(quota.needed for quota in request.quotas)
    if asked > MOST_MEMBERS:
        raise TooManyMembersError(asked=asked, most=MOST_MEMBERS)


def _check_times(request: Request) -> None:
    start = request.meeting.start
    for index, site in enumerate(request.meeting.sites):
        if site.arrive > start:
            raise TimesOutOfOrderError(field=f"meeting.sites[{index}].arrive")
    if request.opening > start:
        raise TimesOutOfOrderError(field="opening")
