#!/usr/bin/env bash
# Install VS Code, as code-server: install_vscode.sh FOLDER
#
# Takes node and npm from PATH; `make` puts those of the virtual environment there. Does nothing if all is there already.
set -euo pipefail
FOLDER=$(realpath -m "$1")
VERSION=4.139.1 # of code-server; it holds VS Code 1.139

STAMP=$FOLDER/installed-$VERSION
if [ ! -e "$STAMP" ]; then
  echo "Installing code-server into $1: about two minutes."
  rm -rf "$FOLDER" && mkdir -p "$FOLDER" && cd "$FOLDER"
  export npm_config_ignore_scripts=true npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
  echo '{"private": true}' >package.json
  npm install --no-save "code-server@$VERSION"
  cd node_modules/code-server/lib/vscode
  npm install --omit=dev # `npm ci` fails: its lock file is of another version
  touch "$STAMP"
fi
