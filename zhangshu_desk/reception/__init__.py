"""Reception: register a walk-in, call, serve, rate, close the day."""
