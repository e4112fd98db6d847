"""The people at a station of the kill tests: they answer each question by its id, the same after a restart.

Dice lie on the table and are read again; a strip of the other machine is typed again; who declines is decided by round
and slot.  The first sign-in has two who can't sit, in a quota with a reserve and in one without.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drawing.codestrip import strip_text
from drawing.order import CHAIN_LENGTH, chain, code_of
from resources import sample

PASSPHRASE = "tarn-obelisk-quince-94-marble-voltage"
PINS = {"operator": "804275", "supervisor": "617394", "keeper": "295183", "second": "730516", "auditor": "468027"}
PEOPLE = (
    ("operator", "周敏", "交易中心"),
    ("supervisor", "何立群", "发改委"),
    ("supervisor", "罗致远", "发改委"),
    ("keeper", "沈书琴", "专家库"),
    ("auditor", "秦怀瑾", "审计局"),
)
NEW_PINS = {"周敏": "operator", "何立群": "supervisor", "罗致远": "second", "沈书琴": "keeper", "秦怀瑾": "auditor"}
OTHER_MACHINE = b"the chain of the other machine"
NOT_COMING = {(1, "2"): "declines", (1, "5"): "wrong_number", (1, "R1"): "declines", (2, "2"): "declines"}
CONFLICTS = "1=conflict, 6=absent"
HEADER = ",".join(sample.HEADERS)
_SURNAMES, _FIRST, _LAST = "郗蔺郤鄢鄯郓", "岫崟嵩岷岌屿岵峤峣崿", "翀翊翂翚翛翥"


def bank_rows(size: int = 120) -> list[str]:
    """Rows of a small bank: three specialties, some people with two, some employers crowded, some barred."""
    rows = []
    for number in range(size):
        codes = ("A0803", "A06", "A04", "A0803、A06", "A06、A04")[number % 5]
        employer = "" if number % 17 == 3 else f"第{number % 23}设计院有限公司"
        standing = "暂停" if number % 19 == 7 else "正常"
        language = "英文" if number % 11 == 4 else "中文"
        name = _SURNAMES[number % 6] + _FIRST[number * 7 % 10] + _LAST[number * 5 // 7 % 6] + _FIRST[number // 10 % 10]
        phone = f"160{(number * 60_662_077 + 31_415_926) % 100_000_000:08d}"
        rows.append(f"ZJ{number:08d},{name},{phone},{employer},,{codes},临州市,{standing},,{language}")
    return rows


def request_at(now: datetime, level: str) -> dict[str, Any]:
    """The sample's request, held at one site."""
    request: dict[str, Any] = json.loads(json.dumps(sample.sample_request(now, level)))
    request["meeting"]["sites"] = request["meeting"]["sites"][:1]
    for quota in request["quotas"]:
        quota["site"] = "main"
    request["bidders"].append({"name": "第7设计院有限责任公司", "aliases": []})
    return request


def write_inputs(folder: Path, level: str) -> None:
    """Write what the centre has before it has a station: settings, bank, request."""
    cost = {"memory_kib": 1024, "iterations": 1, "lanes": 1}
    settings = {"v": 1, "centre": "交易中心", "serial_prefix": "临抽", "language": "en", "secrets": "file", "kdf": cost}
    _write(folder / "settings.json", json.dumps(settings))
    _write(folder / "bank.csv", "\r\n".join([HEADER, *bank_rows()]) + "\r\n")
    _write(folder / "bidders.txt", "\n".join(f"第{number}设计院" for number in range(19)))
    _write(folder / "request.json", json.dumps(request_at(datetime.now(UTC), level)))


def _write(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, "utf-8")


class Answers:
    """Standard input and standard error in one: it hears the questions and gives the lines."""

    encoding = "utf-8"

    def __init__(self, bodies: dict[str, Any], folder: Path) -> None:
        self._bodies, self._folder = bodies, folder
        self.adding = ""
        self.heard: list[str] = []

    def isatty(self) -> bool:
        return False

    def flush(self) -> None:
        """Nothing waits."""

    def write(self, text: str) -> int:
        self.heard += filter(None, text.splitlines())
        return len(text)

    def readline(self) -> str:
        question = self.heard[-1].removeprefix("? ").partition(":")[0].partition(" ")[0]
        return f"{question}={self._answer(question)}\n"

    def _answer(self, question: str) -> str:
        stem, _, last = question.rpartition(".")
        if last == "answer" or (last == "confirm" and stem.startswith("notice.")):
            called = self._bodies["draw.called"]
            return NOT_COMING.get((called["round"], called["slot"]), "attends")
        if stem == "lookalike" and list(self._folder.glob("home/draws/*/list-1.box")):
            return "n"
        if stem == "code":
            return strip_text(code_of(OTHER_MACHINE, int(last)))
        special: dict[str, Callable[[], str]] = {
            "new.pin": lambda: PINS[NEW_PINS[self.adding]],
            "new.pin.again": lambda: PINS[NEW_PINS[self.adding]],
            "signin.vacant": lambda: "" if list(self._folder.glob("home/draws/*/list-2.box")) else CONFLICTS,
        }
        return special[question]() if question in special else _PLAIN.get(question, "y")


_PLAIN = {
    "station.passphrase": PASSPHRASE,
    "station.passphrase.again": PASSPHRASE,
    "operator.pin": PINS["operator"],
    "supervisor": "何立群",
    "supervisor.pin": PINS["supervisor"],
    "second_supervisor": "罗致远",
    "second_supervisor.pin": PINS["second"],
    "keeper.pin": PINS["keeper"],
    "auditor.pin": PINS["auditor"],
    "narrowing.reason": "专业人数有限",
    "chain.end": strip_text(chain(OTHER_MACHINE, CHAIN_LENGTH)),
    "dice.supervisor": "31415263142536142563",
    "dice.owner": "62514362514136245163",
    "deputies": "罗致远",
    "opening.reason": "会议提前",
    "print.namelist.reason": "打印机卡纸",
    "print.signin.reason": "打印机卡纸",
}
