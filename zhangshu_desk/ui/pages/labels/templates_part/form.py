"""The form of one element of a template: what it says, where it stands, how it is set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from zhangshu_desk.labels.rules.elements import (
    CODE_KEY,
    DATE_KEYS,
    KEYS,
    Area,
    Box,
    Date,
    Element,
    Line,
    Mark,
    Qr,
    Serial,
    Style,
    Text,
)
from zhangshu_desk.labels.rules.templates import Flaw
from zhangshu_desk.ui.pages.labels.templates_part import words
from zhangshu_desk.ui.widgets import ComboField, DecimalField, Field, NoteField, TextField, Tick

_AREA = ("x", "y", "width", "height")
_STYLE = ("font", "weight", "size", "least", "align", "valign", "fit", "spacing")
_FIELDS_OF: Mapping[type, tuple[str, ...]] = {
    Text: ("text", "insert", *_AREA, *_STYLE),
    Serial: ("text", "insert", *_AREA, *_STYLE),
    Date: ("key", "form", "before", *_AREA, *_STYLE),
    Qr: (*_AREA, "level", "module"),
    Mark: _AREA,
    Line: ("x", "y", "x2", "y2", "thickness"),
    Box: (*_AREA, "thickness", "radius"),
}
_TEXT_HEIGHT = 100  # two lines and the label above them
_WIDE = ("text", "insert", "before", "fit")


class ElementForm(QWidget):
    """`changed` whenever the person changed something; `element` has it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("bare", True)
        self.setAccessibleName("所选元素")
        self.element: Element | None = None
        self._filling = False
        self.fields: dict[str, Field[Any]] = {}
        self.optional = Tick("没有数据时整行省略")
        self._make()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2, 2, 2, 2)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        self._lay(grid)
        lines.addLayout(grid)
        lines.addWidget(self.optional)
        lines.addStretch(1)
        self.optional.toggled.connect(lambda _on: self._edited())
        self.show_element(None)

    def show_element(self, element: Element | None) -> None:
        """Show the values of an element; None = none is chosen."""
        self.element = element
        shown = _FIELDS_OF[type(element)] if element is not None else ()
        self._filling = True
        for name, field in self.fields.items():
            field.setVisible(name in shown)
            field.complain("")
            if name in shown and name != "insert":
                _fill(field, _value(element, name))
        self.optional.setVisible(isinstance(element, Text | Date))
        if isinstance(element, Text | Date):
            self.optional.setChecked(element.optional)
        self._filling = False

    def complain(self, flaws: Iterable[Flaw]) -> None:
        """Show what is wrong with this element, each at its field."""
        said: dict[str, str] = {}
        for flaw in flaws:
            name = "module" if flaw.field == "least" and isinstance(self.element, Qr) else flaw.field
            said[name] = f"{said.get(name, '')}{flaw.why}。"
        for name, field in self.fields.items():
            field.complain(said.get(name, ""))

    def begin(self) -> None:
        """Put the focus where one begins with this element."""
        first = next((field for field in self.fields.values() if not field.isHidden()), None)
        if first is not None:
            first.setFocus()

    def _make(self) -> None:
        title = words.FIELDS
        self.fields["text"] = NoteField(title["text"], lines=2)
        self.fields["text"].setMinimumHeight(_TEXT_HEIGHT)
        insertable = [(key, f"{{{name}}}") for key, name in KEYS.items() if key != CODE_KEY]
        self.fields["insert"] = ComboField[str]("插入数据", [("", "选一项，插在光标处"), *insertable])
        self.fields["key"] = ComboField[str](title["key"], [(key, KEYS[key]) for key in DATE_KEYS])
        self.fields["form"] = ComboField(title["form"], words.FORMS.items())
        self.fields["before"] = TextField(title["before"])
        for name in ("x", "y", "width", "height", "x2", "y2"):
            self.fields[name] = DecimalField(title[name], 0, -50, 400, "毫米", decimals=2, step=0.5)
        self.fields["font"] = ComboField[str](title["font"], words.FONTS.items())
        self.fields["weight"] = ComboField(title["weight"], words.WEIGHTS.items())
        self.fields["size"] = DecimalField(title["size"], 8, 1, 200, "磅", step=0.5)
        self.fields["least"] = DecimalField(title["least"], 6, 1, 200, "磅", step=0.5)
        self.fields["align"] = ComboField(title["align"], words.ALIGNS.items())
        self.fields["valign"] = ComboField(title["valign"], words.UPRIGHTS.items())
        self.fields["fit"] = ComboField(title["fit"], words.FITS.items())
        self.fields["spacing"] = DecimalField(title["spacing"], 1.25, 0.5, 5, "倍", decimals=2, step=0.05)
        self.fields["level"] = ComboField[str](title["level"], words.ERRORS.items())
        self.fields["module"] = DecimalField(title["module"], 0.25, 0.05, 5, "毫米", decimals=3, step=0.05)
        self.fields["thickness"] = DecimalField(title["thickness"], 0.2, 0.01, 10, "毫米", decimals=2, step=0.1)
        self.fields["radius"] = DecimalField(title["radius"], 0, 0, 100, "毫米", decimals=2, step=0.5)
        for name, field in self.fields.items():
            _on_change(field, self._insert if name == "insert" else self._edited)

    def _lay(self, grid: QGridLayout) -> None:
        at = 0
        for name, field in self.fields.items():
            wide = name in _WIDE
            at += at % 2 if wide else 0
            grid.addWidget(field, at // 2, at % 2, 1, 2 if wide else 1)
            at += 2 if wide else 1
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def _insert(self) -> None:
        chosen, text = self.fields["insert"], self.fields["text"]
        assert isinstance(chosen, ComboField)
        assert isinstance(text, NoteField)
        name = KEYS.get(str(chosen.key()))
        if name is not None:
            text.editor.insertPlainText(f"{{{name}}}")
            chosen.set_key("")
            text.setFocus()

    def _edited(self) -> None:
        if self._filling or self.element is None:
            return
        self.element = self._read(self.element)
        self.changed.emit()

    def _read(self, before: Element) -> Element:
        get = self._get
        match before:
            case Text():  # a Serial too
                text = words.in_keys(self.fields["text"].editor.toPlainText())
                optional = self.optional.isChecked()
                return replace(before, area=self._area(), text=text, style=self._style(), optional=optional)
            case Date():
                return replace(
                    before,
                    area=self._area(),
                    key=get("key"),
                    before=self.fields["before"].editor.text(),
                    form=get("form"),
                    style=self._style(),
                    optional=self.optional.isChecked(),
                )
            case Qr():
                return replace(before, area=self._area(), level=get("level"), least=get("module"))
            case Mark():
                return replace(before, area=self._area())
            case Line():
                ends = {name: get(name) for name in ("x", "y", "x2", "y2")}
                return replace(before, thickness=get("thickness"), **ends)
            case Box():
                return replace(before, area=self._area(), thickness=get("thickness"), radius=get("radius"))

    def _area(self) -> Area:
        return Area(*(self._get(name) for name in _AREA))

    def _style(self) -> Style:
        return Style(**{name: self._get(name) for name in _STYLE})

    def _get(self, name: str) -> Any:
        """The value of a field of choices or of a number."""
        field = self.fields[name]
        if isinstance(field, DecimalField):
            return field.value()
        assert isinstance(field, ComboField), "the others are asked by name"
        return field.key()


def _value(element: Element | None, name: str) -> object:
    """What a field of this name shows of an element."""
    if name == "module" and isinstance(element, Qr):
        return element.least
    if name == "text" and isinstance(element, Text):
        return words.in_words(element.text)
    if name in _STYLE and isinstance(element, Text | Date):
        return getattr(element.style, name)
    if name in _AREA and not isinstance(element, Line):
        return getattr(getattr(element, "area", None), name)
    return getattr(element, name)


def _fill(field: Field[Any], value: object) -> None:
    if isinstance(field, ComboField):
        if value not in dict(field.choices()):
            field.set_choices([*field.choices(), (value, str(value))], value)  # e.g. a family named in a file
        field.set_key(value)
    elif isinstance(field, DecimalField):
        field.set_value(float(str(value)))
    elif isinstance(field, TextField | NoteField):
        field.set_text(str(value))


def _on_change(field: Field[Any], then: Callable[[], None]) -> None:
    if isinstance(field, ComboField):
        field.chosen.connect(lambda _key: then())
    elif isinstance(field, DecimalField):
        field.changed.connect(lambda _value: then())
    elif isinstance(field, TextField):
        field.edited.connect(lambda _text: then())
    elif isinstance(field, NoteField):
        field.editor.textChanged.connect(then)
