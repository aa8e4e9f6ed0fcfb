# A server in this pod loads the snapshot, and the real one copies it as its replica, for as long as that takes.
set -eu
remote() { redis-cli -e -h "$DATABASE_HOST" "$@"; }
own() { redis-cli -e -p 6380 "$@"; }
keys="$(remote dbsize)"
if [ "$keys" != 0 ] && [ "${FORCE-}" != yes ]; then
    echo "restore: REFUSED: the server has $keys keys; FORCE=yes replaces them" >&2
    exit 1
fi
redis-check-rdb /backup/dump
# The password comes over the input, not as an argument that others could read.
{
    printf 'port 6380\nprotected-mode no\ndir /backup\ndbfilename dump\nsave ""\n'
    [ -z "${REDISCLI_AUTH-}" ] || printf 'requirepass "%s"\n' "$(printf %s "$REDISCLI_AUTH" | sed 's/[\\"]/\\&/g')"
} | redis-server - >/tmp/server.log &
until [ "$(own ping 2>/dev/null)" = PONG ]; do
    kill -0 $!
    sleep 1
done
[ -z "${REDISCLI_AUTH-}" ] || printf %s "$REDISCLI_AUTH" | remote -x config set masterauth >/dev/null
remote replicaof "$POD_IP" 6380
until remote info replication | grep -q '^master_link_status:up'; do
    sleep 1
done
remote replicaof no one
[ "$(remote dbsize)" = "$(own dbsize)" ]
echo "restore: $(remote dbsize) keys are restored"
