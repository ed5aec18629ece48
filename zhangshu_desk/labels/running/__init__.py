"""A print job from a numbered batch to paper: begun, run, stopped anywhere, confirmed, gone on with.

`begin` finds what is wrong and makes the job; `go` prints, also after a stop or a power cut; `confirm` is the clerk's
word about the last good label, `inquire` asks the printer's queue instead; `once_more` and `give_up` are what else a
person may decide.
"""

from zhangshu_desk.labels.running.beginning import Order, begin, problems
from zhangshu_desk.labels.running.clerk import OpenJob, confirm, give_up, once_more, open_jobs
from zhangshu_desk.labels.running.content import Content, content_of
from zhangshu_desk.labels.running.going import Ending, go, inquire
from zhangshu_desk.labels.running.progress import Phase, Progress

__all__ = [
    "Content",
    "Ending",
    "OpenJob",
    "Order",
    "Phase",
    "Progress",
    "begin",
    "confirm",
    "content_of",
    "give_up",
    "go",
    "inquire",
    "once_more",
    "open_jobs",
    "problems",
]
