"""The people of a station: adding, listing, unlocking; wrong PINs, changed files, and a program killed in between."""

import base64
import hmac
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.clock import SteadyClock
from tests.fakes.randomness import SeededRandomness
from tests.fakes.secretstore import MemorySecretStore
from vault import people as people_module
from vault.dsse import Envelope
from vault.errors import VaultError
from vault.files import FileMissingError, FileTooLongError, FileUnwritableError
from vault.identity import SameIdentityError, declare
from vault.ids import new_id
from vault.jsontext import dumps
from vault.kdf import KdfCost, PinTooShortError, PinTrivialError, WeakPassphraseError, generate_passphrase
from vault.keyfile import Protection, open_keyfile, read_keyfile
from vault.lockedfile import WrongSecretError
from vault.lockout import LockedOutError
from vault.people import PeopleStore, PersonDamagedError, PersonEndedError, UnknownPersonError
from vault.roles import Role
from vault.secretstore import SecretMissingError

LOW = KdfCost(1024, 1, 1)
PIN = "739104"
PASSPHRASE = generate_passphrase(SeededRandomness("people"))
CENTRE = "临州市公共资源交易中心"


@pytest.fixture
def clock():
    return SteadyClock()


@pytest.fixture
def secrets():
    return MemorySecretStore()


@pytest.fixture
def store(tmp_path, clock, secrets):
    return PeopleStore(tmp_path / "people", secrets, clock, SeededRandomness("store"), LOW)


@pytest.fixture
def person(store):
    return store.add("张喆", Role.OPERATOR, CENTRE, PIN).person


@pytest.fixture
def keyfile(tmp_path, person):
    return tmp_path / "people" / f"{person}.key.json"


def test_who_is_added_can_be_listed_and_unlocked(store):
    operator = store.add(" 张喆 ", Role.OPERATOR, CENTRE, PIN)
    supervisor = store.add("李堃", Role.SUPERVISOR, "监督管理局", PASSPHRASE, Protection.PASSPHRASE)
    assert store.list() == (operator, supervisor)
    assert store.get(supervisor.person) == supervisor
    for identity, secret in ((operator, PIN), (operator, "７３９１０４"), (supervisor, f" {PASSPHRASE}\n")):
        private = store.unlock(identity.person, secret)
        assert private.identity == identity
        assert store.statement(identity.person) == private.statement
        private.open_sealed(b"i", people_seal(identity))


def people_seal(identity):
    from vault.hybrid import seal

    return seal(identity.sealing_key, b"i", b"x")


def test_an_empty_store(store):
    assert store.list() == ()


def test_files_are_the_owners_alone(store, person, tmp_path):
    folder = tmp_path / "people"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert sorted(path.name.partition(".")[2] for path in folder.iterdir()) == ["key.json", "tries.json"]


@pytest.mark.parametrize(
    ("secret", "protection", "error"),
    [
        ("12345", Protection.VAULT, PinTooShortError),
        ("111111", Protection.VAULT, PinTrivialError),
        (PIN, Protection.PASSPHRASE, WeakPassphraseError),
    ],
)
def test_a_bad_secret_leaves_nothing(store, secrets, tmp_path, secret, protection, error):
    with pytest.raises(error):
        store.add("张喆", Role.OPERATOR, CENTRE, secret, protection)
    assert not secrets.secrets
    assert not list((tmp_path / "people").iterdir())


def test_pepper_is_in_the_vault_for_a_pin_and_needed(store, person, secrets):
    assert list(secrets.secrets) == [f"pepper/{person}"]
    pepper = secrets.secrets.pop(f"pepper/{person}")
    with pytest.raises(SecretMissingError):
        store.unlock(person, PIN)
    secrets.put(f"pepper/{person}", pepper[::-1])
    with pytest.raises(WrongSecretError):
        store.unlock(person, PIN)


def test_a_passphrase_needs_no_vault(store, secrets):
    identity = store.add("李堃", Role.SUPERVISOR, "局", PASSPHRASE, Protection.PASSPHRASE)
    assert not secrets.secrets
    store.unlock(identity.person, PASSPHRASE)


def test_a_wrong_pin_then_lock_out_then_the_right_one(store, person, clock):
    for _ in range(3):
        with pytest.raises(WrongSecretError):
            store.unlock(person, "739105")
    with pytest.raises(LockedOutError):
        store.unlock(person, PIN)
    clock.advance(timedelta(seconds=30))
    store.unlock(person, PIN)
    for _ in range(2):
        with pytest.raises(WrongSecretError):
            store.unlock(person, "739105")
    store.unlock(person, PIN)


def test_one_persons_wrong_tries_lock_nobody_else(store, person):
    other = store.add("李堃", Role.SUPERVISOR, "局", "804917")
    for _ in range(3):
        with pytest.raises(WrongSecretError):
            store.unlock(person, "739105")
    store.unlock(other.person, "804917")


def test_a_new_store_object_forgets_no_try(store, person, tmp_path, secrets, clock):
    for _ in range(3):
        with pytest.raises(WrongSecretError):
            store.unlock(person, "739105")
    again = PeopleStore(tmp_path / "people", secrets, clock, SeededRandomness("again"), LOW)
    with pytest.raises(LockedOutError):
        again.unlock(person, PIN)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One person for many tries; their count of tries is set back before each."""
    folder = tmp_path_factory.mktemp("shared")
    made = PeopleStore(folder, MemorySecretStore(), SteadyClock(), SeededRandomness("shared"), LOW)
    identity = made.add("张喆", Role.OPERATOR, CENTRE, PIN)
    path = folder / f"{identity.person}.key.json"
    return made, identity.person, path, path.read_bytes()


def refusal(made, person, secret):
    made._lockout(person).start()
    with pytest.raises(WrongSecretError) as caught:
        made.unlock(person, secret)
    count = json.loads((made._folder / f"{person}.tries.json").read_bytes())["failures"]
    return str(caught.value), caught.value.details, count


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_any_flipped_bit_looks_like_a_wrong_pin(shared, place, bit):
    made, person, path, data = shared
    changed = bytearray(data)
    changed[place % len(data)] ^= 1 << bit
    path.write_bytes(data)
    wrong = refusal(made, person, "739105")
    path.write_bytes(changed)
    assert refusal(made, person, PIN) == wrong
    path.write_bytes(data)


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b"\xff" * 100, b"[" * 50_000, b" " * (1 << 21)])
def test_a_key_file_of_rubbish_looks_like_a_wrong_pin(shared, content):
    made, person, path, data = shared
    path.write_bytes(data)
    wrong = refusal(made, person, "739105")
    path.write_bytes(content)
    assert refusal(made, person, PIN) == wrong
    path.write_bytes(data)


def with_head(data, change):
    outer = json.loads(data)
    head = json.loads(base64.b64decode(outer["head"]))
    change(head)
    return dumps({**outer, "head": base64.b64encode(dumps(head)).decode()})


def test_a_costlier_or_cheaper_head_looks_like_a_wrong_pin(shared):
    made, person, path, data = shared
    wrong = refusal(made, person, "739105")
    for memory in (2048, 8, 100 * 1024 * 1024):
        path.write_bytes(with_head(data, lambda head, memory=memory: head["cost"].update(memory_kib=memory)))
        assert refusal(made, person, PIN) == wrong
    path.write_bytes(data)


def test_a_key_file_moved_to_passphrase_doesnt_open_without_the_pepper(shared):
    made, person, path, data = shared
    path.write_bytes(with_head(data, lambda head: head["about"].update(protection="passphrase")))
    refusal(made, person, PIN)
    path.write_bytes(data)


def test_a_wrong_pin_and_an_unreadable_file_both_cost_one_argon2id(shared, monkeypatch):
    from vault import kdf, keyfile, lockedfile

    made, person, path, data = shared
    calls = []

    def counted(secret, salt, cost):
        calls.append(cost)
        return kdf.stretch(secret, salt, cost)

    monkeypatch.setattr(lockedfile, "stretch", counted)
    monkeypatch.setattr(keyfile, "stretch", counted)
    for content, secret in ((data, "739105"), (b"{}", PIN), (data[:-3], PIN)):
        path.write_bytes(content)
        refusal(made, person, secret)
    path.write_bytes(data)
    assert calls == [LOW] * 3


def test_somebody_elses_key_file_under_ones_name(store, person, keyfile, tmp_path):
    other = store.add("李堃", Role.SUPERVISOR, "局", PASSPHRASE, Protection.PASSPHRASE)
    keyfile.write_bytes((tmp_path / "people" / f"{other.person}.key.json").read_bytes())
    with pytest.raises(WrongSecretError):
        store.unlock(person, PASSPHRASE)
    with pytest.raises(PersonDamagedError, match=str(person)):
        store.list()


def test_a_statement_of_somebody_else_around_ones_keys(store, person, keyfile):
    other = declare(person, "王玥", Role.SUPERVISOR, "局", SteadyClock().now(), SeededRandomness("other"))
    keyfile.write_bytes(
        with_head(keyfile.read_bytes(), lambda head: head["about"].update(statement=other.statement.to_json()))
    )
    assert store.get(person).name == "王玥"
    with pytest.raises(WrongSecretError):
        store.unlock(person, PIN)


def test_keys_that_arent_those_of_the_statement(store, person, keyfile, secrets):
    from vault.keyfile import write_keyfile

    source = SeededRandomness("mixed")
    mine, other = (
        declare(person, "张喆", Role.OPERATOR, CENTRE, SteadyClock().now(), source),
        declare(person, "张喆", Role.OPERATOR, CENTRE, SteadyClock().now(), source),
    )
    mine.statement = other.statement
    pepper = secrets.get(f"pepper/{person}")
    keyfile.write_bytes(write_keyfile(mine, PIN, pepper, Protection.VAULT, LOW, source))
    with pytest.raises(WrongSecretError):
        store.unlock(person, PIN)


def test_unknown_people(store):
    stranger = new_id(SteadyClock().now(), SeededRandomness("stranger"))
    for act in (store.get, store.statement, lambda who: store.unlock(who, PIN)):
        with pytest.raises(UnknownPersonError):
            act(stranger)
    with pytest.raises(UnknownPersonError):
        store.unlock("../../etc/passwd", PIN)


def test_a_damaged_file_is_named_in_the_list(store, person, keyfile):
    keyfile.write_bytes(keyfile.read_bytes()[:-1])
    with pytest.raises(PersonDamagedError) as caught:
        store.list()
    assert caught.value.details == {"name": keyfile.name, "problem": "vault.record.malformed"}
    with pytest.raises(PersonDamagedError):
        store.add("李堃", Role.SUPERVISOR, "局", "804917")


def elsewhere(seed="elsewhere", issuer=None):
    source = SeededRandomness(seed)
    now = SteadyClock().now()
    return declare(new_id(now, source), "李堃", Role.SUPERVISOR, "局", now, source, issuer=issuer)


def test_somebody_whose_keys_live_elsewhere(store, person):
    private = elsewhere()
    assert store.enrol(private.statement) == private.identity
    assert {identity.person for identity in store.list()} == {person, private.identity.person}
    assert store.statement(private.identity.person) == private.statement
    with pytest.raises(UnknownPersonError):
        store.unlock(private.identity.person, PASSPHRASE)


def test_somebody_issued_is_taken_only_under_a_known_issuer(tmp_path, secrets, clock):
    issuer = elsewhere("issuer")
    issued = elsewhere("issued", issuer)
    plain = PeopleStore(tmp_path, secrets, clock, SeededRandomness("a"), LOW)
    with pytest.raises(VaultError, match="issuer"):
        plain.enrol(issued.statement)
    knowing = PeopleStore(
        tmp_path, secrets, clock, SeededRandomness("a"), LOW, issuers={issuer.keyid: issuer.public_key}
    )
    assert knowing.enrol(issued.statement) in knowing.list()
    with pytest.raises(PersonDamagedError):
        plain.list()


def test_nobody_is_enrolled_twice_and_no_key_serves_two(store, person):
    private = elsewhere()
    store.enrol(private.statement)
    with pytest.raises(SameIdentityError):
        store.enrol(private.statement)
    with pytest.raises(SameIdentityError):
        store.enrol(store.statement(person))


def test_a_generator_that_repeats_itself_makes_no_second_identity(tmp_path, secrets, clock):
    folder = tmp_path / "people"
    for turn in range(2):
        store = PeopleStore(folder, secrets, clock, SeededRandomness("repeats"), LOW)
        if turn:
            with pytest.raises(SameIdentityError, match="signing key"):
                store.add("李堃", Role.SUPERVISOR, "局", PIN)
        else:
            store.add("张喆", Role.OPERATOR, CENTRE, PIN)
    assert len(list(folder.glob("*.key.json"))) == 1


def test_two_files_of_one_key_are_refused(store, tmp_path):
    private = elsewhere()
    store.enrol(private.statement)
    from vault.dsse import sign_envelope

    payload = json.loads(private.statement.payload)
    payload["person"] = new_id(SteadyClock().now(), SeededRandomness("copy"))
    twin = sign_envelope("identity", dumps(payload), [private])
    (tmp_path / "people" / f"{payload['person']}.identity.json").write_bytes(twin.to_bytes())
    with pytest.raises(SameIdentityError, match="signing key"):
        store.list()


def test_a_statement_under_another_persons_name(store, tmp_path):
    private = elsewhere()
    other = new_id(SteadyClock().now(), SeededRandomness("name"))
    (tmp_path / "people" / f"{other}.identity.json").write_bytes(private.statement.to_bytes())
    with pytest.raises(PersonDamagedError):
        store.list()


def test_a_changed_pin(store, person, keyfile):
    before = keyfile.read_bytes()
    store.change_secret(person, PIN, "804917")
    assert json.loads(before)["head"] != json.loads(keyfile.read_bytes())["head"]
    with pytest.raises(WrongSecretError):
        store.unlock(person, PIN)
    store.unlock(person, "804917")
    with pytest.raises(PinTrivialError):
        store.change_secret(person, "804917", "123456")
    with pytest.raises(WrongSecretError):
        store.change_secret(person, PIN, "918273")


def test_a_changed_passphrase(store):
    person = store.add("李堃", Role.SUPERVISOR, "局", PASSPHRASE, Protection.PASSPHRASE).person
    new = generate_passphrase(SeededRandomness("new"))
    store.change_secret(person, PASSPHRASE, new)
    store.unlock(person, new)


def test_a_changed_pin_of_an_unreadable_file(store, person, keyfile):
    keyfile.write_bytes(b"{}")
    with pytest.raises(WrongSecretError):
        store.change_secret(person, PIN, "804917")


def test_a_folder_that_cant_be_made(tmp_path, secrets, clock):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileUnwritableError):
        PeopleStore(tmp_path / "file" / "people", secrets, clock, SeededRandomness("x"), LOW)


def test_no_secret_in_any_file_or_refusal(store, person, keyfile, tmp_path):
    private = store.unlock(person, PIN)
    secret = private.private_bytes()
    held = b"".join(path.read_bytes() for path in (tmp_path / "people").iterdir())
    held += base64.b64decode(json.loads(keyfile.read_bytes())["sealed"])
    for part in (secret[:32], secret[32:96], secret[96:], PIN.encode()):
        assert part not in held
        assert part.hex().encode() not in held
    assert PIN not in repr(read_keyfile(keyfile.read_bytes()))


def test_a_file_that_is_gone_between(store, person, monkeypatch):
    def gone(path, limit):
        raise FileTooLongError(name=path.name, limit=limit)

    monkeypatch.setattr(people_module, "read_limited", gone)
    with pytest.raises(WrongSecretError):
        store.unlock(person, PIN)
    monkeypatch.setattr(people_module, "read_limited", lambda *_: (_ for _ in ()).throw(FileMissingError(name="x")))
    with pytest.raises(UnknownPersonError):
        store.unlock(person, PIN)


def test_opening_nothing_is_refused_as_a_wrong_secret():
    with pytest.raises(WrongSecretError):
        open_keyfile(None, PIN, b"", LOW)


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.fakes.clock import SteadyClock
from tests.fakes.randomness import SeededRandomness
from tests.fakes.secretstore import MemorySecretStore
from vault import files, keyfile, lockedfile
from vault.kdf import KdfCost, generate_passphrase
from vault.keyfile import Protection
from vault.people import PeopleStore
from vault.roles import Role

where, folder, person = sys.argv[1:]
left = [int(where)]

def dying(real):
    def act(*arguments, **named):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return act

files.sync = dying(files.sync)
lockedfile.stretch = dying(lockedfile.stretch)
passphrase = generate_passphrase(SeededRandomness("people"))
store = PeopleStore(Path(folder), MemorySecretStore(), SteadyClock(), SeededRandomness("killed"), KdfCost(1024, 1, 1))
if person:
    store.unlock(person, passphrase + "x")
else:
    store.add("张喆", Role.OPERATOR, "中心", passphrase, Protection.PASSPHRASE)
"""


def run_killed(where, folder, person=""):
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", KILLED, str(where), str(folder), person]
    return subprocess.run(command, cwd=root, env=env, check=False, capture_output=True).returncode


@pytest.mark.parametrize("where", [1, 2, 3, 4, 5, 6])
def test_killed_while_adding_there_is_a_whole_person_or_none(tmp_path, where):
    code = run_killed(where, tmp_path)
    assert code == (-signal.SIGKILL if where <= 5 else 0)
    store = PeopleStore(tmp_path, MemorySecretStore(), SteadyClock(), SeededRandomness("after"), LOW)
    people = store.list()
    assert len(people) == (where >= 5)
    for identity in people:
        store.unlock(identity.person, PASSPHRASE)


def test_killed_while_the_pin_is_looked_at_the_try_is_counted(tmp_path, clock):
    store = PeopleStore(tmp_path, MemorySecretStore(), clock, SeededRandomness("store"), LOW)
    person = store.add("张喆", Role.OPERATOR, CENTRE, PASSPHRASE, Protection.PASSPHRASE).person
    for _ in range(3):
        assert run_killed(3, tmp_path, person) == -signal.SIGKILL
    with pytest.raises(LockedOutError):
        store.unlock(person, PASSPHRASE)


def test_a_statement_that_travelled_as_a_file(store):
    private = elsewhere("file")
    assert store.enrol(Envelope.parse(private.statement.to_bytes())) == private.identity


@pytest.mark.parametrize("place", [0, 1])
def test_the_vectors(place):
    vector = json.loads((Path(__file__).parents[1] / "vectors" / "keyfile.json").read_bytes())[place]
    file = read_keyfile(vector["file"].encode())
    assert file.protection.value == vector["protection"]
    opened = open_keyfile(file, vector["secret"], bytes.fromhex(vector["pepper_hex"]), LOW)
    assert opened.private_bytes().hex() == vector["private_hex"]


@pytest.mark.parametrize("place", [0, 1])
def test_the_vectors_by_the_page_alone(place):
    """The steps of docs/formats/keyfile.md, written out with the libraries and nothing of ours."""
    vector = json.loads((Path(__file__).parents[1] / "vectors" / "keyfile.json").read_bytes())[place]
    outer = json.loads(vector["file"])
    head_bytes = base64.b64decode(outer["head"])
    head = json.loads(head_bytes)

    def framed(*parts):
        return b"".join(b"%d:%b," % (len(part), part) for part in parts)

    cost = head["cost"]
    stretched = Argon2id(
        salt=bytes.fromhex(head["salt"]),
        length=32,
        iterations=cost["iterations"],
        lanes=cost["lanes"],
        memory_cost=cost["memory_kib"],
    ).derive(vector["secret"].encode())
    prk = hmac.digest(b"fengqian/lockedfile/v1", stretched + bytes.fromhex(vector["pepper_hex"]), "sha256")
    label = b"fengqian/keyfile/v1"
    commitment, key = (hmac.digest(prk, framed(label, use) + b"\x01", "sha256") for use in (b"commitment", b"key"))
    assert head["commitment"] == commitment.hex()
    sealed = base64.b64decode(outer["sealed"])
    content = AESGCM(key).decrypt(bytes.fromhex(head["nonce"]), sealed, framed(label, head_bytes))
    assert content.hex() == vector["private_hex"]


def test_who_was_ended_is_listed_and_unlocks_nothing(store, person, tmp_path):
    other = store.add("李堃", Role.SUPERVISOR, "监督管理局", PIN)
    store.end(person)
    assert [each.person for each in store.list()] == [person, other.person]
    assert store.active() == (other,)
    assert store.statement(person)
    tries = (tmp_path / "people" / f"{person}.tries.json").read_bytes()
    for attempt in (lambda: store.unlock(person, PIN), lambda: store.change_secret(person, PIN, "918273")):
        with pytest.raises(PersonEndedError, match="张喆"):
            attempt()
    assert (tmp_path / "people" / f"{person}.tries.json").read_bytes() == tries
    store.unlock(other.person, PIN)
