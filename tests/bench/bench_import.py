"""Importing a bank of 1,000,000 rows, as ratios to baselines of the same run.

Run: `python -m tests.bench.bench_import [ROWS]`.  Checking is measured against a bare csv read with one SHA-256 a row,
five times each by turns, and the median of each is taken; storing against a bare insert of the same rows into the same
tables, once each (both write gigabytes).  The file has its ids ascending, as a province exports it; the same file with
its lines shuffled is measured too.
"""

import csv
import hashlib
import random
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine

from drawing.bank import Bank, BankCheck, check_rows
from drawing.bankfile import read_table
from drawing.bankstore import MIGRATIONS, Acceptance, BankStore
from tests.bench.bench_order import Row, by_turns, peak_megabytes, print_table, seconds
from vault.database import migrate, open_engine
from vault.ids import BankId

ROWS = 1_000_000
SPECIALTIES = [f"{top}{middle:02d}{low:02d}" for top in "ABC" for middle in range(1, 15) for low in range(1, 11)]
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂喆堃珺"
TABLES = (
    "drawing_bank_row (key, since, until, row)",
    "drawing_bank_id (id, key)",
    "drawing_bank_specialty (code, key)",
)
BANK = BankId("bench")


def write_bank(path: Path, rows: int, *, shuffled: bool = False) -> None:
    """Write a made-up province's export: 18,000 employers, one to three of 420 specialties each."""
    chance = random.Random(1)
    employers = [
        f"临州市{a}{b}{kind}设计院有限公司" for a in SURNAMES for b in GIVEN * 2 for kind in ("建筑", "水利", "交通")
    ]
    numbers = list(range(rows))
    if shuffled:
        chance.shuffle(numbers)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("专家编号,姓名,手机号码,工作单位,曾用单位,评审专业,所在地区,状态,暂停至,通话语言\r\n")
        for number in numbers:
            codes = chance.sample(SPECIALTIES, chance.choices([1, 2, 3], [5, 3, 2])[0])
            former = chance.choice(employers) if chance.random() < 0.1 else ""
            standing, until = ("正常", "") if chance.random() < 0.98 else ("暂停", "2027-03-01")
            file.write(
                f"ZJ{number:07d},{chance.choice(SURNAMES)}{chance.choice(GIVEN)}{chance.choice(GIVEN)},"
                f"{13000000000 + number * 7},{chance.choice(employers)},{former},{'、'.join(codes)},"
                f"临州市{chance.choice('东西南北')}区,{standing},{until},中文\r\n"
            )


def bare_read(path: Path) -> None:
    """Read a CSV file with one SHA-256 a row and nothing else."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            hashlib.sha256(",".join(row).encode()).digest()


def check(path: Path) -> BankCheck:
    """Read, check and digest a bank file."""
    return check_rows(read_table(path))


def new_engine(path: Path) -> Engine:
    engine = open_engine(path, bytes(32))
    with engine.connect() as connection:
        migrate(connection, [MIGRATIONS])
    return engine


def store(engine: Engine, bank: Bank) -> None:
    """Take a bank over."""
    acceptance = Acceptance(datetime(2026, 11, 23, tzinfo=UTC), bytes(32), ("keeper", "supervisor"))
    BankStore(engine).import_version(bank, BANK, acceptance, over=None)


def bare_insert(engine: Engine, stored: list[list[tuple[object, ...]]]) -> None:
    """Insert the same rows into the same tables in one transaction."""
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    driver.execute("BEGIN IMMEDIATE")
    for table, rows in zip(TABLES, stored, strict=True):
        driver.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    driver.execute("COMMIT")
    pooled.close()


def storing(folder: Path, bank: Bank) -> list[Row]:
    engine, bare = new_engine(folder / "store.db"), new_engine(folder / "bare.db")
    own = seconds(lambda: store(engine, bank))
    with engine.connect() as connection:
        selects = (f"SELECT {table.split('(')[1][:-1]} FROM {table.split()[0]}" for table in TABLES)
        stored = [[tuple(row) for row in connection.exec_driver_sql(select)] for select in selects]
    base = seconds(partial(bare_insert, bare, stored))
    stored.clear()
    bank_store, sought = BankStore(engine), ["A01", "A02", "A03"]
    count = sum(1 for _ in bank_store.experts_for(BANK, sought))
    reading = median(seconds(lambda: sum(1 for _ in bank_store.experts_for(BANK, sought))) for _ in range(5))
    print(
        f"{count:,} experts of three specialties read in {reading * 1000:.0f} ms ({reading / count * 1e6:.1f} µs each)"
    )
    return [(f"storing {len(bank):,} experts", own, "bare insert", base)]


def main() -> None:
    rows = ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ascending, shuffled = folder / "ascending.csv", folder / "shuffled.csv"
        write_bank(ascending, rows)
        write_bank(shuffled, rows, shuffled=True)
        table: list[Row] = []
        for what, path in (("ascending", ascending), ("shuffled", shuffled)):
            own, base = by_turns(partial(check, path), partial(bare_read, path))
            table.append((f"checking {rows:,} rows, {what}", own, "bare read with one SHA-256", base))
        code = f"from pathlib import Path\nfrom tests.bench.bench_import import check\ncheck(Path({str(ascending)!r}))"
        print(f"peak memory of checking: {peak_megabytes(code):.0f} MB")
        print_table(table + storing(folder, check(ascending).bank))


if __name__ == "__main__":
    main()
