"""What can be wrong with a box, its shares and the people who open it; a detail names holders, never content."""

from vault.errors import VaultError


class BoxError(VaultError):
    """The family of refusals of boxes."""

    code = "vault.box"


class TamperedBoxError(BoxError):
    """The box isn't as an honest sealer made it."""

    code = "vault.box.tampered"
    what = "The box was changed after it was sealed, or was never sealed rightly: {where}."
    kept = "Nothing was opened and nothing was changed."
    todo = "Take the file again from where it came. If it is the same there, ask whoever signed the box."


class WrongShareError(BoxError):
    """A holder gave something else than the share that was sealed to them."""

    code = "vault.box.wrong_share"
    what = "{name} as {role} gave a share that is not the one in the box."
    kept = "Nothing was opened; the box and the other shares are as they were."
    todo = "Have {name} release the share again, or let a deputy release it. Write down that this happened."


class MissingShareError(BoxError):
    """No way to open has all its shares."""

    code = "vault.box.missing_share"
    what = "The box can't be opened yet: nobody has given the share of {roles}."
    kept = "Nothing was opened; the shares that were given stay good."
    todo = "Fetch a person with that role, or a deputy."


class SamePersonError(BoxError):
    """One person would count for two roles."""

    code = "vault.box.same_person"
    what = "{name} can't count for two roles at once: {roles}."
    todo = "Have another person take one of the roles."


class NotHolderError(BoxError):
    """Somebody who holds no such share tried to give one."""

    code = "vault.box.not_holder"
    what = "The key {keyid} holds no such share of this box."
    todo = "Choose a person whom the box names as a holder or deputy."


class NoHolderError(BoxError):
    """A role that must be present has nobody who could hold its share."""

    code = "vault.box.no_holder"
    what = "Nobody holds the role {role}, so the box could never be opened."
    todo = "Name a person for the role and seal again."


class OtherBoxError(BoxError):
    """A whole box, but another than was asked for."""

    code = "vault.box.other"
    what = "This is another box: it belongs to {found}, not to {expected}."
    todo = "Choose the box that was asked for."
