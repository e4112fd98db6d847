"""`fengqian recheck` as two people use it: bidders in a file, nothing of the list on the screen or in a file."""

import re
from pathlib import Path

import pytest

from app.cli.context import Context, unlock
from app.composition import open_station
from app.wording import wording_for
from drawing.custody import SealedList
from drawing.desk import preparing
from drawing.desk.station import LiveDraw, Present
from tests.app.console import BOTH, DRAW, OPEN, PASSPHRASE, PINS, STATION, Console
from tests.auditor.script import command
from vault.roles import Role

# whom the dice choose may leave too few for a rule, which isn't what these tests are about
RECHECK = {**DRAW, "recheck.confirm": "y", "seal.acknowledge": "y"}
NOBODY = "凭空测绘工程局"


class _Holders:
    def ask(self, question: str, text: str, *, secret: bool = False) -> str:
        pins = {"operator.pin": PINS["周敏"], "supervisor.pin": PINS["何立群"]}
        return {"station.passphrase": PASSPHRASE, "supervisor": "何立群", **pins}[question]

    def tell(self, text: str) -> None:
        """Nothing is looked at."""


def peek(home: Path) -> SealedList:
    """Open the list as its two holders could, for the test alone."""
    context = Context(home, _Holders(), wording_for("en"), "en")
    with open_station(home, context.passphrase) as station:
        both = Present(unlock(context, station, Role.OPERATOR), unlock(context, station, Role.SUPERVISOR))
        draw, _ = preparing.draws(station.drawing())[-1]
        return LiveDraw.load(station.drawing(), draw, both).open_list()


def names(path: Path, *bidders: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join(bidders).encode(encoding))
    return path


def serial(console: Console) -> str:
    found = re.search(r"临抽 ?(\d{4}-\d{4})", console.run("draws").ok().out)
    assert found
    return f"临抽{found[1]}"


def clear(tmp_path: Path, *but: Path) -> bytes:
    """What stands in files that somebody can read without a key."""
    return b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path not in but)


def test_nobody_in_conflict_leaves_the_list_as_it_is(sealed: Console, tmp_path: Path) -> None:
    word, file = serial(sealed), names(tmp_path / "bidders.txt", NOBODY, "", NOBODY, encoding="gb18030")
    told = sealed.run("recheck", word, file, "--out", tmp_path / "out", answers=RECHECK).ok()
    assert "against 1 bidders. Nobody falls free" in told.out
    assert f"Bidders as read: 1\n  1  {NOBODY}\n" in told.out
    assert "sealed" in sealed.run("draws").out
    assert not (tmp_path / "out" / "certificate-2.pdf").exists()
    sealed.run("open", word, "--out", tmp_path / "out", answers=OPEN).ok()
    assert sealed.run("verify", tmp_path / "out" / "transcript.json", answers={}).code == 3


def test_conflicts_are_replaced_without_display(sealed: Console, tmp_path: Path, banks: tuple[Path, Path]) -> None:
    word, before = serial(sealed), peek(sealed.home)
    bidders = {member.employer for member in before.members if member.slot in ("1", "R1") and member.employer}
    bidders |= {member.employer for member in before.members if member.employer and member.slot not in ("2", "3")}
    file = names(tmp_path / "bidders.txt", *bidders, NOBODY)
    told = sealed.run("recheck", word, file, "--out", tmp_path / "out", answers=RECHECK).ok()
    fell = re.search(r"Slots that fall free: (.+)", told.out)
    assert fell
    conflicts = {member.slot for member in before.members if member.employer in bidders}
    assert conflicts <= set(fell[1].split(", "))
    assert f"{word[2:]}-2 is sealed" in told.out.replace(" ", "").replace("issealed", " is sealed")
    after = peek(sealed.home)
    assert not {member.employer for member in after.members} & bidders
    assert (tmp_path / "out" / "certificate-2.pdf").exists()

    people = {member.name for member in (*before.members, *after.members)}
    assert not [name for name in people if name in told.out]
    secret = {*bidders, NOBODY, *people}
    assert not [name for name in secret if name.encode() in clear(tmp_path, file)]
    journal = sealed.run("journal", "export", tmp_path / "journal.txt")
    assert journal.code == 0
    assert not [name for name in secret if name.encode() in (tmp_path / "journal.txt").read_bytes()]

    sealed.run("open", word, "--out", tmp_path / "out", answers=OPEN).ok()
    sealed.run("people", "list", "--out", tmp_path / "keys.json").ok()
    transcript, auditor = tmp_path / "out" / "transcript.json", {**STATION, "auditor.pin": PINS["秦怀瑾"]}
    given = ("--keys", tmp_path / "keys.json", "--auditor", tmp_path / "out" / "auditor.box", "--bank", banks[0])
    checked = sealed.run("verify", transcript, *given, answers=auditor).ok()
    assert f"rechecked against bidders: {len(bidders) + 1} names, {len(fell[1].split(', '))} fell free" in checked.out
    assert command(transcript, "--keys", tmp_path / "keys.json").returncode == 0


def test_look_alikes_are_asked_of_the_supervisor_and_one_slip_is_asked_again(sealed: Console, tmp_path: Path) -> None:
    word = serial(sealed)
    mine = next(member.employer for member in peek(sealed.home).members if member.slot == "1" and member.employer)
    file = names(tmp_path / "bidders.txt", f"{mine}二")
    answers = {**RECHECK, "lookalike.*": ["perhaps", "n"]}
    told = sealed.run("recheck", word, file, "--out", tmp_path / "out", answers=answers).ok()
    assert told.asked.count("lookalike.1") == 2
    shown = [line for line in told.err.splitlines() if line.startswith("? lookalike")]
    assert any(mine in line for line in shown)
    assert not [member.name for member in peek(sealed.home).members if member.name in told.err]
    assert "Nobody falls free" in told.out
    again = sealed.run("recheck", word, file, "--out", tmp_path / "out", answers=RECHECK).ok()
    assert "Slots that fall free: " in again.out


def test_it_can_be_declined_or_cut_off_before_anything_is_written(sealed: Console, tmp_path: Path) -> None:
    word, file = serial(sealed), names(tmp_path / "bidders.txt", NOBODY)
    no = sealed.run("recheck", word, file, "--out", tmp_path / "out", answers={**RECHECK, "recheck.confirm": "n"})
    no.refused("app.declined")
    cut = sealed.run("recheck", word, file, "--out", tmp_path / "out", answers=RECHECK, until="recheck.confirm")
    cut.refused("app.answers.ended")
    assert not list(sealed.home.rglob("bidders-*.box"))


def test_cut_off_at_a_notice_it_goes_on_with_resume(sealed: Console, tmp_path: Path) -> None:
    word, before = serial(sealed), peek(sealed.home)
    mine = {member.employer for member in before.members if member.employer}
    file = names(tmp_path / "bidders.txt", *mine)
    told = sealed.run("recheck", word, file, "--out", tmp_path / "out", answers=RECHECK, until="notice.*.answer")
    told.refused("app.answers.ended")
    assert f"fengqian resume {word} --out" in told.out
    sealed.run("recheck", word, file, "--out", tmp_path / "out", answers=RECHECK).refused("drawing.record.step")
    assert "is sealed" in sealed.run("resume", word, "--out", tmp_path / "out", answers=RECHECK).ok().out
    assert not {member.employer for member in peek(sealed.home).members} & mine


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "drawing.bidders.refused"),
        (b"\xff\xff", "drawing.bidders.refused"),
        ("甲\n（）\n".encode(), "drawing.bidders.name"),
        (b"a" * (2**20 + 1), "app.file"),
    ],
)
def test_a_file_that_is_no_list_of_names_is_refused_before_anybody_is_asked(
    sealed: Console, tmp_path: Path, content: bytes, code: str
) -> None:
    (tmp_path / "bidders.txt").write_bytes(content)
    told = sealed.run("recheck", "1", tmp_path / "bidders.txt", "--out", tmp_path / "out", answers=RECHECK)
    told.refused(code)
    assert told.asked == []


def test_a_draw_that_isn_t_sealed_and_one_that_isn_t_there(sealed: Console, tmp_path: Path) -> None:
    word, file = serial(sealed), names(tmp_path / "bidders.txt", NOBODY)
    sealed.run("recheck", "临抽1999-0001", file, "--out", tmp_path / "out", answers=BOTH).refused(
        "drawing.draw.unknown"
    )
    sealed.run("open", word, "--out", tmp_path / "out", answers=OPEN).ok()
    sealed.run("recheck", word, file, "--out", tmp_path / "out", answers=RECHECK).refused("drawing.record.step")
