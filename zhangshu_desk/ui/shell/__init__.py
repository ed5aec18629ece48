"""The frame around the pages: rail left, search on top, the page, one truthful status line at the bottom."""
