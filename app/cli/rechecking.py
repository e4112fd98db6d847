"""The command `recheck`: a sealed list against bidders who became known after the draw, without showing anybody.

What is shown of it are look-alike employers, to the supervisor, and which slots fell free: that is in the journal too.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context, tell_bidders
from app.cli.draw_commands import DrawArgument, OutOption, load_draw
from app.cli.prompts import agree, is_yes
from app.cli.walk import DrawWalk
from app.folders import read_file
from drawing.bidders import LONGEST_FILE, read_bidders
from drawing.custody import Confirmed
from drawing.desk import rechecking
from drawing.employer import EmployerMatch
from drawing.steps import Step

BiddersArgument = Annotated[Path, typer.Argument(help="The bidders as text, one name a line, UTF-8 or GB18030.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("recheck")(recheck)


def recheck(call: typer.Context, draw_name: DrawArgument, bidders: BiddersArgument, out: OutOption) -> None:
    """Recheck a sealed list against bidders known since; replace conflicts unseen."""
    context: Context = call.obj
    names = read_bidders(read_file(bidders, LONGEST_FILE))
    with context.station() as station:
        live = load_draw(context, station, draw_name, out)
        sealed = rechecking.open_unseen(live)
        tell_bidders(context, names)
        confirmed = _confirmed(context, rechecking.look_alikes(live, sealed, names))
        text = context.wording("Operator and supervisor: recheck the sealed list against {count} bidders now?")
        agree(context.prompts, "recheck.confirm", text.format(count=len(names)))
        slots = rechecking.recheck(live, sealed, names, confirmed, station.people.list())
        if live.record.step is Step.SEALED:
            context.tell(
                "Rechecked against {count} bidders. Nobody falls free; the list stays sealed.", count=len(names)
            )
            return
        context.tell(
            "Rechecked against {count} bidders. Slots that fall free: {slots}",
            count=len(names),
            slots=context.listed(slots),
        )
        context.tell(
            "They are filled anew, unseen. If it is cut off, go on with: fengqian resume {word} --out {out}",
            word="".join(live.record.serial.split()),
            out=out,
        )
        DrawWalk(context, station, live, out).run()


def _confirmed(context: Context, matches: Sequence[EmployerMatch]) -> list[Confirmed]:
    """Show each look-alike to the supervisor; return those that are one employer."""
    confirmed = []
    for number, match in enumerate(matches, 1):
        text = context.wording("Supervisor: is {employer} the same employer as {recused}?")
        if is_yes(context.prompts, f"lookalike.{number}", text.format(employer=match.employer, recused=match.recused)):
            confirmed.append(Confirmed(match.recused, match.employer))
    return confirmed
