import base64
import dataclasses
import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.keyholders import SeededPerson
from tests.fakes.randomness import SeededRandomness
from tests.vault.gcm import two_key_ciphertext
from vault import box as box_module
from vault.box import (
    Box,
    Context,
    Holder,
    MissingShareError,
    NoHolderError,
    NotHolderError,
    OtherBoxError,
    ReleasedShare,
    SamePersonError,
    TamperedBoxError,
    WrongShareError,
    open_box,
    release_share,
    require_context,
    seal_box,
    verify_header,
)
from vault.boxheader import BoxHeader, RoleShare, Way
from vault.dsse import BadSignatureError, UnsignedError, sign_envelope
from vault.errors import FengqianError
from vault.hybrid import BadKeyError, HybridPrivateKey, seal
from vault.suite import digest

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "box.json").read_text("utf-8"))
OPERATOR, SUPERVISOR, DEPUTY, STATION = (SeededPerson(name) for name in ("操作员甲", "监督员乙", "副监督丙", "station"))
CONTENT = "柳喆 18800000000".encode()
CONTEXT = Context("0199e2a4-0000-7000-8000-000000000001", "list", "", 1)
BOTH = [["operator", "supervisor"]]
PAIRS = [["host", "supervisor"], ["host", "leader"], ["supervisor", "leader"]]


def sealed(content=CONTENT, context=CONTEXT, ways=BOTH, holders=None, seed="box"):
    if holders is None:
        holders = [OPERATOR.holds("operator"), SUPERVISOR.holds("supervisor"), DEPUTY.holds("supervisor")]
    return seal_box(content, context, ways, holders, [OPERATOR], SeededRandomness(seed))


DATA = sealed()
BOX = Box.parse(DATA)
SHARES = release_share(BOX, OPERATOR) + release_share(BOX, SUPERVISOR)


def opened(data, *people):
    box = Box.parse(data)
    return open_box(box, [share for person in people for share in release_share(box, person)])


def remade(box, header, ciphertext=None, signer=OPERATOR, tail=None):
    """Write a box with another header, signed anew, as a cheating sealer could."""
    envelope = sign_envelope("box", header.to_bytes(), [signer])
    parts = (box_module.MAGIC, envelope.to_bytes(), b"\n", ciphertext or box.ciphertext, tail or box.tail)
    return b"".join(parts)


def test_operator_and_supervisor_open():
    assert opened(DATA, OPERATOR, SUPERVISOR) == CONTENT


def test_a_deputy_stands_in():
    assert opened(DATA, OPERATOR, DEPUTY) == CONTENT
    assert opened(DATA, DEPUTY, SUPERVISOR, OPERATOR) == CONTENT


@pytest.mark.parametrize("present", [(0, 1), (0, 2), (1, 2), (0, 1, 2)])
def test_any_two_of_three(present):
    people = [OPERATOR, SUPERVISOR, DEPUTY]
    holders = [person.holds(role) for person, role in zip(people, ("host", "supervisor", "leader"), strict=True)]
    data = sealed(ways=PAIRS, holders=holders)
    assert opened(data, *(people[i] for i in present)) == CONTENT
    with pytest.raises(MissingShareError):
        opened(data, people[present[0]])


def test_a_way_of_one_role_and_a_way_of_four():
    assert opened(sealed(ways=[["auditor"]], holders=[DEPUTY.holds("auditor")]), DEPUTY) == CONTENT
    people = [OPERATOR, SUPERVISOR, DEPUTY, STATION]
    roles = ["operator", "supervisor", "second", "time"]
    data = sealed(ways=[roles], holders=[one.holds(role) for one, role in zip(people, roles, strict=True)])
    assert opened(data, *people) == CONTENT
    with pytest.raises(MissingShareError) as caught:
        opened(data, OPERATOR, DEPUTY)
    assert caught.value.details["roles"] == "supervisor, time"


@pytest.mark.parametrize("length", [0, 1, 16343, 16344, 16345, 262_000, 262_144, 300_000])
def test_every_length_comes_back(length):
    content = SeededRandomness("content").take(length)
    data = sealed(content)
    assert opened(data, OPERATOR, SUPERVISOR) == content
    assert len(Box.parse(data).ciphertext) - 16 < length + 40 + max(16384, length // 16 + 4)


def test_lengths_of_lists_do_not_show():
    assert {len(Box.parse(sealed(bytes(count))).ciphertext) for count in (0, 40, 4000, 16344)} == {16384 + 16}


def test_neither_content_nor_shares_stand_in_the_file():
    for secret in [CONTENT, *(share.share for share in SHARES)]:
        assert secret not in DATA
        assert secret.hex().encode() not in DATA
        assert base64.b64encode(secret) not in DATA


def test_two_boxes_of_one_content_have_nothing_in_common():
    other = Box.parse(sealed(seed="another")).header
    for name in ("nonce", "key_commitment", "content_commitment", "ciphertext_digest"):
        assert getattr(other, name) != getattr(BOX.header, name)


def test_reprs_hide_shares_and_content():
    shown = repr(SHARES) + repr(BOX) + repr(OPERATOR.holds("operator"))
    assert SHARES[0].share.hex() not in shown
    assert repr(SHARES[0].share) not in shown
    assert "ciphertext=" not in shown


def test_holders_and_names():
    assert BOX.holders == (
        ("operator", "操作员甲", OPERATOR.keyid),
        ("supervisor", "监督员乙", SUPERVISOR.keyid),
        ("supervisor", "副监督丙", DEPUTY.keyid),
    )
    assert BOX.name_of(STATION.keyid) == STATION.keyid


# -- signature and context -------------------------------------------------------------------------------------------


def test_the_header_is_signed():
    assert verify_header(BOX, {OPERATOR.keyid: OPERATOR.public_key}) == {OPERATOR.keyid}
    with pytest.raises(UnsignedError):
        verify_header(BOX, {SUPERVISOR.keyid: SUPERVISOR.public_key})
    with pytest.raises(BadSignatureError):
        verify_header(BOX, {OPERATOR.keyid: SUPERVISOR.public_key})


def test_a_header_that_another_signed_anew_does_not_open():
    forged = remade(BOX, BOX.header, signer=STATION)
    with pytest.raises(UnsignedError):
        verify_header(Box.parse(forged), {OPERATOR.keyid: OPERATOR.public_key})
    with pytest.raises(TamperedBoxError, match="tail"):
        opened(forged, OPERATOR, SUPERVISOR)


@pytest.mark.parametrize("change", [{"subject": "x"}, {"stage": "round"}, {"seat": "3"}, {"version": 2}], ids=str)
def test_context_binds_subject_stage_seat_and_version(change):
    context = dataclasses.replace(CONTEXT, **change)
    require_context(BOX, CONTEXT)
    with pytest.raises(OtherBoxError):
        require_context(BOX, context)
    moved = remade(BOX, dataclasses.replace(BOX.header, context=context))
    with pytest.raises(TamperedBoxError, match="does not open"):
        opened(moved, OPERATOR, SUPERVISOR)
    with pytest.raises(TamperedBoxError, match="key that the header commits to"):
        open_box(Box.parse(moved), SHARES)


# -- shares and blame ------------------------------------------------------------------------------------------------


def test_whoever_gives_a_wrong_share_is_named():
    wrong = dataclasses.replace(SHARES[1], share=bytes(32))
    with pytest.raises(WrongShareError) as caught:
        open_box(BOX, [SHARES[0], wrong])
    assert caught.value.details == {"name": "监督员乙", "role": "supervisor"}


def test_a_wrong_share_is_named_even_when_a_deputy_gave_the_right_one():
    wrong = dataclasses.replace(SHARES[1], share=SHARES[0].share, keyid=DEPUTY.keyid)
    for shares in ([*SHARES, wrong], [wrong, *SHARES]):
        with pytest.raises(WrongShareError, match="副监督丙"):
            open_box(BOX, shares)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_share_of_a_wrong_length_is_a_wrong_share(length):
    with pytest.raises(WrongShareError, match="操作员甲"):
        open_box(BOX, [dataclasses.replace(SHARES[0], share=(SHARES[0].share * 2)[:length]), SHARES[1]])


def test_swapped_shares_name_the_first_giver():
    swapped = [
        dataclasses.replace(SHARES[0], share=SHARES[1].share),
        dataclasses.replace(SHARES[1], share=SHARES[0].share),
    ]
    with pytest.raises(WrongShareError, match="操作员甲"):
        open_box(BOX, swapped)


def test_a_share_of_another_box_is_a_wrong_share():
    other = Box.parse(sealed(seed="another"))
    with pytest.raises(WrongShareError, match="监督员乙"):
        open_box(BOX, [SHARES[0], *release_share(other, SUPERVISOR)])


def test_one_person_alone_or_twice_does_not_open():
    with pytest.raises(MissingShareError, match="supervisor"):
        open_box(BOX, SHARES[:1])
    with pytest.raises(MissingShareError, match="supervisor"):
        open_box(BOX, [SHARES[0], SHARES[0]])
    with pytest.raises(MissingShareError, match="operator, supervisor"):
        open_box(BOX, [])
    with pytest.raises(SamePersonError) as caught:
        open_box(BOX, [SHARES[0], dataclasses.replace(SHARES[1], keyid=OPERATOR.keyid)])
    assert caught.value.details == {"name": "操作员甲", "roles": "operator, supervisor"}


def test_strangers_hold_nothing():
    with pytest.raises(NotHolderError):
        release_share(BOX, STATION)
    for change in ({"keyid": STATION.keyid}, {"way": "operator"}, {"role": "time"}):
        with pytest.raises(NotHolderError):
            open_box(BOX, [dataclasses.replace(SHARES[0], **change)])


def test_another_sealing_key_under_the_same_id_does_not_open():
    other = SeededPerson("操作员甲")
    other.sealing = HybridPrivateKey.generate(SeededRandomness("lost and made anew"))
    with pytest.raises(TamperedBoxError, match="操作员甲 as operator does not open"):
        release_share(BOX, other)


def test_a_sealer_who_seals_a_wrong_share_is_found_at_the_release():
    way = BOX.header.ways[0]
    info = box_module.share_info(CONTEXT.to_bytes(), BOX.header.key_commitment, way.name, "operator", OPERATOR.keyid)
    copy = dataclasses.replace(way.shares[0].copies[0], sealed=seal(OPERATOR.sealing.public, info, bytes(32)))
    first = dataclasses.replace(way.shares[0], copies=(copy,))
    header = dataclasses.replace(BOX.header, ways=(Way((first, way.shares[1])),))
    with pytest.raises(TamperedBoxError, match="操作员甲 as operator is a wrong one"):
        release_share(Box.parse(remade(BOX, header)), OPERATOR)


# -- sealing ---------------------------------------------------------------------------------------------------------


def test_nobody_holds_two_roles_of_one_way():
    with pytest.raises(SamePersonError):
        sealed(holders=[OPERATOR.holds("operator"), OPERATOR.holds("supervisor")])
    twin = Holder("supervisor", "另一个名字", SUPERVISOR.keyid, OPERATOR.sealing.public)
    with pytest.raises(SamePersonError):
        sealed(holders=[OPERATOR.holds("operator"), twin])
    with pytest.raises(SamePersonError):
        sealed(holders=[OPERATOR.holds("operator"), SUPERVISOR.holds("supervisor"), SUPERVISOR.holds("supervisor")])


def test_one_person_may_hold_roles_of_different_ways():
    ways = [["operator", "supervisor"], ["admin", "auditor"]]
    holders = [
        OPERATOR.holds("operator"),
        SUPERVISOR.holds("supervisor"),
        OPERATOR.holds("admin"),
        DEPUTY.holds("auditor"),
    ]
    assert opened(sealed(ways=ways, holders=holders), OPERATOR, DEPUTY) == CONTENT


def test_a_role_without_a_holder_is_refused():
    with pytest.raises(NoHolderError, match="supervisor"):
        sealed(holders=[OPERATOR.holds("operator")])


def test_a_key_that_is_none_is_refused():
    with pytest.raises(BadKeyError):
        sealed(holders=[OPERATOR.holds("operator"), Holder("supervisor", "乙", SUPERVISOR.keyid, bytes(1215))])


@pytest.mark.parametrize(
    "ways",
    [[], [[]], [["operator", "supervisor"], ["supervisor", "operator"]]],
    ids=["no way", "no role", "a way twice"],
)
def test_ways_that_make_no_sense_are_refused(ways):
    with pytest.raises(ValueError, match="way"):
        sealed(ways=ways)


def test_roles_and_names_that_no_header_has_never_leave():
    with pytest.raises(TamperedBoxError):
        sealed(ways=[["Operator+"]], holders=[OPERATOR.holds("Operator+")])
    with pytest.raises(ValueError, match="1 GiB"):
        sealed(content=_Huge())


class _Huge(bytes):
    def __len__(self):
        return 2**30 + 1


# -- the bytes of the file -------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(place, flip):
    changed = bytearray(DATA)
    changed[place] ^= flip
    with pytest.raises(FengqianError):
        opened(bytes(changed), OPERATOR, SUPERVISOR)


@pytest.mark.parametrize("flip", [1, 32, 128])
def test_every_changed_byte_of_header_and_tail_is_refused_without_reopening_the_shares(flip):
    start = len(DATA) - len(BOX.ciphertext) - 32
    places = [*range(0, start, 3), *range(len(DATA) - 33, len(DATA))]
    for place in places:
        changed = bytearray(DATA)
        changed[place] ^= flip
        with pytest.raises(FengqianError):
            open_box(Box.parse(bytes(changed)), SHARES)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(DATA) - 1))
def test_a_box_cut_short_is_refused(length):
    with pytest.raises(TamperedBoxError):
        Box.parse(DATA[:length])


@pytest.mark.parametrize("extra", [b"\0", b"\n", DATA], ids=["zero", "line", "itself"])
def test_a_box_with_something_behind_or_before_is_refused(extra):
    for data in (DATA + extra, extra + DATA):
        with pytest.raises(TamperedBoxError):
            Box.parse(data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_refused(noise):
    for data in (noise, box_module.MAGIC + noise, box_module.MAGIC + noise + b"\n" + bytes(40)):
        with pytest.raises(TamperedBoxError):
            Box.parse(data)


def test_header_and_ciphertext_of_two_boxes_do_not_fit():
    other = Box.parse(sealed(seed="another"))
    mixed = b"".join((box_module.MAGIC, BOX.envelope.to_bytes(), b"\n", other.ciphertext, other.tail))
    with pytest.raises(TamperedBoxError, match="ciphertext is not the one"):
        Box.parse(mixed)
    header = dataclasses.replace(BOX.header, ciphertext_digest=other.header.ciphertext_digest)
    with pytest.raises(TamperedBoxError, match="tail"):
        opened(remade(BOX, header, ciphertext=other.ciphertext), OPERATOR, SUPERVISOR)


def _header_changes():
    payload = json.loads(BOX.header.to_bytes())

    def changed(edit):
        copy = json.loads(json.dumps(payload))
        edit(copy)
        return json.dumps(copy, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def twice(header):
        header["ways"][0]["shares"][1]["sealed"][0]["keyid"] = OPERATOR.keyid

    return {
        "another version": changed(lambda h: h.update(v=2)),
        "another suite": changed(lambda h: h.update(suite="FQ2")),
        "an unknown field": changed(lambda h: h.update(extra=1)),
        "no ways": changed(lambda h: h.update(ways=[])),
        "ways over the limit": changed(lambda h: h.update(ways=h["ways"] * 65)),
        "a way twice": changed(lambda h: h.update(ways=h["ways"] * 2)),
        "a way without roles": changed(lambda h: h["ways"][0].update(roles=[], shares=[])),
        "roles in another order": changed(lambda h: h["ways"][0]["roles"].reverse()),
        "a share without holders": changed(lambda h: h["ways"][0]["shares"][0].update(sealed=[])),
        "one key with two roles": changed(twice),
        "a share cut short": changed(lambda h: h["ways"][0]["shares"][0]["sealed"][0].update(sealed="AAAA")),
        "a short commitment": changed(lambda h: h.update(key_commitment="00")),
        "white space": json.dumps(payload, sort_keys=True).encode(),
        "not JSON": b"{",
    }


@pytest.mark.parametrize("name", _header_changes())
def test_broken_headers_are_refused_though_signed(name):
    envelope = sign_envelope("box", _header_changes()[name], [OPERATOR])
    data = b"".join((box_module.MAGIC, envelope.to_bytes(), b"\n", BOX.ciphertext, BOX.tail))
    with pytest.raises(TamperedBoxError, match="header can't be read"):
        Box.parse(data)


# -- a sealer who cheats ---------------------------------------------------------------------------------------------


def _two_way_box(committed_key, other_key, ciphertext, nonce, salt_commitment):
    """Two ways of one role each, whose shares are two keys: every share fits its hash."""
    people = {"first": (OPERATOR, committed_key), "second": (SUPERVISOR, other_key)}
    committed = digest("box-key", committed_key, CONTEXT.to_bytes())
    ways = []
    for role, (person, key) in people.items():
        info = box_module.share_info(CONTEXT.to_bytes(), committed, role, role, person.keyid)
        copy = box_module.Copy(person.keyid, person.name, seal(person.sealing.public, info, key))
        ways.append(Way((RoleShare(role, bytes(32), digest("box-share", bytes(32), key), (copy,)),)))
    header = BoxHeader(CONTEXT, nonce, committed, salt_commitment, digest("box-ciphertext", ciphertext), tuple(ways))
    envelope = sign_envelope("box", header.to_bytes(), [OPERATOR])
    return Box.parse(box_module._joined(envelope, ciphertext, committed_key))


def test_a_ciphertext_that_opens_under_two_keys_opens_one_way_only():
    keys = [SeededRandomness(f"key {i}").take(32) for i in (1, 2)]
    nonce = bytes(12)
    salt = SeededRandomness("salt").take(32)
    plaintext = box_module._padded(salt, CONTENT.ljust(16384 - 40, b"."))  # a whole block: no padding behind it
    used = [box_module._encryption_key(key) for key in keys]
    ciphertext = two_key_ciphertext(used[0], used[1], nonce, plaintext, CONTEXT.to_bytes())
    texts = [AESGCM(key).decrypt(nonce, ciphertext, CONTEXT.to_bytes()) for key in used]
    assert texts[0] != texts[1]  # AES-GCM itself is fooled: both tags fit
    assert texts[0][:1000] == plaintext[:1000]
    content = texts[0][40:]  # what the first way shows: the list, and sixteen bytes of noise
    box = _two_way_box(keys[0], keys[1], ciphertext, nonce, digest("box-content", salt, content))
    assert open_box(box, release_share(box, OPERATOR)) == content
    second = release_share(box, SUPERVISOR)
    with pytest.raises(TamperedBoxError, match="key that the header commits to"):
        open_box(box, second)


def test_two_ways_with_two_keys_open_one_way_only():
    honest = Box.parse(
        sealed(ways=[["first"], ["second"]], holders=[OPERATOR.holds("first"), SUPERVISOR.holds("second")])
    )
    key = release_share(honest, OPERATOR)[0].share
    box = _two_way_box(key, bytes(32), honest.ciphertext, honest.header.nonce, honest.header.content_commitment)
    assert open_box(box, release_share(box, OPERATOR)) == CONTENT
    with pytest.raises(TamperedBoxError, match="key that the header commits to"):
        open_box(box, release_share(box, SUPERVISOR))


def _cheated(plaintext, commitment=None, context=CONTEXT):
    key, nonce = SeededRandomness("cheat").take(32), bytes(12)
    ciphertext = AESGCM(box_module._encryption_key(key)).encrypt(nonce, plaintext, context.to_bytes())
    box = _two_way_box(key, key, ciphertext, nonce, commitment or bytes(32))
    return open_box(box, release_share(box, OPERATOR))


def test_content_that_the_sealer_did_not_commit_to_is_refused():
    padded = box_module._padded(bytes(32), CONTENT)
    assert _cheated(padded, digest("box-content", bytes(32), CONTENT)) == CONTENT
    with pytest.raises(TamperedBoxError, match="content is not the one"):
        _cheated(padded)


@pytest.mark.parametrize(
    "plaintext",
    [b"", bytes(39), bytes(40), bytes(32) + b"\xff" * 8 + bytes(16344), bytes(16383) + b"\1", bytes(32768)],
    ids=["empty", "short", "unpadded", "length too large", "padding not zero", "padding too long"],
)
def test_padding_has_one_spelling(plaintext):
    with pytest.raises(TamperedBoxError, match="padding"):
        _cheated(plaintext)


def test_a_ciphertext_under_another_context_does_not_open():
    with pytest.raises(TamperedBoxError, match="ciphertext does not open"):
        _cheated(box_module._padded(bytes(32), CONTENT), context=dataclasses.replace(CONTEXT, version=9))


# -- vector and speed ------------------------------------------------------------------------------------------------


def test_the_vector_opens():
    data = base64.b64decode(VECTOR["box"])
    box = Box.parse(data)
    assert box.digest == VECTOR["digest"]
    assert box.header.context == Context(**VECTOR["context"])
    shares = []
    for person in VECTOR["people"]:
        holder = SeededPerson(person["name"])
        holder.sealing = HybridPrivateKey.from_bytes(bytes.fromhex(person["sealing_private"]))
        assert holder.keyid == person["keyid"]
        released = release_share(box, holder)
        assert [one.share.hex() for one in released] == [person["share"]]
        shares += released
    assert open_box(box, shares) == VECTOR["content"].encode()
    assert verify_header(box, {VECTOR["signer"]["keyid"]: bytes.fromhex(VECTOR["signer"]["public"])})
    for place in VECTOR["refused_when_flipped"]:
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(FengqianError):
            open_box(Box.parse(bytes(changed)), shares)


def test_thirty_megabytes_fit():
    content = os.urandom(30_000_000)
    assert opened(sealed(content), OPERATOR, SUPERVISOR) == content


def test_shares_are_values():
    assert ReleasedShare("a+b", "a", "k", b"s") == ReleasedShare("a+b", "a", "k", b"s")
