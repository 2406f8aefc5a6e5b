#!/bin/sh
# Fifty people at once on the real server. Words after it go to bench/load.py.
set -eu
cd "$(dirname "$0")/.."
. bin/environment.sh
install_locked test.lock
install_locked recipes.lock
exec "$venv/bin/python" bench/load.py "$@"
