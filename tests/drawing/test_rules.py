import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drawing.rule_checks import CHECKS, Facts
from drawing.rulepack import RulePack, RulePackError, parse_rule_pack
from drawing.rules import (
    ApprovalNeededError,
    Finding,
    RequestRefusedError,
    WrongPackError,
    require_allowed,
    review_pool,
    review_request,
)
from resources.rulepacks import SAMPLE, TRADES, rule_pack
from tests.drawing.requests import NOW, RECOMMENDED, at, request_with

Change = Callable[[dict[str, Any]], object]


def pack_of(trade: str, change: Change = lambda _value: None) -> RulePack:
    value = json.loads(rule_pack(trade))
    change(value)
    return parse_rule_pack(json.dumps(value).encode())


def switched(rule: str) -> Change:
    def turn_on(value: dict[str, Any]) -> None:
        for entry in value["rules"]:
            entry["on"] = entry["on"] or entry["id"] == rule

    return turn_on


def broken(
    change: Change = lambda _value: None,
    trade: str = "works",
    now: datetime = NOW,
    pack: Change = lambda _value: None,
) -> dict[str, Finding]:
    def with_trade(value: dict[str, Any]) -> None:
        value["project"]["trade"] = trade
        change(value)

    findings = review_request(request_with(with_trade), pack_of(trade, pack), now)
    return {finding.rule: finding for finding in findings if not finding.met}


def counts(*numbers: int, owners: int = 2) -> Change:
    def change(value: dict[str, Any]) -> None:
        value["quotas"] = value["quotas"][: len(numbers)]
        for quota, number in zip(value["quotas"], numbers, strict=True):
            quota["count"] = number
        value["owner_members"] = [{"name": f"章{n}", "authority": "书", "employer": "建设中心"} for n in range(owners)]

    return change


def both(*changes: Change) -> Change:
    return lambda value: [change(value) for change in changes]


@pytest.mark.parametrize("trade", TRADES)
def test_the_sound_request_breaks_nothing(trade: str) -> None:
    assert broken(trade=trade) == {}


@pytest.mark.parametrize("trade", TRADES)
def test_packs_cite_or_say_local_and_have_both_languages(trade: str) -> None:
    pack = pack_of(trade)
    assert pack.trade == trade
    for rule in pack.rules:
        assert rule.article is None or rule.article.startswith("《")
        assert rule.check in CHECKS
    assert all(en.isascii() and not zh.isascii() for en, zh in pack.messages().items())
    assert [rule.article for rule in pack.rules if rule.id == "committee.odd"] == {
        "works": ["《招标投标法》第三十七条"],
        "procurement": ["《政府采购货物和服务招标投标管理办法》第四十七条"],
        "others": [None],
    }[trade]


def test_the_sample_centre_s_pack_is_that_of_works_without_waiting() -> None:
    works, own = json.loads(rule_pack("works")), json.loads(rule_pack(SAMPLE))
    assert own["rules"] == works["rules"]
    assert (own["id"], own["trade"]) == ("works.sample", "works")
    assert works["no_answer"] == {"attempts": 3, "minutes": 20}
    assert own["no_answer"] == {"attempts": 3, "minutes": 0}


@pytest.mark.parametrize(
    "policy",
    [
        {"attempts": 0, "minutes": 0},
        {"attempts": 10, "minutes": 20},
        {"attempts": 3, "minutes": 241},
        {"attempts": 1, "minutes": 5},
        {"attempts": 3},
        {"attempts": 3, "minutes": 20, "hours": 1},
        None,
    ],
)
def test_a_policy_that_is_none_is_refused(policy: object) -> None:
    with pytest.raises(RulePackError, match="no_answer"):
        pack_of("works", lambda value: value.update(no_answer=policy))


def test_there_is_no_pack_for_an_unknown_trade() -> None:
    with pytest.raises(ValueError, match="no rule pack"):
        rule_pack("land")


def test_a_pack_of_another_trade_is_refused() -> None:
    with pytest.raises(WrongPackError):
        review_request(request_with(), pack_of("others"), NOW)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (counts(3, 2, 1), {"committee.odd"}),
        (counts(2, owners=1), {"committee.least"}),
        (counts(3, owners=0), {"committee.least"}),
        (counts(3, owners=2), {"experts.share", "owner.share"}),
        (counts(3, 3, owners=3), {"owner.most"}),
        (counts(5, owners=0), set()),
    ],
)
def test_the_committee_of_section_37(change: Change, rules: set[str]) -> None:
    found = broken(change)
    assert set(found) == rules
    for rule in rules - {"owner.share", "owner.most"}:
        assert found[rule].article == "《招标投标法》第三十七条"
        assert found[rule].severity == "refuse"


def test_recommended_experts_count_and_need_an_article() -> None:
    assert "committee.odd" in broken(lambda value: value["recommended"].append(RECOMMENDED))
    found = broken(both(counts(3, 2, 1), lambda value: value["recommended"].append({**RECOMMENDED, "article": ""})))
    assert set(found) == {"recommended.article"}
    assert found["recommended.article"].details == {"recommended": 1, "lacking": 1}
    assert not broken(both(counts(3, 2, 1), lambda value: value["recommended"].append(RECOMMENDED)))


@pytest.mark.parametrize(
    ("path", "new", "rules"),
    [
        ("project.budget", "10000000.00", {"committee.least_large"}),
        ("project.budget", "9999999.99", set()),
        ("project.technically_complex", True, {"committee.least_large"}),
        ("project.high_social_impact", True, {"committee.least_large"}),
    ],
)
def test_procurement_asks_for_seven_where_it_is_large(path: str, new: object, rules: set[str]) -> None:
    small: Change = lambda value: at(value, "project.budget", "100.00")  # noqa: E731
    found = broken(both(counts(4, owners=1), small, lambda value: at(value, path, new)), "procurement")
    assert set(found) == rules
    assert not broken(both(counts(5, owners=2), lambda value: at(value, path, new)), "procurement")


@pytest.mark.parametrize("method", ["negotiation", "inquiry"])
def test_panels_are_three_or_more_and_odd(method: str) -> None:
    def panel(value: dict[str, Any]) -> None:
        value["project"]["method"] = method

    assert not broken(both(counts(2, owners=1), panel), "procurement")
    assert set(broken(both(counts(3, owners=1), panel), "procurement")) == {"panel.odd"}
    assert set(broken(both(counts(1, owners=0), panel), "procurement")) == {"panel.least"}
    found = broken(both(counts(1, owners=2), panel), "procurement")
    assert set(found) == {"panel.share", "owner.share"}
    assert found["panel.share"].article == "《政府采购法》第三十八条、第四十条"


def test_other_trades_rest_on_local_policy() -> None:
    found = broken(counts(1, owners=0), "others")
    assert set(found) == {"committee.least"}
    assert found["committee.least"].article is None
    assert "Local policy" in found["committee.least"].text(lambda text: text)


def test_members_who_are_not_drawn_must_be_clear_of_bidders() -> None:
    found = broken(lambda value: at(value, "owner_members.1.employer", "凤栖路桥 有限责任公司"))
    assert found["members.clear"].article == "《招标投标法实施条例》第四十六条"
    assert found["members.clear"].details == {"places": "owner_members[1]"}
    barred = {**RECOMMENDED, "employer": "城市更新中心"}
    found = broken(both(counts(3, 2, 1), lambda value: value["recommended"].append(barred)))
    assert found["members.clear"].details == {"places": "recommended[0]"}
    assert "凤栖" not in json.dumps(found["members.clear"].value(), ensure_ascii=False)


def test_a_meeting_or_opening_in_the_past() -> None:
    start = datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert set(broken(now=start)) == {"meeting.future", "opening.future"}
    assert set(broken(now=start - timedelta(minutes=30))) == {"opening.future"}
    assert not broken(now=start - timedelta(minutes=31))


def one_site(value: dict[str, Any]) -> None:
    value["meeting"]["sites"].pop()
    value["quotas"][2]["site"] = "main"


@pytest.mark.parametrize(
    ("now", "is_early"),
    [
        (datetime(2026, 11, 26, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 16, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 20, 1, 0, tzinfo=UTC), True),
    ],
)
def test_procurement_draws_no_earlier_than_two_working_days_before(now: datetime, is_early: bool) -> None:
    # The meeting is on Tuesday 1 December; the second working day before it is Friday 27 November, in China.
    found = broken(one_site, "procurement", now)
    assert set(found) == ({"draw.not_before"} if is_early else set())
    if is_early:
        assert found["draw.not_before"].article == "《政府采购评审专家管理办法》（财库〔2016〕198 号）"
        assert found["draw.not_before"].details["earliest"] == "2026-11-27"


def test_remote_evaluation_and_negotiation_are_free_of_the_two_days() -> None:
    early = datetime(2026, 11, 2, tzinfo=UTC)
    assert not broken(trade="procurement", now=early)
    assert not broken(both(one_site, lambda value: at(value, "project.method", "negotiation")), "procurement", early)
    assert not broken(one_site, "works", early)


def test_an_unknown_calendar_is_a_warning() -> None:
    def far(value: dict[str, Any]) -> None:
        one_site(value)
        value["meeting"]["start"] = "2199-01-04T01:00:00Z"

    found = broken(far, "procurement", datetime(2199, 1, 3, tzinfo=UTC))
    assert set(found) == {"draw.workdays_known", "opening.future"}
    assert found["draw.workdays_known"].severity == "warn"
    assert found["draw.workdays_known"].details == {"year": 2199}


def test_rules_that_are_off_until_switched_on() -> None:
    early = datetime(2026, 11, 30, 0, 59, tzinfo=UTC)
    assert not broken(now=early)
    assert set(broken(now=early, pack=switched("draw.within_hours"))) == {"draw.within_hours"}
    assert not broken(now=early + timedelta(minutes=1), pack=switched("draw.within_hours"))
    assert set(broken(pack=switched("level.allowed"))) == {"level.allowed"}
    assert not broken(lambda value: at(value, "level", "B"), pack=switched("level.allowed"))


def test_too_many_recusals_call_for_an_approval() -> None:
    def many(value: dict[str, Any]) -> None:
        value["recusals"] = [{"kind": "person", "value": f"E{n}", "ground": "g"} for n in range(21)]

    assert broken(many)["recusals.most"].approval


def test_nobody_recommended_can_be_a_rule() -> None:
    def forbid(value: dict[str, Any]) -> None:
        rule = next(entry for entry in value["rules"] if entry["id"] == "recommended.article")
        rule["check"] = "recommended_none"
        rule["met"] = rule["broken"] = {"en": "{recommended} recommended.", "zh": "推荐 {recommended} 人。"}

    assert not broken(pack=forbid)
    change = both(counts(3, 2, 1), lambda value: value["recommended"].append(RECOMMENDED))
    assert set(broken(change, pack=forbid)) == {"recommended.article"}


@pytest.mark.parametrize(
    ("sought", "eligible", "recused", "rules"),
    [
        (200, 20, 0, set()),
        (200, 19, 0, {"pool.ratio"}),
        (200, 9, 0, {"pool.least", "pool.ratio"}),
        (200, 100, 40, set()),
        (200, 100, 41, {"recusals.share"}),
        (9, 0, 9, {"pool.least", "pool.ratio"}),
    ],
)
def test_rules_on_pools(sought: int, eligible: int, recused: int, rules: set[str]) -> None:
    facts = Facts(request_with(), NOW, 0, sought, eligible, recused)
    found = {finding.rule for finding in review_pool(pack_of("works"), facts) if not finding.met}
    assert found == rules


def test_a_rule_on_pools_tells_no_count_under_ten_from_another() -> None:
    request = request_with(lambda value: at(value, "quotas.2.count", 1))
    answers = {
        tuple(review_pool(pack_of("works"), Facts(request, NOW, 2, 9, eligible, recused)))
        for eligible in range(10)
        for recused in range(10)
    }
    assert len(answers) == 1


def test_every_rule_that_concerns_a_request_is_reviewed_with_its_source() -> None:
    reviewed = review_request(request_with(), pack_of("works"), NOW)
    assert all(finding.met for finding in reviewed)
    zh = pack_of("works").messages()
    assert reviewed[0].text(lambda text: zh.get(text, text)) == (
        "专家共 7 人，加招标人代表 2 人，成员 9 人，为单数。 [《招标投标法》第三十七条]"
    )
    assert reviewed[0].value()["details"] == {"experts": 7, "members": 9, "owner": 2, "recommended": 0}


def test_a_refusal_names_its_article_and_keeps_all_findings() -> None:
    findings = review_request(
        request_with(counts(3, 2, 1, owners=3)), pack_of("works"), datetime(2027, 1, 1, tzinfo=UTC)
    )
    with pytest.raises(RequestRefusedError) as caught:
        require_allowed(findings, approved=True)
    assert {finding.rule for finding in caught.value.findings} == {"meeting.future", "opening.future"}
    odd = review_request(request_with(counts(3, 2, 1)), pack_of("works"), NOW)
    with pytest.raises(RequestRefusedError, match="《招标投标法》第三十七条"):
        require_allowed(odd)


def test_an_approval_lifts_a_limit_and_only_that() -> None:
    findings = review_request(request_with(counts(3, 3, owners=3)), pack_of("works"), NOW)
    with pytest.raises(ApprovalNeededError) as caught:
        require_allowed(findings)
    assert caught.value.details["count"] == 1
    require_allowed(findings, approved=True)


def _rule(value: dict[str, Any]) -> dict[str, Any]:
    rule: dict[str, Any] = value["rules"][0]
    return rule


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda value: at(value, "v", 2), "v"),
        (lambda value: at(value, "trade", "land"), "trade"),
        (lambda value: at(value, "id", "Works"), "id"),
        (lambda value: value.update(extra=1), "$"),
        (lambda value: value["rules"].append(copy.deepcopy(_rule(value))), "rules"),
        (lambda value: _rule(value).update(check="no_such"), "rules[0].check"),
        (lambda value: _rule(value).update(citation=" "), "rules[0].citation"),
        (lambda value: _rule(value).update(severity="maybe"), "rules[0].severity"),
        (lambda value: _rule(value).update(extra=1), "rules[0]"),
        (lambda value: _rule(value).update(parameters={}), "rules[0].parameters.methods"),
        (lambda value: _rule(value)["parameters"].update(least=5), "rules[0].parameters"),
        (lambda value: _rule(value)["parameters"].update(methods=[]), "rules[0].parameters.methods"),
        (lambda value: _rule(value)["parameters"].update(methods=["tender", "tender"]), "rules[0].parameters.methods"),
        (lambda value: _rule(value)["parameters"].update(methods=["auction"]), "rules[0].parameters.methods"),
        (lambda value: _rule(value)["met"].update(en="{bidders}"), "rules[0].met"),
        (lambda value: _rule(value)["met"].update(en="{members.real}"), "rules[0].met"),
        (lambda value: _rule(value)["met"].update(en="{members!r}"), "rules[0].met"),
        (lambda value: _rule(value)["met"].update(en="{members:9999999}"), "rules[0].met"),
        (lambda value: _rule(value)["met"].update(en="{"), "rules[0].met"),
        (lambda value: _rule(value)["broken"].pop("zh"), "rules[0].broken.zh"),
    ],
)
def test_a_pack_without_its_form_is_refused(change: Change, field: str) -> None:
    with pytest.raises(RulePackError) as caught:
        pack_of("works", change)
    assert str(caught.value.details["field"]).startswith(field)


def test_a_pack_that_is_no_json_is_refused() -> None:
    with pytest.raises(RulePackError):
        parse_rule_pack(b"rules")


def test_a_refusal_that_an_approval_lifts_waits_for_it() -> None:
    def lenient(value: dict[str, Any]) -> None:
        _rule(value)["approval"] = True

    findings = review_request(request_with(counts(3, 2, 1)), pack_of("works", lenient), NOW)
    with pytest.raises(ApprovalNeededError):
        require_allowed(findings)
    require_allowed(findings, approved=True)
