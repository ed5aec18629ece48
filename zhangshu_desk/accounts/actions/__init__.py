"""What people do with accounts: one function, one transaction each."""

from zhangshu_desk.accounts.actions.centre import note_enrolment, note_export, note_import
from zhangshu_desk.accounts.actions.counters import add_counter, change_counter, close_counter, open_counter
from zhangshu_desk.accounts.actions.login import lock, log_in, log_out, unlock
from zhangshu_desk.accounts.actions.privacy import unmask
from zhangshu_desk.accounts.actions.station import change_station, set_up
from zhangshu_desk.accounts.actions.users import add_user, change_password, change_user, reset_password
from zhangshu_desk.accounts.inputs import (
    CounterChange,
    LoggedIn,
    NewCounter,
    NewUser,
    SetUp,
    StationChange,
    UserChange,
)

__all__ = [
    "CounterChange",
    "LoggedIn",
    "NewCounter",
    "NewUser",
    "SetUp",
    "StationChange",
    "UserChange",
    "add_counter",
    "add_user",
    "change_counter",
    "change_password",
    "change_station",
    "change_user",
    "close_counter",
    "lock",
    "log_in",
    "log_out",
    "note_enrolment",
    "note_export",
    "note_import",
    "open_counter",
    "reset_password",
    "set_up",
    "unlock",
    "unmask",
]
