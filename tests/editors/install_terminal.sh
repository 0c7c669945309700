#!/usr/bin/env bash
# Unpacks the editors that the tests run in a terminal, from Debian 13's packages, into .editors/terminal.
#
# The programs run with the libraries that came along. Does nothing if they are there already.
set -euo pipefail
cd "$(dirname "$0")/../.."
destination=$PWD/.editors/terminal
stamp=$(cat tests/editors/install_terminal.sh tests/debian/unpack.sh | cksum)
[ "$(cat "$destination/stamp" 2> /dev/null)" != "$stamp" ] || exit 0

echo "Unpacking Emacs, Helix and Vim into .editors/terminal: 60 MB to download, about a minute."
rm -rf "$destination"
mkdir -p "$destination/bin"
tests/debian/unpack.sh trixie "$destination/root" emacs-nox hx vim vim-ale fonts-dejavu-mono

program() { # NAME BINARY, and on standard input what the shell does before: $root is where the packages are unpacked
    {
        echo '#!/bin/sh'
        echo 'root=$(dirname "$(dirname "$(readlink -f "$0")")")/root'
        echo 'libraries=$(echo "$root"/usr/lib/*-linux-gnu)'
        echo 'options='
        cat
        # The libraries are for this process alone: the language server that it starts gets the system's.
        echo "binary=\$root/usr/bin/$2"
        echo 'exec "$libraries"/ld-linux-*.so.* --argv0 "$binary" --library-path "$libraries" "$binary" $options "$@"'
    } > "$destination/bin/$1"
    chmod +x "$destination/bin/$1"
}
program hx hx << 'SHELL'
export HELIX_RUNTIME="$root/usr/lib/hx/runtime"
SHELL
program vim vim.basic << 'SHELL'
export VIM="$root/usr/share/vim" VIMRUNTIME="$(echo "$root"/usr/share/vim/vim[0-9]*)"
SHELL
program emacs emacs-nox << 'SHELL'
share=$(echo "$root"/usr/share/emacs/[0-9]*)
programs=$(echo "$root"/usr/libexec/emacs/[0-9]*/*-linux-gnu)
export EMACSLOADPATH="$share/site-lisp:$share/lisp" EMACSPATH="$programs" EMACSDATA="$share/etc" EMACSDOC="$share/etc"
options="--dump-file=$(echo "$programs"/emacs-*.pdmp)"
SHELL
for name in emacs hx vim; do
    "$destination/bin/$name" --version | head -n 1
done
echo "$stamp" > "$destination/stamp"
