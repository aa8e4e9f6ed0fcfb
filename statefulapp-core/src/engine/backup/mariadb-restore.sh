# Restores every database of a backup; into a server that has tables only if FORCE says so.
set -euo pipefail
family="$1"
if [ "$family" = mysql ]; then
    client=mysql
    root="${MYSQL_ROOT_PASSWORD-}" user="${MYSQL_USER-}" password="${MYSQL_PASSWORD-}"
else
    client=mariadb
    root="${MARIADB_ROOT_PASSWORD-${MYSQL_ROOT_PASSWORD-}}"
    user="${MARIADB_USER-${MYSQL_USER-}}" password="${MARIADB_PASSWORD-${MYSQL_PASSWORD-}}"
fi
if [ -n "$root" ]; then
    user=root password="$root"
fi
export MYSQL_PWD="$password"
gzip -dc /backup/dump >/backup/dump.sql
tail -n 1 /backup/dump.sql | grep -q '^-- Dump completed'
tables="$($client -h "$DATABASE_HOST" -u "$user" --connect-timeout=10 -N -B -e "SELECT COUNT(*) FROM information_schema.tables
    WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')")"
if [ "$tables" != 0 ] && [ "${FORCE-}" != yes ]; then
    echo "restore: REFUSED: the server has $tables tables; FORCE=yes replaces them" >&2
    exit 1
fi
$client -h "$DATABASE_HOST" -u "$user" </backup/dump.sql
echo "restore: the databases are restored"
