"""Batches from a spreadsheet: read, checked row by row in a preview, made in one act. Nothing is numbered here."""

from zhangshu_desk.labels.merging.planning import MergePlan, PlannedBatch, plan, plan_file, run_merge
from zhangshu_desk.labels.merging.understanding import COLUMNS, FIELDS

__all__ = ["COLUMNS", "FIELDS", "MergePlan", "PlannedBatch", "plan", "plan_file", "run_merge"]
