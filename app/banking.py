"""A checked bank is taken over by its keeper and a supervisor, in one transaction with its journal entry."""

from app.composition import Station
from drawing.bank import BankCheck
from drawing.bank_difference import BankDifference
from drawing.bankstore import Acceptance, BankVersion
from vault.database import writing
from vault.identity import PrivateIdentity
from vault.ids import BankId, new_id
from vault.jsontext import JsonValue
from vault.randomness import SystemRandomness
from vault.roles import Act, require
from vault.suite import digest


def accept(
    station: Station,
    found: BankCheck,
    difference: BankDifference | None,
    keeper: PrivateIdentity,
    supervisor: PrivateIdentity,
) -> BankVersion:
    """Take a clean check over as the newest version, in one transaction with its journal entry.

    Raises:
        NotAllowedError: where the two haven't these roles.
        BankRefusedError: where the check isn't clean.
        BankMovedError, BankUnchangedError: where there is nothing to take over, or another version came between.
    """
    require(keeper.identity.role, Act.KEEP_BANK)
    require(supervisor.identity.role, Act.APPROVE_BANK)
    now, people = station.clock.now(), (keeper.keyid, supervisor.keyid)
    accepted = digest("bank-acceptance", found.report.digest, difference.digest if difference else b"")
    current = current_version(station)
    id_ = BankId(new_id(now, SystemRandomness()))
    with writing(station.engine) as connection:
        version = station.bank.import_version(
            found.bank,
            id_,
            Acceptance(now, accepted, people),
            over=current.id if current else None,
            connection=connection,
        )
        body: dict[str, JsonValue] = {
            "number": version.number,
            "root": version.root.hex(),
            "experts": version.experts,
            "added": version.added,
            "removed": version.removed,
            "changed": version.changed,
            "accepted": accepted.hex(),
        }
        station.journal.append("bank.imported", id_, body, people, connection=connection)
    return version


def current_version(station: Station) -> BankVersion | None:
    """Return the version in force, or None before the first."""
    known = station.bank.versions()
    return known[-1] if known else None
