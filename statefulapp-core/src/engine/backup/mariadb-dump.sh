# Dumps every database but the server's own, at one point in time. Accounts are not in it: the declaration makes them.
dump=mariadb-dump options=()
if [ "$family" = mysql ]; then
    dump=mysqldump options=(--set-gtid-purged=OFF)
fi
# A name may hold anything but a zero.
ask "SELECT CONCAT(schema_name, CHAR(0)) FROM information_schema.schemata WHERE schema_name NOT IN $own ORDER BY 1" \
    >/backup/databases
mapfile -d '' -t databases </backup/databases
unset "databases[-1]"
if [ ${#databases[@]} -eq 0 ]; then
    echo "backup: there is no database" >&2
    exit 1
fi
databases=("${databases[@]#$'\n'}")
echo "backup: dumping ${databases[*]}"
others="$(ask "SELECT COUNT(*) FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND engine NOT IN ('InnoDB', 'SEQUENCE') AND table_schema NOT IN $own")"
[ "$others" = 0 ] ||
    echo "backup: WARNING: $others tables have no transactions (another engine than InnoDB): their rows are of different moments"
"$dump" "${connect[@]}" "${options[@]}" --no-tablespaces --single-transaction --quick --max-allowed-packet=1G \
    --hex-blob --routines --triggers --events --databases -- "${databases[@]}" | gzip >/backup/dump.partial
complete /backup/dump.partial
mv /backup/dump.partial /backup/dump
