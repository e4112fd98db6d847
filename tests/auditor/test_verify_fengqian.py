"""The second verifier's parts against published vectors, and the command on hostile input."""

import base64
import hashlib
import itertools
import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.auditor.script import ROOT, SCRIPT, V, command

VECTORS = ROOT / "tests" / "vectors"


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------------- the file itself


def test_it_imports_nothing_but_the_standard_library() -> None:
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported - {"__future__"} <= set(sys.stdlib_module_names)


# -------------------------------------------------------------------------------------------------------- Ed25519

RFC_8032 = [  # §7.1: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
]


def test_rfc_8032_vectors() -> None:
    for key, message, signature in RFC_8032:
        assert V.is_signed(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))


@pytest.mark.parametrize("place", [0, 31, 32, 63])
def test_a_flipped_signature_is_refused(place: int) -> None:
    key, message, signature = (bytes.fromhex(each) for each in RFC_8032[2])
    broken = bytearray(signature)
    broken[place] ^= 1
    assert not V.is_signed(key, message, bytes(broken))
    assert not V.is_signed(key, message + b"x", signature)


def test_signatures_of_other_software() -> None:
    for number in range(20):
        private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"%d" % number).digest())
        message = b"m" * number * 50
        public = private.public_key().public_bytes_raw()
        assert V.is_signed(public, message, private.sign(message))
        assert not V.is_signed(public, message + b".", private.sign(message))


def test_s_must_be_below_the_order() -> None:
    key, message, signature = (bytes.fromhex(each) for each in RFC_8032[2])
    s = int.from_bytes(signature[32:], "little") + V.L
    assert not V.is_signed(key, message, signature[:32] + s.to_bytes(32, "little"))


def test_points_have_one_spelling() -> None:
    assert V.point_decode((V.P + 1).to_bytes(32, "little")) is None
    assert V.point_decode((1 | 1 << 255).to_bytes(32, "little")) is None  # x = 0 with a sign
    assert V.point_decode((2).to_bytes(32, "little")) is None  # no point has y = 2
    assert V.point_decode(b"") is None


def test_keys_of_small_order_sign_nothing() -> None:
    neutral = (1).to_bytes(32, "little")
    assert V.is_small_order(V.point_decode(neutral))
    assert not V.is_signed(neutral, b"anything", neutral + bytes(32))
    for spelled in (0, V.P - 1):
        point = V.point_decode(spelled.to_bytes(32, "little"))
        assert point is not None
        assert V.is_small_order(point)


def test_a_signature_is_checked_in_milliseconds() -> None:
    key, message, signature = (bytes.fromhex(each) for each in RFC_8032[1])
    started = time.process_time()
    for _ in range(10):
        V.is_signed(key, message, signature)
    assert (time.process_time() - started) / 10 < 0.02


# ---------------------------------------------------------------------------------------------- suite and envelopes


def test_suite_vectors() -> None:
    said = vectors("suite")
    for each in said["digest"]:
        parts = [bytes.fromhex(part) for part in each["parts"]]
        assert V.digest(each["name"], *parts).hex() == each["digest"]
    for each in said["commitment"]:
        nonce, value = bytes.fromhex(each["nonce"]), bytes.fromhex(each["value"])
        assert V.commitment(each["name"], nonce, value).hex() == each["digest"]


@pytest.mark.parametrize("name", ["suite", "order"])
def test_hkdf_vectors_of_rfc_5869(name: str) -> None:
    for each in vectors(name)["hkdf"]:
        prk = V.hkdf_extract(bytes.fromhex(each["salt"]), bytes.fromhex(each["ikm"]))
        assert prk.hex() == each["prk"]
        assert V.hkdf_expand(prk, bytes.fromhex(each["info"]), each["length"]).hex() == each["okm"]


def keyring(keys: list[str]) -> dict[str, bytes]:
    return {hashlib.sha256(bytes.fromhex(each)).hexdigest(): bytes.fromhex(each) for each in keys}


def test_dsse_vectors() -> None:
    for each in vectors("dsse")["envelopes"]:
        envelope = V.take_envelope(V.read_json(each["envelope"].encode(), "x"), "x")
        assert V.pae(envelope.kind, envelope.payload).hex() == each["signed"]
        payload = V.check_envelope(envelope, each["name"], keyring(each["keys"]), each["signers"], "x")
        assert payload.decode() == each["payload"]


def check_again(data: bytes, keys: dict[str, bytes]) -> None:
    envelope = V.take_envelope(V.read_json(data, "x"), "x")
    V.check_envelope(envelope, "test", keys, keys, "x")


def test_dsse_refusals() -> None:
    said = vectors("dsse")
    keys = keyring(said["envelopes"][0]["keys"])
    for each in said["refused"]:
        with pytest.raises(V.Wrong):
            check_again(each["envelope"].encode(), keys)


def test_identity_vector() -> None:
    said = vectors("identity")
    person = V.take_person(said["statement"], "x")
    assert (person.keyid, person.fingerprint) == (said["keyid"], said["fingerprint"])
    assert (person.person, person.name) == (said["person"], said["name"])
    V.check_issuers({person.keyid: person}, {}, "x")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("临州市监督局", "临州市　监督局", True),
        ("ＡＢＣ（临州）", "abc(临州)", True),
        ("临州市监督局", "临州市财政局", False),
    ],
)
def test_organisations_are_compared_by_letters(one: str, other: str, same: bool) -> None:
    assert (V.bare_organisation(one) == V.bare_organisation(other)) is same


# ------------------------------------------------------------------------------------------------- trees and notes


def test_merkle_vectors() -> None:
    said = vectors("merkle")
    leaves = [bytes.fromhex(each) for each in said["leaves"]]
    assert [V.leaf_hash(each).hex() for each in leaves] == said["leaf_hashes"]
    assert [V.tree_hash(leaves[:size]).hex() for size in range(9)] == said["roots"]
    for each in said["inclusion"]:
        proof = [bytes.fromhex(node) for node in each["proof"]]
        found = V.follow_inclusion(each["index"], each["size"], V.leaf_hash(leaves[each["index"]]), proof)
        assert found.root.hex() == said["roots"][each["size"]]
        assert found.before.hex() == said["roots"][each["index"]]
        assert found.after.hex() == said["roots"][each["index"] + 1]
    for each in said["consistency"]:
        roots = [bytes.fromhex(said["roots"][each[size]]) for size in ("old", "new")]
        proof = [bytes.fromhex(node) for node in each["proof"]]
        assert V.is_consistent(each["old"], roots[0], each["new"], roots[1], proof)
        assert not V.is_consistent(each["old"], bytes(32), each["new"], roots[1], proof)
        assert not V.is_consistent(each["old"], roots[0], each["new"], roots[1], [*proof, bytes(32)])


def inclusion_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1, word for word."""
    if len(leaves) <= 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*inclusion_path(index, leaves[:half]), V.tree_hash(leaves[half:])]
    return [*inclusion_path(index - half, leaves[half:]), V.tree_hash(leaves[:half])]


def test_an_inclusion_proof_gives_the_heads_beside_its_leaf() -> None:
    leaves = [b"%d" % number for number in range(21)]
    for size in range(1, 22):
        for index in range(size):
            proof = inclusion_path(index, leaves[:size])
            found = V.follow_inclusion(index, size, V.leaf_hash(leaves[index]), proof)
            assert found == (V.tree_hash(leaves[:size]), V.tree_hash(leaves[:index]), V.tree_hash(leaves[: index + 1]))
            assert V.follow_inclusion(index, size, bytes(32), [*proof, bytes(32)]) is None
            if proof:
                assert V.follow_inclusion(index, size, bytes(32), proof[:-1]) is None


def test_note_vectors() -> None:
    for each in vectors("note")["notes"]:
        head = V.take_head(each["note"], "x")
        assert [head.origin, head.size, head.root.hex()] == each["checkpoint"]
        for name, key in each["keys"].items():
            assert head.name() == name
            V.check_head_signed(head, bytes.fromhex(key), "x")
            with pytest.raises(V.Wrong):
                V.check_head_signed(head._replace(text=head.text + "x\n"), bytes.fromhex(key), "x")


def test_the_go_note_keys_are_named_alike() -> None:
    said = vectors("note")["go"]
    name, marked, encoded = said["key"].split("+", 2)
    assert V.note_key_hash(name, base64.b64decode(encoded)[1:]).hex() == marked


def test_journal_heads_are_named_by_incarnation() -> None:
    said = vectors("journal")
    note = said["export"].split("\n\n", 1)[1]
    head = V.take_head(note, "x")
    assert (head.name(), head.incarnation(), head.root.hex()) == (said["origin"], 2, said["root"])
    V.check_head_signed(head, bytes.fromhex(said["public_key"]), "x")


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        "o\n1\nAAAA\n\n— o AAAA\n",
        "o\n01\n" + "A" * 43 + "=\n\n— o AAAA\n",
        "o\n-1\n" + "A" * 43 + "=\n\n— o AAAA\n",
        "o\n1\n" + "A" * 43 + "=\n\n- o AAAA\n",
        "o\n1\n" + "A" * 43 + "=\n\n— o+x AAAA\n",
        "o\n1\n" + "A" * 43 + "=\n\n— o AAAA",
        "o\r\n1\n" + "A" * 43 + "=\n\n— o AAAA\n",
        "o\n9223372036854775808\n" + "A" * 43 + "=\n\n— o AAAA\n",
    ],
)
def test_notes_that_are_none(note: str) -> None:
    with pytest.raises(V.Wrong):
        V.take_head(note, "x")


# ------------------------------------------------------------------------------------------------ order and selection


def test_order_vectors() -> None:
    said = vectors("order")
    for each in said["chain"]:
        value = each["secret"].encode()
        for _ in range(each["length"]):
            value = hashlib.sha256(value).digest()
        assert value.hex() == each["end"]
    for each in said["order"]:
        people = [V.Candidate(label, (0,), "e") for label in each["labels"]]
        found = V.in_order(bytes.fromhex(each["code"]), each["randomness"].encode(), people)
        assert [one.label for one in found] == [line[65:] for line in each["lines"]]


def taken(case: dict[str, Any]) -> tuple[list[Any], list[tuple[int, int]], int | None, list[Any]]:
    order = [V.Candidate(each["label"], tuple(each["mask"]), each["employer"]) for each in case["order"]]
    seated = [
        V.Seat(each["label"], tuple(each["mask"]), each["employer"], each["quota"], each["reserve"])
        for each in case["seated"]
    ]
    return order, [(each["count"], each["reserves"]) for each in case["quotas"]], case["employer_cap"], seated


def test_selection_vectors() -> None:
    for each in vectors("selection")["cases"]:
        assert V.select(*taken(each["case"])) == each["outcome"], each["name"]


FORM = ("unknown field", "missing cap", "as a number", "unknown state")


def test_selection_refusals() -> None:
    """What's wrong with the JSON of a case alone isn't this verifier's matter: it reads no cases."""
    for each in vectors("selection")["refused"]:
        if each["name"].endswith(FORM):
            continue
        with pytest.raises(V.Wrong):
            V.select(*taken(each["case"]))


def most(people: list[Any], slots: list[int], cap: int | None, used: dict[str, int], need: frozenset[int]) -> int:
    """The size of the largest choice that holds `need`, by trying everything; -1 where there is none."""
    best = -1

    def go(place: int, left: list[int], taken_by: dict[str, int], size: int) -> None:
        nonlocal best
        if place == len(people):
            best = max(best, size)
            return
        each = people[place]
        if place not in need:
            go(place + 1, left, taken_by, size)
        if cap is None or taken_by.get(each.employer, 0) < cap:
            for quota in each.mask:
                if left[quota]:
                    rest = [*left[:quota], left[quota] - 1, *left[quota + 1 :]]
                    go(place + 1, rest, {**taken_by, each.employer: taken_by.get(each.employer, 0) + 1}, size + 1)

    go(0, slots, dict(used), 0)
    return best


@pytest.mark.parametrize("seed", range(60))
def test_accepting_agrees_with_trying_everything(seed: int) -> None:
    chance = random.Random(seed)
    quotas = chance.randint(1, 3)
    people = [
        V.Candidate(
            f"p{number}",
            tuple(sorted(chance.sample(range(quotas), chance.randint(0 if seed % 9 == 0 else 1, quotas)))),
            f"e{chance.randint(0, 4)}",
        )
        for number in range(chance.randint(1, 7))
    ]
    slots = [chance.randint(0, 2) for _ in range(quotas)]
    cap = chance.choice([None, 1, 1, 2])
    used = {"e0": chance.randint(0, cap)} if cap else {}
    size = most(people, slots, cap, used, frozenset())
    accepted: list[int] = []
    for place in range(len(people)):
        if len(accepted) < size and most(people, slots, cap, used, frozenset([*accepted, place])) == size:
            accepted.append(place)
    found = V.run_pass(list(enumerate(people)), cap, used, slots)
    assert [place for place, _ in found.accepted] == accepted
    assert V.is_openable(V.kinds_of(people, cap is not None), [(n, 0) for n in slots], cap, []) is (
        most(people, slots, cap, {}, frozenset()) > 0
    )
    first = next(
        (
            each
            for each in itertools.product(*(sorted(people[place].mask) for place in accepted))
            if all(each.count(quota) <= slots[quota] for quota in range(quotas))
        ),
        (),
    )
    assert [quota for _, quota in found.accepted] == list(first)


@pytest.mark.parametrize("cap", [None, 1])
def test_a_hundred_thousand_labels_with_a_rare_one_last(cap: int | None) -> None:
    order = [
        V.Candidate(f"{number:064x}", (0,) if number % 3 else (0, 2), f"e{number // 2}") for number in range(100_000)
    ]
    order.append(V.Candidate("f" * 64, (1,), "rare"))
    started = time.process_time()
    outcome = V.select(order, [(3, 1), (1, 0), (2, 1)], cap, [])
    assert outcome["accepted"][-1] == {"label": "f" * 64, "quota": 1}
    assert len(outcome["skipped"]) == 100_001 - 6 - 2 + sum(
        1 for each in outcome["reserves"] if each["label"] in {one["label"] for one in outcome["skipped"]}
    )
    assert time.process_time() - started < 20


# ------------------------------------------------------------------------------------------------------------- dice


@pytest.mark.parametrize(
    "digits",
    [
        "1234561234512341231",
        "12345612345123412310",
        "11111111111111123456",
        "12121211221122112211",
        "11111111112345623456",
        "12431243124312431243",
        "12345643211234654321",
        "11112222333344556666",
        "66665555444433332221",
        "41345612345612342624",
        "26432165432165434143",
    ],
)
def test_what_no_dice_throw(digits: str) -> None:
    assert V.dice_fault(digits)


@pytest.mark.parametrize("digits", ["31425162351426351425", "66123412345634521353", "12345612345323411532"])
def test_what_dice_throw(digits: str) -> None:
    assert V.dice_fault(digits) is None


def test_a_palindrome_is_refused() -> None:
    half = "3142516235"
    assert V.dice_fault(half + half[::-1]) == "the same forwards and backwards"


# ------------------------------------------------------------------------------------------------------------ table


def line(number: int, rest: str = "e 0,2 " + "0" * 32) -> str:
    return f"{number:064x} {rest}"


def test_a_table_is_read() -> None:
    found = V.read_table("\n".join([line(1), line(2, "x - -"), line(3, "e 1 " + "f" * 32)]), 3)
    assert [(each.label[-1], each.mask) for each in found] == [("1", (0, 2)), ("3", (1,))]
    assert V.read_table("", 1) == []


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        line(1) + "\n",
        line(2) + "\n" + line(1),
        line(1) + "\n" + line(1, "x - -"),
        line(1, "e 3 " + "0" * 32),
        line(1, "e 2,0 " + "0" * 32),
        line(1, "e 0,0 " + "0" * 32),
        line(1, "e 00 " + "0" * 32),
        line(1, "e - " + "0" * 32),
        line(1, "e 0 " + "0" * 31),
        line(1, "x 0 -"),
        line(1, "e ١ " + "0" * 32),
        line(1).replace("1", "A"),
        line(1) + " ",
    ],
)
def test_tables_that_are_none(text: str) -> None:
    with pytest.raises(V.Wrong):
        V.read_table(text, 3)


# ------------------------------------------------------------------------------------------------------ strict JSON


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":-0}',
        b'{"a":12345678901234567890}',
        b'{"a":"\\ud800"}',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":"\\u00e9"}',
        b'{"a":1}\n',
        b"[" * 40 + b"]" * 40,
        b"[" * 100_000,
        b"1" * 10_000,
    ],
)
def test_json_that_is_refused(data: bytes) -> None:
    with pytest.raises(V.Wrong):
        V.read_json(data, "x")


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01",
        "2026-01-01T00:00:00+00:00",
        "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z",
        7,
        None,
        "2026-01-01T00:00:00.000Z",
        "2026-01-01T00:00:00.1Z",
        "２026-01-01T00:00:00Z",
    ],
)
def test_times_that_are_none(text: Any) -> None:
    with pytest.raises(V.Wrong):
        V.as_time(text, "x")


# ---------------------------------------------------------------------------------------------------- the command


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)),
    "deep": b"[" * 200_000,
    "deep objects": b'{"payload":' * 50_000,
    "number": b"9" * 5_000,
    "list": b"[]",
    "null": b"null",
    "escape codes": b'{"\\u001b[2J":1}',
    "wrong fields": b'{"payload":1,"payloadType":2,"signatures":3}',
    "no signature": b'{"payload":"","payloadType":"application/vnd.fengqian.transcript.v1+json","signatures":[]}',
    "hollow": json.dumps(
        {
            "payload": base64.b64encode(b"{}").decode(),
            "payloadType": "application/vnd.fengqian.transcript.v1+json",
            "signatures": [],
        },
        separators=(",", ":"),
    ).encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_wrong_and_leave_no_traceback(name: str, tmp_path: Path) -> None:
    file = tmp_path / "transcript.json"
    file.write_bytes(HOSTILE[name])
    done = command(file)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert "WRONG" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_language_is_chosen(tmp_path: Path) -> None:
    file = tmp_path / "transcript.json"
    file.write_bytes(b"{}")
    assert command(file, "--lang", "en").stdout.isascii()
    assert "WRONG" not in command(file, "--lang", "zh").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nowhere.json"],
        ["."],
        ["FILE", "--keys", "nowhere.json"],
        ["FILE", "--anchor", "nowhere"],
        ["FILE", "--lang", "fr"],
        ["FILE", "--more"],
    ],
)
def test_usage_ends_with_two(arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "transcript.json"
    file.write_bytes(b"{}")
    done = command(*(str(file) if each == "FILE" else each for each in arguments))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------------------------------------ by hand, as written


def blocks(page: str) -> list[str]:
    text = (SCRIPT.parent / page).read_text(encoding="utf-8")
    return [part.split("\n```")[0] for part in text.split("```sh\n")[1:]]


def test_both_pages_have_the_same_commands() -> None:
    assert blocks("README.md") == blocks("README.zh-CN.md")


@pytest.mark.skipif(not shutil.which("openssl") or not shutil.which("bash"), reason="needs openssl and bash")
def test_the_commands_of_the_page() -> None:
    position, both, chain, _ = blocks("README.md")
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, "-c", f"{position}\n{chain}\n{both}"], capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    lines = done.stdout.split()
    expected = "03f710be2b61a6f9c3f89aa5ab553b81abb5fc9817865ac29b5b62dcfbaf431f"
    code = "5346f2efb5397a6788fc1f1d9c05c6d3f2abe9b7d16d8592a3695b6dbe9f2456"
    assert lines[0] == expected
    assert lines[1] == hashlib.sha256(bytes.fromhex(code)).hexdigest()
    if len(lines) > 2:
        assert lines[2].replace(":", "").lower() == expected
