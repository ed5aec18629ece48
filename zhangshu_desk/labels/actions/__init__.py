"""What a person can do with labels: one function, one transaction each."""

from zhangshu_desk.labels.actions.batches import (
    Made,
    approve_batch,
    change_batch,
    discard_batch,
    make_batch,
    refuse_batch,
)
from zhangshu_desk.labels.actions.handling import HandedOut, Reported, hand_out, report_use, take_back
from zhangshu_desk.labels.actions.marks import ImportedMark, import_mark, void_mark
from zhangshu_desk.labels.actions.numbering import Numbered, close_batch, number_batch
from zhangshu_desk.labels.actions.printing import begin_job, end_job, print_again, progress
from zhangshu_desk.labels.actions.products import (
    add_spec,
    add_traced,
    change_spec,
    change_traced,
    void_spec,
    void_traced,
)
from zhangshu_desk.labels.actions.rights import (
    add_product,
    add_user,
    change_product,
    change_user,
    set_quota,
    void_product,
    void_quota,
    void_user,
)
from zhangshu_desk.labels.actions.stock import keep_stock
from zhangshu_desk.labels.actions.voiding import Replacement, destroy, reprint, void_numbers

__all__ = [
    "HandedOut",
    "ImportedMark",
    "Made",
    "Numbered",
    "Replacement",
    "Reported",
    "add_product",
    "add_spec",
    "add_traced",
    "add_user",
    "approve_batch",
    "begin_job",
    "change_batch",
    "change_product",
    "change_spec",
    "change_traced",
    "change_user",
    "close_batch",
    "destroy",
    "discard_batch",
    "end_job",
    "hand_out",
    "import_mark",
    "keep_stock",
    "make_batch",
    "number_batch",
    "print_again",
    "progress",
    "refuse_batch",
    "report_use",
    "reprint",
    "set_quota",
    "take_back",
    "void_mark",
    "void_numbers",
    "void_product",
    "void_quota",
    "void_spec",
    "void_traced",
    "void_user",
]
