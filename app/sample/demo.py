"""The sample centre does the whole job, from a province's file to an opened list, and both verifiers look at it.

Everything goes through the doors that a real centre uses: the same commands, the same checks, PINs and all.  What
stands in for the world is the scripted line, the people's answers, and the folder `paper` for the printer; they work
because the station's first journal entry says `sample`, and the transcript shows it.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from app.cli.context import Context
from app.cli.draw_commands import present
from app.cli.opening import OpenWalk
from app.cli.walk import DrawWalk, LineFor
from app.composition import Station, create_station, open_station
from app.drawfolder import claim_draw_folder
from app.errors import FileRefusedError
from app.people import keys_bytes
from app.rulepacks import pack_for
from app.sample.centre import CENTRE, PINS, PREFIX, add_people, sample_line, sample_request
from app.sample.forging import changed_transcript, forged_transcript
from app.sample.importing import import_sample
from app.sample.people import Answer, SamplePeople, throw_dice
from app.sample.table import made_table
from app.settings import Choices
from app.transcribing import AUDIT, TRANSCRIPT
from app.verifying import opened_audit
from drawing.desk import preparing
from drawing.desk.station import LiveDraw
from drawing.verify import verify_transcript
from resources import sample
from vault.files import write_atomic
from vault.kdf import FULL, generate_passphrase
from vault.randomness import SystemRandomness

VERIFIER = Path(__file__).resolve().parent.parent.parent / "docs" / "auditor" / "verify_fengqian.py"


def run_demo(context: Context, out: Path, size: int) -> int:
    """Do the whole job in `out`; return 0 where both verifiers judged as they must.

    Raises:
        FileRefusedError: where `out` holds something that no demo left.
    """
    _prepare_folder(out)
    people = _people(context)
    demo = replace(context, home=out / "home", prompts=people)
    say = context.prompts.tell
    say(context.wording("1  A station is set up, and its people make their keys"))
    passphrase = generate_passphrase(SystemRandomness())
    people.set("station.passphrase", passphrase)
    create_station(demo.home, Choices(CENTRE, PREFIX, context.language, "file", FULL), lambda: passphrase, sample=True)
    with open_station(demo.home, demo.passphrase) as station:
        add_people(station)
        write_atomic(out / "keys.json", keys_bytes(station), mode=0o644)
        say(context.wording("2  The province's bank comes as Excel; keeper and supervisor accept it"))
        bank = out / "bank.xlsx"
        sample.write_xlsx(bank, sample.generate(size=size))
        sample.write_csv(out / "bank-gb18030.csv", sample.generate(size=size))
        import_sample(demo, station, bank)
        say(context.wording("3  A request is drawn: frozen, seeded with dice, called, sealed"))
        live = _draw(demo, station, out)
        say(context.wording("4  The list is opened early: a second supervisor approves, and the reason is published"))
        OpenWalk(demo, station, live, out, _line_of(station)).run()
    say(context.wording("5  Two verifiers that share no code look at the transcript"))
    good = _judge(context, demo, out)
    made_table(context, out)
    _next_steps(context, out)
    return 0 if good else 1


def _prepare_folder(out: Path) -> None:
    if out.exists() and any(out.iterdir()):
        if not (out / ".fengqian-demo").is_file():
            raise FileRefusedError(name=out.name, problem="the folder isn't empty, and no demo made it")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / ".fengqian-demo").touch()


def _people(context: Context) -> SamplePeople:
    randomness = SystemRandomness()
    answers: dict[str, Answer] = {
        "operator.pin": PINS["operator"],
        "supervisor": "何立群",
        "supervisor.pin": PINS["supervisor"],
        "second_supervisor": "罗致远",
        "second_supervisor.pin": PINS["second"],
        "keeper.pin": PINS["keeper"],
        "auditor.pin": PINS["auditor"],
        "bank.accept": "y",
        "lookalike.*": "y",
        "narrowing.approve": "y",
        "narrowing.reason": "示例：专业人数有限",
        "freeze.confirm": "y",
        "receipts.taken": "y",
        "dice.supervisor": lambda: throw_dice(randomness),
        "dice.owner": lambda: throw_dice(randomness),
        "dice.compare.*": "y",
        "deputies": "罗致远",
        "seal.acknowledge": "y",  # asked where the dice leave the committee short
        "seal.confirm": "y",
        "opening.reason": "示例演示：当场拆封核对",
        "signin.vacant": _conflicts(),
        "signin.confirm": "y",
    }
    return SamplePeople(answers, context.prompts.tell, context.wording)


class _Conflicts:
    """One conflict at the first sign-in, none at the next."""

    def __init__(self, slots: list[str]) -> None:
        self._left = slots

    def __call__(self) -> str:
        slots, self._left = self._left, []
        return ", ".join(f"{slot}=conflict" for slot in slots)


def _conflicts() -> _Conflicts:
    script = json.loads(json.dumps(sample.sample_script()))
    return _Conflicts([str(int(item["seat"]) + 1) for item in script["conflicts"]])


def _line_of(station: Station) -> LineFor:
    line = sample_line(station)
    return lambda _live: line


def _draw(context: Context, station: Station, out: Path) -> LiveDraw:
    raw = sample_request(station)
    write_atomic(out / "request.json", raw, mode=0o644)
    pack = pack_for("works", sample=station.sample)
    both = present(context, station)
    draw, findings = preparing.prepare(station.drawing(), raw, pack.rules, both.operator, approved=True)
    for finding in findings:
        context.prompts.tell(("✓ " if finding.met else "▲ ") + finding.text(context.wording))
    live = LiveDraw.load(station.drawing(), draw, both)
    claim_draw_folder(out, draw)
    DrawWalk(context, station, live, out, _line_of(station)).run()
    return live


def _judge(context: Context, demo: Context, out: Path) -> bool:
    """Show both verifiers a true, a changed and a forged transcript; say whether each judged rightly."""
    transcript = (out / TRANSCRIPT).read_bytes()
    write_atomic(out / "changed.json", changed_transcript(transcript), mode=0o644)
    write_atomic(out / "forged.json", forged_transcript(transcript), mode=0o644)
    keys, audit = (out / "keys.json").read_bytes(), opened_audit(demo, out / AUDIT)
    expected = ((TRANSCRIPT, 0), ("changed.json", 1), ("forged.json", 1))
    good = True
    for name, code in expected:
        first = verify_transcript((out / name).read_bytes(), keys=keys)
        second = subprocess.run(
            [sys.executable, str(VERIFIER), str(out / name), "--keys", str(out / "keys.json")],
            capture_output=True,
            check=False,
        ).returncode
        text = context.wording("{name}: fengqian verify {first}, the auditor's own verifier {second}")
        context.prompts.tell("    " + text.format(name=name, first=first.exit_code, second=second))
        good = good and (first.exit_code, second) == (code, code)
    whole = verify_transcript(transcript, keys=keys, audit=audit, bank=out / "bank.xlsx")
    context.tell("    With the auditor's form and the bank: {code}", code=whole.exit_code)
    return good and whole.exit_code == 0


def _next_steps(context: Context, out: Path) -> None:
    context.tell("Try next:")
    program, here = _shown(Path(sys.executable).parent / "fengqian"), _shown(out)
    for command in (
        f"{program} verify {here / TRANSCRIPT} --keys {here / 'keys.json'}",
        f"{program} verify {here / 'forged.json'}",
        f"python3 docs/auditor/verify_fengqian.py {here / TRANSCRIPT}",
        f"{program} bank check {here / 'bank-gb18030.csv'}",
    ):
        context.prompts.tell(f"    {command}")


def _shown(path: Path) -> Path:
    """Return a path as it is typed from here: short where it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
