"""A small whole station for tests of draws: a real journal, database and bank; declared people; a steady clock.

`SmallStation.make(folder)` copies a template that is built once a process, so that a station costs a file copy.
`drawn_to` walks a draw as far as a test needs it; `go_on` finishes one from wherever its journal leaves it.
"""

import copy
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from drawing.bank import Bank
from drawing.bankstore import MIGRATIONS, Acceptance, BankStore
from drawing.custody import Confirmed, SealedList
from drawing.desk import comparing, filling, freezing, opening, preparing, sealing, seeding
from drawing.desk.filling import Callee, Due
from drawing.desk.station import DrawStation, LiveDraw, Present
from drawing.expert import Expert
from drawing.order import CHAIN_LENGTH, chain, code_of
from drawing.rulepack import HeldPack, RulePack, parse_rule_pack
from drawing.steps import CONFIRMED, Step
from resources.rulepacks import rule_pack
from tests.fakes.clock import SteadyClock
from tests.fakes.randomness import SeededRandomness
from vault.database import migrate, open_engine
from vault.identity import PrivateIdentity, declare
from vault.ids import BankId, DrawId, PersonId, StationId, new_id
from vault.journal import Journal
from vault.roles import Role
from vault.times import to_text

KEY = bytes(range(32))
CENTRE, AGENCY, OFFICE = "临州市公共资源交易中心", "凤栖招标代理有限公司", "临州市发展和改革委员会"
DICE = {"supervisor": "31415 62635 14253 61524", "owner": "26153 41625 33642 15246"}
CODES = b"codes of the other machine"
BANK = BankId("bank-1")

REQUEST: dict[str, Any] = {
    "v": 1,
    "project": {
        "name": "滨江路改造",
        "lot": "LZ-1",
        "trade": "works",
        "method": "tender",
        "budget": "12000000.00",
        "technically_complex": False,
        "high_social_impact": False,
        "bidders_known": True,
    },
    "meeting": {
        "start": "2026-12-01T01:00:00Z",
        "hours": "6",
        "sites": [{"id": "main", "place": "3 楼 302", "arrive": "2026-12-01T00:30:00Z", "region": None}],
    },
    "quotas": [
        {"specialty": "A0803", "region": None, "site": "main", "count": 3, "reserves": 1},
        {"specialty": "A06", "region": None, "site": "main", "count": 2, "reserves": 0},
    ],
    "employer_cap": 1,
    "frequency_cap": {"draws": 1, "days": 30},
    "owner_members": [],
    "recommended": [],
    "bidders": [{"name": "凤栖路桥有限公司", "aliases": []}],
    "recusals": [{"kind": "person", "value": "E003", "ground": "编制文件"}],
    "level": "C",
    "witnesses": ["supervisor", "owner"],
    "opening": "2026-12-01T00:30:00Z",
    "template": None,
}


def experts(count: int = 52, employers: int = 26) -> list[Expert]:
    """Experts of A0803, A06 or both in turn, two of an employer, with names and numbers of their own."""
    specialties = (("A0803",), ("A0601",), ("A0803", "A0602"), ("A0803",))
    return [
        Expert(
            id=f"E{number:03}",
            name=f"专家{number:03}",
            phone=f"1390000{number:04}",
            employer=f"第{number % employers:02}研究院",
            specialties=specialties[number % 4],
            region="临州市",
        )
        for number in range(count)
    ]


@cache
def held() -> HeldPack:
    """The pack of works, by which one call without an answer settles it: most tests are about something else.

    Its digest is made up, so that these draws stay the same when a sentence of the pack changes.
    """
    value = json.loads(rule_pack("works")) | {"no_answer": {"attempts": 1, "minutes": 0}}
    return HeldPack(parse_rule_pack(json.dumps(value).encode()), "ab" * 32)


def pack() -> RulePack:
    return held().rules


@dataclass(frozen=True)
class Cast:
    """Who works at the station; `inside` is a supervisor of the operator's organisation."""

    operator: PrivateIdentity
    supervisor: PrivateIdentity
    second: PrivateIdentity
    inside: PrivateIdentity
    other_operator: PrivateIdentity
    keeper: PrivateIdentity
    auditor: PrivateIdentity
    station: PrivateIdentity


@cache
def people() -> Cast:
    randomness, start = SeededRandomness("cast"), SteadyClock().now() - timedelta(days=30)

    def one(name: str, role: Role, organisation: str) -> PrivateIdentity:
        person = PersonId(new_id(start, randomness))
        return declare(person, name, role, organisation, start, randomness)

    return Cast(
        operator=one("钱一", Role.OPERATOR, CENTRE),
        supervisor=one("孙二", Role.SUPERVISOR, OFFICE),
        second=one("李三", Role.SUPERVISOR, OFFICE),
        inside=one("周四", Role.SUPERVISOR, CENTRE),
        other_operator=one("吴五", Role.OPERATOR, CENTRE),
        keeper=one("郑六", Role.KEEPER, CENTRE),
        auditor=one("王七", Role.AUDITOR, OFFICE),
        station=one(CENTRE, Role.STATION, CENTRE),
    )


@cache
def _template(size: int, employers: int) -> bytes:
    """The bytes of a migrated database with a bank of so many experts in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "station.db"
        engine = open_engine(path, KEY)
        with engine.connect() as connection:
            migrate(connection, [MIGRATIONS])
        when = SteadyClock().now() - timedelta(days=20)
        BankStore(engine).import_version(
            Bank.of(experts(size, employers)), BANK, Acceptance(when, bytes(32), ("keeper", "supervisor")), over=None
        )
        engine.dispose()
        return path.read_bytes()


@dataclass
class SmallStation:
    """A station in a folder of a test's own, with its clock and randomness in the test's hands."""

    folder: Path
    engine: Engine
    clock: SteadyClock
    desk: DrawStation
    present: Present
    cast: Cast = field(default_factory=people)

    @classmethod
    def make(cls, folder: Path, *, size: int = 52, employers: int = 26, seed: str = "station") -> "SmallStation":
        """Make a fresh station in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "station.db").write_bytes(_template(size, employers))
        (folder / "draws").mkdir()
        return cls.open(folder, seed=seed)

    @classmethod
    def open(cls, folder: Path, *, seed: str = "station", clock: SteadyClock | None = None) -> "SmallStation":
        """Open the station that lies in `folder`, as a program started anew does."""
        engine, clock, cast = open_engine(folder / "station.db", KEY, create=False), clock or SteadyClock(), people()
        station = StationId(cast.station.identity.person)
        origin = f"fengqian/{station}"
        journal = Journal(engine, origin, station, clock, cast.station.note_signer(origin))
        desk = DrawStation(
            id=station,
            centre=CENTRE,
            sample=False,
            serial_prefix="临抽",
            folder=folder / "draws",
            engine=engine,
            journal=journal,
            bank=BankStore(engine),
            clock=clock,
            randomness=SeededRandomness(seed),
            signer=cast.station,
            packs=(held(), HeldPack.of(rule_pack("works"))),
        )
        if journal.size == 0:
            journal.append("station.set_up", station, {"centre": CENTRE, "sample": False})
        return cls(folder, engine, clock, desk, Present(cast.operator, cast.supervisor))

    def close(self) -> None:
        self.engine.dispose()

    def copy_to(self, folder: Path, seed: str = "station") -> "SmallStation":
        """Copy the whole station, as somebody with a snapshot would."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(self.folder, folder)
        clock = SteadyClock(self.clock.moment)
        return SmallStation.open(folder, seed=seed, clock=clock)

    def load(self, draw: DrawId, present: Present | None = None) -> LiveDraw:
        return LiveDraw.load(self.desk, draw, present or self.present)

    def prepare(self, **changes: Any) -> DrawId:
        """Register the request with some of its fields changed."""
        raw = json.dumps(request_value(**changes), ensure_ascii=False).encode()
        return preparing.prepare(self.desk, raw, pack(), self.cast.operator, approved=True)[0]

    def drawn_to(self, step: Step, answers: Callable[[Callee], str] | None = None, **changes: Any) -> LiveDraw:
        """Take a new draw as far as `step`."""
        live = self.load(self.prepare(**changes))
        go_on(live, self.cast, answers, until=step)
        return live

    def import_bank(self, bank: Sequence[Expert], id_: str) -> None:
        """Accept another version of the bank now."""
        accepted = Acceptance(self.clock.now(), bytes(32), ("keeper", "supervisor"))
        self.desk.bank.import_version(Bank.of(bank), BankId(id_), accepted, over=self.desk.bank.current().id)

    def files(self) -> list[str]:
        """The names of every file under the draws' folder, without the draws' ids."""
        return sorted(path.name for path in (self.folder / "draws").rglob("*") if path.is_file())


def request_value(**changes: Any) -> dict[str, Any]:
    """The request as JSON with whole top-level fields changed; `lot` and `name` change the project's."""
    value = copy.deepcopy(REQUEST)
    for key, new in changes.items():
        (value["project"] if key in value["project"] else value)[key] = new
    return value


class Answers:
    """How people answer, by the slot they were called for; everybody else comes."""

    def __init__(self, by_slot: Mapping[str, Sequence[str]] | None = None) -> None:
        self._left = {slot: list(outcomes) for slot, outcomes in (by_slot or {}).items()}
        self.called: list[tuple[str, str]] = []

    def __call__(self, callee: Callee) -> str:
        self.called.append((callee.slot, callee.expert.id))
        left = self._left.get(callee.slot)
        return left.pop(0) if left else CONFIRMED


def survey(live: LiveDraw, matches: Sequence[Confirmed] = ()) -> preparing.Survey:
    at = live.record.narrowing_at or live.station.clock.now()
    return preparing.survey(live, pack(), matches, at)


def approve(live: LiveDraw, cast: Cast, matches: Sequence[Confirmed] = ()) -> None:
    found = preparing.survey(live, pack(), matches, live.station.clock.now())
    preparing.preview(live, found)
    preparing.approve(live, found, cast.second, "专业人数有限")


def freeze(live: LiveDraw, by: HeldPack | None = None) -> None:
    found, chosen = survey(live, preparing.stored_matches(live)), by or held()
    freezing.freeze(live, found, chosen.rules.id, chosen.digest)


def codes_of(generation: int) -> bytes:
    """The secret of the other machine's chain of a generation."""
    return CODES + b"!" * (generation - 1)


def fix(live: LiveDraw) -> None:
    secret = codes_of(live.record.next_generation())
    seeding.fix(live, None if live.record.frozen().level == "C" else chain(secret, CHAIN_LENGTH))


def seed(live: LiveDraw) -> None:
    for witness in live.record.missing_dice():
        seeding.enter_dice(live, witness, DICE[witness])
    compare(live)
    seeding.seed(live)


def compare(live: LiveDraw) -> None:
    """Let every witness confirm their row."""
    for witness in live.record.not_confirmed():
        comparing.note_comparison(live, witness, agrees=True)


def fill(live: LiveDraw, answers: Callable[[Callee], str]) -> None:
    """Do the next thing of a filling draw, one answer at a time."""
    match filling.due(live):
        case Due.ROUND:
            number = filling.next_code(live)
            secret = codes_of(live.record.fixed().generation)
            filling.open_round(live, None if live.secret.chain_secret else code_of(secret, number))
        case Due.PROMOTION:
            filling.promote(live)
        case Due.ANSWERS:
            callee = filling.callees(live)[0]
            filling.note_call(live, callee.slot, by_hand=False)
            details = {"keys": "11", "by_hand": False, "answered_at": to_text(live.station.clock.now())}
            filling.note_answer(live, callee.slot, answers(callee), details)
        case _:
            filling.finish(live)


def until_promotion(live: LiveDraw) -> None:
    """Let the first quota's principals decline, whoever comes, until its reserve is due to move up."""
    while filling.due(live) is not Due.PROMOTION:
        if filling.due(live) is Due.ROUND:
            filling.open_round(live)
        else:
            asked = next(one for one in filling.callees(live) if one.quota == 0 and one.slot != "R1")
            filling.note_answer(live, asked.slot, "declined", {})


def go_on(
    live: LiveDraw, cast: Cast, answers: Callable[[Callee], str] | None = None, until: Step = Step.SEALED
) -> LiveDraw:
    """Do one step after another until the draw is at `until`, or at its end."""
    replies = answers or Answers()
    steps: dict[Step, Callable[[], object]] = {
        Step.PREPARED: lambda: approve(live, cast),
        Step.NARROWED: lambda: freeze(live),
        Step.FROZEN: lambda: fix(live),
        Step.FIXED: lambda: seed(live),
        Step.SEEDED: lambda: fill(live, replies),
        Step.FILLING: lambda: fill(live, replies),
        Step.COMPLETE: lambda: sealing.seal_list(live),
        Step.SHORT: lambda: sealing.seal_list(live, acknowledged=True),
        Step.SEALED: lambda: open_early(live, cast),
        Step.OPENED: lambda: opening.close(live, "everyone has signed in", live.open_list()),
    }
    while live.record.step is not until and live.record.step in steps:
        steps[live.record.step]()
    return live


def open_early(live: LiveDraw, cast: Cast) -> SealedList:
    return opening.open_list(live, cast.second, "示例：提前开启")


def seats(sealed: SealedList) -> dict[str, str]:
    """Who sits where, by expert id."""
    return {member.slot: member.id for member in sealed.members}
