"""Changes of those who work here: one's own PIN or passphrase, and the end of somebody's rights.

Both are journaled before they take effect.  Keys and statements stay, so that what was signed before still verifies.
"""

import unicodedata
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context, unlock
from app.cli.prompts import agree, given_reason, new_secret
from app.composition import Station
from app.errors import LastAdminError, NoSuchPersonError, RepeatDiffersError
from app.media import open_medium
from app.people import by_name
from vault.identity import Identity
from vault.kdf import generate_passphrase
from vault.keyfile import Protection, check_secret
from vault.randomness import SystemRandomness
from vault.roles import Act, Role, require

NameArgument = Annotated[str, typer.Argument(help="The person's name, as people list has it.")]


def register(people: typer.Typer) -> None:
    """Add these commands to `people`."""
    people.command("pin")(pin)
    people.command("end")(end)


def find_person(station: Station, name: str) -> Identity:
    """Return who is called `name` and has rights here.

    Raises:
        NoSuchPersonError: where nobody is.
    """
    known = by_name(station.people.active())
    wanted = unicodedata.normalize("NFC", " ".join(name.split()))
    if wanted not in known:
        raise NoSuchPersonError(name=wanted[:40], names=tuple(known))
    return known[wanted]


def pin(call: typer.Context, name: NameArgument) -> None:
    """Change your own PIN, or the passphrase of your medium; the old one is asked first."""
    context: Context = call.obj
    with context.station() as station:
        identity = find_person(station, name)
        if station.people.has_keys(identity.person):
            _change_pin(context, station, identity)
            text = "The PIN of {name} is changed. The old one opens nothing here any more."
        else:
            _change_passphrase(context, station, identity)
            text = "The passphrase of {name} is changed. The old one no longer opens this medium."
    context.tell(text, name=identity.name)


def _change_pin(context: Context, station: Station, identity: Identity) -> None:
    role = context.wording(identity.role.value)
    text = "PIN of {role} {name}"
    old = context.ask(f"{identity.role.value}.pin", text, secret=True, role=role, name=identity.name)
    station.people.unlock(identity.person, old).forget()
    text = context.wording("A new PIN for {name}").format(name=identity.name)
    new = new_secret(context.prompts, "new.pin", text, context.wording("The same PIN again"))
    check_secret(new, Protection.VAULT)
    _journal_change(station, identity)
    station.people.change_secret(identity.person, old, new)


def _change_passphrase(context: Context, station: Station, identity: Identity) -> None:
    stem = identity.role.value
    folder = context.ask(f"{stem}.medium", "Folder of the medium with the keys of {name}", name=identity.name)
    medium = open_medium(Path(folder.strip()), identity)
    old = context.ask(f"{stem}.passphrase", "Passphrase of {name}", secret=True, name=identity.name)
    medium.unlock(old).forget()
    typed = context.ask(
        "new.passphrase", "A passphrase for {name} (empty: one is made)", secret=True, name=identity.name
    )
    if typed and context.ask("new.passphrase.again", "The same passphrase again", secret=True) != typed:
        raise RepeatDiffersError
    new = typed or generate_passphrase(SystemRandomness())
    check_secret(new, Protection.PASSPHRASE)
    _journal_change(station, identity)
    medium.change_passphrase(old, new, station.settings.cost, SystemRandomness())
    if not typed:
        context.tell("The passphrase of {name}, shown once: {passphrase}", name=identity.name, passphrase=new)


def _journal_change(station: Station, identity: Identity) -> None:
    station.journal.append("people.secret_changed", identity.person, {"keyid": identity.keyid}, [identity.keyid])


def end(
    call: typer.Context, name: NameArgument, reason: Annotated[str, typer.Option(help="Why; it is journaled.")]
) -> None:
    """End somebody's rights, by an admin: no unlocking, no signing, no deputy; what was signed stays valid."""
    context: Context = call.obj
    why = given_reason(reason, context.wording)
    with context.station() as station:
        identity = find_person(station, name)
        admins = [each for each in station.people.active() if each.role is Role.ADMIN]
        if [each.keyid for each in admins] == [identity.keyid]:
            raise LastAdminError(name=identity.name)
        admin = unlock(context, station, Role.ADMIN)
        require(admin.identity.role, Act.END_PERSON)
        text = context.wording("End the rights of {name} for good? Draws and lists that need this key can't go on.")
        agree(context.prompts, "end.confirm", text.format(name=identity.name))
        body = {"keyid": identity.keyid, "reason": why}
        station.journal.append("people.ended", identity.person, body, [admin.keyid])
        station.people.end(identity.person)
    context.tell("The rights of {name} have ended: {reason}", name=identity.name, reason=why)
