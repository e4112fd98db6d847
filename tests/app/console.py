"""People at the command line: they answer questions by their ids, and what was shown is kept.

`Console` calls the program in this process, `Shell` starts it as a stranger's script does.  Both look through all that
was shown for a PIN, a passphrase, or a traceback, in every call.
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase as fnmatch
from pathlib import Path
from typing import Any
from unittest import mock

from app.cli.main import main
from resources import sample

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "correct horse=battery staple wombat 77 lantern"
PINS = {"周敏": "804275", "何立群": "617394", "罗致远": "730516", "沈书琴": "295183", "秦怀瑾": "468027"}
PEOPLE = (
    ("operator", "周敏", "临州市公共资源交易中心"),
    ("supervisor", "何立群", "临州市发展和改革委员会"),
    ("supervisor", "罗致远", "临州市发展和改革委员会"),
    ("keeper", "沈书琴", "省专家库"),
    ("auditor", "秦怀瑾", "临州市审计局"),
)
SETUP = {
    "v": 1,
    "centre": "临州市公共资源交易中心",
    "serial_prefix": "临抽",
    "secrets": "file",
    "kdf": {"memory_kib": 1024, "iterations": 1, "lanes": 1},
}
SECRETS = (PASSPHRASE, "horse", *PINS.values())
DICE = {"supervisor": "31462554136621435216", "owner": "62135441366251423345"}
_QUESTION = re.compile(r"\? ([^\s:]+)( \(secret\))?: ")

Answer = str | Callable[[], str] | list[str]

STATION: Mapping[str, Answer] = {"station.passphrase": PASSPHRASE, "station.passphrase.again": PASSPHRASE}
BOTH: Mapping[str, Answer] = {
    **STATION,
    "operator.pin": PINS["周敏"],
    "supervisor": "何立群",
    "supervisor.pin": PINS["何立群"],
}
IMPORT: Mapping[str, Answer] = {**BOTH, "keeper.pin": PINS["沈书琴"], "bank.accept": "y"}
DRAW: Mapping[str, Answer] = {
    **BOTH,
    "lookalike.*": "y",
    "narrowing.approve": "是",
    "freeze.confirm": "y",
    "receipts.taken": "y",
    **{f"dice.{witness}": digits for witness, digits in DICE.items()},
    "dice.compare.*": "y",
    "notice.*": "1",
    "deputies": "罗致远",
    "seal.confirm": "y",
}
OPEN: Mapping[str, Answer] = {
    **DRAW,
    "opening.reason": "现场核对",
    "second_supervisor": "罗致远",
    "second_supervisor.pin": PINS["罗致远"],
    "print.now": "n",
    "signin.vacant": "",
    "signin.confirm": "y",
}


class People:
    """Answers by id; a list gives one answer a time and the last for ever; what has no answer ends the input."""

    def __init__(self, answers: Mapping[str, Answer], until: str | None = None) -> None:
        self._answers, self._until = dict(answers), until
        self._given: dict[str, int] = {}
        self.asked: list[str] = []

    def line(self, question: str) -> str:
        """Return the line for a question, or nothing where the input ends."""
        self.asked.append(question)
        closest = sorted((key for key in self._answers if fnmatch(question, key)), key=len, reverse=True)
        found = self._answers[closest[0]] if closest else None
        if found is None or (self._until and fnmatch(question, self._until)):
            return ""
        return f"{question}={self._text(question, found)}\n"

    def _text(self, question: str, found: Answer) -> str:
        if callable(found):
            return found()
        if isinstance(found, str):
            return found
        place = self._given.get(question, 0)
        self._given[question] = place + 1
        return found[min(place, len(found) - 1)]


@dataclass(frozen=True)
class Told:
    """What a call showed and asked."""

    code: int
    out: str
    err: str
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        shown = self.out + self.err
        assert "Traceback" not in shown, shown
        assert "app.unforeseen" not in shown, shown
        for secret in SECRETS:
            assert secret not in shown, f"a secret was shown: {secret}"

    def ok(self) -> "Told":
        """Return itself where the call did what it was asked."""
        assert self.code == 0, f"{self.code}\n{self.out}\n{self.err}"
        return self

    def refused(self, code: str) -> "Told":
        """Return itself where the call was refused with that code."""
        assert self.code == 1, f"{self.code}\n{self.out}\n{self.err}"
        assert self.err.rstrip().endswith(f"[{code}]"), self.err
        return self

    @property
    def serial(self) -> str:
        """The serial of the draw that was registered, or is spoken of, as one word."""
        found = re.search(r"临抽 ?(\d{4}-\d{4})", self.out)
        assert found is not None, self.out
        return f"临抽{found[1]}"


class _Typist(io.TextIOBase):
    """A standard input that reads the question from standard error."""

    def __init__(self, people: People, questions: io.TextIOWrapper, raw: bytes) -> None:
        self._people, self._questions = people, questions
        self.buffer = io.BytesIO(raw)

    def readline(self, size: int = -1, /) -> str:
        """Return an answer's line."""
        self._questions.flush()
        buffer = self._questions.buffer
        assert isinstance(buffer, io.BytesIO)
        last = _QUESTION.match(buffer.getvalue().decode("utf-8").splitlines()[-1])
        assert last is not None
        return self._people.line(last[1])


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")


def _value(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")


class Console:
    """The program in this process, at one home, in English."""

    def __init__(self, home: Path, language: str = "en") -> None:
        self.home, self.language = home, language

    def run(
        self,
        *arguments: str | Path,
        answers: Mapping[str, Answer] | None = None,
        until: str | None = None,
        stdin: bytes = b"",
        **more: Answer,
    ) -> Told:
        """Make a call; `until` cuts the input off at that question, `more` puts answers in place of others."""
        given = {**(STATION if answers is None else answers), **{key.replace("__", "."): v for key, v in more.items()}}
        words = [*map(str, arguments), "--home", str(self.home), "--lang", self.language]
        return self.call(words, People(given, until), stdin)

    @staticmethod
    def call(words: Sequence[str], people: "People | None" = None, stdin: bytes = b"") -> Told:
        """Make a call of just these words."""
        people, out, err = people or People({}), _stream(), _stream()
        typist: Any = _Typist(people, err, stdin)
        with (
            mock.patch.object(sys, "stdin", typist),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = main(words)
        return Told(code, _value(out), _value(err), people.asked)


class Shell:
    """The program as a process of its own."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder = home, folder

    def start(self, *arguments: str | Path) -> "subprocess.Popen[str]":
        """Start a call."""
        words = [sys.executable, "-m", "app.cli.main", "--home", str(self.home), "--lang", "en"]
        return subprocess.Popen(
            [*words, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def run(
        self, *arguments: str | Path, answers: Mapping[str, Answer] | None = None, until: str | None = None
    ) -> Told:
        """Make a call and answer its questions as they come."""
        people, out, err = People(STATION if answers is None else answers, until), list[str](), list[str]()
        with self.start(*arguments) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            reader = threading.Thread(target=out.extend, args=[process.stdout])
            reader.start()
            for line in process.stderr:
                err.append(line)
                asked = _QUESTION.match(line)
                answer = people.line(asked[1]) if asked else None
                with contextlib.suppress(BrokenPipeError, ValueError):
                    if answer == "":
                        process.stdin.close()
                    elif answer is not None:
                        process.stdin.write(answer)
                        process.stdin.flush()
            reader.join()
            with contextlib.suppress(BrokenPipeError, ValueError):
                process.stdin.close()
            code = process.wait(60)
        return Told(code, "".join(out), "".join(err), people.asked)


def set_up(console: "Console | Shell", folder: Path) -> None:
    """Make a station with its five people."""
    file = folder / "setup.json"
    file.write_text(json.dumps(SETUP, ensure_ascii=False), encoding="utf-8")
    console.run("setup", file).ok()
    for role, name, organisation in PEOPLE:
        add_person(console, role, name, organisation)


def add_person(console: "Console | Shell", role: str, name: str, organisation: str, **more: Answer) -> Told:
    """Add a person with their PIN."""
    words = ("people", "add", "--role", role, "--name", name, "--organisation", organisation)
    pin = PINS.get(name, "573920")
    return console.run(*words, answers={**STATION, "new.pin": pin, "new.pin.again": pin, **more}).ok()


def write_request(path: Path, level: str = "C", **changes: object) -> Path:
    """Write the sample's request, with changes at the top."""
    request = {**sample.sample_request(datetime.now(UTC), level), **changes}
    path.write_text(json.dumps(request, ensure_ascii=False), encoding="utf-8")
    return path


def small_quotas() -> dict[str, object]:
    """One site and two quotas: a committee of five with two owner's members."""
    request: Any = sample.sample_request(datetime.now(UTC))
    return {
        "meeting": {**request["meeting"], "sites": request["meeting"]["sites"][:1]},
        "quotas": [
            {"specialty": "A0803", "region": None, "site": "main", "count": 3, "reserves": 0},
            {"specialty": "A06", "region": None, "site": "main", "count": 2, "reserves": 0},
        ],
    }


def write_banks(folder: Path, size: int = 600) -> Sequence[Path]:
    """Write the province's file as .xlsx and as GB18030 .csv."""
    workbook, table = folder / "bank.xlsx", folder / "bank.csv"
    sample.write_xlsx(workbook, sample.generate(size=size))
    sample.write_csv(table, sample.generate(size=size))
    return workbook, table
