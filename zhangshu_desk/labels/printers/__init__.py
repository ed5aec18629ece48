"""Printers of labels: their languages, the ways to them, and what they say became of a job."""
