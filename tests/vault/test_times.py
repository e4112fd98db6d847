from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.times import from_text, to_text


class Nowhere(tzinfo):
    def utcoffset(self, moment):
        return None


def test_written_in_utc_with_z():
    shanghai = timezone(timedelta(hours=8))
    assert to_text(datetime(2026, 11, 23, 16, 30, tzinfo=shanghai)) == "2026-11-23T08:30:00Z"
    assert to_text(datetime(2026, 11, 23, 8, 30, 0, 7000, tzinfo=UTC)) == "2026-11-23T08:30:00.007Z"
    assert to_text(datetime(2026, 11, 23, 8, 30, 0, 999, tzinfo=UTC)) == "2026-11-23T08:30:00Z"
    assert to_text(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize("zone", [None, Nowhere()], ids=["naive", "a zone that knows no offset"])
def test_a_time_without_a_zone_is_refused(zone):
    with pytest.raises(ValueError, match="without a zone"):
        to_text(datetime(2026, 1, 1, tzinfo=zone))


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))
def test_round_trip_to_the_millisecond(moment):
    back = from_text(to_text(moment))
    assert back == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert back.tzinfo is UTC
    assert to_text(back) == to_text(moment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T08:30:00",
        "2026-11-23T08:30:00z",
        "2026-11-23T08:30:00+00:00",
        "2026-11-23 08:30:00Z",
        "2026-11-23T08:30Z",
        "2026-11-23T08:30:00Z\n",
        "2026-11-23T08:30:00.000Z",
        "2026-11-23T08:30:00.1Z",
        "2026-11-23T08:30:00.123456Z",
        "2026-02-29T08:30:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T08:30:60Z",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-11-23T08:30:00Z",
        "２０２６-11-23T08:30:00Z",
        "2026-W48-1T08:30:00Z",
    ],
    ids=ascii,
)
def test_other_spellings_and_dates_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match=r"RFC 3339|spelling|range|must be in|day|second|year|hour"):
        from_text(text)
