"""Files and folders that somebody named: read whole or refused; tried before anybody is asked."""

from pathlib import Path

from app.errors import FileRefusedError, FolderRefusedError
from vault.errors import VaultError
from vault.files import FileUnwritableError, read_limited, remove_parts, write_atomic

LONGEST_FILE = 1024 * 1024 * 1024


def read_file(path: Path, longest: int = LONGEST_FILE) -> bytes:
    """Read a file that somebody named, of at most `longest` bytes.

    Raises:
        FileRefusedError: where it isn't there, can't be read, or is far too long.
    """
    try:
        return read_limited(path, longest)
    except VaultError as error:
        raise FileRefusedError(name=path.name, problem=str(error.details.get("problem", "it is not there"))) from error


def ready_folder(path: Path) -> Path:
    """Make a folder that somebody named, see that it can be written into, and return it: before anybody is asked.

    What a program that was killed left half-written in it is taken away.

    Raises:
        FolderRefusedError, DiskFullError: where it can't.
    """
    probe = path / ".fengqian-probe"
    try:
        path.mkdir(parents=True, exist_ok=True)
        remove_parts(path)
        write_atomic(probe, b"")
        probe.unlink()
    except OSError as error:
        raise FolderRefusedError(name=path, problem=error.strerror or type(error).__name__) from error
    except FileUnwritableError as error:
        raise FolderRefusedError(name=path, problem=str(error.details["problem"])) from error
    return path
