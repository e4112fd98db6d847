"""Commands of the bank: check a file, import it with keeper and supervisor."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from app.banking import accept, current_version
from app.cli.context import Context, unlock
from app.cli.prompts import agree
from app.composition import Station
from app.folders import read_file
from app.wording import shown_time
from drawing.bank import Bank, check_rows
from drawing.bank_difference import BankDifference, difference_lines, differences
from drawing.bank_report import report_lines
from drawing.bankfile import table_of
from drawing.bankstore import BankUnchangedError
from drawing.mapping import ColumnMapping, parse_mapping
from vault.roles import Role

MapOption = Annotated[Path | None, typer.Option("--map", help="Which column is which, as JSON (docs/formats/bank.md).")]
FileArgument = Annotated[Path, typer.Argument(help="The province's file: .xlsx or .csv (UTF-8, GB18030).")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    bank = typer.Typer(help="The expert bank.", no_args_is_help=True)
    bank.command("check")(check)
    bank.command("import")(import_bank)
    bank.command("versions")(versions)
    app.add_typer(bank, name="bank")


def check(
    call: typer.Context,
    file: FileArgument,
    mapping: MapOption = None,
    every: Annotated[bool, typer.Option("--every", help="Show up to 200 warnings of a kind, not the first 3.")] = False,
) -> int:
    """Check a bank file row by row; nothing is imported."""
    context: Context = call.obj
    found = check_rows(table_of(file.name, read_file(file)), _stated(mapping))
    for line in report_lines(found.report, context.wording, every=every):
        context.prompts.tell(line)
    return 0 if found.report.is_clean else 1


def import_bank(call: typer.Context, file: FileArgument, mapping: MapOption = None) -> None:
    """Import a bank file: keeper and supervisor accept report and differences, or nothing changes."""
    context: Context = call.obj
    raw = read_file(file)
    with context.station() as station:
        table = table_of(file.name, raw)
        stated = _stated(mapping)
        found = check_rows(table, stated or station.bank.mapping_for(table.header))
        for line in report_lines(found.report, context.wording):
            context.prompts.tell(line)
        bank = found.bank
        difference = _difference(station, bank)
        if difference is not None and difference.old_root == difference.new_root:
            raise BankUnchangedError
        keeper = unlock(context, station, Role.KEEPER)
        supervisor = unlock(context, station, Role.SUPERVISOR)
        for line in _difference_lines(context, difference, bank):
            context.prompts.tell(line)
        agree(context.prompts, "bank.accept", context.wording("Keeper and supervisor: accept report and differences?"))
        version = accept(station, found, difference, keeper, supervisor)
        if stated is not None:
            station.bank.remember_mapping(table.header, stated)
    context.tell(
        "Bank version {number}: {experts} experts, root {root}",
        number=version.number,
        experts=version.experts,
        root=version.root.hex()[:16],
    )


def versions(call: typer.Context) -> None:
    """List the versions of the bank."""
    context: Context = call.obj
    with context.station() as station:
        known = station.bank.versions()
        if not known:
            context.tell("No bank yet. Import one: fengqian bank import FILE")
        for version in known:
            context.tell(
                "{number}  {at}  {experts} experts  +{added} −{removed} ~{changed}  {root}",
                number=version.number,
                at=shown_time(version.acceptance.at),
                experts=version.experts,
                added=version.added,
                removed=version.removed,
                changed=version.changed,
                root=version.root.hex()[:16],
            )


def _stated(mapping: Path | None) -> ColumnMapping | None:
    return parse_mapping(read_file(mapping)) if mapping else None


def _difference(station: Station, bank: Bank) -> BankDifference | None:
    current = current_version(station)
    return None if current is None else differences(station.bank.bank(current.id), bank)


def _difference_lines(context: Context, difference: BankDifference | None, bank: Bank) -> Iterator[str]:
    if difference is None:
        yield context.wording("This is the first bank: {count} experts are added.").format(count=len(bank))
        return
    yield from difference_lines(difference, context.wording)
