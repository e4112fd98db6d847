"""`fengqian worker KIND`: a child process of the program, spoken to by framed JSON on its pipes."""

from typing import Annotated

import typer

from drawing.notice import voice_worker


def worker(kind: Annotated[str, typer.Argument(help="voice")]) -> int:
    """Run a child process of the program; not for people."""
    if kind != "voice":
        raise typer.BadParameter("voice")
    return voice_worker.main()
