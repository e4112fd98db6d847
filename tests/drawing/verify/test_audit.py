"""The auditor's form and the bank: what stands behind the labels, and whether every verdict is what the rules say."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drawing.verify import verify_transcript
from drawing.verify.audit import Audit, check_bank, check_narrowing, read_audit, request_of
from drawing.verify.certificate import Approval, Certificate, read_certificate
from drawing.verify.document import Document, read_document
from drawing.verify.report import CheckFailedError
from drawing.verify.table import Table, check_table
from tests.drawing.verify.build import Drawn, rich_draw
from tests.drawing.verify.test_verify import wrong
from vault.jsontext import dumps
from vault.suite import sha256

Change = Callable[[dict[str, Any]], object]


def swap_ids(form: dict[str, Any]) -> None:
    ids = form["ids"].split("\n")
    ids[0], ids[1] = ids[1], ids[0]
    form["ids"] = "\n".join(ids)


FORMS: dict[str, tuple[Change, str]] = {
    "another transcript": (lambda form: form.update(transcript="0" * 64), "auditor's form"),
    "ids exchanged": (swap_ids, "auditor's form"),
    "an id too few": (lambda form: form.update(ids=form["ids"].rpartition("\n")[0]), "auditor's form"),
    "no ids": (lambda form: form.update(ids=""), "auditor's form"),
    "an id that isn't NFC": (
        lambda form: form.update(ids=form["ids"].replace("E0001", "e\u0301", 1)),
        "auditor's form",
    ),
    "another salt": (lambda form: form.update(salt="0" * 64), "auditor's form"),
    "another nonce": (lambda form: form["nonces"].update(bank="0" * 64), "auditor's form"),
    "another bank": (lambda form: form.update(bank_root="0" * 64), "auditor's form"),
    "another sealed part": (lambda form: form.update(sealed=form["sealed"] + " "), "auditor's form"),
    "another narrowing report": (lambda form: form.update(narrowing="{}"), "auditor's form"),
    "another name's id on the committee": (lambda form: form["committee"][0].update(id="E9999"), "auditor's form"),
    "a committee too small": (lambda form: form["committee"].pop(), "auditor's form"),
    "a field too many": (lambda form: form.update(more=1), "auditor's form"),
    "somebody who sat too often": (
        lambda form: form.update(frequency=[{"id": one, "draws": 3} for one in form["ids"].split("\n")]),
        "bank",
    ),
    "a match that nobody confirmed": (
        lambda form: form.update(matches=[{"recused": "城市更新中心", "employer": "第1设计院有限公司"}]),
        "bank",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_changed_form_is_wrong(name: str) -> None:
    change, check = FORMS[name]
    drawn = rich_draw()
    form = json.loads(drawn.audit)
    change(form)
    assert wrong(verify_transcript(drawn.file, audit=dumps(form), bank=drawn.bank)) == check


def changed_bank(drawn: Drawn, tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "bank.csv"
    text = drawn.bank.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_a_changed_bank_is_wrong(tmp_path: Path) -> None:
    drawn = rich_draw()
    for old, new in (("移出", "正常"), ("第1设计院", "另一设计院"), ("人5,", "人五,")):
        bank = changed_bank(drawn, tmp_path, old, new)
        assert wrong(verify_transcript(drawn.file, audit=drawn.audit, bank=bank)) == "bank"


def test_a_bank_that_is_none_is_wrong(tmp_path: Path) -> None:
    drawn = rich_draw()
    (tmp_path / "bank.csv").write_text("x", "utf-8")
    for path in (tmp_path / "bank.csv", tmp_path / "missing.csv", tmp_path):
        assert wrong(verify_transcript(drawn.file, audit=drawn.audit, bank=path)) == "bank"


def parts() -> tuple[Document, Certificate, Table, Audit, Path]:
    drawn = rich_draw()
    document = read_document(drawn.file)
    certificate = read_certificate(document)
    table = check_table(document.table, len(certificate.quotas), certificate.table_root)
    return document, certificate, table, read_audit(drawn.audit), drawn.bank


def test_a_frozen_verdict_that_the_rules_do_not_give_is_found() -> None:
    document, certificate, table, audit, bank = parts()
    request = request_of(document, certificate, audit)
    check_bank(bank, request, table, audit)
    excluded = next(place for place, line in enumerate(table.lines) if line.endswith("x - -"))
    eligible = next(place for place, line in enumerate(table.lines) if " e " in line)
    pseudonym = "e 0 " + "0" * 32
    for place, tail in ((excluded, pseudonym), (eligible, "x - -"), (eligible, pseudonym)):
        lines = list(table.lines)
        lines[place] = f"{table.labels[place]} {tail}"
        with pytest.raises(CheckFailedError) as caught:
            check_bank(bank, request, replace(table, lines=lines), audit)
        assert caught.value.details["line"] == place + 1


def test_somebody_left_out_of_the_table_is_found() -> None:
    document, certificate, table, audit, bank = parts()
    request = request_of(document, certificate, audit)
    with pytest.raises(CheckFailedError, match="does not stand in the table"):
        check_bank(bank, request, table, replace(audit, ids=("X", *audit.ids[1:])))
    with pytest.raises(CheckFailedError, match="no sought specialty"):
        check_bank(bank, request, table, replace(audit, ids=(*audit.ids, "F9001")))


def test_the_narrowing_report_must_be_the_approved_one_and_approved_enough() -> None:
    document, certificate, _, audit, _ = parts()
    report = json.loads(audit.narrowing)
    true = Approval(sha256(audit.narrowing), ("a", "b"), "reason", document.made_at)
    check_narrowing(document, certificate, audit, true)
    with pytest.raises(CheckFailedError, match="approved"):
        check_narrowing(document, certificate, audit, replace(true, report=bytes(32)))
    changes: list[tuple[dict[str, Any], str]] = [
        ({"draw": "x"}, "another draw"),
        ({"bank": {**report["bank"], "root": "x"}}, "another draw"),
        ({"quotas": report["quotas"][1:]}, "quotas"),
    ]
    for change, problem in changes:
        narrowing = dumps({**report, **change})
        with pytest.raises(CheckFailedError, match=problem):
            check_narrowing(
                document,
                certificate,
                replace(audit, narrowing=narrowing),
                replace(true, report=sha256(narrowing)),
            )
    narrowing = dumps({**report, "needs_approval": True})
    forms = replace(audit, narrowing=narrowing)
    one = replace(true, report=sha256(narrowing), approvers=("a",))
    for approval in (one, replace(one, approvers=("a", "b"), reason=None)):
        with pytest.raises(CheckFailedError, match="second approval"):
            check_narrowing(document, certificate, forms, approval)


def test_a_request_whose_parts_do_not_belong_together_is_wrong() -> None:
    drawn = rich_draw()
    form = json.loads(drawn.audit)
    assert '"owner_members"' in form["sealed"]
    document, certificate, _, audit, _ = parts()
    sealed = audit.sealed.replace("柯二".encode(), "章一".encode())
    with pytest.raises(Exception, match=r"drawing\.request"):
        request_of(document, certificate, replace(audit, sealed=sealed))
