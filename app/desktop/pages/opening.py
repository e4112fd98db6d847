"""A sealed list from outside, its opening by two people; then the opened list and who has signed in."""

from datetime import timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.desktop.drawviews import DrawView, OpenedView, WaitingView
from app.desktop.look import Look
from app.desktop.page import SIDE, Page
from app.desktop.pages.second import SecondFields
from app.desktop.parts import Mark, Seal, State, button, column, label, row, rule, set_ready, top_mark
from app.desktop.shapes import Shape
from app.wording import shown_time
from drawing.desk.opening import VACANCIES
from vault.clock import steady_seconds

COLUMNS = ("Slot", "At sign-in", "Name", "Employer", "Specialties", "Site")


class SealedPage(Page):
    """The countdown, the holders, and the way to open early."""

    opened = Signal(object, str)

    def __init__(
        self,
        look: Look,
        view: DrawView,
        waiting: WaitingView,
        read_at: float,
    ) -> None:
        assert view.sealed is not None
        super().__init__(look, look.say("Sealed list"), f"{view.project}　{view.lot}", step=5, side=SIDE)
        self._now, self._read_at, self._opening = waiting.now, read_at, view.sealed.opening
        head = row(Seal(look, 48), look.px(16), label(look, view.sealed.serial, "title"), None)
        self.main.addLayout(head)
        self.main.addSpacing(look.px(20))
        self.countdown = label(look, "", "countdown")
        self.main.addWidget(self.countdown)
        time = shown_time(self._opening)
        self.main.addWidget(label(look, look.say("to the opening at {time}", time=time), "body", "second"))
        self.main.addSpacing(look.px(24))
        self.main.addWidget(label(look, look.say("Holders"), "section"))
        self.main.addSpacing(look.px(8))
        for role, name in view.sealed.holders:
            self.main.addWidget(rule())
            line = row(label(look, name, "body-bold"), look.px(16), label(look, look.say(role), "body", "second"), None)
            line.setContentsMargins(0, look.px(8), 0, look.px(8))
            self.main.addLayout(line)
        self.main.addStretch(1)
        self.second = SecondFields(look, waiting.seconds)
        self._show_early()
        self.act = self.add_act(button(look, look.say("Open"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._open)
        self.second.changed.connect(self._tick)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(1000)
        self._tick()

    def _show_early(self) -> None:
        look, side = self.look, self.side
        assert side is not None
        side.addWidget(label(look, look.say("Opening before the time"), "section"))
        side.addSpacing(look.px(8))
        text = look.say("A second supervisor approves it, and the reason will be published.")
        side.addWidget(label(look, text, "caption", "second", wrap=True))
        side.addSpacing(look.px(12))
        side.addWidget(self.second)
        side.addStretch(1)

    def _left(self) -> timedelta:
        """Return how long it is still, from the station's time when it was read and the seconds since."""
        since = timedelta(seconds=steady_seconds() - self._read_at)
        return max(self._opening - self._now - since, timedelta(0))

    def _tick(self) -> None:
        look, left = self.look, self._left()
        seconds = int(left.total_seconds())
        self.countdown.setText(f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" if left else "")
        field = self.second.missing() if left else None
        self.second.setEnabled(bool(left))
        set_ready(self.act, field is None)
        if not left:
            self.countdown.setText(look.say("It can be opened"))
            self.state.show_state(Shape.MET, look.say("The time has come"))
        elif field is None:
            self.state.show_state(Shape.WARNING, look.say("Opening early"), look.say("the reason will be published"))
        else:
            self.state.show_state(
                Shape.WAITING,
                look.say("Before the time"),
                look.say("to open early: {field}", field=field.accessibleName()),
            )

    def _open(self) -> None:
        field = self.second.missing() if self._left() else None
        if field is not None:
            field.setFocus()
            return
        self.opened.emit(*(self.second.taken() if self._left() else (None, "")))


class ListPage(Page):
    """The opened list: every expert, and whether they have signed in."""

    vacated = Signal(object, str, object)
    closed = Signal()

    def __init__(self, look: Look, view: DrawView, opened: OpenedView) -> None:
        again = view.reentries > 0
        super().__init__(
            look, look.say("Opened list"), f"{view.project}　{view.lot}", step=5, side=SIDE if again else 0
        )
        self._members = opened.members
        self.table = QTableWidget(len(opened.members), len(COLUMNS))
        self.table.setAccessibleName(look.say("Opened list"))
        self.table.setHorizontalHeaderLabels([look.say(word) for word in COLUMNS])
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setFont(look.font("caption"))
        self.table.verticalHeader().setDefaultSectionSize(look.px(48))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.choices: dict[str, QComboBox] = {}
        for place, member in enumerate(opened.members):
            specialties = look.say(", ").join(member.specialties)
            cells = (member.slot, "", member.name, member.employer, specialties, member.site)
            for at, text in enumerate(cells):
                self.table.setItem(place, at, QTableWidgetItem(text))
            held = QWidget()
            held.setLayout(column(None, self._choice(member.slot), None))
            self.table.setCellWidget(place, COLUMNS.index("At sign-in"), held)
        self.table.setWordWrap(False)
        self.table.horizontalHeader().setStretchLastSection(True)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(COLUMNS.index("At sign-in"), QHeaderView.ResizeMode.Fixed)
        header.resizeSection(COLUMNS.index("At sign-in"), look.px(160))
        self.main.addWidget(self.table, 1)
        self.second: SecondFields | None = None
        if again:
            self._ask_second(opened)
        self.act = self.add_act(button(look, "", "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._go_on)
        self._show_state()

    def _choice(self, slot: str) -> QComboBox:
        look, choice = self.look, QComboBox()
        choice.addItem(look.say("signed in"), "")
        for reason in VACANCIES:
            choice.addItem(look.say(reason), reason)
        choice.setAccessibleName(look.say("Slot {slot}", slot=slot))
        choice.currentIndexChanged.connect(self._show_state)
        self.choices[slot] = choice
        return choice

    def _ask_second(self, opened: OpenedView) -> None:
        look, side = self.look, self.side
        assert side is not None
        text = look.say("Members were replaced before. Doing so again needs a second supervisor and a reason.")
        side.addLayout(top_mark(look, Mark(look, Shape.WARNING, 20), label(look, text, wrap=True)))
        self.second = SecondFields(look, opened.seconds)
        self.second.changed.connect(self._show_state)
        side.addWidget(self.second)
        side.addStretch(1)

    def _vacant(self) -> dict[str, str]:
        return {slot: str(one.currentData()) for slot, one in self.choices.items() if one.currentData()}

    def _show_state(self) -> None:
        look, vacant = self.look, self._vacant()
        field = self.second.missing() if self.second is not None and vacant else None
        self.act.setText(look.say("Draw a further round") if vacant else look.say("Everyone has signed in"))
        set_ready(self.act, field is None)
        if field is not None:
            self.state.show_state(Shape.PARTLY, look.say("Still missing"), field.accessibleName())
        elif vacant:
            told = look.say(", ").join(look.say("Slot {slot}", slot=slot) for slot in vacant)
            self.state.show_state(Shape.WARNING, look.say("They fall free"), told)
        else:
            self.state.show_state(Shape.MET, look.say("The list is open."))

    def _go_on(self) -> None:
        vacant = self._vacant()
        if not vacant:
            self.closed.emit()
            return
        if self.second is None:
            self.vacated.emit(vacant, "conflict or absence at sign-in", None)
            return
        field = self.second.missing()
        if field is not None:
            field.setFocus()
            return
        second, reason = self.second.taken()
        self.vacated.emit(vacant, reason, second)


class EndedPage(Page):
    """A draw that has ended, and where its papers lie."""

    def __init__(self, look: Look, view: DrawView, folder: str) -> None:
        super().__init__(look, view.serial, f"{view.project}　{view.lot}", step=5)
        self.main.addWidget(State(look, Shape.DONE, look.say(view.step.value), role="state"))
        self.main.addSpacing(look.px(16))
        text = look.say("Transcript, certificate and minutes lie in {folder}", folder=folder)
        self.main.addWidget(label(look, text, "body", wrap=True))
        self.main.addStretch(1)
        self.state.show_state(Shape.DONE, look.say(view.step.value))
