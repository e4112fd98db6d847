"""Which column of a bank file holds which field: guessed from known headers, or stated by people.

A statement is a JSON object from field to header, `{"id": "专家编号", "phone": "联系电话"}`; what it leaves out is
guessed.  Headers are compared without white space, width or case.  `header_key` names a set of headers, so that a
statement made once is found again for the next export of the same province.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drawing.banktable import BankFileError
from vault.jsontext import DEFAULT_LIMIT, Reader
from vault.suite import digest

FIELDS = (
    "id",
    "name",
    "phone",
    "employer",
    "former_employers",
    "specialties",
    "region",
    "standing",
    "suspended_until",
    "language",
)
REQUIRED = ("id", "name", "phone", "employer", "specialties")

SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("专家编号", "编号", "专家编码", "专家号", "专家ID", "专家代码", "id", "expert id", "expert_id"),
    "name": ("姓名", "专家姓名", "名字", "name"),
    "phone": ("手机号码", "手机号", "手机", "联系电话", "移动电话", "电话", "联系方式", "phone", "mobile"),
    "employer": ("工作单位", "单位", "所在单位", "现工作单位", "单位名称", "employer"),
    "former_employers": ("曾用单位", "原工作单位", "曾工作单位", "历史单位", "former employers", "former_employers"),
    "specialties": ("评审专业", "专业", "专业代码", "评标专业", "申报专业", "专业类别", "specialties", "specialty"),
    "region": ("所在地区", "地区", "所属地区", "行政区划", "区域", "region"),
    "standing": ("状态", "专家状态", "standing", "status"),
    "suspended_until": ("暂停至", "暂停截止日期", "暂停到期", "suspended until", "suspended_until"),
    "language": ("通话语言", "语言", "language"),
}


class MissingColumnsError(BankFileError):
    """Columns that every bank needs aren't there."""

    code = "drawing.bank.columns_missing"
    what = "The header in line {line} lacks the columns for {fields}. It has: {header}."
    todo = "Name the columns in a mapping file, or export the bank with them."


class DoubledColumnsError(BankFileError):
    """Two columns could be one field."""

    code = "drawing.bank.columns_doubled"
    what = "The header in line {line} has several columns for {field}: {headers}."
    todo = "Say in a mapping file which one counts, or remove the others."


class MappingError(BankFileError):
    """The mapping file doesn't fit this bank."""

    code = "drawing.bank.mapping"
    what = "The mapping says that {field} stands under {header}, which the header in line {line} doesn't have."
    todo = "Correct the mapping file."


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Field → header, in the order of `FIELDS`, for a file with exactly the columns it names and any others."""

    columns: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, columns: Mapping[str, str]) -> "ColumnMapping":
        """Make a mapping of some fields; unknown fields are a programmer's mistake (ValueError)."""
        if not columns.keys() <= set(FIELDS):
            raise ValueError("a field that no expert has")
        return cls(tuple((field, columns[field]) for field in FIELDS if field in columns))

    def __contains__(self, field: str) -> bool:
        return any(name == field for name, _header in self.columns)

    def header(self, field: str) -> str:
        """Return the header under which `field` stands; KeyError where it has none."""
        return dict(self.columns)[field]

    def positions(self, header: Sequence[str]) -> dict[str, int]:
        """Return the place of each mapped field in `header`, counted from 0."""
        return {field: header.index(name) for field, name in self.columns}

    def to_json(self) -> dict[str, str]:
        """Return field → header, as a mapping file holds it."""
        return dict(self.columns)


def parse_mapping(text: bytes) -> ColumnMapping:
    """Read a mapping file.

    Raises:
        MalformedRecordError: for anything but an object from known fields to headers.
    """
    reader = Reader.of(text, limit=min(DEFAULT_LIMIT, 1 << 16))
    stated = {field: reader.text(field, longest=200) for field in FIELDS if reader.has(field)}
    reader.end()
    return ColumnMapping.of(stated)


def map_columns(header: Sequence[str], line: int, stated: ColumnMapping | None = None) -> ColumnMapping:
    """Find every field's column: as `stated`, and the rest by known headers.

    Raises:
        MappingError: where a stated header isn't there, or two fields claim one.
        DoubledColumnsError: where several columns could be one field, or one header stands twice.
        MissingColumnsError: where id, name, phone, employer or specialties have no column.
    """
    columns = _stated_columns(header, line, stated)
    for field in FIELDS:
        if field not in columns:
            found = [name for name in header if name not in columns.values() and _key(name) in _KNOWN[field]]
            if len(found) > 1:
                raise DoubledColumnsError(line=line, field=field, headers=tuple(found))
            if found:
                columns[field] = found[0]
    missing = [field for field in REQUIRED if field not in columns]
    if missing:
        fields = tuple(f"{field} ({SYNONYMS[field][0]})" for field in missing)
        raise MissingColumnsError(line=line, fields=fields, header=tuple(name[:40] for name in header[:24]))
    return ColumnMapping.of(columns)


def guessed_columns(header: Sequence[str]) -> dict[str, str]:
    """Return the fields whose column is known by its header, as far as it goes: field → header."""
    found = {field: [name for name in header if _key(name) in _KNOWN[field]] for field in FIELDS}
    return {field: names[0] for field, names in found.items() if len(names) == 1}


def _stated_columns(header: Sequence[str], line: int, stated: ColumnMapping | None) -> dict[str, str]:
    columns: dict[str, str] = {}
    for field, wanted in stated.columns if stated else ():
        found = [name for name in header if _key(name) == _key(wanted)]
        if not found or found[0] in columns.values():
            raise MappingError(field=field, header=wanted, line=line)
        if len(found) > 1:
            raise DoubledColumnsError(line=line, field=field, headers=tuple(found))
        columns[field] = found[0]
    return columns


def header_key(header: Sequence[str]) -> str:
    """Return 64 hex digits that are equal for the same set of headers in any order."""
    return digest("bank-header", *(name.encode("utf-8") for name in sorted({_key(name) for name in header}))).hex()


def known_headers(cells: Sequence[str]) -> int:
    """Count the cells that are a known header of some field."""
    return sum(1 for cell in cells if any(_key(cell) in known for known in _KNOWN.values()))


def _key(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).casefold().split())


_KNOWN = {field: frozenset(map(_key, names)) for field, names in SYNONYMS.items()}
