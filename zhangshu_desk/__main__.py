"""`python -m zhangshu_desk` and the `zhangshu-desk` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Do what the arguments ask for and end the process with its exit status."""
    from zhangshu_desk import cli

    sys.exit(cli.main(sys.argv[1:]))


if __name__ == "__main__":
    main()
