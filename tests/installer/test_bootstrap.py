"""The set-up on a copied tree: pip, the system's package program and sudo are scripts that note what was asked."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "installer" / "bootstrap.py"
PIP = """
import sys
from pathlib import Path
here = Path(__file__).parent
with (here / "pip.txt").open("a") as noted:
    print(*sys.argv[1:], file=noted)
print("WARNING: pip has something to say", file=sys.stderr)
sys.exit(int((here / "pip-code.txt").read_text()))
"""


@dataclass
class Tree:
    """A copied project with a bootstrap of its own, and a folder that is the whole path of programs."""

    root: Path
    bootstrap: ModuleType
    programs: Path

    def noted(self, name: str = "pip") -> list[str]:
        """Return the calls of a fake program, a line each."""
        path = self.root / f"{name}.txt"
        return path.read_text().splitlines() if path.exists() else []

    def program(self, name: str, then: str = "") -> None:
        """Put a program on the path that notes its arguments."""
        path = self.programs / name
        path.write_text(f'#!/bin/sh\necho "$*" >> "{self.root}/{name}.txt"\n{then}\n')
        path.chmod(0o755)

    def needs(self, *names: str) -> None:
        """Let the jobs `demo` and `test` need libraries that are there once a file of their name is."""
        need = self.bootstrap.Need
        self.bootstrap.NEEDS = tuple(  # type: ignore[attr-defined]
            need(name, (self.root / name).exists, f"{name}-deb", f"{name}-rpm", frozenset({"demo", "test"}))
            for name in names
        )


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tree]:
    root, programs = tmp_path / "project", tmp_path / "bin"
    (root / "installer").mkdir(parents=True)
    programs.mkdir()
    (root / "installer" / "bootstrap.py").write_bytes(SOURCE.read_bytes())
    for name, text in (("requirements-dev.lock", "one==1"), ("pyproject.toml", ""), ("pip-code.txt", "0")):
        (root / name).write_text(text)
    (root / "fakepip.py").write_text(PIP)
    spec = importlib.util.spec_from_file_location("copied_bootstrap", root / "installer" / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "copied_bootstrap", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "find_pip", lambda: [sys.executable, str(root / "fakepip.py")])
    monkeypatch.setattr(module, "commands_of", lambda job, rest: [[sys.executable, "-c", *rest]] if rest else [])
    monkeypatch.setenv("PATH", str(programs))
    made = Tree(root, module, programs)
    made.needs()
    return made


def test_a_python_that_is_too_old_is_refused_before_anything_is_made(tree: Tree) -> None:
    code = "import sys, runpy; sys.version_info = (3, 10, 14); sys.argv = ['bootstrap.py', 'demo']; "
    code += f"runpy.run_path({str(tree.root / 'installer' / 'bootstrap.py')!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("Python 3.11 or newer is needed; this is ")
    assert not (tree.root / ".venv").exists()


class TestPackages:
    def test_the_first_run_installs_the_locked_packages_by_hash_and_then_the_project(
        self, tree: Tree, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert tree.bootstrap.main(["setup"]) == 0
        locked, own = tree.noted()
        lock = tree.root / "requirements-dev.lock"
        assert locked == f"install --quiet --require-hashes --no-deps --only-binary :all: -r {lock}"
        assert own == f"install --quiet --no-deps --no-build-isolation --no-index -e {tree.root}"
        out, err = capfd.readouterr()
        assert [line.split(":")[0].split(" in ")[0].strip() for line in out.splitlines()] == [
            "[1/3] Python packages",
            "done",
        ]
        assert err == "", "what pip says of itself is no news"
        version = subprocess.run([tree.bootstrap.PYTHON, "-V"], capture_output=True, text=True, check=True).stdout
        assert version.split()[1] == sys.version.split()[0]

    def test_a_second_run_does_nothing_again(self, tree: Tree, capfd: pytest.CaptureFixture[str]) -> None:
        tree.bootstrap.main([])
        capfd.readouterr()
        assert tree.bootstrap.main([]) == 0
        assert len(tree.noted()) == 2
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize("name", ["requirements-dev.lock", "pyproject.toml"])
    def test_a_changed_lock_makes_the_environment_anew(self, tree: Tree, name: str) -> None:
        tree.bootstrap.main(["setup"])
        left = tree.root / ".venv" / "left-over.txt"
        left.write_text("a package that the new lock doesn't have")
        (tree.root / name).write_text("two==2")
        assert tree.bootstrap.main(["setup"]) == 0
        assert len(tree.noted()) == 4
        assert not left.exists()
        assert tree.bootstrap.main(["setup"]) == 0
        assert len(tree.noted()) == 4

    def test_an_environment_that_lost_its_python_is_made_anew(self, tree: Tree) -> None:
        tree.bootstrap.main(["setup"])
        tree.bootstrap.PYTHON.unlink()
        assert tree.bootstrap.main(["setup"]) == 0
        assert tree.bootstrap.PYTHON.exists()
        assert len(tree.noted()) == 4

    def test_what_pip_said_is_shown_where_it_fails_and_the_next_run_tries_again(
        self, tree: Tree, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (tree.root / "pip-code.txt").write_text("1")
        assert tree.bootstrap.main(["demo", "raise SystemExit(9)"]) == 1
        out = capfd.readouterr().out
        assert out.index("WARNING: pip has something to say") < out.index("could not be installed")
        (tree.root / "pip-code.txt").write_text("0")
        assert tree.bootstrap.main(["setup"]) == 0
        assert len(tree.noted()) == 3

    def test_a_long_command_gives_signs_of_life(
        self, tree: Tree, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(tree.bootstrap, "ALIVE_SECONDS", 0.05)
        assert tree.bootstrap.run_quietly([sys.executable, "-c", "import time; print('noise'); time.sleep(0.4)"]) == 0
        out = capfd.readouterr().out
        assert "… 0 s" in out
        assert "noise" not in out


class TestLibraries:
    def test_a_library_is_found_by_loading_it_and_a_program_on_the_path(self, tree: Tree) -> None:
        libc = "msvcrt" if os.name == "nt" else "libc.so.6"
        assert tree.bootstrap.loads("libnothing-of-the-kind.so.9", libc)()
        assert not tree.bootstrap.loads("libnothing-of-the-kind.so.9")()
        assert not tree.bootstrap.runs("espeak-ng")()
        tree.program("espeak-ng")
        assert tree.bootstrap.runs("espeak-ng")()

    @pytest.mark.parametrize("job", ["demo", "check"])
    def test_only_what_the_job_needs_is_looked_for(self, tree: Tree, job: str) -> None:
        tree.needs("voice")
        (tree.root / "voice").touch()
        assert tree.bootstrap.main([job]) == 0
        (tree.root / "voice").unlink()
        tree.program("apt-get")
        assert tree.bootstrap.main([job]) == (1 if job == "demo" else 0)

    def test_without_the_right_to_install_one_command_is_printed_and_the_job_is_not_begun(
        self, tree: Tree, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        tree.needs("voice", "bus")
        tree.program("apt-get")
        tree.program("sudo", "exit 1")  # it would ask for a password
        assert tree.bootstrap.main(["demo", "open('begun', 'w')"]) == 1
        assert capfd.readouterr().out.endswith("run again:\n  sudo apt-get install -y voice-deb bus-deb\n")
        assert tree.noted("sudo") == ["-n true"]
        assert tree.noted("apt-get") == []
        assert not (tree.root / "begun").exists()

    def test_root_installs_what_is_missing_and_the_job_begins(
        self, tree: Tree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        tree.needs("voice", "bus")
        (tree.root / "bus").touch()
        tree.program("apt-get", f'echo > "{tree.root}/voice"')
        assert tree.bootstrap.main(["demo", "open('begun', 'w')"]) == 0
        assert tree.noted("apt-get") == ["update -qq", "install -y voice-deb"]
        assert (tree.root / "begun").exists()

    def test_sudo_without_a_password_serves_too(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        tree.needs("voice")
        tree.program("true")
        tree.program("dnf", f'echo > "{tree.root}/voice"')
        tree.program("sudo", 'shift; "$@"')
        assert tree.bootstrap.main(["demo"]) == 0
        assert tree.noted("sudo") == ["-n true", "-n dnf install -y voice-rpm"]
        assert tree.noted("dnf") == ["install -y voice-rpm"]

    @pytest.mark.parametrize(
        ("then", "said"), [("", "Still missing after the installation: voice."), ("exit 1", "program failed")]
    )
    def test_an_installation_that_brings_nothing_stops(
        self, tree: Tree, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], then: str, said: str
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        tree.needs("voice")
        tree.program("apt-get", then)
        assert tree.bootstrap.main(["test"]) == 1
        assert said in capfd.readouterr().out

    def test_a_system_with_another_package_program_is_told_the_names(
        self, tree: Tree, capfd: pytest.CaptureFixture[str]
    ) -> None:
        tree.needs("voice")
        assert tree.bootstrap.main(["demo"]) == 1
        assert "Install by this system's own means: voice-rpm. Then run again." in capfd.readouterr().out


class TestJobs:
    def test_a_job_s_exit_code_is_the_bootstrap_s(self, tree: Tree) -> None:
        assert tree.bootstrap.main(["demo", "raise SystemExit(7)"]) == 7

    def test_an_unknown_job_is_refused_before_anything_is_made(
        self, tree: Tree, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.undo()
        assert tree.bootstrap.main(["everything"]) == 2
        assert capfd.readouterr().out == "Jobs: demo, tour, test, soak, check, bench, clean, setup.\n"
        assert not (tree.root / ".venv").exists()

    def test_clean_takes_away_what_the_jobs_made_and_nothing_else(self, tree: Tree) -> None:
        tree.bootstrap.main(["setup"])
        for folder in ("out/demo", "drawing/__pycache__", "drawing/kept"):
            (tree.root / folder).mkdir(parents=True)
        assert tree.bootstrap.main(["clean"]) == 0
        assert sorted(path.name for path in tree.root.iterdir() if path.is_dir()) == ["drawing", "installer"]
        assert [path.name for path in (tree.root / "drawing").iterdir()] == ["kept"]
