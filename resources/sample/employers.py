"""Employers that don't exist, each in the spellings that one bank holds side by side.

The first few are fixed: the sample's bidders and recused employers are among them, so that every size of sample
forces recusals.  The others are put together from place, stem and trade, in an order that the seed fixes; one in six
has a name of twenty characters and more.
"""

from dataclasses import dataclass

from resources.sample.stream import Stream


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CITIES = ("临州市", "澜江市", "安垣市", "青屏市", "望川市", "鹿泽市", "石梁市", "宁岳市")
_STEMS = _words(
    "鸿远 恒泰 中砺 华铎 金衡 盛唐 同济源 安厦 博纳 长青 正诚 广厦鑫 永固 天翼 明德 嘉禾 宏图 立信诚 远景 "
    "瑞安 万象 卓越 海岳 东篱 南屏 西岭 北辰 朗润 新域 和顺 启明 百川 千山 云帆 星河 晨曦 旭日 双桥 五洲 "
    "九鼎 昌盛 德润 建业 泰和 汇通 三川 科信 智远 创维达 信元 佳境 康宁 福安 锦绣 山水 绿洲 蓝图 方圆 经纬"
)
_TRADES = _words(
    "建筑设计 工程咨询 建设监理 工程造价咨询 市政工程 建设工程 岩土勘察 水利设计 公路工程 园林绿化 机电安装 "
    "建筑装饰 环保科技 信息技术 软件 医疗器械 电力设计 测绘地理信息 检测技术 消防技术 招标代理 物业服务 仪器设备 "
    "智能科技"
)
_OFFICES = _words(
    "住房和城乡建设局 交通运输局 水利局 财政局 第一人民医院 中心医院 建筑设计研究院 职业技术学院 规划编制中心 大学"
)

LIMITED, LIMITED_LIABILITY = "有限公司", "有限责任公司"
BIDDER_EXACT = "临州凤栖路桥集团有限公司"
BIDDER_SPELT = "沐岚（临州）市政建设有限公司"
BIDDER_RENAMED = "安垣市第二市政工程公司"
BIDDER_ALIKE = "青屏磐石道桥工程有限公司"
RECUSED = "临州市城市更新投资中心"
FIXED = (BIDDER_EXACT, BIDDER_SPELT, BIDDER_ALIKE, RECUSED)
"""Employers that always have experts; the first three are bidders, one of them under a name that is only alike."""


@dataclass(frozen=True, slots=True)
class Employer:
    """One employer: its spellings, the usual one first, the name it had before (empty: none), and where it sits."""

    spellings: tuple[str, ...]
    former: str
    city: str


def most_employers() -> int:
    """Return how many employers there are at most."""
    return len(FIXED) + len(CITIES) * (len(_STEMS) * len(_TRADES) + len(_OFFICES))


def employers(seed: str, count: int) -> tuple[Employer, ...]:
    """Return `count` employers, the fixed ones first; `count` is at least their number and at most `most_employers`."""
    stream = Stream(seed, "employers")
    names = _names()
    for index in range(min(count - len(FIXED), len(names) - 1)):
        other = index + stream.below(len(names) - index)
        names[index], names[other] = names[other], names[index]
    found = [Employer(_spellings(name), _former(name, stream), _city(name)) for name in names[: count - len(FIXED)]]
    return (*(Employer(_spellings(name), "", _city(name)) for name in FIXED), *found)


def _names() -> list[str]:
    names = []
    for city in CITIES:
        place = city.removesuffix("市")
        names += [city + office if office != "大学" else place + office for office in _OFFICES]
        for number, stem in enumerate(_STEMS):
            start = f"{stem}（{place}）" if number % 3 == 0 else place + stem
            names += [_long(city + stem + trade) if number % 6 == 1 else start + trade + LIMITED for trade in _TRADES]
    return names


def _long(name: str) -> str:
    """Give a name of twenty characters and more, as a branch of a group has."""
    return f"{name}（集团）股份有限公司第一分公司"


def _city(name: str) -> str:
    return next(city for city in CITIES if city.removesuffix("市") in name)


def _spellings(name: str) -> tuple[str, ...]:
    """Return the ways one employer is written: as it is, half-width brackets, the longer legal form, both."""
    found = [name]
    if "（" in name:
        found.append(name.replace("（", "(").replace("）", ")"))
    if name.endswith(LIMITED):
        longer = name.removesuffix(LIMITED) + LIMITED_LIABILITY
        found += [longer, longer.replace("（", "(").replace("）", ")")]
    return tuple(dict.fromkeys(found))


def _former(name: str, stream: Stream) -> str:
    """Give one employer in eight an older name."""
    if stream.below(8) or not name.endswith(LIMITED):
        return ""
    return name.removesuffix(LIMITED).replace("（", "").replace("）", "") + "工程公司"
