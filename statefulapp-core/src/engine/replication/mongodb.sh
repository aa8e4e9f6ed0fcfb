# Only the first member begins with data: it makes the administrator before it is part of a set. The others get everything from
# the set. May be interrupted at any point.
set -uo pipefail
case "${1-}" in -*) set -- mongod "$@" ;; esac
data=/data/db
# While it exists, all that is here may be thrown away.
mark="$data/.incomplete"
if [ "${POD_NAME##*-}" != "$PRIMARY_ORDINAL" ]; then
    unset "${!MONGO_INITDB_@}"
elif [ -n "${MONGO_INITDB_ROOT_PASSWORD-}${MONGO_INITDB_ROOT_PASSWORD_FILE-}" ] &&
    { [ -e "$mark" ] || [ ! -e "$data/storage.bson" ]; }; then
    # An initialisation that was cut off looks like a database to the image's entrypoint.
    if [ ! -e "$mark" ] && [ -n "$(find "$data" -mindepth 1 ! -name lost+found -print -quit)" ]; then
        echo "replication: REFUSED: $data is neither empty nor a database" >&2
        exit 1
    fi
    echo "replication: no database yet: initialising"
    touch "$mark"
    find "$data" -mindepth 1 ! -path "$mark" ! -name lost+found -delete
    alone=()
    value=""
    for word in "$@"; do
        if [ -n "$value" ]; then
            value=""
            continue
        fi
        case "$word" in
            --replSet | --keyFile | --bind_ip) value=yes ;;
            --replSet=* | --keyFile=* | --bind_ip=* | --bind_ip_all) ;;
            *) alone+=("$word") ;;
        esac
    done
    # Nobody else reaches it until it is complete.
    docker-entrypoint.sh "${alone[@]}" --bind_ip 127.0.0.1 &
    server=$!
    # The entrypoint's own temporary server answers too: the process itself must have become the server.
    until [ "$(cat /proc/$server/comm 2>/dev/null)" = mongod ] &&
        mongosh --quiet --norc --eval 'quit(db.adminCommand("ping").ok ? 0 : 1)' >/dev/null 2>&1; do
        kill -0 $server 2>/dev/null || { wait $server; exit 1; }
        sleep 1
    done
    kill $server
    wait $server || :
    sync
    rm "$mark"
    sync
fi
