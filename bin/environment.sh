# Read by the scripts beside it. Makes .venv and installs exactly what a lock file names, checked by hash.
# Nothing here skips: what is absent and cannot be installed ends the run with four parts.

venv=.venv

refuse() { # what was found, where, what was expected, what to do
    printf '%s\n  where: %s\n  expected: %s\n  do: %s\n' "$1" "$2" "$3" "$4" >&2
    exit 2
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

can_be_root() {
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; }
}

# Debian packages by name; the caller has found that something of theirs is absent.
apt_install() {
    command -v apt-get >/dev/null 2>&1 ||
        refuse "absent: $*" "this machine" "these Debian packages, or the same programs" "install them, then run this again"
    can_be_root ||
        refuse "absent: $*" "this machine" "these Debian packages, and the right to install them" \
            "run: sudo apt-get install --yes $*"
    echo "Installing: $*" >&2
    if ! as_root apt-get update -qq ||
        ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends "$@" >&2; then
        refuse "apt-get could not install: $*" "this machine" "Debian packages that install" "read the lines above"
    fi
}

find_python() {
    for name in python3.11 python3 python3.12 python3.13; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

# $1 is a file under requirements/. A second run with the same lock and the same package file installs nothing.
install_locked() {
    lock=requirements/$1
    [ -f "$lock" ] || refuse "$lock is absent" "$(pwd)" "the lock file that ships with assuage" "get the whole repository"
    python=$(find_python)
    [ -n "$python" ] ||
        refuse "no Python 3.11 or later" "this machine's PATH" "python3.11 or a later python3" \
            "install it (Debian 12: apt-get install python3 python3-venv)"
    if [ ! -x "$venv/bin/python" ]; then
        "$python" -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
        "$python" -m venv "$venv" ||
            refuse "$venv cannot be made" "$(pwd)" "a virtual environment" "read the lines above"
    fi
    # Every lock that this environment satisfies has left its fingerprint.
    fingerprint=$(cat "$lock" pyproject.toml | sha256sum | cut -d ' ' -f 1)
    stamp=$venv/installed-$1-$fingerprint
    [ -f "$stamp" ] && return
    echo "Installing $lock into $venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" ||
        refuse "the packages of $lock could not be installed" "$venv" "each package, with the hash in the lock" \
            "read the lines above; check the network"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e . ||
        refuse "assuage could not be installed" "$venv" "an installed package" "read the lines above"
    rm -f "$venv/installed-$1-"*
    touch "$stamp"
}
