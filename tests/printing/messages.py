"""Collects the message ids of the room from its source."""

import ast
from pathlib import Path

ROOM = Path(__file__).parents[2] / "printing"


def message_ids() -> list[str]:
    """Return every message id of printing: what is said, what is marked, and the sentences of its errors."""
    found: list[str] = []
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found += _said(node) + _of_error(node)
    return list(dict.fromkeys(found))


def _said(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return []
    name, message = getattr(node.func, "attr", getattr(node.func, "id", "")), node.args[0].value
    return [message] if name in ("say", "marked") and isinstance(message, str) else []


def _of_error(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.ClassDef) or not node.name.endswith("Error"):
        return []
    return [
        item.value.value
        for item in node.body
        if isinstance(item, ast.Assign)
        and getattr(item.targets[0], "id", "") in ("what", "kept", "todo")
        and isinstance(item.value, ast.Constant)
        and isinstance(item.value.value, str)
    ]
