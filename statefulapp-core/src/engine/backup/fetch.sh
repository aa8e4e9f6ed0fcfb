# Fetches a backup: the newest, or the one that BACKUP names.
set -eu
name="${BACKUP:-latest}"
if [ "$name" = latest ]; then
    rclone lsf --files-only "remote:$TARGET" >/tmp/listed
    digits='[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z'
    name="$(grep -x "$APP-$digits\\.$EXTENSION" /tmp/listed | sort | tail -n 1)"
    if [ -z "$name" ]; then
        echo "restore: there is no backup in $TARGET" >&2
        exit 1
    fi
fi
echo "restore: fetching $name"
rclone copyto "remote:$TARGET/$name" /backup/dump
if [ ! -f /backup/dump ] || [ ! -s /backup/dump ]; then
    echo "restore: $name is no backup" >&2
    exit 1
fi
