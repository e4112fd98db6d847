"""The draws that are live at this desk, on the desk's thread: each job does one step and returns what the pages show.

Flow of one draw: `register` a request, `matches` and `narrow` (a look that is journaled), `sign`, `freeze`,
`fix`, `enter_dice`, `compare`, `reveal`, `refill` and `notices.call` until all have answered, `seal`, `open`, `vacate`
or `close`.  Everything is `drawing.desk`'s; the two keys are those that are unlocked at the two places.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from app.composition import Station
from app.desktop.drawviews import (
    DrawView,
    FreezeView,
    MatchView,
    MemberView,
    NarrowingView,
    OpenedView,
    ReviewView,
    SortingView,
    WaitingView,
    quotas_of,
)
from app.desktop.formroom import FormRoom
from app.desktop.noticeroom import NoticeRoom
from app.desktop.viewing import names_of, sorting_of, view_of
from app.drafting import Draft, value_of
from app.drawfolder import claim_draw_folder, ready_draw_folder
from app.errors import PlaceEmptyError
from app.papers import Papers
from app.rulepacks import pack_for
from app.transcribing import write_audit, write_transcript
from app.wording import Speech
from drawing.codestrip import parse_strip
from drawing.custody import Confirmed, SealedList
from drawing.desk import comparing, filling, freezing, opening, preparing, sealing, seeding
from drawing.desk.station import LiveDraw, Present
from drawing.due import Due
from drawing.notice.line import Line
from drawing.notice.voice import Voice
from drawing.request import Request
from drawing.request_form import parse_request
from drawing.rulepack import HeldPack
from vault.identity import PrivateIdentity
from vault.ids import DrawId, PersonId
from vault.jsontext import dumps
from vault.roles import Role

Result = TypeVar("Result")
Second = tuple[PersonId, str]


class DrawRoom:
    """The live draws of one station; `keys` gives whose keys are unlocked at this moment."""

    def __init__(
        self,
        station: Station,
        keys: Callable[[], Mapping[Role, PrivateIdentity]],
        papers: Path,
        line: Line | None = None,
        voice: Voice | None = None,
    ) -> None:
        self._station, self._keys, self._papers = station, keys, papers
        self.form = FormRoom(station, keys)
        self._live: dict[DrawId, LiveDraw] = {}
        self._surveys: dict[DrawId, preparing.Survey] = {}
        self._lists: dict[DrawId, SealedList] = {}
        self.notices = NoticeRoom(self._taken, self._folder, self._settle, line, voice)

    @property
    def sample(self) -> bool:
        """Say whether this is the sample centre."""
        return self._station.sample

    def now(self) -> datetime:
        """Return the time of the station's clock."""
        return self._station.clock.now()

    def after_sealing(self, draw: DrawId, speech: Speech) -> None:
        """Write a sealed list's papers, which a crash may have left out."""
        live = self._taken(draw)
        Papers(speech, self._station, live, self._folder(live)).after_sealing()

    def waiting(self, draw: DrawId) -> WaitingView:
        """Return what the page of a sealed list needs."""
        return WaitingView(self.now(), self._other_supervisors(self._taken(draw)))

    def forget(self) -> None:
        """Let go of every open box: a key was locked."""
        for live in self._live.values():
            live.drop_secret()
        self._live.clear()
        self._surveys.clear()
        self._lists.clear()

    def present(self) -> Present:
        """Return the two at the desk.

        Raises:
            PlaceEmptyError: where one of the two hasn't signed in.
        """
        keys = self._keys()
        for role in (Role.OPERATOR, Role.SUPERVISOR):
            if role not in keys:
                raise PlaceEmptyError(role=role.value)
        return Present(keys[Role.OPERATOR], keys[Role.SUPERVISOR])

    def register_draft(self, draft: Draft) -> DrawView:
        """Register what was typed, which is kept no longer then."""
        view = self.register(dumps(value_of(draft)))
        self.form.put_away()
        return view

    def register(self, raw: bytes) -> DrawView:
        """Register a request."""
        both = self.present()
        pack = self._pack(parse_request(raw))
        draw, _ = preparing.prepare(self._station.drawing(), raw, pack.rules, both.operator, approved=True)
        return self.take_up(draw)

    def _pack(self, request: Request) -> HeldPack:
        return pack_for(request.project.trade, sample=self._station.sample)

    def take_up(self, draw: DrawId) -> DrawView:
        """Take a draw up where it stands."""
        return view_of(self._taken(draw))

    def _taken(self, draw: DrawId) -> LiveDraw:
        both = self.present()
        live = self._live.get(draw)
        if live is None:
            live = LiveDraw.load(self._station.drawing(), draw, both)
            ready_draw_folder(self._folder(live), draw)
            claim_draw_folder(self._folder(live), draw)
            self._live[draw] = live
        return live

    def _folder(self, live: LiveDraw) -> Path:
        return self._papers / live.record.serial.replace(" ", "-")

    def folder(self, draw: DrawId) -> Path:
        """Return where the papers of a draw lie."""
        return self._folder(self._taken(draw))

    def matches(self, draw: DrawId) -> tuple[MatchView, ...]:
        """Return the employers that look like a recused one."""
        return tuple(MatchView(one.recused, one.employer) for one in preparing.look_alikes(self._taken(draw)))

    def narrow(self, draw: DrawId, same: Sequence[MatchView]) -> NarrowingView:
        """Judge everyone sought; that somebody looks is journaled before it is shown."""
        live = self._taken(draw)
        pack = self._pack(preparing.stored_request(live))
        confirmed = [Confirmed(one.recused, one.employer) for one in same]
        found = preparing.survey(live, pack.rules, confirmed, self._station.clock.now())
        preparing.preview(live, found)
        self._surveys[draw] = found
        return NarrowingView(found.report, self._other_supervisors(live), tuple(names_of(live).items()))

    def _other_supervisors(self, live: LiveDraw) -> tuple[tuple[PersonId, str], ...]:
        here = live.present.supervisor.identity.person
        active = self._station.people.active()
        return tuple((one.person, one.name) for one in active if one.role is Role.SUPERVISOR and one.person != here)

    def _with_second(self, second: Second | None, act: Callable[[PrivateIdentity | None], Result]) -> Result:
        """Let a second supervisor unlock for one act alone."""
        if second is None:
            return act(None)
        self._station.people.require_active(second[0])
        key = self._station.people.unlock(*second)
        try:
            return act(key)
        finally:
            key.forget()

    def sign(self, draw: DrawId, second: Second | None = None, reason: str = "") -> DrawView:
        """Sign the narrowing report that was shown."""
        live, found = self._taken(draw), self._surveys[draw]
        self._with_second(second, lambda key: preparing.approve(live, found, key, reason))
        return view_of(live)

    def before_freeze(self, draw: DrawId) -> FreezeView:
        """Return what is read aloud."""
        live = self._taken(draw)
        request = preparing.stored_request(live)
        related = freezing.related(live, request)
        return FreezeView(quotas_of(request.quotas, names_of(live)), tuple(related), request.level)

    def freeze(self, draw: DrawId) -> DrawView:
        """Freeze on the report that was signed."""
        live = self._taken(draw)
        pack = self._pack(preparing.stored_request(live))
        at = live.record.narrowing_at or self._station.clock.now()
        found = preparing.survey(live, pack.rules, preparing.stored_matches(live), at)
        freezing.freeze(live, found, pack.rules.id, pack.digest)
        return view_of(live)

    def fix(self, draw: DrawId, strip: str) -> DrawView:
        """Fix sources and chain."""
        live = self._taken(draw)
        seeding.fix(live, parse_strip(strip) if strip else None)
        return view_of(live)

    def receipts(self, draw: DrawId, speech: Speech) -> None:
        """Write each witness's receipt; before any dice, also again."""
        live = self._taken(draw)
        Papers(speech, self._station, live, self._folder(live)).receipts()

    def enter_dice(self, draw: DrawId, rows: Mapping[str, str]) -> DrawView:
        """Take the witnesses' rows, one after another; one that is refused stops there, and those before are kept."""
        live = self._taken(draw)
        for witness, digits in rows.items():
            seeding.enter_dice(live, witness, digits)
        return view_of(live)

    def compare(self, draw: DrawId, witness: str, agrees: bool) -> DrawView:
        """Note a witness's answer to their row."""
        live = self._taken(draw)
        comparing.note_comparison(live, witness, agrees=agrees)
        return view_of(live)

    def reveal(self, draw: DrawId) -> DrawView:
        """Reveal every source."""
        live = self._taken(draw)
        seeding.seed(live)
        return view_of(live)

    def refill(self, draw: DrawId, strip: str = "") -> DrawView:
        """Open the round, or move the reserve, that is due; then everything that needs no strip."""
        live = self._taken(draw)
        if filling.due(live) is Due.ROUND:
            filling.open_round(live, parse_strip(strip) if strip else None)
        self._settle(live)
        return view_of(live)

    def sorting(self, draw: DrawId) -> SortingView | None:
        """Return how the last round came about; nothing where there is none, or its sources were replaced since."""
        live = self._taken(draw)
        rounds, fixed = live.record.rounds, live.record.fixed()
        if not rounds or not live.record.randomness or rounds[-1].generation != fixed.generation:
            return None
        return sorting_of(live, rounds[-1].number)

    def _settle(self, live: LiveDraw) -> None:
        while (following := filling.due(live)) in (Due.ROUND, Due.PROMOTION):
            if following is Due.PROMOTION:
                filling.promote(live)
            elif live.secret.chain_secret is None:
                return
            else:
                filling.open_round(live)

    def review(self, draw: DrawId) -> ReviewView:
        """Ask the rules on who sits, and who may be a deputy."""
        live = self._taken(draw)
        found = sealing.review(live)
        others = tuple(
            (one.person, one.name, one.organisation)
            for one in self._station.people.active()
            if one.role in (Role.OPERATOR, Role.SUPERVISOR) and one.keyid not in live.present.keyids
        )
        return ReviewView(found.broken, bool(found.forbidding), others)

    def seal(self, draw: DrawId, deputies: Sequence[PersonId], acknowledged: bool) -> DrawView:
        """Seal the list."""
        live = self._taken(draw)
        chosen = [one for one in self._station.people.active() if one.person in deputies]
        sealing.seal_list(live, chosen, acknowledged=acknowledged)
        return view_of(live)

    def open(self, draw: DrawId, second: Second | None = None, reason: str = "") -> tuple[DrawView, OpenedView]:
        """Open the list, before its time with a second supervisor and a reason."""
        live = self._taken(draw)
        sealed = self._with_second(second, lambda key: opening.open_list(live, key, reason))
        self._lists[draw] = sealed
        members = tuple(
            MemberView(one.slot, one.name, one.employer, one.phone, one.specialties, one.site) for one in sealed.members
        )
        return view_of(live), OpenedView(members, self._other_supervisors(live))

    def vacate(self, draw: DrawId, slots: Mapping[str, str], reason: str, second: Second | None = None) -> DrawView:
        """Put an opened draw back to filling."""
        live = self._taken(draw)
        sealed = self._opened(live)
        self._with_second(second, lambda key: opening.vacate_after_opening(live, sealed, slots, reason, key))
        self._lists.pop(draw, None)
        return view_of(live)

    def close(self, draw: DrawId) -> DrawView:
        """Write the transcript, and close the draw: everyone has signed in."""
        live = self._taken(draw)
        sealed = self._opened(live)
        write_transcript(self._station, live, sealed, self._folder(live))
        write_audit(self._station, live, sealed, self._folder(live))
        opening.close(live, "everyone has signed in", sealed)
        return view_of(live)

    def _opened(self, live: LiveDraw) -> SealedList:
        """Return the list that was opened; after a lock it is opened again by the two who are there."""
        return self._lists.get(live.draw) or opening.open_list(live)
