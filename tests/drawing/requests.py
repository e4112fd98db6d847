"""Requests, packs and experts for tests: one sound request as JSON, and ways to change one thing about it."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from drawing.expert import Expert, Standing
from drawing.request import Request
from drawing.request_form import parse_request

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)

SOUND: dict[str, Any] = {
    "v": 1,
    "project": {
        "name": "滨江路改造",
        "lot": "LZ-1",
        "trade": "works",
        "method": "tender",
        "budget": "12000000.00",
        "technically_complex": False,
        "high_social_impact": False,
        "bidders_known": True,
    },
    "meeting": {
        "start": "2026-12-01T01:00:00Z",
        "hours": "6",
        "sites": [
            {"id": "main", "place": "3 楼 302", "arrive": "2026-12-01T00:30:00Z", "region": None},
            {"id": "branch", "place": "2 楼 205", "arrive": "2026-12-01T00:30:00Z", "region": "澜江市"},
        ],
    },
    "quotas": [
        {"specialty": "A0803", "region": None, "site": "main", "count": 3, "reserves": 1},
        {"specialty": "A06", "region": "临州市", "site": "main", "count": 2, "reserves": 1},
        {"specialty": "A04", "region": None, "site": "branch", "count": 2, "reserves": 0},
    ],
    "employer_cap": 1,
    "frequency_cap": {"draws": 3, "days": 30},
    "owner_members": [
        {"name": "章一", "authority": "授权书 1", "employer": "建设中心"},
        {"name": "柯二", "authority": "授权书 2", "employer": "建设中心"},
    ],
    "recommended": [],
    "bidders": [{"name": "凤栖路桥有限公司", "aliases": ["凤栖集团"]}],
    "recusals": [
        {"kind": "person", "value": "E9", "ground": "编制文件"},
        {"kind": "employer", "value": "城市更新中心", "ground": "前期咨询"},
    ],
    "level": "C",
    "witnesses": ["supervisor", "owner"],
    "opening": "2026-12-01T00:30:00Z",
    "template": None,
}

RECOMMENDED: dict[str, Any] = {
    "name": "荐三",
    "phone": "+86 160 0000 0001",
    "employer": "大学",
    "article": "某条",
    "reason": "技术特别复杂",
}


def text_of(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return the sound request after `change` was done to its JSON."""
    value = copy.deepcopy(SOUND)
    change(value)
    return text_of(value)


def request_with(change: Callable[[dict[str, Any]], object] = lambda _value: None) -> Request:
    return parse_request(changed(change))


def at(value: Any, path: str, new: object) -> None:
    """Set the field at a path such as `quotas.0.count`."""
    *steps, last = path.split(".")
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value[step]
    if isinstance(value, list):
        value[int(last)] = new
    else:
        value[last] = new


def expert(
    person: str = "E1",
    specialties: tuple[str, ...] = ("A0803",),
    *,
    name: str = "某人",
    phone: str = "16000000000",
    employer: str = "大学",
    former: tuple[str, ...] = (),
    region: str = "临州市",
    standing: Standing = Standing.NORMAL,
    until: date | None = None,
) -> Expert:
    return Expert(person, name, phone, employer, former, specialties, region, standing, until)
