"""A notice by hand: the supervisor approves, alone sees the number, dials and keys the answer; so does the operator.

The walk is `drawing.notice.manual`'s.  The number stands in this dialog alone, and goes when the answer is keyed.
"""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QVBoxLayout, QWidget

from app.desktop.drawviews import NoticeView
from app.desktop.look import Look
from app.desktop.parts import button, column, label, row, set_ready
from drawing.notice.keypad import Outcome
from drawing.notice.manual import KEYABLE, ManualNotice, Stage, approve, confirm_answer, disclose, key_answer

SUPERVISOR, OPERATOR = "supervisor", "operator"
WIDTH, EDGE = 640, 24


class NoticeDialog(QDialog):
    """One notice, built anew at each stage."""

    approved = Signal()
    settled = Signal(object)

    def __init__(self, look: Look, slot: str, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self.notice = look, ManualNotice(slot, number)
        self._view: NoticeView | None = None
        self.answer = QComboBox()
        self.setWindowTitle(look.say("Notice by hand: slot {slot}", slot=slot))
        self.setMinimumWidth(look.px(WIDTH))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._whole = QVBoxLayout(self)
        edge = look.px(EDGE)
        self._whole.setContentsMargins(edge, edge, edge, edge)
        self._show()

    def disclosed(self, view: NoticeView) -> None:
        """Show the number: the call stands in the journal."""
        self._view = view
        self.notice = disclose(approve(self.notice, SUPERVISOR), datetime.now(UTC))
        self._show()

    def _show(self) -> None:
        old = self._whole.takeAt(0)
        shown = old.widget() if old is not None else None
        if shown is not None:
            shown.setParent(None)  # at once: a number that was shown is nowhere any more
            shown.deleteLater()
        inner = QWidget()
        inner.setLayout(self._approving() if self.notice.stage is Stage.ASKED else self._keying())
        self._whole.addWidget(inner)
        inner.show()
        self.adjustSize()

    def _approving(self) -> QVBoxLayout:
        look = self.look
        text = look.say("Supervisor: notify slot {slot} by hand? You alone will see the number", slot=self.notice.slot)
        leave, do = button(look, look.say("Leave it")), button(look, look.say("Approve"), "primary")
        leave.clicked.connect(self.reject)
        do.clicked.connect(self.approved)
        do.setObjectName("approve")
        set_ready(do, True)
        made = column(label(look, text, "body", wrap=True), look.px(20))
        made.addLayout(row(None, leave, look.px(12), do))
        return made

    def _keying(self) -> QVBoxLayout:
        look, view, made = self.look, self._view, column()
        is_first = self.notice.stage is Stage.DISCLOSED
        if is_first and view is not None:
            if self.notice.mismatches:
                made.addWidget(label(look, look.say("The two answers differ. Both key again."), "body-bold", "warning"))
            made.addWidget(label(look, look.say("The operator looks away. Dial:"), "caption", "second"))
            made.addWidget(label(look, view.number, "count"))
            made.addWidget(label(look, look.say("Read out:"), "caption", "second"))
            made.addSpacing(look.px(4))
            message = label(look, view.message, "body", wrap=True)
            width = look.px(WIDTH - 2 * EDGE)
            message.setFixedSize(width, message.heightForWidth(width))
            made.addWidget(message)
            made.addSpacing(look.px(16))
        who = look.say("Supervisor: the answer") if is_first else look.say("Operator: the same answer")
        self.answer = QComboBox()
        self.answer.setAccessibleName(who)
        self.answer.addItem("")
        for outcome in KEYABLE:
            self.answer.addItem(look.say(outcome.value), outcome)
        do = button(look, look.say("Key it"), "primary")
        do.setObjectName("key")
        do.clicked.connect(self._key)
        self.answer.currentIndexChanged.connect(lambda at: set_ready(do, at > 0))
        made.addWidget(label(look, who, "caption", "second"))
        made.addWidget(self.answer)
        made.addSpacing(look.px(20))
        made.addLayout(row(None, do))
        return made

    def _key(self) -> None:
        answer = self.answer.currentData()
        if answer is None:
            self.answer.setFocus()
            return
        keyed = Outcome(answer)
        if self.notice.stage is Stage.DISCLOSED:
            self.notice = key_answer(self.notice, SUPERVISOR, keyed)
        else:
            self.notice = confirm_answer(self.notice, OPERATOR, keyed, datetime.now(UTC))
        if self.notice.stage is Stage.DONE:
            self.settled.emit(keyed)
            self.accept()
        else:
            self._show()
