"""Dialogs about visits that more than one page opens."""
