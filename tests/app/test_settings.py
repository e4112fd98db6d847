"""The set-up file and `station.json`."""

from pathlib import Path

import pytest

from app.errors import NotSetUpError, SettingsRefusedError
from app.settings import NAME, Choices, Settings, parse_choices, read_settings, write_settings
from vault.ids import StationId
from vault.jsontext import dumps
from vault.kdf import FULL, KdfCost

LEAST = {"v": 1, "centre": "临州中心", "serial_prefix": "临抽"}
SETTINGS = Settings(StationId("01a209eb-ef2d-73ec-9412-5bb5af10ec67"), "临州", "抽", "en", "file", KdfCost(1024, 1, 1))


def test_a_set_up_file_needs_little() -> None:
    assert parse_choices(dumps(LEAST)) == Choices("临州中心", "临抽", "zh", None, FULL)


def test_a_set_up_file_may_say_all() -> None:
    cost = {"memory_kib": 1024, "iterations": 1, "lanes": 1}
    whole = parse_choices(dumps({**LEAST, "language": "en", "secrets": "os", "kdf": cost}))
    assert whole == Choices("临州中心", "临抽", "en", "os", KdfCost(1024, 1, 1))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"v": 2}, "v"),
        ({"v": True}, "v"),
        ({"centre": ""}, "centre"),
        ({"centre": " a"}, "centre"),
        ({"centre": "x" * 101}, "centre"),
        ({"centre": 1}, "centre"),
        ({"serial_prefix": "a/b"}, "serial_prefix"),
        ({"serial_prefix": "x" * 17}, "serial_prefix"),
        ({"language": "de"}, "language"),
        ({"secrets": "env"}, "secrets"),
        ({"kdf": {"memory_kib": 1024}}, "kdf"),
        ({"password": "x"}, "password"),
    ],
)
def test_a_field_that_is_wrong_is_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsRefusedError) as caught:
        parse_choices(dumps({**LEAST, **changes}))
    assert named in str(caught.value)


@pytest.mark.parametrize("text", [b"", b"[]", b"\xef\xbb\xbf{}", b'{"v":1,"v":1}', b"{" + b" " * 70_000 + b"}"])
def test_what_is_no_set_up_file(text: bytes) -> None:
    with pytest.raises(SettingsRefusedError):
        parse_choices(text)


def test_settings_come_back_as_they_were_written(tmp_path: Path) -> None:
    with pytest.raises(NotSetUpError):
        read_settings(tmp_path)
    write_settings(tmp_path, SETTINGS)
    assert read_settings(tmp_path) == SETTINGS


@pytest.mark.parametrize("content", [b"", b"{}", b'{"v":1}', b"\xff"])
def test_damaged_settings_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(SettingsRefusedError):
        read_settings(tmp_path)
