"""Enterprises: cards with dated names and contacts, import from spreadsheets, export."""
