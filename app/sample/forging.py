"""What a cheat would hand in: a transcript with one word changed, and one signed anew by invented people.

For the demo and the tests: the verifiers must refuse both.
"""

from vault.dsse import Envelope, sign_envelope
from vault.identity import PrivateIdentity, declare, parse_statement
from vault.ids import PersonId, new_id
from vault.jsontext import Reader, dumps, loads
from vault.randomness import SystemRandomness

_NAME = "transcript"


def changed_transcript(transcript: bytes) -> bytes:
    """Return the transcript with another committee, the old signatures left on it."""
    envelope = Envelope.parse(transcript)
    payload = envelope.payload.replace(b'"confirmed"', b'"declined!"', 1)
    if payload == envelope.payload:
        payload = payload.replace(b'"slot":"1"', b'"slot":"9"', 1)
    return Envelope(envelope.payload_type, payload, envelope.signatures).to_bytes()


def forged_transcript(transcript: bytes) -> bytes:
    """Return the transcript under fresh keys of people who have the true ones' names and roles."""
    envelope = Envelope.parse(transcript)
    record = loads(envelope.payload)
    assert isinstance(record, dict)
    people = [_double(Envelope.of(item)) for item in Reader(record).items("people")]
    record["people"] = [person.statement.to_json() for person in people]
    signers = [person for person in people if person.identity.role.value in ("operator", "supervisor", "station")]
    return sign_envelope(_NAME, dumps(record), signers).to_bytes()


def _double(statement: Envelope) -> PrivateIdentity:
    identity, randomness = parse_statement(statement), SystemRandomness()
    person = PersonId(new_id(identity.valid_from, randomness))
    return declare(person, identity.name, identity.role, identity.organisation, identity.valid_from, randomness)
