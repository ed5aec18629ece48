"""What a clerk can do with enterprises: one function, one transaction each."""

from zhangshu_desk.enterprises.actions.cards import add, change, rename
from zhangshu_desk.enterprises.actions.contacts import add_contact, change_contact, void_contact
from zhangshu_desk.enterprises.actions.lifecycle import restore, void
from zhangshu_desk.enterprises.actions.merging import merge
from zhangshu_desk.enterprises.importing.applying import ImportResult, run_import
from zhangshu_desk.enterprises.importing.undoing import UndoResult, undo_import

__all__ = [
    "ImportResult",
    "UndoResult",
    "add",
    "add_contact",
    "change",
    "change_contact",
    "merge",
    "rename",
    "restore",
    "run_import",
    "undo_import",
    "void",
    "void_contact",
]
