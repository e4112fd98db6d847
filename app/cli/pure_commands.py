"""Commands that need no station: order, chain, select, verify."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.bank_commands import MapOption
from app.cli.context import Context
from app.errors import FileRefusedError
from app.folders import read_file
from app.verifying import opened_audit
from drawing.case import outcome_json, parse_case
from drawing.mapping import parse_mapping
from drawing.order import chain, order_lines, parse_code, parse_labels, parse_secret, prk, secret_bytes
from drawing.verify import verify_transcript


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("order")(order)
    app.command("chain")(chain_command)
    app.command("select")(select)
    app.command("verify")(verify)


def order(
    call: typer.Context,
    randomness: Annotated[str, typer.Option(help="The randomness as the transcript holds it: printable ASCII.")],
    code: Annotated[str, typer.Option(help="The round's code: 64 hex digits.")],
) -> None:
    """Read labels from standard input, a line each, and print "position label" lines, ascending."""
    labels = parse_labels(sys.stdin.buffer.read())
    if labels and all(label.endswith("\r") for label in labels):
        context: Context = call.obj
        print(
            context.wording("Every label ends in CR, as Windows writes lines; it counts as part of the label."),
            file=sys.stderr,
        )
    for line in order_lines(prk(parse_code(code), randomness), labels):
        sys.stdout.buffer.write(line.encode("utf-8") + b"\n")


def chain_command(
    secret: Annotated[str, typer.Option(help="The secret as text; - reads standard input (a real one always).")],
    length: Annotated[int, typer.Option(help="How often SHA-256 is applied.", min=1, max=10_000_000)],
) -> None:
    """Print SHA-256 applied LENGTH times to the secret's UTF-8 bytes, in hex."""
    raw = parse_secret(sys.stdin.buffer.read()) if secret == "-" else secret_bytes(secret)  # noqa: S105
    sys.stdout.buffer.write(chain(raw, length).hex().encode("ascii") + b"\n")


def select(
    case: Annotated[Path, typer.Argument(help="A case as JSON (docs/formats/selection.md); - reads it.")],
) -> None:
    """Make one round's selection by the written rule and print its outcome as JSON."""
    raw = sys.stdin.buffer.read() if str(case) == "-" else read_file(case)
    sys.stdout.buffer.write(outcome_json(parse_case(raw).select()) + b"\n")


def verify(
    call: typer.Context,
    file: Annotated[Path, typer.Argument(help="The transcript.")],
    keys: Annotated[Path | None, typer.Option(help="Identity statements that you got another way.")] = None,
    anchor: Annotated[Path | None, typer.Option(help="A head of the journal that somebody took home.")] = None,
    fingerprint: Annotated[str | None, typer.Option(help="The 26 characters of a witness's receipt.")] = None,
    bank: Annotated[Path | None, typer.Option(help="The bank's source file.")] = None,
    auditor: Annotated[Path | None, typer.Option(help="The auditor's form (asks for the auditor's key).")] = None,
    mapping: MapOption = None,
) -> int:
    """Check a transcript: 0 consistent and authentic, 3 consistent but authenticity not checked, 1 wrong and where."""
    context: Context = call.obj
    if bank is not None and auditor is None:
        raise typer.BadParameter(context.wording("it goes together with --auditor FILE"), param_hint="--bank")
    if mapping is not None and bank is None:
        raise typer.BadParameter(context.wording("it goes together with --bank FILE"), param_hint="--map")
    columns = read_file(mapping) if mapping else None
    if columns is not None:
        parse_mapping(columns)  # a file that isn't one says nothing against the transcript
    if bank is not None and not bank.is_file():
        raise FileRefusedError(name=bank.name, problem="it is not there")
    report = verify_transcript(
        read_file(file),
        keys=read_file(keys) if keys else None,
        anchor=read_file(anchor) if anchor else None,
        fingerprint=fingerprint,
        audit=opened_audit(context, auditor) if auditor else None,
        bank=bank,
        columns=columns,
    )
    for line in report.texts(context.wording):
        typer.echo(line)
    return int(report.exit_code)
