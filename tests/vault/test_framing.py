import io
import os
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.errors import MalformedRecordError
from vault.framing import PipeEndedError, frames, read_frame, write_frame

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(alphabet=st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet="abcé中", max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


def framed(*values):
    stream = io.BytesIO()
    for value in values:
        write_frame(stream, value)
    return stream.getvalue()


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, max_size=5))
def test_what_is_written_is_read(values):
    assert list(frames(io.BytesIO(framed(*values)))) == values


@settings(max_examples=100, deadline=None)
@given(VALUES, st.data())
def test_a_cut_frame_is_refused(value, data):
    whole = framed(value)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(MalformedRecordError):
        read_frame(io.BytesIO(whole[:cut]))


def test_the_form_is_a_length_of_four_bytes_and_json():
    assert framed({"b": 1, "a": "签"}) == b"\x00\x00\x00\x11" + '{"a":"签","b":1}'.encode()


def test_the_end_between_frames_is_the_ordinary_end():
    with pytest.raises(PipeEndedError):
        read_frame(io.BytesIO())
    assert list(frames(io.BytesIO())) == []


@pytest.mark.parametrize(
    "text", [b"\x00\x00\x00\x02{]", b"\x00\x00\x00\x031.5", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff{}"]
)
def test_a_frame_that_is_not_ours_is_refused(text):
    with pytest.raises(MalformedRecordError):
        read_frame(io.BytesIO(text))


def test_a_length_over_the_limit_is_refused_before_anything_is_read():
    stream = io.BytesIO(b"\x00\x00\x00\x65" + b"1" * 101)
    with pytest.raises(MalformedRecordError):
        read_frame(stream, limit=100)
    assert stream.tell() == 4


def test_nothing_too_long_for_a_reader_is_written():
    stream = io.BytesIO()
    with pytest.raises(ValueError, match="over 10 bytes"):
        write_frame(stream, "12345678901", limit=10)
    assert stream.getvalue() == b""


def test_bytes_that_come_in_pieces_are_one_frame():
    receiving, sending = os.pipe()

    def send():
        for byte in framed({"a": "签" * 100}):
            os.write(sending, bytes([byte]))
        os.close(sending)

    sender = threading.Thread(target=send)
    sender.start()
    with os.fdopen(receiving, "rb", buffering=0) as stream:
        assert list(frames(stream)) == [{"a": "签" * 100}]
    sender.join()


def test_a_reader_that_went_away_is_noticed():
    receiving, sending = os.pipe()
    os.close(receiving)
    stream = os.fdopen(sending, "wb", buffering=0)
    with pytest.raises(PipeEndedError):
        write_frame(stream, 1)
    stream.close()


def test_a_closed_stream_is_an_ended_one():
    stream = io.BytesIO()
    stream.close()
    with pytest.raises(PipeEndedError):
        read_frame(stream)
    with pytest.raises(PipeEndedError):
        write_frame(stream, 1)
