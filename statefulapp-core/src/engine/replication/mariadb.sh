# Only the primary makes the database and the user: replicas get both from its log.
set -uo pipefail
ordinal="${POD_NAME##*-}"
set -- "$@" --server-id=$((100 + ordinal))
if [ "$ordinal" != "$PRIMARY_ORDINAL" ]; then
    unset MARIADB_DATABASE MARIADB_USER MARIADB_PASSWORD
    export MARIADB_MASTER_HOST="$PRIMARY_HOST"
    set -- "$@" --read-only
fi
# An initialisation that was cut off looks like a database to the image's entrypoint. Only what carries the mark of an
# initialisation under way is thrown away: a database that was here before stays.
data=/var/lib/mysql
mark="$data/.initialising"
if [ -e "$mark" ] || [ ! -d "$data/mysql" ]; then
    touch "$mark"
    find "$data" -mindepth 1 ! -path "$mark" -delete
    docker-entrypoint.sh "$@" --skip-networking --skip-slave-start --pid-file=/tmp/init.pid &
    server=$!
    # The entrypoint's own temporary server answers too: the process itself must have become the server.
    until [ "$(cat /proc/$server/comm 2>/dev/null)" = mariadbd ] && healthcheck.sh --innodb_initialized 2>/dev/null; do
        kill -0 $server 2>/dev/null || { wait $server; exit 1; }
        sleep 0.5
    done
    kill $server
    wait $server
    sync
    rm "$mark"
fi
