"""Whatever is shown in Chinese has Chinese punctuation: screens, refusals, reports of the verifier, papers."""

import re
from pathlib import Path

import pytest

from app.wording import render_error, wording_for
from drawing.verify import verify_transcript
from tests.app.console import DRAW, OPEN, Console, write_request
from tests.app.paper import text_of
from tests.drawing.verify.build import exact_draw, replaced_draw, rich_draw, short_draw
from tests.drawing.verify.test_rechecks import rechecked_draw
from vault.errors import FengqianError

HALF_WIDTH = re.compile("[\u4e00-\u9fff）」][,:;?!]( |$|[\u4e00-\u9fff（])", re.MULTILINE)
CODES = re.compile(r"\b(lot|project|time|pool|aborted|sealed|closed|owner|chain|witness)\b")


def lines_with_half_width(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if HALF_WIDTH.search(line)]


def test_a_whole_job_in_chinese(console: Console, tmp_path: Path, banks: tuple[Path, Path]) -> None:
    zh, out = Console(console.home, "zh"), tmp_path / "out"
    answers = {**DRAW, "notice.1.*": ["2", "1"], "notice.1.approve": "y"}
    told = [zh.run("bank", "check", banks[1])]
    told.append(zh.run("draw", write_request(tmp_path / "request.json"), "--out", out, answers=answers).ok())
    serial = told[-1].serial
    told.append(zh.run("draws").ok())
    told.append(zh.run("draw", tmp_path / "request.json", "--out", tmp_path / "b", answers={**DRAW, "supervisor": "?"}))
    told.append(zh.run("open", serial, "--out", out, answers={**OPEN, "signin.vacant": ["3=x, 甲=乙", "3=absent", ""]}))
    told.append(zh.run("print", serial, "--out", out, answers=OPEN).ok())
    told.append(zh.run("verify", out / "transcript.json", answers={}))
    assert [each.code for each in told] == [0, 0, 0, 1, 0, 0, 3]
    assert lines_with_half_width("\n".join(each.out + each.err for each in told)) == []
    papers = [text_of(path) for path in sorted(out.rglob("*.pdf"))]
    assert len(papers) > 5
    assert lines_with_half_width("\n".join(papers)) == []


def test_the_verifiers_report_has_no_english_codes_in_chinese() -> None:
    for drawn in (exact_draw(), rich_draw(), short_draw(), replaced_draw(), rechecked_draw()):
        report = verify_transcript(drawn.file, keys=drawn.keys)
        shown = [*report.texts(wording_for("zh"))]
        assert lines_with_half_width("\n".join(shown)) == []
        facts = shown[len(report.lines) : len(report.lines) + len(report.facts)]
        assert [line for line in facts if CODES.search(line)] == []


def test_a_list_in_a_refusal_has_the_languages_own_separator() -> None:
    class ListedError(FengqianError):
        code, what, kept, todo = "test.listed", "Choose one of: {names}", "", ""

    error = ListedError(names=("何立群", "罗致远"))
    assert render_error(error, wording_for("zh")).splitlines()[0].endswith("何立群、罗致远")
    assert render_error(error, str).splitlines()[0] == "Choose one of: 何立群, 罗致远"
    assert str(error) == "test.listed: Choose one of: 何立群, 罗致远"


@pytest.mark.parametrize("text", ["正常: 文件", "有误,", "好; 不好", "甲, 乙", "（示例）: 甲"])
def test_the_check_sees_half_width_punctuation(text: str) -> None:
    assert lines_with_half_width(text) == [text]
