"""A lost source or chain: with a second supervisor's word everything that the sources give is made anew.

Order: the pool's box is made again with a fresh station value (and chain, at C) beside the one in force; the journal
takes the signed replacement, which names it; then the new box takes the old one's place.  A crash before the entry
leaves the old box in force, one after it leaves a box that `LiveDraw.take_next_pool` puts into place.
"""

from collections.abc import Sequence
from dataclasses import replace as changed

from drawing.ceremony import fingerprint_digest
from drawing.custody import PoolSecret
from drawing.desk.station import LiveDraw
from drawing.errors import DrawingError
from drawing.replacement import (
    LONGEST_WORDS,
    Replacement,
    ReplacementWordsError,
    replaceable,
    require_replaceable,
    sign_replacement,
)
from drawing.steps import Step
from vault.box import Box
from vault.files import write_atomic
from vault.identity import PrivateIdentity, check_valid
from vault.roles import Act


class ReplacementApprovalError(DrawingError):
    """A replacement isn't approved as it must be."""

    code = "drawing.replacement.second_supervisor"
    what = "Replacing a lost source or chain needs a supervisor other than the one who is present."
    kept = "The ceremony stays as it is."
    todo = "Let a second supervisor unlock their key."


def can_replace(live: LiveDraw) -> tuple[str, ...]:
    """Return what can be said to be lost as the draw stands: `chain` and `witness:NAME`.

    Raises:
        StepRefusedError: unless sources are fixed and the draw isn't full.
    """
    live.record.require("Replacing a source", Step.FIXED, Step.SEEDED, Step.FILLING)
    certificate = live.record.frozen()
    return replaceable(certificate.witnesses, certificate.level, seeded=live.record.step is not Step.FIXED)


def replace(live: LiveDraw, second: PrivateIdentity, lost: Sequence[str], known_to: str, reason: str) -> int:
    """Put the draw back to frozen with fresh secrets; return the generation of the ceremony to come.

    Raises:
        StepRefusedError: unless sources are fixed and the draw isn't full.
        ReplacementRefusedError, ReplacementWordsError: for what can't be lost now, or isn't explained.
        ReplacementApprovalError: where the second one is the supervisor present.
        VaultError: where the second one is no supervisor, or is of the operator's organisation.
    """
    require_replaceable(lost, can_replace(live))
    known_to, reason = known_to.strip(), reason.strip()
    if not all(0 < len(words) <= LONGEST_WORDS for words in (known_to, reason)):
        raise ReplacementWordsError
    live.present.allow(Act.RUN_CEREMONY, Act.APPROVE_SOURCE)
    now = live.station.clock.now()
    check_valid(second.identity, now)
    if not live.present.is_second(second, Act.APPROVE_SOURCE):
        raise ReplacementApprovalError
    secret = _fresh(live)
    box = live.seal_pool(secret)
    replacement = Replacement(
        draw=live.draw,
        generation=live.record.next_generation(),
        ceremony=fingerprint_digest(live.record.ceremony_payload),
        lost=tuple(lost),
        known_to=known_to,
        reason=reason,
        box=Box.parse(box).digest,
        at=now,
    )
    operator, supervisor, _station = live.signers()
    envelope = sign_replacement(replacement, [operator, supervisor, second])
    write_atomic(live.folder.next_pool, box)
    live.write(
        "draw.lost",
        {"replacement": envelope.to_json(), "approved_by": second.keyid},
        second,
    )
    live.take_next_pool()
    live.take_secret(secret)
    live.tidy()
    return replacement.generation


def _fresh(live: LiveDraw) -> PoolSecret:
    take, secret = live.station.randomness.take, live.secret
    chain_secret = None if secret.chain_secret is None else take(32)
    return changed(secret, station_value=take(32).hex(), chain_secret=chain_secret)
