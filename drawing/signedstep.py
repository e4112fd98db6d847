"""A draw's journal entries as signed steps: who stands behind an entry signed it, and it names the one before.

The body of each `draw.*` entry is a DSSE envelope, signed by exactly the people in `by`; its payload says what the
step is, and the SHA-256 of the draw's entry before it (`docs/formats/rounds.md`).  So nobody who has the station's key
alone can add, change or leave out a step.  `steps` takes the envelopes off again; who may sign which step is the
verifier's to check.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from drawing.steps import RecordBrokenError
from vault.dsse import Envelope, Signer, payload_type, sign_envelope
from vault.errors import FengqianError, MalformedRecordError
from vault.ids import DrawId
from vault.journal import Journal
from vault.journalentry import Entry
from vault.jsontext import JsonValue, Reader, dumps
from vault.suite import SUITE, sha256

NAME: Final = "step"


def signed_body(
    draw: DrawId, kind: str, previous: str | None, body: Mapping[str, JsonValue], signers: Sequence[Signer]
) -> Mapping[str, JsonValue]:
    """Return the body of an entry: the step, signed.

    Args:
        draw: the draw's id.
        kind: the entry's kind.
        previous: `digest_of` the draw's entry before, None for its first.
        body: what the step says (`docs/formats/rounds.md`).
        signers: everyone behind it, in the order of the entry's `by`.
    """
    payload = dumps({"v": 1, "suite": SUITE, "draw": draw, "kind": kind, "previous": previous, "body": body})
    return {"step": sign_envelope(NAME, payload, signers).to_json()}


def digest_of(entry: Entry) -> str:
    """Return the digest by which the next step names an entry: SHA-256 of its bytes, hex."""
    return sha256(entry.payload).hex()


def step_of(entry: Entry) -> tuple[Entry, str | None]:
    """Return an entry with the step's own body in the place of the envelope, and the digest that it names.

    Raises:
        RecordBrokenError: where it isn't a step of this draw and kind, or others signed it than stand behind it.
    """
    try:
        body = Reader(entry.body)
        envelope = Envelope.of(body.raw("step"))
        body.end()
        if envelope.payload_type != payload_type(NAME):
            raise MalformedRecordError(where="$.step", problem="not a step")
        if [one.keyid for one in envelope.signatures] != list(entry.by):
            raise MalformedRecordError(where="$.step", problem="signed by others than stand behind it")
        said = Reader.of(envelope.payload)
        said.integer("v", 1, 1)
        said.choice("suite", (SUITE,))
        said.choice("draw", (entry.subject,))
        said.choice("kind", (entry.kind,))
        previous, inner = said.optional_text("previous"), said.raw("body")
        said.end()
        if not isinstance(inner, Mapping):
            raise MalformedRecordError(where="$.body", problem="not an object")
    except FengqianError as error:
        raise RecordBrokenError(index=entry.index, problem=f"{entry.kind} isn't a signed step") from error
    return replace(entry, body=inner), previous


def steps(journal: Journal, draw: DrawId) -> Iterator[Entry]:
    """Return a draw's entries in their order, each with its step's body.

    Raises:
        RecordBrokenError: where one isn't a signed step, or doesn't name the one before it.
    """
    before: str | None = None
    for entry in journal.entries(subject=draw):
        step, previous = step_of(entry)
        if previous != before:
            raise RecordBrokenError(index=entry.index, problem=f"{entry.kind} names another entry as the one before")
        before = digest_of(entry)
        yield step
