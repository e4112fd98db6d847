from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from printing.errors import MissingGlyphError
from printing.issue import Order, issue_copy
from printing.printers import PrintOutcome
from printing.register import (
    MIGRATIONS,
    Copy,
    CopyMarkedError,
    CopyRegister,
    CopyState,
    ReasonMissingError,
    printing_copy,
)
from tests.fakes.clock import SteadyClock
from tests.fakes.printer import TestPrinter
from vault.database import metadata, migrate, open_engine

KEY = bytes(range(32))
ORDER = Order("draw-1", "namelist", "名单", ("op", "sup"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "station.db", KEY)
    with opened.connect() as connection:
        migrate(connection, [MIGRATIONS])
    yield opened
    opened.dispose()


@pytest.fixture
def register(engine: Engine) -> CopyRegister:
    return CopyRegister(engine, SteadyClock())


def reserve(register: CopyRegister, document: str = "namelist", reason: str = "") -> Copy:
    return register.reserve("draw-1", document, printer="p", asked_by=("op", "sup"), reason=reason)


def a_page(number: int) -> bytes:
    return b"page %d" % number


def test_migrated_table_equals_the_model(engine: Engine) -> None:
    def ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return kind != "table" or name == printing_copy.name

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []
        made = "SELECT sql FROM sqlite_master WHERE name = 'printing_copy'"
        migrated = connection.exec_driver_sql(made).scalar_one()
        connection.rollback()
        with connection.begin():
            connection.exec_driver_sql("DROP TABLE printing_copy")
            printing_copy.create(connection)
            modelled = connection.exec_driver_sql(made).scalar_one()
    clauses = [sorted(part.strip() for part in sql[sql.index("(") + 1 :].split("\n")) for sql in (migrated, modelled)]
    assert [c.rstrip(", ") for c in clauses[0]] == [c.rstrip(", ") for c in clauses[1]]


def test_numbers_rise_and_each_document_has_its_own(register: CopyRegister) -> None:
    assert [reserve(register).number, reserve(register, reason="paper jam").number] == [1, 2]
    assert reserve(register, "signin").number == 1
    assert [(c.document, c.number) for c in register.copies("draw-1")] == [
        ("namelist", 1),
        ("namelist", 2),
        ("signin", 1),
    ]
    assert register.copies("draw-2") == []


def test_a_reserved_copy_is_on_the_disk_before_anything_prints(tmp_path: Path, register: CopyRegister) -> None:
    reserve(register)
    other = open_engine(tmp_path / "station.db", KEY)
    try:
        (found,) = CopyRegister(other, SteadyClock()).copies("draw-1")
    finally:
        other.dispose()
    assert (found.state, found.asked_by, found.marked_at) == (CopyState.RESERVED, ("op", "sup"), None)


@pytest.mark.parametrize("outcome", list(PrintOutcome))
def test_no_outcome_gives_a_number_back(register: CopyRegister, outcome: PrintOutcome) -> None:
    marked = register.mark(reserve(register), outcome)
    assert marked.state.value == outcome.value
    assert marked.marked_at is not None
    assert marked.marked_at > marked.reserved_at
    with pytest.raises(ReasonMissingError):
        reserve(register, reason="  ")
    assert reserve(register, reason="once more").number == 2


def test_an_outcome_is_marked_once(register: CopyRegister) -> None:
    copy = reserve(register)
    register.mark(copy, PrintOutcome.UNKNOWN)
    with pytest.raises(CopyMarkedError):
        register.mark(copy, PrintOutcome.DONE)
    assert register.copies("draw-1")[0].state is CopyState.UNKNOWN


def test_what_a_dead_program_left_reserved_is_settled_as_unknown(register: CopyRegister) -> None:
    reserve(register)
    register.mark(reserve(register, "signin"), PrintOutcome.DONE)
    assert [copy.document for copy in register.settle()] == ["namelist"]
    assert [copy.state for copy in register.copies("draw-1")] == [CopyState.UNKNOWN, CopyState.DONE]
    assert register.settle() == []
    assert reserve(register, reason="the printer said nothing").number == 2


def test_two_at_once_never_get_one_number(register: CopyRegister) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda n: reserve(register, "minutes", f"reason {n}").number, range(12)))
    assert sorted(numbers) == list(range(1, 13))


def test_the_table_itself_refuses_a_second_original(engine: Engine, register: CopyRegister) -> None:
    reserve(register)
    kept = "printer, asked_by, reason, reserved_at, NULL FROM printing_copy"
    again = "INSERT INTO printing_copy SELECT NULL, subject, document, {}, {}, " + kept
    for number, state in (("number", "state"), ("0", "state"), ("number + 1", "'lost'")):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text(again.format(number, state)))


def test_issuing_reserves_then_tells_then_sends_then_marks(register: CopyRegister) -> None:
    printer, told = TestPrinter(), []

    def announce(copy: Copy) -> None:
        told.append((copy.number, [c.state for c in register.copies("draw-1")], len(printer.sent)))

    copy = issue_copy(ORDER, a_page, register=register, printer=printer, announce=announce)
    assert told == [(1, [CopyState.RESERVED], 0)]
    assert (copy.number, copy.state, copy.printer) == (1, CopyState.DONE, "test printer")
    ((document, job),) = printer.sent
    assert (document, job.copy, job.title, job.subject) == (b"page 1", 1, "名单", "draw-1")


def test_a_printer_that_says_nothing_leads_to_number_two(register: CopyRegister) -> None:
    printer = TestPrinter(PrintOutcome.UNKNOWN)
    first = issue_copy(ORDER, a_page, register=register, printer=printer)
    assert first.state is CopyState.UNKNOWN
    again = Order("draw-1", "namelist", "名单", reason="nothing came out")
    second = issue_copy(again, a_page, register=register, printer=printer)
    assert (second.number, printer.sent[1][0]) == (2, b"page 2")


def test_a_program_that_dies_while_printing_leaves_the_number_taken(register: CopyRegister) -> None:
    printer = TestPrinter(RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        issue_copy(ORDER, a_page, register=register, printer=printer)
    assert [copy.state for copy in register.copies("draw-1")] == [CopyState.RESERVED]


def test_what_cannot_be_set_takes_no_number(register: CopyRegister) -> None:
    def unsettable(_number: int) -> bytes:
        raise MissingGlyphError(character="U+E000")

    printer = TestPrinter()
    with pytest.raises(MissingGlyphError):
        issue_copy(ORDER, unsettable, register=register, printer=printer)
    assert register.copies("draw-1") == []
    assert printer.sent == []


def test_a_journal_that_refuses_keeps_the_printer_quiet(register: CopyRegister) -> None:
    def refuse(_copy: Copy) -> None:
        raise OSError("disk full")

    printer = TestPrinter()
    with pytest.raises(OSError, match="disk full"):
        issue_copy(ORDER, a_page, register=register, printer=printer, announce=refuse)
    assert printer.sent == []
    assert register.copies("draw-1")[0].state is CopyState.RESERVED
