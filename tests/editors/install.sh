#!/usr/bin/env bash
# Unpacks the editors that the tests run Posse in, and a browser, into .editors: install.sh
#
# Takes node and npm from PATH; `make` puts those of the virtual environment there. What this system cannot have is noted in
# .editors/NAME.unavailable, so that the tests leave it out and say so; in CI (variable CI) it is an error.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p .editors

install() { # NAME COMMAND...
    local name=$1 status=0
    shift
    rm -f ".editors/$name.unavailable"
    "$@" 2> .editors/errors || status=$?
    cat .editors/errors >&2
    if [ $status = 3 ] && [ -z "${CI:-}" ]; then
        tail -n 1 .editors/errors > ".editors/$name.unavailable"
    elif [ $status != 0 ]; then
        exit 1
    fi
}
install terminal tests/editors/install_terminal.sh
install browser tests/editors/install_browser.sh
[ -e .editors/browser.unavailable ] || install vscode tests/editors/install_vscode.sh .editors/vscode
rm -f .editors/errors
