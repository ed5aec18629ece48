"""Dialogs, for where the clerk must decide something; everything else is said in a notice bar."""
