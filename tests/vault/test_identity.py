"""Identities: the statement and its checks, the private half that never shows, and the rules between identities."""

import base64
import copy
import json
import pickle
import traceback
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.clock import START
from tests.fakes.randomness import SeededRandomness
from vault.dsse import Envelope, Signature, sign_envelope
from vault.errors import MalformedRecordError, VaultError
from vault.hybrid import HybridPrivateKey, SealedError, seal
from vault.identity import (
    IdentityExpiredError,
    IdentityForgedError,
    NameRefusedError,
    NotSeparateError,
    PrivateIdentity,
    SameIdentityError,
    UnknownIssuerError,
    WrongPartError,
    check_distinct,
    check_separation,
    check_valid,
    clean_name,
    declare,
    parse_statement,
)
from vault.ids import new_id
from vault.jsontext import dumps
from vault.note import open_note, sign_note
from vault.roles import Role
from vault.suite import digest

CENTRE = "临州市公共资源交易中心"
OFFICE = "临州市公共资源交易监督管理局"


def someone(seed, role=Role.OPERATOR, organisation=CENTRE, name="张喆", issuer=None):
    source = SeededRandomness(seed)
    return declare(new_id(START, source), name, role, organisation, START, source, issuer=issuer)


OPERATOR = someone("operator")
SUPERVISOR = someone("supervisor", Role.SUPERVISOR, OFFICE, "李堃")


def payload_of(private):
    return json.loads(private.statement.payload)


def restated(private, **changes):
    payload = {key: value for key, value in {**payload_of(private), **changes}.items() if value is not ...}
    return sign_envelope("identity", dumps(payload), [private])


def test_a_statement_says_what_was_declared():
    identity = parse_statement(OPERATOR.statement)
    assert identity == OPERATOR.identity
    assert (identity.name, identity.role, identity.organisation) == ("张喆", Role.OPERATOR, CENTRE)
    assert identity.valid_until - identity.valid_from == timedelta(days=5 * 365)
    assert identity.is_self_declared
    assert len(identity.keyid) == 64
    assert len(identity.sealing_key) == 1216


def test_a_fingerprint_is_of_the_bytes_that_were_signed():
    expected = base64.b32encode(digest("identity", OPERATOR.statement.payload)).decode()[:26]
    assert OPERATOR.identity.fingerprint == expected
    assert SUPERVISOR.identity.fingerprint != expected


def test_the_same_randomness_makes_the_same_identity():
    assert someone("operator").statement == OPERATOR.statement


def test_a_statement_survives_its_bytes():
    assert parse_statement(Envelope.parse(OPERATOR.statement.to_bytes())) == OPERATOR.identity


@given(place=st.integers(0, len(OPERATOR.statement.payload) - 1), bit=st.integers(0, 7))
@settings(max_examples=100, deadline=None)
def test_any_flipped_bit_of_the_payload_is_refused(place, bit):
    changed = bytearray(OPERATOR.statement.payload)
    changed[place] ^= 1 << bit
    with pytest.raises(VaultError):
        parse_statement(replace(OPERATOR.statement, payload=bytes(changed)))


def test_a_statement_signed_by_another_key():
    with pytest.raises(IdentityForgedError):
        parse_statement(sign_envelope("identity", OPERATOR.statement.payload, [SUPERVISOR]))


def test_a_false_signature_under_its_own_key():
    forged = replace(OPERATOR.statement, signatures=(Signature(OPERATOR.keyid, bytes(64)),))
    with pytest.raises(IdentityForgedError):
        parse_statement(forged)


def test_a_signed_record_of_another_kind():
    with pytest.raises(IdentityForgedError):
        parse_statement(sign_envelope("heads", OPERATOR.statement.payload, [OPERATOR]))


def test_an_issued_identity_needs_issuer_and_owner():
    issued = someone("issued", issuer=SUPERVISOR)
    issuers = {SUPERVISOR.keyid: SUPERVISOR.public_key}
    assert not issued.identity.is_self_declared
    assert parse_statement(issued.statement, issuers).issuer == SUPERVISOR.keyid
    for unknown in (None, {}, {OPERATOR.keyid: OPERATOR.public_key}):
        with pytest.raises(UnknownIssuerError, match=SUPERVISOR.keyid):
            parse_statement(issued.statement, unknown)
    for kept in (0, 1):
        half = replace(issued.statement, signatures=(issued.statement.signatures[kept],))
        with pytest.raises(IdentityForgedError, match="missing"):
            parse_statement(half, issuers)
    with pytest.raises(IdentityForgedError):
        parse_statement(issued.statement, {SUPERVISOR.keyid: OPERATOR.public_key})


MALFORMED = {
    "version": {"v": 2},
    "suite": {"suite": "FQ2"},
    "no-id": {"person": "张喆"},
    "no-name": {"name": ""},
    "name-not-nfc": {"name": "cafe\u0301"},
    "name-spaced": {"name": " 张喆"},
    "name-turned": {"name": "张\u202e喆"},
    "role": {"role": "god"},
    "organisation": {"organisation": ...},
    "short-key": {"signing_key": "00" * 31},
    "no-base64": {"sealing_key": "!"},
    "local-time": {"valid_from": "2026-11-23T08:30:00+08:00"},
    "ends-before-it-begins": {"valid_until": "2026-11-23T08:30:00Z"},
    "issuer": {"issuer": "me"},
    "more": {"more": 1},
}


@pytest.mark.parametrize("changes", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_statement(changes):
    with pytest.raises(MalformedRecordError):
        parse_statement(restated(OPERATOR, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"signing_key": "01" + "00" * 31},
        {"sealing_key": "AAAA"},
        {"sealing_key": base64.b64encode(b"\xff" * 1216).decode()},
    ],
    ids=["small-order", "short", "not-reduced"],
)
def test_a_statement_with_a_key_that_is_none(changes):
    with pytest.raises(IdentityForgedError, match="no key"):
        parse_statement(restated(OPERATOR, **changes))


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\nb", "a\u200bb", "a\u202eb", "\ud800", "\ue000", "\u2028"])
def test_names_that_cant_be_seen(name):
    with pytest.raises(NameRefusedError) as caught:
        clean_name(name, "name")
    assert caught.value.details["field"] == "name"
    with pytest.raises(NameRefusedError):
        someone("nobody", organisation=name)


@pytest.mark.parametrize("name", ["喆堃珺玥㛃𬀩", "欧阳 修", "Ana-María O'Neil", "买买提·吐尔逊", "\U00032000"])
def test_names_of_people(name):
    assert clean_name(f"  {name} ", "name") == name


def test_a_private_identity_signs_and_opens():
    assert parse_statement(sign_envelope("identity", OPERATOR.statement.payload, [OPERATOR])) == OPERATOR.identity
    sealed = seal(OPERATOR.identity.sealing_key, b"info", b"share")
    assert OPERATOR.open_sealed(b"info", sealed) == b"share"
    with pytest.raises(SealedError):
        SUPERVISOR.open_sealed(b"info", sealed)


def test_a_private_identity_signs_notes_under_a_name():
    signer = OPERATOR.note_signer("fengqian/one")
    note = sign_note("a line\n", [signer])
    assert open_note(note, {"fengqian/one": OPERATOR.public_key}) == "a line\n"
    assert "seed" not in repr(signer)


def test_private_keys_round_trip():
    again = PrivateIdentity.restore(OPERATOR.identity, OPERATOR.statement, OPERATOR.private_bytes())
    assert again.private_bytes() == OPERATOR.private_bytes()
    assert again.sign(b"x") == OPERATOR.sign(b"x")


def test_private_keys_of_somebody_else_arent_joined():
    mine, other = OPERATOR.private_bytes(), SUPERVISOR.private_bytes()
    for keys in (mine[:127], mine + b"x", other, mine[:32] + other[32:], other[:32] + mine[32:]):
        with pytest.raises(ValueError, match=r"128 bytes|another"):
            PrivateIdentity.restore(OPERATOR.identity, OPERATOR.statement, keys)


def test_secrets_never_show():
    private = someone("secret")
    secret = private.private_bytes()
    shown = [repr(private), str(private), f"{private}", repr(private.note_signer("n"))]
    try:
        PrivateIdentity.restore(OPERATOR.identity, OPERATOR.statement, secret)
    except ValueError as error:
        shown += traceback.format_exception(error)
    for text in shown:
        for part in (secret[:32], secret[32:96], secret[96:]):
            assert part.hex() not in text
            assert repr(part)[2:-1] not in text
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            take(private)
    assert not hasattr(private, "__dict__")


def test_forget_overwrites_the_seed_and_ends_it():
    private = someone("forgotten")
    seed = private._seed
    private.forget()
    assert seed == b""
    with pytest.raises(ValueError, match="32 bytes"):
        private.sign(b"x")
    with pytest.raises(AttributeError):
        private.open_sealed(b"", b"")


def test_an_identity_holds_from_its_first_moment_to_before_its_last():
    identity = OPERATOR.identity
    check_valid(identity, identity.valid_from)
    check_valid(identity, identity.valid_until - timedelta(milliseconds=1))
    for moment in (identity.valid_from - timedelta(milliseconds=1), identity.valid_until):
        with pytest.raises(IdentityExpiredError, match="张喆"):
            check_valid(identity, moment)


@pytest.mark.parametrize("shared", ["person", "signing_key", "sealing_key"])
def test_two_identities_that_share_anything_are_refused(shared):
    twin = replace(SUPERVISOR.identity, **{shared: getattr(OPERATOR.identity, shared)})
    with pytest.raises(SameIdentityError) as caught:
        check_distinct([OPERATOR.identity, twin])
    assert (caught.value.details["first"], caught.value.details["second"]) == ("张喆", "李堃")
    with pytest.raises(SameIdentityError):
        check_separation(OPERATOR.identity, twin)


def test_one_identity_given_twice_is_refused():
    with pytest.raises(SameIdentityError):
        check_distinct([OPERATOR.identity, OPERATOR.identity])


def test_distinct_identities_pass():
    check_distinct([OPERATOR.identity, SUPERVISOR.identity, someone("third").identity])
    check_distinct([])


def test_operator_and_supervisor_of_two_organisations_pass():
    check_separation(OPERATOR.identity, SUPERVISOR.identity)


@pytest.mark.parametrize("organisation", [CENTRE, "临州市 公共资源交易中心", "临州市公共资源交易中心。"])
def test_a_supervisor_of_the_operators_organisation(organisation):
    inside = someone("inside", Role.SUPERVISOR, organisation)
    with pytest.raises(NotSeparateError, match=CENTRE):
        check_separation(OPERATOR.identity, inside.identity)


def test_parts_taken_by_other_roles():
    with pytest.raises(WrongPartError, match="as operator"):
        check_separation(SUPERVISOR.identity, SUPERVISOR.identity)
    with pytest.raises(WrongPartError, match="as supervisor"):
        check_separation(OPERATOR.identity, OPERATOR.identity)


def test_hybrid_keys_are_those_of_the_port():
    assert OPERATOR.private_bytes()[32:] == SeededTail.of("operator")
    assert HybridPrivateKey.from_bytes(OPERATOR.private_bytes()[32:]).public == OPERATOR.identity.sealing_key


class SeededTail:
    @staticmethod
    def of(seed):
        source = SeededRandomness(seed)
        source.take(10 + 32)
        return source.take(96)


def test_the_vector():
    vector = json.loads((Path(__file__).parents[1] / "vectors" / "identity.json").read_bytes())
    identity = parse_statement(Envelope.of(vector["statement"]))
    stated = {"person", "name", "role", "organisation", "keyid", "fingerprint"}
    assert {field: getattr(identity, field) for field in stated} == {field: vector[field] for field in stated}
    signed = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["seed_hex"])).public_key()
    assert signed.public_bytes_raw() == identity.signing_key
