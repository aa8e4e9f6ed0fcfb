# Restores every database of a backup; into a server that has tables only if FORCE says so.
complete /backup/dump
count="SELECT COUNT(*) FROM information_schema.tables WHERE table_schema NOT IN $own"
tables="$(ask "$count")"
if [ "$tables" != 0 ] && [ "${FORCE-}" != yes ]; then
    echo "restore: REFUSED: the server has $tables tables; FORCE=yes replaces them" >&2
    exit 1
fi
# A row is larger as text than as data. Who may not change the limit restores as far as it allows.
packet="$(ask 'SELECT @@GLOBAL.max_allowed_packet')"
if [ -n "${DATABASE_HOST-}" ] && ask 'SET GLOBAL max_allowed_packet = 1073741824' 2>/dev/null; then
    trap 'ask "SET GLOBAL max_allowed_packet = $packet" || :' EXIT
fi
gzip -dc /backup/dump | "$client" "${connect[@]}" --binary-mode --max-allowed-packet=1G
tables="$(ask "$count")"
echo "restore: $tables tables are restored"
