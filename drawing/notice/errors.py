"""What can go wrong with a notice: its text, its voice, its line, its walk by hand."""

from drawing.errors import DrawingError


class NoticeError(DrawingError):
    """The family of the notice."""

    code = "drawing.notice"


class TemplateError(NoticeError):
    """A call's template doesn't have the form of its page, or lacks or names what it may not."""

    code = "drawing.notice.template"
    what = "The template of the call can't be used: line {line}: {problem}."
    todo = "Correct that line; the page on call templates lists the parts and the fields."


class ForbiddenFieldError(NoticeError):
    """A template asks to speak of the project, the bidders or the people."""

    code = "drawing.notice.forbidden_field"
    what = "Line {line} of the call's template asks for {field}: a call never speaks of project, bidder or person."
    todo = "Take the field out of the template."


class MessageRevealsError(NoticeError):
    """The text of a call would say what no call may say."""

    code = "drawing.notice.reveals"
    what = "The text of the call would speak the name of the project or of a bidder (part: {part})."
    todo = "Take it out of the template, the place or the caller's name."


class NotSpeakableError(NoticeError):
    """A value that the call needs can't be said properly."""

    code = "drawing.notice.not_speakable"
    what = "The field {field} of the call can't be spoken: {problem}."
    todo = "Correct it in the request or in the settings."


class VoiceFailedError(NoticeError):
    """The voice made no usable recording, after every retry."""

    code = "drawing.notice.voice_failed"
    what = "The message could not be spoken into a file ({tries} tries; the last one: {problem})."
    kept = "Nobody was called; recordings that were good are kept."
    todo = (
        "See that espeak-ng (on Windows: a voice of the language) is installed, then resume; or use recorded prompts."
    )


class BadRecordingError(NoticeError):
    """A recording is silent, cut short, clipped or not a recording at all."""

    code = "drawing.notice.bad_recording"
    what = "The recording can't be used: {problem}."
    todo = "Record or render it again."


class LineDownError(NoticeError):
    """The line can't place calls at present."""

    code = "drawing.notice.line_down"
    what = "The telephone line is down."
    kept = "Answers that were given are kept; the others still hold their places."
    todo = "Have the line repaired and resume, or notify by hand with the supervisor."


class ManualNoticeError(NoticeError):
    """A step of a notice by hand came out of turn or from somebody who may not take it."""

    code = "drawing.notice.manual"
    what = "This step of the notice by hand can't be taken: {problem}."
    todo = "Supervisor approves, dials and keys the answer; the operator confirms it."


class RetryPolicyError(NoticeError):
    """A policy of retries contradicts itself."""

    code = "drawing.notice.retry_policy"
    what = "The rule for calling again can't be used: {problem}."
    todo = "Correct the rule in the settings."
