"""Bidders who become known only after the draw: read from a text file, and set beside the bank's employers.

The rule is that of a recused employer in a request (`drawing.eligibility`): present and former employers, equal in
normal form or confirmed by the supervisor.  No refusal holds a name.  Left out: whether somebody sits on a list.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from drawing.custody import Confirmed, Recheck
from drawing.eligibility import barred_employers, confirmation
from drawing.employer import EmployerMatch, match_employers, normal_form
from drawing.errors import DrawingError
from drawing.expert import Expert
from vault.randomness import Randomness

LONGEST_FILE = 1024 * 1024
MOST_BIDDERS, LONGEST_NAME = 1_000, 200


class BiddersRefusedError(DrawingError):
    """A file of bidders isn't one."""

    code = "drawing.bidders.refused"
    what = "The file of bidders can't be used: {problem}."
    kept = "Nothing was rechecked."
    todo = "Write one bidder's name a line, as UTF-8 or GB18030, and give the command again."


class BidderNameError(DrawingError):
    """A line of a file of bidders isn't a name."""

    code = "drawing.bidders.name"
    what = "Line {line} of the file of bidders can't be used: {problem}."
    kept = "Nothing was rechecked."
    todo = "Write one bidder's name a line, as UTF-8 or GB18030, and give the command again."


def read_bidders(data: bytes) -> tuple[str, ...]:
    """Read names, one a line, in UTF-8 or GB18030: ascending, and one spelling of those with one normal form.

    Raises:
        BiddersRefusedError: where there is no name, too many, too long a file, or another encoding.
        BidderNameError: where a line isn't a name.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(_text(data).splitlines(), 1):
        name = unicodedata.normalize("NFC", line).strip()
        if name:
            _check(name, number)
            form = normal_form(name)
            found[form] = min(name, found.get(form, name))
    if not found:
        raise BiddersRefusedError(problem="no name stands in it")
    if len(found) > MOST_BIDDERS:
        raise BiddersRefusedError(problem="over 1,000 names stand in it")
    return tuple(sorted(found.values()))


def _text(data: bytes) -> str:
    if len(data) > LONGEST_FILE:
        raise BiddersRefusedError(problem="it is longer than 1 MiB")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BiddersRefusedError(problem="it is neither UTF-8 nor GB18030")


def _check(name: str, line: int) -> None:
    if len(name) > LONGEST_NAME:
        raise BidderNameError(line=line, problem="it is longer than 200 characters")
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise BidderNameError(line=line, problem="it has a control or invisible character")
    if any(mark in name for mark in ";；、，"):
        raise BidderNameError(line=line, problem="several names stand in it")
    if not any(unicodedata.category(character)[0] in "LN" for character in name):
        raise BidderNameError(line=line, problem="it has neither a letter nor a figure")


def employers_alike(bidders: Sequence[str], experts: Iterable[Expert]) -> tuple[EmployerMatch, ...]:
    """Set bidders beside the employers of `experts` that look alike without being equal, for the supervisor."""
    employers = {name for expert in experts for name in (expert.employer, *expert.former_employers)}
    return tuple(match for match in match_employers(bidders, employers) if not match.is_exact)


def recheck_of(bidders: Sequence[str], confirmed: Iterable[Confirmed], randomness: Randomness) -> Recheck:
    """Make a recheck of names that `read_bidders` gave and of the look-alikes that were confirmed, with a nonce."""
    pairs = sorted({(match.recused, match.employer) for match in confirmed})
    return Recheck(randomness.take(32), tuple(bidders), tuple(Confirmed(*pair) for pair in pairs))


def barred_by(rechecks: Iterable[Recheck]) -> frozenset[str]:
    """Return the normal forms of the employers whose people are in conflict after these rechecks."""
    barred: set[str] = set()
    for recheck in rechecks:
        pairs = [confirmation(match.employer, match.recused) for match in recheck.matches]
        barred |= barred_employers(recheck.bidders, pairs)
    return frozenset(barred)


def is_in_conflict(expert: Expert, barred: frozenset[str]) -> bool:
    """Say whether a present or former employer is barred."""
    return any(normal_form(name) in barred for name in (expert.employer, *expert.former_employers))
