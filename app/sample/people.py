"""The sample centre's people: their PINs, their dice, and their answers to the program's questions, by id.

They answer through the same port as a person at a terminal, and each PIN is checked as always.
"""

from collections.abc import Callable, Mapping

from app.cli.prompts import Wording
from app.errors import AnswersEndedError
from vault.randomness import Randomness

Answer = str | Callable[[], str]
FACES = "123456"


def throw_dice(randomness: Randomness) -> str:
    """Throw 20 dice: bytes from 0 to 251 only, so that each face is equally likely."""
    faces: list[str] = []
    while len(faces) < 20:
        value = randomness.take(1)[0]
        if value < 252:
            faces.append(FACES[value % 6])
    return "".join(faces)


class SamplePeople:
    """Answers by a table of ids, and shows what is told."""

    def __init__(self, answers: Mapping[str, Answer], show: Callable[[str], None], wording: Wording) -> None:
        self._answers = dict(answers)
        self._show, self._wording = show, wording

    def set(self, question: str, answer: Answer) -> None:
        """Put in the answer to a question."""
        self._answers[question] = answer

    def ask(self, question: str, text: str, *, secret: bool = False) -> str:
        """Answer as the table says.

        Raises:
            AnswersEndedError: where the table has no answer.
        """
        found = self._answers.get(question)
        if found is None:
            found = self._answers.get(question.rpartition(".")[0] + ".*")
        if found is None:
            raise AnswersEndedError(asked=question)
        answer = found() if callable(found) else found
        shown = self._wording("{name}: {text}").format(name=text, text="••••••" if secret else answer)
        self._show(f"  ? {shown}")
        return answer

    def tell(self, text: str) -> None:
        """Show a line."""
        self._show(f"    {text}")
