"""A voice for tests: a tone of the right length, at once."""

import array
import math
from pathlib import Path

from drawing.notice.errors import VoiceFailedError
from drawing.notice.spoken import Language
from drawing.notice.voice import least_seconds
from drawing.notice.wav import WavReport, check_call, in_quiet, write_samples

RATE = 8000


def tone(seconds: float, *, rate: int = RATE, amplitude: int = 8000, quiet: float = 0.1) -> "array.array[int]":
    """A tone of 440 Hz that ends in `quiet` seconds of silence."""
    sounding = int((seconds - quiet) * rate)
    wave = (round(amplitude * math.sin(2 * math.pi * 440 * n / rate)) for n in range(sounding))
    return array.array("h", [*wave, *([0] * int(quiet * rate))])


class FakeVoice:
    """Writes a tone for every text; fails for those in `failing`."""

    def __init__(self, failing: frozenset[str] = frozenset()) -> None:
        self.failing = failing
        self.spoken: list[tuple[str, Language]] = []
        self.is_closed = False

    def render(self, text: str, language: Language, path: Path) -> WavReport:
        if text in self.failing:
            raise VoiceFailedError(tries=1, problem="the fake was told to fail")
        self.spoken.append((text, language))
        data = in_quiet(write_samples(RATE, tone(least_seconds(text, language) + 0.2)))
        path.write_bytes(data)
        return check_call(data, least_seconds(text, language))

    def close(self) -> None:
        self.is_closed = True
