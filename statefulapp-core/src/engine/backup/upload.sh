# Uploads the verified dump under a temporary name, compares it byte by byte, gives it its name, and only then deletes old ones.
set -eu
say() { echo "backup: $*"; }
if [ ! -s /backup/dump ]; then
    say "there is no dump" >&2
    exit 1
fi
# The pod's name: two runs at once do not write to the same place.
part="remote:$TARGET/tmp/$(hostname)"
rclone copyto /backup/dump "$part"
# What arrived is read again: a size or a sum that the server only repeats proves nothing.
rclone cat "$part" | cmp - /backup/dump
# What uploads that were cut off left behind.
rclone delete --min-age 2d "remote:$TARGET/tmp" || say "the temporary names could not be cleaned"

# No backup takes the place of another one of the same second.
rclone lsf --files-only "remote:$TARGET" >/tmp/listed
while :; do
    name="$APP-$(date -u +%Y%m%dT%H%M%SZ).$EXTENSION"
    grep -qxF "$name" /tmp/listed || break
    sleep 1
done
rclone moveto "$part" "remote:$TARGET/$name"
# Some storage shows what it has a moment later.
tries=30
until rclone lsf --files-only "remote:$TARGET" >/tmp/listed && grep -qxF "$name" /tmp/listed; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
        say "$name was moved to its place and is not there" >&2
        exit 1
    fi
    sleep 2
done
say "$name is complete, $(wc -c </backup/dump) bytes"

# Newest first; only names that a backup of this app can have. The stamps of both sides are in UTC.
digits='[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z'
grep -x "$APP-$digits\\.$EXTENSION" /tmp/listed | sort -r >/tmp/backups
stamp() { stamp="${1#"$APP-"}"; stamp="${stamp%%.*}"; stamp="${stamp%%T*}${stamp#*T}"; stamp="${stamp%Z}"; }
at() { date -u -d "@$(($(date +%s) + $1))" +%Y%m%d%H%M%S; }
read -r newest </tmp/backups
stamp "$newest"
if [ "$stamp" -gt "$(at 3600)" ]; then
    say "$newest is of the future: a clock is or was wrong; nothing is deleted until that file has another name" >&2
    exit 1
fi
cutoff="$(at "-$KEEP_SECONDS")"
count=0
while read -r old; do
    count=$((count + 1))
    stamp "$old"
    if [ "$count" -gt "$KEEP_AT_LEAST" ] && [ "$stamp" -lt "$cutoff" ]; then
        say "$old is old enough to go"
        rclone deletefile "remote:$TARGET/$old"
    fi
done </tmp/backups
