"""What clumsy hands bring: each is refused in words, by code, and what was kept is said truly."""

import json
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.composition import DATABASE, STATEMENT, VAULT, open_station
from drawing.signedstep import step_of
from resources import sample
from tests.app.console import (
    BOTH,
    DRAW,
    IMPORT,
    OPEN,
    PASSPHRASE,
    PEOPLE,
    SETUP,
    STATION,
    Answer,
    Console,
    Shell,
    Told,
    add_person,
    small_quotas,
    write_request,
)
from tests.fakes.disk import small_disk


def state(home: Path) -> dict[str, bytes]:
    """Every file of a home that a refused call must leave alone; the database's own log files move by themselves."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm", ".lock", ".tries.json", ".db"))
    }


def draw(
    console: Console, folder: Path, answers: Mapping[str, Answer] = DRAW, until: str | None = None, **changes: Any
) -> Told:
    request = write_request(folder / "request.json", **changes)
    return console.run("draw", request, "--out", folder / "out", answers=answers, until=until)


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("bank", "check", "{}"),
        ("bank", "import", "{}"),
        ("draw", "{}", "--out", "out"),
        ("setup", "{}"),
        ("verify", "{}"),
        ("select", "{}"),
    ],
    ids=" ".join,
)
def test_a_file_that_is_missing_or_a_folder(fresh: Console, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    for name in ("nothing.xlsx", "folder.xlsx"):
        given = [word.format(tmp_path / name) for word in words]
        told = fresh.run(*given, answers=IMPORT).refused("app.file")
        assert name in told.err
        assert told.asked in ([], ["station.passphrase"])


def test_verify_with_files_that_are_missing_or_dont_go_together(console: Console, tmp_path: Path) -> None:
    file, nothing = tmp_path / "transcript.json", tmp_path / "nothing"
    file.write_text("{}")
    for option in ("--keys", "--anchor", "--auditor"):
        console.run("verify", file, option, nothing, answers={}).refused("app.file")
    console.run("verify", file, "--bank", nothing, "--auditor", file, answers={}).refused("app.file")
    assert console.run("verify", file, "--bank", file, answers={}).code == 2, "verdicts need the auditor's form"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"%PDF-1.4"])
def test_verify_of_what_is_no_transcript(console: Console, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "transcript.json").write_bytes(content)
    assert console.run("verify", tmp_path / "transcript.json", answers={}).code == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"{}", b'{"v": 2}', b"PK\x03\x04", b'{"v": 1, "v": 1}', "你好".encode("gb18030")],
)
def test_a_file_that_is_no_request(console: Console, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "request.json").write_bytes(content)
    before = state(console.home)
    told = console.run("draw", tmp_path / "request.json", "--out", tmp_path / "out", answers=DRAW)
    assert (told.code, told.asked, told.out) == (1, [], "")
    assert state(console.home) == before
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"a,b\n1,2\n", b"\xff\xff\xff"])
@pytest.mark.parametrize("name", ["bank.xlsx", "bank.csv", "bank.xls", "bank"])
def test_a_file_that_is_no_bank(fresh: Console, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    for words in (("bank", "check"), ("bank", "import")):
        told = fresh.run(*words, tmp_path / name, answers=IMPORT)
        assert told.code == 1
        assert "keeper.pin" not in told.asked
    assert "fengqian bank import" in fresh.run("bank", "versions").ok().out


def test_a_bank_with_bad_rows_is_reported_by_line_and_not_taken(fresh: Console, tmp_path: Path) -> None:
    rows = [list(row) for row in sample.generate(size=120)]
    phone = sample.HEADERS.index("手机号码")
    rows[3][phone], rows[9][phone] = "1.38E+10", "12"
    text = "\n".join(",".join(map(str, row)) for row in [sample.HEADERS, *rows])
    (tmp_path / "bank.csv").write_text(text + "\n", encoding="utf-8")
    checked = fresh.run("bank", "check", tmp_path / "bank.csv", answers={})
    assert checked.code == 1
    assert "line 5" in checked.out
    assert "line 11" in checked.out
    told = fresh.run("bank", "import", tmp_path / "bank.csv", answers=IMPORT)
    assert told.code == 1
    assert "keeper.pin" not in told.asked


@pytest.mark.parametrize("answer", ["n", "否", "NO", "０"])
def test_a_bank_that_isnt_accepted_isnt_taken(fresh: Console, banks: tuple[Path, Path], answer: str) -> None:
    fresh.run("bank", "import", banks[1], answers={**IMPORT, "bank.accept": answer}).refused("app.declined")
    assert "fengqian bank import" in fresh.run("bank", "versions").ok().out


# --- requests --------------------------------------------------------------------------------------------------------


def test_a_request_without_a_bank(fresh: Console, tmp_path: Path) -> None:
    told = draw(fresh, tmp_path)
    assert told.code == 1
    assert "bank" in told.err
    assert "fengqian draw" in fresh.run("draws").ok().out


def test_quotas_that_cant_be_filled_say_which_and_by_how_many(console: Console, tmp_path: Path) -> None:
    quotas = small_quotas()
    quotas["quotas"] = [
        {"specialty": "A0803", "region": None, "site": "main", "count": 99, "reserves": 0},
        {"specialty": "A06", "region": None, "site": "main", "count": 12, "reserves": 0},
    ]
    told = draw(console, tmp_path, **quotas)
    told.refused("drawing.narrowing.unfillable")
    assert re.search(r"✗ quota 1 \(A0803\) lacks \d+ expert", told.out)
    assert "stays registered" in told.err
    with open_station(console.home, lambda: PASSPHRASE) as station:
        last = list(station.journal.entries())[-1]
    assert last.kind == "draw.previewed", "whoever learns of a lack leaves a trace"


@pytest.mark.parametrize(
    "count",
    [pytest.param(1, id="too few members"), pytest.param(4, id="an even number")],
)
def test_a_committee_that_breaks_the_law_names_the_article(console: Console, tmp_path: Path, count: int) -> None:
    quotas = small_quotas()
    quotas["quotas"] = [{"specialty": "A0803", "region": None, "site": "main", "count": count, "reserves": 0}]
    before = state(console.home)
    told = draw(console, tmp_path, **quotas)
    assert told.code == 1
    assert "第三十七条" in told.err
    assert "▲" in told.out
    assert "operator.pin" not in told.asked
    assert state(console.home) == before
    assert "fengqian draw" in console.run("draws").ok().out


def test_a_meeting_in_the_past(console: Console, tmp_path: Path) -> None:
    request: Any = sample.sample_request(datetime.now(UTC) - timedelta(days=3))
    told = draw(console, tmp_path, meeting=request["meeting"], opening=request["opening"])
    assert told.code == 1
    assert "▲ The meeting" in told.out
    assert "operator.pin" not in told.asked
    assert "fengqian draw" in console.run("draws").ok().out


def test_level_a_isnt_for_a_station_alone(console: Console, tmp_path: Path) -> None:
    told = draw(console, tmp_path, level="A")
    assert told.code == 1


# --- people ----------------------------------------------------------------------------------------------------------


def test_wrong_pins_lock_out_and_say_for_how_long(fresh: Console, banks: tuple[Path, Path]) -> None:
    words = ("bank", "import", banks[1])
    for _ in range(3):
        fresh.run(*words, answers={**IMPORT, "keeper.pin": "111222"}).refused("vault.secret.wrong")
    told = fresh.run(*words, answers=IMPORT).refused("vault.lockout.waiting")
    assert "seconds" in told.err
    assert "Z" not in told.err.split("possible at ")[1].split(",")[0], "people read their own time"


def test_operator_and_supervisor_of_one_organisation(fresh: Console, banks: tuple[Path, Path], tmp_path: Path) -> None:
    add_person(fresh, "supervisor", "钱多多", PEOPLE[0][2])
    fresh.run("bank", "import", banks[1], answers=IMPORT).ok()
    request = write_request(tmp_path / "request.json")
    answers = {**DRAW, "supervisor": "钱多多", "supervisor.pin": "573920"}
    told = fresh.run("draw", request, "--out", tmp_path / "out", answers=answers)
    assert told.code == 1
    assert "organisation" in told.err


def test_nobody_for_a_role(tmp_path: Path, banks: tuple[Path, Path]) -> None:
    console = Console(tmp_path / "home")
    (tmp_path / "setup.json").write_text(json.dumps(SETUP), encoding="utf-8")
    console.run("setup", tmp_path / "setup.json").ok()
    told = console.run("bank", "import", banks[1], answers=IMPORT).refused("app.people.nobody")
    assert "keeper" in told.err
    assert "fengqian people add" in told.err


def test_a_name_that_nobody_has(console: Console, tmp_path: Path) -> None:
    told = draw(console, tmp_path, {**DRAW, "supervisor": "何利群"}).refused("app.people.name")
    assert "何立群, 罗致远" in told.err


@pytest.mark.parametrize(
    ("pin", "again", "code"),
    [
        ("12345", "12345", "vault.pin.form"),
        ("", "", "vault.pin.form"),
        ("abcdef", "abcdef", "vault.pin.form"),
        ("123456", "123456", "vault.pin.trivial"),
        ("777777", "777777", "vault.pin.trivial"),
        ("804275", "804276", "app.repeat"),
    ],
)
def test_a_pin_that_isnt_good_enough_adds_nobody(fresh: Console, pin: str, again: str, code: str) -> None:
    before = state(fresh.home / "people")
    words = ("people", "add", "--role", "operator", "--name", "吴用", "--organisation", "临州")
    try:
        told = fresh.run(*words, answers={**STATION, "new.pin": pin, "new.pin.again": again})
    except AssertionError as error:  # a trivial PIN that is somebody's in these tests
        raise AssertionError(code) from error
    told.refused(code)
    assert state(fresh.home / "people") == before


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\u202eabc", "x" * 500])
def test_a_name_that_cant_be_shown_adds_nobody(fresh: Console, name: str) -> None:
    before = state(fresh.home / "people")
    words = ("people", "add", "--role", "operator", "--name", name, "--organisation", "临州")
    told = fresh.run(*words, answers={**STATION, "new.pin": "804275", "new.pin.again": "804275"})
    assert told.code == 1
    assert state(fresh.home / "people") == before


def test_an_early_opening_needs_another_supervisor_and_a_reason(sealed: Console, tmp_path: Path) -> None:
    serial, words = sealed.run("draws").ok().serial, ("--out", tmp_path / "out")
    blank = {**OPEN, "opening.reason": ["  ", "现场核对"]}
    told = sealed.run("open", serial, *words, answers=blank, until="second_supervisor.pin")
    assert told.asked.count("opening.reason") == 2, "a blank reason is asked again"
    wrong = {**OPEN, "second_supervisor.pin": OPEN["supervisor.pin"]}
    sealed.run("open", serial, *words, answers=wrong).refused("vault.secret.wrong")
    assert "sealed" in sealed.run("draws").ok().out
    assert not (tmp_path / "out" / "paper").exists()


def test_opening_or_printing_what_isnt_sealed(console: Console, tmp_path: Path) -> None:
    cut = draw(console, tmp_path, until="freeze.confirm")
    for word in ("open", "print"):
        told = console.run(word, cut.serial, "--out", tmp_path / "out", answers=OPEN)
        assert told.code == 1
        assert "opening.reason" not in told.asked
    console.run("open", "临抽1999-0001", "--out", tmp_path / "out", answers=OPEN).refused("drawing.draw.unknown")


def test_dice_that_arent_are_asked_again(console: Console, tmp_path: Path) -> None:
    good = "31462554136621435216"
    owner = ["1" * 20, "123", "12345612345612345612", good, "62135441366251423345"]
    told = draw(console, tmp_path, {**DRAW, "dice.owner": owner, "dice.supervisor": good}, "notice.1.approve")
    assert told.asked.count("dice.owner") == len(owner)
    assert told.out.count("not taken for a row of dice") == len(owner) - 1


# --- the home --------------------------------------------------------------------------------------------------------


def test_two_programs_on_one_home(fresh: Console, tmp_path: Path) -> None:
    process = Shell(fresh.home, tmp_path).start("settings")
    with process:
        assert process.stderr is not None
        process.stderr.readline()
        told = fresh.run("draws").refused("vault.home.in_use")
        assert told.asked == [], "refused at once"
        assert str(process.pid) in told.err
        process.kill()
    fresh.run("draws").ok()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[", b'{"v":1}', b"x" * 100_000])
def test_a_damaged_settings_file(fresh: Console, content: bytes) -> None:
    (fresh.home / "station.json").write_bytes(content)
    for words in (("draws",), ("settings",), ("people", "list")):
        told = fresh.run(*words)
        assert told.code == 1
        assert told.asked == []


def test_a_settings_file_of_a_costly_kind(fresh: Console) -> None:
    path = fresh.home / "station.json"
    value = json.loads(path.read_bytes())
    value["kdf"]["memory_kib"] = 1 << 40
    path.write_text(json.dumps(value), encoding="utf-8")
    assert fresh.run("draws").code == 1


@pytest.mark.parametrize("name", [DATABASE, VAULT, STATEMENT])
@pytest.mark.parametrize("damage", ["missing", "empty", "changed", "folder"])
def test_a_home_with_a_damaged_file(fresh: Console, name: str, damage: str) -> None:
    path = fresh.home / name
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        content[len(content) // 2] ^= 1
        path.write_bytes(content if damage == "changed" else b"")
    if (name, damage) != (DATABASE, "changed"):  # a page that nobody asks for is found by whoever reads all
        told = fresh.run("draws")
        assert told.code == 1
        assert told.err.rstrip().endswith("]")
    shown = Console(fresh.home).run("doctor")
    assert shown.code == 1
    assert "✗" in shown.out


def test_a_wrong_passphrase(fresh: Console) -> None:
    for passphrase in ("", "wrong", PASSPHRASE.upper()):
        answers = {"station.passphrase": passphrase}
        assert fresh.run("draws", answers=answers).refused("vault.secret.wrong").out == ""


def test_a_home_that_is_a_file_or_under_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "setup.json").write_text(json.dumps(SETUP), encoding="utf-8")
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        told = Console(home).run("setup", tmp_path / "setup.json")
        assert told.code == 1
        assert Console(home).run("draws").code == 1


def test_a_set_up_that_was_cut_off_starts_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "setup.json").write_text(json.dumps(SETUP), encoding="utf-8")
    console = Console(tmp_path / "home")
    console.run("setup", tmp_path / "setup.json", until="station.passphrase.again").refused("app.answers.ended")
    console.run("draws").refused("app.home.none")
    weak = {"station.passphrase": "weak", "station.passphrase.again": "weak"}
    console.run("setup", tmp_path / "setup.json", answers=weak).refused("vault.passphrase.weak")
    with monkeypatch.context() as patch:
        patch.setattr("app.composition.write_settings", _die)
        with pytest.raises(SystemExit):
            console.run("setup", tmp_path / "setup.json")
    assert (console.home / DATABASE).exists()
    console.run("draws").refused("app.home.none")
    console.run("setup", tmp_path / "setup.json").ok()
    console.run("draws").ok()
    console.run("setup", tmp_path / "setup.json").refused("app.home.exists")


def _die(*_arguments: object) -> None:
    raise SystemExit(9)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"centre": ""},
        {"serial_prefix": "a b"},
        {"language": "fr"},
        {"secrets": "plain"},
        {"kdf": {"memory_kib": 1, "iterations": 1, "lanes": 1}},
        {"passphrase": "x"},
    ],
    ids=str,
)
def test_a_set_up_file_that_is_wrong_makes_nothing(tmp_path: Path, changes: dict[str, object]) -> None:
    (tmp_path / "setup.json").write_text(json.dumps({**SETUP, **changes}), encoding="utf-8")
    told = Console(tmp_path / "home").run("setup", tmp_path / "setup.json")
    assert (told.code, told.asked) == (1, [])
    assert not (tmp_path / "home").exists()


# --- the folder for papers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["file", "file/below", "/proc/self", "/proc/self/below"])
def test_a_folder_for_papers_that_is_none_is_refused_before_anybody_types(
    sealed: Console, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").write_text("x")
    request = write_request(tmp_path / "request.json")
    serial = sealed.run("draws").ok().serial
    for words in (("draw", request), ("resume", serial), ("open", serial), ("print", serial)):
        told = sealed.run(*words, "--out", tmp_path / name, answers=OPEN).refused("app.folder")
        assert told.asked == ["station.passphrase"]
    assert len(sealed.run("draws").ok().out.splitlines()) == 1


# --- the disk --------------------------------------------------------------------------------------------------------


MOMENTS = {
    "narrowing.approve": "y",
    "freeze.confirm": "y",
    "dice.owner": str(DRAW["dice.owner"]),
    "notice.2.confirm": "1",
    "deputies": "",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_full_disk_is_told_and_the_draw_goes_on_afterwards(banked_home: Path, tmp_path: Path, moment: str) -> None:
    with small_disk(tmp_path / "disk", 16 * 1024) as disk:
        shutil.copytree(banked_home, disk.folder / "home")
        console = Console(disk.folder / "home")
        request = write_request(tmp_path / "request.json", **small_quotas())

        def fill() -> str:
            disk.fill()
            return MOMENTS[moment]

        told = console.run("draw", request, "--out", tmp_path / "out", answers={**DRAW, moment: fill})
        assert told.code == 1
        assert "[vault.disk.full]" in told.err or "[vault.database.disk]" in told.err, told.err
        disk.free()
        assert console.run("journal", "verify").ok()
        done = console.run("resume", told.serial, "--out", tmp_path / "out", answers=DRAW).ok()
        assert "is sealed" in done.out
        opened = console.run("open", told.serial, "--out", tmp_path / "out", answers=OPEN).ok()
        assert "is closed" in opened.out
        transcript = tmp_path / "out" / "transcript.json"
        assert console.run("verify", transcript, answers={}).code == 3


# --- answers ---------------------------------------------------------------------------------------------------------


class Typed:
    """Lines as somebody types them, whatever is asked."""

    def __init__(self, *lines: str) -> None:
        self._lines = iter(lines)
        self.asked: list[str] = []

    def line(self, question: str) -> str:
        return next(self._lines, "")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("operator.pin=804275\n", "operator.pin"),
        ("804275\n", "without an id"),
        ("804275=804275\n", "without an id"),
        (PASSPHRASE + "\n", "without an id"),
        ("\n", "without an id"),
        ("=\n", "without an id"),
        ("station.passphrase\n", "without an id"),
        (f" station.passphrase={PASSPHRASE}\n", "without an id"),
    ],
)
def test_a_line_that_doesnt_answer_is_refused_and_never_shown(fresh: Console, line: str, shown: str) -> None:
    people: Any = Typed(line)
    told = Console.call(["draws", "--home", str(fresh.home), "--lang", "en"], people).refused("app.answer")
    assert f"The answer {shown} was given" in told.err


def test_an_answer_that_is_no_text_is_refused(fresh: Console, tmp_path: Path) -> None:
    with Shell(fresh.home, tmp_path).start("draws") as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.buffer.write(b"station.passphrase=\xff\xfe\n")
        process.stdin.close()
        err = process.stderr.read()
        assert process.wait(60) == 1
    assert "[app.answer]" in err
    assert "Traceback" not in err


def test_the_input_may_end_at_every_question_and_the_draw_goes_on(console: Console, tmp_path: Path) -> None:
    """One draw, cut off at each question in turn, ends as it would have."""
    request, out = write_request(tmp_path / "request.json", **small_quotas()), tmp_path / "out"
    told = console.run("draw", request, "--out", out, answers=DRAW, until="narrowing.approve")
    told.refused("app.answers.ended")
    serial, states = told.serial, list[str]()
    for until in ("freeze.confirm", "receipts.taken", "dice.supervisor", "dice.owner", "dice.compare.owner"):
        console.run("resume", serial, "--out", out, answers=DRAW, until=until).refused("app.answers.ended")
        states.append(console.run("draws").ok().out.split()[-1])
    assert states[:2] == ["narrowed", "fixed"]
    # the dice were entered and revealed, whoever compares them is asked again
    for until in (
        "notice.*.approve",
        "notice.*.answer",
        "notice.*.answer",
        "notice.*.confirm",
        "deputies",
        "seal.confirm",
    ):
        console.run("resume", serial, "--out", out, answers=DRAW, until=until).refused("app.answers.ended")
    console.run("resume", serial, "--out", out, answers=DRAW).ok()
    for until in ("opening.reason", "second_supervisor.pin", "signin.vacant"):
        console.run("open", serial, "--out", out, answers=OPEN, until=until).refused("app.answers.ended")
    console.run("open", serial, "--out", out, answers=OPEN).ok()
    assert console.run("verify", out / "transcript.json", answers={}).code == 3
    assert not (out / "paper").exists()


@pytest.mark.parametrize("question", ["narrowing.approve", "freeze.confirm", "receipts.taken"])
def test_whoever_says_no_stops_the_step(console: Console, tmp_path: Path, question: str) -> None:
    told = draw(console, tmp_path, {**DRAW, question: ["", "maybe", "n"]}).refused("app.declined")
    assert told.asked.count(question) == 3, "a slip of the finger decides nothing"
    assert "resume" in told.err
    assert "is sealed" in console.run("resume", told.serial, "--out", tmp_path / "out", answers=DRAW).ok().out


def test_the_bidders_are_shown_as_read_before_the_report_is_signed(console: Console, tmp_path: Path) -> None:
    bidders = [{"name": "凭空测绘工程局", "aliases": ["凭空局"]}, {"name": "乌有设计院", "aliases": []}]
    told = draw(console, tmp_path, until="narrowing.approve", bidders=bidders)
    assert "Bidders as read: 2\n  1  凭空测绘工程局, 凭空局\n  2  乌有设计院\n" in told.out


def test_a_witness_who_says_no_stops_the_draw_on_record(console: Console, tmp_path: Path) -> None:
    told = draw(console, tmp_path, {**DRAW, "dice.compare.owner": ["", "n"]}).refused("drawing.dice.disputed")
    assert "witness owner" in told.err
    assert "fengqian replace" in told.err
    out, again = tmp_path / "out", {**DRAW, "dice.compare.owner": "n"}
    told = console.run("resume", told.serial, "--out", out, answers=again).refused("drawing.dice.disputed")
    assert "dice.compare.supervisor" not in told.asked, "who has confirmed isn't asked again"
    assert "fixed" in console.run("draws").ok().out
    told = console.run("resume", told.serial, "--out", out, answers=DRAW).ok()
    assert "is sealed" in told.out
    with open_station(console.home, lambda: PASSPHRASE) as station:
        compared = [step_of(entry)[0] for entry in station.journal.entries(kind="draw.compared")]
    answers = [(entry.body["witness"], entry.body["agrees"]) for entry in compared]
    assert answers == [("supervisor", True), ("owner", False), ("owner", False), ("owner", True)]


def test_both_are_asked_for_their_pins_in_every_command(sealed: Console, tmp_path: Path) -> None:
    serial = sealed.run("draws").ok().serial
    for word in ("resume", "open", "print"):
        for missing in ("operator.pin", "supervisor.pin"):
            told = sealed.run(word, serial, "--out", tmp_path / "out", answers=OPEN, until=missing)
            told.refused("app.answers.ended")
    assert set(BOTH) <= set(OPEN)
