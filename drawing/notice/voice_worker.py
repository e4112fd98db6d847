"""The voice's own process: one engine, one sentence at a time, asked by frames on stdin, answering on stdout.

Asked: {"id", "language", "text", "path", "rate"}.  Answered: {"id", "done": true} or {"id", "failed": CODE}, with CODE
one of `engine`, `no_voice`, `rendering`; the asker checks the file.  It ends at the end of stdin.  The engine's library
is GPL and the system's own, and lives in this process only.

Why so: two queued sentences leave one file.  `runAndWait` may return before the file is whole; so the library is told
to finish, and then the engine's own word that it has is waited for.  Settings queued with a sentence may come after it,
at another voice's speed; so they are set and flushed first.  An unknown voice raises nothing; so voices are looked up.
"""

import os
import sys
import threading
from typing import IO, Any

from vault.errors import MalformedRecordError
from vault.framing import frames, write_frame
from vault.jsontext import JsonValue, Reader

LANGUAGES = ("zh", "en")
VOLUME = 0.8
FINISH_SECONDS = 10.0
_ESPEAK_VOICES = {"zh": ("sit/cmn", "zh/cmn", "cmn"), "en": ("gmw/en", "gmw/en-us", "en", "default")}
_SAPI_TAGS = {"zh": ("zh-cn", "zh_cn", "chinese", "804"), "en": ("en-us", "en-gb", "english", "409", "809")}


class _NoVoiceError(Exception):
    """The engine has no voice of that language."""


class Speaker:
    """One engine of this process, made at the first sentence."""

    def __init__(self) -> None:
        self._engine: Any = None
        self._voices: dict[str, str] = {}
        self._finished = threading.Event()

    def speak(self, text: str, language: str, path: str, rate: int) -> None:
        """Render `text` to a WAV file at `path`; `rate` in words a minute.

        Raises:
            RuntimeError: where the engine doesn't say that it finished.
        """
        engine = self._ready()
        engine.setProperty("voice", self._voice(language))
        engine.setProperty("rate", rate)
        engine.setProperty("volume", VOLUME)
        _flush()
        self._finished.clear()
        engine.save_to_file(text, path)
        engine.runAndWait()
        _flush()
        if sys.platform != "win32" and not self._finished.wait(FINISH_SECONDS):
            raise RuntimeError("the engine did not finish")

    def _ready(self) -> Any:
        """Make the engine; after a first empty run it takes settings at once instead of queueing them."""
        if self._engine is None:
            import pyttsx3

            self._engine = pyttsx3.init("sapi5" if sys.platform == "win32" else "espeak")
            self._engine.connect("finished-utterance", self._note_finished)
            if sys.platform != "win32":
                self._engine.runAndWait()
        return self._engine

    def _note_finished(self, name: str | None, completed: bool) -> None:  # noqa: ARG002 - the engine's own names
        if completed:
            self._finished.set()

    def _voice(self, language: str) -> str:
        if language not in self._voices:
            found = [(str(voice.id), _described(voice)) for voice in self._engine.getProperty("voices")]
            self._voices[language] = (
                _sapi_voice(found, language) if sys.platform == "win32" else _espeak_voice(found, language)
            )
        return self._voices[language]


def _flush() -> None:
    """Have the library finish what it was given."""
    if sys.platform != "win32":
        from pyttsx3.drivers import _espeak

        _espeak.dll.espeak_Synchronize()


def _described(voice: Any) -> str:
    return f"{voice.id} {voice.name} {voice.languages}".lower()


def _espeak_voice(found: list[tuple[str, str]], language: str) -> str:
    ids = [voice for voice, _ in found]
    for wanted in _ESPEAK_VOICES[language]:
        if wanted in ids:
            return wanted
    raise _NoVoiceError(language)


def _sapi_voice(found: list[tuple[str, str]], language: str) -> str:
    for voice, described in found:
        if any(tag in described for tag in _SAPI_TAGS[language]):
            return voice
    raise _NoVoiceError(language)


def serve(asked: IO[bytes], answers: IO[bytes], speaker: Speaker) -> int:
    """Answer each request until the stream ends; return the process's exit code."""
    try:
        for request in frames(asked):
            write_frame(answers, _answer(Reader(request), speaker))
    except MalformedRecordError:
        return 1
    return 0


def _answer(request: Reader, speaker: Speaker) -> dict[str, JsonValue]:
    number = request.integer("id")
    language = request.choice("language", LANGUAGES)
    text, path = request.text("text", longest=4000), request.text("path", longest=4000)
    rate = request.integer("rate", 50, 500)
    request.end()
    try:
        speaker.speak(text, language, path, rate)
    except _NoVoiceError:
        return {"id": number, "failed": "no_voice"}
    except (ImportError, OSError, RuntimeError) as error:
        return {"id": number, "failed": "rendering" if isinstance(error, RuntimeError) else "engine"}
    return {"id": number, "done": True}


def main() -> int:
    """Serve on this process's stdin and stdout; what the engine prints goes to stderr instead."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with answers:
        return serve(sys.stdin.buffer, answers, Speaker())


if __name__ == "__main__":  # pragma: no cover - runs in the child
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the engine's library may crash while it is taken down; everything is written
