"""The family of refusals of the program's own face: settings, answers, the command line."""

import traceback
from pathlib import Path

from vault.errors import FengqianError


class AppError(FengqianError):
    """The family of the program's face."""

    code = "app"


class NotSetUpError(AppError):
    """The home folder holds no station."""

    code = "app.home.none"
    what = "There is no station in {home}."
    todo = "Set it up: fengqian --home {home} setup"


class AlreadySetUpError(AppError):
    """The home folder holds a station already."""

    code = "app.home.exists"
    what = "There is a station in {home} already."
    todo = "Use it, or choose another folder with --home."


class SettingsRefusedError(AppError):
    """A settings file isn't one."""

    code = "app.settings"
    what = "The settings can't be read: {where}: {problem}."
    todo = "Correct this field; docs/it.md shows a whole settings file."


class NoDisplayError(AppError):
    """There is no display to show a window on."""

    code = "app.display.none"
    what = "There is no display here, so no window can be shown."
    todo = "Start it from a desktop; every step also goes on the command line: fengqian --help"


class PlaceEmptyError(AppError):
    """One of the two places at the desk is empty."""

    code = "app.place.empty"
    what = "This needs both at the desk, and nobody is signed in as {role}."
    kept = "Everything stays as it was."
    todo = "Sign in at the lower left, and do it again."


class NobodyError(AppError):
    """Nobody here has a role."""

    code = "app.people.nobody"
    what = "Nobody on this station is {role}."
    todo = "Add the person first, with: fengqian people add"


class UnknownNameError(AppError):
    """Nobody of a role has this name."""

    code = "app.people.name"
    what = "Nobody who is {role} here is called {name}."
    todo = "Choose one of: {names}"


class NoSuchPersonError(AppError):
    """Nobody here has this name."""

    code = "app.people.unknown"
    what = "Nobody here is called {name}."
    todo = "Choose one of: {names}"


class LastAdminError(AppError):
    """The last admin's rights would be ended."""

    code = "app.people.last_admin"
    what = "{name} is the last admin here; nobody could add people any more."
    kept = "Nothing was changed."
    todo = "Add another admin first, with: fengqian people add"


class SamePersonError(AppError):
    """Somebody would get a second key, or a second role."""

    code = "app.people.same"
    what = "{name} of {organisation} is here already, as {role}."
    kept = "Nobody was added."
    todo = (
        "One person has one key and one role, or besides it that of admin. For a namesake put a mark behind the name; "
        "for another role or a new key end the old rights first, with: fengqian people end"
    )


class MediumMissingError(AppError):
    """The folder of a removable medium isn't there."""

    code = "app.medium.none"
    what = "There is no folder {name} for the keys."
    kept = "Nothing was made, and nobody was added."
    todo = "Put the medium in and name a folder that is there; a new one on the medium has to be made first."


class AnswerRefusedError(AppError):
    """A line on standard input doesn't answer what was asked."""

    code = "app.answer"
    what = "The answer {given} was given, but {asked} was asked."
    todo = "Give the answers as lines id=answer in the order in which they are asked."


class AnswersEndedError(AppError):
    """Standard input ended before every question was answered."""

    code = "app.answers.ended"
    what = "The input ended before {asked} was answered."
    kept = "Each step that was finished before this question is kept."
    todo = "Give the command again with every answer; a draw that is registered goes on with: fengqian resume"


class DeclinedError(AppError):
    """Somebody said no."""

    code = "app.declined"
    what = "{asked} was not agreed to."
    kept = "Everything stays as it was before the question."
    todo = "Start the step again when it can be agreed to; a draw that is registered goes on with: fengqian resume"


class RepeatDiffersError(AppError):
    """A secret typed twice came out differently."""

    code = "app.repeat"
    what = "The two entries differ."
    todo = "Type the same twice."


class SampleOnlyError(AppError):
    """A part of the sample centre was asked for on an ordinary station."""

    code = "app.sample.only"
    what = "This works only at the sample centre; this station is an ordinary one."
    todo = "Use fengqian demo for the sample centre."


class InterruptedByPersonError(AppError):
    """Somebody pressed Ctrl-C."""

    code = "app.interrupted"
    what = "Interrupted."
    kept = "Each step that was finished is kept."
    todo = "Give the command again; a draw that is registered goes on with: fengqian resume"


class SystemRefusedError(AppError):
    """The computer's system refuses something that nothing else names."""

    code = "app.system"
    what = "The system refuses {name}: {problem}."
    kept = "Each step that was finished is kept."
    todo = "Mend this and give the command again; a draw that is registered goes on with: fengqian resume"


class UnforeseenError(AppError):
    """A fault of the program; its own message may hold anything, so only its kind and place are told."""

    code = "app.unforeseen"
    what = "The program has a fault: {kind} at {place}."
    kept = "Each step that was finished is kept."
    todo = "Write this down and ask IT; a draw that is registered goes on with: fengqian resume"


class FolderRefusedError(AppError):
    """A folder named on the command line can't be used."""

    code = "app.folder"
    what = "The folder {name} can't be used: {problem}."
    todo = "Name a folder that you may write into, or a new one."


class FolderTakenError(AppError):
    """A folder holds the papers of another draw."""

    code = "app.folder.taken"
    what = "The folder {name} holds the papers of another draw."
    kept = "Those papers stay as they are, and nothing was begun."
    todo = "Name another folder with --out, one for each draw."


class FileRefusedError(AppError):
    """A file named on the command line can't be read."""

    code = "app.file"
    what = "The file {name} can't be read: {problem}."
    todo = "Check its name and whether you may read it."


class CallsRunError(AppError):
    """A place is to be locked while calls are made."""

    code = "app.calls.run"
    what = "People are being called: the place is locked as soon as the calls that run have ended."
    kept = "Nothing new is dialled. Every answer so far stands, and whoever gives one now is heard."
    todo = "Wait at the desk until it is locked, some minutes at most; the calls go on after the next sign-in."


class DrawEndedError(AppError):
    """A draw that has ended was to be opened or gone on with."""

    code = "app.draw.ended"
    what = "The draw {serial} is {state}: there is nothing left to do in it."
    kept = "Its papers and its transcript are where they were made."
    todo = "For one more numbered copy of a closed draw's list: fengqian print. For all draws: fengqian draws"


def refusal_of(error: BaseException) -> FengqianError:
    """Return what may be shown of an error: our own whole, the system's refusals, of any other its kind and place."""
    if isinstance(error, FengqianError):
        return error
    if isinstance(error, OSError) and error.strerror:
        name = Path(str(error.filename)).name if error.filename else "a file"
        return SystemRefusedError(name=name, problem=error.strerror)
    last = traceback.extract_tb(error.__traceback__)[-1]
    return UnforeseenError(kind=type(error).__name__, place=f"{Path(last.filename).name}:{last.lineno}")
