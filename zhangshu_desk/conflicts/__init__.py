"""Where two stations changed the same thing without knowing of each other: what a person sees of it and decides."""
