"""The preflight on the desk's thread: one thing at a time, so that each is shown as soon as it is known."""

from pathlib import Path

from app.composition import Station
from app.desktop.preflightviews import FitnessView
from app.fitness import AdvisableError, Check, for_a_draw, of_its_parts, of_the_computer, of_the_home
from app.wording import Wording, sentence
from vault.errors import FengqianError


class PreflightRoom:
    """Everything that is looked at before a draw, in its order."""

    def __init__(self, station: Station, home: Path, *, line: bool) -> None:
        self._checks: tuple[Check, ...] = (
            *for_a_draw(station, line=line),
            *of_its_parts(station),
            *of_the_home(home),
            *of_the_computer(home),
        )

    def names(self, wording: Wording) -> tuple[str, ...]:
        """Return what will be looked at."""
        return tuple(wording(check.name) for check in self._checks)

    def look(self, place: int, wording: Wording) -> FitnessView:
        """Look at one thing."""
        check = self._checks[place]
        name = wording(check.name)
        try:
            return FitnessView(place, name, "ok", wording(check.look()), "")
        except FengqianError as error:
            found, remedy = (sentence(text, error, wording) for text in (error.what, error.todo))
            state = "advisable" if isinstance(error, AdvisableError) else "wrong"
            return FitnessView(place, name, state, found, remedy)
