# Dumps every database but the server's own, at one point in time. Accounts are not in it: the declaration makes them.
set -euo pipefail
umask 077
family="$1"
if [ "$family" = mysql ]; then
    client=mysql dump=mysqldump options="--set-gtid-purged=OFF"
    root="${MYSQL_ROOT_PASSWORD-}" user="${MYSQL_USER-}" password="${MYSQL_PASSWORD-}"
else
    client=mariadb dump=mariadb-dump options=""
    root="${MARIADB_ROOT_PASSWORD-${MYSQL_ROOT_PASSWORD-}}"
    user="${MARIADB_USER-${MYSQL_USER-}}" password="${MARIADB_PASSWORD-${MYSQL_PASSWORD-}}"
fi
if [ -n "$root" ]; then
    user=root password="$root"
fi
export MYSQL_PWD="$password"
$client -h "$DATABASE_HOST" -u "$user" --connect-timeout=10 -N -B -e "SELECT schema_name FROM information_schema.schemata
    WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys') ORDER BY 1" >/backup/databases
mapfile -t databases </backup/databases
if [ ${#databases[@]} -eq 0 ]; then
    echo "backup: there is no database" >&2
    exit 1
fi
echo "backup: dumping ${databases[*]}"
$dump -h "$DATABASE_HOST" -u "$user" $options --no-tablespaces --single-transaction --quick --hex-blob --routines --triggers --events \
    --result-file=/backup/dump.sql --databases "${databases[@]}"
# The last line is written when all else is.
tail -n 1 /backup/dump.sql | grep -q '^-- Dump completed'
gzip -c /backup/dump.sql >/backup/dump.partial
gzip -t /backup/dump.partial
rm /backup/dump.sql
mv /backup/dump.partial /backup/dump
