"""The sample centre takes over its bank, as `fengqian bank import` does."""

from pathlib import Path

from app.banking import accept
from app.cli.context import Context, unlock
from app.cli.prompts import agree
from app.composition import Station
from drawing.bank import check_rows
from drawing.bank_report import report_lines
from drawing.bankfile import read_table
from vault.roles import Role


def import_sample(context: Context, station: Station, file: Path) -> None:
    """Check and accept the file with keeper and supervisor."""
    found = check_rows(read_table(file))
    for line in list(report_lines(found.report, context.wording))[:8]:
        context.prompts.tell(line)
    keeper = unlock(context, station, Role.KEEPER)
    supervisor = unlock(context, station, Role.SUPERVISOR)
    agree(context.prompts, "bank.accept", context.wording("Keeper and supervisor: accept report and differences?"))
    version = accept(station, found, None, keeper, supervisor)
    context.tell(
        "Bank version {number}: {experts} experts, root {root}",
        number=version.number,
        experts=version.experts,
        root=version.root.hex()[:16],
    )
