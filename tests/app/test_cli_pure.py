"""`order`, `chain` and `select`, as a stranger's script meets them."""

import hashlib
import hmac
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.console import ROOT, Console

CODE, RANDOMNESS = "ab" * 32, "3:abc,"
SECRET = "测试 secret"


@pytest.fixture
def anywhere(tmp_path: Path) -> Console:
    return Console(tmp_path / "no home")


def by_hand(label: bytes) -> str:
    key = hmac.digest(bytes.fromhex(CODE), RANDOMNESS.encode(), "sha256")
    return hmac.digest(key, label + b"\x01", "sha256").hex()


def order(console: Console, labels: bytes, *, code: str = CODE, randomness: str = RANDOMNESS):
    return console.run("order", "--randomness", randomness, "--code", code, stdin=labels, answers={})


@pytest.mark.parametrize(
    "labels",
    [
        [b"a", b"b", "张三".encode(), b" b", b"b ", b"\tb", b"b\r", b"\xef\xbb\xbfa", "é".encode(), "e\u0301".encode()],
        ["\u2028".encode(), b"\x0c", "\x85".encode(), b"\x1c"],
        [],
    ],
)
def test_order_is_what_one_computes_by_hand_whatever_the_label(anywhere: Console, labels: list[bytes]) -> None:
    told = order(anywhere, b"".join(label + b"\n" for label in labels)).ok()
    expected = sorted((by_hand(label), label) for label in labels)
    assert told.out.encode() == b"".join(f"{position} ".encode() + label + b"\n" for position, label in expected)
    assert (told.err, told.asked) == ("", [])


def test_order_takes_a_code_in_either_case_and_a_last_line_without_end(anywhere: Console) -> None:
    assert order(anywhere, b"a\nb", code=CODE.upper()).ok().out == order(anywhere, b"a\nb\n").ok().out


def test_order_warns_of_windows_line_ends_and_keeps_them(anywhere: Console) -> None:
    told = order(anywhere, b"a\r\nb\r\n").ok()
    assert sorted(told.out.encode().split(b"\n")[:-1]) == sorted(
        by_hand(label).encode() + b" " + label for label in (b"a\r", b"b\r")
    )
    assert "CR" in told.err
    assert order(anywhere, b"a\r\nb\n").ok().err == ""


@pytest.mark.parametrize("labels", [b"\n", b"a\n\nb\n", b"a\na\n", b"a\n\n", b"\xff\n", b"a\n\xed\xa0\x80\n"])
def test_order_refuses_labels_that_are_none(anywhere: Console, labels: bytes) -> None:
    assert order(anywhere, labels).refused("drawing.order.label").out == ""


@pytest.mark.parametrize("code", ["", "ab", "zz" * 32, "ab" * 33, "0x" + "ab" * 31, " " + "ab" * 32, "ａｂ" * 32])
def test_order_refuses_what_is_no_code(anywhere: Console, code: str) -> None:
    order(anywhere, b"a\n", code=code).refused("drawing.order.code")


@pytest.mark.parametrize("randomness", ["", "骰子", "a\tb", "a\n"])
def test_order_refuses_randomness_that_isnt_printable(anywhere: Console, randomness: str) -> None:
    order(anywhere, b"a\n", randomness=randomness).refused("drawing.order.randomness")


def test_chain_hashes_the_text_and_feeds_raw_digests_on(anywhere: Console) -> None:
    digest = SECRET.encode()
    for length in (1, 2, 3):
        digest = hashlib.sha256(digest).digest()
        assert anywhere.run("chain", "--secret", SECRET, "--length", str(length)).ok().out == digest.hex() + "\n"


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_chain_reads_a_real_secret_from_standard_input(anywhere: Console, end: bytes) -> None:
    told = anywhere.run("chain", "--secret", "-", "--length", "2", stdin=SECRET.encode() + end).ok()
    assert told.out == anywhere.run("chain", "--secret", SECRET, "--length", "2").out


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n", b"a\nb", b"a\n\n", b"\xff"])
def test_chain_refuses_a_secret_that_is_none(anywhere: Console, raw: bytes) -> None:
    assert anywhere.run("chain", "--secret", "-", "--length", "1", stdin=raw).refused("drawing.order.secret").out == ""


@pytest.mark.parametrize("length", ["0", "-1", "x", "1.5", "10000001"])
def test_chain_of_no_length_is_a_usage_error(anywhere: Console, length: str) -> None:
    assert anywhere.run("chain", "--secret", "a", "--length", length).code == 2


def case(**changes: object) -> bytes:
    people = [{"label": label, "mask": [0], "employer": employer} for label, employer in (("a", "x"), ("b", "x"))]
    value = {"order": people, "quotas": [{"count": 1, "reserves": 1}], "employer_cap": 1, "seated": []}
    return json.dumps({**value, **changes}).encode()


def test_select_gives_the_outcome_as_one_line_of_json(anywhere: Console, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(case())
    told = anywhere.run("select", path).ok()
    assert told.out == anywhere.run("select", "-", stdin=case()).ok().out
    assert told.out.endswith("\n")
    assert json.loads(told.out) == {
        "accepted": [{"label": "a", "quota": 0}],
        "reserves": [],
        "skipped": [],
        "short": [{"quota": 0, "lacks": 1, "reserve": True}],
    }


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b"\xff", case(seated=1), case(extra=1), case(quotas=[{"count": 1.5, "reserves": 0}])]
)
def test_select_refuses_what_is_no_case(anywhere: Console, raw: bytes) -> None:
    told = anywhere.run("select", "-", stdin=raw)
    assert (told.code, told.out) == (1, "")


def test_a_reader_that_goes_away_and_a_full_disk_make_no_noise(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "app.cli.main", "order", "--randomness", "a", "--code", CODE]
    labels = b"".join(b"%d\n" % number for number in range(20_000))
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(labels)
        process.stdin.close()
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 1
    with open("/dev/full", "wb") as full:
        done = subprocess.run(words, input=b"a\n", stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    assert (done.returncode, b"Traceback" in done.stderr, b"ignored" in done.stderr) == (1, False, False)


def test_labels_come_out_byte_for_byte_in_any_locale() -> None:
    label = "张三 é\r".encode()
    done = subprocess.run(
        [sys.executable, "-m", "app.cli.main", "order", "--randomness", RANDOMNESS, "--code", CODE],
        input=label + b"\n",
        capture_output=True,
        cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        check=True,
    )
    assert done.stdout == by_hand(label).encode() + b" " + label + b"\n"
