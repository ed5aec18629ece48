"""What a person at the desk sees of the synchronisation: the status line's words, what waits, the passphrase."""
