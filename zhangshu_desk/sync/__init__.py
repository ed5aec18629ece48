"""Synchronisation of this station with the centre: what waits is pushed, what others did is pulled (`sync.md`)."""
