import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.randomness import SeededRandomness
from vault.ids import is_id, new_id

MOMENT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class Ones:
    def take(self, count):
        return b"\xff" * count


def test_the_example_of_rfc_9562():
    """RFC 9562 A.6: 2022-02-22T19:22:22Z, random bits 0xCC3 and 0x18C4DC0C0C07398F."""

    class Example:
        def take(self, count):
            return (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(count, "big")

    assert new_id(datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC), Example()) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))
def test_every_id_is_a_uuid_7_of_its_millisecond(moment):
    made = new_id(moment, SeededRandomness("id"))
    assert is_id(made)
    assert uuid.UUID(made).version == 7
    assert uuid.UUID(made).variant == uuid.RFC_4122
    # whole milliseconds, counted without floating point
    assert uuid.UUID(made).int >> 80 == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_random_bits_leave_version_and_variant_alone():
    assert new_id(datetime(1970, 1, 1, tzinfo=UTC), Ones()) == "00000000-0000-7fff-bfff-ffffffffffff"


def test_ids_of_one_moment_differ_and_later_ones_sort_behind():
    randomness = SeededRandomness("ids")
    made = [new_id(MOMENT, randomness) for _ in range(50)]
    assert len(set(made)) == 50
    assert max(made) < new_id(MOMENT + timedelta(milliseconds=1), randomness)


def test_the_zone_does_not_matter():
    there = MOMENT.astimezone(timezone(timedelta(hours=8)))
    assert new_id(there, SeededRandomness("z")) == new_id(MOMENT, SeededRandomness("z"))


@pytest.mark.parametrize(
    "moment", [datetime(2026, 1, 1), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)], ids=["no zone", "before 1970"]
)
def test_times_that_have_no_id(moment):
    with pytest.raises(ValueError, match="a time"):
        new_id(moment, SeededRandomness("x"))


GOOD = new_id(MOMENT, SeededRandomness("good"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.upper(),
        GOOD + "\n",
        " " + GOOD,
        GOOD.replace("-", ""),
        "{" + GOOD + "}",
        str(uuid.UUID(int=0)),
        "919108f7-52d1-4320-9bac-f847db4148a8",
    ],
)
def test_what_is_no_id(text):
    assert not is_id(text)
    assert is_id(GOOD)
