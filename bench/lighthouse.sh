#!/bin/sh
# Lighthouse's score of accessibility for every page, on a screen and on a telephone: some ten minutes. Fails below 100.
# Words after it are parts of addresses: sh bench/lighthouse.sh /sign-in /bedside
# Lighthouse asks for Node 22.19; what is used of it here says the same under 18.20, 20.20 and 22.23.
set -eu
cd "$(dirname "$0")/.."
. bin/environment.sh
for program in node npm chromium; do
    command -v "$program" >/dev/null 2>&1 ||
        refuse "no $program" "this machine's PATH" "node, npm and chromium, as the tests need them" "run: sh bin/test"
done
install_locked test.lock
folder=bench/lighthouse
fingerprint=$(sha256sum <"$folder/package-lock.json" | cut -d ' ' -f 1)
if [ ! -f "$folder/node_modules/installed-$fingerprint" ]; then
    echo "Installing $folder/package-lock.json" >&2
    npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent ||
        refuse "npm could not install what $folder/package.json names" "$folder" "installed packages" \
            "read the lines above; check the network"
    touch "$folder/node_modules/installed-$fingerprint"
fi
exec "$venv/bin/python" bench/lighthouse.py "$@"
