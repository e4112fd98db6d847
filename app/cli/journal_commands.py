"""Commands of the journal: verify it, take it or its signed head away, check what was taken away, renew it."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context, unlock
from app.cli.prompts import agree, given_reason
from app.exported import check_export
from app.folders import read_file
from app.media import UsedMedium
from app.restart import Restart
from vault.files import write_atomic
from vault.roles import Role

AnchorOption = Annotated[Path | None, typer.Option(help="A signed head that somebody took home: checkpoint.txt.")]
FileArgument = Annotated[Path, typer.Argument(help="The file that is written.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    journal = typer.Typer(help="The station's journal: every step, signed.", no_args_is_help=True)
    journal.command("verify")(verify)
    journal.command("export")(export)
    journal.command("check")(check)
    journal.command("checkpoint")(checkpoint)
    journal.command("renew")(renew)
    app.add_typer(journal, name="journal")


def verify(call: typer.Context, anchor: AnchorOption = None) -> None:
    """Read the whole journal and check it against its signed head, and against one that was taken home."""
    context: Context = call.obj
    taken_home = read_file(anchor) if anchor else None
    with context.station() as station:
        head = station.journal.verify(taken_home)
    context.tell("The journal holds: {size} entries, root {root}", size=head.size, root=head.root.hex())
    if taken_home is not None:
        context.tell("It continues the head that was taken home.")


def export(call: typer.Context, file: FileArgument) -> None:
    """Verify the journal and write it with its signed head to one file that a stranger can check."""
    context: Context = call.obj
    with context.station() as station:
        station.journal.export(file)
        context.tell("Journal: {name}, {size} entries", name=file.name, size=station.journal.size)


def check(
    call: typer.Context,
    file: Annotated[Path, typer.Argument(help="The exported journal.")],
    keys: Annotated[Path, typer.Option(help="Identity statements, the station's among them, got another way.")],
    anchor: AnchorOption = None,
) -> None:
    """Check an exported journal without its station: its entries, its signed head, and one that was taken home."""
    context: Context = call.obj
    taken_home = read_file(anchor) if anchor else None
    found = check_export(read_file(file), read_file(keys), taken_home, keys.name)
    station = found.station
    context.tell("The journal holds: {size} entries, as the station signed them.", size=len(found.entries))
    context.tell("Station: {name}, {fingerprint}", name=station.name, fingerprint=station.fingerprint)
    if taken_home is not None:
        context.tell("It continues the head that was taken home.")


def checkpoint(call: typer.Context, file: FileArgument, anchor: AnchorOption = None) -> None:
    """Verify the journal and write its signed head, to be taken home: whoever has it sees a journal that went back."""
    context: Context = call.obj
    taken_home = read_file(anchor) if anchor else None
    with context.station() as station:
        head = station.journal.verify(taken_home)
        write_atomic(file, station.journal.checkpoint(), mode=0o644)
    context.tell("Head: {name}, {size} entries, root {root}", name=file.name, size=head.size, root=head.root.hex())


def renew(
    call: typer.Context,
    reason: Annotated[str, typer.Option(help="Why; it is journaled.")],
    head: Annotated[Path | None, typer.Option(help="The newest signed head that anybody took home.")] = None,
) -> None:
    """Start a new incarnation after a restore, by operator and supervisor; it names the head that is left behind."""
    context: Context = call.obj
    why = given_reason(reason, context.wording)
    taken_home = read_file(head) if head else None
    with context.station() as station:
        media: list[UsedMedium] = []
        operator = unlock(context, station, Role.OPERATOR, restarting=media)
        supervisor = unlock(context, station, Role.SUPERVISOR, restarting=media)
        restart = Restart.prepare(station, operator, supervisor, media, taken_home)
        text = context.wording(
            "Start a new incarnation of the journal? The head left behind is of {left} entries; here are {here}."
        )
        agree(context.prompts, "journal.renew", text.format(left=restart.left_size, here=station.journal.size))
        number = restart.begin(why)
    context.tell("Incarnation {number} of the journal has begun: {reason}", number=number, reason=why)
    context.tell("Take its head home: fengqian journal checkpoint FILE")
