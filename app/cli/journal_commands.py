"""Commands of the journal, for auditors: verify it, take it or its signed head away."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context, read_file
from vault.files import write_atomic

AnchorOption = Annotated[Path | None, typer.Option(help="A signed head that somebody took home: checkpoint.txt.")]
FileArgument = Annotated[Path, typer.Argument(help="The file that is written.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    journal = typer.Typer(help="The station's journal: every step, signed.", no_args_is_help=True)
    journal.command("verify")(verify)
    journal.command("export")(export)
    journal.command("checkpoint")(checkpoint)
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


def checkpoint(call: typer.Context, file: FileArgument, anchor: AnchorOption = None) -> None:
    """Verify the journal and write its signed head, to be taken home: whoever has it sees a journal that went back."""
    context: Context = call.obj
    taken_home = read_file(anchor) if anchor else None
    with context.station() as station:
        head = station.journal.verify(taken_home)
        write_atomic(file, station.journal.checkpoint(), mode=0o644)
    context.tell("Head: {name}, {size} entries, root {root}", name=file.name, size=head.size, root=head.root.hex())
