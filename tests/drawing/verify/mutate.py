"""Structured changes of a story, chosen by a seed: what a forger with every key might try, and much besides."""

import copy
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.drawing.verify.story import Story

Place = tuple[Any, Any]
_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 5, 7, 100, 1000, 2**31, 2**53, 2**63, "", " ", "0", "1", "x", "\u3000"),
    *(
        "\u200b",
        "１",
        "a" * 33,
        "a" * 65,
        "a" * 101,
        "a" * 501,
        "Ａ",
        [],
        {},
        [None],
        [""],
        ["x"],
        [1],
        {"x": 1},
        {"": None},
    ),
    *("2026-12-01T00:00:00Z", "2026-12-01T00:00:00.000Z", "2026-12-01T24:00:00Z", "2031-01-01T00:00:00Z", "0" * 64),
)
_KINDS = (
    *(
        "prepared",
        "previewed",
        "narrowed",
        "frozen",
        "fixed",
        "dice_entered",
        "compared",
        "seeded",
        "lost",
        "round_opened",
        "called",
    ),
    *("answered", "promoted", "vacated", "completed", "short", "sealed", "rechecked", "opened", "reentered"),
    *("transcribed", "printed", "closed", "aborted", "steered"),
)


def places(value: Any) -> Iterator[Place]:
    """Give every place of a tree: what holds it, and the key or index."""
    for key, item in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
        yield value, key
        if isinstance(item, dict | list):
            yield from places(item)


def _some_place(chance: random.Random, story: Story) -> Place:
    """Return a place in an entry mostly: those of one kind are as likely as those of any other."""
    entries = story.tree["entries"]
    if chance.random() < 0.3 or not entries:
        inside = story.tree["whole"][chance.choice(sorted(story.tree["whole"]))]
        return chance.choice([(story.tree["whole"], key) for key in story.tree["whole"]] + _inside(inside))
    kind = chance.choice(sorted({one.get("kind", "") for one in entries}))
    entry = chance.choice([one for one in entries if one.get("kind", "") == kind])
    return chance.choice(list(places(entry)))


def _inside(value: Any) -> list[Place]:
    return list(places(value)) if isinstance(value, dict | list) else []


def _values(story: Story, like: type) -> list[Any]:
    return [holder[key] for holder, key in places(story.tree) if type(holder[key]) is like]


def other_value(chance: random.Random, story: Story) -> None:
    """Put something odd, or another value of the story of the same sort."""
    holder, key = _some_place(chance, story)
    if chance.random() < 0.4:
        holder[key] = copy.deepcopy(chance.choice(_values(story, type(holder[key]))))
    else:
        holder[key] = copy.deepcopy(chance.choice(_ODD))


def slightly_other(chance: random.Random, story: Story) -> None:
    """Change a value by as little as can be."""
    holder, key = _some_place(chance, story)
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = chance.choice([not value, int(value)])
    elif isinstance(value, int):
        holder[key] = chance.choice([value + 1, value - 1, bool(value), str(value), -value])
    elif isinstance(value, str):
        holder[key] = _slightly_other_text(chance, value)
    elif isinstance(value, list):
        _slightly_other_list(chance, value)
    elif isinstance(value, dict) and value:
        one = chance.choice(sorted(value))
        if chance.random() < 0.5:
            value["more"] = copy.deepcopy(value[one])
        else:
            del value[one]


def _slightly_other_text(chance: random.Random, value: str) -> Any:
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC) + chance.choice(
            [timedelta(seconds=one) for one in (-86400, -1, 1, 86400, 0.001)]
        )
        return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")
    except ValueError:
        pass
    at = chance.randrange(len(value) + 1)
    return chance.choice(
        [
            *("", " ", value + " ", " " + value, value.upper(), value.lower(), value[::-1], [value], value + value),
            *(value[:at] + chance.choice("0a ,é\n") + value[at:], value[:at] + value[at + 1 :], value + "\u200b", None),
        ]
    )


def _slightly_other_list(chance: random.Random, value: list[Any]) -> None:
    if not value:
        value.append(copy.deepcopy(chance.choice(_ODD)))
        return
    at, to = chance.randrange(len(value)), chance.randrange(len(value))
    act: Callable[[], object] = chance.choice(
        [
            lambda: value.insert(to, copy.deepcopy(value[at])),
            lambda: value.pop(at),
            value.reverse,
            value.clear,
            lambda: value.append(copy.deepcopy(chance.choice(_ODD))),
            lambda: value.insert(to, value.pop(at)),
        ]
    )
    act()


def without(chance: random.Random, story: Story) -> None:
    """Leave something out."""
    holder, key = _some_place(chance, story)
    del holder[key]


def one_more(chance: random.Random, story: Story) -> None:
    """Add a field to an object."""
    objects = [holder[key] for holder, key in [_some_place(chance, story) for _ in range(8)]]
    for one in objects:
        if isinstance(one, dict):
            one[chance.choice(["more", "previous", "reason", "note", "v"])] = copy.deepcopy(chance.choice(_ODD))
            return


def exchanged(chance: random.Random, story: Story) -> None:
    """Exchange two people wherever one place, one entry or the whole story names them."""
    found = [one["said"] for one in story.tree["whole"]["people"] if isinstance(one, dict) and "said" in one]
    ids = sorted({mark for holder, key in places(story.tree["entries"]) if _is_keyid(mark := holder[key])})
    if not found or len(ids) < 2:
        return
    one, other = chance.sample(ids, 2)
    where = chance.choice([story.tree["entries"], chance.choice(story.tree["entries"])])
    for holder, key in list(places(where)):
        if holder[key] in (one, other):
            holder[key] = other if holder[key] == one else one
        if chance.random() < 0.1 and where is not story.tree["entries"]:
            return


def _is_keyid(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64


def entry_again(chance: random.Random, story: Story) -> None:
    """Write an entry twice."""
    entries = story.tree["entries"]
    at = chance.randrange(len(entries))
    to = at + 1 if chance.random() < 0.6 else chance.randrange(at + 1, len(entries) + 1)
    entries.insert(to, {**copy.deepcopy(entries[at]), "at": entries[to - 1]["at"]})


def entry_moved(chance: random.Random, story: Story) -> None:
    """Let an entry stand elsewhere, at that place's time."""
    entries = story.tree["entries"]
    entry = entries.pop(chance.randrange(len(entries)))
    to = chance.randrange(len(entries) + 1)
    entries.insert(to, {**entry, "at": entries[max(to - 1, 0)]["at"]})


def entries_left_out(chance: random.Random, story: Story) -> None:
    """Leave out an entry or a few that follow one another."""
    entries = story.tree["entries"]
    at = chance.randrange(len(entries))
    del entries[at : at + chance.choice([1, 1, 1, 2, 3, 8])]


def cut_short(chance: random.Random, story: Story) -> None:
    """Leave out everything from some entry on."""
    del story.tree["entries"][chance.randrange(len(story.tree["entries"])) :]


def another_kind(chance: random.Random, story: Story) -> None:
    """Make an entry one of another kind, or put a bare one in."""
    entries = story.tree["entries"]
    at = chance.randrange(len(entries))
    kind = f"draw.{chance.choice(_KINDS)}"
    if chance.random() < 0.5:
        entries[at]["kind"] = kind
    else:
        printed = {"document": "namelist", "copy": 1, "reason": None}
        body = chance.choice([{}, {"reason": "x"}, {"reason": " "}, printed])
        entries.insert(at + 1, {**copy.deepcopy(entries[at]), "kind": kind, "body": copy.deepcopy(body)})


CHANGES = (
    *(other_value, slightly_other, slightly_other, without, one_more, exchanged),
    *(entry_again, entry_moved, entries_left_out, cut_short, another_kind),
)


def mutated(story: Story, seed: int) -> str:
    """Change a story as a seed says, mostly once; return which changes were made."""
    chance = random.Random(seed)
    made = []
    for _ in range(chance.choice([1, 1, 1, 1, 1, 2, 3])):
        change = chance.choice(CHANGES)
        try:
            change(chance, story)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError):
            continue  # an earlier change left no such place
        made.append(change.__name__)
    return ", ".join(made)
