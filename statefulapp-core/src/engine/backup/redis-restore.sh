# The real server copies the one in this pod as its replica, for as long as that takes.
remote() { redis-cli -e -h "$DATABASE_HOST" "$@"; }
state() { remote info "$1" | tr -d '\r' | sed -n "s/^$2://p"; }
if remote info keyspace | grep '^db' && [ "${FORCE-}" != yes ]; then
    echo "restore: REFUSED: the server has keys; FORCE=yes replaces them" >&2
    exit 1
fi
# Whatever happens, the server takes writes again.
trap 'remote replicaof no one || :; kill -KILL "$server"' EXIT
trap 'exit 1' TERM INT
[ -z "${REDISCLI_AUTH-}" ] || printf %s "$REDISCLI_AUTH" | remote -x config set masterauth >/dev/null
remote replicaof "$POD_IP" 6380
until [ "$(state replication master_link_status)" = up ]; do
    if [ "$(state replication role)" = master ]; then
        echo "restore: the server was started anew and has forgotten what it copied" >&2
        exit 1
    fi
    kill -0 "$server"
    sleep 1
done
remote replicaof no one
# It is restored when it is on the disk.
if [ "$(state persistence aof_enabled)" = 1 ]; then
    what=aof_last_bgrewrite_status
else
    what=rdb_last_bgsave_status
    remote bgsave || :
fi
until [ "$(state persistence aof_rewrite_in_progress)$(state persistence aof_rewrite_scheduled)$(state persistence rdb_bgsave_in_progress)" = 000 ]; do
    sleep 1
done
if [ "$(state persistence $what)" != ok ]; then
    echo "restore: the server has the data and could not write it to its disk" >&2
    exit 1
fi
echo "restore: the keys are restored"
remote info keyspace
