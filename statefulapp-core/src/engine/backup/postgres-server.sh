# A server of its own in this pod, on a socket only; what follows restores into it.
set -euo pipefail
export PGDATA=/backup/server PGHOST=/tmp PGCTLTIMEOUT=600
initdb --auth=trust --username="${POSTGRES_USER:-postgres}" >/backup/initdb.log
pg_ctl -w -o "-c listen_addresses= -c unix_socket_directories=/tmp -c fsync=off" -l /backup/server.log start
trap 'pg_ctl -m immediate stop >/dev/null' EXIT
