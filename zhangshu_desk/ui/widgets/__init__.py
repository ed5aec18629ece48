"""The kit's widgets, under one roof for pages to import from."""

from zhangshu_desk.ui.widgets.buttons import (
    DangerButton,
    IconButton,
    LinkButton,
    PlainButton,
    PrimaryButton,
    bind,
)
from zhangshu_desk.ui.widgets.card import Card, Ground, column, fact, row
from zhangshu_desk.ui.widgets.chips import Chips
from zhangshu_desk.ui.widgets.fields import (
    ComboField,
    DateField,
    DecimalField,
    Field,
    NoteField,
    NumberField,
    TextField,
    Tick,
)
from zhangshu_desk.ui.widgets.flow import FlowLayout
from zhangshu_desk.ui.widgets.key_tabs import KeyTabs
from zhangshu_desk.ui.widgets.popup import Suggestion
from zhangshu_desk.ui.widgets.rows import Column
from zhangshu_desk.ui.widgets.suggest import Suggest
from zhangshu_desk.ui.widgets.table import Table
from zhangshu_desk.ui.widgets.text import Elided, Heading, Muted, Status, Text, TicketNumber

__all__ = [
    "Card",
    "Chips",
    "Column",
    "ComboField",
    "DangerButton",
    "DateField",
    "DecimalField",
    "Elided",
    "Field",
    "FlowLayout",
    "Ground",
    "Heading",
    "IconButton",
    "KeyTabs",
    "LinkButton",
    "Muted",
    "NoteField",
    "NumberField",
    "PlainButton",
    "PrimaryButton",
    "Status",
    "Suggest",
    "Suggestion",
    "Table",
    "Text",
    "TextField",
    "Tick",
    "TicketNumber",
    "bind",
    "column",
    "fact",
    "row",
]
