"""Every message that the program says has a Chinese translation, with the same placeholders, and `zh.mo` is made of it.

Messages are: the three sentences of every error class; what `installer.checks.said` finds in the source; the values of
enumerations and tables that are worded (`WORDED`); help texts of the command line; the sentences of the rule packs,
which bring their Chinese along and must be the same in the catalogue.  A place that says something which can't be
followed back is a finding too, and so is a translation that nothing says any more.
"""

import ast
import string
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Final

from typer.main import get_command

from app.cli import commands as command_line
from app.cli.helping import PAGE_WORDS, SYSTEM_WORDS, USAGE_TEMPLATES, help_messages
from app.desktop.journalviews import KINDS as JOURNAL_KINDS
from app.desktop.keys import KEYS
from app.desktop.pages.bank import COLUMNS as BANK_COLUMNS
from app.desktop.pages.bankimport import FIELD_WORDS
from app.desktop.pages.calls import COUNTED
from app.desktop.pages.draws import COLUMNS
from app.desktop.pages.form import CHOICE_WORDS, HEADS
from app.desktop.pages.form import WORDS as FORM_WORDS
from app.desktop.pages.journal import COLUMNS as JOURNAL_COLUMNS
from app.desktop.pages.opening import COLUMNS as LIST_COLUMNS
from app.desktop.pages.sorting import REASONS
from app.desktop.pages.stage import LEVELS
from app.desktop.parts import STEPS
from app.desktop.sections import BETWEEN, LAST, OWN
from app.desktop.tiles import DOING as CALL_WORDS
from app.desktop.tiles import LEFT
from app.rulepacks import packs
from app.sample.table import KINDS
from drawing.certificate import RELATIONS, UNREADABLE
from drawing.desk.opening import VACANCIES
from drawing.expert import Expert, Standing
from drawing.notice.keypad import Outcome
from drawing.notice.manual import Stage
from drawing.replacement import CHAIN
from drawing.request import TRADES
from drawing.steps import Step
from drawing.verify.report import State
from drawing.verify.verifier import CHECKS
from installer.checks.said import Said, Source
from resources.wording.catalogues import COMPOSED, catalogue, compiled
from vault.errors import FengqianError
from vault.roles import Act, Role

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("vault", "drawing", "printing", "evaluation", "central", "app")

WORDED: Final[tuple[str, ...]] = (
    *(value.value for kind in (Role, Act, Standing, Step, Outcome, Stage, State) for value in kind),
    *(field.name for field in fields(Expert)),
    *(UNREADABLE, *RELATIONS.values(), *TRADES, *CHECKS, *PAGE_WORDS, *SYSTEM_WORDS, *(kind for _, kind in KINDS)),
    *("owner", "second_supervisor", "namelist", "signin", "principal", "reserve", CHAIN),
    *(
        *STEPS,
        *COLUMNS,
        *LIST_COLUMNS,
        *JOURNAL_COLUMNS,
        *BANK_COLUMNS,
        *JOURNAL_KINDS.values(),
        *(*LEVELS.values(), *REASONS.values()),
        *FIELD_WORDS.values(),
        *(*CALL_WORDS.values(), *LEFT.values(), *(words for _, words in COUNTED)),
        *(*FORM_WORDS.values(), *CHOICE_WORDS.values(), *(word for words in HEADS.values() for word in words)),
        *(words for _, words in KEYS),
        *(*OWN.values(), *(entry.word for entry in (*BETWEEN, *LAST))),
    ),
    *(*VACANCIES, "conflict or absence at sign-in", "everyone has signed in"),
)
"""Values that are worded as they come: of enumerations, records and tables, not sentences in the source."""

TEMPLATES: Final = ("witness:{0}", "quota {0} ({1}) lacks {2} expert(s) and {3} reserve(s)")
"""Sources and lacks as an error's list holds them, worded one by one."""

HANDED_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "app/calls.py": ("word",),
    "app/cli/calling.py": ("outcome.value",),
    "app/cli/context.py": ("role.value", "identity.role.value"),
    "app/cli/doctor.py": ("check.name", "check.look()", "name"),
    "app/desktop/preflightroom.py": ("check.name", "check.look()"),
    "app/cli/draw_commands.py": ("live.record.step.value", "record.step.value"),
    "app/cli/commands.py": ("message",),
    "app/cli/helping.py": ("command.help", "command.epilog", "parameter.help"),
    "app/cli/opening.py": ("document",),
    "app/cli/replacing.py": ("name",),
    "app/cli/rights_commands.py": ("identity.role.value",),
    "app/cli/station_commands.py": ("identity.role.value", "role.value"),
    "app/cli/walk.py": ("name", "witness", "one.state"),
    "app/desktop/keys.py": ("words",),
    "app/desktop/pages/bank.py": ("one", "found.standing"),
    "app/desktop/pages/bankimport.py": ("key", "FIELD_WORDS[field]"),
    "app/desktop/pages/about.py": ("one.role.value",),
    "app/desktop/pages/form.py": ("CHOICE_WORDS.get(value, value)", "head", "HEADS[fault.place][fault.column]"),
    "app/desktop/pages/draws.py": ("one.step.value", "one"),
    "app/desktop/pages/journal.py": ("one", "word", "one.word"),
    "app/desktop/pages/calls.py": ("words",),
    "app/desktop/tiles.py": (
        *("LEFT.get(moment.outcome.value, moment.outcome.value)", "DOING[moment.state]"),
        "LEFT.get(past.ended, past.ended)",
    ),
    "app/desktop/pages/narrowing.py": ("ceremony.state",),
    "app/desktop/pages/notice.py": ("outcome.value",),
    "app/desktop/pages/opening.py": ("role", "word", "reason", "view.step.value"),
    "app/desktop/pages/sorting.py": ("name", "REASONS[place.reason]"),
    "app/desktop/pages/stage.py": ("witness.name", "key", "LEVELS[view.level]"),
    "app/desktop/pages/settings.py": ("word",),
    "app/desktop/pages/verify.py": ("check.state",),
    "app/desktop/parts.py": ("step",),
    "app/desktop/program.py": ("role.value",),
    "app/desktop/shell.py": ("section.word", "seat.role.value"),
    "app/desktop/verifyroom.py": ("one.check", "name", "one", "one.role"),
    "app/papers_facts.py": ("earlier.state",),
    "app/papers_minutes.py": ("reason",),
    "app/sample/table.py": ("kind",),
    "app/wording.py": ("text", "value"),
    "drawing/bank_difference.py": ("field",),
    "drawing/bank_report.py": ("found.field",),
    "drawing/rules.py": ("self.message",),
    "drawing/verify/report.py": (
        *("self.text", "self.place", "self.check", "self.state.value", "problem"),
        *("name", "one", "signer.role"),
    ),
    "drawing/verify/verifier.py": ("check", "one", "error.problem", "error.place", "error.what"),
}
"""Expressions that can't be followed back, by module: each is a value of `WORDED`, or said and found elsewhere."""

SPARE: Final[Mapping[str, frozenset[str]]] = {
    "{day} {month_name} {year} ({weekday})": frozenset({"month", "month_name"}),
}
"""Messages that get more fields than one language needs, with those that may differ."""

Key = tuple[str | None, str]


def findings() -> Iterator[str]:
    """Name what lacks a translation, has another set of placeholders, is out of date, or can't be seen."""
    known = {(one.context, str(one.id)): str(one.string) for one in catalogue("zh") if one.id}
    said, unseen = messages()
    for (context, message), where in sorted(said.items(), key=lambda item: item[0][1]):
        translated = known.get((context, message))
        if not translated:
            yield f"{where}: no Chinese for{' the composed' if context else ''}: {message}"
        elif (_fields(message) ^ _fields(translated)) - SPARE.get(message, frozenset()):
            yield f"{where}: other placeholders in Chinese: {message}"
    yield from (f"{where}: can't see what is said here" for where in unseen)
    yield from (f"zh.po: nothing says any more: {message}" for _, message in sorted(set(known) - set(said), key=str))
    yield from (f"zh.po: not the rule pack's Chinese: {en}" for en, zh in _packs() if known.get((None, en), zh) != zh)
    if files("resources.wording").joinpath("zh.mo").read_bytes() != compiled("zh"):
        yield "resources/wording/zh.mo isn't made of zh.po: python -m installer.checks.compile_wording"


def messages() -> tuple[dict[Key, str], list[str]]:
    """Return every message with a place that says it, and the places where it can't be seen what is said."""
    found: dict[Key, str] = {}
    unseen: list[str] = []
    modules = {path: _module(path) for path in _paths()}
    kinds = tuple(_errors())
    for kind in kinds:
        for sentence in (kind.what, kind.kept, kind.todo):
            found.setdefault((None, sentence), kind.__module__)
    names = frozenset(kind.__name__ for kind in kinds)
    for path, module in modules.items():
        name = str(path.relative_to(ROOT))
        for one in Source(ast.parse(path.read_text("utf-8")), module, names).said():
            if isinstance(one, Said):
                found.setdefault((COMPOSED if one.composed else None, one.message), f"{name}:{one.line}")
            elif one.expression not in HANDED_ON.get(name, ()):
                unseen.append(f"{name}:{one.line}: {one.expression}")
    for context, message, where in _listed():
        found.setdefault((context, message), where)
    return {key: where for key, where in found.items() if _is_worth_translating(key[1])}, unseen


def _listed() -> Iterator[tuple[str | None, str, str]]:
    yield from ((None, message, "installer/checks/wording.py") for message in WORDED)
    yield from ((None, message, "help") for message in help_messages(get_command(command_line.app)))
    yield from ((COMPOSED, message, "app/cli/helping.py") for message in USAGE_TEMPLATES)
    yield from ((COMPOSED, message, "installer/checks/wording.py") for message in TEMPLATES)
    yield from ((None, english, "rule pack") for english, _ in _packs())


def _packs() -> Iterator[tuple[str, str]]:
    for pack in packs(sample=True):
        yield from pack.rules.messages().items()


def _paths() -> list[Path]:
    return sorted(
        path
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and path.name != "__main__.py"
    )


def _module(path: Path) -> ModuleType:
    return import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def _errors() -> Iterator[type[FengqianError]]:
    waiting = [FengqianError]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += [below for below in kind.__subclasses__() if below.__module__.startswith(ROOMS)]


def _is_worth_translating(message: str) -> bool:
    """Say whether a message has words or marks of its own, or puts several values in an order."""
    plain = "".join(text for text, _, _, _ in string.Formatter().parse(message))
    return bool(plain.strip()) or len(_fields(message)) > 1


def _fields(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}
