"""Printers of labels: their languages, the ways to them, and what they say became of a part.

`opening` leads from a printer's settings to one of the ways; a new language is a module here and a line there.
"""
