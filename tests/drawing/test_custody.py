"""What lies in boxes: written and read back, and as long for one committee as for another."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.custody import (
    BLOCK,
    NONCES,
    Confirmed,
    DrawFolder,
    Member,
    PoolSecret,
    SealedList,
    dice_context,
    holder_of,
    list_bytes,
    list_context,
    open_for,
    parse_list,
    parse_pool,
    pool_bytes,
    pool_context,
    seal_for,
)
from tests.drawing.desk.station import people
from tests.fakes.randomness import SeededRandomness
from vault.box import Box
from vault.boxerrors import BoxError, MissingShareError
from vault.errors import MalformedRecordError
from vault.ids import BankId, DrawId
from vault.jsontext import dumps, loads

DRAW = DrawId("0199e2a4-0000-7000-8000-000000000001")
LABELS = [f"{number:064x}" for number in range(6)]
SECRET = PoolSecret(
    salt=bytes(range(32)),
    nonces=tuple((name, bytes([number] * 32)) for number, name in enumerate(NONCES)),
    station_value="ab" * 32,
    chain_secret=bytes(32),
    bank=BankId("bank-1"),
    bank_root=bytes(range(32, 64)),
    project='{"工程":"滨江路"}'.encode(),
    sealed="投标人".encode(),
    narrowing=b"{}",
    table="\n".join(f"{label} x - -" for label in LABELS),
    ids=("E1", "E2", "王-3", "E4", "E5", "E6"),
    matches=(Confirmed("凤栖集团", "凤栖路桥"),),
    frequency=(("E1", 2),),
)


def member(name: str = "龘䨻", slot: str = "1", phone: str = "13900000001") -> Member:
    return Member(slot, LABELS[0], "E1", name, phone, "某研究院", ("A0803", "A06"), "临州市", "main", "confirmed")


@pytest.mark.parametrize(
    "secret", [SECRET, replace(SECRET, chain_secret=None, ids=(), table="", matches=(), frequency=())]
)
def test_a_pool_s_secret_comes_back(secret: PoolSecret) -> None:
    assert parse_pool(pool_bytes(secret)) == secret
    assert secret.nonce("bank") == bytes(32)
    assert all(hidden not in repr(secret) for hidden in ("E1", "凤栖", secret.salt.hex(), "投标人"))


@pytest.mark.parametrize("members", [(), (member(),), (member(), member("Jürgen", "R1"))])
def test_a_list_comes_back(members: tuple[Member, ...]) -> None:
    sealed = SealedList(SECRET, (b'{"round":1}', b'{"round":2}'), members)
    assert parse_list(list_bytes(sealed)) == sealed
    assert "龘" not in repr(sealed)


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_TEXT, _TEXT, _TEXT), min_size=6, max_size=6))
def test_neither_names_nor_numbers_nor_employers_change_a_list_s_length(texts: list[tuple[str, str, str]]) -> None:
    drawn = tuple(
        replace(member(name, str(place)), phone=phone, employer=employer)
        for place, (name, phone, employer) in enumerate(texts, 1)
    )
    shortest = tuple(replace(member("", str(place)), phone="", employer="") for place in range(1, 7))
    length = len(list_bytes(SealedList(SECRET, (), drawn)))
    assert length == len(list_bytes(SealedList(SECRET, (), shortest)))
    assert length % BLOCK == 0


def test_nor_do_they_where_a_list_just_fills_its_blocks() -> None:
    short, long = (tuple(member(name, str(place)) for place in range(1, 7)) for name in ("", "龘" * 300))
    assert len(dumps(long[0].name)) * 6 > 2000
    for size in range(0, BLOCK, 2000):
        secret = replace(SECRET, project=b"p" * size)
        assert len(list_bytes(SealedList(secret, (), short))) == len(list_bytes(SealedList(secret, (), long)))


def broken_values() -> list[bytes]:
    good = loads(pool_bytes(SECRET))
    assert isinstance(good, dict)
    broken = [{key: value for key, value in good.items() if key != gone} for gone in good]
    broken.append({**good, "more": 1})
    broken.append({**good, "nonces": {**good["nonces"], "more": "00" * 32}})
    broken.append({**good, "salt": "00"})
    broken.append({**good, "chain_secret": "00"})
    return [dumps(value) for value in broken]


def test_contents_of_another_form_are_refused() -> None:
    for content in (*broken_values(), b"", b"[]"):
        with pytest.raises(MalformedRecordError):
            parse_pool(content)
    good = loads(list_bytes(SealedList(SECRET, (), (member(),))))
    assert isinstance(good, dict)
    members = good["members"]
    assert isinstance(members, list)
    for value in ({**good, "v": 2}, {**good, "more": 1}, {**good, "members": [{**members[0], "age": 1}]}):
        with pytest.raises(MalformedRecordError):
            parse_list(dumps(value))


def test_a_box_opens_for_both_and_for_neither_alone() -> None:
    cast = people()
    holders = [holder_of("operator", cast.operator.identity), holder_of("supervisor", cast.supervisor.identity)]
    box = Box.parse(seal_for(b"secret", list_context(DRAW, 1), holders, [cast.station], SeededRandomness()))
    assert open_for(box, [cast.operator, cast.supervisor]) == b"secret"
    assert open_for(box, [cast.supervisor, cast.operator]) == b"secret"
    for keys in ([cast.operator], [cast.supervisor], [cast.operator, cast.operator]):
        with pytest.raises(MissingShareError):
            open_for(box, keys)
    for keys in ([cast.operator, cast.second], [cast.inside, cast.supervisor]):
        with pytest.raises(BoxError):
            open_for(box, keys)


def test_no_two_boxes_of_a_draw_share_a_context() -> None:
    contexts = [
        *(pool_context(DRAW, opening) for opening in range(3)),
        *(list_context(DRAW, sealing) for sealing in range(1, 4)),
        *(dice_context(DRAW, witness, generation) for witness in ("owner", "supervisor") for generation in (1, 2)),
        list_context(DrawId(DRAW[:-1] + "2"), 1),
    ]
    assert len({context.to_bytes() for context in contexts}) == len(contexts)


def test_files_of_a_draw_have_names_of_their_own(tmp_path: Path) -> None:
    folder = DrawFolder(tmp_path)
    paths = [
        folder.request,
        folder.matches,
        folder.pool,
        folder.transcript,
        folder.list(1),
        folder.list(2),
        *(folder.dice(witness) for witness in ("owner", "supervisor", "../../etc", "监督/人")),
    ]
    assert len(set(paths)) == len(paths)
    assert all(path.parent == tmp_path for path in paths)
