"""A sealed list rechecked against bidders who became known after the draw, without showing anybody.

Order: the list is opened in memory by two who hold it; look-alike employers are shown, those of the whole pool, so that
what is shown tells nothing of the list; a box with the bidders is written; the journal names it.  Where nobody is in
conflict, that is a bidders' box, and the list stays sealed as it is.  Otherwise it is the pool's box, made again, and
the draw is filling once more.  A crash before the entry leaves the list sealed, one after it the new box in force.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from drawing.bidders import employers_alike, recheck_of
from drawing.certificate import request_of
from drawing.custody import (
    Confirmed,
    Recheck,
    SealedList,
    bidders_bytes,
    bidders_context,
    holder_of,
    seal_for,
)
from drawing.desk.filling import in_conflict, vacating
from drawing.desk.opening import make_pool
from drawing.desk.station import LiveDraw
from drawing.eligibility import sought_prefixes
from drawing.employer import EmployerMatch
from drawing.errors import DrawingError
from drawing.steps import Step
from vault.box import Box
from vault.files import write_atomic
from vault.identity import Identity
from vault.jsontext import JsonValue
from vault.roles import Act
from vault.suite import commitment


class HolderMissingError(DrawingError):
    """Somebody holds the sealed list whose keys aren't known here."""

    code = "drawing.recheck.holder"
    what = "The sealed list has a holder whom this station doesn't know."
    kept = "The list stays sealed as it is; nothing was rechecked."
    todo = "Call the auditor: everybody who holds a list was known here when it was sealed."


def open_unseen(live: LiveDraw) -> SealedList:
    """Open the sealed list in memory for a recheck; nothing of it may be shown or written.

    Raises:
        StepRefusedError: unless the draw is sealed.
        BoxDiffersError: where the box on the disk isn't the journal's; the box's own refusals otherwise.
    """
    live.record.require("Rechecking a list", Step.SEALED)
    live.present.allow(Act.RECHECK_LIST, Act.APPROVE_RECHECK)
    return live.open_list()


def look_alikes(live: LiveDraw, sealed: SealedList, bidders: Sequence[str]) -> tuple[EmployerMatch, ...]:
    """Return employers of the whole pool, drawn or not, that look like a bidder, for the supervisor to confirm."""
    secret = sealed.secret
    request = request_of(live.record.frozen(), secret.project, secret.sealed)
    return employers_alike(bidders, live.station.bank.experts_for(secret.bank, sought_prefixes(request)))


def recheck(
    live: LiveDraw,
    sealed: SealedList,
    bidders: Sequence[str],
    confirmed: Iterable[Confirmed],
    known: Iterable[Identity],
) -> tuple[str, ...]:
    """Let everybody on the list who is in conflict with a bidder fall free; return the slots, none where nobody is.

    Args:
        live: the draw.
        sealed: the list as `open_unseen` gave it.
        bidders: names as `read_bidders` gives them.
        confirmed: the look-alikes that the supervisor confirmed to be one employer.
        known: everybody whom the station knows; those who hold the list will hold the bidders' box.

    Raises:
        StepRefusedError: unless the draw is sealed.
        HolderMissingError: where a holder of the list isn't among those known.
    """
    live.record.require("Rechecking a list", Step.SEALED)
    live.present.allow(Act.RECHECK_LIST, Act.APPROVE_RECHECK)
    made = recheck_of(bidders, confirmed, live.station.randomness)
    secret = replace(sealed.secret, rechecks=(*sealed.secret.rechecks, made))
    slots = in_conflict(live, secret, ((member.slot, member.id) for member in sealed.members))
    body: dict[str, JsonValue] = {
        "recheck": len(live.record.rechecks) + 1,
        "names": len(made.bidders),
        "bidders": commitment("bidders", made.nonce, made.committed()).hex(),
    }
    if not slots:
        live.write("draw.rechecked", {**body, "box": None, "kept": _keep(live, made, known)})
        return ()
    box = make_pool(live, secret)
    live.write_all([("draw.rechecked", {**body, "box": box, "kept": None}), *vacating(slots)])
    live.tidy()
    live.take_secret(secret)
    return slots


def _keep(live: LiveDraw, made: Recheck, known: Iterable[Identity]) -> str:
    """Write the bidders' box for all who hold the list; return its digest."""
    number, people = len(live.record.rechecks) + 1, {identity.keyid: identity for identity in known}
    holders = live.list_box().holders
    if any(keyid not in people for _, _, keyid in holders):
        raise HolderMissingError
    content = seal_for(
        bidders_bytes(made),
        bidders_context(live.draw, number),
        [holder_of(role, people[keyid]) for role, _, keyid in holders],
        live.signers(),
        live.station.randomness,
    )
    digest, path = Box.parse(content).digest, live.folder.bidders(number)
    write_atomic(path, content)
    live.open_box(path, digest, bidders_context(live.draw, number))  # from the disk, before the journal names it
    return digest
