"""A person before a window: reads what is shown, presses what has a name."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot


def shown_text(widget: QWidget) -> str:
    """Return all that can be read or heard of a widget and those in it: texts, tooltips, titles, names."""
    words: list[str] = []
    for one in (widget, *widget.findChildren(QWidget)):
        words += [one.windowTitle(), one.toolTip(), one.accessibleName(), one.accessibleDescription()]
        match one:
            case QLabel() | QAbstractButton():
                words.append(one.text())
            case QLineEdit():
                words += [one.displayText(), one.placeholderText()]
            case QPlainTextEdit():
                words.append(one.toPlainText())
            case QComboBox():
                words += [one.itemText(index) for index in range(one.count())]
            case QTableView():
                words += _cells(one)
    return "\n".join(word for word in words if word)


def _cells(table: QTableView) -> list[str]:
    model = table.model()
    if model is None:
        return []
    return [
        str(model.index(row, column).data()) for row in range(model.rowCount()) for column in range(model.columnCount())
    ]


def press(qtbot: QtBot, widget: QWidget, name: str) -> None:
    """Press the button of that object name with the mouse."""
    button = next(one for one in widget.findChildren(QAbstractButton) if one.objectName() == name and one.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def commit(widget: QWidget, text: str) -> None:
    """Type as an input method does: the whole text at once."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)
