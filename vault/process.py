"""Keeps a process's memory to itself: no core dump, and where the system can, no other process of this user looks in.

Left out: the system's own swap and hibernation files, and whoever is root.  IT encrypts the disk for the first.
"""

import contextlib
import ctypes
import sys

_PR_SET_DUMPABLE = 4


def protect_memory() -> bool:
    """Switch core dumps and reading by other processes off; say whether the system took it."""
    if sys.platform == "win32":  # pragma: no cover
        return False
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):  # pragma: no cover
        return resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
