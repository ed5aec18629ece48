"""Accounts: setting the station up, who may log in, its counters, and who looked at what."""
