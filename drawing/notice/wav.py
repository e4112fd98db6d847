"""What a recording must be before anybody is called with it: whole, audible, not clipped, in quiet before and behind.

A telephone line swallows what comes in its first moments, and a person needs a breath before a key is asked for; so a
call's recording begins and ends in quiet.  16-bit mono PCM in RIFF WAVE; loudness is over the whole recording, in
sample units of 0 to 32,768.
"""

import array
import hashlib
import io
import math
import sys
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from drawing.notice.errors import BadRecordingError

LONGEST_SECONDS = 180
QUIET_RMS = 200
LEAST_RMS = 300
TAIL_SECONDS = 0.04
CLIP_SHARE = 0.001
PAUSE_SECONDS = 0.1
QUIET_PEAK = 200
LEAD_SECONDS = 0.4
CLOSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class WavReport:
    """The measure of a recording: samples, samples a second, greatest and mean amplitude, SHA-256 in hex."""

    frames: int
    rate: int
    peak: int
    rms: int
    digest: str

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return self.frames / self.rate


def check_wav(data: bytes, least_seconds: float) -> WavReport:
    """Measure a recording and refuse one that can't be played to a person.

    Raises:
        BadRecordingError: where it is no such file, its header promises more than it holds, it is shorter than
            `least_seconds` or longer than three minutes, silent, clipped, or stops in the middle of a sound.
    """
    rate, samples = read_samples(data)
    if len(samples) < least_seconds * rate:
        raise BadRecordingError(problem=f"{len(samples) / rate:.1f} s long, where {least_seconds:.1f} s are the least")
    if len(samples) > LONGEST_SECONDS * rate:
        raise BadRecordingError(problem=f"longer than {LONGEST_SECONDS} s")
    peak = max(max(samples), -min(samples))
    rms = loudness(samples)
    if rms < LEAST_RMS:
        raise BadRecordingError(problem="silent")
    if sum(1 for sample in samples if sample >= 32767 or sample <= -32768) > CLIP_SHARE * len(samples):
        raise BadRecordingError(problem="clipped")
    if loudness(samples[-max(1, int(TAIL_SECONDS * rate)) :]) > QUIET_RMS:
        raise BadRecordingError(problem="cut off in the middle of a sound")
    return WavReport(len(samples), rate, peak, round(rms), hashlib.sha256(data).hexdigest())


def check_call(data: bytes, least_seconds: float) -> WavReport:
    """Measure a recording that a call is going to play: a good one that has its quiet before and behind.

    Raises:
        BadRecordingError: as `check_wav`, or where it doesn't begin with 400 ms and end with 250 ms of quiet.
    """
    report = check_wav(data, least_seconds)
    rate, samples = read_samples(data)
    if _quiet(samples) < int(LEAD_SECONDS * rate):
        raise BadRecordingError(problem="it begins too early for a telephone line")
    if _quiet(reversed(samples)) < int(CLOSE_SECONDS * rate):
        raise BadRecordingError(problem="it ends without a pause")
    return report


def in_quiet(data: bytes) -> bytes:
    """Return a recording with 400 ms of silence before it, and enough behind it that 250 ms are quiet.

    Raises:
        BadRecordingError: where it can't be read.
    """
    rate, samples = read_samples(data)
    behind = max(0, int(CLOSE_SECONDS * rate) - _quiet(reversed(samples)))
    lead, close = (array.array("h", bytes(2 * count)) for count in (int(LEAD_SECONDS * rate), behind))
    return write_samples(rate, lead + samples + close)


def _quiet(samples: Iterable[int]) -> int:
    """Return how many samples are quiet before the first that is heard."""
    return sum(1 for _ in takewhile(lambda sample: abs(sample) <= QUIET_PEAK, samples))


def read_samples(data: bytes) -> tuple[int, "array.array[int]"]:
    """Return the rate and the samples of a recording.

    Raises:
        BadRecordingError: where it isn't 16-bit mono PCM, is empty or cut.
    """
    try:
        with wave.open(io.BytesIO(data)) as reader:
            form = (reader.getnchannels(), reader.getsampwidth(), reader.getcomptype())
            rate, promised = reader.getframerate(), reader.getnframes()
            raw = reader.readframes(promised)
    except (wave.Error, EOFError, ValueError, RuntimeError) as error:
        raise BadRecordingError(problem="not a WAV file") from error
    if form != (1, 2, "NONE") or not 8000 <= rate <= 48000:
        raise BadRecordingError(problem="not 16-bit mono PCM of 8 to 48 kHz")
    if not promised or len(raw) != 2 * promised:
        raise BadRecordingError(problem="empty, or shorter than its header says")
    samples = array.array("h", raw)
    if sys.byteorder == "big":  # pragma: no cover
        samples.byteswap()
    return rate, samples


def loudness(samples: Sequence[int]) -> float:
    """Return the root mean square of some samples; 0 for none."""
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) if samples else 0.0


def write_samples(rate: int, samples: "array.array[int]") -> bytes:
    """Return 16-bit mono samples as a WAV file."""
    ordered = samples
    if sys.byteorder == "big":  # pragma: no cover
        ordered = array.array("h", samples)
        ordered.byteswap()
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(ordered.tobytes())
    return out.getvalue()


def joined(recordings: Sequence[bytes]) -> bytes:
    """Join recordings of one rate into one, a tenth of a second of quiet between them.

    Raises:
        BadRecordingError: where one can't be read, or the rates differ.
    """
    if len(recordings) == 1:
        return recordings[0]
    whole: array.array[int] = array.array("h")
    rates = set()
    for index, recording in enumerate(recordings):
        rate, samples = read_samples(recording)
        rates.add(rate)
        if index:
            whole.extend(array.array("h", bytes(2 * int(PAUSE_SECONDS * rate))))
        whole.extend(samples)
    if len(rates) != 1:
        raise BadRecordingError(problem="parts of different rates")
    return write_samples(rates.pop(), whole)
