#!/usr/bin/env bash
# Install VS Code, as code-server, and a Chromium to look at it: install_vscode.sh FOLDER
#
# Takes node and npm from PATH; `make` puts those of the virtual environment there. Does nothing if all is there already.
set -euo pipefail
FOLDER=$(realpath -m "$1")
VERSION=4.139.1 # of code-server; it holds VS Code 1.139

if ! command -v chromium-headless-shell >/dev/null || ! fc-list 2>/dev/null | grep -q DejaVuSansMono; then
  if ! command -v apt-get >/dev/null; then
    echo "The tests of VS Code need chromium-headless-shell and the DejaVu fonts, which only Debian's apt-get is known to bring." >&2
    exit 1
  fi
  SUDO=$([ "$(id -u)" = 0 ] || echo sudo)
  export DEBIAN_FRONTEND=noninteractive
  $SUDO apt-get update -q
  $SUDO apt-get install -q -y --no-install-recommends chromium-headless-shell fonts-dejavu-core fontconfig
fi

STAMP=$FOLDER/installed-$VERSION
if [ ! -e "$STAMP" ]; then
  rm -rf "$FOLDER" && mkdir -p "$FOLDER" && cd "$FOLDER"
  export npm_config_ignore_scripts=true npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
  echo '{"private": true}' >package.json
  npm install --no-save "code-server@$VERSION"
  cd node_modules/code-server/lib/vscode
  npm install --omit=dev # `npm ci` fails: its lock file is of another version
  touch "$STAMP"
fi
