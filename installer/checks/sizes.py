"""Files stay under 400 lines and functions under 60: past that they are split."""

import ast
from collections.abc import Iterator

from installer.checks.wording import ROOMS, ROOT

LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def findings() -> Iterator[str]:
    """Name what is too long."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            text, name = path.read_text("utf-8"), path.relative_to(ROOT)
            if text.count("\n") > LONGEST_FILE:
                yield f"{name}: {text.count(chr(10))} lines"
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    lines = (node.end_lineno or node.lineno) - node.lineno + 1
                    if lines > LONGEST_FUNCTION:
                        yield f"{name}:{node.lineno} {node.name}: {lines} lines"
