"""Commands about the station itself: setup, people, settings."""

import unicodedata
from pathlib import Path
from typing import Annotated

import typer

from app.cli import rights_commands
from app.cli.context import Context, unlock
from app.cli.prompts import new_secret
from app.composition import Station, create_station
from app.errors import MediumMissingError, RepeatDiffersError
from app.folders import read_file
from app.joining import announce_person, journal_person
from app.people import add_person, keys_bytes, require_new_person
from app.settings import Choices, parse_choices, settings_value
from vault.files import write_atomic
from vault.identity import Identity
from vault.jsontext import dumps
from vault.kdf import generate_passphrase
from vault.randomness import SystemRandomness
from vault.removable import KEY_FILE, RemovableIdentity
from vault.roles import Act, Role, require

PEOPLE = (Role.OPERATOR, Role.SUPERVISOR, Role.KEEPER, Role.ADMIN, Role.AUDITOR)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("setup")(setup)
    people = typer.Typer(help="Who works here, and their keys.", no_args_is_help=True)
    people.command("add")(people_add)
    people.command("list")(people_list)
    rights_commands.register(people)
    app.add_typer(people, name="people")
    app.command("settings")(settings)


def setup(
    call: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Settings as JSON; without it they are asked.")] = None,
) -> None:
    """Set up a station in the home folder."""
    context: Context = call.obj
    choices = parse_choices(read_file(file)) if file else _asked_choices(context)
    made = create_station(context.home, choices, lambda: _new_passphrase(context))
    context.tell("The station of {centre} is set up in {home}.", centre=made.centre, home=context.home)
    context.tell("Next: fengqian people add --role operator --name NAME --organisation ORGANISATION")


def _asked_choices(context: Context) -> Choices:
    centre = context.ask("setup.centre", "Name of the centre")
    prefix = context.ask("setup.serial_prefix", "What draw serials begin with")
    raw = dumps({"v": 1, "centre": centre.strip(), "serial_prefix": prefix.strip(), "language": context.language})
    return parse_choices(raw)


def _new_passphrase(context: Context) -> str:
    """Ask a new passphrase of the station; it may be left empty for one that the program makes."""
    text = "A passphrase for this station, which has no system vault (empty: one is made)"
    typed = context.ask("station.passphrase", text, secret=True)
    if typed:
        again = context.ask("station.passphrase.again", "The same passphrase again", secret=True)
        if again != typed:
            raise RepeatDiffersError
        return typed
    made = generate_passphrase(SystemRandomness())
    context.tell("The station's passphrase, shown once: {passphrase}", passphrase=made)
    return made


def people_add(
    call: typer.Context,
    role: Annotated[str, typer.Option(help="operator, supervisor, keeper, admin or auditor")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    organisation: Annotated[str, typer.Option(help="The organisation they come from.")],
    medium: Annotated[
        Path | None, typer.Option(help="Keep the keys in this folder of a removable medium alone, under a passphrase.")
    ] = None,
) -> None:
    """Add a person, who chooses a PIN of at least six digits, or a passphrase for a removable medium."""
    context: Context = call.obj
    known = _role(context, role)
    if medium is not None and not medium.is_dir():
        raise MediumMissingError(name=medium)
    with context.station() as station:
        if medium is None or not (medium / KEY_FILE).exists():
            require_new_person(station, name, known, organisation)
        by = _admin(context, station)
        if medium is not None:
            identity = _add_on_medium(context, station, name, known, organisation, medium, by)
            context.tell("{name} is added. Key fingerprint: {fingerprint}", name=name, fingerprint=identity.fingerprint)
            return
        pin = new_secret(
            context.prompts,
            "new.pin",
            context.wording("A new PIN for {name}").format(name=name),
            context.wording("The same PIN again"),
        )
        identity = add_person(station, name, known, organisation, pin, by)
    context.tell("{name} is added. Key fingerprint: {fingerprint}", name=name, fingerprint=identity.fingerprint)


def _role(context: Context, typed: str) -> Role:
    """Return the role of that word, in English or in the language of the station."""
    words = {role.value: role for role in PEOPLE} | {context.wording(role.value): role for role in PEOPLE}
    word = unicodedata.normalize("NFKC", typed).strip()
    if word not in words:
        raise typer.BadParameter(", ".join(role.value for role in PEOPLE), param_hint="--role")
    return words[word]


def _admin(context: Context, station: Station) -> tuple[str, ...]:
    """Let an admin unlock where there is one; until then whoever sets the station up adds people."""
    if not any(identity.role is Role.ADMIN for identity in station.people.list()):
        return ()
    admin = unlock(context, station, Role.ADMIN)
    require(admin.identity.role, Act.ADD_PERSON)
    return (admin.keyid,)


def _add_on_medium(
    context: Context,
    station: Station,
    name: str,
    role: Role,
    organisation: str,
    folder: Path,
    by: tuple[str, ...],
) -> Identity:
    """Make a person's keys on a medium alone, or take in those that are there already; journal their statement."""
    if (folder / KEY_FILE).exists():
        medium = RemovableIdentity(folder)
        there = medium.identity
        if there.keyid not in [known.keyid for known in station.people.list()]:
            require_new_person(station, there.name, there.role, there.organisation)
    else:
        text = context.wording("A passphrase for {name} (empty: one is made)").format(name=name)
        typed = context.prompts.ask("new.passphrase", text, secret=True)
        made = typed or generate_passphrase(SystemRandomness())
        if typed and context.ask("new.passphrase.again", "The same passphrase again", secret=True) != typed:
            raise RepeatDiffersError
        medium = RemovableIdentity.create(
            folder, name, role, organisation, made, station.clock, SystemRandomness(), station.settings.cost
        )
        if not typed:
            context.tell("The passphrase of {name}, shown once: {passphrase}", name=name, passphrase=made)
    identity = station.people.enrol(medium.statement, lambda joining: announce_person(station.journal, joining, by))
    journal_person(station.people, station.journal, identity, by)
    return identity


def people_list(
    call: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Write everyone's signed statement here, for verify --keys.")] = None,
) -> None:
    """List who works here, with their keys' fingerprints."""
    context: Context = call.obj
    with context.station() as station:
        active = station.people.active()
        for identity in station.people.list():
            context.tell(
                "{role}  {name}  {organisation}  {fingerprint}"
                if identity in active
                else "{role}  {name}  {organisation}  {fingerprint}  rights ended",
                role=context.wording(identity.role.value),
                name=identity.name,
                organisation=identity.organisation,
                fingerprint=identity.fingerprint,
            )
        if out is not None:
            write_atomic(out, keys_bytes(station), mode=0o644)
            context.tell("Statements: {name}", name=out.name)


def settings(call: typer.Context) -> None:
    """Show the station's settings; none of them is secret."""
    context: Context = call.obj
    with context.station() as station:
        value = settings_value(station.settings)
        value |= {"v": None, "kdf": None, "home": str(context.home), "sample": "yes" if station.sample else "no"}
        value |= {f"kdf.{name}": number for name, number in station.settings.cost.to_json().items()}
        value |= {"journal.entries": station.journal.size}
        for name, shown in value.items():
            if shown is not None:
                context.prompts.tell(f"{name}: {shown}")  # scripts read it: the same in every language
