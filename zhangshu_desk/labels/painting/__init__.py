"""A label as ink: its fonts, how its texts are set, and how all of it is drawn, as dots and as pages."""
