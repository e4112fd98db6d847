"""Both verifiers over the same bytes: their exit codes, and what each says."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from drawing.verify import verify_transcript
from tests.auditor.script import verdict
from tests.drawing.verify import build
from tests.drawing.verify.mutate import mutated
from tests.drawing.verify.story import Story
from tests.drawing.verify.test_rechecks import rechecked_draw

DRAWS: dict[str, Callable[[], build.Drawn]] = {
    "rich": build.rich_draw,
    "exact": build.exact_draw,
    "short": build.short_draw,
    "replaced": build.replaced_draw,
    "rechecked": rechecked_draw,
}


_NO_VERDICT = ("can't be read (", "can't be carried out (")


class Verdicts(NamedTuple):
    """The program's exit code and the auditor's file's, and what both said."""

    program: int
    auditor: int
    said: str


def verdicts(file: bytes, folder: Path, options: Iterable[str] = ()) -> Verdicts:
    report = verify_transcript(file)
    code, said = verdict(file, folder, options)
    first = [text for text in report.texts() if text.startswith("wrong")]
    return Verdicts(report.exit_code, code, "\n".join([*first, *said.splitlines()[-3:]]))


def disagreement(name: str, seed: int, folder: Path) -> str | None:
    """Change a draw's story by a seed; return what both say where they don't agree, or where one can't say it."""
    story = Story(DRAWS[name]())
    made = mutated(story, seed)
    try:
        file = story.file()
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, StopIteration):
        return None  # nothing that could be written down
    found = verdicts(file, folder)
    stale = not story.is_carried_on and "what the rule gives: " in found.said and "[ 7]" not in found.said
    if found.program == found.auditor and not any(mark in found.said for mark in _NO_VERDICT) and not stale:
        return None
    return f"{name} {seed} ({made}): {found.program} and {found.auditor}\n{found.said}"
