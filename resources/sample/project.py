"""The sample's project: a request that fits its bank and its rules, and what the people called and drawn will do.

Quotas 3/2/2 with two reserves and two owner's members: nine members.  Of the bidders one is an employer of experts as
it stands, one in another spelling, one under its former name, and one only looks like an employer, so that somebody has
to say whether it is the same.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import TypeAlias

from resources.sample.employers import BIDDER_EXACT, BIDDER_RENAMED, RECUSED
from resources.sample.experts import expert_id

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_BEIJING = timezone(timedelta(hours=8))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sample_request(now: datetime, level: str = "C") -> dict[str, Json]:
    """Return the request as JSON: the meeting is at nine the next day in China, seen from `now`."""
    nine = now.astimezone(_BEIJING).replace(hour=9, minute=0, second=0, microsecond=0)
    start = nine + timedelta(days=1)
    arrive = _text(start - timedelta(minutes=30))
    return {
        "v": 1,
        "project": _project(),
        "meeting": {
            "start": _text(start),
            "hours": "6",
            "sites": [
                {"id": "main", "place": "临州市公共资源交易中心 3 楼 302 评标室", "arrive": arrive, "region": None},
                {"id": "branch", "place": "澜江分中心 2 楼 205 评标室", "arrive": arrive, "region": "澜江市"},
            ],
        },
        "quotas": [
            {"specialty": "A0803", "region": None, "site": "main", "count": 3, "reserves": 1},
            {"specialty": "A06", "region": None, "site": "main", "count": 2, "reserves": 1},
            {"specialty": "A04", "region": None, "site": "branch", "count": 2, "reserves": 0},
        ],
        "employer_cap": 1,
        "frequency_cap": {"draws": 3, "days": 30},
        "owner_members": _owner_members(),
        "recommended": [],
        "bidders": _bidders(),
        "recusals": _recusals(),
        "level": level,
        "witnesses": ["supervisor", "owner"],
        "opening": _text(start - timedelta(hours=1)),
        "template": None,
    }


def _project() -> Json:
    return {
        "name": "临州市滨江路综合管廊及道路改造工程",
        "lot": "LZ2026-SZ-0117-01",
        "trade": "works",
        "method": "tender",
        "budget": "86400000.00",
        "technically_complex": True,
        "high_social_impact": False,
        "bidders_known": True,
    }


def _owner_members() -> Json:
    owner = "临州市滨江建设发展中心"
    return [
        {"name": "章若霖", "authority": "授权委托书 2026 年第 18 号", "employer": owner},
        {"name": "柯以宁", "authority": "授权委托书 2026 年第 19 号", "employer": owner},
    ]


def _bidders() -> Json:
    return [
        {"name": BIDDER_EXACT, "aliases": []},
        {"name": "沐岚(临州)市政建设有限责任公司", "aliases": []},
        {"name": "安垣长虹基础设施集团有限公司", "aliases": [BIDDER_RENAMED]},
        {"name": "青屏盘石道桥工程有限公司", "aliases": []},
        {"name": "岱宗交通建设股份有限公司", "aliases": ["岱宗交建"]},
        {"name": "鸾台土木工程有限公司", "aliases": []},
    ]


def _recusals() -> Json:
    return [
        {"kind": "employer", "value": RECUSED, "ground": "项目前期咨询单位"},
        {"kind": "person", "value": expert_id(10), "ground": "参与过本项目招标文件的编制"},
        {"kind": "person", "value": expert_id(39), "ground": "与投标人的法定代表人有近亲属关系"},
    ]


def sample_script() -> dict[str, Json]:
    """Return what people do: `answers` by the ordinal of the call in the draw, a list for several attempts.

    `conflicts` are places in the signing-in at the opening, from 0, where somebody declares a conflict, and why.
    """
    return {
        "answers": [
            "attends",
            "declines",
            "attends",
            "wrong_key",
            ["no_answer", "no_answer"],
            "replays",
            "attends",
            ["silent", "attends"],
            "attends",
            "attends",
            "attends",
        ],
        "conflicts": [{"seat": 2, "ground": "两年前曾在一家投标人任职"}],
    }
