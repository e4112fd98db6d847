"""Every entry of a draw as a signed step (`docs/formats/rounds.md`): who signed it, and the entry before."""

from drawing.verify.document import Document, Entry
from drawing.verify.people import People, require_apart
from drawing.verify.report import CheckFailedError
from vault.roles import Role
from vault.suite import sha256

_POOL_MADE = ("draw.frozen", "draw.lost", "draw.reentered", "draw.rechecked")


def check_signed(document: Document, people: People) -> None:
    """Check that each entry names the one before it, and that exactly those behind it signed it, in their roles.

    Raises:
        CheckFailedError, SignatureError: naming the entry.
    """
    before: str | None = None
    pair: tuple[str, ...] | None = None
    for entry in document.entries:
        if entry.previous != before:
            raise CheckFailedError(entry.place, "it does not name the entry before it: one is missing or another's")
        before = sha256(entry.payload).hex()
        _check_signers(entry, people)
        if entry.kind in _POOL_MADE and entry.body.get("box", "") is not None:
            pair = entry.by[:2]
        elif pair is not None and entry.by[:2] != pair:
            raise CheckFailedError(entry.place, "it is not by the operator and the supervisor who hold the pool's box")
        if entry.kind == "draw.sealed":
            pair = None


def _check_signers(entry: Entry, people: People) -> None:
    if tuple(one.keyid for one in entry.step.signatures) != entry.by:
        raise CheckFailedError(entry.place, "it is signed by others than stand behind it")
    seconds = _seconds(entry)
    if len(entry.by) != (1 if entry.kind == "draw.prepared" else 2 + len(seconds)) or entry.by[2:] != seconds:
        raise CheckFailedError(entry.place, "it is not by the people whom such an entry asks for")
    roles = (Role.OPERATOR, Role.SUPERVISOR, Role.SUPERVISOR)
    people.require_signed(entry.step, "step", dict(zip(entry.by, roles, strict=False)), entry.at, entry.place)
    operator, *supervisors = (people.identity(keyid, entry.place) for keyid in entry.by)
    for supervisor in supervisors:
        require_apart(operator, supervisor, entry.place)
    if len({supervisor.person for supervisor in supervisors}) != len(supervisors):
        raise CheckFailedError(entry.place, "one person stands behind it as two supervisors")


def _seconds(entry: Entry) -> tuple[str, ...]:
    """Return the key ids of the second supervisors who approved a step, by its own word."""
    body = entry.reader()
    if entry.kind in ("draw.lost", "draw.reentered") or (entry.kind == "draw.opened" and body.boolean("early")):
        approver = body.optional_text("approved_by")
        return () if approver is None else (approver,)
    # the first who approved a narrowing report is the supervisor who stands behind the entry
    return body.texts("approved_by")[1:] if entry.kind == "draw.narrowed" else ()
