"""What each witness said of the row of dice that was shown as theirs (`docs/formats/ceremony.md`, *Compared*)."""

from collections.abc import Sequence
from dataclasses import dataclass

from drawing.verify.document import Entry
from drawing.verify.report import CheckFailedError


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a witness, and the generation of the ceremony whose dice were shown."""

    generation: int
    witness: str
    agrees: bool


def read_answer(entry: Entry) -> Answer:
    """Take a `draw.compared` apart.

    Raises:
        MalformedRecordError: where it has another form.
    """
    body = entry.reader()
    answer = Answer(body.integer("generation", 1), body.text("witness", longest=64), body.boolean("agrees"))
    body.end()
    return answer


def check_compared(entries: Sequence[Entry], witnesses: Sequence[str], generation: int) -> None:
    """Check one generation's answers, and that nothing is revealed before the last of each witness is yes.

    Args:
        entries: the generation's entries, in order.
        witnesses: those of the certificate.
        generation: its number.

    Raises:
        CheckFailedError, MalformedRecordError: naming the entry.
    """
    thrown, agreed = set[str](), dict[str, bool]()
    for entry in entries:
        if entry.kind == "draw.dice_entered":
            thrown.add(entry.reader().text("witness", longest=64))
        elif entry.kind == "draw.compared":
            answer = read_answer(entry)
            _check_answer(entry.place, answer, witnesses, generation)
            if thrown != set(witnesses):
                raise CheckFailedError(entry.place, "a row was compared before all dice were in")
            agreed[answer.witness] = answer.agrees
        elif entry.kind == "draw.seeded":
            for witness in witnesses:
                if not agreed.get(witness, False):
                    problem = "it reveals the sources though {witness} has not confirmed the row shown"
                    raise CheckFailedError(entry.place, problem, witness=witness)


def _check_answer(place: str, answer: Answer, witnesses: Sequence[str], generation: int) -> None:
    if answer.generation != generation:
        raise CheckFailedError(place, "it is not of generation {generation}", generation=generation)
    if answer.witness not in witnesses:
        raise CheckFailedError(place, "{witness} is no witness of the certificate", witness=answer.witness)
