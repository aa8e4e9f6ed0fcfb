#!/bin/sh
# Gets Debian's rust-analyzer for the editor tests and prints the program's path:
#
#     RUST_ANALYZER=$(tests/ide/install.sh) cargo test --test ide
#
# A stable toolchain has neither rust-analyzer nor the standard library's source, which it reads; Debian's unstable
# distribution has both, as new as ours. They and their libraries are unpacked into a directory of their own (the argument,
# default `~/.cache/statefulapp/rust-analyzer`) and nothing is installed: no root, another distribution's libc is no matter. What
# is there already is used again. Needs apt-get and dpkg-deb, on a machine of Debian's kind. Ends with an error and its reason where
# it cannot be had.
set -eu

say() { echo "install.sh: $*" >&2; }

directory=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/statefulapp/rust-analyzer}
program=$directory/rust-analyzer
if [ -x "$program" ] && "$program" --version >&2; then
    echo "$program"
    exit 0
fi
for tool in apt-get dpkg dpkg-deb; do
    command -v "$tool" >/dev/null || { say "there is no $tool: not a machine of Debian's kind"; exit 1; }
done
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$keys" ] || { say "there is no $keys: not Debian"; exit 1; }

# apt in a house of its own: it resolves and verifies the packages, and knows nothing of what this machine has installed.
rm -rf "$directory"
mkdir -p "$directory/apt/lists/partial" "$directory/apt/cache/archives/partial" "$directory/root"
: >"$directory/apt/status"
echo "deb [signed-by=$keys] http://deb.debian.org/debian sid main" >"$directory/apt/sources.list"
apt() {
    # A download as root would be done by a user that may not write here.
    apt-get -q -y -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=30 \
        -o Dir::Etc::sourcelist="$directory/apt/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State="$directory/apt" \
        -o Dir::State::status="$directory/apt/status" -o Dir::Cache="$directory/apt/cache" "$@" >&2
}
apt update || { say "Debian's package list cannot be had"; exit 1; }
apt install --download-only --no-install-recommends rust-analyzer rust-src || { say "the packages cannot be had"; exit 1; }
for package in "$directory"/apt/cache/archives/*.deb; do
    dpkg-deb -x "$package" "$directory/root"
done
rm -rf "$directory/apt"

# Its own loader and libraries; what it starts (cargo, rustc, the server of procedural macros) has the machine's.
cat >"$program" <<SCRIPT
#!/bin/sh
root='$directory/root'
library=\$(dirname "\$(find "\$root/usr/lib" -name libc.so.6 | head -n 1)")
for source in "\$root"/usr/src/rustc-*/library; do
    export RUST_SRC_PATH="\$source"
done
exec "\$library"/ld-linux-*.so.* --library-path "\$library" "\$root/usr/bin/rust-analyzer" "\$@"
SCRIPT
chmod +x "$program"
"$program" --version >&2 || { say "it does not run here"; exit 1; }
echo "$program"
