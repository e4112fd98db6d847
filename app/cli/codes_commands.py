"""Commands of level B's other machine: make a code chain, give out its codes one at a time."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context, unlock, unlock_person
from app.cli.prompts import agree
from app.codes import CodeChain
from app.composition import Station
from app.errors import NobodyError
from app.folders import ready_folder
from printing.strip import CodeStrip, StripsData, make_strips
from vault.files import write_atomic
from vault.identity import PrivateIdentity
from vault.roles import Role


def register(app: typer.Typer) -> None:
    """Add these commands."""
    codes = typer.Typer(help="Level B: a code chain on another machine.", no_args_is_help=True)
    codes.command("new")(new)
    codes.command("strip")(strip)
    app.add_typer(codes, name="codes")


def new(call: typer.Context) -> None:
    """Make a code chain under a supervisor's key and show its end, which goes to the station that draws."""
    context: Context = call.obj
    with context.station() as station:
        chain = CodeChain.create(station, unlock(context, station, Role.SUPERVISOR))
        context.tell("Chain {serial}. Its end: {end}", serial=chain.serial, end=chain.end_text())
        context.tell("Next: fengqian codes strip 1 --out DIR")


def strip(
    call: typer.Context,
    number: Annotated[int, typer.Argument(help="Which code: 1 for the first round.", min=1, max=255)],
    out: Annotated[Path | None, typer.Option(help="Also write the strip as PDF into this folder.")] = None,
) -> None:
    """Give out one code of the newest chain, by the supervisor who holds it; each is journaled, in their order."""
    context: Context = call.obj
    with context.station() as station:
        if out is not None:
            ready_folder(out)
        chain = CodeChain.newest(station)
        chain.check_turn(number)
        if number <= chain.given():
            text = context.wording("Code {number} was given out before. Give it out again?")
            agree(context.prompts, "codes.again", text.format(number=number))
        code = chain.give_out(number, _holder(context, station, chain))
        context.tell("Code {number} of chain {serial}: {code}", number=number, serial=chain.serial, code=code)
        if out is not None:
            data = StripsData(station.settings.centre, chain.serial, chain.made_on(), (CodeStrip(number, code),))
            path = out / f"code-{number}.pdf"
            write_atomic(path, make_strips(data, context.wording, "zh" if context.language == "zh" else "en"))
            context.tell("Paper: {name}", name=path.name)


def _holder(context: Context, station: Station, chain: CodeChain) -> PrivateIdentity:
    """Let the one supervisor to whom the chain was sealed unlock their key."""
    identity = chain.known_holder()
    if identity is None:
        raise NobodyError(role=Role.SUPERVISOR.value)
    return unlock_person(context, station, identity)
