"""The second verifier as a module, in this process, and as a command on its own."""

import contextlib
import importlib.util
import io
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "auditor" / "verify_fengqian.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_fengqian", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_fengqian"] = module
    spec.loader.exec_module(module)
    return module


V = _load()


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the file as a person would, without site packages and without this project on the path."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
        timeout=120,
        check=False,
    )


def verdict(file: bytes, folder: Path, options: Iterable[str] = ()) -> tuple[int, str]:
    """Run it in this process over a transcript's bytes: exit status and report in English."""
    path = folder / "transcript.json"
    path.write_bytes(file)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = V.main([str(path), "--lang", "en", *options])
    return code, out.getvalue()
