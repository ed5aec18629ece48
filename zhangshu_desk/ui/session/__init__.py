"""Full-window states: opening, first start, log-in, lock, own password, a database that does not open.

Each page takes plain callables and says in its docstring how it is wired; `gate.py` wires them all. `health.py` is the
banner for a disk that refuses.
"""
