import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from drawing.notice import voice_worker
from drawing.notice.errors import VoiceFailedError
from drawing.notice.spoken import Language
from drawing.notice.voice import VoiceWorker, least_seconds
from drawing.notice.wav import check_call, check_wav
from vault.framing import frames, write_frame

ROOT = Path(__file__).parents[3]
MESSAGE = "您好，请您于二〇二六年十二月一日上午八点三十分之前到达临州市公共资源交易中心三楼三零二。"

# A worker that misbehaves as its first argument says, for as many runs as the second says, counted in the third.
BAD_WORKER = """
import array, os, sys, time
from pathlib import Path
from drawing.notice.wav import write_samples
from tests.fakes.voice import tone
from vault.framing import frames, write_frame

how, often, counter = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
out = os.fdopen(os.dup(1), "wb")
for asked in frames(sys.stdin.buffer):
    with counter.open("ab") as file:
        file.write(b".")
    good = write_samples(8000, tone(3.0))
    answer = {"id": asked["id"], "done": True}
    if counter.stat().st_size <= often:
        if how == "dies":
            os._exit(1)
        if how == "hangs":
            time.sleep(60)
        if how == "chatters":
            os.write(1, b"Audio saved to somewhere")
        if how == "answers another":
            answer = {"id": 0, "done": True}
        if how in ("rendering", "no_voice"):
            answer = {"id": asked["id"], "failed": how}
        good = {
            "writes nothing": None,
            "writes silence": write_samples(8000, array.array("h", bytes(48000))),
            "cuts": good[: len(good) // 2],
            "stops early": write_samples(8000, tone(0.3)),
        }.get(how, good)
    if good is not None:
        Path(asked["path"]).write_bytes(good)
    write_frame(out, answer)
"""


@pytest.fixture(autouse=True)
def _children_find_the_house(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def bad(tmp_path):
    script = tmp_path / "worker.py"
    script.write_text(BAD_WORKER)

    def make(how, often, **more):
        return VoiceWorker([sys.executable, str(script), how, str(often), str(tmp_path / "count")], **more)

    make.runs = lambda: (tmp_path / "count").stat().st_size
    return make


TROUBLES = [
    *("dies", "chatters", "answers another", "rendering"),
    *("writes nothing", "writes silence", "cuts", "stops early"),
]


@pytest.mark.parametrize("how", TROUBLES)
def test_trouble_once_costs_one_more_try(bad, tmp_path, how):
    with bad(how, 1) as voice:
        report = voice.render("hello", Language.EN, tmp_path / "a.wav")
    assert bad.runs() == 2
    assert report.digest == check_wav((tmp_path / "a.wav").read_bytes(), 0.3).digest


@pytest.mark.parametrize("how", ["dies", "writes silence"])
def test_trouble_that_stays_is_reported_and_leaves_the_old_file(bad, tmp_path, how):
    (tmp_path / "a.wav").write_bytes(b"the old one")
    with bad(how, 99, tries=2) as voice, pytest.raises(VoiceFailedError) as caught:
        voice.render("hello", Language.EN, tmp_path / "a.wav")
    assert bad.runs() == 2
    assert caught.value.details == {"tries": 2, "problem": caught.value.details["problem"]}
    assert (tmp_path / "a.wav").read_bytes() == b"the old one"


def test_a_worker_that_hangs_is_replaced(bad, tmp_path):
    with bad("hangs", 1, seconds=1.5) as voice:
        voice.render("hello", Language.EN, tmp_path / "a.wav")
    assert bad.runs() == 2


def test_a_missing_voice_is_not_asked_for_again(bad, tmp_path):
    with bad("no_voice", 99) as voice, pytest.raises(VoiceFailedError, match="no voice for the language zh"):
        voice.render("你好", Language.ZH, tmp_path / "a.wav")
    assert bad.runs() == 1


def test_a_program_that_is_not_there(tmp_path):
    with VoiceWorker([str(tmp_path / "none")]) as voice, pytest.raises(VoiceFailedError, match="can't be started"):
        voice.render("hello", Language.EN, tmp_path / "a.wav")


def test_no_try_allowed_and_nothing_to_say(bad, tmp_path):
    with bad("dies", 0, tries=0) as voice, pytest.raises(VoiceFailedError, match="no try"):
        voice.render("hello", Language.EN, tmp_path / "a.wav")
    with bad("dies", 0) as voice, pytest.raises(VoiceFailedError, match="nothing to say"):
        voice.render("...", Language.EN, tmp_path / "a.wav")


def test_parts_whose_join_cannot_be_used(bad, tmp_path, monkeypatch):
    monkeypatch.setattr("drawing.notice.voice.joined", lambda parts: parts[0][:50])
    with bad("dies", 0) as voice, pytest.raises(VoiceFailedError, match="shorter than its header"):
        voice.render("hello", Language.EN, tmp_path / "a.wav")


def test_a_recording_that_begins_at_once_is_never_kept(bad, tmp_path, monkeypatch):
    monkeypatch.setattr("drawing.notice.voice.in_quiet", bytes)
    with bad("dies", 0) as voice, pytest.raises(VoiceFailedError, match="too early for a telephone line"):
        voice.render("hello", Language.EN, tmp_path / "a.wav")
    assert not (tmp_path / "a.wav").exists()


def test_the_real_voice_speaks_both_languages(tmp_path):
    with VoiceWorker() as voice:
        for text, language in ((MESSAGE, Language.ZH), ("Hello. Please be there by eight thirty.", Language.EN)):
            report = voice.render(text, language, tmp_path / f"{language}.wav")
            assert report.rate == 22050
            assert report.seconds > 1.3 * least_seconds(text, language)
            assert 1000 < report.rms < report.peak < 32767
            assert check_call((tmp_path / f"{language}.wav").read_bytes(), 1.0) == report
        mixed = voice.render("The place: 临州市 three.", Language.EN, tmp_path / "mixed.wav")
        assert mixed.seconds > 2
    if os.name == "posix":
        assert (tmp_path / "zh.wav").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["en.wav", "mixed.wav", "zh.wav"]


def test_the_speed_of_one_language_never_reaches_the_other(tmp_path):
    seconds = {Language.ZH: [], Language.EN: []}
    texts = {
        Language.ZH: "请于上午八点三十分之前到达。",
        Language.EN: "Please be there by eight thirty in the morning.",
    }
    with VoiceWorker() as voice:
        for _ in range(5):
            for language, text in texts.items():
                seconds[language].append(voice.render(text, language, tmp_path / "a.wav").seconds)
        assert voice._asked == 10, "nothing had to be tried again"
    for lengths in seconds.values():
        assert max(lengths) < 1.03 * min(lengths)


def test_the_real_voice_survives_being_killed(tmp_path):
    with VoiceWorker() as voice:
        voice.render("One.", Language.EN, tmp_path / "1.wav")
        process = voice._child._process
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        voice.render("Two.", Language.EN, tmp_path / "2.wav")
        assert voice._child._process.pid != process.pid
        assert (tmp_path / "2.wav").exists()


def test_closing_ends_the_worker_and_rendering_starts_another(tmp_path):
    voice = VoiceWorker()
    voice.close()
    voice.render("One.", Language.EN, tmp_path / "1.wav")
    process = voice._child._process
    voice.close()
    assert process.poll() == 0
    voice.render("One.", Language.EN, tmp_path / "1.wav")
    voice.close()


def test_a_worker_that_ignores_the_end_is_killed(tmp_path):
    voice = VoiceWorker([sys.executable, "-c", "import time; time.sleep(60)"], seconds=0.2, tries=1)
    before = time.monotonic()
    with pytest.raises(VoiceFailedError, match="no answer within"):
        voice.render("One.", Language.EN, tmp_path / "1.wav")
    assert time.monotonic() - before < 10


# The worker's own side, in this process, without the engine.


class Speaker(voice_worker.Speaker):
    def __init__(self, error=None):
        super().__init__()
        self.error, self.spoken = error, []

    def speak(self, text, language, path, rate):
        if self.error:
            raise self.error
        self.spoken.append((text, language, path, rate))


def serve(*requests, speaker=None, tail=b""):
    asked, answers = io.BytesIO(), io.BytesIO()
    for request in requests:
        write_frame(asked, request)
    asked.write(tail)
    asked.seek(0)
    code = voice_worker.serve(asked, answers, speaker or Speaker())
    return code, list(frames(io.BytesIO(answers.getvalue())))


ASK = {"id": 1, "language": "zh", "text": "你好", "path": "a.wav", "rate": 190}


def test_the_worker_answers_each_and_ends_at_the_end():
    speaker = Speaker()
    assert serve(ASK, ASK | {"id": 2}, speaker=speaker) == (0, [{"id": 1, "done": True}, {"id": 2, "done": True}])
    assert speaker.spoken == [("你好", "zh", "a.wav", 190)] * 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (voice_worker._NoVoiceError("zh"), "no_voice"),
        (RuntimeError(), "rendering"),
        (OSError(), "engine"),
        (ImportError(), "engine"),
    ],
)
def test_the_worker_says_what_failed(error, code):
    assert serve(ASK, speaker=Speaker(error)) == (0, [{"id": 1, "failed": code}])


@pytest.mark.parametrize("request_", [{}, ASK | {"language": "fr"}, ASK | {"more": 1}, ASK | {"rate": 5000}, "hello"])
def test_the_worker_leaves_at_nonsense(request_):
    assert serve(request_) == (1, [])


def test_the_worker_leaves_at_a_cut_frame():
    assert serve(ASK, tail=b"\x00\x00") == (1, [{"id": 1, "done": True}])


class Engine:
    """What the engine shows to its user, with the voices of a system."""

    def __init__(self, *voices):
        self.voices, self.said, self.finishes = voices, [], True

    def connect(self, topic, told):
        assert topic == "finished-utterance"
        self.told = told

    def getProperty(self, name):
        return self.voices

    def setProperty(self, name, value):
        self.said.append((name, value))

    def save_to_file(self, text, path):
        self.said.append((text, path))

    def runAndWait(self):
        self.said.append("run")
        if self.finishes is not None:
            self.told(name=None, completed=self.finishes)


class Found:
    def __init__(self, identifier, name="", languages=()):
        self.id, self.name, self.languages = identifier, name, list(languages)


def test_voices_are_chosen_by_language(monkeypatch):
    engine = Engine(Found("sit/cmn-latn-pinyin"), Found("gmw/en-us"), Found("sit/cmn"))
    monkeypatch.setattr(voice_worker.sys, "platform", "linux")
    speaker = voice_worker.Speaker()
    speaker._engine = engine
    assert (speaker._voice("zh"), speaker._voice("en"), speaker._voice("zh")) == ("sit/cmn", "gmw/en-us", "sit/cmn")
    speaker = voice_worker.Speaker()
    speaker._engine = Engine(Found("gmw/de"))
    with pytest.raises(voice_worker._NoVoiceError):
        speaker._voice("zh")


def test_on_windows_the_systems_own_voices_are_taken(monkeypatch):
    monkeypatch.setattr(voice_worker.sys, "platform", "win32")
    zira = Found("TTS_MS_EN-US_ZIRA", "Microsoft Zira - English (United States)")
    huihui = Found("TTS_MS_ZH-CN_HUIHUI", "Microsoft Huihui", ["zh-CN"])
    engine = Engine(zira, huihui)
    monkeypatch.setitem(sys.modules, "pyttsx3", SimpleNamespace(init={"sapi5": engine}.get))
    speaker = voice_worker.Speaker()
    speaker.speak("你好", "zh", "a.wav", 190)
    assert engine.said == [
        ("voice", "TTS_MS_ZH-CN_HUIHUI"),
        ("rate", 190),
        ("volume", voice_worker.VOLUME),
        ("你好", "a.wav"),
        "run",
    ]
    assert speaker._voice("en") == "TTS_MS_EN-US_ZIRA"
    speaker._voices, speaker._engine = {}, Engine(zira)
    with pytest.raises(voice_worker._NoVoiceError):
        speaker._voice("zh")


def test_the_engine_is_made_once_and_told_to_finish(monkeypatch):
    engine, made, finished = Engine(Found("sit/cmn")), [], []
    library = SimpleNamespace(espeak_Synchronize=_Synchronize(finished))
    driver = SimpleNamespace(dll=library)
    monkeypatch.setattr(voice_worker.sys, "platform", "linux")
    monkeypatch.setitem(sys.modules, "pyttsx3", SimpleNamespace(init=lambda name: made.append(name) or engine))
    monkeypatch.setitem(sys.modules, "pyttsx3.drivers", SimpleNamespace(_espeak=driver))
    speaker = voice_worker.Speaker()
    speaker.speak("你好", "zh", "a.wav", 190)
    speaker.speak("你好", "zh", "b.wav", 190)
    assert made == ["espeak"]
    assert engine.said[:6] == [
        "run",
        ("voice", "sit/cmn"),
        ("rate", 190),
        ("volume", voice_worker.VOLUME),
        ("你好", "a.wav"),
        "run",
    ]
    assert finished == ["finished"] * 4, "before each sentence and after it"
    monkeypatch.setattr(voice_worker, "FINISH_SECONDS", 0.01)
    for never in (False, None):
        engine.finishes = never
        with pytest.raises(RuntimeError):
            speaker.speak("你好", "zh", "c.wav", 190)


class _Synchronize:
    restype = None

    def __init__(self, finished):
        self.finished = finished

    def __call__(self):
        self.finished.append("finished")
        return 0


def test_the_worker_keeps_its_answers_apart_from_what_is_printed(monkeypatch, tmp_path):
    asked = io.BytesIO()
    write_frame(asked, ASK)
    asked.seek(0)

    class Printing(Speaker):
        def speak(self, text, language, path, rate):
            os.write(out.fileno(), b"Audio saved")

    with open(tmp_path / "out", "wb") as out, open(tmp_path / "err", "wb") as err:
        monkeypatch.setattr(voice_worker.sys, "stdin", SimpleNamespace(buffer=asked))
        monkeypatch.setattr(voice_worker.sys, "stdout", out)
        monkeypatch.setattr(voice_worker.sys, "stderr", err)
        monkeypatch.setattr(voice_worker, "Speaker", Printing)
        assert voice_worker.main() == 0
    assert list(frames(io.BytesIO((tmp_path / "out").read_bytes()))) == [{"id": 1, "done": True}]
    assert (tmp_path / "err").read_bytes() == b"Audio saved"


def test_what_the_engine_prints_never_reaches_the_answers(tmp_path):
    worker = [sys.executable, "-m", "drawing.notice.voice_worker"]
    asked = io.BytesIO()
    write_frame(asked, ASK | {"path": str(tmp_path / "a.wav")})
    done = subprocess.run(worker, input=asked.getvalue(), capture_output=True, check=True, timeout=60)
    assert list(frames(io.BytesIO(done.stdout))) == [{"id": 1, "done": True}]
