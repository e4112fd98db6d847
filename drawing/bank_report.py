"""What a check of a bank found: counts, and the first lines of each kind with line, field and reason.

Problems refuse the whole bank, warnings don't.  Every finding is counted; of each kind the first 200 are listed.  A
finding carries no name and no telephone number: the line says where to look.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from drawing.banktable import Source
from vault import jsontext
from vault.suite import digest

Wording = Callable[[str], str]

LISTED_A_KIND: Final = 200
_SHOWN_A_KIND: Final = 3
_LONGEST_VALUE: Final = 40

PROBLEMS: Final[dict[str, str]] = {
    "cells": "the line has {found} cells, the header {expected}",
    "id_missing": "the id is missing",
    "id_form": "the id has a character that no id may have: {value}",
    "id_lookalike": "the id has characters that look like others: {value}",
    "id_normal_form": "the id is written in another Unicode form than NFC: {value}",
    "id_number": "the id was turned into a number and may have lost digits: {value}",
    "id_kind": "the id is a number here and text in most other lines, or the other way round",
    "id_duplicate": "the id stands already in line {other}",
    "id_twin": "the id looks like the one in line {other}",
    "name_missing": "the name is missing",
    "phone_missing": "the telephone number is missing",
    "phone_number": "the telephone number was turned into a number such as 1.38E+10 and has lost digits",
    "phone_form": "the telephone number is neither a mobile number nor a landline number with its area code",
    "specialties_missing": "no specialty is named",
    "specialties_many": "over {limit} specialties are named",
    "specialty_form": "a specialty isn't written as a code: {value}",
    "specialty_lookalike": "a specialty's code has characters that look like others: {value}",
    "standing_unknown": "the standing isn't one that the program knows: {value}",
    "language_unknown": "the language isn't one that the program speaks: {value}",
    "date_form": "this isn't a date: {value}",
    "too_long": "the text is longer than {limit} characters",
    "control": "the text has an invisible control character: {value}",
    "formula": "the text begins like a formula",
}

WARNINGS: Final[dict[str, str]] = {
    "blank_lines": "{count} blank lines were passed over",
    "ids_are_numbers": "the ids are numbers: zeros at their beginning, if there were any, are lost",
    "phone_rewritten": "the telephone number was brought to plain digits",
    "text_rewritten": "the text was brought to its normal Unicode form",
    "private_character": "the text has a private character that other computers may show differently",
    "specialty_rewritten": "a specialty's code was brought to plain capital letters and digits",
    "specialty_unknown": "the specialty isn't in the classification: {value}",
    "same_person": "name and telephone number are those of line {other}",
    "same_phone": "the telephone number is that of another expert, line {other}",
    "until_alone": "a date of suspension stands beside the standing {value}",
    "employer_spellings": "one employer is written in {count} ways, among them in line {other}",
}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One finding: line as an editor shows it (0: the whole file), field, code, and values for the template."""

    line: int
    field: str
    code: str
    details: tuple[tuple[str, str], ...] = ()

    def text(self, wording: Wording) -> str:
        """Return the reason as a sentence part in the reader's language."""
        template = PROBLEMS.get(self.code) or WARNINGS[self.code]
        return wording(template).format_map(dict(self.details))


class Findings:
    """Collects findings while a bank is checked."""

    def __init__(self) -> None:
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []
        self.problem_counts: dict[str, int] = {}
        self.warning_counts: dict[str, int] = {}
        self.bad_lines: set[int] = set()
        self.total = 0

    def problem(self, line: int, field: str, code: str, **details: object) -> None:
        """Note something that refuses the bank."""
        self.bad_lines.add(line)
        self.total += 1
        _note(self.problems, self.problem_counts, RowProblem(line, field, code, _shown(details)), PROBLEMS)

    def warning(self, line: int, field: str, code: str, **details: object) -> None:
        """Note something that people should look at."""
        self.total += 1
        _note(self.warnings, self.warning_counts, RowProblem(line, field, code, _shown(details)), WARNINGS)


def _note(listed: list[RowProblem], counts: dict[str, int], found: RowProblem, known: Mapping[str, str]) -> None:
    if found.code not in known:
        raise ValueError("a finding without a sentence")
    counts[found.code] = counts.get(found.code, 0) + 1
    if counts[found.code] <= LISTED_A_KIND:
        listed.append(found)


def _shown(details: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((key, show_value(str(value))) for key, value in details.items())


def show_value(text: str) -> str:
    """Return a value as a report may show it: cut short, and each odd character with its code point."""
    shown = "".join(_show_character(char) for char in text[:_LONGEST_VALUE])
    return shown + "…" if len(text) > _LONGEST_VALUE else shown


def _show_character(char: str) -> str:
    if char == " " or (char.isascii() and char.isprintable()) or "\u4e00" <= char <= "\u9fff" or char in "，、；（）":
        return char
    return f"{char if char.isprintable() else ''}[U+{ord(char):04X}]"


@dataclass(frozen=True, slots=True)
class BankReport:
    """What was found: rows read, bad lines, findings by line, counts by code, and the root where nothing is bad."""

    source: Source
    columns: tuple[tuple[str, str], ...]
    rows: int
    bad_rows: int
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    problem_counts: tuple[tuple[str, int], ...]
    warning_counts: tuple[tuple[str, int], ...]
    root: bytes

    @property
    def is_clean(self) -> bool:
        """Say whether the bank may be accepted."""
        return not self.problem_counts

    def to_json(self) -> jsontext.JsonValue:
        """Return the counts that people accept, without any line."""
        return {
            "v": 1,
            "file": self.source.name,
            "file_digest": self.source.digest.hex(),
            "encoding": self.source.encoding,
            "columns": dict(self.columns),
            "rows": self.rows,
            "bad_rows": self.bad_rows,
            "problems": dict(self.problem_counts),
            "warnings": dict(self.warning_counts),
            "root": self.root.hex(),
        }

    @property
    def digest(self) -> bytes:
        """Return the 32-byte digest of `to_json`, which an acceptance names."""
        return digest("bank-report", jsontext.dumps(self.to_json()))


def make_report(
    source: Source, columns: tuple[tuple[str, str], ...], rows: int, findings: Findings, root: bytes
) -> BankReport:
    """Make the report of a finished check, findings in the order of their lines."""
    return BankReport(
        source,
        columns,
        rows,
        len(findings.bad_lines),
        _in_order(findings.problems),
        _in_order(findings.warnings),
        tuple(sorted(findings.problem_counts.items())),
        tuple(sorted(findings.warning_counts.items())),
        root,
    )


def _in_order(findings: list[RowProblem]) -> tuple[RowProblem, ...]:
    return tuple(sorted(findings, key=lambda found: (found.line, found.field, found.code)))


def report_lines(report: BankReport, wording: Wording, *, every: bool = False) -> Iterator[str]:
    """Write the report as lines of text: the counts, each problem, the first warnings of a kind or `every` one."""
    yield wording("{rows} rows read from {file}, {bad} of them can't be taken.").format(
        rows=report.rows, file=report.source.name, bad=report.bad_rows
    )
    yield from _section(wording("Problems"), report.problems, report.problem_counts, wording, LISTED_A_KIND)
    shown = LISTED_A_KIND if every else _SHOWN_A_KIND
    yield from _section(wording("Warnings"), report.warnings, report.warning_counts, wording, shown)


def _section(
    title: str, findings: Sequence[RowProblem], counts: Sequence[tuple[str, int]], wording: Wording, shown: int
) -> Iterator[str]:
    """Write the findings kind by kind: the first `shown` of each, and then how many more like these there are."""
    if not counts:
        return
    yield wording("{name}: {text}").format(name=title, text=sum(count for _, count in counts))
    for code, count in counts:
        alike = [found for found in findings if found.code == code][:shown]
        for found in alike:
            place = wording("line {line}, {field}").format(line=found.line, field=wording(found.field))
            name = place if found.line else wording("the file")
            yield "  " + wording("{name}: {text}").format(name=name, text=found.text(wording))
        if count > len(alike):
            yield "  " + wording("… and {count} more like these").format(count=count - len(alike))
