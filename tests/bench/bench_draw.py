"""Freeze and first selection of 98,779 sought people, as ratios to baselines of the same run.

Run: `python -m tests.bench.bench_draw`.  The freeze is what a desk does between the bank's rows and the certificate's
root: verdicts, tally and feasibility, labels, pseudonyms, table, Merkle root.  The selection starts from the signed
table's text, as it lies in the box.  Reading the rows from the database is measured apart (`bench_import`).
"""

import hmac
from collections.abc import Callable
from datetime import UTC, datetime

from consistent_sampler import sampler

from drawing.certificate import Certificate, CertificateQuota, Head
from drawing.eligibility import Context, Judge
from drawing.employer import group_key, normal_form
from drawing.expert import Expert
from drawing.narrowing import lacks, require_fillable, tally_of
from drawing.pool import Judged, Pool, build_pool
from drawing.record import DrawRecord
from drawing.request import Request
from drawing.rounds import Rounds
from drawing.steps import Step, slots_of
from tests.bench.bench_order import (
    CODE,
    RANDOMNESS,
    SOUGHT,
    Row,
    by_turns,
    median_of_five,
    peak_megabytes,
    print_table,
)
from tests.drawing.requests import request_with
from vault.ids import DrawId
from vault.suite import sha256

SALT, NOW = sha256(b"salt"), datetime(2026, 11, 30, tzinfo=UTC)
CODES, CITIES, EMPLOYERS = ("A080301", "A0601", "A0402", "A0803", "A06", "A04"), ("临州市", "澜江市"), 20_000


def asked() -> Request:
    """The request whose pool is frozen: 3/2/2, two reserves, cap 1."""
    return request_with(lambda value: value["quotas"][1].update(region=None))


def experts(count: int = SOUGHT) -> list[Expert]:
    """Sought people: one or two specialties each, 20,000 employers."""
    return [
        Expert(
            id=f"E{number:07d}",
            name="某某",
            phone="13900000000",
            employer=f"{number * 7919 % EMPLOYERS} 号工程咨询有限公司",
            specialties=tuple(sorted({CODES[number % 6], CODES[number * 7 % 5]})),
            region=CITIES[number % 2],
        )
        for number in range(count)
    ]


def freeze(people: list[Expert]) -> Pool:
    """What the desk computes between the bank's rows and the certificate's root."""
    wanted = asked()
    judge = Judge(wanted, Context())
    employers = [group_key(person.employer) for person in people]
    verdicts = list(judge.verdicts(people))
    require_fillable(lacks(tally_of(wanted, zip(verdicts, employers, strict=True))))
    judged = Judged([person.id for person in people], [verdict.mask for verdict in verdicts], employers)
    return build_pool(judged, SALT)


def freeze_afresh(people: list[Expert]) -> None:
    """Freeze without the employers' normal forms that a preview left behind."""
    normal_form.cache_clear()
    freeze(people)


def seeded(root: bytes) -> DrawRecord:
    """A draw that has its randomness and no round yet."""
    wanted = asked()
    quotas = tuple(
        CertificateQuota(quota.specialty, None, quota.site, quota.count, quota.reserves) for quota in wanted.quotas
    )
    certificate = Certificate(
        draw=DrawId("0"), serial="0", station="0", centre="0", sample=True, level="C", rulepack=("", ""),
        quotas=quotas, employer_cap=1, frequency_cap=None, owner_members=2, recommended=(), witnesses=(),
        opening=NOW, table_root=root, commitments=(), bank_changes=(7, 0), ceremonies=(),
        head=Head("", 0, root), frozen_at=NOW, operator="", supervisor="", station_key="",
    )  # fmt: skip
    record = DrawRecord(step=Step.SEEDED, certificate=certificate, randomness=RANDOMNESS)
    record.slots = slots_of(certificate)
    return record


def first_selection(pool: Pool) -> None:
    """From the table's text to the first round's result."""
    rounds = Rounds(seeded(pool.root), pool.table)
    assert len(rounds.play(1, CODE).slots) == 9


def one_hmac_each(people: list[Expert]) -> Callable[[], None]:
    """The baseline: one HMAC for each sought expert."""
    ids = [person.id.encode("ascii") for person in people]

    def work() -> None:
        for identity in ids:
            hmac.digest(SALT, identity, "sha256")

    return work


def rows() -> list[Row]:
    """Every comparison of this page."""
    people = experts()
    pool = freeze(people)
    names = [person.id for person in people]
    full = median_of_five(lambda: list(sampler(names, RANDOMNESS, output="id")))
    fresh, known, chosen, hmacs = by_turns(
        lambda: freeze_afresh(people), lambda: freeze(people), lambda: first_selection(pool), one_hmac_each(people)
    )
    return [
        ("freeze: verdicts, feasibility, table, root", known, "one HMAC each", hmacs),
        ("  the same in a process that knows no employer yet", fresh, "one HMAC each", hmacs),
        ("certificate to first selection", chosen, "one HMAC each", hmacs),
        ("certificate to first selection", chosen, "consistent_sampler, full order", full),
    ]


def main() -> None:
    """Print the table and the peak memory of a child that does both."""
    code = "from tests.bench.bench_draw import *\nfirst_selection(freeze(experts()))"
    print(f"freeze and first selection of {SOUGHT:,} people: peak memory {peak_megabytes(code):.0f} MB")
    print_table(rows())


if __name__ == "__main__":
    main()
