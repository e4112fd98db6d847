"""The desk's thread: everything that isn't showing is done there, one after another, and answered to the window.

The window's thread never opens a database, a key or a box: it `ask`s.  A job gets a `Going`, by which it tells how far
it is and learns at its own safe points that it is to stop; where it never asks, it runs to its end.  Answers come back
on the window's thread, in the order of the jobs; what comes back after `Asked.forget` is dropped.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.errors import refusal_of
from vault.errors import FengqianError

Result = TypeVar("Result")


class StoppedError(Exception):
    """A job was told to stop, and did so at a safe point."""


class Going:
    """How a job tells how far it is, and learns that it is to stop."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._report, self._stop = tell, threading.Event()

    def stop(self) -> None:
        """Ask the job to stop at its next safe point."""
        self._stop.set()

    def at(self, done: int, total: int) -> None:
        """Tell how far the job is; a safe point to stop at.

        Raises:
            StoppedError: where somebody asked to stop.
        """
        if self._stop.is_set():
            raise StoppedError
        self._report(done, total)


class Asked(QObject, Generic[Result]):
    """A job that was asked for; its signals come on the window's thread, and `over` after any other."""

    answered = Signal(object)
    refused = Signal(object)
    stopped = Signal()
    progressed = Signal(int, int)
    over = Signal()

    def __init__(self, job: Callable[[Going], Result], parent: QObject) -> None:
        super().__init__(parent)
        self.job = job
        self.going = Going(self.progressed.emit)

    def then(
        self,
        answered: Callable[[Result], object] | None = None,
        refused: Callable[[FengqianError], object] | None = None,
    ) -> "Asked[Result]":
        """Say who takes the answer, and who a refusal; returns itself."""
        for signal, taker in ((self.answered, answered), (self.refused, refused)):
            if taker is not None:
                signal.connect(taker, Qt.ConnectionType.QueuedConnection)
        return self

    def forget(self) -> None:
        """Drop whatever comes back, and ask the job to stop."""
        self.going.stop()
        self.blockSignals(True)


class _Beside:
    """A job that another thread waits for."""

    def __init__(self, job: Callable[[], Any]) -> None:
        self._job, self.done = job, Future[Any]()

    def do(self) -> None:
        try:
            self.done.set_result(self._job())
        except BaseException as error:
            self.done.set_exception(error)

    def drop(self) -> None:
        self.done.set_exception(StoppedError())


class DeskThread(QObject):
    """One thread that does one job after another; `busy` says whether there is one."""

    busy = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: queue.SimpleQueue[Asked[Any] | _Beside | None] = queue.SimpleQueue()
        self._gate, self._is_over = threading.Lock(), False
        self._waiting: list[Asked[Any]] = []
        self._open: set[Asked[Any]] = set()
        self._thread: Final = threading.Thread(target=self._work, name="desk")
        self._thread.start()

    def ask(self, job: Callable[[Going], Result]) -> Asked[Result]:
        """Queue a job; it begins when the window's loop runs again, so connect to its signals before."""
        asked = Asked(job, self)
        self._open.add(asked)
        asked.over.connect(lambda: self._end(asked), Qt.ConnectionType.QueuedConnection)
        self._waiting.append(asked)
        QTimer.singleShot(0, self, self._begin)  # not before whoever asked has said who takes the answer
        self.busy.emit(True)
        return asked

    def _begin(self) -> None:
        while self._waiting:
            self._jobs.put(self._waiting.pop(0))

    def do(self, job: Callable[[], Result]) -> Result:
        """Do a job for another thread, which waits for it; never from the window's thread or the desk's own.

        Raises:
            StoppedError: where the desk's thread has ended, or ends before the job's turn.
        """
        beside = _Beside(job)
        with self._gate:
            if self._is_over:
                raise StoppedError
            self._jobs.put(beside)
        made: Result = beside.done.result()
        return made

    def end(self, last: Callable[[Going], object] | None = None) -> None:
        """Let the job that runs come to its next safe point, drop those that wait, do the last, and end the thread."""
        for asked in self._open:
            asked.forget()
        self._waiting.clear()
        with self._gate:
            self._is_over = True
        with suppress(queue.Empty):
            while True:
                dropped = self._jobs.get_nowait()
                if isinstance(dropped, _Beside):
                    dropped.drop()
        if last is not None:
            self._jobs.put(Asked(last, self))
        self._jobs.put(None)
        self._thread.join()

    def _end(self, asked: Asked[Any]) -> None:
        self._open.discard(asked)
        asked.deleteLater()
        self.busy.emit(bool(self._open))

    def _work(self) -> None:
        while (asked := self._jobs.get()) is not None:
            if isinstance(asked, _Beside):
                asked.do()
            else:
                self._do(asked)

    @staticmethod
    def _do(asked: Asked[Any]) -> None:
        try:
            asked.answered.emit(asked.job(asked.going))
        except StoppedError:
            asked.stopped.emit()
        except Exception as error:
            asked.refused.emit(refusal_of(error))
        finally:
            asked.over.emit()
