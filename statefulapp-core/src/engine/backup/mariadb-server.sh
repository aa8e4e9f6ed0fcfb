# A server of its own in this pod, on a socket only; what follows restores into it.
settings=(--no-defaults --datadir=/backup/server --tmpdir=/backup --socket=/tmp/server.sock --pid-file=/tmp/server.pid
    --skip-networking --max-allowed-packet=1G)
if [ "$family" = mysql ]; then
    mysqld --no-defaults --initialize-insecure --datadir=/backup/server >/backup/init.log 2>&1
    mysqld "${settings[@]}" --mysqlx=OFF --disable-log-bin --performance-schema=OFF >/backup/server.log 2>&1 &
else
    mariadb-install-db --no-defaults --datadir=/backup/server --auth-root-authentication-method=normal --skip-test-db \
        >/backup/init.log 2>&1
    mariadbd "${settings[@]}" >/backup/server.log 2>&1 &
fi
server=$!
trap 'kill -KILL "$server"' EXIT
until ask 'SELECT 1' >/dev/null 2>&1; do
    if ! kill -0 "$server" 2>/dev/null; then
        cat /backup/server.log >&2
        exit 1
    fi
    sleep 1
done
