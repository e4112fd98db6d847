"""Commands of the bank: check a file, import it with keeper and supervisor."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context, read_file, unlock
from app.cli.prompts import agree
from app.composition import Station
from app.wording import shown_time
from drawing.bank import Bank, BankCheck, check_rows
from drawing.bank_difference import BankDifference, difference_lines, differences
from drawing.bank_report import report_lines
from drawing.bankfile import table_of
from drawing.bankstore import Acceptance, BankUnchangedError, BankVersion
from drawing.mapping import ColumnMapping, parse_mapping
from vault.database import writing
from vault.identity import PrivateIdentity
from vault.ids import BankId, new_id
from vault.jsontext import JsonValue
from vault.randomness import SystemRandomness
from vault.roles import Act, Role, require
from vault.suite import digest

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


def _current(station: Station) -> BankVersion | None:
    known = station.bank.versions()
    return known[-1] if known else None


def _difference(station: Station, bank: Bank) -> BankDifference | None:
    current = _current(station)
    return None if current is None else differences(station.bank.bank(current.id), bank)


def _difference_lines(context: Context, difference: BankDifference | None, bank: Bank) -> Iterator[str]:
    if difference is None:
        yield context.wording("This is the first bank: {count} experts are added.").format(count=len(bank))
        return
    yield from difference_lines(difference, context.wording)


def accept(
    station: Station,
    found: BankCheck,
    difference: BankDifference | None,
    keeper: PrivateIdentity,
    supervisor: PrivateIdentity,
) -> BankVersion:
    """Take a clean check over as the newest version, in one transaction with its journal entry.

    Raises:
        NotAllowedError: where the two haven't these roles.
        BankRefusedError: where the check isn't clean.
        BankMovedError, BankUnchangedError: where there is nothing to take over, or another version came between.
    """
    require(keeper.identity.role, Act.KEEP_BANK)
    require(supervisor.identity.role, Act.APPROVE_BANK)
    now, people = station.clock.now(), (keeper.keyid, supervisor.keyid)
    accepted = digest("bank-acceptance", found.report.digest, difference.digest if difference else b"")
    current = _current(station)
    id_ = BankId(new_id(now, SystemRandomness()))
    with writing(station.engine) as connection:
        version = station.bank.import_version(
            found.bank,
            id_,
            Acceptance(now, accepted, people),
            over=current.id if current else None,
            connection=connection,
        )
        body: dict[str, JsonValue] = {
            "number": version.number,
            "root": version.root.hex(),
            "experts": version.experts,
            "added": version.added,
            "removed": version.removed,
            "changed": version.changed,
            "accepted": accepted.hex(),
        }
        station.journal.append("bank.imported", id_, body, people, connection=connection)
    return version
