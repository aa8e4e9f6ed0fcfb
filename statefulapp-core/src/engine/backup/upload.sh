# Uploads the verified dump under a temporary name, compares it byte by byte, gives it its name, and only then deletes old ones.
set -eu
say() { echo "backup: $*"; }
name="$APP-$(date -u +%Y%m%dT%H%M%SZ).$EXTENSION"
if [ ! -s /backup/dump ]; then
    say "there is no dump" >&2
    exit 1
fi
rclone copyto /backup/dump "remote:$TARGET/tmp/$name"
# What arrived is read again: a size or a sum that the server only repeats proves nothing.
rclone cat "remote:$TARGET/tmp/$name" | cmp - /backup/dump
rclone moveto "remote:$TARGET/tmp/$name" "remote:$TARGET/$name"
rclone lsf --files-only "remote:$TARGET" >/tmp/listed
grep -qxF "$name" /tmp/listed
say "$name is complete, $(wc -c </backup/dump) bytes"

# Newest first; only names that a backup of this app can have. The stamps of both sides are in UTC.
digits='[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z'
grep -x "$APP-$digits\\.$EXTENSION" /tmp/listed | sort -r >/tmp/backups
cutoff="$(date -u -d "@$(($(date +%s) - KEEP_SECONDS))" +%Y%m%d%H%M%S)"
count=0
while read -r old; do
    count=$((count + 1))
    stamp="${old#"$APP-"}"
    stamp="$(printf %s "${stamp%%.*}" | tr -d TZ)"
    if [ "$count" -gt "$KEEP_AT_LEAST" ] && [ "$stamp" -lt "$cutoff" ]; then
        say "$old is old enough to go"
        rclone deletefile "remote:$TARGET/$old"
    fi
done </tmp/backups
# What uploads that were cut off left behind.
rclone delete --min-age 2d "remote:$TARGET/tmp" || say "the temporary names could not be cleaned"
