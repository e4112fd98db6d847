"""A section of the navigation: its word and what builds its page; and what a page may ask of the desk.

Everything that isn't showing goes through `Desk.ask`: the job gets the open station's room on the desk's thread and
returns a view that can't change.  A section's own work lies in a module `…room.py` that the window never imports.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.work import Asked, DeskThread, Going
from vault.errors import FengqianError

if TYPE_CHECKING:
    from app.desktop.room import DeskRoom

Result = TypeVar("Result")
Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a section may use: the look, the desk's thread, where a refusal is shown, the way to another section."""

    look: Look
    thread: DeskThread
    room: "Callable[[], DeskRoom]"
    refuse: Callable[[FengqianError], None]
    go_to: Callable[[str], None]

    def ask(self, job: "Callable[[DeskRoom, Going], Result]") -> Asked[Result]:
        """Do a job on the desk's thread; say with `.then(answer, refuse)` on the result who takes its answer."""
        return self.thread.ask(lambda going: job(self.room(), going))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation: its key, its English word, and what builds its page."""

    key: str
    word: str
    build: Callable[[Desk], Page]


def while_there(page: QWidget, take: Callable[[Taken], object]) -> Callable[[Taken], None]:
    """Return what takes an answer as long as the page that asked is there; a language may change meanwhile."""

    def taken(answer: Taken) -> None:
        if isValid(page):
            take(answer)

    return taken
