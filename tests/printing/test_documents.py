"""Every document, ordinary and absurd: the same each time, readable, complete, nothing over anything else."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from printing.certificate import make_certificate
from printing.errors import MissingGlyphError, UnprintableValueError
from printing.flow import Flow, Paper, compose
from printing.minutes import make_minutes
from printing.namelist import make_namelist
from printing.phrases import Words
from printing.receipt import make_receipt
from printing.signin import make_signin
from printing.strip import CodeStrip, make_strips
from tests.printing import samples
from tests.printing.pages import chars, overlaps, text, texts
from tests.printing.samples import (
    ALL,
    CERTIFICATE,
    DIGEST,
    LIST,
    MANY,
    MEMBERS,
    MINUTES,
    RECEIPT,
    SIGNIN,
    STRIPS,
    en,
    zh,
)
from vault import base32, suite

PAGE_WIDTH, PAGE_HEIGHT = 595.3, 841.9
ONE_PAGE = ("certificate", "certificate_en", "receipt", "namelist", "signin", "signin_en")


@cache
def document(name: str) -> bytes:
    return ALL[name]()


@pytest.mark.parametrize("name", ALL)
def test_the_same_values_give_the_same_bytes(name: str) -> None:
    first = document(name)
    assert first == ALL[name]()
    assert first.startswith(b"%PDF-")
    assert len(first) < 120_000


@pytest.mark.parametrize("name", ALL)
def test_nothing_overlaps_and_nothing_leaves_the_page(name: str) -> None:
    for number, page in enumerate(chars(document(name)), 1):
        assert overlaps(page) == [], f"page {number}"
        assert min(char.left for char in page) > 20
        assert max(char.right for char in page) < PAGE_WIDTH - 20
        assert min(char.bottom for char in page) > 12
        assert max(char.top for char in page) < PAGE_HEIGHT - 20


@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith("strips")])
def test_every_page_says_which_of_how_many_it_is(name: str) -> None:
    pages = texts(document(name))
    form = "Page{}of{}" if name.endswith("_en") else "第{}页共{}页"
    for number, page in enumerate(pages, 1):
        assert form.format(number, len(pages)) in page


def test_ordinary_documents_take_the_pages_they_should() -> None:
    counts = {name: len(texts(document(name))) for name in ONE_PAGE}
    assert set(counts.values()) == {1}


def test_the_certificate_says_what_is_sealed_and_names_no_member() -> None:
    said = text(make_certificate(CERTIFICATE, zh))
    for part in ("临抽2026-0417", "2026年11月26日（周四）08:30前不得拆封", "2026年11月25日（周三）16:04:37", "第1份"):
        assert part in said
    assert "评标专家7人，备选2人，招标人代表2人" in said
    for holder in CERTIFICATE.holders:
        assert holder.name in said
        assert holder.fingerprint in said
    for start in range(0, 64, 4):
        assert DIGEST[start : start + 4] in said
    assert not any(member.name in said for member in MEMBERS)
    plain = text(make_certificate(replace(CERTIFICATE, experts=0, ceremony_fingerprint=""), zh))
    assert "名单人数" not in plain
    assert "现场指纹" not in plain


@pytest.mark.parametrize("digest", ["", "zz" * 32, "ab" * 31])
def test_a_digest_that_is_none_is_refused(digest: str) -> None:
    with pytest.raises(UnprintableValueError):
        make_certificate(replace(CERTIFICATE, box_digest=digest), zh)


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(UnprintableValueError):
        make_certificate(replace(CERTIFICATE, draw=replace(CERTIFICATE.draw, level="D")), zh)


def test_the_receipt_carries_fingerprint_head_roots_and_command() -> None:
    said = text(make_receipt(RECEIPT, zh))
    assert sorted(base32.fingerprint(RECEIPT.ceremony_digest)) == sorted(
        char.text for char in chars(make_receipt(RECEIPT, zh))[0] if char.size == 33
    )
    for part in (
        RECEIPT.journal_root,
        "1204条",
        samples.PRINT,
        samples.OTHER,
        "fengqianverify",
        "施珺玥",
        "另一台机器",
    ):
        assert part in said
    assert "没有" not in said
    with pytest.raises(UnprintableValueError):
        make_receipt(replace(RECEIPT, ceremony_digest=b"short"), zh)


def test_the_receipt_lists_other_ceremonies_and_a_reprint_its_number() -> None:
    line = samples.EARLIER[0]
    said = text(make_receipt(replace(RECEIPT, earlier=(line,), related=(line,), copy=2), zh))
    assert said.count("临抽2026-0400") == 2
    assert "同一标段" in said
    assert line.relation in said
    assert "第2份" in said
    assert "第2份" not in text(make_receipt(RECEIPT, zh))


def test_the_minutes_hold_steps_counts_and_approvals() -> None:
    said = text(make_minutes(MINUTES, zh))
    for step in MINUTES.steps:
        assert "".join(step.what.split()) in said
    for part in ("15:41:50", "本市只有一家医院有同类设备", "无。", "施珺玥"):
        assert part in said
    assert not any(member.name in said for member in MEMBERS)
    for row in ("42613 35264 15226 34156", "16355 24416 23615 23461"):
        assert "".join(row.split()) in said
    assert "后来已更换" not in said
    bare = text(make_minutes(replace(MINUTES, rounds=(), dice=(), draw=replace(MINUTES.draw, sample=True)), zh))
    assert "见证人的骰子" not in bare
    replaced = replace(MINUTES, dice=(replace(MINUTES.dice[0], replaced=True), MINUTES.dice[1]))
    assert text(make_minutes(replaced, zh)).count("后来已更换") == 1
    assert "抽取轮次" not in bare
    assert "不是真实抽取" in bare


FINDING = "成员 4 人，应为单数。［《招标投标法》第三十七条］"


def test_minutes_and_certificate_name_broken_rules_and_other_ceremonies_where_there_are_any() -> None:
    lines = samples.EARLIER
    for paper, bare in (
        (
            make_minutes(replace(MINUTES, findings=(FINDING,), ceremonies=lines), zh),
            make_minutes(MINUTES, zh),
        ),
        (
            make_certificate(replace(CERTIFICATE, findings=(FINDING,), ceremonies=lines), zh),
            make_certificate(CERTIFICATE, zh),
        ),
    ):
        said, without = text(paper), text(bare)
        assert "".join(FINDING.split()) in said
        for line in lines:
            for part in (line.serial, line.relation, line.state):
                assert "".join(part.split()) in said
        for head in ("成员组成不符合下列规则", "本标段历次抽取及相关抽取"):
            assert head in said
            assert head not in without


def test_the_list_gives_every_member_once_in_its_place() -> None:
    said = text(make_namelist(LIST, zh))
    order = [said.index(name) for name in ("欧阳喆堃", "㛃珺", "王𬀩", "李明", "施玥", "赵振华", "陈立", "孙静怡")]
    assert order == sorted(order)
    for part in (
        "13712345678",
        "江北分中心201",
        "推荐专家，《招标投标法实施条例》第四十六条",
        "院办字第118号",
        "正选5人，备选1人",
    ):
        assert part in said
    assert "周敏、何立群于2026年11月26日（周四）08:31:05打印" in said
    assert "补打" not in said


def test_a_reprinted_list_says_so_across_every_page() -> None:
    pages = texts(make_namelist(replace(LIST, copy=3, members=MANY), zh))
    assert len(pages) > 2
    for page in pages:
        assert "补打" in page
        assert "第3份" in page
    for page in pages[:-1]:
        assert "手机号" in page or "授权依据" in page


def test_forty_members_all_stand_there() -> None:
    said = text(make_namelist(replace(LIST, members=MANY), zh))
    assert said.count("138001380000") + said.count("13800138000") == sum(m.phone == "138 0013 8000" for m in MANY)
    said = text(make_signin(replace(SIGNIN, members=MANY), zh))
    for member in MEMBERS:
        assert member.name in said


def test_a_list_without_owners_members_says_nothing_of_them() -> None:
    members = tuple(member for member in MEMBERS if member.kind != "owner")
    assert "招标人代表" not in text(make_namelist(replace(LIST, members=members), zh))


def test_an_early_opening_gives_its_reason() -> None:
    early = text(make_namelist(replace(LIST, early_reason="meeting moved"), en, "en"))
    assert "meetingmoved" in early
    assert "early" not in text(make_namelist(LIST, en, "en"))


def test_the_sign_in_sheet_holds_no_numbers() -> None:
    said = text(make_signin(SIGNIN, zh))
    assert not any("".join(member.phone.split()) in said for member in MEMBERS if member.phone)
    assert "与投标人无利害关系" in said
    assert "操作员" in said
    assert "操作员" not in text(make_signin(replace(SIGNIN, witnesses=()), zh))


def test_each_site_has_sign_in_pages_of_its_own_with_two_lines_to_sign() -> None:
    main, branch = texts(make_signin(replace(SIGNIN, members=samples.NINE, places=(samples.MAIN, samples.BRANCH)), zh))
    for member in samples.NINE:
        assert (member.name in branch) is (member.site == samples.BRANCH)
        assert (member.name in main) is (member.site != samples.BRANCH)
    assert "操作员周敏" in main
    assert "监督员何立群" in main
    assert "副场工作人员" in branch
    assert "副场工作人员" not in main
    for page in (main, branch):
        signers = ("操作员周敏", "监督员何立群", "副场工作人员")
        assert page.count("年月日") == sum(page.count(signer) for signer in signers)
        assert LIST.draw.serial.replace(" ", "") in page


def test_list_and_sign_in_sheet_name_each_expert_by_their_slot() -> None:
    drawn = tuple(replace(member, slot=slot) for member, slot in zip(MEMBERS[:2], ("7", "R2"), strict=True))
    for page in (make_namelist(replace(LIST, members=drawn), zh), make_signin(replace(SIGNIN, members=drawn), zh)):
        said = text(page)
        assert said.index("7" + drawn[0].name) < said.index("R2" + drawn[1].name)


def test_every_paper_says_what_it_replaces_and_that_a_sample_is_none() -> None:
    marks = {"replaces": "临抽2026-0416，11月25日密封", "sample": True}
    papers = {
        "certificate": make_certificate(replace(CERTIFICATE, draw=replace(CERTIFICATE.draw, **marks)), zh),
        "list": make_namelist(replace(LIST, draw=replace(LIST.draw, **marks)), zh),
        "sign-in": make_signin(replace(SIGNIN, draw=replace(SIGNIN.draw, **marks)), zh),
        "minutes": make_minutes(replace(MINUTES, draw=replace(MINUTES.draw, **marks)), zh),
        "receipt": make_receipt(replace(RECEIPT, draw=replace(RECEIPT.draw, **marks)), zh),
    }
    for name, paper in papers.items():
        assert "临抽2026-0416，11月25日密封" in text(paper), name
        assert "不是真实抽取" in text(paper), name
    assert "不是真实抽取" not in text(make_certificate(CERTIFICATE, zh))


def test_a_site_s_page_has_the_whole_head() -> None:
    main, branch = texts(make_signin(replace(SIGNIN, members=samples.NINE, places=(samples.MAIN, samples.BRANCH)), zh))
    for page in (main, branch):
        assert f"{SIGNIN.draw.centre}评标委员会签到表封" in page


def test_a_table_never_leaves_its_signatures_alone() -> None:
    for count in range(2, 24):
        members = tuple(replace(MEMBERS[n % 2], name=f"甲乙{n}") for n in range(count))
        pages = texts(make_signin(replace(SIGNIN, members=members), zh))
        assert f"甲乙{count - 1}" in pages[-1], count
        assert "年月日" in pages[-1]


def test_minutes_never_leave_their_signatures_alone() -> None:
    line = MINUTES.approvals[0]
    for count in range(24):
        lines = tuple(replace(line, reason=f"甲乙{n}") for n in range(count))
        page = texts(make_minutes(replace(MINUTES, disclosures=lines), zh))[-1]
        assert "在场人员签字" in page
        assert (f"甲乙{count - 1}" if lines else "拆封前的身份披露") in page, count


def test_a_name_that_cannot_be_set_stops_the_list() -> None:
    members = (replace(MEMBERS[0], name="王\ue123"), *MEMBERS[1:])
    with pytest.raises(MissingGlyphError) as refusal:
        make_namelist(replace(LIST, members=members), zh)
    assert "王" not in str(refusal.value)


def test_strips_hold_their_code_in_thirteen_groups() -> None:
    document = make_strips(STRIPS, zh)
    pages = chars(document)
    assert len(pages) == 2
    set_codes = ["".join(char.text for char in page if char.size == 15.5) for page in pages]
    assert set_codes == ["".join(strip.code for strip in STRIPS.strips[:3]), STRIPS.strips[3].code]
    assert "第4轮口令" in text(document)


@pytest.mark.parametrize("code", ["", "A" * 51, "A" * 53, "a" * 52, "1" * 52])
def test_a_code_that_is_none_is_refused_and_never_told(code: str) -> None:
    with pytest.raises(UnprintableValueError) as refusal:
        make_strips(replace(STRIPS, strips=(CodeStrip(1, code),)), zh)
    assert not code or code not in str(refusal.value)


def test_a_strip_hides_its_code_from_logs() -> None:
    strip = CodeStrip(3, base32.encode(suite.sha256(b"x")))
    assert strip.code not in repr(strip)
    assert strip.code not in repr(replace(STRIPS, strips=(strip,)))


def test_properties_name_the_draw_and_nobody() -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(make_namelist(LIST, zh)) as pdf:
        told = pdf.get_metadata_dict()
    assert told["Title"] == "评标专家名单"
    assert told["Subject"] == LIST.draw.serial
    assert not any(member.name in str(told) for member in MEMBERS)
    assert told["CreationDate"].startswith("D:2000")


def test_documents_say_every_word_in_the_readers_language() -> None:
    asked: list[str] = []

    def listening(message: str) -> str:
        asked.append(message)
        return zh(message)

    makers: list[Callable[[], bytes]] = [
        lambda: make_certificate(CERTIFICATE, listening),
        lambda: make_receipt(RECEIPT, listening),
        lambda: make_minutes(MINUTES, listening),
        lambda: make_namelist(LIST, listening),
        lambda: make_signin(SIGNIN, listening),
        lambda: make_strips(STRIPS, listening),
    ]
    for maker in makers:
        maker()
    assert set(asked) <= set(samples.CHINESE)


def test_a_remark_too_long_for_its_line_stands_below() -> None:
    def draw(flow: Flow) -> None:
        flow.section("甲" * 20, "乙" * 60)
        flow.paragraph("丙")

    document = compose(Paper("题", "中心", "号", Words(zh)), draw)
    assert text(document).count("乙") == 60
    assert overlaps(chars(document)[0]) == []
