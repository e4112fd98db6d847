"""Opening an auditor's form for `verify`: the form is a box to the auditor, whose key lies in this home."""

from pathlib import Path

from app.cli.context import Context, unlock
from app.folders import read_file
from vault.box import Box, open_box, release_share
from vault.roles import Act, Role, require


def opened_audit(context: Context, path: Path) -> bytes:
    """Open the auditor's form with the key of an auditor of this home.

    Raises:
        VaultError: where the auditor's key doesn't open it, or it was changed.
    """
    box = Box.parse(read_file(path))
    with context.station() as station:
        auditor = unlock(context, station, Role.AUDITOR)
        require(auditor.identity.role, Act.READ_TRANSCRIPT_IN_FULL)
        return open_box(box, release_share(box, auditor))
