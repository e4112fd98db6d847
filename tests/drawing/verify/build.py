"""Whole small draws made at the desk with fakes, and a forger who holds every key of the station and its people."""

import atexit
import base64
import copy
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from drawing import transcript
from drawing.bank import check_rows
from drawing.bankfile import read_table
from drawing.bankstore import Acceptance, BankStore
from drawing.custody import SealedList
from drawing.desk import comparing, filling, freezing, opening, preparing, replacing, sealing, seeding
from drawing.desk.station import DrawStation, LiveDraw, Present
from drawing.order import chain, code_of
from drawing.rulepack import HeldPack, parse_rule_pack
from resources.rulepacks import rule_pack
from tests.drawing.requests import SOUND, text_of
from tests.fakes.clock import SteadyClock
from tests.fakes.randomness import SeededRandomness
from vault.database import migrate, open_engine
from vault.dsse import Envelope, sign_envelope
from vault.identity import PrivateIdentity, declare
from vault.ids import BankId, PersonId, StationId, new_id
from vault.journal import Journal
from vault.jsontext import dumps
from vault.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from vault.note import Checkpoint, sign_note
from vault.roles import Role
from vault.suite import sha256
from vault.times import to_text

START = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
HEADER = "专家编号,姓名,手机号码,工作单位,曾用单位,评审专业,所在地区,状态,暂停至,通话语言"
DICE = ("31415263142536142563", "62514362514136245163", "15263415243612354163")
CHAIN = b"the chain of the other machine"
ROOT = Path(__file__).parents[3]
_HOME = tempfile.TemporaryDirectory(prefix="fengqian-verify-")
atexit.register(_HOME.cleanup)
Answers = Mapping[tuple[int, str], str]
# of a made-up digest, so that these draws stay the same when a sentence of the pack changes
_PACK = HeldPack(parse_rule_pack(rule_pack("works")), "0" * 64)


@dataclass(frozen=True)
class Drawn:
    """A finished draw and everything that an insider has of it."""

    file: bytes
    audit: bytes
    bank: Path
    keys: bytes
    checkpoint: bytes
    fingerprint: str
    payloads: tuple[bytes, ...]
    people: Mapping[str, PrivateIdentity]

    def payload(self) -> dict[str, Any]:
        """Return the transcript's payload as JSON, to be changed."""
        found: dict[str, Any] = json.loads(Envelope.parse(self.file).payload)
        return found

    def signers(self) -> list[PrivateIdentity]:
        """Return the three who sign."""
        return [self.people[name] for name in ("station", "supervisor", "operator")]

    def signed(self, payload: Mapping[str, Any], signers: Sequence[PrivateIdentity] | None = None) -> bytes:
        """Sign a changed payload anew."""
        return sign_envelope("transcript", dumps(payload), signers or self.signers()).to_bytes()


def _people(seed: str, start: datetime, issuer: PrivateIdentity | None = None) -> dict[str, PrivateIdentity]:
    randomness = SeededRandomness(seed)

    def person(name: str, role: Role, organisation: str) -> PrivateIdentity:
        made = PersonId(new_id(start, randomness))
        return declare(made, name, role, organisation, start, randomness, issuer=issuer)

    return {
        "station": person("交易中心", Role.STATION, "交易中心"),
        "operator": person("沈一", Role.OPERATOR, "交易中心"),
        "supervisor": person("顾二", Role.SUPERVISOR, "监督局"),
        "second": person("秦三", Role.SUPERVISOR, "监督局"),
        "insider": person("魏四", Role.SUPERVISOR, "交易中心"),
    }


def bank_rows(size: int) -> list[str]:
    """Return rows of a small bank: three specialties, some with two, some employers crowded, some barred."""
    rows = []
    for number in range(size):
        codes = ("A0803", "A06", "A04", "A0803、A06", "A06、A04")[number % 5]
        region = "澜江市" if number % 5 in (2, 4) else "临州市"
        employer = "" if number % 17 == 3 else f"第{number % 23}设计院有限公司"
        standing = "移出" if number % 19 == 7 else "正常"
        rows.append(f"E{number:04d},人{number},138{number:08d},{employer},,{codes},{region},{standing},,")
    rows.append("F9001,旁人,13900000001,某院,,B01,临州市,正常,,")
    return rows


def _request(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = copy.deepcopy(SOUND)
    value["quotas"][1]["region"] = None
    value["meeting"]["sites"][1]["region"] = None
    change(value)
    return text_of(value)


def codes_of(generation: int) -> bytes:
    """Return the secret of the other machine's chain of a generation."""
    return CHAIN + b"!" * (generation - 1)


People = dict[str, PrivateIdentity]


class Desk:
    """One station with one draw on it."""

    def __init__(
        self,
        folder: Path,
        rows: Sequence[str],
        seed: str = "draw",
        *,
        sample: bool = False,
        people: People | None = None,
    ) -> None:
        self.clock = SteadyClock(START)
        self.randomness = SeededRandomness(seed)
        self.people = people or _people(seed, START)
        self.engine = open_engine(folder / "station.db", bytes(32))
        with self.engine.connect() as connection:
            migrate(connection, [ROOT / "drawing" / "migrations" / "versions"])
        self.bank_file = folder / "bank.csv"
        self.bank_file.write_text("\r\n".join([HEADER, *rows]) + "\r\n", "utf-8")
        station = StationId(new_id(START, self.randomness))
        origin = f"fengqian/{station}"
        key = self.people["station"]
        journal = Journal(self.engine, origin, station, self.clock, key.note_signer(origin))
        journal.append("station.set_up", station, {"centre": "交易中心", "sample": sample, "station_key": key.keyid})
        bank = BankStore(self.engine)
        found = check_rows(read_table(self.bank_file)).bank
        id_ = BankId(new_id(START, self.randomness))
        bank.import_version(found, id_, Acceptance(START - timedelta(days=9), bytes(32), ("k", "s")), over=None)
        self.station = DrawStation(
            station, "交易中心", sample, "临抽", folder / "draws", self.engine, journal, bank, self.clock,
            self.randomness, key, (_PACK,),
        )  # fmt: skip
        self.present = Present(self.people["operator"], self.people["supervisor"])

    def prepare(self, request: bytes) -> LiveDraw:
        """Register a request and have the report of it signed."""
        pack = _PACK.rules
        draw, _ = preparing.prepare(self.station, request, pack, self.people["operator"], approved=True)
        live = LiveDraw.load(self.station, draw, self.present)
        found = preparing.survey(live, pack, [], self.clock.now())
        preparing.preview(live, found)
        needs = found.report.needs_approval
        preparing.approve(live, found, self.people["second"] if needs else None, "small province" if needs else "")
        freezing.freeze(live, found, pack.id, _PACK.digest)
        return live

    def seed(self, live: LiveDraw) -> str:
        """Fix the sources and reveal them."""
        elsewhere = live.record.frozen().level == "B"
        secret = codes_of(live.record.next_generation())
        fingerprint = seeding.fix(live, chain(secret, 256) if elsewhere else None)
        for witness, dice in zip(live.record.frozen().witnesses, DICE, strict=False):
            seeding.enter_dice(live, witness, dice)
        for witness in live.record.not_confirmed():
            comparing.note_comparison(live, witness, agrees=True)
        seeding.seed(live)
        return fingerprint

    def fill(self, live: LiveDraw, answers: Answers, until: int = 1_000) -> None:
        """Go on until the draw ends, or so many answers are in; `answers` says by round and slot who doesn't come."""
        while until:
            match filling.due(live):
                case filling.Due.ROUND:
                    is_here = live.secret.chain_secret is not None
                    secret = codes_of(live.record.fixed().generation)
                    filling.open_round(live, None if is_here else code_of(secret, filling.next_code(live)))
                case filling.Due.PROMOTION:
                    filling.promote(live)
                case filling.Due.ANSWERS:
                    until -= 1
                    one = filling.callees(live)[0]
                    outcome = answers.get((one.round, one.slot), "confirmed")
                    self.call(live, one.slot, 3 if outcome == "no_answer" else 1)
                    details = {"keys": "", "by_hand": False, "answered_at": to_text(self.clock.now())}
                    filling.note_answer(live, one.slot, outcome, details)
                case _:
                    filling.finish(live)
                    return

    def call(self, live: LiveDraw, slot: str, times: int) -> None:
        """Call somebody, ten minutes between two calls."""
        for number in range(times):
            if number:
                self.clock.advance(timedelta(minutes=10))
            filling.note_call(live, slot, by_hand=False)

    def transcribe(self, live: LiveDraw, sealed: SealedList, fingerprint: str) -> Drawn:
        """Write and sign the transcript and the auditor's form."""
        proof = transcript.witnessed(self.station.journal, live.draw, live.record)
        statements = [self.people[name].statement for name in ("station", "operator", "supervisor", "second")]
        payload = transcript.transcript_bytes(live.record, sealed, proof, statements, to_text(self.clock.now()))
        signers = [self.people[name] for name in ("station", "supervisor", "operator")]
        file = transcript.sign_transcript(payload, signers).to_bytes()
        return Drawn(
            file=file,
            audit=transcript.audit_bytes(sealed, file),
            bank=self.bank_file,
            keys=dumps({"v": 1, "identities": [statement.to_json() for statement in statements]}),
            checkpoint=proof.checkpoint.encode("utf-8"),
            fingerprint=fingerprint,
            payloads=tuple(entry.payload for entry in self.station.journal.entries()),
            people=self.people,
        )


def run_draw(
    change: Callable[[dict[str, Any]], object] = lambda _value: None,
    rows: Sequence[str] = tuple(bank_rows(120)),
    answers: Answers | None = None,
    vacate: Mapping[str, str] | None = None,
    seed: str = "draw",
    earlier: bool = False,
    sample: bool = False,
    people: People | None = None,
) -> Drawn:
    """Run a whole draw: sealed, opened early, after `vacate` filled, sealed and opened once more at its time.

    With `earlier` the station has another draw of the same lot, which was given up.
    """
    folder = Path(tempfile.mkdtemp(dir=_HOME.name))
    desk = Desk(folder, rows, seed, sample=sample, people=people)
    try:
        if earlier:
            opening.abort(desk.prepare(_request(change)), "a witness did not come")
        live = desk.prepare(_request(change))
        fingerprint = desk.seed(live)
        desk.fill(live, answers or {})
        sealing.seal_list(live, acknowledged=True)
        sealed = opening.open_list(live, desk.people["second"], "the meeting was moved forward")
        live.write("draw.printed", {"document": "namelist", "copy": 1, "reason": None})
        if vacate:
            opening.vacate_after_opening(live, sealed, dict(vacate), "conflict at sign-in")
            desk.fill(live, answers or {})
            sealing.seal_list(live, acknowledged=True)
            desk.clock.advance(timedelta(days=1))
            sealed = opening.open_list(live)
        return desk.transcribe(live, sealed, fingerprint)
    finally:
        desk.engine.dispose()
        shutil.rmtree(folder / "draws")


@cache
def rich_draw() -> Drawn:
    """Declines, a second and third round, an early opening, a vacancy filled by a reserve, a second sealing."""
    answers = {(1, "1"): "declined", (1, "R1"): "no_answer", (1, "5"): "declined", (2, "1"): "declined"}
    return run_draw(answers=answers, vacate={"2": "conflict", "7": "absent"})


@cache
def other_draw() -> Drawn:
    """Another station's draw of the same request."""
    return run_draw(seed="other")


@cache
def vouched_draw() -> Drawn:
    """What the operator of `rich_draw` can make up alone: everybody else is invented and issued by that key."""
    operator = rich_draw().people["operator"]
    return run_draw(seed="made up", people={**_people("made up", START, operator), "operator": operator})


@cache
def short_draw() -> Drawn:
    """A pool that can't fill every slot: a reserve is promoted before completion, and one slot stays open."""
    answers = {(n, slot): "declined" for n in range(1, 12) for slot in ("1", "2")}
    return run_draw(rows=bank_rows(35), answers=answers, change=lambda value: value.update(employer_cap=2))


@cache
def exact_draw() -> Drawn:
    """A sample centre's: disjoint quotas, no cap, codes of another machine (level B), a second draw of its lot."""

    def change(value: dict[str, Any]) -> None:
        value.update(employer_cap=None, frequency_cap=None, level="B")

    rows = [row.replace("A0803、A06", "A0803").replace("A06、A04", "A04") for row in bank_rows(120)]
    return run_draw(change=change, rows=rows, earlier=True, sample=True)


@cache
def replaced_draw() -> Drawn:
    """Level B: before the seed a witness's dice are lost, in the midst of round 1's calls the code chain."""
    folder = Path(tempfile.mkdtemp(dir=_HOME.name))
    desk = Desk(folder, bank_rows(120), "replaced")
    try:
        live = desk.prepare(_request(lambda value: value.update(level="B")))
        seeding.fix(live, chain(codes_of(1), 256))
        seeding.enter_dice(live, live.record.frozen().witnesses[0], DICE[0])
        lose(desk, live, "witness:owner")
        desk.seed(live)
        desk.fill(live, {(1, "1"): "declined"}, until=3)
        lose(desk, live, "chain")
        fingerprint = desk.seed(live)
        desk.fill(live, {(2, "1"): "declined"})
        sealing.seal_list(live)
        return desk.transcribe(live, opening.open_list(live, desk.people["second"], "moved forward"), fingerprint)
    finally:
        desk.engine.dispose()
        shutil.rmtree(folder / "draws")


def lose(desk: Desk, live: LiveDraw, what: str) -> None:
    """Have a source or the chain replaced."""
    replacing.replace(live, desk.people["second"], [what], "whoever found the envelope", "left in a taxi")


def unwrapped(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with what its signed step says as its body."""
    step = json.loads(base64.b64decode(entry["body"]["step"]["payload"]))
    return {**entry, "body": step["body"]}


class Forger:
    """Changes entries of a draw and builds journal and transcript around them anew, with everybody's keys.

    `entries` are as in the journal with the steps' own bodies; each is wrapped and signed by those in its `by`, or by
    the key ids in `signed_by`; what is in its `step` replaces fields of the signed payload.
    """

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self.payload = drawn.payload()
        self.entries: list[dict[str, Any]] = [
            unwrapped(json.loads(base64.b64decode(entry["payload"]))) for entry in self.payload["entries"]
        ]
        self.before = [dict(json.loads(payload)) for payload in drawn.payloads]

    def body(self, kind: str, number: int = 0) -> dict[str, Any]:
        """Return the body of the n-th entry of a kind, to be changed."""
        body: dict[str, Any] = self.entry(kind, number)["body"]
        return body

    def entry(self, kind: str, number: int = 0) -> dict[str, Any]:
        """Return the n-th entry of a kind, to be changed."""
        return [entry for entry in self.entries if entry["kind"] == kind][number]

    def resign(
        self,
        kind: str,
        name: str,
        change: Callable[[dict[str, Any]], object],
        *signers: str | PrivateIdentity,
        number: int = 0,
    ) -> None:
        """Change a signed record in the n-th entry of a kind and sign it again, by the three or by `signers`."""
        body = self.body(kind, number)
        key = {
            "certificate": "certificate",
            "ceremony": "ceremony",
            "narrowing-approval": "signature",
            "replacement": "replacement",
        }[name]
        payload = json.loads(base64.b64decode(body[key]["payload"]))
        change(payload)
        named = signers or ("operator", "supervisor", "station")
        who = [self.drawn.people[one] if isinstance(one, str) else one for one in named]
        body[key] = sign_envelope(name, dumps(payload), who).to_json()

    def rehead(self) -> None:
        """Let the certificate name the head that what stands before it now has."""
        first = self.entries[0]["index"]
        frozen = self.entries.index(self.entry("draw.frozen"))
        before = [dumps(entry) for entry in self.before[:first]]
        before += self._wrapped(self.entries[:frozen], first)
        root = root_of([leaf_hash(entry) for entry in before]).hex()
        self.resign("draw.frozen", "certificate", lambda c: c["head"].update(size=len(before), root=root))

    def _wrapped(self, entries: Sequence[dict[str, Any]], first: int) -> list[bytes]:
        """Sign every step anew by those in its `by` whose keys are known, and chain them; set their places."""
        log: list[bytes] = []
        keys = {person.keyid: person for person in self.drawn.people.values()}
        for place, entry in enumerate(entries, first):
            entry["index"] = place
            payload = {
                "v": 1,
                "suite": "FQ1",
                "draw": entry["subject"],
                "kind": entry["kind"],
                "previous": sha256(log[-1]).hex() if log else None,
                "body": entry["body"],
                **entry.get("step", {}),
            }
            signers = [keys[one] for one in dict.fromkeys(entry.get("signed_by", entry["by"])) if one in keys]
            signed = sign_envelope("step", dumps(payload), signers or [self.drawn.people["station"]])
            body = {"step": signed.to_json()}
            said = {name: value for name, value in entry.items() if name not in ("step", "signed_by")}
            log.append(dumps({**said, "body": body}))
        return log

    def file(self, *, rehead: bool = False) -> bytes:
        """Build journal, proofs and signatures around what was changed, and return the transcript."""
        if rehead:
            self.rehead()
        first = self.entries[0]["index"] if self.entries else 0
        log = [dumps(entry) for entry in self.before[:first]]
        listed = []
        for payload in self._wrapped(self.entries, first):
            listed.append({"index": len(log), "payload": base64.b64encode(payload).decode("ascii")})
            log.append(payload)
        leaves = [leaf_hash(payload) for payload in log]
        station = self.drawn.people["station"]
        origin = self.payload["checkpoint"].split("\n")[0]
        head = Checkpoint(origin, len(leaves), root_of(leaves))
        size = next((entry["index"] for entry in self.entries if entry["kind"] == "draw.frozen"), 0)
        self.payload.update(
            entries=listed,
            checkpoint=sign_note(head.text(), [station.note_signer(origin)]).decode("utf-8"),
            inclusion=[[node.hex() for node in inclusion_proof(leaves, item["index"])] for item in listed],
            consistency=[
                {
                    "size": size,
                    "root": root_of(leaves[:size]).hex(),
                    "proof": [node.hex() for node in consistency_proof(leaves, size)],
                }
            ],
        )
        return self.drawn.signed(self.payload)
