"""Labels: the right to them, their numbers and codes, painting, printing, and what became of each (docs/adr/0007)."""
