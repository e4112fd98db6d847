"""A whole job on one station by the real command line, from wherever it stands: `child FOLDER LEVEL UNTIL [POINT#N]`.

UNTIL is `banked`, `sealed`, `rechecked` or `printed`; only the third rechecks the list.  `demo` runs the sample centre
in FOLDER/demo instead, with a passphrase that tests know.  What stands is asked of the commands alone (`people list`,
`bank versions`, `draws`), as a person would after a power cut.  A command that ends in a refusal ends the child, with
what it said.
The voice is a tone, kept by the same atomic writing.
"""

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app import voicing
from app.cli.main import main
from app.sample import demo
from drawing.notice.spoken import Language
from drawing.notice.voice import least_seconds
from drawing.notice.wav import WavReport, check_call, in_quiet, write_samples
from tests.fakes.voice import RATE, tone
from tests.kills.answers import PASSPHRASE, PEOPLE, Answers, write_inputs
from tests.kills.fuse import Fuse, replaced
from vault.files import write_atomic

RESUMED = {"prepared", "narrowed", "frozen", "fixed", "seeded", "filling", "complete", "short"}


class ToneVoice:
    """A voice at once."""

    def render(self, text: str, language: Language, path: Path) -> WavReport:
        data = in_quiet(write_samples(RATE, tone(least_seconds(text, language) + 0.2, rate=RATE)))
        write_atomic(path, data)
        return check_call(data, 0.0)

    def close(self) -> None:
        """There is no process."""


class Job:
    """One job in one folder."""

    def __init__(self, folder: Path, target: str | None) -> None:
        self.folder, self.out = folder, folder / "out"
        self.fuse = Fuse(folder / "notes", target)
        self.answers = Answers(self.fuse.bodies, folder)

    def call(self, *arguments: str) -> list[str]:
        """Run a command to its end and return the lines that it told; end the child where it is refused."""
        told = io.StringIO()
        before = sys.stdin, sys.stdout, sys.stderr
        for name, stream in (("stdin", self.answers), ("stdout", told), ("stderr", self.answers)):
            setattr(sys, name, stream)
        self.fuse.command, self.fuse.armed = " ".join(arguments[:2]), True
        try:
            code = main(["--home", str(self.folder / "home"), "--lang", "en", *arguments])
        finally:
            self.fuse.armed = False
            sys.stdin, sys.stdout, sys.stderr = before
        if code != 0:
            print("\n".join([*arguments, *told.getvalue().splitlines()[-5:], *self.answers.heard[-8:]]))
            sys.exit(4)
        return told.getvalue().splitlines()

    def set_up(self) -> None:
        """Bring a station with its people and its bank."""
        if not (self.folder / "home" / "station.json").exists():
            self.call("setup", str(self.folder / "settings.json"))
        known = self.call("people", "list")
        for role, name, organisation in PEOPLE:
            if not any(name in line for line in known):
                self.answers.adding = name
                self.call("people", "add", "--role", role, "--name", name, "--organisation", organisation)
        if not any(line.startswith("1 ") for line in self.call("bank", "versions")):
            self.call("bank", "import", str(self.folder / "bank.csv"))

    def state(self) -> tuple[str, str]:
        """Return serial and state of the draw; empty where there is none."""
        lines = [line.split("  ") for line in self.call("draws")]
        return (lines[-1][0], lines[-1][2]) if len(lines[-1]) == 3 else ("", "")

    def seal(self) -> None:
        """Bring a sealed list."""
        serial, state = self.state()
        if not serial:
            self.call("draw", str(self.folder / "request.json"), "--out", str(self.out))
        elif state in RESUMED | {"sealed"}:
            self.call("resume", serial, "--out", str(self.out))

    def recheck(self) -> None:
        """Bring a list that was rechecked against bidders, of whom many have people in the pool."""
        for _ in range(2):
            serial, state = self.state()
            if state in RESUMED:
                self.call("resume", serial, "--out", str(self.out))
            elif not list(self.folder.glob("home/draws/*/list-2.box")):
                self.call("recheck", serial, str(self.folder / "bidders.txt"), "--out", str(self.out))

    def print(self) -> None:
        """Open, replace who can't sit, close, and print one more copy of each paper."""
        for _ in range(3):
            serial, state = self.state()
            if state in RESUMED | {"sealed"}:
                self.call("resume", serial, "--out", str(self.out))
            if state in RESUMED | {"sealed", "opened"}:
                self.call("open", serial, "--out", str(self.out))
        self.call("print", self.state()[0], "--out", str(self.out))
        self.call("people", "list", "--out", str(self.out / "keys.json"))


def run(folder: Path, level: str, until: str, target: str | None) -> None:
    """Do the job as far as `until`."""
    replaced(voicing, "VoiceWorker", ToneVoice)
    write_inputs(folder, level)
    job = Job(folder, target)
    job.fuse.lay()
    if until == "demo":
        replaced(demo, "generate_passphrase", lambda _randomness: PASSPHRASE)
        job.call("demo", "--out", str(folder / "demo"), "--size", "300")
        return
    stages: Sequence[tuple[str, Callable[[], None]]] = (
        ("banked", job.set_up),
        ("sealed", job.seal),
        ("rechecked", job.recheck),
        ("printed", job.print),
    )
    for name, stage in stages:
        if name != "rechecked" or until == name:
            stage()
        if name == until:
            break
    job.fuse.note("done", until)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else None)
