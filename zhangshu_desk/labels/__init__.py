"""Labels: who may have which, the numbers and codes on them, painting, printing, and what became of each (docs/adr/0007)."""
