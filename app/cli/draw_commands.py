"""Commands of a draw: draw, resume, draws, open, print, abort, demo."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context, unlock
from app.cli.opening import OpenWalk
from app.cli.prompts import agree, given_reason
from app.cli.walk import DrawWalk
from app.composition import Station
from app.drawfolder import claim_draw_folder, ready_draw_folder
from app.errors import DrawEndedError
from app.folders import read_file
from app.rulepacks import pack_for
from app.wording import sentence
from drawing.desk import opening, preparing
from drawing.desk.station import LiveDraw, Present, UnknownDrawError
from drawing.request import Request
from drawing.request_form import parse_request
from drawing.rulepack import RulePack
from drawing.rules import require_allowed, review_request
from drawing.steps import Step
from vault.ids import DrawId
from vault.roles import Role

OutOption = Annotated[Path, typer.Option(help="Folder for receipts, certificates, minutes and transcripts.")]
DrawArgument = Annotated[str, typer.Argument(help="The draw's serial, or its id.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("draw")(draw)
    app.command("resume")(resume)
    app.command("draws")(draws)
    app.command("open")(open_draw)
    app.command("print")(print_draw)
    app.command("abort")(abort)
    app.command("demo")(demo)


def present(context: Context, station: Station) -> Present:
    """Let operator and supervisor unlock their keys."""
    operator = unlock(context, station, Role.OPERATOR)
    return Present(operator, unlock(context, station, Role.SUPERVISOR))


def find_draw(station: Station, name: str) -> DrawId:
    """Return the draw of that serial or id.

    Raises:
        UnknownDrawError: where there is none.
        RecordBrokenError: where it can't be read.
    """
    wanted, desk = "".join(name.split()), station.drawing()
    for draw_id, record in preparing.draws(desk):
        if wanted in (draw_id, "".join(record.serial.split())):
            return draw_id
    for unread in preparing.unreadable_draws(desk):
        if wanted in (unread.draw, "".join(unread.serial.split())):
            raise unread.problem
    raise UnknownDrawError(draw=name[:64])


def require_open(station: Station, name: str) -> None:
    """Refuse a draw that has ended, before anybody types a PIN.

    Raises:
        DrawEndedError: naming the state.
        UnknownDrawError, RecordBrokenError: as `find_draw`.
    """
    wanted = find_draw(station, name)
    record = next(one for draw, one in preparing.draws(station.drawing()) if draw == wanted)
    if record.step in (Step.CLOSED, Step.ABORTED):
        raise DrawEndedError(serial=record.serial, state=record.step.value)


def load_draw(context: Context, station: Station, name: str, out: Path) -> LiveDraw:
    """Return a draw by its serial or id, with operator and supervisor, once `out` is the folder of its papers.

    Raises:
        UnknownDrawError: where there is no such draw.
        FolderTakenError: where the folder holds another draw's papers; nobody was asked yet.
    """
    draw_id = find_draw(station, name)
    ready_draw_folder(out, draw_id)
    live = LiveDraw.load(station.drawing(), draw_id, present(context, station))
    claim_draw_folder(out, draw_id)
    return live


def draw(
    call: typer.Context,
    request: Annotated[Path, typer.Argument(help="The request as JSON (docs/formats/request.md).")],
    out: OutOption,
) -> None:
    """Draw a committee: from a request to its sealed list."""
    context: Context = call.obj
    raw = read_file(request)
    trade = parse_request(raw).project.trade
    with context.station() as station:
        pack = pack_for(trade, sample=station.sample)
        ready_draw_folder(out)
        station.bank.current()
        review(context, station, parse_request(raw), pack.rules)
        both = present(context, station)
        draw_id, _ = preparing.prepare(station.drawing(), raw, pack.rules, both.operator, approved=True)
        live = LiveDraw.load(station.drawing(), draw_id, both)
        claim_draw_folder(out, draw_id)
        context.tell(
            "Draw {serial} is registered. If it is cut off, go on with: fengqian resume {word} --out {out}",
            serial=live.record.serial,
            word="".join(live.record.serial.split()),
            out=out,
        )
        DrawWalk(context, station, live, out).run()


def review(context: Context, station: Station, request: Request, rules: RulePack) -> None:
    """Show what the rules say of a request, met and broken, before anybody types a PIN.

    Raises:
        RequestRefusedError: where rules forbid it.
    """
    findings = review_request(request, rules, station.clock.now())
    for finding in findings:
        mark = "✓" if finding.met else "▲"
        context.tell("{mark} {finding}", mark=mark, finding=finding.text(context.wording))
    require_allowed(findings, approved=True)


def resume(call: typer.Context, draw_name: DrawArgument, out: OutOption) -> None:
    """Go on with a draw that was cut off, from the step it had reached."""
    context: Context = call.obj
    with context.station() as station:
        require_open(station, draw_name)
        live = load_draw(context, station, draw_name, out)
        context.tell("Draw {serial}: {state}", serial=live.record.serial, state=context.wording(live.record.step.value))
        DrawWalk(context, station, live, out).run()


def draws(call: typer.Context) -> None:
    """List the draws of this station with their states."""
    context: Context = call.obj
    with context.station() as station:
        listed, unread = preparing.draws(station.drawing()), preparing.unreadable_draws(station.drawing())
        for _, record in listed:
            context.tell(
                "{serial}  {lot}  {state}",
                serial=record.serial,
                lot=record.lot,
                state=context.wording(record.step.value),
            )
        for one in unread:
            reason = sentence(one.problem.what, one.problem, context.wording)
            context.tell("{serial}  {lot}  unreadable: {reason}", serial=one.serial, lot=one.lot, reason=reason)
        if unread:
            context.tell("What can't be read stays as it is. Keep the station's folder and call the auditor.")
        if not listed and not unread:
            context.tell("No draws yet. Start one: fengqian draw REQUEST.json --out DIR")


def open_draw(call: typer.Context, draw_name: DrawArgument, out: OutOption) -> None:
    """Open a sealed list with two people; make the transcript."""
    context: Context = call.obj
    with context.station() as station:
        require_open(station, draw_name)
        live = load_draw(context, station, draw_name, out)
        OpenWalk(context, station, live, out).run()


def print_draw(call: typer.Context, draw_name: DrawArgument, out: OutOption) -> None:
    """Print a numbered copy of an opened list and its sign-in sheet, as PDF into a folder."""
    context: Context = call.obj
    with context.station() as station:
        live = load_draw(context, station, draw_name, out)
        OpenWalk(context, station, live, out).print_copies()


def abort(
    call: typer.Context, draw_name: DrawArgument, reason: Annotated[str, typer.Option(help="Why; it is journaled.")]
) -> None:
    """End a draw for good."""
    context: Context = call.obj
    why = given_reason(reason, context.wording)
    with context.station() as station:
        draw_id = find_draw(station, draw_name)
        live = LiveDraw.load(station.drawing(), draw_id, present(context, station))
        text = context.wording("End the draw {serial} for good?").format(serial=live.record.serial)
        agree(context.prompts, "abort.confirm", text)
        opening.abort(live, why)
        context.tell("The draw {serial} has ended: {reason}", serial=live.record.serial, reason=why)


def demo(
    call: typer.Context,
    out: Annotated[Path, typer.Option(help="An empty folder for the sample centre and its papers.")],
    size: Annotated[int, typer.Option(help="How many experts the sample bank holds.", min=100)] = 5000,
) -> int:
    """Do the whole job on the sample centre: bank, draw, calls, sealing, opening, both verifiers."""
    from app.sample.demo import run_demo

    context: Context = call.obj
    return run_demo(context, out, size)
