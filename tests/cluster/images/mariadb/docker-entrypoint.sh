#!/bin/bash
# Stands in for the entrypoint of MariaDB's image, as its environment variables are documented:
# https://mariadb.com/kb/en/mariadb-server-docker-official-image-environment-variables/
# An empty data directory is initialised with a server on the socket alone: root, the healthcheck users, a database, a user,
# then replication (the account on a primary, CHANGE MASTER on a replica), then /docker-entrypoint-initdb.d. Every MARIADB_
# variable may be given as MYSQL_ and as a _FILE.
set -euo pipefail

fail() {
    echo "[ERROR] [Entrypoint]: $*" >&2
    exit 1
}
read_variable() {
    local name="$1" old="MYSQL_${1#MARIADB_}"
    local file="${name}_FILE" old_file="${old}_FILE"
    if [ -n "${!name-}" ] && [ -n "${!file-}" ]; then fail "Both $name and $file are set (but are exclusive)"; fi
    local value="${!name-${!old-}}"
    [ -z "${!old_file-}" ] || value="$(cat "${!old_file}")"
    [ -z "${!file-}" ] || value="$(cat "${!file}")"
    printf -v "$name" %s "$value"
}
# A text as SQL writes it.
quoted() {
    local text="${1//\\/\\\\}"
    printf "'%s'" "${text//\'/\\\'}"
}

case "${1-}" in
    -*) set -- mariadbd "$@" ;;
esac
case "${1-}" in
    mariadbd | mysqld) ;;
    *) exec "$@" ;;
esac
for argument in "$@"; do
    case "$argument" in
        -\? | --help | --print-defaults | -V | --version) exec "$@" ;;
    esac
done

datadir="$("$@" --verbose --help 2>/dev/null | awk '$1 == "datadir" { sub(/\/$/, "", $2); path = $2 } END { print path }')"
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$datadir" /run/mysqld
    find "$datadir" ! -user mysql -exec chown mysql: {} +
    exec setpriv --reuid=mysql --regid=mysql --clear-groups -- "$0" "$@"
fi

if [ ! -d "$datadir/mysql" ]; then
    for name in ROOT_PASSWORD ROOT_PASSWORD_HASH ROOT_HOST ALLOW_EMPTY_ROOT_PASSWORD RANDOM_ROOT_PASSWORD DATABASE USER PASSWORD \
        PASSWORD_HASH REPLICATION_USER REPLICATION_PASSWORD REPLICATION_PASSWORD_HASH MASTER_HOST MASTER_PORT; do
        read_variable "MARIADB_$name"
    done
    if [ -z "$MARIADB_ROOT_PASSWORD$MARIADB_ROOT_PASSWORD_HASH$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD$MARIADB_RANDOM_ROOT_PASSWORD" ]; then
        fail "Database is uninitialized and password option is not specified"
    fi
    if [ -n "$MARIADB_MASTER_HOST" ] && { [ -z "$MARIADB_REPLICATION_USER" ] || [ -z "$MARIADB_REPLICATION_PASSWORD" ]; }; then
        fail "MARIADB_REPLICATION_USER and MARIADB_REPLICATION_PASSWORD are mandatory on a replica"
    fi
    [ "$MARIADB_USER" != root ] || fail "MARIADB_USER=\"root\", it is not allowed"
    [ -z "$MARIADB_RANDOM_ROOT_PASSWORD" ] || MARIADB_ROOT_PASSWORD="$(head -c 24 /dev/urandom | base64)"

    mkdir -p "$datadir"
    mariadb-install-db --datadir="$datadir" --rpm --auth-root-authentication-method=normal --skip-test-db \
        --old-mode='UTF8_IS_UTF8MB3' --default-time-zone=SYSTEM --enforce-storage-engine= "${@:2}" >/dev/null
    socket=/run/mysqld/mysqld.sock
    "$@" --skip-networking --default-time-zone=SYSTEM --socket="$socket" --wsrep_on=OFF --skip-slave-start \
        --loose-innodb_buffer_pool_load_at_startup=0 &
    server=$!
    ask() { mariadb --protocol=socket -uroot -hlocalhost --socket="$socket" --batch "$@"; }
    for ((i = 0; i < 60; i++)); do
        if ask --database=mysql <<<'SELECT 1' >/dev/null 2>&1; then break; fi
        kill -0 "$server" 2>/dev/null || fail "Unable to start server."
        sleep 0.5
    done

    identified() { # password, hash
        if [ -n "$2" ]; then printf 'IDENTIFIED BY PASSWORD %s' "$(quoted "$2")"; else printf 'IDENTIFIED BY %s' "$(quoted "$1")"; fi
    }
    root="$(identified "$MARIADB_ROOT_PASSWORD" "$MARIADB_ROOT_PASSWORD_HASH")"
    host="${MARIADB_ROOT_HOST:-%}"
    health="$(head -c 24 /dev/urandom | base64)"
    {
        echo "SET @@SESSION.SQL_LOG_BIN = 0, @@SESSION.SQL_MODE = REPLACE(@@SESSION.SQL_MODE, 'NO_BACKSLASH_ESCAPES', '');"
        for at in 127.0.0.1 ::1 localhost; do
            echo "CREATE USER IF NOT EXISTS healthcheck@'$at' IDENTIFIED BY '$health'; GRANT USAGE ON *.* TO healthcheck@'$at';"
        done
        if [ "$host" != localhost ]; then
            echo "CREATE USER 'root'@$(quoted "$host") $root; GRANT ALL ON *.* TO 'root'@$(quoted "$host") WITH GRANT OPTION;"
        fi
        echo "ALTER USER 'root'@'localhost' $root;"
        # From here on a primary's binary log has it, so that replicas made from the log get it too.
        echo "SET @@SESSION.SQL_LOG_BIN = 1;"
        [ -z "$MARIADB_DATABASE" ] || echo "CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`;"
        if [ -n "$MARIADB_USER" ] && [ -n "$MARIADB_PASSWORD$MARIADB_PASSWORD_HASH" ]; then
            echo "CREATE USER $(quoted "$MARIADB_USER")@'%' $(identified "$MARIADB_PASSWORD" "$MARIADB_PASSWORD_HASH");"
            [ -z "$MARIADB_DATABASE" ] ||
                echo "GRANT ALL ON \`${MARIADB_DATABASE//_/\\_}\`.* TO $(quoted "$MARIADB_USER")@'%';"
        fi
        if [ -n "$MARIADB_MASTER_HOST" ]; then
            echo "CHANGE MASTER TO MASTER_HOST=$(quoted "$MARIADB_MASTER_HOST"), MASTER_PORT=${MARIADB_MASTER_PORT:-3306},
                MASTER_USER=$(quoted "$MARIADB_REPLICATION_USER"), MASTER_PASSWORD=$(quoted "$MARIADB_REPLICATION_PASSWORD"),
                MASTER_CONNECT_RETRY=10;"
        elif [ -n "$MARIADB_REPLICATION_USER" ]; then
            echo "CREATE USER $(quoted "$MARIADB_REPLICATION_USER")@'%'
                $(identified "$MARIADB_REPLICATION_PASSWORD" "$MARIADB_REPLICATION_PASSWORD_HASH");
                GRANT REPLICATION REPLICA ON *.* TO $(quoted "$MARIADB_REPLICATION_USER")@'%';"
        fi
    } | ask --database=mysql
    printf '[mariadb-client]\nport=3306\nsocket=%s\nuser=healthcheck\npassword=%s\n' "$socket" "$health" \
        >"$datadir/.my-healthcheck.cnf"
    chmod 600 "$datadir/.my-healthcheck.cnf"

    login=(-p"$MARIADB_ROOT_PASSWORD")
    [ -n "$MARIADB_ROOT_PASSWORD" ] || login=()
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
            *.sh)
                # shellcheck disable=SC1090 # the user's script
                if [ -x "$file" ]; then "$file"; else . "$file"; fi
                ;;
            *.sql) ask "${login[@]}" ${MARIADB_DATABASE:+--database="$MARIADB_DATABASE"} <"$file" ;;
            *.sql.gz) gunzip -c "$file" | ask "${login[@]}" ${MARIADB_DATABASE:+--database="$MARIADB_DATABASE"} ;;
            *) [ ! -e "$file" ] || echo "[Note] [Entrypoint]: ignoring $file" ;;
        esac
    done
    kill "$server"
    wait "$server"
elif [ -n "${MARIADB_AUTO_UPGRADE-${MYSQL_AUTO_UPGRADE-}}" ]; then
    echo "[Note] [Entrypoint]: an upgrade is not tried: there is one version here"
fi
exec "$@"
