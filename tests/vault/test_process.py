"""A process that protected its memory leaves no core and can't be looked into."""

import subprocess
import sys

SCRIPT = """
import ctypes, os, resource
from vault.process import protect_memory
print(protect_memory(), resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def test_no_core_and_not_dumpable() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "True (0, 0) 0"
