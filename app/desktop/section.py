"""A section of the navigation: its word, who sees it, and what builds its page; and what a page may ask of the desk.

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
from vault.roles import Role

if TYPE_CHECKING:
    from app.desktop.room import DeskRoom

Result = TypeVar("Result")
Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page's section may use: the look, the desk's thread, who is signed in, and where a refusal is shown."""

    look: Look
    thread: DeskThread
    room: "Callable[[], DeskRoom]"
    refuse: Callable[[FengqianError], None]
    window: QWidget
    seated: frozenset[Role]
    go_to: Callable[[str], None]
    take_up: Callable[[str], None]

    def ask(self, job: "Callable[[DeskRoom, Going], Result]") -> Asked[Result]:
        """Do a job on the desk's thread; say with `.then(answer, refuse)` on the result who takes its answer."""
        return self.thread.ask(lambda going: job(self.room(), going))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation: its key, its English word, what builds its page, and for whom it stands there.

    Without roles everybody sees it, also before anybody has signed in.
    """

    key: str
    word: str
    build: Callable[[Desk], Page]
    roles: frozenset[Role] = frozenset()

    def is_for(self, seated: frozenset[Role]) -> bool:
        """Say whether those who are signed in see it."""
        return not self.roles or bool(self.roles & seated)


def while_there(page: QWidget, take: Callable[[Taken], object]) -> Callable[[Taken], None]:
    """Return what takes an answer as long as the page that asked is there; a language may change meanwhile."""

    def taken(answer: Taken) -> None:
        if isValid(page):
            take(answer)

    return taken
