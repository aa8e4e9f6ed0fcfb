# Prepares the data directory, then becomes the image's entrypoint. Runs at every start of the container, and may be interrupted
# at any point. No secret reaches an argument, a log, or a file outside of memory but MySQL's own tables.
case "${1-}" in -*) set -- mysqld "$@" ;; esac
ask() {
    MYSQL_PWD="$REPLICATION_PASSWORD" mysql -h "$1" -u "$REPLICATION_USER" --connect-timeout=5 --get-server-public-key -N -B -e "$2"
}

# A server that nobody else can reach, given by its command.
start_server() {
    "$@" --skip-networking --mysqlx=OFF --socket="$socket" --pid-file="$run/server.pid" &
    server=$!
    # The entrypoint's own temporary server answers too: the process itself must have become the server.
    until [ "$(cat /proc/$server/comm 2>/dev/null)" = mysqld ] &&
        mysqladmin --no-defaults --socket="$socket" ping >/dev/null 2>&1; do
        kill -0 $server 2>/dev/null || { wait $server; exit 1; }
        sleep 0.3
    done
}
local_sql() { mysql --no-defaults --socket="$socket" -u root; }

# The image writes passwords into its statements and files as they are: it gets one for root that needs no quoting, and the
# user's quoted.
first_start() {
    unset MYSQL_RANDOM_ROOT_PASSWORD
    export MYSQL_ROOT_PASSWORD="$temporary"
    local name text
    for name in MYSQL_USER MYSQL_PASSWORD; do
        if [ -n "${!name-}" ]; then
            text="$(quoted "${!name}")"
            text="${text#?}"
            export "$name"="${text%?}"
        fi
    done
    exec docker-entrypoint.sh "$@"
}
initialise() {
    say "no database yet: initialising"
    local name file root host
    for name in MYSQL_ROOT_PASSWORD MYSQL_ROOT_HOST MYSQL_USER MYSQL_PASSWORD; do
        file="${name}_FILE"
        [ -z "${!file-}" ] || export "$name"="$(cat "${!file}")"
        unset "$file"
    done
    temporary="$(head -c 24 /dev/urandom | base64)"
    root="${MYSQL_ROOT_PASSWORD-}"
    if [ -n "${MYSQL_RANDOM_ROOT_PASSWORD-}" ]; then
        root="$temporary"
        # As the image does: nobody could tell it otherwise.
        say "GENERATED ROOT PASSWORD: $root"
    elif [ -z "$root" ] && [ -z "${MYSQL_ALLOW_EMPTY_PASSWORD-}" ]; then
        refuse "nothing is said of root's password"
    fi
    begin
    start_server first_start "$@"
    for host in localhost "${MYSQL_ROOT_HOST:-%}"; do
        printf 'ALTER USER IF EXISTS root@%s IDENTIFIED BY %s;\n' "$(quoted "$host")" "$(quoted "$root")"
    done | MYSQL_PWD="$temporary" local_sql
    stop_server
    finish
}

# MySQL copies into another directory than its own, so a server of its own, which is thrown away, does it.
copy() {
    local identity new="$data/.copy"
    until identity="$(ask "$PRIMARY_HOST" 'SELECT @@server_uuid')" && [ -n "$identity" ]; do
        say "waiting for the primary"
        sleep 3
    done
    [ ! -e "$origin" ] || [ "$(cat "$origin")" = "$identity" ] ||
        refuse "the data is a copy of $(cat "$origin"), and the primary is $identity. Delete the claim of $POD_NAME if that is right."
    say "copying the primary"
    begin
    mkdir "$new"
    "$@" --datadir="$new/server" --initialize-insecure --skip-log-bin --innodb-redo-log-capacity=8M
    start_server "$@" --datadir="$new/server" --skip-log-bin --innodb-redo-log-capacity=8M --innodb-buffer-pool-size=64M
    # The primary serves one copy at a time.
    until printf 'SET GLOBAL clone_valid_donor_list = %s;\nCLONE INSTANCE FROM %s@%s:3306 IDENTIFIED BY %s DATA DIRECTORY = %s;\n' \
        "$(quoted "$PRIMARY_HOST:3306")" "$(quoted "$REPLICATION_USER")" "$(quoted "$PRIMARY_HOST")" \
        "$(quoted "$REPLICATION_PASSWORD")" "$(quoted "$new/data")" | local_sql; do
        say "not copied: trying again"
        rm -rf "$new/data"
        sleep 3
    done
    stop_server
    find "$new/data" -mindepth 1 -maxdepth 1 -exec mv -t "$data" {} +
    mkdir -p "$data/mysql"
    rm -rf "$new"
    echo "$identity" >"$origin"
    finish
}

# A replica that misses what the primary no longer has copies it again, in the container's next run.
watch_primary() {
    local missing identity
    while sleep 5; do
        read -r missing identity < <(ask 127.0.0.1 "SELECT
            LAST_ERROR_NUMBER = 13114 AND LAST_ERROR_MESSAGE LIKE '%purged required binary logs%', SOURCE_UUID
            FROM performance_schema.replication_connection_status" 2>/dev/null) || continue
        if [ -n "$identity" ] && [ "$identity" != "$(cat "$origin")" ]; then
            say "the primary is another database now: stopping"
        elif [ "$missing" = 1 ]; then
            say "the primary no longer has the log that is missing here: copying it again"
            touch "$mark"
        else
            continue
        fi
        kill "$self"
        return
    done
}

if [ "$ordinal" = "$PRIMARY_ORDINAL" ]; then
    if [ -e "$origin" ] && [ ! -e "$mark" ]; then
        say "the data is a replica's: it stays read-only. To make it the primary's, delete $origin and restart."
        : >"$run/start.sql"
        set -- "$@" --super-read-only=ON
    else
        if [ -e "$mark" ] || [ ! -d "$data/mysql" ]; then
            initialise "$@"
        fi
        user="$(quoted "$REPLICATION_USER")@'%'"
        # Made anew each time, so that a new password only needs a restart. One statement a line, as the server wants it.
        {
            echo "SET SESSION sql_mode = '';"
            echo "CREATE USER IF NOT EXISTS $user IDENTIFIED BY $(quoted "$REPLICATION_PASSWORD");"
            echo "ALTER USER $user IDENTIFIED BY $(quoted "$REPLICATION_PASSWORD");"
            echo "GRANT REPLICATION SLAVE, REPLICATION CLIENT, BACKUP_ADMIN ON *.* TO $user;"
            echo "GRANT SELECT ON performance_schema.replication_connection_status TO $user;"
        } >"$run/start.sql"
    fi
else
    if [ -e "$mark" ] || [ ! -d "$data/mysql" ]; then
        copy "$@"
    elif [ ! -e "$origin" ]; then
        refuse "the data is no copy of a primary. Delete the claim of $POD_NAME if nobody needs it."
    elif identity="$(ask "$PRIMARY_HOST" 'SELECT @@server_uuid' 2>/dev/null)" && [ "$identity" != "$(cat "$origin")" ]; then
        say "If the primary's is right, delete the claim of $POD_NAME; if this one's is right, restore it to the primary."
        refuse "the primary is another database ($identity, here $(cat "$origin"))"
    fi
    # The password is in memory only: the server does not keep what START REPLICA gives it.
    {
        echo "SET SESSION sql_mode = '';"
        echo "CHANGE REPLICATION SOURCE TO SOURCE_HOST = $(quoted "$PRIMARY_HOST"), SOURCE_PORT = 3306, SOURCE_AUTO_POSITION = 1, \
SOURCE_SSL = 1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_CONNECT_RETRY = 5, SOURCE_RETRY_COUNT = 0;"
        echo "START REPLICA USER = $(quoted "$REPLICATION_USER") PASSWORD = $(quoted "$REPLICATION_PASSWORD");"
    } >"$run/start.sql"
    set -- "$@" --super-read-only=ON
    # The server will be this process.
    self=$BASHPID
    watch_primary &
fi
set -- "$@" --server-id=$((100 + ordinal)) --init-file="$run/start.sql"
