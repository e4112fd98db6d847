"""Finds in the source what the program says to people: by reading the code, without running a command.

A sentence is looked for where it is handed on: to a wording, to `tell`, `ask`, `say`, `marked` and their kin, to a line
of the verifier's report, or as a detail of an error.  From there it is followed back through conditions, local names,
tables, private functions and parameters of the same module.  What is put together from parts (`f"longer than {n}"`)
becomes a template with placeholders, a composed message: the program finds it by its form (`resources.wording`).
Where a sentence can't be followed back, the place itself is given back, so that no message hides.
"""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import ModuleType
from typing import Final

SAYERS: Final[Mapping[str, tuple[int, ...]]] = {
    **dict.fromkeys(("wording", "_wording", "say", "marked", "tell", "_tell"), (0,)),
    **dict.fromkeys(("ask", "_agree"), (1,)),
    "Line": (0, 2, 3),
    "require": (0,),
}
"""Functions that say something, with the places of what they say."""

TEXTS: Final = ("check", "text", "place")
"""Keywords of a line of the verifier's report that are said."""

_OTHER: Final = re.compile(r"(prompts|_child)\.(tell|ask)$|^require$")
"""Functions of the same names that are handed what was worded already, or say nothing."""
_OPAQUE: Final = object()
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Said:
    """A message with where it is said; `composed` where its placeholders are filled before it reaches a wording."""

    message: str
    line: int
    composed: bool = False


@dataclass(frozen=True, slots=True)
class Unseen:
    """A place that says something that can't be followed back."""

    expression: str
    line: int


@dataclass(slots=True)
class Source:
    """One module: its tree, and itself, whose constants are read."""

    tree: ast.Module
    module: ModuleType
    errors: frozenset[str]
    _functions: dict[str, list[ast.FunctionDef]] = field(default_factory=dict)
    _scopes: dict[ast.AST, ast.FunctionDef] = field(default_factory=dict)
    _calls: dict[str, list[ast.Call]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._index(self.tree, None)

    def _index(self, node: ast.AST, scope: ast.FunctionDef | None) -> None:
        for child in ast.iter_child_nodes(node):
            if scope is not None:
                self._scopes[child] = scope
            if isinstance(child, ast.Call):
                self._calls.setdefault(_name(child.func), []).append(child)
            if isinstance(child, ast.FunctionDef):
                self._functions.setdefault(child.name, []).append(child)
            self._index(child, child if isinstance(child, ast.FunctionDef) else scope)

    def said(self) -> Iterator[Said | Unseen]:
        """Return everything that the module says."""
        for name, calls in self._calls.items():
            for call in calls:
                if name in SAYERS and self._says(call):
                    yield from self._by_sayer(call, SAYERS[name])
                if self._is_detailed(call) or self._problem_place(name) is not None:
                    yield from self._details(call, name)
        for name in ("place", "_problem"):
            for function in self._functions.get(name, []):
                yield from self._detail(*_returned(function))
        for function in self._functions.get("_facts", []):
            pairs = [node for node in ast.walk(function) if isinstance(node, ast.Tuple) and len(node.elts) == 2]
            yield from self._detail(*(part for pair in pairs for part in pair.elts))

    def _is_detailed(self, call: ast.Call) -> bool:
        """Say whether all that a call is given may be said: an error's details, a check of the doctor."""
        name = _name(call.func)
        return name in self.errors or (name == "Check" and hasattr(self._evaluated(call.func), "look"))

    def _says(self, call: ast.Call) -> bool:
        """Say whether a call of one of the names is one of the functions."""
        if _name(call.func) == "Line":
            return hasattr(self._evaluated(call.func), "shown")
        return not _OTHER.search(ast.unparse(call.func))

    def _by_sayer(self, call: ast.Call, places: Sequence[int]) -> Iterator[Said | Unseen]:
        for place in places:
            if len(call.args) > place:
                yield from self._found(call.args[place])
        for keyword in call.keywords:
            if _name(call.func) == "Line" and keyword.arg in TEXTS:
                yield from self._found(keyword.value)

    def _found(self, expression: ast.expr) -> Iterator[Said | Unseen]:
        for found in self._follow(expression, 0):
            if found is _OPAQUE:
                yield Unseen(ast.unparse(expression), expression.lineno)
            elif isinstance(found, _Text):
                yield Said(found.text, expression.lineno, found.composed)

    def _details(self, call: ast.Call, name: str) -> Iterator[Said]:
        place = self._problem_place(name)
        spoken = [*call.args] if self._is_detailed(call) else call.args[place : place + 1] if place is not None else []
        yield from self._detail(*spoken, *(keyword.value for keyword in call.keywords))

    def _detail(self, *expressions: ast.expr) -> Iterator[Said]:
        for expression in expressions:
            for found in self._follow(expression, 0):
                if isinstance(found, _Text) and is_words(found.text):
                    yield Said(found.text, expression.lineno, found.composed)

    def _problem_place(self, name: str) -> int | None:
        """Return at which place a function of this module takes a `problem`, or None."""
        for function in self._functions.get(name, []):
            parameters = [one.arg for one in function.args.args if one.arg != "self"]
            if "problem" in parameters:
                return parameters.index("problem")
        return None

    def _follow(self, node: ast.expr, depth: int) -> Iterable[object]:
        if depth > _DEEPEST:
            return [_OPAQUE]
        match node:
            case ast.Constant():
                return [_Text(node.value)] if isinstance(node.value, str) else []
            case ast.JoinedStr():
                return [_template(node)]
            case ast.IfExp():
                return [*self._follow(node.body, depth + 1), *self._follow(node.orelse, depth + 1)]
            case ast.BoolOp():
                return [found for value in node.values for found in self._follow(value, depth + 1)]
            case ast.BinOp():
                return self._joined(node, depth)
            case ast.Subscript():
                return self._table(node.value)
            case ast.Call():
                return self._called(node, depth)
            case ast.Name():
                return self._named(node, depth)
            case ast.Lambda():
                return self._follow(node.body, depth + 1)
            case ast.Attribute():
                return self._constant(node)
            case _:
                return [_OPAQUE]

    def _joined(self, node: ast.BinOp, depth: int) -> Iterable[object]:
        left, right = (list(self._follow(part, depth + 1)) for part in (node.left, node.right))
        for one, other in itertools.product(left, right):
            pair = [found if isinstance(found, _Text) else _Text("{0}", composed=True) for found in (one, other)]
            yield _Text(_renumbered(pair[0].text + pair[1].text), any(text.composed for text in pair))

    def _called(self, node: ast.Call, depth: int) -> Iterable[object]:
        name = _name(node.func)
        if name in SAYERS:
            return []
        if name == "get" and isinstance(node.func, ast.Attribute):
            return self._table(node.func.value)
        if name == "format" and isinstance(node.func, ast.Attribute):
            return self._follow(node.func.value, depth + 1)
        returned = [value for function in self._functions.get(name, []) for value in _returned(function)]
        if returned:
            return [found for value in returned for found in self._follow(value, depth + 1)]
        return [_OPAQUE]

    def _named(self, node: ast.Name, depth: int) -> Iterable[object]:
        scope = self._scopes.get(node)
        if scope is not None:
            assigned = [*_assigned(scope, node.id)]
            if assigned:
                return [found for value in assigned for found in self._follow(value, depth + 1)]
            parameters = [one.arg for one in scope.args.args if one.arg != "self"]
            if node.id in parameters:
                return self._given(scope, parameters.index(node.id), node.id, depth)
        if node.id in self._functions:
            # a function handed over is called for what it says
            returned = [value for function in self._functions[node.id] for value in _returned(function)]
            return [found for value in returned for found in self._follow(value, depth + 1)]
        return self._constant(node)

    def _given(self, scope: ast.FunctionDef, place: int, name: str, depth: int) -> Iterable[object]:
        """Follow a parameter to what the calls in this module give for it."""
        if scope.name in SAYERS:
            return []
        calls = self._calls.get(scope.name, [])
        if not calls:
            return [_OPAQUE]
        values = [call.args[place] for call in calls if len(call.args) > place]
        values += [keyword.value for call in calls for keyword in call.keywords if keyword.arg == name]
        return [found for value in values for found in self._follow(value, depth + 1)]

    def _constant(self, node: ast.expr) -> Iterable[object]:
        value = self._evaluated(node)
        if isinstance(value, Enum):
            value = value.value
        return [_Text(value)] if isinstance(value, str) else [_OPAQUE]

    def _table(self, node: ast.expr) -> Iterable[object]:
        value = self._evaluated(node)
        items = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple | list) else ()
        texts = [_Text(str(item)) for item in items if isinstance(item, str)]
        return texts or [_OPAQUE]

    def _evaluated(self, node: ast.expr) -> object:
        """Return the value of a dotted name of the module, or the mark of what can't be seen."""
        if isinstance(node, ast.Name):
            return getattr(self.module, node.id, _OPAQUE)
        if isinstance(node, ast.Attribute):
            owner = self._evaluated(node.value)
            return _OPAQUE if owner is _OPAQUE else getattr(owner, node.attr, _OPAQUE)
        return _OPAQUE


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    composed: bool = False


def is_words(text: str) -> bool:
    """Say whether a detail is in words: no path in a record (`$.by`), no name of a field (`box_digest`), no code."""
    plain = re.sub(r"\{[^}]*\}", "", text)
    if text.startswith("$") or ("_" in plain and " " not in plain) or re.match(r"[.\[]", plain):
        return False
    return re.search(r"[a-z]{2,}", plain) is not None and (
        " " in plain or re.fullmatch(r"[A-Za-z]+([/-][A-Za-z]+)*", plain) is not None
    )


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _returned(function: ast.FunctionDef) -> list[ast.expr]:
    return [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]


def _assigned(scope: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=False)
                    yield from (value for one, value in pairs if isinstance(one, ast.Name) and one.id == name)


def _renumbered(template: str) -> str:
    """Number the numbered placeholders of a text anew, in their order."""
    count = itertools.count()
    return re.sub(r"\{[0-9]\}", lambda _found: f"{{{next(count)}}}", template)


def _template(node: ast.JoinedStr) -> _Text:
    """Write a composed text with its placeholders numbered in their order."""
    parts, count = [], 0
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            parts.append(f"{{{count}}}")
            count += 1
        elif isinstance(value, ast.Constant):
            parts.append(str(value.value))
    return _Text("".join(parts), composed=count > 0)
