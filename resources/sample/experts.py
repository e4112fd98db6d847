"""The experts of the sample centre as rows of a province's export, any number of them, one after the other.

Row i depends on the seed, i and the number of employers alone; nothing is kept between rows, so a million stream.
Telephone numbers begin with 160: they have the form of a mobile number, in a range that no operator gives out.
"""

from collections.abc import Iterator
from typing import NamedTuple

from resources.sample.employers import BIDDER_RENAMED, CITIES, FIXED, Employer, employers, most_employers
from resources.sample.people import person_name
from resources.sample.specialties import specialties
from resources.sample.stream import Stream

DEFAULT_SEED = "lin-zhou"
DEFAULT_SIZE = 5000
MOST_ROWS = 9_999_999
HEADERS = (
    "专家编号",
    "姓名",
    "手机号码",
    "工作单位",
    "曾用单位",
    "评审专业",
    "所在地区",
    "状态",
    "暂停至",
    "通话语言",
)
_EVERY_FIXED = 41


class Row(NamedTuple):
    """One line of the export, each cell as text, in the order of `HEADERS`."""

    id: str
    name: str
    phone: str
    employer: str
    former_employers: str
    specialties: str
    region: str
    standing: str
    suspended_until: str
    language: str


def expert_id(index: int) -> str:
    """Return the id of the expert in row `index`, from 0."""
    return f"YL{index + 1:07d}"


def generate(seed: str = DEFAULT_SEED, size: int = DEFAULT_SIZE) -> Iterator[Row]:
    """Yield `size` rows.

    Raises:
        ValueError: for a size under 1 or over 9,999,999.
    """
    if not 1 <= size <= MOST_ROWS:
        raise ValueError("a sample has 1 to 9,999,999 experts")
    return _rows(seed, size)


def _rows(seed: str, size: int) -> Iterator[Row]:
    stream = Stream(seed, "experts")
    known = employers(seed, min(max(len(FIXED) + 40, size // 12), most_employers()))
    leaves = _leaves()
    for index in range(size):
        words = stream.words(index)
        employer = _employer(index, words[4], words[5], known)
        standing, until = _standing(words[10], words[11])
        yield Row(
            expert_id(index),
            person_name(words[:4]),
            f"160{(index * 60_662_077 + 31_415_926) % 100_000_000:08d}",
            employer.spellings[0 if words[6] % 8 else words[6] // 8 % len(employer.spellings)],
            BIDDER_RENAMED if index % 397 == 11 else employer.former,
            _codes(words[7:10], leaves),
            employer.city if words[12] % 10 else CITIES[words[12] // 10 % len(CITIES)],
            standing,
            until,
            "英文" if words[13] % 64 == 0 else "中文",
        )


def _employer(index: int, low: int, high: int, known: tuple[Employer, ...]) -> Employer:
    """Choose an employer: each fixed one turns up regularly, early ones of the others are crowded."""
    turn, rest = divmod(index, _EVERY_FIXED)
    if rest == 7:
        return known[turn % len(FIXED)]
    word = (low << 16 | high) / 4294967296
    return known[len(FIXED) + int(word * (0.4 + 0.6 * word) * (len(known) - len(FIXED)))]


def _leaves() -> tuple[str, ...]:
    """Return the codes that have nothing below them, those of works three times."""
    codes = tuple(specialties())
    leaves = tuple(code for code in codes if not any(other != code and other.startswith(code) for other in codes))
    return leaves + tuple(code for code in leaves if code.startswith("A")) * 2


def _codes(words: tuple[int, ...], leaves: tuple[str, ...]) -> str:
    """Give one to three specialties, ascending, parted by an ideographic comma."""
    first, second, third = words
    codes = {leaves[first % len(leaves)]}
    if second % 2:
        codes.add(leaves[second // 2 % len(leaves)])
    if third % 5 == 0:
        codes.add(leaves[third // 5 % len(leaves)])
    return "、".join(sorted(codes))


def _standing(word: int, day: int) -> tuple[str, str]:
    """Give nineteen in twenty a clean standing; a suspension ends on some day from 2025 to 2029, or on none."""
    if word % 20:
        return "正常", ""
    kind = word // 20 % 10
    if kind < 4:
        return "关注", ""
    if kind < 8:
        return "暂停", "" if day % 7 == 0 else f"{2025 + day % 5}-{1 + day // 5 % 12:02d}-{1 + day // 60 % 28:02d}"
    return ("清退" if kind == 8 else "黑名单"), ""
