"""Files that are whole or not there: restrictive permissions first, fsync, atomic replace, and one lock a home.

`write_atomic` keeps this order: a new file beside the old one, readable by its owner only; the bytes; fsync of the
file; `os.replace`; fsync of the folder.  A program killed at any point leaves the old file or the new one, and at worst
a `*.part` file that `remove_parts` takes away.  Every fsync of the house goes through `sync`.

Left out: Windows has no fsync of a folder, there the replaced name is durable when the system writes it.
"""

import contextlib
import errno
import os
import stat
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final

from vault.errors import VaultError

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
else:
    import fcntl

OWNER_ONLY: Final = 0o600
PART: Final = ".part"
_LOCK_NAME: Final = "station.lock"
_LOCK_OFFSET: Final = 1 << 20
_CHUNK: Final = 1 << 20
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_O_BINARY: Final[int] = getattr(os, "O_BINARY", 0)
_O_NOFOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)


class FileMissingError(VaultError):
    """A file that should be there is not."""

    code = "vault.file.missing"
    what = "The file {name} is not there."
    todo = "Check the folder's name; if the file was lost, take it from the backup."


class FileUnreadableError(VaultError):
    """The system refuses to read a file."""

    code = "vault.file.unreadable"
    what = "The file {name} can't be read: {problem}."
    todo = "Check that the file belongs to the user who runs the program, and that the disk is well."


class FileTooLongError(VaultError):
    """A file is longer than anything that belongs there."""

    code = "vault.file.too_long"
    what = "The file {name} is longer than {limit} bytes."
    todo = "Check that it is the right file."


class FileUnwritableError(VaultError):
    """The system refuses to write a file."""

    code = "vault.file.unwritable"
    what = "The file {name} can't be written: {problem}."
    kept = "The file stands whole, as it was or as it should be; never a part of it."
    todo = "Check the folder's permissions and that the disk is well, then do the step again."


class FileNotErasedError(VaultError):
    """The system refuses to overwrite or remove a file."""

    code = "vault.file.not_erased"
    what = "The file {name} can't be erased: {problem}."
    kept = "The file is still there; part of it may be overwritten."
    todo = "Check the folder's permissions, then do the step again; otherwise destroy the disk."


class DiskFullError(VaultError):
    """The disk, a quota or a size limit leaves no room."""

    code = "vault.disk.full"
    what = "There is no room on the disk for {name}."
    kept = "What was there before is whole; nothing is half-written."
    todo = "Make room on the disk, then do the step again."


class HomeInUseError(VaultError):
    """Another program holds the lock of this home folder."""

    code = "vault.home.in_use"
    what = "Another program already works in {home} (process {process})."
    todo = "Close the other window or command first."


def sync(descriptor: int) -> None:
    """Make what was written to an open file or folder durable; the one fsync of the house."""
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    if sys.platform == "win32":  # pragma: no cover
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def write_atomic(path: Path, data: bytes, mode: int = OWNER_ONLY) -> None:
    """Put `data` at `path` whole, durable, with permissions `mode`; the old file stands until then.

    Raises:
        DiskFullError: where there is no room; the old file stands and the part is gone.
        FileUnwritableError: for any other refusal of the system.
    """
    try:
        part = _write_part(path, data, mode)
        try:
            os.replace(part, path)
        except OSError:
            _discard(part)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error


def _write_part(path: Path, data: bytes, mode: int) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=PART, dir=path.parent)
    part = Path(name)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if sys.platform != "win32":
                os.fchmod(file.fileno(), mode)
            sync(file.fileno())
    except OSError:
        _discard(part)
        raise
    return part


def _discard(part: Path) -> None:
    with contextlib.suppress(OSError):
        part.unlink()


def remove_parts(folder: Path) -> int:
    """Remove the `*.part` files that a killed program left in `folder`; return how many there were.

    Call it under the home's lock only: another program's part may be about to become its file.
    """
    parts = sorted(folder.glob(f".*{PART}"))
    for part in parts:
        erase(part)
    return len(parts)


def read_limited(path: Path, limit: int) -> bytes:
    """Read a file of at most `limit` bytes.

    Raises:
        FileMissingError: where it isn't there.
        FileTooLongError: where it is longer.
        FileUnreadableError: for any other refusal of the system.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError as error:
        raise FileMissingError(name=path.name) from error
    except OSError as error:
        raise FileUnreadableError(name=path.name, problem=_reason(error)) from error
    if len(data) > limit:
        raise FileTooLongError(name=path.name, limit=limit)
    return data


def erase(path: Path) -> None:
    """Overwrite a file with zeros, remove it and make its absence durable; a file that isn't there is erased.

    Flash disks, copy-on-write file systems, snapshots and backups may keep the old blocks.  So nothing that
    must vanish is ever written in the clear.  A symbolic link is removed, not followed.

    Raises:
        FileNotErasedError: where the system refuses.
    """
    try:
        if stat.S_ISREG(path.lstat().st_mode):
            _overwrite(path)
        path.unlink()
        sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileNotErasedError(name=path.name, problem=_reason(error)) from error


def _overwrite(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | _O_BINARY | _O_NOFOLLOW)
    with open(descriptor, "wb", buffering=0) as file:
        left = os.fstat(descriptor).st_size
        while left:
            left -= file.write(bytes(min(left, _CHUNK)))
        sync(descriptor)


def _unwritable(path: Path, error: OSError) -> VaultError:
    if error.errno in _FULL:
        return DiskFullError(name=path.name)
    return FileUnwritableError(name=path.name, problem=_reason(error))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


class HomeLock:
    """The one lock of a home folder, held while the context is open and freed by the system if the program dies."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._descriptor: int | None = None

    def __enter__(self) -> "HomeLock":
        """Take the lock.

        Raises:
            HomeInUseError: where another program, or this one, holds it already.
            FileUnwritableError: where the lock file can't be opened.
        """
        path = self._home / _LOCK_NAME
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _O_BINARY | _O_NOFOLLOW, OWNER_ONLY)
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            _lock(descriptor)
        except OSError as error:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() if _CAN_PREAD else ""
            os.close(descriptor)
            raise HomeInUseError(home=self._home, process=holder or "unknown") from error
        self._descriptor = descriptor
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the lock; the file stays, so that two programs never lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


_CAN_PREAD: Final = hasattr(os, "pread")


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":  # pragma: no cover
        os.lseek(descriptor, _LOCK_OFFSET, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
