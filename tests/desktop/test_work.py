"""Jobs run one after another on the desk's thread, and answer on the window's."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.work import DeskThread, Going
from app.errors import NobodyError, UnforeseenError
from vault.errors import FengqianError


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[DeskThread]:
    thread = DeskThread()
    yield thread
    thread.end()


def test_a_job_runs_apart_and_answers_here(desk: DeskThread, qtbot: QtBot) -> None:
    answers: list[tuple[str, str]] = []

    def take(where: str) -> None:
        answers.append((where, threading.current_thread().name))

    desk.ask(lambda _going: threading.current_thread().name).then(take)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [("desk", threading.main_thread().name)]


def test_jobs_keep_their_order(desk: DeskThread, qtbot: QtBot) -> None:
    answers: list[int] = []
    for number in range(20):
        desk.ask(lambda _going, number=number: number).then(answers.append)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(answers) == 20)
    assert answers == list(range(20))


def test_a_refusal_comes_as_itself_and_a_surprise_with_its_kind_alone(desk: DeskThread, qtbot: QtBot) -> None:
    refused: list[FengqianError] = []

    def nobody(_going: Going) -> None:
        raise NobodyError(role="keeper")

    def surprise(_going: Going) -> None:
        raise ValueError("13800000000")

    for job in (nobody, surprise):
        desk.ask(job).then(refused=refused.append)
    qtbot.waitUntil(lambda: len(refused) == 2)
    assert [type(error) for error in refused] == [NobodyError, UnforeseenError]
    assert "13800000000" not in str(refused[1].details)
    assert refused[1].details["kind"] == "ValueError"


def test_a_job_stops_at_its_safe_point(desk: DeskThread, qtbot: QtBot) -> None:
    reached, stopped = threading.Event(), []
    progress: list[tuple[int, int]] = []

    def job(going: Going) -> None:
        going.at(1, 2)
        reached.wait(10)
        going.at(2, 2)

    asked = desk.ask(job)
    asked.progressed.connect(lambda done, total: progress.append((done, total)))
    asked.stopped.connect(lambda: stopped.append(True))
    asked.going.stop()
    reached.set()
    qtbot.waitUntil(lambda: bool(stopped))
    assert (2, 2) not in progress


def test_what_comes_back_too_late_is_dropped(desk: DeskThread, qtbot: QtBot) -> None:
    answers: list[object] = []
    held = threading.Event()
    asked = desk.ask(lambda _going: held.wait(10)).then(answers.append)
    asked.forget()
    held.set()
    desk.ask(lambda _going: "next").then(answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["next"]
