"""Spreadsheets as people send them, and as the desk writes them."""
