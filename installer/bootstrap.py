"""Prepares a bare machine for Fengqian and runs one of its jobs; needs only Python 3.11 or newer.

    python installer/bootstrap.py [demo|tour|test|soak|check|bench|clean|setup] [arguments for the job]

Steps: look at Python; make `.venv`, anew where a lock has changed, and install the locked packages by their hashes,
showing what pip says only where it fails; look for the system's libraries by trying to load them, and install what is
missing where this account may (root, or sudo without a password), otherwise print the one command that does; run the
job.  A step that is already done costs milliseconds.  Nothing outside the project's folder is changed but by the
system's own package program.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
LOCK = ROOT / "requirements-dev.lock"
STAMP = VENV / ".fengqian-installed"
OLDEST = (3, 11)
ALIVE_SECONDS = 5.0


@dataclass(frozen=True)
class Need:
    """One thing of the system's: how to find it, which package brings it, which jobs want it."""

    name: str
    is_there: Callable[[], bool]
    apt: str
    dnf: str
    jobs: frozenset[str]


def loads(*names: str) -> Callable[[], bool]:
    """Return a probe that says whether one of these shared libraries can be loaded."""

    def probe() -> bool:
        for name in names:
            try:
                ctypes.CDLL(name)
            except OSError:
                continue
            return True
        return False

    return probe


def runs(name: str) -> Callable[[], bool]:
    """Return a probe that says whether a program is on the path."""
    return lambda: shutil.which(name) is not None


SPOKEN = frozenset({"demo", "tour", "test", "soak", "setup"})
SHOWN = frozenset({"demo", "tour", "test", "soak", "bench", "setup"})
TESTED = frozenset({"test", "soak"})
NEEDS = (
    Need("the voice (eSpeak NG)", loads("libespeak-ng.so.1"), "libespeak-ng1", "espeak-ng", SPOKEN),
    Need("the voice's data", runs("espeak-ng"), "espeak-ng", "espeak-ng", SPOKEN),
    Need("a Secret Service for the tests", runs("gnome-keyring-daemon"), "gnome-keyring", "gnome-keyring", TESTED),
    Need("a private message bus for the tests", runs("dbus-run-session"), "dbus-daemon", "dbus-daemon", TESTED),
    Need("windows: GL", loads("libGL.so.1"), "libgl1", "mesa-libGL", SHOWN),
    Need("windows: EGL", loads("libEGL.so.1"), "libegl1", "mesa-libEGL", SHOWN),
    Need("windows: GLib", loads("libglib-2.0.so.0"), "libglib2.0-0", "glib2", SHOWN),
    Need("windows: Brotli", loads("libbrotlidec.so.1"), "libbrotli1", "brotli", SHOWN),
    Need("windows: D-Bus", loads("libdbus-1.so.3"), "libdbus-1-3", "dbus-libs", SHOWN),
    Need("windows: keyboard", loads("libxkbcommon.so.0"), "libxkbcommon0", "libxkbcommon", SHOWN),
    Need("windows: fonts", loads("libfontconfig.so.1"), "libfontconfig1", "fontconfig", SHOWN),
    Need("windows: sound", loads("libpulse.so.0"), "libpulse0", "pulseaudio-libs", SHOWN),
    Need("windows: X cursor", loads("libxcb-cursor.so.0"), "libxcb-cursor0", "xcb-util-cursor", SHOWN),
    Need("windows: X hints", loads("libxcb-icccm.so.4"), "libxcb-icccm4", "xcb-util-wm", SHOWN),
    Need("windows: X keys", loads("libxcb-keysyms.so.1"), "libxcb-keysyms1", "xcb-util-keysyms", SHOWN),
    Need("windows: X shapes", loads("libxcb-shape.so.0"), "libxcb-shape0", "libxcb", SHOWN),
    Need("windows: X keyboard", loads("libxcb-xkb.so.1"), "libxcb-xkb1", "libxcb", SHOWN),
    Need("windows: X keymaps", loads("libxkbcommon-x11.so.0"), "libxkbcommon-x11-0", "libxkbcommon-x11", SHOWN),
    Need("windows: X render", loads("libxcb-render-util.so.0"), "libxcb-render-util0", "xcb-util-renderutil", SHOWN),
    Need("windows: X images", loads("libxcb-image.so.0"), "libxcb-image0", "xcb-util-image", SHOWN),
    Need("a virtual screen for the tests", runs("Xvfb"), "xvfb", "xorg-x11-server-Xvfb", TESTED),
    Need("the virtual screen's key", runs("xauth"), "xauth", "xorg-x11-xauth", TESTED),
)


class StopError(Exception):
    """The set-up can't go on; the text says what to do."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def fail_unless_python_serves() -> None:
    """Refuse a Python that is too old."""
    if sys.version_info < OLDEST:
        raise StopError(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")


def fingerprint() -> str:
    """Say in one digest what an up-to-date `.venv` holds."""
    state = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml"):
        state.update(path.read_bytes())
    state.update(f"{sys.version_info[:3]} {ROOT}".encode())
    return state.hexdigest()


def make_venv() -> None:
    """Make `.venv` with the locked packages and no others, unless it is there and up to date."""
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text("ascii") == wanted and PYTHON.is_file():
        return
    say("[1/3] Python packages: installing the locked ones (about a minute the first time)")
    started = time.monotonic()
    # a Python can't take away the folder it runs from
    runs_from_it = PYTHON.is_file() and Path(sys.prefix).resolve() == VENV.resolve()
    venv.EnvBuilder(clear=not runs_from_it, with_pip=False, symlinks=not WINDOWS).create(VENV)
    pip = find_pip()
    # the lock is complete; asked to resolve, pip trips over `coverage[toml]` once a newer coverage is out
    locked = [*pip, "install", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(LOCK)]
    own = [*pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT)]
    for command in (locked, own):
        if run_quietly(command) != 0:
            raise StopError("The packages could not be installed; what pip said stands above. Mend that, run again.")
    STAMP.write_text(wanted, "ascii")
    say(f"      done in {time.monotonic() - started:.0f} s")


def find_pip() -> list[str]:
    """Return the command of a pip that installs into `.venv`, also on a Python without ensurepip."""
    own = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    if succeeds([*own, "--version"]) or succeeds([str(PYTHON), "-m", "ensurepip", "--default-pip"]):
        return own
    system = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(PYTHON)]
    if succeeds([sys.executable, "-m", "pip", "--version"]):
        return system
    install_packages(["python3-venv"], ["python3-pip"])
    if succeeds([str(PYTHON), "-m", "ensurepip", "--default-pip"]):
        return own
    if succeeds([sys.executable, "-m", "pip", "--version"]):
        return system
    raise StopError("This Python has no pip and no ensurepip. Install python3-venv, then run again.")


def succeeds(command: Sequence[str]) -> bool:
    """Say whether a quiet command ends with 0."""
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return done.returncode == 0


def run_quietly(command: Sequence[str]) -> int:
    """Run a long command with a sign of life every five seconds; what it said is shown only where it fails."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said) as child:
        while True:
            try:
                code = child.wait(timeout=ALIVE_SECONDS)
                break
            except subprocess.TimeoutExpired:
                say(f"      … {time.monotonic() - started:.0f} s")
        if code != 0:
            said.seek(0)
            say(said.read().decode("utf-8", "replace").rstrip())
    return code


def find_libraries(job: str) -> None:
    """Bring in what the system lacks for `job`."""
    if WINDOWS:
        return
    missing = [need for need in NEEDS if job in need.jobs and not need.is_there()]
    if not missing:
        return
    say("[2/3] System libraries: " + ", ".join(need.name for need in missing))
    install_packages([need.apt for need in missing], [need.dnf for need in missing])
    left = [need.name for need in missing if not need.is_there()]
    if left:
        raise StopError("Still missing after the installation: " + ", ".join(left) + ".")


def install_packages(apt: Sequence[str], dnf: Sequence[str]) -> None:
    """Install packages by the system's own program, or say which one command does it.

    Raises:
        StopError: where this account may not, or where the program fails.
    """
    program, names = ("apt-get", apt) if shutil.which("apt-get") else ("dnf", dnf)
    install = [program, "install", "-y", *dict.fromkeys(names)]
    if shutil.which(program) is None:
        raise StopError("Install by this system's own means: " + " ".join(dict.fromkeys(names)) + ". Then run again.")
    if os.geteuid() == 0:
        before: list[str] = []
    elif shutil.which("sudo") and succeeds(["sudo", "-n", "true"]):
        before = ["sudo", "-n"]
    else:
        raise StopError(
            "This account may not install. This command does it, then run again:\n  sudo " + " ".join(install)
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if program == "apt-get":
        subprocess.run([*before, program, "update", "-qq"], env=environment, stdout=subprocess.DEVNULL, check=False)
    done = subprocess.run([*before, *install], env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise StopError("The system's program failed; it says why above. Asked:\n  " + " ".join(install))


def module(*arguments: str) -> list[str]:
    """Return a command of `.venv`'s Python."""
    return [str(PYTHON), *arguments]


def commands_of(job: str, rest: Sequence[str]) -> list[list[str]]:
    """Return the commands of a job, in their order."""
    pytest = module("-m", "pytest", "-n", "2", "--dist", "worksteal")
    return {
        "setup": [],
        "demo": [
            module("-m", "app.cli.main", "demo", "--out", str(ROOT / "out" / "demo"), *rest),
            module("-m", "app.desktop.tour", "--out", str(ROOT / "out" / "demo" / "pictures")),
        ],
        "tour": [module("-m", "app.desktop.tour", "--out", str(ROOT / "docs" / "pictures"), *rest)],
        "test": [[*pytest, "-m", "not soak", *rest]],
        "soak": [[*pytest, "-m", "soak", *rest]],
        "bench": [module("-m", "tests.bench", *rest)],
        "check": [
            module("-m", "ruff", "check", "."),
            module("-m", "ruff", "format", "--check", "."),
            module("-m", "mypy"),
            [str(BIN / "lint-imports"), "--no-cache"],
            module("-m", "installer.checks"),
        ],
    }[job]


def clean() -> None:
    """Remove what the set-up and the jobs made inside the project."""
    for name in (".venv", "out", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "dist", "build"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for path in ROOT.rglob("__pycache__"):
        shutil.rmtree(path, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    """Run one job; return its exit code."""
    job, rest = (arguments[0], arguments[1:]) if arguments else ("setup", [])
    if job == "clean":
        clean()
        return 0
    try:
        fail_unless_python_serves()
        commands = commands_of(job, rest)
        make_venv()
        find_libraries(job)
    except KeyError:
        say("Jobs: demo, tour, test, soak, check, bench, clean, setup.")
        return 2
    except StopError as stop:
        say(str(stop))
        return 1
    for command in commands:
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code != 0:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
