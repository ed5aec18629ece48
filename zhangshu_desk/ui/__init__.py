"""The window: a kit (theme, work, page contract, widgets, dialogs) and the pages built with it."""
