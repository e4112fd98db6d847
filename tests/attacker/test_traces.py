"""Between sealing and opening nothing but the sealed list holds a drawn name, number, id or label.

Two whole jobs are killed right behind the sealing, so that the write-ahead log still lies there: one by hand on the
command line, one of the sample centre, with its voice.  Searched is every file of home and papers, every table but the
bank's, and every page that the database did not hold before the draw.  Canaries show that the search sees each packing
and spelling.
"""

import base64
import gc
import gzip
import io
import json
import shutil
import wave
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.cli.context import Context, unlock
from app.composition import DATABASE, VAULT, open_station
from app.sample.centre import PINS as DEMO_PINS
from app.wording import wording_for
from drawing import custody
from drawing.custody import Member, PoolSecret, SealedList, list_bytes, list_context, seal_for
from drawing.desk import preparing, sealing
from drawing.desk.station import LiveDraw, Present
from drawing.pool import label_of
from drawing.rounds import Result, Rounds
from drawing.steps import Step
from printing.namelist import make_namelist
from tests.attacker.attack import PEOPLE
from tests.attacker.draws import sealed_draw
from tests.attacker.pages import BANK, cells, raw_pages, rows
from tests.attacker.search import found_in
from tests.drawing.desk.station import KEY, SmallStation, go_on
from tests.fakes.randomness import SeededRandomness
from tests.kills.answers import PASSPHRASE, PINS, bank_rows
from tests.kills.test_kills import child
from tests.printing import samples
from vault.roles import Role
from vault.secretstore import FileSecretStore

CANARY = "郤峤翚岌"
BEHIND_THE_SEALING = "replace:checkpoint.txt:after#1"
Pages = frozenset[bytes]


# ---- a whole job


@dataclass(frozen=True)
class Job:
    """A killed job's folder, its database's key and what that held before the draw, and who was drawn."""

    folder: Path
    key: bytes
    before: Pages
    drawn: tuple[Member, ...]
    salt: bytes


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Set up, draw, and be cut off behind the sealing."""
    folder = tmp_path_factory.mktemp("job")
    child(folder, "C", "banked")
    key = FileSecretStore.open(folder / "home" / VAULT, PASSPHRASE).get("database-key")
    before = frozenset(raw_pages(folder / "home" / DATABASE, key))
    child(folder, "C", "sealed", BEHIND_THE_SEALING)
    assert (folder / "home" / f"{DATABASE}-wal").stat().st_size > 100_000
    sealed = _opened(shutil.copytree(folder / "home", tmp_path_factory.mktemp("opened") / "home"))
    return Job(folder, key, before, sealed.members, sealed.secret.salt)


@dataclass(frozen=True)
class _Terminal:
    pins: Mapping[str, str]

    def ask(self, question: str, text: str, *, secret: bool = False) -> str:
        return {"station.passphrase": PASSPHRASE, "supervisor": "何立群"}.get(question) or self.pins[question[:-4]]

    def tell(self, text: str) -> None:
        """Nothing is looked at."""


def _opened(home: Path, pins: Mapping[str, str] = PINS) -> SealedList:
    """Open the list with both holders' keys, to know what to look for."""
    context = Context(home, _Terminal(pins), wording_for("en"), "en")
    with open_station(home, context.passphrase) as station:
        both = Present(unlock(context, station, Role.OPERATOR), unlock(context, station, Role.SUPERVISOR))
        draw, record = preparing.draws(station.drawing())[-1]
        assert record.step is Step.SEALED
        return LiveDraw.load(station.drawing(), draw, both).open_list()


def traces(folder: Path, key: bytes, before: Pages | None, words: set[str]) -> set[str]:
    """Which words stand anywhere but in the bank's source and tables, and in pages that were there before.

    Where it isn't known which pages were there, only tables are read.
    """
    found: set[str] = set()
    for path in sorted(folder.rglob("*")):
        found |= found_in(str(path.relative_to(folder)).encode("utf-8"), words)
        if path.is_file() and not path.name.startswith((DATABASE, "bank.xlsx", "bank-gb18030.csv")):
            found |= found_in(path.read_bytes(), words)
    for database in folder.rglob(DATABASE):
        for page in () if before is None else set(raw_pages(database, key)) - before:
            found |= found_in(page, words)
        for _, value in cells(rows(database, key)):
            found |= found_in(value, words)
    return found


def _words(members: Iterable[Member], salt: bytes) -> set[str]:
    words = {text for member in members for text in (member.id, member.name, member.phone, member.label)}
    return {word for word in words if len(word) > 2} | {salt.hex()}


def test_no_trace_of_the_drawn(job: Job) -> None:
    words = _words(job.drawn, job.salt) | {label_of(job.salt, row.partition(",")[0]) for row in bank_rows()}
    assert len(words) > 4 * 8
    assert {path.suffix for path in job.folder.rglob("*")} >= {".pdf", ".box", ".db", ".txt"}
    for part in ("home", "out"):
        assert traces(job.folder / part, job.key, job.before, words) == set()


def test_no_trace_in_what_the_sample_centre_makes(tmp_path: Path) -> None:
    """With recordings for each language and site, whoever is called; names of two characters are left to the others."""
    child(tmp_path, "C", "demo", BEHIND_THE_SEALING)
    place = tmp_path / "demo"
    key = FileSecretStore.open(place / "home" / VAULT, PASSPHRASE).get("database-key")
    sealed = _opened(shutil.copytree(place / "home", tmp_path / "opened"), DEMO_PINS)
    words = _words(sealed.members, sealed.secret.salt)
    assert traces(place, key, None, words) == set()
    assert found_in((place / "bank.xlsx").read_bytes(), words) >= {member.id for member in sealed.members}
    voices = {path.name for path in (place / "voice").iterdir()}
    assert len(voices) >= 4 * 4
    assert len({name.split("-", 2)[2] for name in voices}) * 4 == len(voices)


def test_papers_are_read_by_the_search(job: Job) -> None:
    """What does stand on papers and in the journal is found, so that nothing else would be missed."""
    words = {"交易中心", "LZ2026-SZ-0117-01"}
    for name in ("certificate.pdf", "minutes.pdf", "receipt-owner.pdf"):
        assert found_in((job.folder / "out" / name).read_bytes(), words) == words
    home = traces(job.folder / "home", job.key, job.before, {"draw.sealed", "LZ2026-SZ-0117-01"})
    assert home == {"draw.sealed", "LZ2026-SZ-0117-01"}


def test_what_is_left_lying(job: Job) -> None:
    """One box, no pool, no dice, no request."""
    draws = [path.name for path in (job.folder / "home" / "draws").rglob("*") if path.is_file()]
    assert draws == ["list-1.box"]


def test_bank_found_where_it_may_stand(job: Job) -> None:
    """The bank's own tables do hold the drawn: the search would see them there."""
    held = rows(job.folder / "home" / DATABASE, job.key)
    told = b"".join(value for value in (row[3] for row in held["drawing_bank_row"]))
    assert found_in(told, {member.name for member in job.drawn}) == {member.name for member in job.drawn}


# ---- canaries


def _wav(text: str) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2000))
    chunk = text.encode("gb18030")
    return file.getvalue() + b"LIST" + len(chunk).to_bytes(4, "little") + chunk


def _zip(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("members.txt", text.encode("utf-16"))
    return b"before it something else" + file.getvalue()


def _pdf(text: str) -> bytes:
    data = samples.LIST
    return make_namelist(replace(data, members=(replace(data.members[0], name=text),)), samples.zh)


PACKINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode("utf-8"),
    "utf-16 little": lambda text: text.encode("utf-16-le"),
    "utf-16 big": lambda text: b"\x00" + text.encode("utf-16-be"),
    "gb18030": lambda text: text.encode("gb18030"),
    "json": lambda text: json.dumps({"name": text}).encode("ascii"),
    "base64": lambda text: b'{"a":"' + base64.b64encode(b"the name: " + text.encode("utf-8")) + b'"}',
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(b"?>~\xff" * 3 + text.encode("utf-8")),
    "base64 in lines": lambda text: base64.encodebytes(bytes(range(80)) + text.encode("gb18030")),
    "hex": lambda text: b"x=" + text.encode("utf-8").hex().encode("ascii"),
    "hex capitals apart": lambda text: text.encode("utf-16-be").hex(" ").upper().encode("ascii"),
    "gzip": lambda text: b"--" + gzip.compress(text.encode("utf-8") * 3),
    "zlib": lambda text: b"--" + zlib.compress(text.encode("gb18030") * 3),
    "zip": _zip,
    "pdf": _pdf,
    "wav": _wav,
    "ascii85": lambda text: base64.a85encode(zlib.compress(text.encode("utf-8"))) + b"~>",
    "deep": lambda text: base64.b64encode(gzip.compress(json.dumps([text.encode("utf-8").hex()]).encode("utf-8"))),
    "digits apart": lambda text: " ".join(text).encode("utf-8"),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("word", [CANARY, "ZJ00731199", "16031415926"])
def test_canary_in_a_file_is_found(packing: str, word: str, tmp_path: Path) -> None:
    (tmp_path / "innocent.bin").write_bytes(PACKINGS[packing](word))
    assert traces(tmp_path, KEY, frozenset(), {word, "ZJ00000000"}) == {word}


def test_canary_in_a_file_name_is_found(tmp_path: Path) -> None:
    (tmp_path / f"voice-{CANARY}.wav").write_bytes(b"")
    assert traces(tmp_path, KEY, frozenset(), {CANARY}) == {CANARY}


@pytest.mark.parametrize("after", [[], ["DELETE FROM scratch"], ["DROP TABLE scratch"]])
def test_canary_in_the_database_is_found(after: list[str], tmp_path: Path) -> None:
    """In a row, and where a row or a table was taken away again: on free pages, or in the log."""
    with sealed_draw(tmp_path / "s", "canary") as scene:
        before = frozenset(raw_pages(tmp_path / "s" / DATABASE, KEY))
        engine = scene.live.station.engine
        for query in ["CREATE TABLE scratch (name TEXT)", f"INSERT INTO scratch VALUES ('{CANARY}')", *after]:
            with engine.connect() as connection:
                connection.exec_driver_sql(query)
                connection.commit()
        assert traces(tmp_path / "s", KEY, before, {CANARY}) == {CANARY}


# ---- bank tables, memory, lengths


def test_bank_is_untouched_and_unmarked(tmp_path: Path) -> None:
    """The bank's tables are the same row for row in the same order; only journal entries have come."""
    with sealed_draw(tmp_path / "s", "bank") as scene:
        after = rows(tmp_path / "s" / DATABASE, KEY)
        changed = {name for name in after if after[name] != scene.tables_before.get(name)}
        assert changed == {"vault_journal_entry", "vault_journal_state", "figures"}
        assert sum(name.startswith(BANK) for name in after) == 5
        written = b"".join(set(raw_pages(tmp_path / "s" / DATABASE, KEY)) - set(scene.before))
        everybody = {text for expert in PEOPLE for text in (expert.id, expert.name, expert.phone)}
        assert found_in(written, everybody) == set()
        with scene.live.station.engine.connect() as connection:
            connection.exec_driver_sql("UPDATE drawing_bank_row SET until = 9 WHERE key = 17")
            connection.commit()
        marked = rows(tmp_path / "s" / DATABASE, KEY)
        assert marked["drawing_bank_row"] != scene.tables_before["drawing_bank_row"]


def _secrets_alive() -> set[int]:
    gc.collect()
    kinds = (PoolSecret, SealedList, Member, Rounds, Result)
    return {id(found) for found in gc.get_objects() if isinstance(found, kinds)}


def test_nothing_secret_is_held_in_memory_after_the_sealing(tmp_path: Path) -> None:
    before = _secrets_alive()
    station = SmallStation.make(tmp_path / "s")
    live = station.load(station.prepare())
    go_on(live, station.cast, until=Step.COMPLETE)
    assert _secrets_alive() > before
    sealing.seal_list(live)
    assert _secrets_alive() == before
    station.close()


def _sealed_length(sealed: SealedList, station: SmallStation) -> int:
    live = station.load(preparing.draws(station.desk)[-1][0])
    holders = [custody.holder_of(key.identity.role.value, key.identity) for key in live.present.keys]
    return len(seal_for(list_bytes(sealed), list_context(live.draw, 1), holders, live.signers(), SeededRandomness()))


COMMITTEES = (("丁一", ""), ("阿卜杜热合曼·买买提依明江", "第九" * 90), ("欧阳岷", "院" * 1100))


def test_length_of_the_sealed_list_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Committees with short and with long names give files of one length, wherever in a block the rest ends."""
    station = SmallStation.make(tmp_path / "s")
    live = station.drawn_to(Step.SEALED)
    sealed = live.open_list()
    assert _sealed_length(sealed, station) == live.folder.list(1).stat().st_size
    committees = [
        replace(sealed, members=tuple(replace(member, name=name, employer=employer) for member in sealed.members))
        for name, employer in COMMITTEES
    ]
    assert len({_sealed_length(committee, station) for committee in committees}) == 1

    def lengths() -> list[int]:
        """How many lengths the committees have, with the rest of the list longer and longer."""
        rests = [(*sealed.results, b"9" * more) for more in range(0, 64 * 1024, 4096)]
        return [len({len(list_bytes(replace(one, results=rest))) for one in committees}) for rest in rests]

    assert set(lengths()) == {1}
    monkeypatch.setattr(custody, "MEMBER_ROOM", 1)
    assert max(lengths()) > 1
    station.close()


def test_lengths_are_alike_over_draws(tmp_path: Path) -> None:
    """The same pool gives boxes of one length, whoever was drawn."""

    def lengths() -> Iterator[int]:
        for number in range(6):
            with sealed_draw(tmp_path / str(number), f"length {number}") as scene:
                yield scene.live.folder.list(1).stat().st_size

    assert len(set(lengths())) == 1
