"""The recordings of a draw: for every site, language and prompt, once, whoever is called."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.context import Context
from app.cli.prompts import StreamPrompts
from app.voicing import Recordings
from drawing.notice.errors import VoiceFailedError
from drawing.notice.keypad import Prompt
from drawing.steps import Step
from tests.drawing.desk.station import SmallStation
from tests.fakes.voice import FakeVoice


@pytest.fixture
def station(tmp_path: Path) -> Iterator[SmallStation]:
    small = SmallStation.make(tmp_path / "home")
    yield small
    small.close()


def recordings(station: SmallStation, folder: Path, voice: FakeVoice) -> Recordings:
    context = Context(folder, StreamPrompts(io.StringIO(), sys.stderr, sys.stdout), str, "en")
    return Recordings(context, station.drawn_to(Step.SEEDED), folder / "voice", voice)


def test_every_prompt_is_recorded_once_in_both_languages(
    station: SmallStation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voice = FakeVoice()
    with recordings(station, tmp_path, voice) as made:
        made.render()
        made.render()
        assert not voice.is_closed
    assert voice.is_closed
    names = {f"main-{language}-{prompt.value}.wav" for language in ("zh", "en") for prompt in Prompt}
    assert {path.name for path in (tmp_path / "voice").iterdir()} == names
    assert len(voice.spoken) == len(names)
    assert capsys.readouterr().out.count("The voice makes") == 1


def test_a_voice_that_fails_stops_the_rest_and_what_is_made_stays(station: SmallStation, tmp_path: Path) -> None:
    voice = FakeVoice()
    made = recordings(station, tmp_path, voice)
    made.render()
    *first, last = [text for text, _ in voice.spoken]
    again = FakeVoice(frozenset({last}))
    made = recordings(station, tmp_path / "again", again)
    with pytest.raises(VoiceFailedError):
        made.render()
    assert [text for text, _ in again.spoken] == first
    again.failing = frozenset()
    made.render()
    assert [text for text, _ in again.spoken] == [*first, last], "only what was missing is spoken"
