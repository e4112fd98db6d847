import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "merkle.json").read_text("utf-8"))
LEAVES = [bytes.fromhex(one) for one in VECTORS["leaves"]]
HASHES = [leaf_hash(one) for one in LEAVES]


def recursive_root(hashes):
    """RFC 6962 §2.1 word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(recursive_root(hashes[:k]), recursive_root(hashes[k:]))


def made(count, salt=b""):
    return [leaf_hash(salt + bytes([i])) for i in range(count)]


def test_frontiers_of_the_vectors():
    frontier = Frontier()
    for one, stored in zip([None, *HASHES], VECTORS["frontiers"], strict=True):
        if one is not None:
            frontier.append(one)
        assert frontier.to_bytes().hex() == stored


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_certificate_transparency_vectors(size):
    assert root_of(HASHES[:size]).hex() == VECTORS["roots"][size]


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=str)
def test_inclusion_vectors(case):
    proof = [bytes.fromhex(one) for one in case["proof"]]
    assert inclusion_proof(HASHES, case["index"], case["size"]) == proof
    root = bytes.fromhex(VECTORS["roots"][case["size"]])
    verify_inclusion(HASHES[case["index"]], case["index"], case["size"], proof, root)


@pytest.mark.parametrize("case", VECTORS["consistency"], ids=str)
def test_consistency_vectors(case):
    proof = [bytes.fromhex(one) for one in case["proof"]]
    roots = [bytes.fromhex(one) for one in VECTORS["roots"]]
    assert consistency_proof(HASHES, case["old"], case["new"]) == proof
    verify_consistency(case["old"], roots[case["old"]], case["new"], roots[case["new"]], proof)


@pytest.mark.parametrize("size", [*range(40), 63, 64, 65, 127, 128, 129])
def test_root_and_frontier_follow_the_rfc(size):
    hashes = made(size)
    frontier = Frontier()
    for one in hashes:
        frontier.append(one)
    assert root_of(hashes) == recursive_root(hashes) == frontier.root()
    assert frontier.size == size
    again = Frontier.from_bytes(frontier.to_bytes())
    assert (again.size, again.root(), again.to_bytes()) == (size, frontier.root(), frontier.to_bytes())
    again.append(leaf_hash(b"next"))
    assert again.root() == recursive_root([*hashes, leaf_hash(b"next")])
    assert frontier.size == size


def test_a_leaf_and_a_node_never_share_an_input():
    left, right = made(2)
    assert leaf_hash(left + right) != node_hash(left, right)
    assert root_of([]) == EMPTY_ROOT
    assert leaf_hash(b"") != EMPTY_ROOT


def test_root_leaves_its_input_alone():
    hashes = made(7)
    before = list(hashes)
    root_of(hashes)
    assert hashes == before
    assert root_of(tuple(hashes)) == root_of(hashes)


@pytest.mark.parametrize("size", range(1, 20))
def test_every_inclusion_proof_holds_and_only_where_it_belongs(size):
    hashes = made(size)
    root = root_of(hashes)
    for index in range(size):
        proof = inclusion_proof(hashes, index)
        verify_inclusion(hashes[index], index, size, proof, root)
        for other in range(size):
            if other != index:
                with pytest.raises(ProofError):
                    verify_inclusion(hashes[index], other, size, proof, root)
        for broken in ([*proof, bytes(32)], proof[:-1] if proof else [bytes(32)], [*proof[::-1], root]):
            with pytest.raises(ProofError):
                verify_inclusion(hashes[index], index, size, broken, root)


@pytest.mark.parametrize("new", range(18))
def test_every_consistency_proof_holds_and_only_for_its_trees(new):
    hashes = made(new)
    for old in range(new + 1):
        old_root, new_root = root_of(hashes[:old]), root_of(hashes)
        proof = consistency_proof(hashes, old, new)
        verify_consistency(old, old_root, new, new_root, proof)
        refused = [(old, old_root, new, new_root, [*proof, bytes(32)]), (old, bytes(32), new, new_root, proof)]
        if old > 0:
            refused.append((old, old_root, new, bytes(32), proof))
        if proof:
            refused.append((old, old_root, new, new_root, proof[:-1]))
            refused.append((old, old_root, new, new_root, proof[1:]))
        for case in refused:
            with pytest.raises(ProofError):
                verify_consistency(*case)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_hash_in_a_proof_is_refused(data):
    size = data.draw(st.integers(2, 60))
    hashes = made(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(hashes, index)
    step, byte = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 31))
    changed = bytearray(proof[step])
    changed[byte] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ProofError):
        verify_inclusion(
            hashes[index], index, size, [*proof[:step], bytes(changed), *proof[step + 1 :]], root_of(hashes)
        )


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 59))
def test_a_log_that_changed_its_past_is_refused(old, more, place):
    past, other = made(old), made(old)
    other[place % old] = leaf_hash(b"another")
    now = [*other, *made(more, b"later")]
    with pytest.raises(ProofError):
        verify_consistency(old, root_of(past), len(now), root_of(now), consistency_proof(now, old))


@pytest.mark.parametrize(
    ("index", "size"), [(-1, None), (3, None), (0, 0), (0, 4), (2, 2)], ids=["negative", "end", "none", "more", "after"]
)
def test_no_proof_for_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ProofError):
        inclusion_proof(made(3), index, size)
    with pytest.raises(ProofError):
        verify_inclusion(made(1)[0], index, 3 if size is None else min(size, 2), [], bytes(32))


@pytest.mark.parametrize(("old", "new"), [(-1, 2), (3, 2), (0, 4)])
def test_no_consistency_between_sizes_that_are_not_there(old, new):
    with pytest.raises(ProofError):
        consistency_proof(made(3), old, new)


def test_a_shorter_log_and_two_roots_of_one_size_are_refused():
    one, two = root_of(made(1)), root_of(made(2))
    for case in [
        (2, two, 1, one, []),
        (2, two, 2, one, []),
        (0, one, 2, two, []),
        (1, one, 2, two, []),
        (3, one, 5, two, []),
    ]:
        with pytest.raises(ProofError):
            verify_consistency(*case)


def test_hashes_of_a_wrong_length_are_refused():
    root = root_of(made(2))
    with pytest.raises(ProofError):
        verify_inclusion(made(1)[0], 0, 2, [b"short"], root)
    with pytest.raises(ProofError):
        verify_consistency(1, made(1)[0], 2, root, [b"short"])
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().append(b"short")


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        bytes(7),
        bytes(9),
        (1).to_bytes(8, "big"),
        (3).to_bytes(8, "big") + bytes(32),
        bytes([255]) * 8 + bytes(2048),
    ],
    ids=["empty", "short", "odd", "no root", "one root too few", "too large"],
)
def test_a_broken_frontier_is_refused(stored):
    with pytest.raises(ProofError):
        Frontier.from_bytes(stored)
