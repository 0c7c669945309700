#!/usr/bin/env bash
# Unpacks Debian packages and what they depend on: unpack.sh SUITE FOLDER PACKAGE...
#
# Needs neither root nor that suite of Debian: apt works in a folder of its own, and the packages are only unpacked. Nothing
# of the system changes. Exits with 3 where apt-get, dpkg-deb, Debian's keys or a mirror is missing: this system cannot do
# it, and the last line on standard error says why. Any other failure may pass by trying again.
set -euo pipefail
suite=$1 destination=$(realpath -m "$2")
shift 2

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
lacks() {
    echo "this system lacks $1" >&2
    exit 3
}
for program in apt-get dpkg-deb; do
    command -v $program > /dev/null || lacks "$program"
done
[ -e "$keyring" ] || lacks "$keyring (package debian-archive-keyring)"
mirrors=$(apt-get indextargets --format '$(REPO_URI)' | sed -n '/\/debian\/$/p')
mirror=${mirrors%%$'\n'*}
[ -n "$mirror" ] || lacks "a mirror of Debian in apt's sources"

rm -rf "$destination"
mkdir -p "$destination"
apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
chmod 755 "$apt"
mkdir -p "$apt"/{state/lists/partial,cache/archives/partial,etc/{apt.conf.d,preferences.d}}
touch "$apt/status"
echo "deb [signed-by=$keyring] $mirror $suite main" > "$apt/etc/sources.list"
cat > "$apt/apt.conf" << CONFIGURATION
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc "$apt/etc";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::Check-Valid-Until "false"; // a mirror that lags behind still has what Debian signed
CONFIGURATION
export APT_CONFIG=$apt/apt.conf
apt-get -qq update
apt-get -qq install --download-only "$@"
for package in "$apt"/cache/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$destination" --keep-directory-symlink \
        --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale --exclude=./usr/include
done
