"""The form of a new draw, on the desk's thread: what was typed is kept sealed, checked by the rules, and counted.

Each look at counts is journaled before it is shown, with the quotas that were asked for; bidders and recusals go into
the count and only their number into the journal.  Nothing here reads a draw's box: counts come from the bank alone.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from app.banking import current_version
from app.composition import Station
from app.desktop.formviews import CheckedView, FormView
from app.desktop.work import Going
from app.drafting import EMPTY, Draft, draft_of, faults, value_of, with_terms
from app.errors import PlaceEmptyError
from app.folders import read_file
from app.rulepacks import pack_for
from app.sample.centre import sample_request
from drawing.desk import preparing
from drawing.desk.draft import keep_draft, kept_draft, put_draft_away
from drawing.eligibility import Context, Judge, sought_prefixes
from drawing.employer import group_key
from drawing.errors import DrawingError
from drawing.narrowing import BankVersion, Report, narrowing_report, tally_of
from drawing.request import Request
from drawing.request_form import LONGEST_REQUEST, parse_request
from drawing.rules import Finding, review_request
from drawing.seats import closed_draws
from resources.sample.specialties import specialties
from vault.identity import PrivateIdentity
from vault.ids import DrawId
from vault.jsontext import JsonValue, dumps
from vault.roles import Role
from vault.suite import sha256

_STOPS_AT = 2000
# stands for what isn't typed yet and no count hangs on
_MEANWHILE = {"name": "-", "lot": "-", "budget": "0", "hours": "1"}


class FormRoom:
    """The one request that is being typed at a station."""

    def __init__(self, station: Station, keys: Callable[[], Mapping[Role, PrivateIdentity]]) -> None:
        self._station, self._keys = station, keys
        self._counted: tuple[bytes, Report] | None = None

    def begin(self) -> FormView:
        """Return what was being typed, or an empty form.

        Raises:
            PlaceEmptyError: where no operator has signed in: bidders and recusals may stand on it.
        """
        if Role.OPERATOR not in self._keys():
            raise PlaceEmptyError(role=Role.OPERATOR.value)
        kept = kept_draft(self._station.engine)
        return self._view(EMPTY if kept is None else Draft.of(kept))

    def read(self, file: Path) -> FormView:
        """Return a request's file on the form."""
        return self._loaded(draft_of(parse_request(read_file(file, LONGEST_REQUEST))))

    def sample(self) -> FormView:
        """Return the sample centre's request on the form.

        Raises:
            SampleOnlyError: on an ordinary station.
        """
        return self._loaded(draft_of(parse_request(sample_request(self._station))))

    def earlier(self, draw: DrawId, draft: Draft) -> FormView:
        """Return the form with the public terms of an earlier draw."""
        record = next(record for found, record in preparing.draws(self._station.drawing()) if found == draw)
        terms = record.certificate
        if terms is None:
            return self._view(draft)
        quotas = [(one.specialty, one.region, one.count, one.reserves) for one in terms.quotas]
        return self._loaded(with_terms(draft, quotas, terms.level, terms.employer_cap, terms.frequency_cap))

    def _loaded(self, draft: Draft) -> FormView:
        self.keep(draft)
        return self._view(draft)

    def _view(self, draft: Draft) -> FormView:
        names = tuple(specialties().items()) if self._station.sample else ()
        earlier = tuple(
            (draw, f"{record.serial}　{record.project_name}")
            for draw, record in reversed(preparing.draws(self._station.drawing()))
            if record.certificate is not None
        )
        request = self._countable(draft)
        return FormView(draft, CheckedView(0, self._findings(draft, request)), names, earlier)

    def keep(self, draft: Draft) -> None:
        """Keep what was typed."""
        keep_draft(self._station.engine, draft.to_bytes(), self._station.clock.now())

    def put_away(self) -> FormView:
        """Forget what was typed."""
        put_draft_away(self._station.engine)
        return self._view(EMPTY)

    def check(self, draft: Draft, number: int, going: Going) -> CheckedView:
        """Keep what was typed, ask the rules, and count."""
        self.keep(draft)
        request = self._countable(draft)
        report = None if request is None else self._count(request, going)
        return CheckedView(number, self._findings(draft, request), report)

    def _findings(self, draft: Draft, request: Request | None) -> tuple[Finding, ...]:
        if request is None or faults(draft):
            return ()
        rules = pack_for(request.project.trade, sample=self._station.sample).rules
        return review_request(request, rules, self._station.clock.now())

    @staticmethod
    def _countable(draft: Draft) -> Request | None:
        """Return the request as far as counts go, with something in the place of what no count hangs on."""
        fields = {**draft.fields, **{key: draft.said(key) or value for key, value in _MEANWHILE.items()}}
        whole = Draft(fields, draft.rows)
        if faults(whole):
            return None
        try:
            return parse_request(dumps(value_of(whole)))
        except DrawingError:
            return None

    def _count(self, request: Request, going: Going) -> Report | None:
        version, operator = current_version(self._station), self._keys().get(Role.OPERATOR)
        if version is None or operator is None:
            return None
        quotas: list[JsonValue] = [
            {"specialty": one.specialty, "region": request.region(one), "needed": one.needed} for one in request.quotas
        ]
        question = sha256(dumps({**value_of(draft_of(request)), "bank": version.id}))
        if self._counted is not None and self._counted[0] == question:
            return self._counted[1]
        now, cap = self._station.clock.now(), request.frequency_cap
        frequency = {} if cap is None else dict(closed_draws(self._station.engine, cap.days, now))
        experts = []
        for done, one in enumerate(self._station.bank.experts_for(version.id, sought_prefixes(request))):
            experts.append(one)
            if done % _STOPS_AT == 0:
                going.at(done, version.experts)
        verdicts = Judge(request, Context(frequency=frequency)).verdicts(experts)
        tally = tally_of(request, zip(verdicts, (group_key(one.employer) for one in experts), strict=True))
        rules = pack_for(request.project.trade, sample=self._station.sample).rules
        bank = BankVersion(version.id, version.root.hex(), version.experts)
        report = narrowing_report(tally, rules, bank, "", now)
        shown: list[JsonValue] = ["fewer than 10" if one.is_few else str(one.ladder.end) for one in report.quotas]
        body: dict[str, JsonValue] = {
            "quotas": quotas,
            "recusals": len(request.recusals),
            "bidders": len(request.bidders),
            "eligible": shown,
        }
        self._station.journal.append("request.previewed", self._station.settings.station, body, [operator.keyid])
        self._counted = (question, report)
        return report
