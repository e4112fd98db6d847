"""Roles, and what each of them may do: one table, and the two checks that read it.

`ACTS` names for every act the roles that may do it; what isn't in the table can't be asked for.  Acts that need two
people are two acts here, one for each side, and no role has both.  Who is of whose organisation is compared by
`same_organisation`; the rule that a supervisor comes from outside stands in `vault.identity.check_separation`.

Left out: whether the person is who the identity says, and how many people an act needs in all.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vault.errors import VaultError
from vault.spelling import bare


class Role(StrEnum):
    """What a person, or the station itself, is in the house."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    KEEPER = "keeper"
    ADMIN = "admin"
    SITE_DESK = "site_desk"
    EXPERT = "expert"
    AUDITOR = "auditor"
    STATION = "station"


class Act(StrEnum):
    """Everything that somebody may do, or not."""

    SET_UP_STATION = "set_up_station"
    ADD_PERSON = "add_person"
    END_PERSON = "end_person"
    CHANGE_SETTINGS = "change_settings"
    BACK_UP = "back_up"
    APPEND_JOURNAL = "append_journal"
    START_INCARNATION = "start_incarnation"
    APPROVE_INCARNATION = "approve_incarnation"

    KEEP_BANK = "keep_bank"
    APPROVE_BANK = "approve_bank"

    PREPARE_REQUEST = "prepare_request"
    APPROVE_REQUEST = "approve_request"
    CONFIRM_EMPLOYERS = "confirm_employers"
    FREEZE_DRAW = "freeze_draw"
    APPROVE_FREEZE = "approve_freeze"
    RUN_CEREMONY = "run_ceremony"
    HOLD_CODES = "hold_codes"
    APPROVE_SOURCE = "approve_source"
    RESUME_DRAW = "resume_draw"
    ABORT_DRAW = "abort_draw"
    APPROVE_ABORT = "approve_abort"

    PLACE_CALLS = "place_calls"
    APPROVE_MANUAL_NOTICE = "approve_manual_notice"
    DIAL_BY_HAND = "dial_by_hand"
    CONFIRM_ANSWER = "confirm_answer"

    SEAL_LIST = "seal_list"
    APPROVE_SEAL = "approve_seal"
    OPEN_LIST = "open_list"
    APPROVE_OPENING = "approve_opening"
    APPROVE_EARLY_OPENING = "approve_early_opening"
    PRINT_LIST = "print_list"
    RECHECK_LIST = "recheck_list"
    APPROVE_RECHECK = "approve_recheck"
    REPLACE_MEMBER = "replace_member"
    APPROVE_REPLACEMENT = "approve_replacement"
    CLOSE_DRAW = "close_draw"
    APPROVE_CLOSE = "approve_close"
    SIGN_TRANSCRIPT = "sign_transcript"
    READ_TRANSCRIPT_IN_FULL = "read_transcript_in_full"

    HOST_SESSION = "host_session"
    SUPERVISE_SESSION = "supervise_session"
    CHECK_IDENTITY_CARD = "check_identity_card"
    SCORE = "score"


_OPERATOR: Final = frozenset({Role.OPERATOR})
_SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
_KEEPER: Final = frozenset({Role.KEEPER})
_ADMIN: Final = frozenset({Role.ADMIN})

ACTS: Final[Mapping[Act, frozenset[Role]]] = MappingProxyType(
    {
        Act.SET_UP_STATION: _ADMIN,
        Act.ADD_PERSON: _ADMIN,
        Act.END_PERSON: _ADMIN,
        Act.CHANGE_SETTINGS: _ADMIN,
        Act.BACK_UP: _ADMIN,
        Act.APPEND_JOURNAL: frozenset({Role.STATION}),
        Act.START_INCARNATION: _OPERATOR,
        Act.APPROVE_INCARNATION: _SUPERVISOR,
        Act.KEEP_BANK: _KEEPER,
        Act.APPROVE_BANK: _SUPERVISOR,
        Act.PREPARE_REQUEST: _OPERATOR,
        Act.APPROVE_REQUEST: _SUPERVISOR,
        Act.CONFIRM_EMPLOYERS: _SUPERVISOR,
        Act.FREEZE_DRAW: _OPERATOR,
        Act.APPROVE_FREEZE: _SUPERVISOR,
        Act.RUN_CEREMONY: _OPERATOR,
        Act.HOLD_CODES: _SUPERVISOR,
        Act.APPROVE_SOURCE: _SUPERVISOR,
        Act.RESUME_DRAW: _OPERATOR,
        Act.ABORT_DRAW: _OPERATOR,
        Act.APPROVE_ABORT: _SUPERVISOR,
        Act.PLACE_CALLS: _OPERATOR,
        Act.APPROVE_MANUAL_NOTICE: _SUPERVISOR,
        Act.DIAL_BY_HAND: _SUPERVISOR,
        Act.CONFIRM_ANSWER: _OPERATOR,
        Act.SEAL_LIST: _OPERATOR,
        Act.APPROVE_SEAL: _SUPERVISOR,
        Act.OPEN_LIST: _OPERATOR,
        Act.APPROVE_OPENING: _SUPERVISOR,
        Act.APPROVE_EARLY_OPENING: _SUPERVISOR,
        Act.PRINT_LIST: _OPERATOR,
        Act.RECHECK_LIST: _OPERATOR,
        Act.APPROVE_RECHECK: _SUPERVISOR,
        Act.REPLACE_MEMBER: _OPERATOR,
        Act.APPROVE_REPLACEMENT: _SUPERVISOR,
        Act.CLOSE_DRAW: _OPERATOR,
        Act.APPROVE_CLOSE: _SUPERVISOR,
        Act.SIGN_TRANSCRIPT: frozenset({Role.STATION, Role.SUPERVISOR}),
        Act.READ_TRANSCRIPT_IN_FULL: frozenset({Role.AUDITOR}),
        Act.HOST_SESSION: _OPERATOR,
        Act.SUPERVISE_SESSION: _SUPERVISOR,
        Act.CHECK_IDENTITY_CARD: frozenset({Role.SITE_DESK}),
        Act.SCORE: frozenset({Role.EXPERT}),
    }
)


class NotAllowedError(VaultError):
    """A role asks for an act that isn't its own."""

    code = "vault.role.not_allowed"
    what = "The role {role} may not do this: {act}."
    todo = "Let somebody do it who has the role for it."


def may(role: Role, act: Act) -> bool:
    """Say whether `role` may do `act`."""
    return role in ACTS[act]


def require(role: Role, act: Act) -> None:
    """Pass where `role` may do `act`.

    Raises:
        NotAllowedError: where it may not.
    """
    if not may(role, act):
        raise NotAllowedError(role=role.value, act=act.value)


def same_organisation(first: str, second: str) -> bool:
    """Say whether two names of organisations are one, apart from width, case, spaces and punctuation."""
    return bare(first) == bare(second)
