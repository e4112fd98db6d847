"""Values for every document, as a centre might hand them to paper, and some that no centre would."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from printing.ceremonies import CeremonyLine
from printing.certificate import CertificateData, HolderLine, make_certificate
from printing.facts import DrawFacts, Signatory
from printing.minutes import (
    ApprovalLine,
    DiceLine,
    MinutesData,
    RoundLine,
    StepLine,
    make_minutes,
)
from printing.namelist import Member, NameListData, make_namelist
from printing.receipt import ReceiptData, RootLine, make_receipt
from printing.signin import SignInData, make_signin
from printing.strip import CodeStrip, StripsData, make_strips
from resources.wording.catalogues import catalogue
from tests.printing.messages import message_ids
from vault import base32, suite

CATALOGUE = {str(one.id): str(one.string) for one in catalogue("zh") if one.id and one.context is None}
CHINESE = {message: CATALOGUE[message] for message in message_ids() if message in CATALOGUE}


def zh(message: str) -> str:
    """Say it in Chinese."""
    return CHINESE.get(message, message)


def en(message: str) -> str:
    """Say it in English."""
    return message


def at(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    """Return a moment of November 2026, given in UTC+8's hours."""
    return datetime(2026, 11, day, hour - 8, minute, second, tzinfo=UTC)


DRAW = DrawFacts("临州市公共资源交易中心", "临州市第三人民医院门诊综合楼工程施工", "一标段", "临抽 2026-0417", "B")
ENGLISH = DrawFacts(
    "Linzhou Public Resource Trading Centre",
    "Outpatient building of the Third People's Hospital of Linzhou, construction",
    "Lot 1",
    "LZ 2026-0417",
    "C",
)
LONG = DrawFacts(
    "临州市公共资源交易中心" * 6,
    "临州市第三人民医院门诊综合楼及地下停车场、医用气体工程、净化工程施工总承包（含设备采购、安装、调试及五年维护）"
    * 4,
    "一标段（含 1、3、5、7 号楼）" * 8,
    "临抽 2026-0417-" + "0123456789" * 6,
    "C",
)
PRINT = "K7QM2XRDWF4T6HJNZB3EP5VYCA"
OTHER = "QYAA5N7CTWLMH2J4KXE6ODZRBG"
DIGEST = suite.sha256(b"box").hex()
HOLDERS = (
    HolderLine("operator", "临州市公共资源交易中心", "周敏", PRINT),
    HolderLine("supervisor", "临州市发展和改革委员会", "何立群", OTHER),
    HolderLine("second_supervisor", "临州市住房和城乡建设局", "欧阳靖玥", OTHER),
)
CERTIFICATE = CertificateData(
    DRAW,
    1,
    at(25, 16, 4, 37),
    at(26, 8, 30),
    DIGEST,
    HOLDERS,
    experts=7,
    reserves=2,
    owner_members=2,
    ceremony_fingerprint=PRINT,
)
OPERATOR = Signatory("operator", "周敏", "临州市公共资源交易中心")
SUPERVISOR = Signatory("supervisor", "何立群", "临州市发展和改革委员会")

OWNER = Signatory("owner", "施珺玥", "临州市卫生健康委员会")
ROOTS = (RootLine("临州市公共资源交易中心", PRINT), RootLine("临州市发展和改革委员会", OTHER))
RECEIPT = ReceiptData(
    DRAW,
    "临抽 2026-0417",
    OWNER,
    at(25, 15, 12, 9),
    suite.sha256(b"ceremony"),
    1204,
    suite.sha256(b"head").hex(),
    ROOTS,
    f"fengqian verify 抽取记录.json --fingerprint {PRINT}",
)
MINUTES = MinutesData(
    DRAW,
    "临州 3 号抽取终端",
    at(25, 15, 2, 11),
    at(25, 16, 4, 37),
    "名单已密封：评标专家 7 人，备选 2 人，招标人代表 2 人",
    PRINT,
    "江南省综合专家库 第 12 版，5,000 人，近七日变更 14 人",
    (OPERATOR, SUPERVISOR, OWNER),
    steps=(
        StepLine(at(25, 15, 2, 11), "登记项目，读入抽取申请", "操作员周敏"),
        StepLine(at(25, 15, 5, 40), "签认收窄报告：三个名额，符合条件人数均在需要人数的 10 倍以上", "监督员何立群"),
        StepLine(at(25, 15, 8, 2), "冻结名额、回避和专家库", "操作员周敏、监督员何立群"),
        StepLine(at(25, 15, 12, 9), "公布现场指纹，打印见证回执 2 份", "终端"),
        StepLine(at(25, 15, 20, 33), "全部骰子录入完毕，同时公开", "监督员何立群、招标人代表施珺玥"),
        StepLine(at(25, 15, 21, 5), "第 1 轮抽取", "终端"),
        StepLine(at(25, 15, 57, 4), "线路断开 3 分 12 秒，已确认的名额保留", "终端"),
        StepLine(at(25, 16, 4, 37), "名单密封", "操作员周敏、监督员何立群"),
    ),
    dice=(
        DiceLine("监督员　何立群　临州市发展和改革委员会", "42613352641522634156"),
        DiceLine("招标人代表　施珺玥　临州市卫生健康委员会", "16355244162361523461"),
    ),
    rounds=(
        RoundLine(1, at(25, 15, 21, 5), "A0803 建筑工程", 4, 2, 1, 1, 1),
        RoundLine(1, at(25, 15, 21, 5), "A0704 机电安装", 3, 3, 0, 0, 1),
        RoundLine(1, at(25, 15, 21, 5), "A070402 医用气体工程", 2, 1, 1, 0, 0),
        RoundLine(2, at(25, 15, 41, 50), "A0803 建筑工程", 2, 2, 0, 0, 0),
        RoundLine(2, at(25, 15, 41, 50), "A070402 医用气体工程", 1, 1, 0, 0, 0),
    ),
    approvals=(
        ApprovalLine(
            at(25, 15, 6, 30), "名额 3 符合条件的少于 10 人", "第二名监督员欧阳靖玥", "本市只有一家医院有同类设备"
        ),
    ),
    box_digest=DIGEST,
)
MEMBERS = (
    Member("expert", "欧阳喆堃", "江南省建筑设计研究院有限责任公司", ("A080301 房屋建筑",), "138 0013 8000"),
    Member("expert", "㛃珺", "临州大学土木工程学院", ("A080305 结构",), "139 1234 5678"),
    Member(
        "expert", "王𬀩", "中铁第四勘察设计院集团有限公司临州分院", ("A0803 建筑工程",), "13712345678", "江北分中心 201"
    ),
    Member(
        "recommended",
        "施玥",
        "江南省医疗器械检验所",
        ("A070402 医用气体工程",),
        "13612345678",
        article="《招标投标法实施条例》第四十六条",
    ),
    Member("expert", "李明", "临州市安装工程公司", ("A070401 通风与空调",), "13512345678"),
    Member("reserve", "赵振华", "江南机电设计研究院", ("A0704 机电安装",), "13412345678"),
    Member("owner", "陈立", "临州市第三人民医院", authority="授权委托书 2026 年 11 月 20 日，院办字第 118 号"),
    Member("owner", "孙静怡", "临州市卫生健康委员会", authority="授权委托书 2026 年 11 月 20 日"),
)
LIST = NameListData(
    DRAW,
    1,
    ("周敏", "何立群"),
    at(26, 8, 31, 5),
    at(26, 8, 30, 2),
    ("操作员周敏", "监督员何立群"),
    at(26, 9, 0),
    ("临州市公共资源交易中心 3 楼 302",),
    MEMBERS,
)
SIGNIN = SignInData(
    DRAW,
    1,
    ("周敏", "何立群"),
    at(26, 8, 32, 40),
    at(26, 9, 0),
    ("临州市公共资源交易中心 3 楼 302",),
    MEMBERS,
    (OPERATOR, SUPERVISOR),
)
MAIN, BRANCH = "临州市公共资源交易中心 3 楼 302 评标室", "江北分中心 2 楼 205 评标室"
NINE = (
    *(replace(member, site="") for member in MEMBERS[:5]),
    Member(
        "expert",
        "阿卜杜热西提·阿不都热依木",
        "临州市恒泰工程造价咨询（集团）股份有限公司第一分公司",
        ("A080301", "A080305", "A070402"),
        "16012345678",
        BRANCH,
    ),
    Member(
        "expert", "司马堃", "鹿泽市公路与城市轨道交通工程质量监督检测中心", ("A0405", "A0801"), "16012345679", BRANCH
    ),
    MEMBERS[5],
    Member("reserve", "古丽娜尔·吐尔逊", "石梁五洲消防技术有限公司", ("A0303", "A0603"), "16012345680"),
    *MEMBERS[6:],
)
CODES = tuple(CodeStrip(n, base32.encode(suite.sha256(bytes([n])))) for n in range(1, 5))
STRIPS = StripsData("临州市公共资源交易中心", "临抽 2026-0417", "口令机 乙", CODES)

WIDE = "某某省建筑设计研究院有限责任公司第三分公司临州工作站" * 4
EARLIER = tuple(
    CeremonyLine(
        f"临抽 2026-04{n:02}", at(20, 9, n), "已中止（招标人撤回）", PRINT, "同一项目" if n % 2 else "候选人大部分相同"
    )
    for n in range(3)
)
MANY = (
    tuple(
        replace(
            MEMBERS[n % 6],
            name="阿卜杜热西提·穆罕默德艾力江" if n % 7 == 3 else MEMBERS[n % 6].name,
            employer=WIDE if n % 11 == 5 else MEMBERS[n % 6].employer,
            specialties=("A0803 " + "某专业" * (n % 5 * 6),),
        )
        for n in range(40)
    )
    + MEMBERS[6:]
)

ALL: dict[str, Callable[[], bytes]] = {
    "certificate": lambda: make_certificate(CERTIFICATE, zh),
    "certificate_en": lambda: make_certificate(replace(CERTIFICATE, draw=ENGLISH), en, "en"),
    "certificate_long": lambda: make_certificate(
        replace(
            CERTIFICATE,
            draw=LONG,
            holders=tuple(replace(h, organisation=WIDE, name="阿卜杜热西提·穆罕默德") for h in HOLDERS * 4),
        ),
        zh,
    ),
    "receipt": lambda: make_receipt(RECEIPT, zh),
    "receipt_en": lambda: make_receipt(replace(RECEIPT, draw=ENGLISH, earlier=EARLIER), en, "en"),
    "receipt_long": lambda: make_receipt(
        replace(
            RECEIPT,
            draw=LONG,
            earlier=EARLIER,
            related=EARLIER * 6,
            copy=2,
            witness=Signatory("owner", "阿卜杜热西提·穆罕默德", WIDE),
        ),
        zh,
    ),
    "minutes": lambda: make_minutes(MINUTES, zh),
    "minutes_en": lambda: make_minutes(replace(MINUTES, draw=replace(ENGLISH, sample=True), box_digest=""), en, "en"),
    "minutes_long": lambda: make_minutes(
        replace(
            MINUTES,
            draw=LONG,
            rounds=MINUTES.rounds * 8,
            approvals=MINUTES.approvals * 5,
            copy=3,
            steps=(*MINUTES.steps, replace(MINUTES.steps[0], what=WIDE * 30)),
            disclosures=MINUTES.approvals,
        ),
        zh,
    ),
    "namelist": lambda: make_namelist(LIST, zh),
    "namelist_en": lambda: make_namelist(replace(LIST, draw=ENGLISH, copy=2, early_reason="Meeting moved"), en, "en"),
    "namelist_long": lambda: make_namelist(replace(LIST, draw=LONG, copy=12, members=MANY), zh),
    "namelist_sites": lambda: make_namelist(
        replace(LIST, members=NINE, places=(MAIN, BRANCH), early_reason="评标会议提前"), zh
    ),
    "signin_sites": lambda: make_signin(replace(SIGNIN, members=NINE, places=(MAIN, BRANCH)), zh),
    "signin_sites_en": lambda: make_signin(
        replace(SIGNIN, draw=ENGLISH, members=NINE, places=("Room 302, third floor", BRANCH)), en, "en"
    ),
    "signin": lambda: make_signin(SIGNIN, zh),
    "signin_en": lambda: make_signin(replace(SIGNIN, draw=ENGLISH, copy=2), en, "en"),
    "signin_long": lambda: make_signin(replace(SIGNIN, draw=LONG, members=MANY), zh),
    "strips": lambda: make_strips(STRIPS, zh),
    "strips_en": lambda: make_strips(replace(STRIPS, centre=ENGLISH.centre, made_on="Code machine B"), en, "en"),
    "strips_long": lambda: make_strips(replace(STRIPS, centre=LONG.centre, ceremony=LONG.serial, made_on=WIDE), zh),
}
