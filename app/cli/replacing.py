"""The command `replace`: a lost source or code chain, said by two and approved by a second supervisor."""

import typer

from app.cli.context import Context, unlock
from app.cli.draw_commands import DrawArgument, OutOption, load_draw
from app.cli.prompts import agree
from app.cli.walk import DrawWalk
from app.composition import Station
from drawing.ceremony import WITNESS
from drawing.desk import replacing
from drawing.desk.station import LiveDraw
from drawing.replacement import require_replaceable
from vault.roles import Role


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replace")(replace)


def replace(call: typer.Context, draw_name: DrawArgument, out: OutOption) -> None:
    """Replace a lost source or code chain: new dice, a new fingerprint, and a second supervisor's approval."""
    context: Context = call.obj
    with context.station() as station:
        live = load_draw(context, station, draw_name, out)
        _replace(context, station, live)
        DrawWalk(context, station, live, out).run()


def _replace(context: Context, station: Station, live: LiveDraw) -> None:
    possible = {name.removeprefix(WITNESS): name for name in replacing.can_replace(live)}
    context.tell("Everything that the sources give will be made anew, and the transcript will show it.")
    shown = context.wording("What was lost, separated by commas ({possible})")
    typed = context.prompts.ask(
        "replace.lost", shown.format(possible=context.listed(context.wording(name) for name in possible))
    )
    words = {context.wording(name): name for name in possible}
    names = [name.strip() for name in typed.replace("，", ",").replace("、", ",").split(",") if name.strip()]
    lost = [possible.get(words.get(name, name), name) for name in names]
    require_replaceable(lost, tuple(possible.values()))
    known_to = context.ask("replace.known_to", "Who could have known what was lost (it will be published)")
    reason = context.ask_reason("replace.reason", context.wording("How it was lost (it will be published)"))
    second = unlock(context, station, Role.SUPERVISOR, "second_supervisor", but=live.present.supervisor.identity)
    text = context.wording("Operator and both supervisors: replace it now?")
    agree(context.prompts, "replace.confirm", text)
    generation = replacing.replace(live, second, lost, known_to, reason)
    context.tell("The ceremony begins anew, generation {generation}.", generation=generation)
