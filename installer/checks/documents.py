"""Documents: one version of each, links inside the project lead somewhere, commands that they show exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from installer.checks.wording import ROOT

_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_COMMAND = re.compile(r"^\s*\$?\s*(fengqian(?:\s[^#\n]*)?)", re.MULTILINE)
_BLOCK = re.compile(r"```(?:sh|console|text)?\n(.*?)```", re.DOTALL)


def findings() -> Iterator[str]:
    """Name dead links and commands that the program doesn't know."""
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        text = path.read_text("utf-8")
        yield from _conflicts(path, text)
        yield from _dead_links(path, text)
        yield from _unknown_commands(path, text)


def _conflicts(path: Path, text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(("<" * 7 + " ", ">" * 7 + " ")) or line == "=" * 7:
            yield f"{path.relative_to(ROOT)}:{number}: two versions of the text, not yet made one"


def _dead_links(path: Path, text: str) -> Iterator[str]:
    for target in _LINK.findall(text):
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
            yield f"{path.relative_to(ROOT)}: leads nowhere: {target}"


def _unknown_commands(path: Path, text: str) -> Iterator[str]:
    from app.cli.commands import app

    root = typer.main.get_command(app)
    for block in _BLOCK.findall(text):
        for line in _COMMAND.findall(block):
            problem = _problem(root, _words(line))
            if problem:
                yield f"{path.relative_to(ROOT)}: {problem}: {line.strip()}"


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line.split("|")[0].split("<")[0].split(">")[0].rstrip("\\ "))[1:]
    except ValueError:
        return line.split()[1:]


def _problem(root: Any, words: list[str]) -> str | None:
    command, rest = root, [word for word in words if word]
    while rest and rest[0] in ("--home", "--lang"):
        rest = rest[2:]
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        found = command.commands.get(rest.pop(0))
        if found is None:
            return "no such command"
        command = found
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"--home", "--lang", "--help"}
    for word in rest:
        if word.startswith("--") and word.split("=")[0] not in known:
            return f"no such option {word}"
    return None
