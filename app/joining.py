"""How a person comes to a station: announced in the journal, then their file, then `people.added`.

The announcement holds the digest of the statement, the entry `people.added` the statement itself.  When a station is
opened, each file of a person must be the one that an entry names: that of `people.added`, or, where the program died in
between, of an announcement, whose adding is then journaled under the same people.  Any other file was put there by
somebody else; the station refuses to open beside it, and its keys are never used.
"""

from app.errors import AppError
from vault.dsse import Envelope
from vault.identity import STATEMENT, Identity
from vault.journal import Journal
from vault.journalentry import Entry
from vault.jsontext import JsonValue, Reader
from vault.people import PeopleStore
from vault.suite import digest

ANNOUNCED, ADDED = "people.announced", "people.added"


class StrangeKeyError(AppError):
    """A file of the folder of people holds keys that the journal doesn't know."""

    code = "app.people.strange"
    what = "The file {name} in the folder of people holds keys of {person} that the journal doesn't know."
    kept = "These keys are not used, and nothing was changed."
    todo = "Take the file out of the folder, keep it for the auditor, and find out who put it there."


class MissingPersonError(AppError):
    """Somebody whom the journal knows has no file."""

    code = "app.people.missing"
    what = "The file of {person} is missing from the folder of people, though the journal knows them."
    kept = "Nothing was changed."
    todo = "Put the folder of people back as it was, and find out who took the file away."


def announce_person(journal: Journal, identity: Identity, by: tuple[str, ...] = ()) -> None:
    """Journal that somebody is about to be added; `by` are the key ids of those who do it."""
    body: dict[str, JsonValue] = {"keyid": identity.keyid, "statement_digest": identity.digest.hex()}
    journal.append(ANNOUNCED, identity.person, body, by)


def journal_person(people: PeopleStore, journal: Journal, identity: Identity, by: tuple[str, ...] = ()) -> None:
    """Journal that somebody was added, with their statement; `by` are the key ids of those who did it."""
    body: dict[str, JsonValue] = {
        "role": identity.role.value,
        "keyid": identity.keyid,
        "statement": people.statement(identity.person).to_json(),
    }
    journal.append(ADDED, identity.person, body, by)


def settle_people(people: PeopleStore, journal: Journal) -> None:
    """Check every person's file against the journal, and finish an adding that was cut off.

    Raises:
        StrangeKeyError: naming a file that no entry names.
        MissingPersonError: naming somebody who was added and has no file.
        PersonDamagedError, SameIdentityError: as `PeopleStore.list`.
    """
    added = {entry.subject: _added_statement(entry) for entry in journal.entries(kind=ADDED)}
    announced = {entry.subject: entry for entry in journal.entries(kind=ANNOUNCED)}
    there = people.list()
    for person in added.keys() - {identity.person for identity in there}:
        raise MissingPersonError(person=Reader.of(added[person]).text("name"))
    for identity in there:
        entry = announced.get(identity.person)
        if identity.person in added:
            known = digest(STATEMENT, added[identity.person]) == identity.digest
        else:
            known = entry is not None and _announced_digest(entry) == identity.digest
        if not known:
            raise StrangeKeyError(name=people.file_of(identity.person), person=identity.name)
        if identity.person not in added and entry is not None:
            journal_person(people, journal, identity, entry.by)


def _added_statement(entry: Entry) -> bytes:
    return Envelope.of(Reader(entry.body).raw("statement")).payload


def _announced_digest(entry: Entry) -> bytes:
    return Reader(entry.body).hex_bytes("statement_digest", 32)
