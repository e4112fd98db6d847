import array
import io
import wave

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.notice.errors import BadRecordingError
from drawing.notice.wav import check_call, check_wav, in_quiet, joined, loudness, read_samples, write_samples
from tests.fakes.voice import tone

GOOD = write_samples(8000, tone(1.0))


def wav(channels=1, width=2, rate=8000, data=b"\x10\x10" * 8000):
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(data)
    return out.getvalue()


def test_a_good_recording_is_measured():
    report = check_wav(GOOD, 0.9)
    assert (report.frames, report.rate, report.seconds) == (8000, 8000, 1.0)
    assert 7900 <= report.peak <= 8000
    assert abs(report.rms - 8000 / 2**0.5 * 0.9**0.5) < 60
    assert len(report.digest) == 64


BAD = {
    "nothing": (b"", "not a WAV"),
    "text": (b"hello" * 20, "not a WAV"),
    "only a header": (GOOD[:44], "empty, or shorter"),
    "cut": (GOOD[:-2], "empty, or shorter"),
    "no samples": (wav(data=b""), "empty, or shorter"),
    "stereo": (wav(channels=2), "mono"),
    "8 bit": (wav(width=1), "mono"),
    "4 kHz": (wav(rate=4000), "mono"),
    "too short": (write_samples(8000, tone(0.5)), "least"),
    "too long": (write_samples(8000, array.array("h", bytes(2 * 8000 * 181))), "longer"),
    "silent": (write_samples(8000, array.array("h", bytes(16000))), "silent"),
    "a whisper": (write_samples(8000, tone(1.0, amplitude=100)), "silent"),
    "clipped": (write_samples(8000, array.array("h", [32767, -32768] * 4000 + [0] * 800)), "clipped"),
    "cut off in a sound": (write_samples(8000, tone(1.0, quiet=0.0)), "cut off"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_recording_is_refused(name):
    data, problem = BAD[name]
    with pytest.raises(BadRecordingError) as caught:
        check_wav(data, 0.9)
    assert problem in str(caught.value.details["problem"])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 60), st.integers(0, 255), st.integers(0, len(GOOD)))
def test_damaged_headers_are_refused_or_read(place, byte, length):
    damaged = bytearray(GOOD)
    damaged[place] = byte
    try:
        check_wav(bytes(damaged[:length]), 0.9)
    except BadRecordingError:
        return
    assert length == len(GOOD)


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=50), st.sampled_from([8000, 22050, 48000]))
def test_samples_come_back(samples, rate):
    assert read_samples(write_samples(rate, array.array("h", samples))) == (rate, array.array("h", samples))


def test_loudness_of_nothing_is_none():
    assert loudness([]) == 0.0


def test_parts_are_joined_with_a_pause():
    assert joined([GOOD]) == GOOD
    rate, samples = read_samples(joined([GOOD, GOOD]))
    assert (rate, len(samples)) == (8000, 8000 + 800 + 8000)
    with pytest.raises(BadRecordingError):
        joined([GOOD, write_samples(22050, tone(1.0, rate=22050))])
    with pytest.raises(BadRecordingError):
        joined([GOOD, b""])


def with_quiet(before, behind):
    sound = tone(1.0, quiet=0.0)
    return write_samples(8000, array.array("h", [0] * before) + sound + array.array("h", [0] * behind))


def test_a_call_has_quiet_before_and_behind_its_words():
    for behind in (400, 1000, 2000, 4000):
        rate, samples = read_samples(in_quiet(with_quiet(0, behind)))
        assert (rate, samples[:3200]) == (8000, array.array("h", bytes(6400)))
        assert samples[3200:11200] == tone(1.0, quiet=0.0)
        assert max(map(abs, samples[-2000:])) <= 200
        assert 0 <= 11200 + max(2000, behind) - len(samples) < 10
        assert len(samples) == 3200 + 8000 + max(2000, behind)
    assert abs(check_call(in_quiet(GOOD), 0.9).seconds - (1.0 + 0.4 + 0.15)) < 0.002


@pytest.mark.parametrize(
    ("before", "behind", "problem"),
    [(0, 2000, "too early"), (3100, 2000, "too early"), (3200, 1900, "without a pause"), (3200, 0, "cut off")],
)
def test_a_call_without_its_quiet_is_refused(before, behind, problem):
    with pytest.raises(BadRecordingError) as caught:
        check_call(with_quiet(before, behind), 0.9)
    assert problem in str(caught.value.details["problem"])
    check_call(with_quiet(3200, 2000), 0.9)
