#!/usr/bin/env bash
# Installs the editors that the tests run in a terminal, from the packages of Debian 13, into .editors/terminal.
#
# Needs neither root nor Debian 13: apt works in a folder of its own, the packages are only unpacked, and the programs
# run with the libraries that came along. Nothing of the system is changed. What is there already stays.
set -euo pipefail
cd "$(dirname "$0")/../.."
packages=(emacs-nox hx vim vim-ale fonts-dejavu-mono)
destination=$PWD/.editors/terminal
stamp=$(cksum < tests/editors/install_terminal.sh)
[ "$(cat "$destination/stamp" 2> /dev/null)" != "$stamp" ] || exit 0

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if ! command -v apt-get dpkg-deb > /dev/null || [ ! -e "$keyring" ]; then
    echo "error: Emacs and Helix for the tests come from Debian's packages, and this machine lacks apt-get, dpkg-deb or" >&2
    echo "       $keyring (package debian-archive-keyring)." >&2
    echo "       'make test-fast' runs all tests that need no editor." >&2
    exit 1
fi

mirrors=$(apt-get indextargets --format '$(REPO_URI)' | sed -n '/\/debian\/$/p')
mirror=${mirrors%%$'\n'*}
if [ -z "$mirror" ]; then
    echo "error: apt knows no mirror of Debian on this machine; 'make test-fast' runs all tests that need no editor." >&2
    exit 1
fi
rm -rf "$destination"
mkdir -p "$destination"/{bin,root,apt/{state/lists/partial,cache/archives/partial,etc/{apt.conf.d,preferences.d}}}
apt=$destination/apt
touch "$apt/status"
echo "deb [signed-by=$keyring] $mirror trixie main" > "$apt/etc/sources.list"
cat > "$apt/apt.conf" << CONFIGURATION
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc "$apt/etc";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
Acquire::Languages "none";
CONFIGURATION
export APT_CONFIG=$apt/apt.conf
apt-get -qq update
apt-get -qq install --download-only "${packages[@]}"
for package in "$apt"/cache/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$destination/root" --keep-directory-symlink \
        --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale --exclude=./usr/include
done
rm -rf "$apt"

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
