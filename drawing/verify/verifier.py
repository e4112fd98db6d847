"""`fengqian verify`: a transcript checked from beginning to end, and what was found.

Written from `docs/formats/` alone: of the draw's own modules only the family of errors is shared, and for the auditor
the rule of bank and request.  The order is that of `docs/formats/transcript.md`; after the first check that fails the
rest isn't looked at.  Whatever bytes come in, a report comes out.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NoReturn, TypeVar

from drawing.verify import audit as auditing
from drawing.verify.audit_rechecks import check_freed, check_opened, check_pseudonyms
from drawing.verify.authenticity import check_anchor, check_fingerprint, check_keys
from drawing.verify.certificate import RELATIONS, Certificate, check_approval, check_certificate, read_certificate
from drawing.verify.compared import read_answer
from drawing.verify.custody import broken_rules, check_custody
from drawing.verify.document import Document, read_document
from drawing.verify.fairness import check_fairness
from drawing.verify.journal import check_journal, check_steps
from drawing.verify.loss import read_loss
from drawing.verify.openings import check_openings
from drawing.verify.people import People, are_apart, read_keys, read_people, require_apart
from drawing.verify.replay import Replay, check_committee
from drawing.verify.report import (
    EXIT_AUTHENTIC,
    EXIT_UNAUTHENTICATED,
    EXIT_WRONG,
    CheckFailedError,
    Line,
    State,
    VerifyReport,
)
from drawing.verify.seed import Generation, RoundSeed, check_codes, check_seed
from drawing.verify.steps import check_signed
from drawing.verify.table import Table, check_table
from vault import base32
from vault.errors import FengqianError
from vault.roles import Role

T = TypeVar("T")
Facts = tuple[tuple[str, str | tuple[str, ...]], ...]
_AT_ONCE: Final = ("confirmed", "declined", "wrong_number")
_FEW_CALLS: Final = 3
_DISPUTED: Final = "a witness said no to the row shown; witness, generation"
_UNFORESEEN: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)

# Check → what is true once it has passed.
CHECKS: Final = {
    "given keys": "The identity statements that were given are sound.",
    "file": "The file is a transcript, and every part has its form.",
    "people": "Every identity statement in it is signed by its owner.",
    "signatures": "The station and an operator and a supervisor who hold the list signed it.",
    "journal": "Every entry stands in the journal that the station signed, which continues the certificate's head.",
    "signed steps": "Everybody behind an entry signed it, and each entry names the one before it: none is left out.",
    "steps": "The entries follow one another as a draw's do.",
    "certificate": "The certificate is signed by the three, of two organisations, and agrees with everything else.",
    "approval": "Supervisors signed the narrowing report before the freeze.",
    "table": "The label table is well formed and is the frozen one.",
    "seed": "The sources are the fixed ones, met their commitments, and give the randomness.",
    "codes": "Each round's code is the next of the chain that was committed to.",
    "rounds": "Every round, answer and promotion is what the rule gives, and none is missing.",
    "committee": "The committee is the one at the end of the rounds.",
    "openings": "What was opened is what the certificate commits to.",
    "fairness": "The chances are those of the table, and the stated sample comes out again.",
    "custody": "The list was sealed once the draw ended, and opened as it had to be.",
    "keys": "Everybody who signed is one of the people whose keys were given.",
    "anchor": "The journal continues the head that was taken home: this is that station's record.",
    "fingerprint": "This is the ceremony whose fingerprint was taken home before any source was revealed.",
    "auditor's form": "The auditor's form is this transcript's: its ids are the labels', its openings the committed.",
    "narrowing": "The narrowing report is the one that was approved.",
    "request": "The request's parts belong together.",
    "rechecks": "Bidders of rechecks are the committed ones, and members whom they employ fell free.",
    "bank": "The bank is the frozen one, and every verdict in the table is what the rules say.",
}
_ALWAYS: Final = tuple(CHECKS)[1:17]
_GIVEN: Final = "given keys"


class _StoppedError(Exception):
    """A check failed, and the rest isn't looked at."""


class _Checks:
    """The lines so far."""

    def __init__(self, planned: tuple[str, ...]) -> None:
        self._planned = planned
        self.lines: list[Line] = []

    def run(self, check: str, act: Callable[[], T]) -> T:
        """Make one check; whatever it raises becomes a line, and stops."""
        try:
            result = act()
        except CheckFailedError as error:
            self._fail(check, Line(check, State.WRONG, error.problem, error.place, error.details))
        except FengqianError as error:
            self._fail(check, Line(check, State.WRONG, error.what, "", error.details))
        except _UNFORESEEN as error:
            # nothing that was believed so far can do this; hostile bytes get a refusal and not a traceback
            details = {"kind": type(error).__name__}
            self._fail(check, Line(check, State.WRONG, "it can't be carried out ({kind})", "", details))
        self.lines.append(Line(check, State.RIGHT, CHECKS[check]))
        return result

    def _fail(self, check: str, line: Line) -> NoReturn:
        self.lines.append(line)
        rest = self._planned[self._planned.index(check) + 1 :]
        self.lines += [Line(one, State.UNCHECKED, CHECKS[one]) for one in rest]
        raise _StoppedError


class _Examination:
    """One transcript under examination: what is known of it as far as the checks have come."""

    def __init__(self, file: bytes, checks: _Checks, columns: bytes | None) -> None:
        self.file = file
        self.columns = columns
        self.checks = checks
        self.people: People | None = None
        self.facts: Facts = ()

    def run(
        self,
        keys: bytes | None,
        anchor: bytes | None,
        fingerprint: str | None,
        audit: bytes | None,
        bank: Path | None,
    ) -> None:
        """Make every check that was planned, in its order."""
        run, file = self.checks.run, self.file
        known = run(_GIVEN, lambda: read_keys(keys)) if keys is not None else None
        document = run("file", lambda: read_document(file))
        people = run("people", lambda: read_people(document.people, known.everyone() if known else ()))
        self.people = people
        certificate = run("signatures", lambda: _signed(document, people))
        station = people.keys[certificate.station_key]
        log = run("journal", lambda: check_journal(document, certificate.head, station))
        run("signed steps", lambda: check_signed(document, people))
        run("steps", lambda: check_steps(document.entries))
        run("certificate", lambda: check_certificate(document, certificate, people))
        approval = run("approval", lambda: check_approval(document, people))
        quotas = len(certificate.quotas)
        table = run("table", lambda: check_table(document.table, quotas, certificate.table_root))
        generations = run("seed", lambda: check_seed(document, certificate, people))
        seeds = run("codes", lambda: check_codes(document, generations))
        replay = run("rounds", lambda: _replayed(document, certificate, table, seeds))
        run("committee", lambda: check_committee(document, replay))
        run("openings", lambda: check_openings(document, certificate))
        run("fairness", lambda: check_fairness(document.fairness, certificate, table))
        run("custody", lambda: check_custody(document, certificate, people))
        said = partial(_facts, document, certificate, replay, generations)
        self.facts = said(None)
        if known is not None:
            run("keys", lambda: check_keys(people, known, certificate.station_key))
        if anchor is not None:
            run("anchor", lambda: check_anchor(anchor, log, station))
        if fingerprint is not None:
            number = run("fingerprint", lambda: check_fingerprint(fingerprint, generations))
            self.facts = said(number)
        if audit is not None:
            form = run("auditor's form", lambda: _audited(file, document, certificate, table, audit))
            run("narrowing", lambda: auditing.check_narrowing(document, certificate, form, approval))
            request = run("request", lambda: auditing.request_of(document, certificate, form))
            run("rechecks", lambda: _rechecked(document, form, table, replay))
            if bank is not None:
                behind = partial(auditing.check_bank, bank, request, table, form, self.columns)
                run("bank", lambda: check_freed(form.rechecks, behind(), table, replay))
        elif bank is not None:
            run("bank", _without_form)


def _signed(document: Document, people: People) -> Certificate:
    certificate = read_certificate(document)
    needed = {certificate.station_key: Role.STATION, **_list_holders(document, people)}
    people.require_signed(document.envelope, "transcript", needed, document.made_at, "transcript")
    return certificate


def _list_holders(document: Document, people: People) -> dict[str, Role]:
    """Return an operator and a supervisor of two organisations who hold the last sealed list and signed."""
    sealed = document.entries_of("draw.sealed")[-1:]
    held = {holder.text("keyid") for entry in sealed for holder in entry.reader().readers("holders")}
    signed = [one.keyid for one in document.envelope.signatures if one.keyid in held and one.keyid in people]
    identities = [people.identity(keyid, "transcript") for keyid in signed]
    operators = [one for one in identities if one.role is Role.OPERATOR]
    supervisors = [one for one in identities if one.role is Role.SUPERVISOR]
    if not operators or not supervisors:
        raise CheckFailedError("transcript", "it is not signed by an operator and a supervisor who hold the list")
    pairs = [(one, other) for one in operators for other in supervisors]
    operator, supervisor = next((pair for pair in pairs if are_apart(*pair)), pairs[0])
    require_apart(operator, supervisor, "transcript")
    return {operator.keyid: Role.OPERATOR, supervisor.keyid: Role.SUPERVISOR}


def _replayed(document: Document, certificate: Certificate, table: Table, seeds: Sequence[RoundSeed]) -> Replay:
    replay = Replay(document, certificate, table, seeds)
    replay.run()
    return replay


def _audited(file: bytes, document: Document, certificate: Certificate, table: Table, data: bytes) -> auditing.Audit:
    form = auditing.read_audit(data)
    auditing.check_audit(file, document, certificate, table, form)
    return form


def _rechecked(document: Document, form: auditing.Audit, table: Table, replay: Replay) -> None:
    check_opened(document, form.rechecks)
    check_pseudonyms(form.rechecks, form.salt, table, replay)


def _without_form() -> None:
    raise CheckFailedError("bank", "verdicts can be checked only with the auditor's form")


def _hasty(document: Document) -> int:
    """Count the slots that were given up as not reached after fewer than three calls."""
    bodies = [entry.reader() for entry in document.entries_of("draw.answered")]
    return sum(body.text("outcome") not in _AT_ONCE and body.integer("attempts") < _FEW_CALLS for body in bodies)


def _facts(
    document: Document,
    certificate: Certificate,
    replay: Replay,
    generations: Sequence[Generation],
    given: int | None,
) -> Facts:
    """Return what people should read beside the checks: names of facts and values, both message ids or plain.

    `given` is the generation whose fingerprint was given.  Dice stand in groups of five, as receipts have them.
    """
    early = [entry for entry in document.entries_of("draw.opened") if entry.body.get("early")]
    facts: list[tuple[str, str | tuple[str, ...]]] = [
        ("serial", certificate.serial),
        ("centre", certificate.centre),
        ("level", certificate.level),
        ("rounds", str(replay.rounds)),
        ("members", str(sum(not slot.startswith("R") for slot, _ in replay.committee()))),
        ("open principal slots", str(sum(replay.open_counts(reserve=False)))),
        ("previews of live counts", str(len(document.entries_of("draw.previewed")))),
        ("calls dialled by hand", str(replay.by_hand)),
        ("not reached, after fewer than 3 calls", str(_hasty(document))),
        ("bank changes in the 7 days before", str(certificate.bank_changes[1])),
    ]
    for entry in document.entries_of("draw.lost"):
        loss = read_loss(entry, document.draw)
        lost = ", ".join(name.removeprefix("witness:") for name in loss.lost)
        told = f"generation {loss.generation}: {lost}; reason: {loss.reason}; known to: {loss.known_to}"
        facts.append(("lost and replaced", told))
    facts += [
        ("related ceremony", (serial, state, RELATIONS[relation])) for serial, state, relation in certificate.ceremonies
    ]
    answers = map(read_answer, document.entries_of("draw.compared"))
    facts += [(_DISPUTED, (one.witness, str(one.generation))) for one in answers if not one.agrees]
    vacated = [entry.reader() for entry in document.entries_of("draw.vacated")]
    facts += [("vacated", (body.text("slot"), body.text("reason"))) for body in vacated]
    broken = [broken_rules(entry) for entry in document.entries_of("draw.sealed")]
    facts += [("rules that the sealed committee broke", rules) for rules in broken if rules]
    looks = [(look.entry, len(look.freed)) for look in replay.looks if look.entry.kind == "draw.rechecked"]
    facts += [("rechecked against bidders", f"{e.body.get('names')} names, {n} fell free") for e, n in looks]
    facts += [("opened early", str(entry.body.get("reason"))) for entry in early]
    facts += [("put back to filling", str(e.body.get("reason"))) for e in document.entries_of("draw.reentered")]
    for one in generations:
        last, mark = one is generations[-1], base32.fingerprint(one.fingerprint)
        facts.append(("ceremony fingerprint", mark if last else (mark, "replaced later")))
        facts += [("dice", (witness, base32.groups(digits, 5))) for witness, digits in one.dice]
        if one.number == given:
            number = str(one.number)
            facts.append(("generation of the given fingerprint", number if last else (number, "replaced later")))
    if certificate.sample:
        facts.insert(0, ("sample centre", "nothing here is a real draw"))
    return tuple(facts)


def verify_transcript(
    file: bytes,
    keys: bytes | None = None,
    anchor: bytes | None = None,
    fingerprint: str | None = None,
    audit: bytes | None = None,
    bank: Path | None = None,
    columns: bytes | None = None,
) -> VerifyReport:
    """Verify a transcript file; never raises, whatever the bytes are.

    Args:
        file: the transcript's bytes.
        keys: identity statements that the verifier got another way.
        anchor: a head of the station's journal, a signed note, that somebody took home.
        fingerprint: the ceremony fingerprint of a receipt, 26 or 52 base32 characters.
        audit: the opened auditor's form.
        bank: the bank's source file; only with `audit`.
        columns: the mapping file (`docs/formats/bank.md`) that the import had; what it leaves out is guessed.
    """
    planned = _planned(keys, anchor, fingerprint, audit, bank)
    checks = _Checks(planned)
    examination = _Examination(file, checks, columns)
    try:
        examination.run(keys, anchor, fingerprint, audit, bank)
        authentic = any(given is not None for given in (keys, anchor, fingerprint))
        code = EXIT_AUTHENTIC if authentic else EXIT_UNAUTHENTICATED
    except _StoppedError:
        code = EXIT_WRONG
    signers = examination.people.signers() if examination.people is not None else ()
    return VerifyReport(tuple(checks.lines), code, signers, examination.facts)


def _planned(*given: object) -> tuple[str, ...]:
    keys, anchor, fingerprint, audit, bank = (one is not None for one in given)
    extra = ("auditor's form", "narrowing", "request", "rechecks") if audit else ()
    return (
        *((_GIVEN,) if keys else ()),
        *_ALWAYS,
        *(name for name, wanted in (("keys", keys), ("anchor", anchor), ("fingerprint", fingerprint)) if wanted),
        *extra,
        *(("bank",) if bank else ()),
    )
