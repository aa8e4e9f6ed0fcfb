#!/bin/sh
# Unpacks packages of Debian unstable, with all that they depend on down to the C library, into a directory: unstable.sh
# DIRECTORY PACKAGE... Nothing of them becomes part of this system.
set -eu
root="$1"
shift
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial"
# The mirror of this system, of which only the release is another.
mirror="$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n 1 || :)"
echo "deb ${mirror:-http://deb.debian.org/debian} sid main" >"$work/sources.list"
# Nothing counts as installed.
: >"$work/status"
cat >"$work/apt.conf" <<END
Dir::Etc::SourceList "$work/sources.list";
Dir::Etc::SourceParts "-";
Dir::State "$work";
Dir::State::status "$work/status";
Dir::Cache "$work";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
END
export APT_CONFIG="$work/apt.conf" DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --download-only "$@"
rm -rf "$root"
mkdir -p "$root"
for package in "$work"/archives/*.deb; do
    dpkg-deb -x "$package" "$root"
done
# What the packages' own scripts would link.
[ -e "$root/usr/bin/awk" ] || ln -s gawk "$root/usr/bin/awk"
touch "$root/complete"
