"""The bank to look at, on the desk's thread: a filter's keys are kept here, and its rows given a screen at a time.

For an operator people are masked: no name, no number, and nothing of fewer than ten, so that no search tells who is
behind a specialty.  A supervisor who is alone at the desk sees them whole.
"""

from array import array

from app.banking import current_version
from app.composition import Station
from app.desktop.bankviews import FEWEST_SHOWN, BankView, ExpertView, FoundView, RowsView, SpecialtyView, VersionView
from app.desktop.work import Going
from drawing.bankbrowse import BankBrowse, codes_of
from drawing.expert import Expert
from resources.sample.specialties import specialties

_HIDDEN = "＊"


class BankRoom:
    """The newest version of one station's bank."""

    def __init__(self, station: Station, *, masked: bool) -> None:
        self._station, self.masked = station, masked
        self._keys: array[int] = array("q")
        self._number = 0

    def _browse(self) -> BankBrowse | None:
        version = current_version(self._station)
        return None if version is None else BankBrowse(self._station.engine, version)

    def about(self) -> BankView:
        """Return the versions, and whether people are masked."""
        versions = tuple(
            VersionView(
                one.number, one.acceptance.at, one.experts, one.added, one.removed, one.changed, one.root.hex()[:16]
            )
            for one in reversed(self._station.bank.versions())
        )
        return BankView(versions, self.masked)

    def specialties(self, going: Going) -> tuple[SpecialtyView, ...]:
        """Return the specialties of the version in force with their counts, by ascending code."""
        browse = self._browse()
        names = specialties() if self._station.sample else {}
        counts: dict[str, int] = {}
        for done, (code, count) in enumerate(browse.specialties() if browse is not None else ()):
            counts[code] = count
            going.at(done, 0)
        return tuple(
            SpecialtyView(code, names.get(code, ""), count if count >= FEWEST_SHOWN else None)
            for code, count in sorted(counts.items())
            if count
        )

    def find(self, number: int, prefix: str, text: str, going: Going) -> FoundView:
        """Find the rows of a specialty, or all, that hold a text."""
        browse, keys = self._browse(), array("q")
        if browse is not None:
            fits = (lambda one: _holds(one, text)) if text and self.masked else None
            for part in browse.matching(prefix, text, fits):
                keys.extend(part)
                going.at(len(keys), browse.version.experts)
        few = self.masked and 0 < len(keys) < FEWEST_SHOWN and bool(prefix or text)
        self._keys, self._number = (array("q") if few else keys), number
        return FoundView(number, None if few else len(keys))

    def rows(self, number: int, start: int, count: int) -> RowsView:
        """Return some rows of the filter of that number; none where another came since."""
        browse = self._browse()
        if browse is None or number != self._number:
            return RowsView(number, start, ())
        experts = browse.rows(self._keys[start : start + count])
        return RowsView(number, start, tuple(_shown(one, masked=self.masked) for one in experts))


def _holds(one: Expert, text: str) -> bool:
    """Say whether what an operator may see of an expert holds a text."""
    return any(text in part for part in (one.id, one.employer, one.region, codes_of(one)))


def _shown(one: Expert, *, masked: bool) -> ExpertView:
    name = f"{one.name[:1]}{_HIDDEN * max(len(one.name) - 1, 1)}" if masked else one.name
    phone = "" if masked else one.phone
    return ExpertView(one.id, name, phone, one.employer, codes_of(one), one.region, one.standing.value)
