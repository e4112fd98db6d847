"""The table of what a demo made: each file, its size, and what it is."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.cli.context import Context

KINDS = (
    ("certificate*.pdf", "certificate of the sealed list, without names"),
    ("receipt-*.pdf", "receipt that a witness takes home"),
    ("minutes*.pdf", "minutes of the draw"),
    ("paper/*.pdf", "opened list and sign-in sheet: what a printer would have printed"),
    ("voice/*-message.wav", "the spoken message"),
    ("transcript.json", "public transcript"),
    ("auditor.box", "auditor's form, sealed to the auditor"),
    ("checkpoint*.txt", "signed head of the journal"),
    ("keys.json", "statements of everyone's keys"),
)


def made_table(context: Context, out: Path) -> None:
    """Print the table."""
    say = context.wording
    table = Table(title=say("What the sample centre made"))
    table.add_column(say("File"), overflow="fold")
    table.add_column(say("Size"), justify="right")
    table.add_column(say("What it is"), overflow="fold")
    for pattern, kind in KINDS:
        for path in sorted(out.glob(pattern)):
            table.add_row(str(path.relative_to(out)), f"{path.stat().st_size:,}", say(kind))
    Console().print(table)
