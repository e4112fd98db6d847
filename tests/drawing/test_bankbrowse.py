"""The bank to look at: what matches, in pieces, and counts under each code that agree with the people themselves."""

from pathlib import Path

from app.composition import open_station
from app.sample.centre import PASSPHRASE, make_centre
from drawing.bankbrowse import BankBrowse
from drawing.specialty import covers, parents
from vault.kdf import KdfCost


def test_counts_keys_and_rows_agree_with_the_people(tmp_path: Path) -> None:
    make_centre(tmp_path / "home", "zh", lambda _done, _of: None, KdfCost(1024, 1, 1), 200)
    with open_station(tmp_path / "home", lambda: PASSPHRASE) as station:
        version = station.bank.current()
        browse = BankBrowse(station.engine, version)
        everyone = browse.rows([key for part in browse.matching() for key in part])
        assert len(everyone) == len({one.id for one in everyone}) == version.experts == 200
        counts = dict(browse.specialties())
        codes = {code for one in everyone for code in one.specialties}
        assert set(counts) == codes | {above for code in codes for above in parents(code)}
        for code, count in counts.items():
            found = [one for one in everyone if any(covers(own, code) for own in one.specialties)]
            assert count == len(found)
            assert sum(len(part) for part in browse.matching(code)) == count
        known = everyone[0]
        (key,) = [key for part in browse.matching(text=known.phone) for key in part]
        assert browse.rows([key]) == (known,)
        assert not [key for part in browse.matching(text=known.phone, fits=lambda _one: False) for key in part]
