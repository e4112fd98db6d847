"""Every message that the code says has a Chinese translation, with the same placeholders, and `zh.mo` is made of it.

Messages are: the three sentences of every error class; the first text argument of `wording(…)`, `tell`, `ask`, `say`,
`marked`, `agree`; constants of tables that are handed to these (`STEPS`, `CLAUSE_NAMES`).  Rule packs carry both
languages themselves.
"""

import ast
import string
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path

from resources.wording import catalogue, compiled
from vault.errors import FengqianError

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("vault", "drawing", "printing", "evaluation", "central", "app")
_FIRST = {"wording", "_wording", "say", "marked", "tell", "_tell"}
_SECOND = {"ask", "_agree"}
_TABLES = {"STEPS", "CLAUSE_NAMES"}


def findings() -> Iterator[str]:
    """Name what lacks a translation, or has another set of placeholders."""
    known = {str(message.id): str(message.string) for message in catalogue("zh") if message.id}
    for message, where in sorted(messages().items()):
        if not known.get(message):
            yield f"{where}: no Chinese for: {message}"
        elif _fields(message) != _fields(known[message]):
            yield f"{where}: other placeholders in Chinese: {message}"
    if files("resources.wording").joinpath("zh.mo").read_bytes() != compiled("zh"):
        yield "resources/wording/zh.mo isn't made of zh.po: python -m installer.checks.compile_wording"


def messages() -> dict[str, str]:
    """Return every message with a place that says it."""
    found: dict[str, str] = {}
    for path in _modules():
        name = str(path.relative_to(ROOT))
        for message in _said(ast.parse(path.read_text("utf-8"))):
            found.setdefault(message, name)
    for kind in _errors():
        for sentence in (kind.what, kind.kept, kind.todo):
            found.setdefault(sentence, kind.__module__)
    return {message: where for message, where in found.items() if any(char.isalpha() for char in _plain(message))}


def _modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)


def _errors() -> Iterator[type[FengqianError]]:
    for path in _modules():
        if path.name != "__main__.py":
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    waiting = [FengqianError]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()


def _said(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = 0 if name in _FIRST else 1 if name in _SECOND else None
            if place is not None and len(node.args) > place:
                yield from _texts(node.args[place])
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id in _TABLES:
                yield from (text for value in node.value.values for text in _texts(value))
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("text", "template", "head"):
            yield from _texts(node.value)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _fields(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def _plain(message: str) -> str:
    return "".join(text for text, _, _, _ in string.Formatter().parse(message))
