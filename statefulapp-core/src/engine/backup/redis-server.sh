# A server in this pod loads the snapshot. The image's entrypoint starts it, because that knows the image's modules.
set -eu
umask 077
own() { redis-cli -e -p 6380 "$@"; }
redis-check-rdb /backup/dump
# The password comes in a file, not as an argument that others could read.
{
    printf 'port 6380\nprotected-mode no\ndir /backup\ndbfilename dump\nsave ""\nappendonly no\n'
    [ -z "${BIND-}" ] || echo "bind $BIND"
    [ -z "${REDISCLI_AUTH-}" ] || printf 'requirepass "%s"\n' "$(printf %s "$REDISCLI_AUTH" | sed 's/[\\"]/\\&/g')"
} >/tmp/restore.conf
docker-entrypoint.sh redis-server /tmp/restore.conf >/tmp/server.log 2>&1 &
server=$!
trap 'kill -KILL "$server"' EXIT
until [ "$(own ping 2>/dev/null)" = PONG ]; do
    if ! kill -0 "$server" 2>/dev/null; then
        cat /tmp/server.log >&2
        exit 1
    fi
    sleep 1
done
echo "restore: the snapshot holds $(own info keyspace | grep -c '^db') databases"
own info keyspace | grep '^db' || :
