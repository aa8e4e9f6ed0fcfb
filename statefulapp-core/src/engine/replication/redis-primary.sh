# Every pod but the first follows the first.
set -eu
[ "${POD_NAME##*-}" = "$PRIMARY_ORDINAL" ] || set -- "$@" --replicaof "$PRIMARY_HOST" 6379
exec docker-entrypoint.sh "$@"
