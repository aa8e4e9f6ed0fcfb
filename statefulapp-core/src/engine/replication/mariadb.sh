# Prepares the data directory, then becomes the image's entrypoint. Runs at every start of the container, and may be interrupted
# at any point. No password reaches an argument or a log; a replica's own file master.info holds the one of replication.
case "${1-}" in -*) set -- mariadbd "$@" ;; esac
set -- "$@" --server-id=$((100 + ordinal))
# How far the primary was when the copy was complete; and the primary's own name, the domain of its GTIDs.
until="$data/.copied-until"
domain="$data/.domain"
ask() { MYSQL_PWD="$REPLICATION_PASSWORD" mariadb -h "$1" -u "$REPLICATION_USER" --connect-timeout=5 -N -B --raw -e "$2"; }
dump() {
    MYSQL_PWD="$REPLICATION_PASSWORD" mariadb-dump -h "$PRIMARY_HOST" -u "$REPLICATION_USER" --single-transaction --quick \
        --hex-blob --max-allowed-packet=1G --no-tablespaces "$@"
}
# The number of the last transaction of a domain: `0-1-7,42-100-19` and 42 give 19.
sequence() {
    local part
    for part in ${1//,/ }; do
        [ "${part%%-*}" != "$2" ] || echo "${part##*-}"
    done
}

# A server that nobody else can reach, given by its command.
start_server() {
    # What the buffer pool held is kept for the server that will serve.
    "$@" --skip-networking --skip-slave-start --socket="$socket" --pid-file="$run/server.pid" \
        --innodb-buffer-pool-load-at-startup=0 --innodb-buffer-pool-dump-at-shutdown=0 &
    server=$!
    # The entrypoint's own temporary server answers too: the process itself must have become the server.
    until [ "$(cat /proc/$server/comm 2>/dev/null)" = mariadbd ] && { [ -S "$socket" ] &&
        mariadb-admin --no-defaults --socket="$socket" -u nobody ping >/dev/null 2>&1; }; do
        kill -0 $server 2>/dev/null || return 1
        sleep 0.3
    done
}
local_sql() { mariadb --no-defaults --socket="$socket" --binary-mode --max-allowed-packet=1G "$@"; }

# The image's own first start, until its server has become the one that would serve.
initialise() {
    begin
    start_server docker-entrypoint.sh "$@" || exit 1
    stop_server
}

# The accounts of the primary; what the image made for this pod's own probes stays.
accounts=(global_priv db tables_priv columns_priv procs_priv proxies_priv roles_mapping)
all_accounts() {
    local table
    for table in "${accounts[@]}"; do
        echo "DELETE FROM mysql.$table WHERE User NOT IN ('healthcheck', 'copy');"
    done
    echo "USE mysql;"
    dump --no-create-info --complete-insert --replace --where="User <> 'healthcheck'" mysql "${accounts[@]}"
    echo "FLUSH PRIVILEGES;"
}
all_data() {
    local databases position
    # A name may hold anything but a zero.
    ask "$PRIMARY_HOST" "SELECT CONCAT(schema_name, CHAR(0)) FROM information_schema.schemata
        WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys') ORDER BY 1" >"$run/databases" || return
    mapfile -d '' -t databases <"$run/databases"
    unset "databases[-1]"
    if [ ${#databases[@]} -eq 0 ]; then
        position="$(ask "$PRIMARY_HOST" 'SELECT @@gtid_binlog_pos')" || return
        echo "SET GLOBAL gtid_slave_pos = '$position';"
    else
        dump --routines --triggers --events --gtid --master-data=1 --databases -- "${databases[@]#$'\n'}"
    fi
}
# A dump, because the image offers nothing by which another pod could copy the files.
copy() {
    local identity position secret
    until identity="$(ask "$PRIMARY_HOST" 'SELECT @@gtid_domain_id')" && [ -n "$identity" ]; do
        say "waiting for the primary"
        sleep 3
    done
    [ ! -e "$origin" ] || [ "$(cat "$origin")" = "$identity" ] ||
        refuse "the data is a copy of $(cat "$origin"), and the primary is $identity. Delete the claim of $POD_NAME if that is right."
    say "copying the primary"
    initialise "$@"
    secret="$(head -c 24 /dev/urandom | base64)"
    {
        echo "CREATE USER copy@localhost IDENTIFIED BY '$secret';"
        echo "GRANT ALL ON *.* TO copy@localhost WITH GRANT OPTION;"
    } >"$run/start.sql"
    start_server "$@" --skip-log-bin --innodb-flush-log-at-trx-commit=0 --max-allowed-packet=1G --init-file="$run/start.sql" || exit 1
    if ! { all_data && all_accounts; } | MYSQL_PWD="$secret" local_sql -u copy ||
        ! position="$(ask "$PRIMARY_HOST" 'SELECT @@gtid_binlog_pos')"; then
        say "not copied: trying again"
        stop_server
        return 1
    fi
    echo "DROP USER copy@localhost;" | MYSQL_PWD="$secret" local_sql -u copy || exit 1
    stop_server
    rm -f "$run/start.sql"
    position="$(sequence "$position" "$identity")"
    echo "${position:-0}" >"$until"
    echo "$identity" >"$origin"
    finish
}

# A replica that misses what the primary no longer has, or that stumbles over an account, a routine or an event that was changed
# while it was copied, copies the primary again, in the container's next run.
watch_primary() {
    local status reached identity
    while sleep 5; do
        status="$(MYSQL_PWD="$REPLICATION_PASSWORD" mariadb -h 127.0.0.1 -u "$REPLICATION_USER" -e 'SHOW SLAVE STATUS\G' 2>/dev/null)" ||
            continue
        if identity="$(ask "$PRIMARY_HOST" 'SELECT @@gtid_domain_id' 2>/dev/null)" && [ -n "$identity" ] &&
            [ "$identity" != "$(cat "$origin")" ]; then
            say "the primary is another database now: stopping"
        elif [[ "$status" == *"Last_IO_Errno: 1236"*"binlog files have been purged"* ]]; then
            say "the primary no longer has the log that is missing here: copying it again"
            touch "$mark"
        elif [ -e "$until" ] && reached="$(sequence "$(ask 127.0.0.1 'SELECT @@gtid_slave_pos' 2>/dev/null)" "$(cat "$origin")")"; then
            if [ "${reached:-0}" -ge "$(cat "$until")" ]; then
                rm "$until"
                continue
            elif [[ "$status" != *"Last_SQL_Errno: 0"* ]]; then
                say "the primary was changed while it was copied: copying it again"
                touch "$mark"
            else
                continue
            fi
        else
            continue
        fi
        kill "$self"
        return
    done
}

account="$(quoted "$REPLICATION_USER")@'%'"
password="$(quoted "$REPLICATION_PASSWORD")"
# Made anew each time, so that a new password only needs a restart.
statements="SET SESSION sql_log_bin = 0;
SET SESSION sql_mode = '';
FLUSH PRIVILEGES;
CREATE USER IF NOT EXISTS $account IDENTIFIED BY $password;
ALTER USER $account IDENTIFIED BY $password;
GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT, REPLICA MONITOR
    ON *.* TO $account;"
replica=(--read-only --event-scheduler=OFF)
if [ "$ordinal" = "$PRIMARY_ORDINAL" ]; then
    if [ -e "$origin" ] && [ ! -e "$mark" ]; then
        say "the data is a replica's: it stays read-only. To make it the primary's, delete $origin and restart."
        set -- "$@" "${replica[@]}" --skip-slave-start
    else
        if [ -e "$mark" ] || [ ! -d "$data/mysql" ]; then
            say "no database yet: initialising"
            initialise "$@"
            finish
        fi
        if [ ! -e "$domain" ]; then
            echo $(($(od -An -N4 -tu4 /dev/urandom) % 4294967295 + 1)) >"$domain.new"
            sync
            mv "$domain.new" "$domain"
        fi
        set -- "$@" --gtid-domain-id="$(cat "$domain")"
        # What it followed when it was a replica.
        statements+=" STOP ALL SLAVES; RESET SLAVE ALL;"
    fi
else
    # The primary's dump has the database and the user.
    unset MARIADB_DATABASE MARIADB_USER MARIADB_PASSWORD MARIADB_PASSWORD_HASH
    if [ -e "$mark" ] || [ ! -d "$data/mysql" ]; then
        until copy "$@"; do sleep 3; done
    elif [ ! -e "$origin" ]; then
        refuse "the data is no copy of a primary. Delete the claim of $POD_NAME if nobody needs it."
    elif identity="$(ask "$PRIMARY_HOST" 'SELECT @@gtid_domain_id' 2>/dev/null)" && [ "$identity" != "$(cat "$origin")" ]; then
        say "If the primary's is right, delete the claim of $POD_NAME; if this one's is right, restore it to the primary."
        refuse "the primary is another database ($identity, here $(cat "$origin"))"
    fi
    # Transactions of any other primary are not applied, not even before somebody looks.
    statements+=" STOP ALL SLAVES;
CHANGE MASTER TO MASTER_HOST = $(quoted "$PRIMARY_HOST"), MASTER_PORT = 3306, MASTER_USER = $(quoted "$REPLICATION_USER"),
    MASTER_PASSWORD = $password, MASTER_USE_GTID = slave_pos, DO_DOMAIN_IDS = ($(cat "$origin")), MASTER_CONNECT_RETRY = 5;"
    set -- "$@" "${replica[@]}"
    # The server will be this process.
    self=$BASHPID
    watch_primary &
fi
# On a server of its own, because what is wrong with an account must not keep the database from starting.
start_server "$@" --skip-grant-tables || exit 1
local_sql --force <<<"$statements" || say "the account of replication was not changed"
stop_server
