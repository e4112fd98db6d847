"""What the desk works with: the station's ports, the two who are present, and one draw while it is on the desk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, Engine

from drawing.bankstore import BankStore
from drawing.certificate import request_of
from drawing.custody import (
    OPERATOR,
    SUPERVISOR,
    DrawFolder,
    PoolSecret,
    SealedList,
    bidders_context,
    holder_of,
    list_context,
    open_for,
    parse_bidders,
    parse_list,
    parse_pool,
    pool_bytes,
    pool_context,
    seal_for,
)
from drawing.errors import DrawingError
from drawing.pool import split_table
from drawing.record import DrawRecord
from drawing.request import Request
from drawing.rounds import Rounds
from drawing.rulepack import HeldPack, RulePack
from drawing.signedstep import digest_of, signed_body, step_of, steps
from drawing.steps import Step, parse_round
from vault.box import Box, Context, Holder, require_context
from vault.clock import Clock
from vault.database import writing
from vault.dsse import Signer
from vault.files import erase, read_limited, remove_parts, write_atomic
from vault.identity import PrivateIdentity, check_separation, check_valid
from vault.ids import DrawId, StationId
from vault.journal import Journal
from vault.journalentry import Entry
from vault.jsontext import JsonValue, Reader
from vault.randomness import Randomness
from vault.roles import Act, require
from vault.suite import sha256

LARGEST_BOX = 512 * 1024 * 1024
Beside = Callable[[Connection, Entry], None]
_POOL_LIVES = (Step.FROZEN, Step.FIXED, Step.SEEDED, Step.FILLING, Step.COMPLETE, Step.SHORT)


class BoxDiffersError(DrawingError):
    """A box on the disk isn't the one that the journal names."""

    code = "drawing.box.differs"
    what = "The box of this draw is not the one that the journal names."
    todo = "Keep the station's folder as it is and call the auditor; a backup of the folder may hold the right box."


class UnknownDrawError(DrawingError):
    """No draw has this serial or id."""

    code = "drawing.draw.unknown"
    what = "There is no draw {draw} on this station."
    todo = "Look at the list of draws for its serial."


class PackDiffersError(DrawingError):
    """The certificate names a rule pack that the station doesn't have."""

    code = "drawing.rulepack.differs"
    what = "The certificate names the rule pack {id} with the digest {digest}; the station has no such pack."
    kept = "The draw stays as it is, and what is confirmed stays."
    todo = "Go on with the version of the program that froze this draw, or end it and register the lot anew."


@dataclass(frozen=True)
class DrawStation:
    """The ports of one station: who it is, where its draws lie, and what it draws with."""

    id: StationId
    centre: str
    sample: bool
    serial_prefix: str
    folder: Path
    engine: Engine
    journal: Journal
    bank: BankStore
    clock: Clock
    randomness: Randomness
    signer: Signer
    packs: tuple[HeldPack, ...]

    def draw_folder(self, draw: DrawId) -> DrawFolder:
        """Return where the files of a draw lie."""
        return DrawFolder(self.folder / draw)


@dataclass(frozen=True)
class Present:
    """The two who are at the desk with their keys unlocked.

    Raises:
        VaultError: where their roles aren't these, or both are of one organisation.
    """

    operator: PrivateIdentity
    supervisor: PrivateIdentity

    def __post_init__(self) -> None:
        check_separation(self.operator.identity, self.supervisor.identity)

    def allow(self, operator: Act, supervisor: Act) -> None:
        """Refuse an act unless both may do their side of it.

        Raises:
            NotAllowedError: naming role and act.
        """
        require(self.operator.identity.role, operator)
        require(self.supervisor.identity.role, supervisor)

    def is_second(self, second: PrivateIdentity, act: Act) -> bool:
        """Say whether somebody is another supervisor than the one present; they may be of the same organisation.

        Raises:
            VaultError: where they aren't a supervisor who may do this, or are of the operator's organisation.
        """
        check_separation(self.operator.identity, second.identity)
        require(second.identity.role, act)
        present = self.supervisor.identity
        return second.keyid != present.keyid and second.identity.person != present.person

    @property
    def keyids(self) -> tuple[str, str]:
        """Both key ids, the operator's first."""
        return (self.operator.keyid, self.supervisor.keyid)

    @property
    def keys(self) -> tuple[PrivateIdentity, PrivateIdentity]:
        """Both with their keys, the operator first."""
        return (self.operator, self.supervisor)


class LiveDraw:
    """One draw on the desk: its record, and what its open box tells."""

    def __init__(self, station: DrawStation, draw: DrawId, present: Present) -> None:
        self.station = station
        self.draw = draw
        self.present = present
        self.folder = station.draw_folder(draw)
        self.record = DrawRecord()
        self._last: str | None = None
        self._secret: PoolSecret | None = None
        self._rounds: Rounds | None = None
        self._places: dict[str, int] = {}

    @classmethod
    def load(cls, station: DrawStation, draw: DrawId, present: Present) -> "LiveDraw":
        """Take a draw up where its journal leaves it; opens its pool's box where there is one.

        Raises:
            UnknownDrawError: for an id that no entry names.
            BoxDiffersError: where the box isn't the journal's.
            ResultDiffersError: where a round doesn't come out as it was recorded.
        """
        live = cls(station, draw, present)
        entries = live.entries()
        if not entries:
            raise UnknownDrawError(draw=draw)
        live.record, live._last = DrawRecord.of(entries), digest_of(entries[-1])
        if live.record.step in _POOL_LIVES:
            live.take_secret(live.open_pool())
        live.tidy()
        return live

    def write(
        self, kind: str, body: Mapping[str, JsonValue], *seconds: PrivateIdentity, beside: Beside | None = None
    ) -> Entry:
        """Journal a step of this draw, signed by the two present and `seconds`, and take it into the record.

        `beside` writes rows in the same transaction.

        Raises:
            RecordBrokenError: where the draw's state doesn't let it follow; nothing is written.
            IdentityExpiredError: where somebody's identity isn't valid any more; nothing is written.
        """
        return self.write_all([(kind, body)], *seconds, beside=beside)[-1]

    def write_all(
        self,
        events: Sequence[tuple[str, Mapping[str, JsonValue]]],
        *seconds: PrivateIdentity,
        beside: Beside | None = None,
    ) -> list[Entry]:
        """Journal several steps, all of them or none; return their entries, each with its step's body.

        The two present stand behind each, `seconds` behind the first.

        Raises:
            RecordBrokenError: where one can't follow; nothing is written.
            IdentityExpiredError: where somebody's identity isn't valid any more; nothing is written.
        """
        now, last = self.station.clock.now(), self._last
        entries: list[Entry] = []
        for key in (*self.present.keys, *seconds):
            check_valid(key.identity, now)
        with writing(self.station.engine) as connection:
            for kind, body in events:
                behind = self.present.keys if entries else (*self.present.keys, *seconds)
                signed, by = signed_body(self.draw, kind, last, body, behind), [key.keyid for key in behind]
                entry = self.station.journal.append(kind, self.draw, signed, by, connection=connection)
                last = digest_of(entry)
                entries.append(step_of(entry)[0])
            self.record.after(entries)
            if beside is not None:
                beside(connection, entries[-1])
        self._last = last
        for entry in entries:
            self.record.apply(entry)
        return entries

    def entries(self) -> list[Entry]:
        """Return the draw's entries so far, each with its step's body.

        Raises:
            RecordBrokenError: where one isn't a signed step, or doesn't name the one before it.
        """
        return list(steps(self.station.journal, self.draw))

    def signers(self) -> list[Signer]:
        """Return operator, supervisor and station as they sign a statement now.

        Raises:
            IdentityExpiredError: where one of the two present isn't valid any more.
        """
        now = self.station.clock.now()
        for key in self.present.keys:
            check_valid(key.identity, now)
        return [*self.present.keys, self.station.signer]

    def tidy(self) -> None:
        """Take away what a crash left behind: boxes and files that the draw's state no longer needs."""
        record = self.record
        remove_parts(self.folder.root)
        erase_if_there(self.folder.next_pool)
        if record.step not in _POOL_LIVES:
            erase_if_there(self.folder.pool)
        erase_if_there(self.folder.list(len(record.sealings) + 1))
        for number in {*range(1, len(record.rechecks) + 2)} - {recheck.number for recheck in record.untaken()}:
            erase_if_there(self.folder.bidders(number))
        if record.certificate is not None or record.step is Step.ABORTED:
            erase_if_there(self.folder.request)
            erase_if_there(self.folder.matches)
        awaited = {self.folder.dice(witness) for witness in record.dice} if record.step is Step.FIXED else set()
        for left in set(self.folder.every_dice()) - awaited:
            erase_if_there(left)

    def take_next_pool(self) -> None:
        """Put the pool's next box in the place of the one in force, where the journal names it."""
        waiting = self.folder.next_pool
        if not waiting.exists():
            return
        content = read_limited(waiting, LARGEST_BOX)
        if sha256(content).hex() == self.record.pool_box:
            erase_if_there(self.folder.pool)
            write_atomic(self.folder.pool, content)
        erase_if_there(waiting)

    def open_pool(self) -> PoolSecret:
        """Open the pool's box with the keys of the two present.

        Raises:
            BoxDiffersError: where it isn't the one that the journal names.
        """
        self.take_next_pool()
        context = pool_context(self.draw, self.record.pools - 1)
        return parse_pool(self.open_box(self.folder.pool, self.record.pool_box, context))

    def holders(self) -> list[Holder]:
        """Return the two present as the holders of a box."""
        operator, supervisor = self.present.keys
        return [holder_of(OPERATOR, operator.identity), holder_of(SUPERVISOR, supervisor.identity)]

    def seal_pool(self, secret: PoolSecret) -> bytes:
        """Seal the draw's next pool's box to the two present; return the file's bytes, to be written."""
        context, randomness = pool_context(self.draw, self.record.pools), self.station.randomness
        return seal_for(pool_bytes(secret), context, self.holders(), self.signers(), randomness)

    def open_list(self) -> SealedList:
        """Open the last sealed list's box with the keys of the two present, and the bidders' boxes that go with it.

        Raises:
            BoxDiffersError: where one isn't the one that the journal names.
        """
        context, rechecks = list_context(self.draw, self.record.sealings[-1].number), []
        sealed = parse_list(self._opened(self.list_box(), context))
        for made in self.record.untaken():
            context = bidders_context(self.draw, made.number)
            rechecks.append(parse_bidders(self.open_box(self.folder.bidders(made.number), made.kept or "", context)))
        secret = replace(sealed.secret, rechecks=(*sealed.secret.rechecks, *rechecks))
        return replace(sealed, secret=secret)

    def open_box(self, path: Path, digest: str, context: Context) -> bytes:
        """Open a box file that the journal names by its digest.

        Raises:
            BoxDiffersError: where it isn't that one.
        """
        return self._opened(_box_at(path, digest), context)

    def list_box(self) -> Box:
        """Return the last sealed list's box, unopened.

        Raises:
            BoxDiffersError: where it isn't the one that the journal names.
        """
        sealing = self.record.sealings[-1]
        return _box_at(self.folder.list(sealing.number), sealing.box)

    def _opened(self, box: Box, context: Context) -> bytes:
        require_context(box, context)
        return open_for(box, self.present.keys)

    def take_secret(self, secret: PoolSecret) -> None:
        """Take a pool's secret into memory and play the journaled rounds again, each from where it was opened.

        Raises:
            ResultDiffersError: where one comes out otherwise.
        """
        record = DrawRecord()
        rounds = Rounds(record, secret.table)
        for entry in self.entries():
            if entry.kind == "draw.round_opened":
                rounds.keep(rounds.check(parse_round(Reader(entry.body))))
            record.apply(entry)
        self.record, self._secret, self._rounds = record, secret, rounds
        self._places = {line[:64]: place for place, line in enumerate(split_table(secret.table))}

    def drop_secret(self) -> None:
        """Let go of the secret in memory."""
        self._secret = self._rounds = None
        self._places = {}

    def request(self) -> Request:
        """Return the frozen request, from the box; only while it is open."""
        return request_of(self.record.frozen(), self.secret.project, self.secret.sealed)

    def rules(self) -> RulePack:
        """Return the rule pack that the certificate names.

        Raises:
            StepRefusedError: before the freeze.
            PackDiffersError: where the station has no pack of that id and digest.
        """
        id_, digest = self.record.frozen().rulepack
        for held in self.station.packs:
            if (held.rules.id, held.digest) == (id_, digest):
                return held.rules
        raise PackDiffersError(id=id_, digest=digest)

    def person(self, label: str) -> str:
        """Return the id behind a label of the table; only while the box is open."""
        return self.secret.ids[self._places[label]]

    @property
    def secret(self) -> PoolSecret:
        """The pool's secret; only while its box is open."""
        if self._secret is None:
            self.record.require("Looking into the box", *_POOL_LIVES)
            raise BoxDiffersError
        return self._secret

    @property
    def rounds(self) -> Rounds:
        """The rounds; only while the box is open."""
        if self._rounds is None:
            self.record.require("A round", *_POOL_LIVES)
            raise BoxDiffersError
        return self._rounds


def _box_at(path: Path, digest: str) -> Box:
    box = Box.parse(read_limited(path, LARGEST_BOX))
    if box.digest != digest:
        raise BoxDiffersError
    return box


def erase_if_there(path: Path) -> None:
    """Overwrite and remove a file that may be gone already."""
    if path.exists():
        erase(path)
