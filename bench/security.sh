#!/bin/sh
# What others' tools say of the program's safety: bandit of its code, pip-audit of what it is installed with. Fails where either
# finds something. The rules of bandit also run in the tests, through ruff; pip-audit asks a public service of known faults, so
# it needs a network that reaches one.
#     sh bench/security.sh
set -eu
cd "$(dirname "$0")/.."
. bin/environment.sh
install_locked test.lock
install_locked recipes.lock
# Asserts stand for what cannot be; the two warnings of text trusted as markup are answered beside them.
"$venv/bin/python" -m bandit --quiet --recursive src --skip B101,B704 --severity-level medium
"$venv/bin/python" -m pip_audit --requirement requirements/test.lock --require-hashes --disable-pip --strict
