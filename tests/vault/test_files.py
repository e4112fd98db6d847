"""Files are whole or not there, private, durable; one home has one program."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.disk import SmallDisk, small_disk
from vault import files
from vault.files import (
    DiskFullError,
    FileMissingError,
    FileNotErasedError,
    FileTooLongError,
    FileUnreadableError,
    FileUnwritableError,
    HomeInUseError,
    HomeLock,
    erase,
    read_limited,
    remove_parts,
    write_atomic,
)

KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from vault import files
left, real = [int(sys.argv[2])], files.sync
def sync(descriptor):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(descriptor)
files.sync = sync
path = Path(sys.argv[1])
for number in range(5):
    files.write_atomic(path, b"%d" % number * 5000)
"""

HOLDER = """
import sys, time
from pathlib import Path
from vault.files import HomeLock
with HomeLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as lent:
        yield lent


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_atomic(path, b"old")
    write_atomic(path, b"new")
    assert read_limited(path, 3) == b"new"
    assert mode_of(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_mode_is_as_asked_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_atomic(tmp_path / "a", b"public", mode=0o644)
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "a") == 0o644


def test_part_is_private_and_synced_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen = tmp_path / "a", list[str]()
    real = files.sync

    def sync(descriptor: int) -> None:
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            seen.append(f"folder, named {path.exists()}")
        else:
            seen.append(f"file {stat.S_IMODE(state.st_mode):o} of {state.st_size}, named {path.exists()}")
        real(descriptor)

    monkeypatch.setattr(files, "sync", sync)
    write_atomic(path, b"12345")
    assert seen == ["file 600 of 5, named False", "folder, named True"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, DiskFullError), (errno.EDQUOT, DiskFullError), (errno.EIO, FileUnwritableError)],
)
def test_failed_sync_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[Exception]
) -> None:
    path = tmp_path / "a"
    write_atomic(path, b"old")

    def sync(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, "sync", sync)
    with pytest.raises(expected):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(FileUnwritableError):
        write_atomic(tmp_path / "a", b"x")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritableError, match="No such file"):
        write_atomic(tmp_path / "no" / "a", b"x")


def test_full_disk_keeps_the_old_file_and_goes_on(disk: SmallDisk) -> None:
    path = disk.folder / "a"
    write_atomic(path, b"old")
    disk.fill()
    before = sorted(p.name for p in disk.folder.iterdir())
    with pytest.raises(DiskFullError):
        write_atomic(path, b"x" * 300_000)
    assert path.read_bytes() == b"old"
    assert sorted(p.name for p in disk.folder.iterdir()) == before
    disk.free()
    write_atomic(path, b"x" * 300_000)
    assert path.stat().st_size == 300_000


@pytest.mark.parametrize("point", [0, 1, 4, 7])
def test_killed_at_a_sync_leaves_a_whole_file(tmp_path: Path, point: int) -> None:
    path = tmp_path / "a"
    write_atomic(path, b"old")
    done = subprocess.run([sys.executable, "-c", KILLED_WRITER, str(path), str(point)], check=False)
    assert done.returncode == -signal.SIGKILL
    whole = [b"old", *(b"%d" % number * 5000 for number in range(5))]
    expected = whole[(point + 1) // 2]  # an even point dies before the replace, an odd one after it
    assert path.read_bytes() == expected
    assert remove_parts(tmp_path) == (1 if point % 2 == 0 else 0)
    assert list(tmp_path.iterdir()) == [path]


def test_limits_of_reading(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1234")
    assert read_limited(path, 4) == b"1234"
    with pytest.raises(FileTooLongError):
        read_limited(path, 3)
    with pytest.raises(FileMissingError):
        read_limited(tmp_path / "b", 3)
    with pytest.raises(FileUnreadableError):
        read_limited(tmp_path, 3)


def test_erase_overwrites_under_every_name(tmp_path: Path) -> None:
    path, twin = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"secret" * 300_000)
    os.link(path, twin)
    erase(path)
    assert not path.exists()
    assert twin.read_bytes() == bytes(1_800_000)
    erase(path)


def test_erase_does_not_follow_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"other's")
    link.symlink_to(target)
    erase(link)
    assert target.read_bytes() == b"other's"
    assert not link.is_symlink()


def test_erase_refuses_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(FileNotErasedError):
        erase(tmp_path / "a")


def test_second_lock_in_one_program_is_refused(tmp_path: Path) -> None:
    with HomeLock(tmp_path), pytest.raises(HomeInUseError, match=str(os.getpid())), HomeLock(tmp_path):
        pass
    with HomeLock(tmp_path):
        pass


def test_lock_in_a_missing_home_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritableError), HomeLock(tmp_path / "no"):
        pass


def test_leaving_an_untaken_lock_does_nothing(tmp_path: Path) -> None:
    HomeLock(tmp_path).__exit__(None, None, None)


def test_two_programs_on_one_home_and_the_lock_of_a_killed_one(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        watchdog = threading.Timer(30, holder.kill)
        watchdog.start()
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            with pytest.raises(HomeInUseError, match=str(holder.pid)), HomeLock(tmp_path):
                pass
            holder.kill()
            holder.wait()
            with HomeLock(tmp_path):
                pass
        finally:
            watchdog.cancel()
            holder.kill()
