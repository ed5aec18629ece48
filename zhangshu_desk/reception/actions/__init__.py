"""What a clerk can do at the reception desk: one function, one transaction each."""

from zhangshu_desk.reception.actions.calling import call, call_again, call_next, come_late, no_show
from zhangshu_desk.reception.actions.closing import close_day, reopen_day
from zhangshu_desk.reception.actions.rating import rate
from zhangshu_desk.reception.actions.registering import Changes, change, quick, register
from zhangshu_desk.reception.actions.results import Called, Closed, Moved, Ticket, Undone
from zhangshu_desk.reception.actions.serving import arrive, cancel, finish, leave, park, resume, transfer
from zhangshu_desk.reception.actions.undoing import undo

__all__ = [
    "Called",
    "Changes",
    "Closed",
    "Moved",
    "Ticket",
    "Undone",
    "arrive",
    "call",
    "call_again",
    "call_next",
    "cancel",
    "change",
    "close_day",
    "come_late",
    "finish",
    "leave",
    "no_show",
    "park",
    "quick",
    "rate",
    "register",
    "reopen_day",
    "resume",
    "transfer",
    "undo",
]
