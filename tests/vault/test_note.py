import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.keyholders import SeededPerson
from vault.errors import FengqianError, MalformedRecordError
from vault.merkle import EMPTY_ROOT
from vault.note import (
    COSIGNATURE,
    Checkpoint,
    Note,
    NoteError,
    NoteLine,
    cosign_note,
    cosignatures,
    note_key_id,
    open_note,
    sign_note,
    verify_note,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "note.json").read_text("utf-8"))
STATION, WITNESS, OTHER = (SeededPerson(name) for name in ("station.example/7", "witness.example", "other.example"))
KEYS = {STATION.name: STATION.public_key}
CHECKPOINT = Checkpoint("station.example/7", 7, bytes(range(32)))
DATA = sign_note(CHECKPOINT.text(), [STATION])
COSIGNED = cosign_note(DATA, WITNESS, 1_790_000_000)


def test_the_note_of_the_go_package_opens():
    """The example of golang.org/x/mod/sumdb/note, made by other software."""
    case = VECTORS["go"]
    key = base64.b64decode(case["key"].split("+", 2)[2])
    assert key[0] == 1
    assert note_key_id("PeterNeumann", key[1:]).hex() == case["key"].split("+")[1]
    assert open_note(case["note"].encode(), {"PeterNeumann": key[1:]}) == case["text"]


def test_vectors():
    for case in VECTORS["notes"]:
        note = Note.parse(case["note"].encode())
        assert note.to_bytes() == case["note"].encode()
        keys = {name: bytes.fromhex(key) for name, key in case["keys"].items()}
        witnesses = {name: bytes.fromhex(key) for name, key in case["witnesses"].items()}
        assert open_note(case["note"].encode(), keys) == case["text"]
        assert cosignatures(note, witnesses) == case["cosigned"]
        checkpoint = Checkpoint.parse(case["text"])
        assert [checkpoint.origin, checkpoint.size, checkpoint.root.hex()] == case["checkpoint"]


def test_round_trip():
    assert open_note(DATA, KEYS) == CHECKPOINT.text()
    assert Checkpoint.parse(open_note(DATA, KEYS)) == CHECKPOINT
    assert Note.parse(DATA).to_bytes() == DATA
    assert verify_note(Note.parse(sign_note("a\n\n", [STATION, OTHER])), KEYS) == {STATION.name}


@pytest.mark.parametrize("text", ["a\n", "a\n\n", "\na\n", "a\n\n— b c\n", "中文\n", "a\n\n\n\nb\n"])
def test_texts_with_empty_lines_come_back(text):
    assert open_note(sign_note(text, [STATION]), KEYS) == text


@pytest.mark.parametrize("text", ["", "\n", "a", "a\tb\n", "a\r\n", "\ud800\n"], ids=ascii)
def test_texts_that_are_no_notes_are_not_signed(text):
    with pytest.raises(ValueError, match="printable text"):
        sign_note(text, [STATION])


def test_names_that_break_the_line_are_not_signed():
    with pytest.raises(ValueError, match="printable text"):
        sign_note("a\n", [])
    for name in ("", "a b", "a+b", "a\u3000b", "a\n", "a\0"):
        person = SeededPerson("x")
        person.name = name
        with pytest.raises(ValueError, match="name"):
            sign_note("a\n", [person])
        with pytest.raises(ValueError, match="name"):
            cosign_note(DATA, person, 1)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(place, flip):
    changed = bytearray(DATA)
    changed[place] ^= flip
    with pytest.raises(FengqianError):
        open_note(bytes(changed), KEYS)


def test_unknown_lines_are_passed_over_and_false_ones_refuse_all():
    both = sign_note("a\n", [STATION, OTHER])
    assert verify_note(Note.parse(both), {OTHER.name: OTHER.public_key}) == {OTHER.name}
    with pytest.raises(NoteError, match="known key"):
        open_note(both, {STATION.name: WITNESS.public_key})  # another key of that name is another key
    with pytest.raises(NoteError, match="known key"):
        open_note(both, {})
    first, second = Note.parse(both).lines
    false = Note("a\n", (first, NoteLine(second.name, second.key_id, first.value)))
    with pytest.raises(NoteError, match="false signature"):
        verify_note(false, {STATION.name: STATION.public_key, OTHER.name: OTHER.public_key})


def test_a_cosignature_counts_with_its_time():
    note = Note.parse(COSIGNED)
    assert cosignatures(note, {WITNESS.name: WITNESS.public_key}) == {WITNESS.name: 1_790_000_000}
    assert cosignatures(note, {OTHER.name: OTHER.public_key}) == {}
    assert open_note(COSIGNED, KEYS) == CHECKPOINT.text()
    with pytest.raises(NoteError, match="known key"):
        open_note(COSIGNED, {WITNESS.name: WITNESS.public_key})  # a cosignature isn't the log's own signature
    twice = cosign_note(cosign_note(DATA, WITNESS, 9), WITNESS, 8)
    assert cosignatures(Note.parse(twice), {WITNESS.name: WITNESS.public_key}) == {WITNESS.name: 9}


@pytest.mark.parametrize(
    "change",
    [
        lambda value: bytes(7) + b"\1" + value[8:],
        lambda value: bytes(8) + value[8:],
        lambda value: b"\xff" * 8 + value[8:],
        lambda value: value[:-1],
        lambda value: value[:8] + bytes(64),
    ],
    ids=["another time", "no time", "time too large", "short", "false"],
)
def test_a_false_cosignature_is_refused(change):
    line = Note.parse(COSIGNED).lines[1]
    false = Note(CHECKPOINT.text(), (NoteLine(line.name, line.key_id, change(line.value)),))
    with pytest.raises(NoteError, match="cosignature"):
        cosignatures(false, {WITNESS.name: WITNESS.public_key})


@pytest.mark.parametrize("seconds", [0, -1, 2**63])
def test_a_cosignature_has_a_time(seconds):
    with pytest.raises(ValueError, match="time"):
        cosign_note(DATA, WITNESS, seconds)


def test_the_kinds_of_key_have_different_ids():
    assert note_key_id("a", bytes(32)) != note_key_id("a", bytes(32), COSIGNATURE)
    assert note_key_id("a", bytes(32)) != note_key_id("b", bytes(32))


GOOD = DATA.decode().splitlines()[-1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a\n",
        b"a\n\n",
        f"a\n\n{GOOD}".encode(),
        f"\n\n{GOOD}\n".encode(),
        f"a\n{GOOD}\n".encode(),
        f"a\n\n{GOOD}\n\n".encode(),
        f"a\n\n{GOOD}\nmore\n".encode(),
        f"a\r\n\n{GOOD}\n".encode(),
        b"\xff\n\n" + GOOD.encode() + b"\n",
        f"a\n\n{GOOD.replace('—', '-')}\n".encode(),
        f"a\n\n{GOOD.replace('— ', '—  ')}\n".encode(),
        f"a\n\n{GOOD.replace('station', 'sta+ion')}\n".encode(),
        "a\n\n— name AAAA\n".encode(),
        "a\n\n— name AAAAAAA\n".encode(),
        "a\n\n— name AAAAAAB=\n".encode(),
        f"a\n\n{GOOD}\n".encode() + f"{GOOD}\n".encode() * 100,
        b"a" * 1024 * 1024 + f"\n\n{GOOD}\n".encode(),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_broken_notes_are_refused(data):
    with pytest.raises(MalformedRecordError):
        Note.parse(data)


ROOT = base64.b64encode(EMPTY_ROOT).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n0\n",
        f"o\n0\n{ROOT}",
        f"\n0\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n٣\n{ROOT}\n",
        f"o\n{2**63}\n{ROOT}\n",
        f"o\n{10**19}\n{ROOT}\n",
        f"o\n1\n{ROOT[:-1]}\n",
        "o\n1\nAAAA\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n1\n{ROOT}\nextension",
        f"o\n1\n{ROOT[:-2]}V=\n",
    ],
    ids=ascii,
)
def test_broken_checkpoints_are_refused(text):
    with pytest.raises(MalformedRecordError):
        Checkpoint.parse(text)


def test_a_checkpoint_keeps_its_extensions():
    whole = Checkpoint("o", 0, EMPTY_ROOT, ("incarnation 2",))
    assert whole.text() == f"o\n0\n{ROOT}\nincarnation 2\n"
    assert Checkpoint.parse(whole.text()) == whole


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 0, EMPTY_ROOT),
        Checkpoint("a\nb", 0, EMPTY_ROOT),
        Checkpoint("a", -1, EMPTY_ROOT),
        Checkpoint("a", 2**63, EMPTY_ROOT),
        Checkpoint("a", 0, b""),
        Checkpoint("a", 0, EMPTY_ROOT, ("",)),
    ],
    ids=["no origin", "two lines", "negative", "too large", "no root", "an empty extension"],
)
def test_checkpoints_that_cannot_be_written(checkpoint):
    with pytest.raises(ValueError, match=r"origin|size"):
        checkpoint.text()
