"""The verifier shares only primitives with the draw, so that one mistake can't be made twice."""

import ast
from pathlib import Path

import drawing.verify

ROOM = Path(drawing.verify.__file__).parent
PRIMITIVES = {
    "drawing.errors",
    *(f"vault.{name}" for name in ("base32", "dsse", "errors", "identity", "ids", "jsontext", "merkle", "note")),
    *(f"vault.{name}" for name in ("roles", "suite", "times")),
}
RULES_OF_BANK_AND_REQUEST = {
    *(f"drawing.{name}" for name in ("bank", "bankfile", "eligibility", "employer", "expert", "mapping")),
    *(f"drawing.{name}" for name in ("request", "request_form", "specialty")),
}

AUDITORS = {"audit.py", "audit_rechecks.py"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names if node.module in ("vault", "drawing", "drawing.verify") else {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("vault", "drawing")}


def test_only_primitives_are_shared() -> None:
    for path in sorted(ROOM.glob("*.py")):
        allowed = PRIMITIVES | (RULES_OF_BANK_AND_REQUEST if path.name in AUDITORS else set())
        strange = {name for name in imports(path) - allowed if not name.startswith("drawing.verify")}
        assert strange == set(), path.name
