"""A rule pack: the rules of one trade as data, each with its source (`docs/formats/rulepack.md`).

`parse_rule_pack` takes bytes from a file and refuses a check that doesn't exist, a parameter that the check doesn't
declare or lacks, a sentence with a placeholder that the check doesn't fill, and an id that stands twice.  A rule cites
an article, or says `local`: then nobody may read it as law.
"""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Literal, cast

from drawing.errors import DrawingError
from drawing.request import LEVELS, METHODS, TRADES, Trade
from drawing.rule_checks import CHECKS, Check, Parameter, ParameterKind, Parameters
from vault.errors import MalformedRecordError
from vault.jsontext import Reader
from vault.suite import sha256

Severity = Literal["refuse", "warn"]
Wording = Callable[[str], str]

SEVERITIES: tuple[Severity, ...] = ("refuse", "warn")
LOCAL = "local"
LONGEST_PACK = 1024 * 1024
_ID = r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*"
_DECIMAL = r"(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?"


class RulePackError(DrawingError):
    """A rule pack is not in its form."""

    code = "drawing.rulepack.malformed"
    what = "The rule pack can't be read: {field}: {problem}."
    todo = "Correct this field of the rule pack; the packs that come with the program are examples."


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in English, which is its gettext id, and in Chinese, which fills the catalogue."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what to check, how grave a breach is, where it comes from, and how to say that it is met or broken.

    `article` is None for local policy.  `approval`: a breach may be passed by a second approval and a published reason.
    """

    id: str
    check: str
    is_on: bool
    severity: Severity
    approval: bool
    article: str | None
    parameters: Parameters = field(hash=False)
    met: Sentence
    broken: Sentence


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """When a call is settled without an answer: after `attempts` calls whose last begins `over` after the first."""

    attempts: int
    over: timedelta


@dataclass(frozen=True, slots=True)
class RulePack:
    """All rules of one trade, in the order in which they are shown."""

    id: str
    trade: Trade
    name: Sentence
    no_answer: NoAnswer
    rules: tuple[Rule, ...]

    def messages(self) -> Mapping[str, str]:
        """Return every English sentence of the pack with its Chinese one."""
        sentences = [self.name, *(sentence for rule in self.rules for sentence in (rule.met, rule.broken))]
        return {sentence.en: sentence.zh for sentence in sentences}


@dataclass(frozen=True, slots=True)
class HeldPack:
    """A rule pack and the SHA-256 of its bytes, in hex, by which a certificate names it."""

    rules: RulePack
    digest: str

    @classmethod
    def of(cls, text: bytes) -> "HeldPack":
        """Read a rule pack and digest its bytes.

        Raises:
            RulePackError: naming the field.
        """
        return cls(parse_rule_pack(text), sha256(text).hex())


def parse_rule_pack(text: bytes) -> RulePack:
    """Read a rule pack.

    Raises:
        RulePackError: naming the field.
    """
    try:
        reader = Reader.of(text, limit=LONGEST_PACK)
        reader.integer("v", 1, 1)
        pack = RulePack(
            id=reader.text("id", pattern=_ID, longest=64),
            trade=cast(Trade, reader.choice("trade", TRADES)),
            name=_sentence(reader.reader("name"), frozenset()),
            no_answer=_no_answer(reader.reader("no_answer")),
            rules=tuple(_rule(item) for item in reader.readers("rules")),
        )
        reader.end()
        _refuse_twins(pack)
    except MalformedRecordError as error:
        field_name = str(error.details["where"]).removeprefix("$.")
        raise RulePackError(field=field_name, problem=error.details["problem"]) from error
    return pack


def _no_answer(reader: Reader) -> NoAnswer:
    found = NoAnswer(reader.integer("attempts", 1, 9), timedelta(minutes=reader.integer("minutes", 0, 240)))
    reader.end()
    if found.attempts == 1 and found.over:
        raise MalformedRecordError(where=f"{reader.where}.minutes", problem="one attempt can't be spread over a time")
    return found


def _refuse_twins(pack: RulePack) -> None:
    seen = set()
    for index, rule in enumerate(pack.rules):
        if rule.id in seen:
            raise MalformedRecordError(where=f"$.rules[{index}].id", problem="the id of an earlier rule")
        seen.add(rule.id)


def _rule(reader: Reader) -> Rule:
    name = reader.choice("check", tuple(CHECKS))
    check = CHECKS[name]
    citation = reader.text("citation", longest=200)
    if not citation.strip():
        raise MalformedRecordError(where=f"{reader.where}.citation", problem="empty: name the article, or write local")
    rule = Rule(
        id=reader.text("id", pattern=_ID, longest=64),
        check=name,
        is_on=reader.boolean("on"),
        severity=cast(Severity, reader.choice("severity", SEVERITIES)),
        approval=reader.boolean("approval"),
        article=None if citation == LOCAL else citation,
        parameters=_parameters(reader.reader("parameters"), check),
        met=_sentence(reader.reader("met"), check.details),
        broken=_sentence(reader.reader("broken"), check.details),
    )
    reader.end()
    return rule


def _parameters(reader: Reader, check: Check) -> dict[str, Parameter]:
    found = {name: _parameter(reader, name, kind) for name, kind in check.parameters.items()}
    reader.end()
    return found


def _parameter(reader: Reader, name: str, kind: ParameterKind) -> Parameter:
    if kind == "count":
        return reader.integer(name, 0, 10_000)
    if kind == "decimal":
        return Decimal(reader.text(name, pattern=_DECIMAL))
    allowed: tuple[str, ...] = METHODS if kind == "methods" else LEVELS
    chosen = reader.texts(name, longest=32)
    if not chosen or len(set(chosen)) != len(chosen) or not set(chosen) <= set(allowed):
        raise MalformedRecordError(where=f"{reader.where}.{name}", problem="not a list out of " + ", ".join(allowed))
    return chosen


def _sentence(reader: Reader, details: frozenset[str]) -> Sentence:
    sentence = Sentence(reader.text("en", longest=1000), reader.text("zh", longest=1000))
    reader.end()
    for language in (sentence.en, sentence.zh):
        _refuse_placeholders(language, details, reader.where)
    return sentence


def _refuse_placeholders(template: str, details: frozenset[str], where: str) -> None:
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise MalformedRecordError(where=where, problem="a brace without its partner") from error
    for _text, name, form, conversion in parts:
        if name is not None and (name not in details or form or conversion):
            raise MalformedRecordError(where=where, problem=f"a placeholder that the check doesn't fill: {name}")
