"""The seal: what the rules say of who sits, deputies for the opening, and the seal itself."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from app.desktop.drawviews import DrawView, ReviewView
from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.parts import Mark, button, label, set_ready, top_mark
from app.desktop.shapes import Shape


class SealPage(Page):
    """Nobody's name stands here: the list goes into its box unseen."""

    sealed = Signal(object, bool)

    def __init__(self, look: Look, view: DrawView, review: ReviewView) -> None:
        super().__init__(look, look.say("Seal"), f"{view.project}　{view.lot}", step=4)
        self._forbidding = review.forbidding
        self.main.addWidget(label(look, look.say("The committee as it sits"), "section"))
        self.main.addSpacing(look.px(4))
        for number, lacks, reserve in view.lacks:
            words = (
                look.say("Quota {quota} lacks {lacks} in reserve.", quota=number, lacks=lacks)
                if reserve
                else look.say("Quota {quota} lacks {lacks}.", quota=number, lacks=lacks)
            )
            self.main.addLayout(top_mark(look, Mark(look, Shape.WARNING, 20), label(look, words, wrap=True)))
        for finding in review.broken:
            words = finding.text(look.wording)
            self.main.addLayout(top_mark(look, Mark(look, Shape.WARNING, 20), label(look, words, wrap=True)))
        if not review.broken:
            words = look.say("The committee as it sits meets every rule.")
            self.main.addLayout(top_mark(look, Mark(look, Shape.MET, 20), label(look, words, wrap=True)))
        self.acknowledge = QCheckBox(look.say("The supervisor has seen this and has what is confirmed sealed"))
        self.acknowledge.setVisible(review.forbidding)
        self.acknowledge.toggled.connect(self._show_missing)
        self.main.addWidget(self.acknowledge)
        self.main.addSpacing(look.px(24))
        self.main.addWidget(label(look, look.say("Deputies for the opening"), "section"))
        hint = look.say("From the duty roster; each holds a copy of one share. Nobody has to be chosen.")
        self.main.addWidget(label(look, hint, "caption", "second", wrap=True))
        self.main.addSpacing(look.px(8))
        self.deputies: dict[str, QCheckBox] = {}
        for person, name, organisation in review.deputies:
            box = QCheckBox(look.say("{name}, {organisation}", name=name, organisation=organisation))
            box.setObjectName(f"deputy-{name}")
            self.deputies[person] = box
            self.main.addWidget(box)
        self.main.addStretch(1)
        self.act = self.add_act(button(look, look.say("Seal"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._seal)
        self._show_missing()

    def _show_missing(self) -> None:
        look, missing = self.look, self._forbidding and not self.acknowledge.isChecked()
        set_ready(self.act, not missing)
        if missing:
            self.state.show_state(Shape.PARTLY, look.say("Still missing"), look.say("the supervisor's acknowledgement"))
        else:
            self.state.show_state(Shape.MET, look.say("It can be sealed"))

    def _seal(self) -> None:
        if self._forbidding and not self.acknowledge.isChecked():
            self.acknowledge.setFocus()
            return
        chosen = tuple(person for person, box in self.deputies.items() if box.isChecked())
        self.sealed.emit(chosen, self.acknowledge.isChecked())
