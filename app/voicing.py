"""The spoken message of a draw: its texts from the template, its recordings by the voice's worker.

Recordings are made for every site and every language, whoever is called, so that neither files nor times tell in which
language somebody was called.  Their names hold site and language only.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

from app.wording import Telling
from drawing.desk.filling import Callee
from drawing.desk.station import LiveDraw
from drawing.notice.keypad import Prompt
from drawing.notice.line import CallOrder
from drawing.notice.script import CallTemplate, MeetingNotice, parse_template, render_prompts
from drawing.notice.spoken import Language
from drawing.notice.voice import Voice, VoiceWorker
from drawing.notice.wav import WavReport
from resources import calltemplates
from vault.files import remove_parts


class Recordings:
    """The recordings of one draw, made once, in a folder; a context manager that ends the voice's worker."""

    def __init__(self, telling: Telling, live: LiveDraw, folder: Path, voice: Voice | None = None) -> None:
        self._telling, self._live, self._folder = telling, live, folder
        self._voice: Voice = VoiceWorker() if voice is None else voice
        self.reports: dict[Path, WavReport] = {}
        self._read: tuple[tuple[Path, Language, str], ...] | None = None

    def __enter__(self) -> "Recordings":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._voice.close()

    def of(self, callee: Callee) -> Mapping[Prompt, Path]:
        """Return the recordings for somebody who is called."""
        return {prompt: self._path(callee.site, callee.expert.language.value, prompt) for prompt in Prompt}

    def message(self, order: CallOrder) -> str:
        """Return the message to a person as text, for somebody who reads it out; no voice is needed for it."""
        path = order.prompts[Prompt.MESSAGE]
        return next(text for found, _, text in self.read_texts() if found == path)

    def render(self) -> None:
        """Make every recording that isn't there yet.

        Raises:
            VoiceFailedError: where the voice can't make one.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        remove_parts(self._folder)
        missing = [made for made in self.read_texts() if made[0] not in self.reports]
        if missing:
            self._telling.tell("The voice makes {count} recordings and checks each.", count=len(missing))
        for path, language, text in missing:
            self.reports[path] = self._voice.render(text, language, path)

    def example(self) -> tuple[Path, Language, str]:
        """Return where the message of the first site lies, in Chinese, and what it says."""
        request = self._live.request()
        path = self._path(request.meeting.sites[0].id, Language.ZH.value, Prompt.MESSAGE)
        return next(made for made in self.read_texts() if made[0] == path)

    def make(self, path: Path, language: Language, text: str) -> None:
        """Make one recording, if it isn't there yet.

        Raises:
            VoiceFailedError: where the voice can't make it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            self.reports[path] = self._voice.render(text, language, path)

    def read_texts(self) -> tuple[tuple[Path, Language, str], ...]:
        """Return where each recording lies, and what it says, for every site and language; read from the draw once."""
        if self._read is None:
            self._read = tuple(self._texts())
        return self._read

    def _texts(self) -> Iterator[tuple[Path, Language, str]]:
        request = self._live.request()
        never = [request.project.name, *(bidder.name for bidder in request.bidders)]
        for site in request.meeting.sites:
            notice = MeetingNotice(
                start=request.meeting.start,
                arrive=site.arrive,
                place=site.place,
                hours=str(request.meeting.hours),
                caller=self._live.station.centre,
            )
            for language in Language:
                template = template_of(language, request.template)
                for prompt, text in render_prompts(template, notice, never=never).items():
                    yield self._path(site.id, language.value, prompt), language, text

    def _path(self, site: str, language: str, prompt: Prompt) -> Path:
        return self._folder / f"{site}-{language}-{prompt.value}.wav"


def template_of(language: Language, own: str | None) -> CallTemplate:
    """Return the request's own Chinese template where it has one, else the house's."""
    raw = own.encode("utf-8") if own and language is Language.ZH else calltemplates.load(language.value)
    return parse_template(raw, language)
