"""What the form of a new draw shows: what was typed, what helps to type it, and what the rules say of it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vault.ids import DrawId

if TYPE_CHECKING:
    from app.drafting import Draft
    from drawing.narrowing import Report
    from drawing.rules import Finding


@dataclass(frozen=True, slots=True)
class CheckedView:
    """What the rules say of what was typed, and the counts it makes; `number` says of which state of the form.

    `report` is None where quotas can't be read, nobody signed in as operator, or there is no bank.
    """

    number: int
    findings: "tuple[Finding, ...]" = ()
    report: "Report | None" = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FormView:
    """The form: what stands in it, the specialties by name where a tree is known, and earlier draws to begin from."""

    draft: "Draft" = field(repr=False)
    checked: CheckedView
    specialties: tuple[tuple[str, str], ...]
    earlier: tuple[tuple[DrawId, str], ...]
