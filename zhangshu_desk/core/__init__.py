"""The ground everything stands on: no Qt, no SQL."""
