"""The three secret stores under one set of expectations, and what is peculiar to each."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.randomness import SeededRandomness
from tests.fakes.secretstore import MemorySecretStore
from vault import secretstore
from vault.errors import MalformedRecordError, VaultError
from vault.files import FileMissingError
from vault.kdf import KdfCost, WeakPassphraseError, generate_passphrase
from vault.lockedfile import Unlocking, WrongSecretError
from vault.secretstore import (
    FileSecretStore,
    OsSecretStore,
    SecretMissingError,
    SecretStoreExistsError,
    SecretStoreUnusableError,
    os_vault_available,
)

LOW = KdfCost(1024, 1, 1)
PASSPHRASE = generate_passphrase(SeededRandomness("passphrase"))
ROOT = Path(__file__).parents[2]


def file_store(folder):
    return FileSecretStore.create(folder / "vault.json", PASSPHRASE, LOW, SeededRandomness("file"))


@pytest.fixture(params=["memory", "file", "system"])
def store(request, tmp_path, monkeypatch):
    if request.param == "memory":
        return MemorySecretStore()
    if request.param == "file":
        return file_store(tmp_path)
    monkeypatch.setattr(secretstore, "_system_vault", FakeVault)
    return OsSecretStore("station")


class FakeVault:
    """As keyring's backends answer."""

    def __init__(self):
        self.entries = {}

    def get_password(self, service, name):
        return self.entries.get((service, name))

    def set_password(self, service, name, text):
        self.entries[service, name] = text

    def delete_password(self, service, name):
        del self.entries[service, name]


def test_what_is_put_is_got_until_deleted(store):
    store.put("pepper/1", b"\x00\xff one")
    store.put("pepper/2", b"")
    store.put("pepper/1", b"another")
    assert (store.get("pepper/1"), store.get("pepper/2")) == (b"another", b"")
    store.delete("pepper/1")
    assert store.get("pepper/2") == b""
    for gone in (store.get, store.delete):
        with pytest.raises(SecretMissingError, match="pepper/1"):
            gone("pepper/1")


def test_names_and_lengths_that_not_every_store_takes(store):
    store.put("a" * 100, b"x" * 512)
    for name in ("", "A", "a" * 101, "a b", "../a", "a\n"):
        with pytest.raises(ValueError, match="name"):
            store.put(name, b"")
        with pytest.raises(ValueError, match="name"):
            store.get(name)
    with pytest.raises(ValueError, match="512"):
        store.put("a", b"x" * 513)


def test_a_file_opens_again_with_its_passphrase(tmp_path):
    file_store(tmp_path).put("key", b"database key")
    again = FileSecretStore.open(tmp_path / "vault.json", f" {PASSPHRASE} ")
    assert again.get("key") == b"database key"
    assert (tmp_path / "vault.json").stat().st_mode & 0o777 == 0o600


def test_the_passphrase_is_stretched_once(tmp_path, monkeypatch):
    file_store(tmp_path)
    store = FileSecretStore.open(tmp_path / "vault.json", PASSPHRASE)
    monkeypatch.setattr(Unlocking, "derive", None)
    store.put("key", b"x")
    assert store.get("key") == b"x"


def test_nothing_of_the_content_is_readable(tmp_path):
    file_store(tmp_path).put("canary-name", b"canary-value")
    data = (tmp_path / "vault.json").read_bytes()
    assert b"canary" not in data
    import base64
    import json

    assert b"canary" not in base64.b64decode(json.loads(data)["head"])


def test_wrong_passphrase_and_changed_file_look_the_same(tmp_path):
    file_store(tmp_path)
    path = tmp_path / "vault.json"
    with pytest.raises(WrongSecretError) as wrong:
        FileSecretStore.open(path, PASSPHRASE + "x")
    data = path.read_bytes()
    place = data.index(b'"sealed":"') + 12
    path.write_bytes(data[:place] + (b"A" if data[place : place + 1] != b"A" else b"B") + data[place + 1 :])
    with pytest.raises(WrongSecretError) as changed:
        FileSecretStore.open(path, PASSPHRASE)
    assert str(wrong.value) == str(changed.value)


def test_every_cut_of_the_file_is_refused(tmp_path):
    file_store(tmp_path)
    path = tmp_path / "vault.json"
    data = path.read_bytes()
    for length in range(0, len(data), 37):
        path.write_bytes(data[:length])
        with pytest.raises(VaultError):
            FileSecretStore.open(path, PASSPHRASE)


def test_a_weak_passphrase_makes_no_file(tmp_path):
    with pytest.raises(WeakPassphraseError):
        FileSecretStore.create(tmp_path / "vault.json", "password", LOW)
    assert not (tmp_path / "vault.json").exists()


def test_a_file_isnt_made_over_another_nor_opened_from_nothing(tmp_path):
    file_store(tmp_path)
    with pytest.raises(SecretStoreExistsError):
        file_store(tmp_path)
    with pytest.raises(FileMissingError):
        FileSecretStore.open(tmp_path / "other.json", PASSPHRASE)


def test_a_file_of_ours_with_a_strange_head(tmp_path):
    key = Unlocking.fresh(PASSPHRASE.encode(), b"", LOW, SeededRandomness("strange"))
    (tmp_path / "vault.json").write_bytes(key.lock("secrets", {"odd": 1}, b"{}", SeededRandomness("nonce")))
    with pytest.raises(MalformedRecordError):
        FileSecretStore.open(tmp_path / "vault.json", PASSPHRASE)


def test_secrets_never_show(tmp_path):
    store = file_store(tmp_path)
    store.put("key", b"canary")
    assert "canary" not in repr(store)
    assert repr(store) == "FileSecretStore('vault.json')"
    with pytest.raises(TypeError):
        pickle.dumps(store)
    store.forget()
    with pytest.raises(WrongSecretError):
        store.get("key")


class BrokenVault(FakeVault):
    def get_password(self, service, name):
        raise RuntimeError("canary of the vault's own text")


def test_what_the_system_throws_becomes_ours_without_its_text(monkeypatch):
    monkeypatch.setattr(secretstore, "_system_vault", BrokenVault)
    with pytest.raises(SecretStoreUnusableError, match="RuntimeError") as caught:
        OsSecretStore("station").get("key")
    assert "canary" not in str(caught.value)
    assert not os_vault_available()


def test_an_entry_that_isnt_ours(monkeypatch):
    vault = FakeVault()
    monkeypatch.setattr(secretstore, "_system_vault", lambda: vault)
    vault.set_password("fengqian/station", "key", "not base64!")
    with pytest.raises(SecretStoreUnusableError):
        OsSecretStore("station").get("key")


def test_values_stand_as_base64_under_the_stations_service(monkeypatch):
    vault = FakeVault()
    monkeypatch.setattr(secretstore, "_system_vault", lambda: vault)
    assert os_vault_available()
    OsSecretStore("one").put("key", b"\xff")
    assert vault.entries == {("fengqian/one", "key"): "/w=="}
    with pytest.raises(SecretMissingError):
        OsSecretStore("other").get("key")


def backend(module, priority):
    return type("Keyring", (FakeVault,), {"__module__": module, "priority": priority})()


def test_only_the_systems_own_vaults_are_taken_and_the_best_of_them(monkeypatch):
    worse, better = backend("keyring.backends.kwallet", 4.9), backend("keyring.backends.SecretService", 5)
    strange = [
        backend("keyrings.alt.file", 100),
        backend("keyring.backends.null", 50),
        backend("keyring.backends.fail", 9),
    ]
    found = [*strange, worse, better]
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: found)
    assert OsSecretStore("station")._backend is better
    found.remove(better)
    assert OsSecretStore("station")._backend is worse
    found.remove(worse)
    with pytest.raises(SecretStoreUnusableError, match="this system has none"):
        OsSecretStore("station")


def child(script, folder, *before):
    """Run a script in a program of its own, with its own home, runtime folder and no session bus."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    env = {**kept, "HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime), "PYTHON_KEYRING_BACKEND": PLAIN}
    command = [*before, sys.executable, "-W", "error", "-c", script]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


PLAIN = "keyring.backends.null.Keyring"
WITHOUT = """
from vault.secretstore import OsSecretStore, SecretStoreUnusableError, os_vault_available
assert not os_vault_available()
try:
    OsSecretStore("station")
except SecretStoreUnusableError as error:
    print(error.details["problem"])
"""
WITH = """
from vault.secretstore import OsSecretStore, SecretMissingError, os_vault_available
assert os_vault_available()
store = OsSecretStore("0199f6a0-0000-7000-8000-000000000001")
print(type(store._backend).__module__)
store.put("pepper/1", bytes(range(256)))
again = OsSecretStore("0199f6a0-0000-7000-8000-000000000001")
assert again.get("pepper/1") == bytes(range(256))
store.put("pepper/1", b"other")
assert again.get("pepper/1") == b"other"
for other in (OsSecretStore("0199f6a0-0000-7000-8000-000000000002"), again):
    try:
        other.get("pepper/1")
    except SecretMissingError:
        print("missing elsewhere")
again.delete("pepper/1")
try:
    store.get("pepper/1")
except SecretMissingError:
    print("deleted")
"""
UNLOCKED = 'printf "pw\\n" | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null; exec "$0" "$@"'


def test_without_a_system_vault_we_say_so_and_no_setting_puts_another_in_its_place(tmp_path):
    done = child(WITHOUT, tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, "this system has none"), done.stderr


def test_a_real_secret_service(tmp_path):
    done = child(WITH, tmp_path, "dbus-run-session", "--", "sh", "-c", UNLOCKED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:3] == ["keyring.backends.SecretService", "missing elsewhere", "deleted"]
