"""An identity on removable media: its passphrase, and the heads it remembers against stations that go back."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.clock import SteadyClock
from tests.fakes.randomness import SeededRandomness
from vault.dsse import sign_envelope
from vault.files import DiskFullError, FileUnwritableError
from vault.identity import parse_statement
from vault.ids import new_id
from vault.jsontext import dumps
from vault.kdf import KdfCost, WeakPassphraseError, generate_passphrase
from vault.keyfile import Protection, write_keyfile
from vault.lockedfile import WrongSecretError
from vault.merkle import consistency_proof, leaf_hash, root_of
from vault.removable import (
    Head,
    MediumDamagedError,
    MediumTakenError,
    RemovableIdentity,
    StationRestartedError,
    StationWentBackError,
)
from vault.roles import Role

LOW = KdfCost(1024, 1, 1)
PASSPHRASE = generate_passphrase(SeededRandomness("removable"))
STATION = new_id(SteadyClock().now(), SeededRandomness("station"))
OTHER = new_id(SteadyClock().now(), SeededRandomness("other station"))
LEAVES = [leaf_hash(b"%d" % number) for number in range(20)]
FORKED = [*LEAVES[:4], leaf_hash(b"another"), *LEAVES[5:]]


def make(folder, seed="medium"):
    return RemovableIdentity.create(
        folder, "李堃", Role.SUPERVISOR, "监督管理局", PASSPHRASE, SteadyClock(), SeededRandomness(seed), LOW
    )


def head(size, ceremony=1, incarnation=1, leaves=LEAVES, station=STATION):
    return Head(station, incarnation, size, root_of(leaves[:size]), ceremony, b"checkpoint %d" % size)


@pytest.fixture
def medium(tmp_path):
    return make(tmp_path / "stick")


@pytest.fixture
def private(medium):
    return medium.unlock(PASSPHRASE)


def test_who_is_made_is_read_again_and_unlocked(medium, tmp_path):
    again = RemovableIdentity(tmp_path / "stick")
    assert again.identity == medium.identity == parse_statement(again.statement)
    assert again.unlock(PASSPHRASE).identity == medium.identity
    assert again.heads() == again.lost_heads() == ()
    assert sorted(path.name for path in (tmp_path / "stick").iterdir()) == ["heads.json", "identity.key.json"]


def test_a_wrong_passphrase(medium):
    with pytest.raises(WrongSecretError):
        medium.unlock(PASSPHRASE + "x")


def test_a_pin_is_not_enough(tmp_path):
    with pytest.raises(WeakPassphraseError):
        RemovableIdentity.create(
            tmp_path, "李堃", Role.SUPERVISOR, "局", "739104", SteadyClock(), SeededRandomness("x"), LOW
        )
    assert not list(tmp_path.iterdir())


def test_a_new_passphrase_opens_the_same_keys_and_the_old_one_nothing(medium, private, tmp_path):
    new = "dalun-perok-sivem-hatob-zugar-foqiw"
    with pytest.raises(WeakPassphraseError):
        medium.change_passphrase(PASSPHRASE, "739104", LOW, SeededRandomness("change"))
    with pytest.raises(WrongSecretError):
        medium.change_passphrase(new, new, LOW, SeededRandomness("change"))
    medium.change_passphrase(PASSPHRASE, new, LOW, SeededRandomness("change"))
    for same in (medium, RemovableIdentity(tmp_path / "stick")):
        assert same.unlock(new).private_bytes() == private.private_bytes()
        with pytest.raises(WrongSecretError):
            same.unlock(PASSPHRASE)


def test_a_medium_in_use_is_not_overwritten(medium, tmp_path):
    with pytest.raises(MediumTakenError):
        make(tmp_path / "stick", "second")
    assert RemovableIdentity(tmp_path / "stick").identity == medium.identity


def test_a_folder_that_cant_be_made(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileUnwritableError):
        make(tmp_path / "file" / "stick")


def test_a_station_seen_for_the_first_time_passes(medium):
    medium.check(STATION, 5, root_of(LEAVES[:5]), [])


@given(old=st.integers(0, 20), new=st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_a_station_passes_exactly_when_its_journal_goes_on(shared, old, new):
    medium, private = shared
    station = new_id(SteadyClock().now(), SeededRandomness(f"{old}-{new}"))
    medium.remember(head(old, station=station), private) if medium._read_heads().find(station) is None else None
    root = root_of(LEAVES[:new])
    if new >= old:
        medium.check(station, new, root, consistency_proof(LEAVES, old, new))
    else:
        with pytest.raises(StationWentBackError, match=f"{new} entries where there were {old}"):
            medium.check(station, new, root, [])


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    medium = make(tmp_path_factory.mktemp("shared"))
    return medium, medium.unlock(PASSPHRASE)


@pytest.mark.parametrize("size", [5, 8, 12])
def test_a_journal_written_anew(medium, private, size):
    medium.remember(head(8), private)
    honest = consistency_proof(LEAVES, 8, size) if size >= 8 else []
    forked = consistency_proof(FORKED, 8, size) if size >= 8 else []
    for proof in (honest, forked, []):
        with pytest.raises(StationWentBackError):
            medium.check(STATION, size, root_of(FORKED[:size]), proof)


def test_a_ceremony_number_that_was_passed(medium, private):
    medium.remember(head(8, ceremony=7), private)
    root, proof = root_of(LEAVES[:9]), consistency_proof(LEAVES, 8, 9)
    for lawful in (None, 7, 8):
        medium.check(STATION, 9, root, proof, ceremony=lawful)
    with pytest.raises(StationWentBackError, match="ceremony 6 where 7 was signed"):
        medium.check(STATION, 9, root, proof, ceremony=6)


def test_what_is_remembered_lasts_and_stations_dont_mix(medium, private, tmp_path):
    medium.remember(head(3), private)
    medium.remember(head(8), private)
    medium.remember(head(8), private)
    medium.remember(head(2, station=OTHER), private)
    again = RemovableIdentity(tmp_path / "stick")
    assert set(again.heads()) == {head(8), head(2, station=OTHER)}
    again.check(OTHER, 2, root_of(LEAVES[:2]), [])


@pytest.mark.parametrize(
    "back", [head(7), head(8, ceremony=4), head(9, ceremony=4), head(8, ceremony=5, leaves=FORKED)]
)
def test_an_earlier_head_is_not_remembered_over_a_later_one(medium, private, back):
    medium.remember(head(8, ceremony=5), private)
    with pytest.raises(StationWentBackError):
        medium.remember(back, private)
    assert medium.heads() == (head(8, ceremony=5),)


def test_a_restored_station_is_taken_only_by_accepting(medium, private):
    medium.remember(head(8, ceremony=7), private)
    restored = head(5, ceremony=4, incarnation=2, leaves=FORKED)
    with pytest.raises(StationRestartedError):
        medium.check(STATION, 5, restored.root, [], incarnation=2)
    with pytest.raises(StationRestartedError):
        medium.remember(restored, private)
    medium.accept_incarnation(restored, private)
    assert medium.lost_heads() == (head(8, ceremony=7),)
    medium.check(STATION, 5, restored.root, [], incarnation=2, ceremony=7)
    with pytest.raises(StationWentBackError, match="ceremony 5"):
        medium.check(STATION, 5, restored.root, [], incarnation=2, ceremony=5)
    with pytest.raises(StationWentBackError, match="earlier incarnation"):
        medium.check(STATION, 9, root_of(LEAVES[:9]), consistency_proof(LEAVES, 8, 9))
    with pytest.raises(StationWentBackError):
        medium.remember(head(9, ceremony=8), private)
    for again in (restored, head(9)):
        with pytest.raises(StationWentBackError, match="no later incarnation"):
            medium.accept_incarnation(again, private)


def test_an_incarnation_of_a_station_never_seen(medium, private):
    medium.accept_incarnation(head(3, incarnation=3), private)
    assert medium.lost_heads() == ()
    assert medium.heads() == (head(3, incarnation=3),)


def test_only_the_identity_itself_signs_what_it_remembers(medium, tmp_path):
    stranger = make(tmp_path / "other", "stranger").unlock(PASSPHRASE)
    with pytest.raises(ValueError, match="signed by the identity"):
        medium.remember(head(3), stranger)


def broken_heads(medium, private, stranger):
    good = (medium._folder / "heads.json").read_bytes()
    record = {"station": STATION, "incarnation": 1, "size": 1, "root": "00" * 32, "ceremony": 0, "checkpoint": ""}
    return {
        "cut": good[:-1],
        "empty": b"",
        "strangers": sign_envelope("heads", dumps({"v": 1, "last": [], "lost": []}), [stranger]).to_bytes(),
        "other-kind": sign_envelope("identity", dumps({"v": 1, "last": [], "lost": []}), [private]).to_bytes(),
        "version": sign_envelope("heads", dumps({"v": 2, "last": [], "lost": []}), [private]).to_bytes(),
        "head": sign_envelope(
            "heads", dumps({"v": 1, "last": [{**record, "size": -1}], "lost": []}), [private]
        ).to_bytes(),
        "more": sign_envelope(
            "heads", dumps({"v": 1, "last": [], "lost": [{**record, "more": 1}]}), [private]
        ).to_bytes(),
    }


def test_broken_heads_are_refused_everywhere(medium, private, tmp_path):
    stranger = make(tmp_path / "other", "stranger").unlock(PASSPHRASE)
    path = tmp_path / "stick" / "heads.json"
    contents = broken_heads(medium, private, stranger)
    for content in contents.values():
        path.write_bytes(content)
        for act in (
            medium.heads,
            lambda: medium.check(STATION, 1, bytes(32), []),
            lambda: medium.remember(head(3), private),
            lambda: RemovableIdentity(tmp_path / "stick"),
        ):
            with pytest.raises(MediumDamagedError, match=r"heads\.json"):
                act()
    path.unlink()
    with pytest.raises(MediumDamagedError):
        medium.check(STATION, 1, bytes(32), [])


def test_a_medium_without_or_with_another_key_file(medium, private, tmp_path):
    path = tmp_path / "stick" / "identity.key.json"
    pinned = write_keyfile(private, "739104", b"p" * 32, Protection.VAULT, LOW, SeededRandomness("pinned"))
    for content in (b"", path.read_bytes()[:-1], pinned):
        path.write_bytes(content)
        with pytest.raises(MediumDamagedError, match=r"identity\.key\.json"):
            RemovableIdentity(tmp_path / "stick")
    path.unlink()
    with pytest.raises(MediumDamagedError):
        RemovableIdentity(tmp_path / "stick")


def test_a_full_medium_keeps_the_old_record(medium, private, monkeypatch):
    medium.remember(head(3), private)

    def full(path, data, mode=0o600):
        raise DiskFullError(name=path.name)

    monkeypatch.setattr("vault.removable.write_atomic", full)
    with pytest.raises(DiskFullError):
        medium.remember(head(8), private)
    assert medium.heads() == (head(3),)


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.vault.test_removable import PASSPHRASE, head
from vault import files
from vault.removable import RemovableIdentity

left = [int(sys.argv[1])]
real = files.sync

def dying(descriptor):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    real(descriptor)

medium = RemovableIdentity(Path(sys.argv[2]))
private = medium.unlock(PASSPHRASE)
files.sync = dying
medium.remember(head(8), private)
"""


@pytest.mark.parametrize("where", [1, 2])
def test_killed_while_remembering_the_old_head_or_the_new_is_there(medium, private, tmp_path, where):
    medium.remember(head(3), private)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(where), str(tmp_path / "stick")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    again = RemovableIdentity(tmp_path / "stick")
    assert again.heads() == ((head(3),) if where == 1 else (head(8),))
    again.remember(head(9), private)
