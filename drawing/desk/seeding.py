"""From the certificate to the randomness: statement fixed, fingerprint taken away, dice compared, sources revealed.

Each step writes the journal before its effect counts; each can be asked for again after a crash and then does nothing
twice.  Left out: who throws which dice and how they are asked.
"""

from collections.abc import Mapping

from drawing.ceremony import (
    Ceremony,
    fingerprint_of,
    sign_ceremony,
    source_commitment,
    source_values,
    sources_of,
)
from drawing.certificate import certificate_digest
from drawing.custody import dice_context, open_for, seal_for
from drawing.desk.awaiting import WitnessNotAwaitedError, require_all_dice
from drawing.desk.comparing import require_compared
from drawing.desk.station import LARGEST_BOX, LiveDraw, erase_if_there
from drawing.dice import parse_dice, require_different
from drawing.errors import DrawingError
from drawing.order import CHAIN_LENGTH, CODE_LENGTH, chain, randomness_text
from drawing.steps import Step
from vault.box import Box, require_context
from vault.files import read_limited, write_atomic
from vault.jsontext import Reader, dumps
from vault.roles import Act
from vault.suite import commitment, equal


class ChainEndError(DrawingError):
    """Level B without the other machine's chain, or level C with one."""

    code = "drawing.ceremony.chain_end"
    what = "At level {level} the end of the code chain comes from {where}."
    todo = "At level B enter the chain's end from the strip of the other machine; at level C leave it out."


class DiceDiffersError(DrawingError):
    """A hidden entry isn't the one that was journaled."""

    code = "drawing.dice.differs"
    what = "The hidden entry of {witness} is not the one that was entered."
    todo = "Stop the ceremony, keep the station as it is, and call the supervising department."


class LostChainError(DrawingError):
    """The end of a chain whose codes were lost."""

    code = "drawing.ceremony.lost_chain"
    what = "This is the end of the code chain that was lost."
    kept = "The draw stays frozen."
    todo = "Make a new chain on the other machine and enter its end."


def fix(live: LiveDraw, chain_end: bytes | None = None) -> str:
    """Fix sources, order, commitments and the code chain; return the ceremony fingerprint, 26 characters.

    Raises:
        StepRefusedError: unless the draw is frozen.
        ChainEndError: where `chain_end` and the level don't go together.
        LostChainError: where it is that of a chain that was lost.
    """
    live.record.require("Fixing the sources", Step.FROZEN)
    live.present.allow(Act.RUN_CEREMONY, Act.APPROVE_SOURCE)
    certificate, secret = live.record.frozen(), live.secret
    if chain_end in live.record.lost_chains:
        raise LostChainError
    ceremony = Ceremony(
        draw=live.draw,
        generation=live.record.next_generation(),
        certificate=certificate_digest(live.record.certificate_payload),
        level=certificate.level,
        sources=sources_of(certificate, source_commitment(live.draw, secret.station_value)),
        chain_end=_chain_end(certificate.level, secret.chain_secret, chain_end),
        chain_made="elsewhere" if secret.chain_secret is None else "station",
        fixed_at=live.station.clock.now(),
    )
    envelope = sign_ceremony(ceremony, live.signers())
    fingerprint = fingerprint_of(envelope.payload)
    live.write("draw.fixed", {"ceremony": envelope.to_json(), "fingerprint": fingerprint})
    return fingerprint


def _chain_end(level: str, secret: bytes | None, given: bytes | None) -> bytes:
    if secret is not None and given is None:
        return chain(secret, CHAIN_LENGTH)
    if secret is not None or given is None or len(given) != CODE_LENGTH:
        raise ChainEndError(level=level, where="another machine" if secret is None else "this station")
    return given


def enter_dice(live: LiveDraw, witness: str, text: str) -> None:
    """Take a witness's entry and hide it until all are in.

    Raises:
        DiceRefusedError: for an entry that isn't a row of dice, or is another witness's.
        WitnessNotAwaitedError: where that witness's entry isn't awaited.
        StepRefusedError: unless the sources are fixed.
    """
    live.record.require("Entering dice", Step.FIXED)
    if witness not in live.record.missing_dice():
        raise WitnessNotAwaitedError(witness=witness)
    digits = parse_dice(witness, text)
    known = {name: _hidden(live, name)[1] for name in live.record.dice}
    require_different({**known, witness: digits})
    nonce = live.station.randomness.take(32)
    generation = live.record.fixed().generation
    box = seal_for(
        dumps({"nonce": nonce.hex(), "digits": digits}),
        dice_context(live.draw, witness, generation),
        live.holders(),
        [live.station.signer],
        live.station.randomness,
    )
    write_atomic(live.folder.dice(witness), box)
    committed = commitment("dice", nonce, digits.encode("ascii"))
    live.write("draw.dice_entered", {"witness": witness, "commitment": committed.hex()})


def dice_shown(live: LiveDraw) -> dict[str, str]:
    """Return every witness's 20 digits, to be compared, in their order; only once all are in.

    Raises:
        DiceMissingError: before all dice are in.
        DiceDiffersError: where a hidden entry was exchanged.
    """
    return {name: digits for name, (_, digits) in _all_hidden(live).items()}


def seed(live: LiveDraw) -> str:
    """Reveal every source together and fix the randomness; return it.

    Raises:
        StepRefusedError: unless the sources are fixed.
        DiceMissingError: before all dice are in.
        DiceDiffersError: where a hidden entry was exchanged.
        NotComparedError: where a witness hasn't confirmed their row.
    """
    hidden = _all_hidden(live)
    require_compared(live)
    dice: Mapping[str, str] = {name: digits for name, (_, digits) in hidden.items()}
    values = source_values(live.record.fixed(), live.record.ceremony_payload, live.secret.station_value, dice)
    randomness = randomness_text(values)
    live.write(
        "draw.seeded",
        {
            "generation": live.record.fixed().generation,
            "values": list(values),
            "nonces": {name: nonce.hex() for name, (nonce, _) in hidden.items()},
            "randomness": randomness,
        },
    )
    for name in hidden:
        erase_if_there(live.folder.dice(name))
    return randomness


def _all_hidden(live: LiveDraw) -> dict[str, tuple[bytes, str]]:
    live.record.require("Revealing the sources", Step.FIXED)
    require_all_dice(live)
    return {name: _hidden(live, name) for name in live.record.frozen().witnesses}


def _hidden(live: LiveDraw, witness: str) -> tuple[bytes, str]:
    box = Box.parse(read_limited(live.folder.dice(witness), LARGEST_BOX))
    require_context(box, dice_context(live.draw, witness, live.record.fixed().generation))
    reader = Reader.of(open_for(box, live.present.keys))
    nonce, digits = reader.hex_bytes("nonce", 32), reader.text("digits")
    committed = commitment("dice", nonce, digits.encode("ascii")).hex()
    if not equal(committed.encode("ascii"), live.record.dice[witness].encode("ascii")):
        raise DiceDiffersError(witness=witness)
    return nonce, digits
