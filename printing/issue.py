"""Issuing a copy: the one way by which paper leaves.

Order of steps: set the page once without effect, so that a value that can't be set is refused before a number is taken;
reserve the number; tell whoever keeps the journal; set the page with its number; send it; mark the outcome.  Whatever
goes wrong after the number is reserved leaves it reserved, unknown or failed, and the next copy has the next number.
"""

from collections.abc import Callable
from dataclasses import dataclass

from printing.printers import Printer, PrintJob
from printing.register import Copy, CopyRegister


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed: the draw's id, the document's kind, a title for the queue, who asks and why."""

    subject: str
    document: str
    title: str
    asked_by: tuple[str, ...] = ()
    reason: str = ""


def issue_copy(
    order: Order,
    make: Callable[[int], bytes],
    *,
    register: CopyRegister,
    printer: Printer,
    announce: Callable[[Copy], None] = lambda _copy: None,
) -> Copy:
    """Print the next copy of a document; `make` sets the page for a copy's number, `announce` journals it before.

    Raises:
        ReasonMissingError: for a reprint without a reason.
        PrintingError: whatever `make` refuses; then no number is taken.
    """
    make(1 + len(register.copies(order.subject, order.document)))  # what can't be set takes no number
    copy = register.reserve(
        order.subject,
        order.document,
        printer=printer.name,
        asked_by=order.asked_by,
        reason=order.reason,
    )
    announce(copy)
    job = PrintJob(order.title, order.document, order.subject, copy.number)
    outcome = printer.submit(make(copy.number), job)
    return register.mark(copy, outcome)
