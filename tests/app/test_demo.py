"""The sample centre's whole job, small, as `make demo` starts it."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from resources import sample
from tests.app.console import ROOT, Console
from tests.app.paper import text_of

SIZE = 600


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("demo") / "out put"
    words = [sys.executable, "-m", "app.cli.main", "--lang", "zh", "demo", "--out", str(out), "--size", str(SIZE)]
    done = subprocess.run(words, capture_output=True, cwd=ROOT, check=False, encoding="utf-8")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stdout[-2000:] + done.stderr
    return out, done.stdout


def test_it_leaves_what_its_table_names(demo: tuple[Path, str]) -> None:
    out, told = demo
    made = [*out.glob("*.pdf"), *out.glob("paper/*.pdf"), out / "transcript.json", out / "auditor.box"]
    assert len([path for path in made if path.suffix == ".pdf"]) >= 10
    assert all(path.stat().st_size > 1000 for path in made)
    assert all(path.name in told for path in made)
    assert len(list((out / "voice").glob("*.wav"))) == 32
    assert all(text_of(path) for path in made if path.suffix == ".pdf")


def test_drawn_names_and_numbers_stand_on_paper_and_in_the_home_alone(demo: tuple[Path, str]) -> None:
    out, told = demo
    people = [dict(zip(sample.HEADERS, map(str, row), strict=True)) for row in sample.generate(size=SIZE)]
    lists = "".join(text_of(path) for path in out.glob("paper/*namelist*.pdf"))
    drawn = [person for person in people if person["手机号码"] in lists]
    assert len(drawn) >= 9
    ours = {"home", "paper"}
    banks = {"bank.xlsx", "bank-gb18030.csv"}
    open_files = [
        path
        for path in out.rglob("*")
        if path.is_file() and path.relative_to(out).parts[0] not in ours and path.name not in banks
    ]
    assert len(open_files) > 40
    texts = {path: text_of(path) for path in open_files if path.suffix == ".pdf"}
    for person in drawn:
        for word in (person["姓名"], person["手机号码"], person["专家编号"]):
            needles = [*(word.encode(code) for code in ("utf-8", "gb18030", "utf-16-le")), _base64(word)]
            for path in open_files:
                assert not any(needle in path.read_bytes() for needle in needles), path.name
                assert word not in texts.get(path, ""), path.name
        assert person["手机号码"] not in told
        assert person["专家编号"] not in told


def _base64(word: str) -> bytes:
    return base64.b64encode(word.encode("utf-8") * 3)[4:-4]


def test_both_verifiers_judge_as_they_must(demo: tuple[Path, str], tmp_path: Path) -> None:
    out, _ = demo
    stranger = Console(tmp_path / "none")
    assert stranger.run("verify", out / "transcript.json", answers={}).code == 3
    stranger.run("verify", out / "transcript.json", "--keys", out / "keys.json", answers={}).ok()
    for name in ("changed.json", "forged.json"):
        told = stranger.run("verify", out / name, "--keys", out / "keys.json", answers={})
        assert told.code == 1


def test_it_runs_again_over_its_own_folder_and_over_nobody_elses(demo: tuple[Path, str], tmp_path: Path) -> None:
    console = Console(tmp_path / "none")
    (tmp_path / "mine" / "home").mkdir(parents=True)
    (tmp_path / "mine" / "home" / "station.json").write_text("{}")
    told = console.run("demo", "--out", tmp_path / "mine", "--size", "100", answers={}).refused("app.file")
    assert "no demo made it" in told.err
    assert (tmp_path / "mine" / "home" / "station.json").exists()
    (tmp_path / "file").write_text("x")
    assert console.run("demo", "--out", tmp_path / "file", answers={}).code == 1


def test_the_sample_centre_says_so_on_its_transcript(demo: tuple[Path, str]) -> None:
    out, told = demo
    assert "示例" in told
    payload = json.loads((out / "transcript.json").read_bytes())["payload"]
    assert b'"sample":true' in base64.b64decode(payload)
