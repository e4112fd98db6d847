"""The voice: texts become recordings, in a worker process that may die, hang or lie without losing anything.

Order for one text: split it into runs by language; have each rendered to a file of its own; measure it; join them; put
quiet before and behind; measure the whole; write it under its name at once.  A worker that ends, is silent past its
time or leaves a bad file is replaced and the run rendered again, up to `tries` times.  A recording stands under its
name only if it passed every check.
"""

import contextlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, cast

from drawing.notice.errors import BadRecordingError, VoiceFailedError
from drawing.notice.spoken import Language, runs
from drawing.notice.wav import WavReport, check_call, check_wav, in_quiet, joined
from vault.errors import FengqianError
from vault.files import read_limited, write_atomic
from vault.framing import PipeEndedError, read_frame, write_frame
from vault.jsontext import JsonValue, Reader

WORKER = (sys.executable, "-m", "drawing.notice.voice_worker")
RATES = {Language.ZH: 190, Language.EN: 150}
LARGEST_WAV = 64 * 1024 * 1024
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_LEAST_SECONDS = {Language.ZH: 0.15, Language.EN: 0.032}


class Voice(Protocol):
    """A way to make recordings."""

    def render(self, text: str, language: Language, path: Path) -> WavReport:
        """Speak `text` into a WAV file at `path` and return its measure.

        Raises:
            VoiceFailedError: where no usable recording came of it.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds; a later rendering takes it again."""
        ...


def least_seconds(text: str, language: Language) -> float:
    """Return a length that no voice stays below when it says all of `text`: the guard against cut recordings."""
    spoken = sum(1 for char in text if char.isalnum())
    return 0.2 + _LEAST_SECONDS[language] * spoken


class VoiceWorker:
    """The voice's worker process, started when first needed; a context manager, for one thread at a time.

    `command` starts it (a frozen program gives its own), `seconds` is its time for one run of text.
    """

    def __init__(self, command: Sequence[str] = WORKER, *, seconds: float = 20.0, tries: int = 3) -> None:
        self._command = list(command)
        self._seconds = seconds
        self._tries = tries
        self._child: _Child | None = None
        self._asked = 0

    def __enter__(self) -> "VoiceWorker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker; a later rendering starts another."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def render(self, text: str, language: Language, path: Path) -> WavReport:
        """Speak `text` into a WAV file at `path` and return its measure.

        Raises:
            VoiceFailedError: after the last try.
            vault.files.DiskFullError: where the recording can't be kept.
        """
        parts = runs(text, language)
        if not parts:
            raise VoiceFailedError(tries=0, problem="nothing to say")
        with tempfile.TemporaryDirectory(prefix="fengqian-voice-") as folder:
            spoken = [self._run(part, voice, Path(folder) / "run.wav") for voice, part in parts]
        try:
            whole = in_quiet(joined(spoken))
            report = check_call(whole, 0.0)
        except BadRecordingError as error:
            raise VoiceFailedError(tries=1, problem=error.details["problem"]) from error
        write_atomic(path, whole)
        return report

    def _run(self, text: str, language: Language, path: Path) -> bytes:
        """Render one run of one language, trying again with a fresh worker."""
        last: FengqianError | None = None
        for _ in range(self._tries):
            path.unlink(missing_ok=True)
            try:
                self._ask(text, language, path)
                data = read_limited(path, LARGEST_WAV)
                check_wav(data, least_seconds(text, language))
            except _NoVoiceError as error:
                self.close()
                raise VoiceFailedError(tries=1, problem=f"no voice for the language {language}") from error
            except FengqianError as error:
                last = error
                self.close()
            else:
                return data
        raise VoiceFailedError(tries=self._tries, problem=_problem(last)) from last

    def _ask(self, text: str, language: Language, path: Path) -> None:
        if self._child is None:
            self._child = _Child(self._command)
        self._asked += 1
        request: dict[str, JsonValue] = {"id": self._asked, "language": str(language), "text": text}
        answer = Reader(self._child.ask({**request, "path": str(path), "rate": RATES[language]}, self._seconds))
        if answer.integer("id") != self._asked:
            raise _WorkerError(problem="the worker answered another question")
        failed = answer.optional_text("failed")
        if failed == "no_voice":
            raise _NoVoiceError(problem=failed)
        if failed is not None:
            raise _WorkerError(problem=f"the worker reports: {failed}")


class _WorkerError(BadRecordingError):
    """The worker did not do what it was asked; stays inside this module."""


class _NoVoiceError(_WorkerError):
    """The engine lacks the language: trying again is no use."""


def _problem(error: FengqianError | None) -> object:
    if isinstance(error, PipeEndedError):
        return "the voice's process ended"
    return "no try was allowed" if error is None else error.details.get("problem", error.code)


class _Child:
    """One process and the thread that reads its answers, so that waiting for them has a limit."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            raise _WorkerError(problem="the voice's process can't be started") from error
        self._stdin, self._stdout = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        self._answers: queue.SimpleQueue[JsonValue | FengqianError] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="voice answers", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                self._answers.put(read_frame(self._stdout, limit=65536))
            except FengqianError as error:
                self._answers.put(error)
                return

    def ask(self, request: JsonValue, seconds: float) -> JsonValue:
        """Put one question and wait at most `seconds` for the answer."""
        write_frame(self._stdin, request)
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty as error:
            raise _WorkerError(problem=f"no answer within {seconds:g} s") from error
        if isinstance(answer, FengqianError):
            raise answer
        return answer

    def end(self) -> None:
        """Close its stdin, by which it ends; kill it where it doesn't within a second."""
        with contextlib.suppress(OSError):
            self._stdin.close()
        try:
            self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._stdout.close()
