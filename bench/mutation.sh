#!/bin/sh
# Mutation testing of the rooms where a wrong line becomes a wrong dose: dose, preparation, limits, portions, steps and
# screening. Prints how many mutants the tests killed, as a share, and every survivor. Several minutes on two cores.
#     sh bench/mutation.sh
set -eu
cd "$(dirname "$0")/.."
. bin/environment.sh
install_locked test.lock
install_locked recipes.lock
rm -rf mutants
"$venv/bin/python" -m mutmut run --max-children "${PROCESSES:-2}" >mutants.log 2>&1 || {
    tail -n 40 mutants.log >&2
    exit 1
}
"$venv/bin/python" -m mutmut results --all true >mutants.txt
rm -f mutants.log
"$venv/bin/python" - mutants.txt <<'PYTHON'
import collections, sys
rows = [line.strip().rpartition(": ") for line in open(sys.argv[1], encoding="utf-8") if ": " in line]
counts = collections.Counter(state for _, _, state in rows)
caught = counts["killed"] + counts["timeout"]
judged = caught + counts["survived"] + counts["suspicious"] + counts["no tests"]
print(dict(counts))
print(f"mutation score {100 * caught / judged:.1f} % of {judged}")
for name, _, state in rows:
    if state in ("survived", "suspicious", "no tests"):
        print(f"{state}: {name}")
PYTHON
