import errno
import os
import stat
from pathlib import Path

import pytest

from app.sample.printer import FilePrinter, file_title
from printing.printers import Printer, PrintJob, PrintOutcome
from vault import files


def job(title: str = "评标专家名单", copy: int = 1) -> PrintJob:
    return PrintJob(title, "namelist", "draw-1", copy)


def test_jobs_are_numbered_on_from_what_lies_there(tmp_path: Path) -> None:
    paper = tmp_path / "out" / "paper"
    printer: Printer = FilePrinter(paper)
    assert printer.name == "sample file printer"
    assert printer.submit(b"one", job()) is PrintOutcome.DONE
    assert printer.submit(b"two", job(copy=2)) is PrintOutcome.DONE
    (paper / "notes.txt").write_text("not a page")
    assert FilePrinter(paper).submit(b"three", job("Sign-in sheet")) is PrintOutcome.DONE
    found = {path.name: path.read_bytes() for path in paper.glob("*.pdf")}
    assert found == {"01-评标专家名单.pdf": b"one", "02-评标专家名单-2.pdf": b"two", "03-Sign-in-sheet.pdf": b"three"}
    assert stat.S_IMODE((paper / "01-评标专家名单.pdf").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("a\\b:c*?", "a-b-c"),
        ("...", "namelist"),
        ("", "namelist"),
        ("甲/乙\n丙", "甲-乙-丙"),
    ],
)
def test_no_title_leaves_the_folder(title: str, name: str) -> None:
    assert file_title(job(title)) == name


def test_a_long_title_still_makes_a_file(tmp_path: Path) -> None:
    assert FilePrinter(tmp_path).submit(b"x", job("临州市" * 200)) is PrintOutcome.DONE
    (path,) = tmp_path.glob("*.pdf")
    assert path.name.startswith("01-临州市")


def test_a_full_disk_is_a_failed_job_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(files, "sync", full)
    assert FilePrinter(tmp_path).submit(b"x", job()) is PrintOutcome.FAILED
    assert os.listdir(tmp_path) == []


def test_a_page_that_may_be_there_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_folder: Path) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(files, "sync_folder", refuse)
    assert FilePrinter(tmp_path).submit(b"x", job()) is PrintOutcome.UNKNOWN


def test_a_folder_that_cannot_be_made_is_a_failed_job(tmp_path: Path) -> None:
    (tmp_path / "paper").write_text("a file")
    assert FilePrinter(tmp_path / "paper").submit(b"x", job()) is PrintOutcome.FAILED
