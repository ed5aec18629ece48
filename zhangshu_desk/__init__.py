"""Zhangshu Desk: the front-desk client of the one-stop quality-infrastructure workstation."""

__version__ = "0.1.0"
