"""The folder of a draw's papers belongs to one draw: a marker in it holds the draw's id.

Order: before anybody is asked, the folder is made and tried, and refused where its marker names another draw; once the
draw is registered or loaded, the marker is written whole, before the first paper.  A folder without a marker is free.
"""

from pathlib import Path
from typing import Final

from app.errors import FolderTakenError
from app.folders import ready_folder
from vault.errors import VaultError
from vault.files import read_limited, write_atomic
from vault.ids import DrawId

MARKER: Final = ".fengqian-draw"
_LONGEST: Final = 1024


def ready_draw_folder(folder: Path, draw: DrawId | None = None) -> None:
    """Make the folder and see that it can hold this draw's papers; None is a draw that isn't registered yet.

    Raises:
        FolderTakenError: where it holds another draw's papers.
        FolderRefusedError, DiskFullError: where it can't be written into.
    """
    ready_folder(folder)
    marker = folder / MARKER
    if marker.is_symlink() or marker.exists():
        _require_own(marker, draw)


def claim_draw_folder(folder: Path, draw: DrawId) -> None:
    """Mark the folder as this draw's, from its first paper on.

    Raises:
        FolderTakenError: where another draw marked it meanwhile.
        DiskFullError, FileUnwritableError: where it can't be written.
    """
    ready_draw_folder(folder, draw)
    if not (folder / MARKER).exists():
        write_atomic(folder / MARKER, f"{draw}\n".encode("ascii"), mode=0o644)


def _require_own(marker: Path, draw: DrawId | None) -> None:
    try:
        held = read_limited(marker, _LONGEST)
    except VaultError as error:
        raise FolderTakenError(name=marker.parent) from error
    if draw is None or held != f"{draw}\n".encode("ascii"):
        raise FolderTakenError(name=marker.parent)
