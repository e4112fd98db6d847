"""The sample centre as a station: made-up people with known PINs, a made-up bank, and a first entry that says so."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.banking import accept
from app.composition import Station, create_station, open_station
from app.people import add_person
from app.rulepacks import pack_for
from app.sample.line import ScriptedLine, parse_answers
from app.settings import Choices
from drawing.bank import check_rows
from drawing.bankfile import read_table
from drawing.notice.line import without_waiting
from resources import sample
from vault.kdf import FULL, KdfCost
from vault.roles import Role

CENTRE: Final = "临州市公共资源交易中心（示例）"
PREFIX: Final = "示抽"
PINS: Final = {
    "operator": "804275",
    "supervisor": "617394",
    "keeper": "295183",
    "second": "730516",
    "auditor": "468027",
}
PEOPLE: Final = (
    ("operator", "周敏", Role.OPERATOR, CENTRE),
    ("supervisor", "何立群", Role.SUPERVISOR, "临州市发展和改革委员会"),
    ("second", "罗致远", Role.SUPERVISOR, "临州市发展和改革委员会"),
    ("keeper", "沈书琴", Role.KEEPER, "省综合专家库管理中心"),
    ("auditor", "秦怀瑾", Role.AUDITOR, "临州市审计局"),
)
PASSPHRASE: Final = "silver otter harbour 41 quiet lantern maple drift"  # noqa: S105 - printed in the guide, as the PINs
SIZE: Final = 5000


def add_people(station: Station) -> None:
    """Let the made-up people make their keys."""
    for key, name, role, organisation in PEOPLE:
        add_person(station, name, role, organisation, PINS[key])


def make_centre(
    home: Path, language: str, at: Callable[[int, int], None], cost: KdfCost = FULL, size: int = SIZE
) -> None:
    """Make the sample centre in a folder; `at` is told (done, of) before each part.

    Raises:
        AlreadySetUpError: where there is a station.
    """
    at(0, 3)
    create_station(home, Choices(CENTRE, PREFIX, language, "file", cost), lambda: PASSPHRASE, sample=True)
    with open_station(home, lambda: PASSPHRASE) as station:
        at(1, 3)
        add_people(station)
        at(2, 3)
        take_bank(station, size)
    at(3, 3)


def take_bank(station: Station, size: int) -> None:
    """Let keeper and supervisor take over a made-up bank of so many experts."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bank.csv"
        sample.write_csv(file, sample.generate(size=size))
        found = check_rows(read_table(file))
    keys = {one.name: one.person for one in station.people.active()}
    names = {key: name for key, name, _, _ in PEOPLE}
    keeper = station.people.unlock(keys[names["keeper"]], PINS["keeper"])
    supervisor = station.people.unlock(keys[names["supervisor"]], PINS["supervisor"])
    try:
        accept(station, found, None, keeper, supervisor)
    finally:
        keeper.forget()
        supervisor.forget()


def sample_request(station: Station) -> bytes:
    """Return the sample centre's request, for a meeting from now on.

    Raises:
        SampleOnlyError: on an ordinary station.
    """
    station.require_sample()
    return json.dumps(sample.sample_request(station.clock.now()), ensure_ascii=False).encode("utf-8")


def sample_line(station: Station, pause: Callable[[float], None] = lambda _seconds: None) -> ScriptedLine:
    """Return the line that stands in for the telephone; `pause` waits as long as ringing and typing take.

    Raises:
        SampleOnlyError: on an ordinary station.
    """
    station.require_sample()
    answers = json.dumps(sample.sample_script()["answers"]).encode("utf-8")
    asked = pack_for("works", sample=True).rules.no_answer
    policy = without_waiting(asked.attempts, asked.over)
    return ScriptedLine(parse_answers(answers), station.clock, policy=policy, pause=pause)
