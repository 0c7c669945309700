#!/usr/bin/env bash
# Unpacks a Chromium without windows, its libraries and a font, from Debian 13's packages, into .editors/browser.
#
# It is started by .editors/browser/chromium. Does nothing if it is there already.
set -euo pipefail
cd "$(dirname "$0")/../.."
destination=$PWD/.editors/browser
stamp=$(cat tests/editors/install_browser.sh tests/debian/unpack.sh | cksum)
[ "$(cat "$destination/stamp" 2> /dev/null)" != "$stamp" ] || exit 0

echo "Unpacking Chromium into .editors/browser: 150 MB to download, about a minute."
rm -rf "$destination"
mkdir -p "$destination"
tests/debian/unpack.sh trixie "$destination/root" chromium-headless-shell fontconfig-config fonts-dejavu-core fonts-dejavu-mono
# Chromium looks for its files beside the running program, which is the loader of its libraries; so that lies there, too.
cp -L "$destination"/root/usr/lib/*-linux-gnu/ld-linux-*.so.* "$destination/root/usr/lib/chromium/loader"
cat > "$destination/chromium" << 'SHELL'
#!/bin/sh
here=$(readlink -f "$0")
root=$(dirname "$here")/root
libraries=$(echo "$root"/usr/lib/*-linux-gnu)
program=$root/usr/lib/chromium
export FONTCONFIG_SYSROOT="$root"
# Its child processes are started by this script as well, and not by forking one that is prepared (a zygote), which
# Chromium would start without the loader.
exec "$program/loader" --argv0 "$program/chromium-headless-shell" --library-path "$libraries:$libraries/pulseaudio" \
    "$program/chromium-headless-shell" --browser-subprocess-path="$here" --no-zygote "$@"
SHELL
chmod +x "$destination/chromium"
seen=$("$destination/chromium" --no-sandbox --disable-gpu --dump-dom 'data:text/html,<p>drawn</p>' 2> "$destination/log") || true
case $seen in
*drawn*) ;;
*) echo "error: Chromium does not run on this machine:" >&2 && tail -n 5 "$destination/log" >&2 && exit 1 ;;
esac
echo "$stamp" > "$destination/stamp"
