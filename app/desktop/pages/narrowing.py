"""Before the freeze: look-alike employers side by side, the narrowing report and its signature, what is read aloud."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup

from app.desktop.drawviews import DrawView, FreezeView, MatchView, NarrowingView
from app.desktop.ladders import add_findings, add_report
from app.desktop.look import Look
from app.desktop.page import SIDE, Page
from app.desktop.pages.second import SecondFields
from app.desktop.parts import Mark, button, label, quota_line, row, rule, set_ready, top_mark
from app.desktop.shapes import Shape
from drawing.certificate import RELATIONS


class MatchesPage(Page):
    """Each recused name beside an employer that looks like it; the supervisor says whether they are the same."""

    decided = Signal(object)

    def __init__(self, look: Look, view: DrawView, matches: Sequence[MatchView]) -> None:
        super().__init__(look, look.say("Narrowing"), f"{view.project}　{view.lot}", step=0)
        self._matches = tuple(matches)
        self.groups: list[QButtonGroup] = []
        self.main.addWidget(label(look, look.say("Look-alike employers"), "section"))
        hint = look.say("The supervisor decides: is the employer in the bank the one that is recused?")
        self.main.addWidget(label(look, hint, "caption", "second"))
        self.main.addSpacing(look.px(12))
        for number, match in enumerate(self._matches, 1):
            self._add(number, match)
        self.main.addStretch(1)
        self.act = self.add_act(button(look, look.say("To the narrowing report"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._decide)
        self._show_missing()

    def _add(self, number: int, match: MatchView) -> None:
        look, group = self.look, QButtonGroup(self)
        segments = row()
        for at, word in enumerate((look.say("The same"), look.say("Another"))):
            one = button(look, word, "segment")
            one.setCheckable(True)
            one.setProperty("at", "first" if at == 0 else "last")
            one.setObjectName(f"match-{number}-{'same' if at == 0 else 'other'}")
            one.setAccessibleName(look.say("{number}: {word}", number=number, word=word))
            group.addButton(one, at)
            segments.addWidget(one)
        group.idClicked.connect(self._show_missing)
        self.groups.append(group)
        recused, employer = label(look, match.recused, "body-bold", wrap=True), label(look, match.employer, wrap=True)
        line = row(recused, look.px(24), employer, look.px(24))
        line.setStretch(0, 1)
        line.setStretch(2, 1)
        line.addLayout(segments)
        line.setContentsMargins(0, look.px(8), 0, look.px(8))
        self.main.addWidget(rule())
        self.main.addLayout(line)

    def _open(self) -> list[int]:
        return [at for at, group in enumerate(self.groups) if group.checkedId() < 0]

    def _show_missing(self) -> None:
        look, count = self.look, len(self._open())
        set_ready(self.act, not count)
        if count:
            told = look.say("{count} employers to decide on", count=count)
            self.state.show_state(Shape.PARTLY, look.say("Still missing"), told)
        else:
            self.state.show_state(Shape.MET, look.say("Everything is there"))

    def _decide(self) -> None:
        undecided = self._open()
        if undecided:
            self.groups[undecided[0]].buttons()[0].setFocus()
            return
        pairs = zip(self._matches, self.groups, strict=True)
        self.decided.emit(tuple(match for match, group in pairs if group.checkedId() == 0))


class ReportPage(Page):
    """The narrowing report and the supervisor's signature, with a second one where a limit is passed."""

    signed = Signal(object, str)

    def __init__(self, look: Look, view: DrawView, narrowing: NarrowingView) -> None:
        needs = narrowing.report.needs_approval
        super().__init__(look, look.say("Narrowing"), f"{view.project}　{view.lot}", step=0, side=SIDE if needs else 0)
        self.main.addWidget(label(look, look.say("Narrowing report"), "section"))
        self.main.addSpacing(look.px(8))
        bank = narrowing.report.bank
        said = look.say("Bank: {size} experts, root {root}.", size=f"{bank.size:,}", root=bank.root[:16])
        self.main.addWidget(label(look, said, "caption", "second"))
        self.main.addSpacing(look.px(8))
        add_report(look, self.main, narrowing.report, dict(narrowing.names))
        for quota in narrowing.report.quotas:
            chance = look.say(
                "Quota {quota}: the highest chance of one expert is about 1 in {one_in}",
                quota=quota.quota + 1,
                one_in=quota.one_in,
            )
            if not quota.is_few:
                self.main.addWidget(label(look, chance, "caption", "second", wrap=True))
        self.main.addSpacing(look.px(12))
        add_findings(look, self.main, tuple(one for one in narrowing.report.findings if not one.met))
        self.main.addStretch(1)
        self.second: SecondFields | None = None
        if needs:
            self._ask_second(narrowing)
        self.act = self.add_act(button(look, look.say("Sign the report"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._sign)
        self._show_missing()

    def _ask_second(self, narrowing: NarrowingView) -> None:
        look, side = self.look, self.side
        assert side is not None
        text = look.say("A limit is passed. A second supervisor decides, and the reason will be published.")
        side.addLayout(top_mark(look, Mark(look, Shape.WARNING, 20), label(look, text, "body", wrap=True)))
        side.addSpacing(look.px(12))
        self.second = SecondFields(look, narrowing.seconds)
        self.second.changed.connect(self._show_missing)
        side.addWidget(self.second)
        side.addStretch(1)

    def _show_missing(self) -> None:
        look, field = self.look, self.second.missing() if self.second is not None else None
        set_ready(self.act, field is None)
        if field is not None:
            self.state.show_state(Shape.PARTLY, look.say("Still missing"), field.accessibleName())
        else:
            told = look.say("The supervisor signs what stands here")
            self.state.show_state(Shape.MET, look.say("Everything is there"), told)

    def _sign(self) -> None:
        if self.second is None:
            self.signed.emit(None, "")
            return
        field = self.second.missing()
        if field is not None:
            field.setFocus()
            return
        self.signed.emit(*self.second.taken())


class FreezePage(Page):
    """What is read aloud before the freeze: quotas, related ceremonies, level; no bidder and no recused person."""

    frozen = Signal()

    def __init__(self, look: Look, view: DrawView, freeze: FreezeView) -> None:
        super().__init__(look, look.say("Freeze"), f"{view.project}　{view.lot}", step=1)
        self.main.addWidget(label(look, look.say("To be read aloud"), "section"))
        self.main.addSpacing(look.px(8))
        for quota in freeze.quotas:
            self.main.addLayout(quota_line(look, quota))
        self.main.addSpacing(look.px(20))
        for ceremony in freeze.related:
            relation, state = look.wording(RELATIONS[ceremony.relation]), look.wording(ceremony.state)
            text = look.say(
                "Related ceremony {serial}: {relation}, {state}", serial=ceremony.serial, relation=relation, state=state
            )
            self.main.addLayout(top_mark(look, Mark(look, Shape.WARNING, 20), label(look, text, wrap=True)))
        if not freeze.related:
            text = look.say("No earlier or related ceremony is known at this station.")
            self.main.addLayout(top_mark(look, Mark(look, Shape.MET, 20), label(look, text, wrap=True)))
        text = look.say("Level {level}. Once frozen, quotas, recusals and bank can't be changed.", level=freeze.level)
        self.main.addLayout(top_mark(look, Mark(look, Shape.WARNING, 20), label(look, text, wrap=True)))
        self.main.addStretch(1)
        self.act = self.add_act(button(look, look.say("Freeze"), "primary"))
        self.act.setObjectName("act")
        set_ready(self.act, True)
        self.act.clicked.connect(self.frozen)
        self.state.show_state(Shape.MET, look.say("The narrowing report is signed"))
