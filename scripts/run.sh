#!/usr/bin/env bash
# Opens the window from this checkout; with --demo on a made-up station under .dev/demo, made anew each day.
set -euo pipefail
cd "$(dirname "$0")/.."

DEMO_DIR=.dev/demo

if [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
    cat >&2 <<'TEXT'
There is no display here, so no window can be opened (neither DISPLAY nor WAYLAND_DISPLAY is set).

  make tour                         takes pictures of every screen into build/tour; needs no display
  make test                         runs all tests; needs no display
  ssh -X HOST, then make run        shows the window on the machine you sit at
  make setup && scripts/with_xvfb make run    runs it on a display nobody sees

On a machine with a desktop, run `make run` in a terminal of that desktop.
TEXT
    exit 2
fi

scripts/setup.sh run
if [ "${1:-}" = --demo ]; then
    if [ "$(cat $DEMO_DIR.day 2>/dev/null)" != "$(date +%F)" ]; then
        echo "run: filling $DEMO_DIR with a made-up station and its queue of today"
        rm -rf $DEMO_DIR
        mkdir -p $DEMO_DIR
        .venv/bin/python -m zhangshu_desk --data-dir $DEMO_DIR demo >$DEMO_DIR.txt
        date +%F >$DEMO_DIR.day
    fi
    cat $DEMO_DIR.txt # who may log in, with which password
    exec .venv/bin/python -m zhangshu_desk --data-dir $DEMO_DIR
fi
exec .venv/bin/python -m zhangshu_desk
