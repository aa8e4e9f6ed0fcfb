# Who asks whom: the server that DATABASE_HOST names, or the one of this pod on its socket.
set -euo pipefail
umask 077
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
if [ -n "${DATABASE_HOST-}" ]; then
    connect=(-h "$DATABASE_HOST" -u "$user")
    export MYSQL_PWD="$password"
else
    connect=(--protocol=socket -S /tmp/server.sock -u root)
fi
ask() { "$client" "${connect[@]}" --connect-timeout=10 -N -B --raw -e "$1"; }
own="('information_schema', 'performance_schema', 'mysql', 'sys')"
# The line that is written when all else is.
complete() {
    local last
    last="$(gzip -dc "$1" | tail -n 1)"
    if [[ "$last" != "-- Dump completed"* ]]; then
        echo "the dump is cut off" >&2
        exit 1
    fi
}
